"""The journal of the media: an append-only file of JSON lines, one a file at an address and one a finished post.

A line is written after its file has its name, so a file without a line was interrupted and does not count; neither does
a last line without its line break. Up to and with a post's line the disk has everything: damage there is damage to
evidence, and is not mended.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from capture.growing import GrowingFile
from capture.media.nouns import MediaFile, PostMedia
from register.errors import BadInputError, FolderBlockedError
from register.language import Text

NAME = "media.jsonl"
FILES = "files"
PARTIAL = ".partial"

Line = MediaFile | PostMedia
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The good lines of a journal in order, and where in it the last of them ends."""

    lines: tuple[Line, ...]
    end: int

    @property
    def files(self) -> tuple[MediaFile, ...]:
        """The lines that tell of a file."""
        return tuple(line for line in self.lines if isinstance(line, MediaFile))

    @property
    def posts(self) -> tuple[PostMedia, ...]:
        """The lines that tell of a post."""
        return tuple(line for line in self.lines if isinstance(line, PostMedia))


class Writer:
    """Appends to the journal in `folder`, after its first `end` bytes.

    Raises:
        FolderBlockedError: nothing can be written there.
    """

    def __init__(self, folder: Path, *, end: int) -> None:
        try:
            (folder / FILES).mkdir(parents=True, exist_ok=True)
            self._file = GrowingFile(folder / NAME, end=end)
        except OSError as fault:
            raise FolderBlockedError(
                happened=Text(
                    f"Mediefiler kan inte sparas i {folder}: {fault.strerror}.",
                    f"Media cannot be kept in {folder}: {fault.strerror}.",
                ),
                safe=Text("Det som fanns där är orört.", "What was there is untouched."),
                next_step=Text("Ange en ny, tom mapp.", "Name a new, empty folder."),
            ) from fault

    def append(self, line: Line) -> None:
        """Write one whole line, or raise OSError and leave none of it."""
        self._file.append(_LINE.dump_json(line))

    def sync(self) -> None:
        """Put what is written on the disk itself. Raises OSError."""
        self._file.sync()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()


def read(folder: Path) -> Contents:
    """Return what the journal in `folder` holds, every file of it proved against its digest.

    Raises:
        BadInputError: there is no journal, a line other than an interrupted last one is damaged, or a file is not what
            was kept.
    """
    path = folder / NAME
    if not path.is_file():
        raise damaged(path)
    contents = _good(folder, path.read_bytes())
    proved: set[str] = set()
    for line in contents.files:
        if line.file not in proved and not is_what_was_kept(folder, line):
            raise damaged(folder / FILES / line.file)
        proved.add(line.file)
    return contents


def recover(folder: Path) -> Contents:
    """Return what a killed run left whole, and remove all else: a torn line, and every file that no line names.

    A file that is not what its line says takes its line with it, and all after that, unless a finished post does.

    Raises:
        BadInputError: something up to the last finished post is damaged or gone.
        OSError: the disk does not allow it.
    """
    path = folder / NAME
    written = path.read_bytes() if path.exists() else b""
    contents = _good(folder, written)
    if contents.end == 0:
        path.unlink(missing_ok=True)
    elif contents.end < len(written):
        with path.open("r+b") as file:
            file.truncate(contents.end)
            os.fsync(file.fileno())
    named = {line.file for line in contents.files}
    for left in (folder / FILES).glob("*"):
        if left.name not in named:
            left.unlink()
    return contents


def _good(folder: Path, written: bytes) -> Contents:
    encoded = written.split(b"\n")[:-1]
    lines: list[Line] = []
    for one in encoded:
        try:
            lines.append(_LINE.validate_json(one))
        except ValidationError:
            break
    kept = _there(folder, lines)
    # Were a post's line among what goes, a post that the walk takes for finished would be lost.
    if any(b'"kind":"post"' in one for one in encoded[kept:]):
        raise damaged(folder / NAME)
    return Contents(lines=tuple(lines[:kept]), end=sum(len(one) + 1 for one in encoded[:kept]))


def _there(folder: Path, lines: list[Line]) -> int:
    """Return how many lines from the start hold: their files are there and, since the last finished post, whole."""
    settled = max((number for number, line in enumerate(lines, 1) if isinstance(line, PostMedia)), default=0)
    for number, line in enumerate(lines):
        if isinstance(line, PostMedia):
            continue
        path = folder / FILES / line.file
        if not path.is_file() or path.stat().st_size != line.size:
            return number
        if number >= settled and not is_what_was_kept(folder, line):
            return number
    return len(lines)


def is_what_was_kept(folder: Path, line: MediaFile) -> bool:
    """Say whether the file of `line` is there, and has its digest."""
    path = folder / FILES / line.file
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == line.sha256


def damaged(path: Path) -> BadInputError:
    """Return the error for something of the media that is not what was written."""
    return BadInputError(
        happened=Text(f"{path} är inte vad som sparades.", f"{path} is not what was kept."),
        safe=Text("Inget har skrivits över.", "Nothing was overwritten."),
        next_step=Text("Gör om fångsten i en ny mapp.", "Capture again, in a new folder."),
    )
