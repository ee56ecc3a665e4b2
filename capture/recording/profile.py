"""What a recording is to become: the choices that differ between archives, and between machines.

Riksarkivet advises FFV1 in Matroska for what is kept and H.264 in MP4 for what is watched
(riksarkivet.se/digitisering-av-ljud-och-video). What is delivered is always made from lossless pictures.
"""

from dataclasses import dataclass
from enum import StrEnum

from capture.recording.timeline import SCROLL_PX_PER_SECOND


class Film(StrEnum):
    """What is delivered."""

    MP4 = "mp4"  # H.264: any browser plays it
    MKV = "mkv"  # FFV1: every pixel as captured
    BOTH = "both"


class Master(StrEnum):
    """What the film is made from."""

    FFV1 = "ffv1"  # a lossless film, made first and proved; it can outlive the pictures
    FRAMES = "frames"  # the captured pictures themselves: less work and less disk


@dataclass(frozen=True, kw_only=True)
class FilmProfile:
    """The choices for one recording.

    `px_per_second` is how fast a scroll is shown (CSS pixels), `crf` x264's quality (lower is better).

    Raises:
        ValueError: FFV1 is to be delivered and not to be made, or a number makes no sense.
    """

    film: Film = Film.MP4
    master: Master = Master.FFV1
    px_per_second: int = SCROLL_PX_PER_SECOND
    crf: int = 20

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.film is not Film.MP4 and self.master is Master.FRAMES:
            raise ValueError("film: an MKV is delivered from the FFV1 master, which master: frames does not make")
        if not 100 <= self.px_per_second <= 10_000:
            raise ValueError(f"px_per_second: {self.px_per_second} is not between 100 and 10000")
        if not 0 < self.crf <= 30:  # 0 is another profile of H.264, which browsers need not play
            raise ValueError(f"crf: {self.crf} is not between 1 and 30")
