"""Where an item is to be seen: what joins the record to the film and the pages."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Where an item is shown: at a `second` of the recording, on a `page` (from 1) of a `volume` (a file's name)."""

    second: float | None
    volume: str | None
    page: int | None


NOWHERE = Shown(second=None, volume=None, page=None)
