"""The presentation time of a recording: how long each frame stays, and where each chapter begins.

The time is synthetic: a person who scrolled at a reading pace would have seen the frames like this. Nothing was
filmed at these times; when each picture really was taken is in the journal and in the subtitles. Every time is a
whole number of ticks of 40 ms (25 a second), which each player and container can state exactly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from capture.items import Cause
from capture.recording.journal import Contents, FrameLine, PostLine
from register.errors import RecordingError
from register.language import Text, swedish_time

TICK_MS = 40
SCROLL_PX_PER_SECOND = 600
OPENING_TITLE = "Försättsbild och kanalens början"
RESUMED_TITLE = "Genomgången återupptogs"

_CARD_TICKS = 75  # 3 s
_CLICKS = frozenset({Cause.DISMISS, Cause.ORDER, Cause.EXPAND, Cause.TEXT})
_BEFORE_CLICK_TICKS = 4  # 160 ms
_AFTER_CLICK_TICKS = 13  # 520 ms
_PAUSE_TICKS = 38  # 1.52 s where a page opens or the walk ends
_FEWEST_SCROLL_TICKS = 8  # 0.32 s: a short scroll can still be seen
_MOST_SCROLL_TICKS = 50  # 2 s: a leap back to the top does not stand still for half a minute


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A stretch of the video, in seconds of presentation time.

    `post_key` is None for what precedes the posts, and from where a walk that was broken off or paused goes on.
    """

    post_key: str | None
    title: str
    start: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One journalled frame and when it is on the screen (ms)."""

    frame: FrameLine
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Still:
    """One picture of the video (ms). Frames that look the same share one, except across the start of a chapter."""

    file: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The whole video from `card_ms` on; before it stands the title card.

    `moments` is when each post, comment and reply is first on the screen (ms), by its key; for a post, while it is at
    work rather than while it came up under the one before.
    """

    card_ms: int
    shown: tuple[Shown, ...]
    stills: tuple[Still, ...]
    chapters: tuple[Chapter, ...]
    moments: Mapping[str, int]
    duration_ms: int


def lay_out(contents: Contents, *, px_per_second: int = SCROLL_PX_PER_SECOND) -> Timeline:
    """Return the presentation time of every frame and chapter, scrolling at `px_per_second` (CSS pixels).

    Raises:
        RecordingError: a post has no frame, so its chapter has no place.
    """
    card_ms = _CARD_TICKS * TICK_MS
    shown = tuple(_in_turn(contents.frames, card_ms, px_per_second))
    duration_ms = shown[-1].end_ms
    chapters = _chapters(contents.posts, shown, duration_ms)
    return Timeline(
        card_ms=card_ms,
        shown=shown,
        stills=tuple(_stills(shown, {round(chapter.start * 1000) for chapter in chapters})),
        chapters=chapters,
        moments=_moments(shown),
        duration_ms=duration_ms,
    )


def _in_turn(frames: tuple[FrameLine, ...], start_ms: int, px_per_second: int) -> Iterable[Shown]:
    before: FrameLine | None = None
    for frame, after in zip(frames, (*frames[1:], None), strict=True):
        ticks = _own_ticks(frame, before, px_per_second)
        if after is not None and after.cause in _CLICKS:
            ticks += _BEFORE_CLICK_TICKS
        end_ms = start_ms + ticks * TICK_MS
        yield Shown(frame=frame, start_ms=start_ms, end_ms=end_ms)
        before, start_ms = frame, end_ms


def _own_ticks(frame: FrameLine, before: FrameLine | None, px_per_second: int) -> int:
    if frame.cause in _CLICKS:
        return _AFTER_CLICK_TICKS
    if frame.cause is Cause.SCROLL:
        moved = abs(frame.scroll_y - (0.0 if before is None else before.scroll_y))
        ticks = round(moved / px_per_second * 1000 / TICK_MS)
        return min(max(ticks, _FEWEST_SCROLL_TICKS), _MOST_SCROLL_TICKS)
    return _PAUSE_TICKS


def _chapters(posts: tuple[PostLine, ...], shown: tuple[Shown, ...], duration_ms: int) -> tuple[Chapter, ...]:
    first_seen: dict[str, int] = {}
    for one in shown:
        if one.frame.post_key is not None:
            first_seen.setdefault(one.frame.post_key, one.start_ms)
    titles = {post.post_key: post.title for post in posts}
    placeless = [key for key in titles if key not in first_seen]
    if placeless:
        raise RecordingError(
            happened=Text(
                f"Inlägget {placeless[0]} saknar bild i inspelningen.",
                f"The post {placeless[0]} has no frame in the recording.",
            ),
            safe=Text("Ingen film har gjorts.", "No video was made."),
            next_step=Text("Gör om vandringen genom kanalen.", "Walk the channel again."),
        )
    resumed = {one.start_ms: _resumed_title(one.frame) for one in shown if one.frame.cause is Cause.RESUME}
    marks: dict[int, tuple[str | None, str]] = {0: (None, OPENING_TITLE)}
    marks |= {start: (None, title) for start, title in resumed.items()}
    marks |= {first_seen[key]: (key, title) for key, title in titles.items()}
    starts = sorted(marks)
    return tuple(
        Chapter(post_key=marks[start][0], title=marks[start][1], start=start / 1000, end=end / 1000)
        for start, end in pairwise((*starts, duration_ms))
    )


def _moments(shown: tuple[Shown, ...]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    at_work: dict[str, int] = {}
    for one in shown:
        for key in one.frame.in_view:
            found.setdefault(key, one.start_ms)
            if one.frame.post_key == key:
                at_work.setdefault(key, one.start_ms)
    return found | at_work


def _resumed_title(frame: FrameLine) -> str:
    return f"{RESUMED_TITLE} {swedish_time(frame.at)}"


def _stills(shown: tuple[Shown, ...], chapter_starts: set[int]) -> Iterable[Still]:
    run: Still | None = None
    for one in shown:
        if run is not None and run.file == one.frame.file and one.start_ms not in chapter_starts:
            run = Still(file=run.file, start_ms=run.start_ms, end_ms=one.end_ms)
            continue
        if run is not None:
            yield run
        run = Still(file=one.frame.file, start_ms=one.start_ms, end_ms=one.end_ms)
    if run is not None:
        yield run
