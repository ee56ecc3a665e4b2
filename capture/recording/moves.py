"""How far content moved between two pictures that follow one another, and so may have passed unseen."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SLACK = 0.05
"""Seconds that a place may have been drawn before a picture, and yet not be on it."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A scroll as it was drawn at `at` (seconds since 1970), from one place to another (CSS pixels, x and y).

    `scroller` tells one from another, `shows` is how much of its content it shows at once; the document's, the window.
    """

    at: float
    scroller: tuple[int, int, int]
    before: tuple[float, float]
    after: tuple[float, float]
    shows: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """The move between two pictures that was longest for what it may be; see `capture.attendance.Stretch`."""

    moved: float
    allowed: float
    skipped: int


def unseen(
    pictures: Sequence[float], moves: Iterable[Move], *, steps: Iterable[float] = (), window: tuple[float, float]
) -> Unseen:
    """Hold what moved against when pictures were drawn (seconds since 1970, in order).

    Anything that came before the first picture is held against that; what came after the last has no picture to come
    yet, and counts by itself. `steps` is how far the document scrolled from one picture to the next, by what the
    pictures themselves say; `window` its width and height (CSS pixels).
    """
    ordered = sorted(moves, key=lambda move: move.at)
    drawn = [move.at for move in ordered]
    worst, skipped = (max(steps, default=0.0), window[1] / 2), 0
    for start, end in zip((float("-inf"), *pictures), (*pictures, float("inf")), strict=True):
        first, last = bisect_right(drawn, start - _SLACK), bisect_right(drawn, end)
        worst = max((worst, *_spans(ordered[first:last], window)), key=_share)
        skipped += max(0, len(set(drawn[bisect_right(drawn, start) : last])) - 1)
    return Unseen(moved=worst[0], allowed=worst[1], skipped=skipped)


def _spans(moves: Sequence[Move], window: tuple[float, float]) -> Iterable[tuple[float, float]]:
    """Yield, for each scroller and direction, how far apart its places were, and how far apart they may be."""
    for scroller in {move.scroller for move in moves}:
        own = [move for move in moves if move.scroller == scroller]
        for axis in (0, 1):
            places = [move.before[axis] for move in own] + [move.after[axis] for move in own]
            allowed = min(window[axis] / 2, *(move.shows[axis] for move in own))
            yield max(places) - min(places), allowed


def _share(span: tuple[float, float]) -> float:
    moved, allowed = span
    if not moved:
        return 0.0
    return moved / allowed if allowed > 0 else float("inf")
