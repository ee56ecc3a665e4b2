"""What is made of film without a browser: its time, its chapters, what it did not see, and what is said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from capture.attendance import CutShort, Occasion, Stretch
from capture.items import Cause
from capture.recording.journal import Contents, FrameLine
from capture.recording.moves import Move, Unseen, unseen
from capture.recording.subtitles import webvtt
from capture.recording.timeline import OPENING_TITLE, lay_out
from capture.records import losses
from tests.recording.small_channel import BEGAN, URL

WINDOW = (1280.0, 900.0)
STRETCH = Stretch(
    occasion=Occasion.DRIVEN,
    post_key=None,
    first=2,
    began=BEGAN,
    ended=BEGAN + timedelta(seconds=10),
    states=55,
    moved=450.0,
    allowed=450.0,
    view_height=900,
    skipped=7,
)


def frame(number: int, at: float, cause: Cause = Cause.FILMED) -> FrameLine:
    return FrameLine(
        number=number,
        step=1,
        file=f"frames/{number:06d}.png",
        sha256=f"{number:064x}",
        cause=cause,
        label="",
        post_key=None,
        url=URL,
        at=BEGAN + timedelta(seconds=at),
        scroll_y=0,
        in_view=(),
    )


def move(at: float, before: float, after: float, *, scroller: int = 0, shows: float = 900.0) -> Move:
    return Move(at=at, scroller=(0, 1, scroller), before=(0, before), after=(0, after), shows=(1280.0, shows))


@pytest.mark.parametrize(
    ("pictures", "moves", "found"),
    [
        ([1.0, 2.0], [], (0, 450, 0)),
        ([1.0, 2.0], [move(1.5, 0, 450)], (450, 450, 0)),
        ([1.0, 2.0], [move(1.5, 0, 300), move(1.7, 300, 600)], (600, 450, 1)),  # together between two pictures
        ([1.0, 1.6, 2.0], [move(1.5, 0, 300), move(1.7, 300, 600)], (300, 450, 0)),
        ([1.0, 1.52, 2.0], [move(1.5, 0, 300), move(1.7, 300, 600)], (600, 450, 0)),  # may not have been on it yet
        ([1.0, 2.0], [move(1.5, 0, 5000), move(1.7, 5000, 0)], (5000, 450, 1)),  # there and back again
        ([1.0, 2.0], [move(1.7, 5000, 0), move(1.5, 0, 5000)], (5000, 450, 1)),  # told in another order
        ([1.0, 2.0], [move(0.5, 0, 700)], (700, 450, 0)),  # before the first picture
        ([1.0, 2.0], [move(2.5, 0, 700)], (700, 450, 0)),  # after the last
        ([1.0, 2.0], [move(1.5, 0, 400), move(1.6, 0, 130, scroller=1, shows=120)], (130, 120, 1)),
        ([1.0, 2.0], [move(1.5, 0, 3, scroller=1, shows=0)], (3, 0, 0)),
        ([], [move(1.5, 0, 700)], (700, 450, 0)),
    ],
)
def test_what_no_picture_shows(pictures: list[float], moves: list[Move], found: tuple[float, float, int]) -> None:
    moved, allowed, skipped = found
    assert unseen(pictures, moves, window=WINDOW) == Unseen(moved=moved, allowed=allowed, skipped=skipped)


def test_what_the_pictures_themselves_say_counts_as_well() -> None:
    found = unseen([1.0, 2.0, 3.0], [move(1.5, 0, 100)], steps=[100, 460], window=WINDOW)
    assert found == Unseen(moved=460, allowed=450, skipped=0)


def test_sideways_counts_as_well() -> None:
    sideways = Move(at=1.5, scroller=(0, 1, 0), before=(0, 0), after=(700, 0), shows=(1280, 900))
    assert unseen([1.0, 2.0], [sideways], window=WINDOW) == Unseen(moved=700, allowed=640, skipped=0)


def test_film_stands_as_long_as_it_did_and_has_chapters_of_its_own() -> None:
    """A step (1.52 s), film of 10 s from 0.5 s on (one picture long, one short), a click after it, and film again."""
    frames = (
        frame(1, 0, Cause.ARRIVAL),
        frame(2, 0.5),
        frame(3, 6.51),
        frame(4, 6.56),
        frame(5, 11, Cause.EXPAND),
        frame(6, 12),
        frame(7, 13),
    )
    second = replace(STRETCH, first=6, began=BEGAN + timedelta(seconds=11.9), ended=BEGAN + timedelta(seconds=15))
    none = replace(STRETCH, first=7, began=BEGAN + timedelta(seconds=12.9), ended=None)
    timeline = lay_out(Contents(frames=frames, posts=(), stretches=(STRETCH, second, none)))
    spans = [one.end_ms - one.start_ms for one in timeline.shown]
    assert spans == [1520, 6000, 40, 3440, 520, 3000, 1520]
    assert [(chapter.title, round(chapter.start * 1000)) for chapter in timeline.chapters] == [
        (OPENING_TITLE, 0),
        ("Filmat i realtid, 2026-11-23 00:30:07", 4520),
        ("Genomgången fortsätter", 14000),
        ("Filmat i realtid, 2026-11-23 00:30:19", 14520),
        ("Filmat i realtid, 2026-11-23 00:30:20", 17520),
    ]


def test_pictures_of_one_second_share_a_line_of_subtitles_and_steps_do_not() -> None:
    frames = (
        frame(1, 0, Cause.ARRIVAL),
        frame(2, 0, Cause.ARRIVAL),
        *(frame(number, 0.1 * number) for number in range(3, 15)),
    )
    stretch = replace(STRETCH, first=3, ended=BEGAN + timedelta(seconds=2))
    text = webvtt(lay_out(Contents(frames=frames, posts=(), stretches=(stretch,))))
    assert text.count("Sidan öppnades") == 2
    assert text.count("Filmat i realtid, utan ljud") == 2
    assert "00:00:06.040 --> 00:00:06.720\n2026-11-23 00:30:07 svensk tid" in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, None),
        ({"moved": 451.0}, "missade något: innehållet flyttades 451 bildpunkter mellan två bilder, och mer än 450"),
        ({"watched": False}, "kan ha missat något: sidan lät sig inte övervakas"),
        ({"states": 0}, "gav ingen bild"),
        ({"states": 0, "cut_short": CutShort.LOGIN}, None),
        ({"cut_short": CutShort.LONGEST}, None),
        ({"ended": None}, "bröts av"),
    ],
)
def test_film_that_may_lack_something_makes_the_capture_incomplete(
    changes: dict[str, object], told: str | None
) -> None:
    found = losses.of_the_filming((replace(STRETCH, **changes),))
    assert [(loss.explained, loss.post_key) for loss in found] == ([] if told is None else [(False, None)])
    if told is not None:
        assert found[0].said.sv.startswith(f"Filmningen som började 2026-11-23 00:30:07 (svensk tid) {told}")


def test_how_much_was_filmed_and_how_closely_is_said() -> None:
    live = replace(STRETCH, occasion=Occasion.LIVE, post_key="p/1", states=123, cut_short=CutShort.LONGEST)
    broken = replace(STRETCH, ended=None)
    assert losses.on_the_filming((broken,)) == ()
    summed_up, cut = losses.on_the_filming((STRETCH, broken, live))
    assert summed_up.sv == (
        "2 avsnitt (20 s) filmades i realtid, utan ljud: 1 medan en person körde, 1 för att inlägget har direktsänd "
        "video. Minst 5,5 olika bilder i sekunden; 14 lägen som sidan ritades i finns inte på bild."
    )
    assert "without sound" in summed_up.en
    assert "det längsta som filmas i ett stycke" in cut.sv
