"""The presentation time of a recording: how long each frame stays, and where each chapter begins.

The time is synthetic: a person who scrolled at a reading pace would have seen the frames like this. Nothing was
filmed at these times; when each picture really was taken is in the journal and in the subtitles. Every time is a
whole number of ticks of 40 ms (25 a second), which each player and container can state exactly.

What was filmed in real time is the exception: there a picture stays until the next one was drawn, however long that
took. No more than one a tick is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise

from capture.items import Cause
from capture.recording.journal import Contents, FrameLine
from register.errors import RecordingError
from register.language import Text, swedish_time

TICK_MS = 40
SCROLL_PX_PER_SECOND = 600
OPENING_TITLE = "Försättsbild och kanalens början"
RESUMED_TITLE = "Genomgången återupptogs"
FILMED_TITLE = "Filmat i realtid"
WALK_GOES_ON_TITLE = "Genomgången fortsätter"

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

    `post_key` is None for what precedes the posts, for film, and from where a walk goes on after that or after it was
    broken off or paused.
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
    film = _film_ticks(contents)
    shown = tuple(_in_turn(contents.frames, card_ms, px_per_second, film))
    duration_ms = shown[-1].end_ms
    chapters = _chapters(contents, shown, duration_ms)
    return Timeline(
        card_ms=card_ms,
        shown=shown,
        stills=tuple(_stills(shown, {round(chapter.start * 1000) for chapter in chapters})),
        chapters=chapters,
        moments=_moments(shown),
        duration_ms=duration_ms,
    )


def _in_turn(
    frames: tuple[FrameLine, ...], start_ms: int, px_per_second: int, film: Mapping[int, int]
) -> Iterable[Shown]:
    before: FrameLine | None = None
    for frame, after in zip(frames, (*frames[1:], None), strict=True):
        ticks = film.get(frame.number) or _own_ticks(frame, before, px_per_second)
        if after is not None and after.cause in _CLICKS and frame.number not in film:
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


def _film_ticks(contents: Contents) -> Mapping[int, int]:
    """Return for how many ticks each frame of film is shown, by its number.

    When the last picture of a stretch that was broken off went is not known: it stays as long as any page that opens.
    """
    ticks: dict[int, int] = {}
    stretches = {stretch.first: stretch for stretch in contents.stretches}
    filmed = (frame for frame in contents.frames if frame.cause is Cause.FILMED)
    for first, group in groupby(filmed, lambda frame: _first_of(frame, stretches)):
        frames = tuple(group)
        unknown = frames[-1].at + timedelta(milliseconds=_PAUSE_TICKS * TICK_MS)
        over = (*(frame.at for frame in frames[1:]), stretches[first].ended or unknown)
        spent = 0
        for frame, gone in zip(frames, over, strict=True):
            due = (gone - frames[0].at) // timedelta(milliseconds=TICK_MS)
            ticks[frame.number] = max(1, due - spent)
            spent += ticks[frame.number]
    return ticks


def _first_of(frame: FrameLine, firsts: Iterable[int]) -> int:
    return max(first for first in firsts if first <= frame.number)


def _chapters(contents: Contents, shown: tuple[Shown, ...], duration_ms: int) -> tuple[Chapter, ...]:
    first_seen: dict[str, int] = {}
    for one in shown:
        if one.frame.post_key is not None:
            first_seen.setdefault(one.frame.post_key, one.start_ms)
    titles = {post.post_key: post.title for post in contents.posts}
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
    marks |= {start: (None, title) for start, title in (*_film_marks(contents, shown), *resumed.items())}
    marks |= {first_seen[key]: (key, title) for key, title in titles.items()}
    starts = sorted(marks)
    return tuple(
        Chapter(post_key=marks[start][0], title=marks[start][1], start=start / 1000, end=end / 1000)
        for start, end in pairwise((*starts, duration_ms))
    )


def _film_marks(contents: Contents, shown: tuple[Shown, ...]) -> Iterable[tuple[int, str]]:
    """Yield where film begins, and where the walk goes on after it."""
    firsts = {stretch.first for stretch in contents.stretches}
    before: Cause | None = None
    for one in shown:
        if one.frame.cause is Cause.FILMED and one.frame.number in firsts:
            yield one.start_ms, f"{FILMED_TITLE}, {swedish_time(one.frame.at)}"
        elif one.frame.cause is not Cause.FILMED and before is Cause.FILMED:
            yield one.start_ms, WALK_GOES_ON_TITLE
        before = one.frame.cause


def seconds_in(contents: Contents, *, px_per_second: int = SCROLL_PX_PER_SECOND) -> Mapping[str, float]:
    """Return the second at which each post, comment and reply will be first shown, before any film is made.

    Raises:
        RecordingError: see `lay_out`.
    """
    moments = lay_out(contents, px_per_second=px_per_second).moments
    return {key: ms / 1000 for key, ms in moments.items()}


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
