"""What a shot leaves on disk: the picture in bands, and beside it everything the pages need to know.

A shot is written the moment it is taken, first the pictures, then the description, each under a temporary name that
is exchanged for the real one: a description on disk therefore means that the shot is whole. Boxes are in CSS pixels
from the upper left corner of the shot.
"""

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from register.errors import BadInputError, DiskFullError
from register.language import Text

ARRIVAL = 0
"""The number of the untouched viewport; the posts' shots begin at 1."""


HIDDEN = "hidden"
"""What `Reading.unread` calls the words that are in the page's text, and never painted."""


class Kind(StrEnum):
    """What a block is; the values are PDF structure types (ISO 32000-1, 14.8.4), but for H, whose level comes later."""

    ARTICLE = "Art"
    HEADING = "H"
    PARAGRAPH = "P"
    LIST = "L"
    LIST_ITEM = "LI"
    FIGURE = "Figure"
    LINK = "Link"  # a link in which nothing could be read


class Box(NamedTuple):
    """A rectangle in CSS pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


class Word(NamedTuple):
    """A word, or the part of it on one line. `link` is its index among the links; `spaced`: a space precedes it.

    `seen` False: no picture shows it, so it does not belong in the text of the pages.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    link: int | None
    spaced: bool
    seen: bool = True

    @property
    def box(self) -> Box:
        """Where it stands."""
        return Box(self.x, self.y, self.width, self.height)


class Link(NamedTuple):
    """Where a link leads, absolute and unjudged, and what it says of itself if it has no text."""

    url: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A node of what was read. Figures and empty links have a `box`; `alt` None: the page gave no alternative text."""

    kind: Kind
    kids: "list[Word | Block]" = field(default_factory=list)
    box: Box | None = None
    alt: str | None = None
    photo: bool = False
    link: int | None = None


class Mark(NamedTuple):
    """Where a post, a comment or a reply stands: what it says itself, not the answers in it."""

    key: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What `extract.js` returns. `box` is where it lies in the document, in whole pixels.

    `panels` are bubbles and cards that look better whole; `unread` counts, by kind, what is painted but could not be
    read as text, and under `HIDDEN` the words that are in the page's text and were not painted. `items` are what of
    the walk's is seen here.
    """

    box: Box
    tree: Block
    panels: tuple[Box, ...]
    links: tuple[Link, ...]
    unread: Mapping[str, int]
    items: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Band:
    """A part of the picture as wide as it, `top` and `height` in CSS pixels; in a joined shot, `left` and narrower.

    `name` is its file beside the description.
    """

    name: str
    top: int
    height: int
    sha256: str
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What the pages say of the post beside its picture. Times are UTC; texts are the channel's own, unjudged."""

    key: str
    ordinal: int
    author: str
    text: str
    published: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture and its reading. `url` is the page's, `scale` device pixels a CSS pixel; `taken` is UTC.

    `steady` False: the element was still moving after every attempt, so picture and text may differ. A post that does
    not stand on its page all at once is several shots, from its top to its end; the `last` says that it is whole.
    `unpictured` says why there is no picture: then there are no bands, and only the `box` of what was read.
    """

    number: int
    url: str
    taken: datetime
    scale: float
    steady: bool
    bands: tuple[Band, ...]
    caption: Caption | None
    reading: Reading
    last: bool = True
    unpictured: Text | None = None

    @property
    def width(self) -> int:
        """CSS pixels."""
        return round(self.reading.box.width)

    @property
    def height(self) -> int:
        """CSS pixels."""
        return round(self.reading.box.height)


_READING, _SHOT = TypeAdapter(Reading), TypeAdapter(Shot)


def reading_of(answer: object) -> Reading:
    """Return what `extract.js` answered, checked."""
    return _READING.validate_python(answer)


def keep_picture(folder: Path, name: str, png: bytes) -> str:
    """Write a picture and return its SHA-256."""
    _exchange(folder / name, png)
    return hashlib.sha256(png).hexdigest()


def keep(folder: Path, shot: Shot) -> Path:
    """Write the description of a shot whose pictures are already there; on return the disk has all of it."""
    path = folder / f"{shot.number:05d}.json"
    _exchange(path, _SHOT.dump_json(shot, ensure_ascii=True))
    if os.name == "posix":  # Windows confirms no folders
        names = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(names)
        finally:
            os.close(names)
    return path


def read(path: Path) -> Shot:
    """Return the shot that a description tells of."""
    return _SHOT.validate_json(path.read_bytes())


def descriptions(folder: Path) -> Iterator[Path]:
    """Return the descriptions of the posts' shots, in the order they were taken."""
    return (path for path in sorted(folder.glob("[0-9]*.json")) if int(path.stem) != ARRIVAL)


def recover(folder: Path) -> list[Shot]:
    """Return the shots that a killed run left whole, in the order they were taken, and remove all else in `folder`.

    The shots of a post whose last one is missing are not kept: the post is taken anew.

    Raises:
        BadInputError: a description cannot be read, or a picture that one names is gone; of the last shot, whose
            writing was the last thing on the disk, also one that is not what was taken.
    """
    shots = []
    for path in sorted(folder.glob("[0-9]*.json")):
        try:
            shots.append(read(path))
        except ValidationError as fault:
            raise _damaged(path) from fault
    for shot in shots:
        for band in shot.bands:
            picture = folder / band.name
            if not picture.is_file() or (shot is shots[-1] and _digest(picture) != band.sha256):
                raise _damaged(picture)
    whole = {shot.caption.key for shot in shots if shot.caption is not None and shot.last}
    shots = [shot for shot in shots if shot.caption is None or shot.caption.key in whole]
    named = {name for shot in shots for name in (f"{shot.number:05d}.json", *(band.name for band in shot.bands))}
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()
    return shots


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exchange(path: Path, content: bytes) -> None:
    """Write a file under its name when the disk has all of it, so that the walk may rely on it."""
    part = path.with_suffix(path.suffix + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise _disk_full(path) from fault
        raise
    part.replace(path)


def _damaged(path: Path) -> BadInputError:
    return BadInputError(
        happened=Text(f"{path} är inte vad som togs.", f"{path} is not what was taken."),
        safe=Text("Inget har skrivits över.", "Nothing was overwritten."),
        next_step=Text("Gör om fångsten i en ny mapp.", "Capture again, in a new folder."),
    )


def _disk_full(path: Path) -> DiskFullError:
    return DiskFullError(
        happened=Text(f"Disken är full: {path.name} fick inte plats.", f"The disk is full: no room for {path.name}."),
        safe=Text("Bilderna som redan tagits ligger kvar.", "The pictures already taken are kept."),
        next_step=Text("Frigör utrymme och kör om.", "Free some space and run again."),
    )
