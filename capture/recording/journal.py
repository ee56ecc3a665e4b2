"""The journal of a recording: an append-only file of JSON lines, one a frame, one a post, two a stretch of film.

It is what the recording *is*; the pictures beside it are named and sealed (SHA-256) by it. A line is written after
its picture has its name, so a picture without a line was interrupted and does not count; neither does a last line
without its line break.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from capture.attendance import Stretch
from capture.growing import GrowingFile
from capture.items import Cause
from register.errors import FolderBlockedError, RecordingError
from register.language import Text

NAME = "frames.jsonl"
PICTURES = "frames"


@dataclass(frozen=True, kw_only=True)
class FrameLine:
    """One recorded step.

    `number` counts frames from 1, `step` is the walk's own number. `file` is the picture, relative to the journal's
    folder: the frame before's, where the screen did not change. `at` is when the picture was taken (UTC), `scroll_y`
    in CSS pixels; `in_view` are the keys of the items that it shows.
    """

    kind: Literal["frame"] = "frame"
    number: int
    step: int
    file: Annotated[str, Field(pattern=r"^frames/[0-9]{6,}\.png$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    cause: Cause
    label: str
    post_key: str | None
    url: str
    at: datetime
    scroll_y: float
    in_view: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """A post that was seen to its end, and the title of its chapter."""

    kind: Literal["post"] = "post"
    post_key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StretchLine:
    """Something that was filmed in real time: written when it begins, and again, with all that is known, at its end."""

    kind: Literal["stretch"] = "stretch"
    stretch: Stretch


AnyLine = FrameLine | PostLine | StretchLine

type_of_line: TypeAdapter[AnyLine] = TypeAdapter(Annotated[AnyLine, Field(discriminator="kind")])


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All whole lines of a journal, in the order they were written; a stretch as it was last written."""

    frames: tuple[FrameLine, ...]
    posts: tuple[PostLine, ...]
    stretches: tuple[Stretch, ...] = ()


class JournalWriter:
    """Appends to a new journal in `folder`, which is created, or after the first `end` bytes of the one that is there.

    Raises:
        FolderBlockedError: the folder already holds a journal (evidence is never written over) or cannot be written.
    """

    def __init__(self, folder: Path, *, end: int = 0) -> None:
        try:
            (folder / PICTURES).mkdir(parents=True, exist_ok=True)
            self._file = GrowingFile(folder / NAME, end=end)
        except OSError as fault:
            raise FolderBlockedError(
                happened=Text(
                    f"En inspelning kan inte börja i {folder}: {fault.strerror}.",
                    f"A recording cannot begin in {folder}: {fault.strerror}.",
                ),
                safe=Text("Det som fanns där är orört.", "What was there is untouched."),
                next_step=Text("Ange en ny, tom mapp.", "Name a new, empty folder."),
            ) from fault

    def append(self, line: AnyLine) -> None:
        """Write one whole line, or raise OSError and leave none of it."""
        self._file.append(type_of_line.dump_json(line))

    def sync(self) -> None:
        """Put what is written on the disk itself. Raises OSError."""
        self._file.sync()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()


def read(folder: Path) -> Contents:
    """Return what the journal in `folder` holds.

    Raises:
        RecordingError: there is no journal, it holds no frame, a line other than an interrupted last one is damaged,
            or a frame is missing from the count.
    """
    try:
        written = (folder / NAME).read_bytes()
    except OSError as fault:
        raise damaged(folder, f"{fault.strerror}") from fault
    frames, posts = [], []
    stretches: dict[datetime, Stretch] = {}
    for number, encoded in enumerate(written.split(b"\n")[:-1], 1):
        try:
            line = type_of_line.validate_json(encoded)
        except ValidationError as fault:
            raise damaged(folder, f"rad/line {number}") from fault
        if isinstance(line, PostLine):
            posts.append(line)
            continue
        if isinstance(line, StretchLine):
            stretches[line.stretch.began] = line.stretch
            continue
        frames.append(line)
        if line.number != len(frames):
            raise damaged(folder, f"rad/line {number}: bild/frame {line.number} ≠ {len(frames)}")
    if not frames:
        raise damaged(folder, "0 bilder/frames")
    return Contents(frames=tuple(frames), posts=tuple(posts), stretches=tuple(stretches.values()))


def damaged(folder: Path, where: str) -> RecordingError:
    """Return the error for a journal in `folder` that cannot be used, `where` saying what is wrong."""
    return RecordingError(
        happened=Text(
            f"Inspelningens journal i {folder} går inte att använda ({where}).",
            f"The recording's journal in {folder} cannot be used ({where}).",
        ),
        safe=Text("Ingen film har gjorts av den.", "No video was made from it."),
        next_step=Text("Gör om vandringen genom kanalen.", "Walk the channel again."),
    )
