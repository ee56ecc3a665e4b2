"""Where an item is to be seen, and what it shows: what joins the record to film, pages and original files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class MediaElement(Protocol):
    """What the record tells of a picture, film or sound that an item shows: an element's name and its attributes."""

    @property
    def element(self) -> str:
        """`media` or `missingMedia`."""

    @property
    def attributes(self) -> Mapping[str, str]:
        """Its attributes, by name."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where an item is shown: at a `second` of the recording, on a `page` (from 1) of a `volume` (a file's name).

    `media` are the original files that it shows, or why there are none.
    """

    second: float | None
    volume: str | None
    page: int | None
    media: tuple[MediaElement, ...] = ()


NOWHERE = Shown(second=None, volume=None, page=None)
