"""What a finished recording is: its films, what lies beside them, and what was proved of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from capture.recording.plain_text import storable
from capture.recording.timeline import Chapter
from register.language import Text


@dataclass(frozen=True, kw_only=True)
class FilmFile:
    """One delivered film, in the words of a package's inventory; `sha256` is the whole file's."""

    path: Path
    media_type: str
    format_name: str
    format_version: str | None
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A finished recording.

    `films` are delivered, the one to play first; `subtitles` (WebVTT) and `poster` (JPEG) belong beside it. `master` is
    the lossless working master, None where the pictures themselves served. `duration` is in seconds of presentation
    time, the title card included. `frames` is the number of journalled steps, `states` how many of them changed the
    screen; `size` is the captured screen's width and height in pixels, to which 4:2:0 adds a row or column where they
    are odd. `moments` is the second at which each post, comment and reply is first shown, by its key as `storable`.
    `proved` is how many pictures the film has, the title card included, and `proved_against` says in words what each
    of them was proved against. Without that proof there is no `Recorded`.
    """

    films: tuple[FilmFile, ...]
    subtitles: Path
    poster: Path
    master: Path | None
    duration: float
    frames: int
    states: int
    size: tuple[int, int]
    chapters: tuple[Chapter, ...]
    moments: Mapping[str, float]
    encoder: str
    proved: int
    proved_against: Text

    @property
    def path(self) -> Path:
        """The film to play."""
        return self.films[0].path

    def second_of(self, key: str) -> float | None:
        """Return the second at which the item `key` is first shown, None where no frame shows it."""
        return self.moments.get(storable(key))
