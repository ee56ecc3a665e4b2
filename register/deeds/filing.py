"""Private messages, filed by hand: files that a person made of one thread, in a folder that nobody else may open.

They are no part of any capture and of no package. The register keeps their names and digests, and the diary number;
what they say, only the folder does. A file is on the disk, whole, before the register tells of it.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from register.deeds.refusal import unusable, worded
from register.language import Text
from register.store.opening import Store
from register.store.private_files import Nature, PrivateFileRow
from register.store.wording import identity, readable

FOLDER = "skyddat"
"""The folder of the workspace that restricted cases lie in."""

_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Filed:
    """What is to be filed: `case` names the folder, `channel` is the entry of the channel whose messages they are."""

    case: str
    diary_number: str
    nature: Nature
    channel: str | None = None
    note: str | None = None


def file(
    store: Store, workspace: Path, filed: Filed, files: Sequence[Path], *, at: datetime, by: str
) -> tuple[PrivateFileRow, ...]:
    """Copy files into a restricted case and enter them; one that is there already, the same, is left as it is.

    Args:
        store: The register's database.
        workspace: The workspace.
        filed: The case.
        files: What a person made: pictures of the screen, an export.
        at: Aware; when it is done.
        by: Who does it: the person's entry.

    Returns:
        The rows that were entered now.

    Raises:
        BadInputError: a file is not there, two have one name, or the case has other content under it.
        OSError: the disk does not take it.
    """
    with worded():
        identity("case", filed.case)
        if filed.case.startswith("."):
            raise unusable(Text("Ett ärende börjar inte med punkt.", "A case does not begin with a dot."))
        for field, value in (("diary_number", filed.diary_number), ("note", filed.note)):
            if value is not None:
                readable(field, value)
        for path in files:
            readable("name", path.name)
    _usable(files)
    folder = workspace / FOLDER / filed.case
    for each in (workspace / FOLDER, folder):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
        each.chmod(0o700)  # also where somebody had opened it
    made = [(path.name, *_copied(path, folder / path.name)) for path in files]
    with store.writing() as session:
        there = {
            row.name: row
            for row in session.scalars(select(PrivateFileRow).where(PrivateFileRow.restricted_case == filed.case))
        }
        rows = [
            PrivateFileRow(
                restricted_case=filed.case,
                diary_number=filed.diary_number,
                nature=filed.nature,
                name=name,
                sha256=sha256,
                size=size,
                at=at,
                by=by,
                channel=filed.channel,
                note=filed.note,
            )
            for name, sha256, size in made
            if name not in there
        ]
        session.add_all(rows)
    return tuple(rows)


def standing(workspace: Path, row: PrivateFileRow) -> Text | None:
    """Return what is wrong with a file of a restricted case, None if it is as it was entered."""
    path = workspace / FOLDER / row.restricted_case / row.name
    if not path.is_file():
        return Text("saknas", "is missing")
    if path.stat().st_size != row.size or _digest(path) != row.sha256:
        return Text("är ändrad", "was changed")
    if path.stat().st_mode & 0o077 or path.parent.stat().st_mode & 0o077:
        return Text("kan läsas av andra", "can be read by others")
    return None


def _usable(files: Sequence[Path]) -> None:
    if not files:
        raise unusable(Text("Ingen fil anges.", "No file is named."))
    names = [path.name for path in files]
    for path in files:
        if path.is_symlink() or not path.is_file():
            raise unusable(Text(f"{path} är ingen fil.", f"{path} is no file."))
        if path.name.startswith(".") or names.count(path.name) > 1:
            raise unusable(
                Text(f"{path.name} kan inte läggas in under det namnet.", f"{path.name} cannot be filed by that name."),
                Text("Ge filen ett eget namn.", "Give the file a name of its own."),
            )


def _copied(path: Path, into: Path) -> tuple[str, int]:
    """Copy a file, for its owner's eyes only; return its digest and size."""
    digest, size = _digest(path), path.stat().st_size
    if into.exists():
        if _digest(into) != digest:
            raise unusable(
                Text(
                    f"Ärendet har redan en annan fil med namnet {into.name}.",
                    f"The case has another file of the name {into.name} already.",
                ),
                Text("Ge filen ett eget namn.", "Give the file a name of its own."),
            )
        into.chmod(0o600)
        return digest, size
    aside = into.with_name(f".{into.name}.part")
    aside.unlink(missing_ok=True)  # of a copy that was killed
    written = hashlib.sha256()
    with path.open("rb") as source, os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while chunk := source.read(_CHUNK):
            written.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if written.hexdigest() != digest:
        aside.unlink()
        raise unusable(Text(f"{path} ändrades medan den lästes.", f"{path} changed while it was read."))
    aside.replace(into)
    handle = os.open(into.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return digest, size


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
