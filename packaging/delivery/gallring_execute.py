"""Carries out an approved gallring: asks everything again, and logs before it acts on files of this computer.

What a kill leaves is true: a package that the log calls *påbörjad* may have lost files, one that it calls *gallrad* has
none left, and any other has all of them. Run again, it goes on.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from delivery.gallring import DisposalStep, Due, Proposal, Proposed, due, inside, log, proposal_of, refusal
from delivery.journey import journey_of
from register.language import Text
from register.store.opening import Store

_LOG = Text("Se kanalarkiv gallring log.", "See kanalarkiv gallring log.")


def execute(store: Store, proposal: str, root: Path, *, clock: Callable[[], datetime], by: str) -> Proposal:
    """Dispose of the working copies of an approved proposal, package by package.

    1. Ask again whether the package's copies may go; if not, log why, and leave them.
    2. Log that it begins, with every file; in the same transaction as the question.
    3. Remove the files that were proposed and are unchanged; log that it is done, and what was left.

    Args:
        store: The register's database.
        proposal: The proposal's id.
        root: The workspace that the paths of the proposal lie below.
        clock: What the time is, with a zone.
        by: Who carries it out.

    Raises:
        DisposalRefusedError: there is no such proposal, or two persons have not approved it.
        OSError: a file cannot be removed. The log says *påbörjad* of its package; run again when that is mended.
    """
    with store.reading() as session:
        found = proposal_of(session, proposal)
    if not found.approved:
        raise refusal(
            Text(
                f"Förslaget {proposal} är inte godkänt av två personer.",
                f"The proposal {proposal} is not approved by two persons.",
            ),
            _LOG,
        )
    for package in found.packages:
        if not _begun(store, found, package, root, at=clock(), by=by):
            continue
        left = _remove(package, root)
        with store.writing() as session:
            log(
                session,
                proposal,
                DisposalStep.DISPOSED,
                at=clock(),
                by=by,
                object_id=package.object_id,
                said=f"{len(left)} filer lämnades: de är inte de som godkändes" if left else None,
                evidence={"files": len(package.copies) - len(left), "left": left},
            )
    with store.reading() as session:
        return proposal_of(session, proposal)


def _begun(store: Store, found: Proposal, package: Proposed, root: Path, *, at: datetime, by: str) -> bool:
    """Log that a package's copies go, or why they do not; return whether they do.

    What was begun and cut off is asked again: a gallringsstopp that came meanwhile keeps what is left.
    """
    with store.writing() as session:
        step = proposal_of(session, found.proposal).step_of(package.object_id)
        if step in (DisposalStep.DISPOSED, DisposalStep.STOPPED):
            return False
        journey = journey_of(session, package.object_id)
        may = Text("okänt paket", "unknown package") if journey is None else due(session, journey, at=at)
        line = _stopped(package, root, may) if isinstance(may, Text) else _beginning(found, package, may)
        if step is DisposalStep.BEGUN and line.step is DisposalStep.BEGUN:
            return True
        log(
            session,
            found.proposal,
            line.step,
            at=at,
            by=by,
            object_id=package.object_id,
            said=line.said,
            evidence=line.evidence,
        )
        return line.step is DisposalStep.BEGUN


@dataclass(frozen=True, kw_only=True)
class _Line:
    step: DisposalStep
    said: str
    evidence: dict[str, Any]


def _stopped(package: Proposed, root: Path, why: Text) -> _Line:
    there = [name for name, _ in package.copies if (root / name).is_symlink() or (root / name).exists()]
    evidence = {"kept": len(there), "gone": len(package.copies) - len(there)}
    return _Line(step=DisposalStep.STOPPED, said=why.sv, evidence=evidence)


def _beginning(found: Proposal, package: Proposed, may: Due) -> _Line:
    decision = may.decision
    return _Line(
        step=DisposalStep.BEGUN,
        said=f"{decision.reference}, {decision.decided_by}",
        evidence={
            "decision": decision.entry,
            "decision_version": decision.version,
            "reference": decision.reference,
            "decided_by": decision.decided_by,
            "retention_days": decision.retention_days,
            "approved_by": list(found.approvers),
            "files": [{"path": path, "size": size} for path, size in package.copies],
        },
    )


def _remove(package: Proposed, root: Path) -> list[str]:
    """Remove the files that were proposed, and the folders they leave empty; return what was left, because it changed.

    A file that has another size than when it was approved is not the one that was approved.
    """
    base, left = root.resolve(), []
    folders: set[Path] = set()
    for name, size in package.copies:
        path = base / name
        if not inside(path, base) or ".." in Path(name).parts:
            left.append(name)
        elif path.is_symlink() or path.exists():
            if path.lstat().st_size != size or (path.is_dir() and not path.is_symlink()):
                left.append(name)
                continue
            path.unlink()
        folders.update(parent for parent in path.parents if parent != base and parent.is_relative_to(base))
    for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
        if folder.parent != base and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    _sync(folders)
    return left


def _sync(folders: set[Path]) -> None:
    """Bring to the disk that the names are gone, before the log says so."""
    for folder in folders:
        if folder.is_dir():
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
