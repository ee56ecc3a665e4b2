"""Gallring of working copies: proposed by the program, approved by two persons, and a log that is kept.

Working copies are what this computer holds of a package that the archive has received: the run's folder and the sealed
file. They may go when all of this is so, and it is asked again at the moment they go (`gallring_execute`):

1. The archive has received the package (*mottagen*), and has not said otherwise since.
2. A gallringsbeslut on its record type is in force, and its retention time has passed since the receipt.
3. No gallringsstopp concerns it.

Nothing here reaches a platform: only files below a folder of this computer are ever named.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.journey import Happening, Journey, Step, journeys
from delivery.receipts_taken import contradicted
from register.errors import NotAllowedError
from register.language import Text
from register.store.decisions import DisposalDecision, decisions_on
from register.store.disposals import DisposalRow, ProposalRow, ProposedRow
from register.store.holds import holds_on
from register.store.opening import Store

APPROVERS = 2


class DisposalStep(StrEnum):
    """A line of the gallringslogg."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"  # a person said no: nothing of the proposal is ever disposed of
    STOPPED = "stopped"  # at the moment of execution a package was no longer to be disposed of
    BEGUN = "begun"  # from here on its files go; written before the first does
    DISPOSED = "disposed"  # none of its files is left

    @property
    def label(self) -> Text:
        """The step as a person reads it."""
        return _LABELS[self]


_LABELS = {
    DisposalStep.PROPOSED: Text("föreslagen", "proposed"),
    DisposalStep.APPROVED: Text("godkänd", "approved"),
    DisposalStep.REFUSED: Text("avslagen", "refused"),
    DisposalStep.STOPPED: Text("stoppad", "stopped"),
    DisposalStep.BEGUN: Text("påbörjad", "begun"),
    DisposalStep.DISPOSED: Text("gallrad", "disposed of"),
}
_SETTLED = (DisposalStep.REFUSED, DisposalStep.STOPPED, DisposalStep.BEGUN, DisposalStep.DISPOSED)


class DisposalRefusedError(NotAllowedError):
    """Something that gallring demands is not there; nothing was disposed of."""


@dataclass(frozen=True, kw_only=True)
class Copies:
    """The working copies of a package: files and folders below `root`, the workspace."""

    root: Path
    paths: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the gallringslogg. `object_id` None: it concerns the whole proposal."""

    proposal: str
    step: DisposalStep
    at: datetime
    by: str
    object_id: str | None
    said: str | None
    evidence: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A package of a proposal. `copies` are its files: path below the workspace, and size in bytes."""

    object_id: str
    decision: str
    decision_version: int
    due: datetime
    copies: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A proposal and all that has been logged of it."""

    proposal: str
    at: datetime
    by: str
    packages: tuple[Proposed, ...]
    log: tuple[Entry, ...]

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who has approved it."""
        return tuple(entry.by for entry in self.log if entry.step is DisposalStep.APPROVED)

    @property
    def refused(self) -> bool:
        """Whether somebody has said no."""
        return any(entry.step is DisposalStep.REFUSED for entry in self.log)

    @property
    def approved(self) -> bool:
        """Whether two persons have said yes and nobody no."""
        return len(self.approvers) >= APPROVERS and not self.refused

    def step_of(self, object_id: str) -> DisposalStep:
        """Return how far a package of it has come."""
        return next((entry.step for entry in reversed(self.log) if entry.object_id == object_id), DisposalStep.PROPOSED)


@dataclass(frozen=True, kw_only=True)
class Due:
    """That a package's working copies may go: since when, and by which decision."""

    decision: DisposalDecision
    since: datetime


def due(session: Session, journey: Journey, *, at: datetime) -> Due | Text:
    """Return since when a package's working copies may go, or why they may not."""
    received = _received(session, journey)
    if isinstance(received, Text):
        return received
    if journey.channel is None or journey.period is None or journey.record_type is None:
        return Text("kanal, period eller handlingstyp är inte känd", "channel, period or record type is not known")
    if holds := holds_on(session, channel=journey.channel, period=journey.period, at=at):
        grounds = ", ".join(f"{hold.entry} ({hold.ground})" for hold in holds)
        return Text(f"gallringsstopp: {grounds}", f"hold: {grounds}")
    decisions = decisions_on(session, journey.record_type, at=at)
    if not decisions:
        what = journey.record_type
        return Text(f"inget gallringsbeslut gäller för {what}", f"no disposal decision is in force for {what}")
    decision = max(decisions, key=lambda each: each.retention_days)  # of two, the one that keeps longer
    since = received.at + timedelta(days=decision.retention_days)
    if since > at:
        return Text(f"gallringsfristen löper till {since:%Y-%m-%d}", f"kept until {since:%Y-%m-%d}")
    return Due(decision=decision, since=since)


def _received(session: Session, journey: Journey) -> Happening | Text:
    """Return when the archive received the package, or what stands against that it has."""
    received = journey.answer
    if journey.state is not Step.RECEIVED or received is None:
        state = journey.state.label
        return Text(f"paketet är {state.sv}, inte mottaget", f"the package is {state.en}, not received")
    if contradicted(session, journey):
        return Text("e-arkivet har svarat motsägande", "the archive has contradicted itself")
    return received


def propose(
    store: Store, copies_of: Callable[[Journey], Copies | None], *, proposal: str, at: datetime, by: str
) -> Proposal | None:
    """Propose all working copies that may go now; None if there are none.

    Args:
        store: The register's database.
        copies_of: Returns where a package's working copies are, None if there are none or they are still needed.
        proposal: A new id for the proposal.
        at: The time, with a zone.
        by: The program and its version.
    """
    with store.writing() as session:
        found = []
        for journey in journeys(session):
            may = None if _open(session, journey.object_id) else due(session, journey, at=at)
            copies = copies_of(journey) if isinstance(may, Due) else None
            if isinstance(may, Due) and copies is not None and (files := list_files(copies)):
                found.append((journey.object_id, may, files))
        if not found:
            return None
        session.add(ProposalRow(proposal=proposal, at=at, by=by))
        session.flush()
        for object_id, may, files in found:
            session.add(
                ProposedRow(
                    proposal=proposal,
                    object_id=object_id,
                    decision=may.decision.entry,
                    decision_version=may.decision.version,
                    due=may.since,
                    copies=[{"path": path, "size": size} for path, size in files],
                )
            )
        said = f"{len(found)} paket, {sum(len(files) for *_, files in found)} filer"
        log(session, proposal, DisposalStep.PROPOSED, at=at, by=by, said=said)
        return proposal_of(session, proposal)


def approve(store: Store, proposal: str, *, at: datetime, by: str) -> Proposal:
    """Approve a proposal. It takes two persons; `by` is the one who approves now.

    Raises:
        DisposalRefusedError: there is no such proposal, it was refused or is carried out, or the person has approved
            it already.
    """
    who = _person(by)
    with store.writing() as session:
        found = proposal_of(session, proposal)
        if any(_same_person(who, other) for other in found.approvers):
            raise refusal(
                Text(f"{who} har redan godkänt förslaget.", f"{who} has approved the proposal already."),
                Text("En annan person ska godkänna det också.", "Another person is to approve it as well."),
            )
        if _same_person(who, found.by):
            raise refusal(Text("Programmet godkänner inget.", "The program approves nothing."), _ANOTHER)
        _require_open(found)
        log(session, proposal, DisposalStep.APPROVED, at=at, by=who)
        return proposal_of(session, proposal)


def refuse(store: Store, proposal: str, *, reason: str, at: datetime, by: str) -> Proposal:
    """Refuse a proposal, for a reason; its packages may be proposed anew.

    Raises:
        DisposalRefusedError: there is no such proposal, it is being carried out, or no reason is given.
    """
    who = _person(by)
    with store.writing() as session:
        found = proposal_of(session, proposal)
        _require_open(found)
        if not reason.strip():
            raise refusal(Text("Ett avslag har en orsak.", "A refusal has a reason."), _ANOTHER)
        log(session, proposal, DisposalStep.REFUSED, at=at, by=who, said=reason.strip())
        return proposal_of(session, proposal)


def proposals(session: Session) -> tuple[Proposal, ...]:
    """Return all proposals with their logs, oldest first: the gallringslogg."""
    ids = session.scalars(select(ProposalRow.proposal).order_by(ProposalRow.at, ProposalRow.proposal)).all()
    return tuple(proposal_of(session, each) for each in ids)


def proposal_of(session: Session, proposal: str) -> Proposal:
    """Return one proposal with its log.

    Raises:
        DisposalRefusedError: there is no such proposal.
    """
    row = session.get(ProposalRow, proposal)
    if row is None:
        raise refusal(
            Text(f"Förslaget {proposal} finns inte.", f"There is no proposal {proposal}."),
            Text("Se kanalarkiv gallring log.", "See kanalarkiv gallring log."),
        )
    packages = session.scalars(
        select(ProposedRow).where(ProposedRow.proposal == proposal).order_by(ProposedRow.object_id)
    )
    lines = session.scalars(select(DisposalRow).where(DisposalRow.proposal == proposal).order_by(DisposalRow.number))
    return Proposal(
        proposal=row.proposal,
        at=row.at,
        by=row.by,
        packages=tuple(
            Proposed(
                object_id=each.object_id,
                decision=each.decision,
                decision_version=each.decision_version,
                due=each.due,
                copies=tuple((copy["path"], copy["size"]) for copy in each.copies),
            )
            for each in packages
        ),
        log=tuple(
            Entry(
                proposal=line.proposal,
                step=DisposalStep(line.step),
                at=line.at,
                by=line.by,
                object_id=line.object_id,
                said=line.said,
                evidence=line.evidence,
            )
            for line in lines
        ),
    )


def log(  # noqa: PLR0913 - what a line of the log says
    session: Session,
    proposal: str,
    step: DisposalStep,
    *,
    at: datetime,
    by: str,
    object_id: str | None = None,
    said: str | None = None,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Write a line in the gallringslogg."""
    row = DisposalRow(proposal=proposal, step=step, at=at, by=by, object_id=object_id, said=said, evidence=evidence)
    session.add(row)
    session.flush()


def list_files(copies: Copies) -> Sequence[tuple[str, int]]:
    """Return the files of working copies: path below the workspace and size, by path. Links are not followed.

    Raises:
        DisposalRefusedError: one of the paths leads out of the workspace.
    """
    root, found = copies.root.resolve(), []
    for path in copies.paths:
        if not inside(path, root):
            raise refusal(
                Text(f"{path} ligger inte i arbetsmappen {root}.", f"{path} is not in the workspace {root}."), _ANOTHER
            )
        inner = [path] if path.is_symlink() or not path.is_dir() else [each for each in path.rglob("*") if _file(each)]
        found += [(str(each.relative_to(copies.root)), each.lstat().st_size) for each in inner if _exists(each)]
    return sorted(found)


def inside(path: Path, root: Path) -> bool:
    """Tell whether `path` is in a folder below the resolved `root`; its own last part is not followed if it is a link.

    What lies in `root` itself is no working copy: the register is there.
    """
    parent = path.parent.resolve()
    return path.name not in ("", "..") and parent != root and parent.is_relative_to(root)


def refusal(happened: Text, next_step: Text) -> DisposalRefusedError:
    """Return the error that says why nothing was disposed of."""
    safe = Text("Inget har gallrats.", "Nothing was disposed of.")
    return DisposalRefusedError(happened=happened, safe=safe, next_step=next_step)


_ANOTHER = Text("Se kanalarkiv gallring log.", "See kanalarkiv gallring log.")


def _file(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _open(session: Session, object_id: str) -> bool:
    """Tell whether a package is in a proposal that was neither refused nor stopped for it, or is gone already."""
    rows = session.scalars(select(ProposedRow.proposal).where(ProposedRow.object_id == object_id)).all()
    found = [proposal_of(session, row) for row in rows]
    return any(not each.refused and each.step_of(object_id) is not DisposalStep.STOPPED for each in found)


def _require_open(found: Proposal) -> None:
    if any(entry.step in _SETTLED for entry in found.log):
        raise refusal(
            Text(f"Förslaget {found.proposal} är redan avgjort.", f"The proposal {found.proposal} is settled."),
            _ANOTHER,
        )


def _person(by: str) -> str:
    name = " ".join(by.split())
    if not name:
        raise refusal(Text("Ange vem som godkänner.", "Say who approves."), _ANOTHER)
    return name


def _same_person(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
