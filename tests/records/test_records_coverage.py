"""One capture after another: no time falls between them, and what was there before is still there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from capture.items import ItemKind, PostLedger, StopReason
from capture.records import statement
from capture.records.coverage import Coverage
from register.model import Period, Verdict
from tests.records.conftest import item

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def _feed(walk, *, posts, comments=0, since=None, started=JULY, published=MAY):
    """A walk of so many posts, one published a minute, the first with all the comments."""
    items, ledgers = [], []
    for number in range(posts):
        key = f"https://exempel.invalid/inlagg/{number}"
        said = comments if number == 0 else 0
        at = None if published is None else published + timedelta(minutes=number)
        items.append(item(key, ItemKind.POST, None, len(items) + 1, post_key=key, published=at))
        for answer in range(said):
            items.append(item(f"{key}?k={answer}", ItemKind.COMMENT, key, len(items) + 1, post_key=key))
        ledgers.append(
            PostLedger(
                post_key=key, claimed=said, captured=said, duplicates=0, deleted=0, missing_reason=None, evidence=None
            )
        )
    stop = StopReason.END_MARKER if since is None else StopReason.PERIOD_START
    return replace(
        walk,
        items=tuple(items),
        ledgers=tuple(ledgers),
        since=since,
        started=started,
        stop=stop,
        claimed_posts=None,
    )


def _conclude(walk, channel, previous):
    return statement.conclude(walk, channel, previous=previous, issued=JULY, program="Kanalarkiv 0")


def _remarks(made):
    return " ".join(remark.sv for remark in made.remarks)


@pytest.mark.parametrize(
    ("since", "previous_end", "gap"),
    [
        (None, None, None),
        (None, JUNE, None),
        (MAY, None, None),
        (MAY, JUNE, None),
        (JUNE, JUNE, None),
        (JUNE, MAY, Period(start=MAY, end=JUNE)),
    ],
)
def test_a_gap_is_the_time_that_neither_capture_covers(since, previous_end, gap):
    assert Coverage(since=since, until=JULY, previous_end=previous_end).gap == gap


def test_a_gap_between_periods_makes_a_capture_incomplete(walk, channel):
    made = _conclude(_feed(walk, posts=3, since=JUNE, published=JUNE), channel, _feed(walk, posts=3, started=MAY))
    assert made.verdict is Verdict.INCOMPLETE
    assert "sågs då" not in _remarks(made)
    assert [(loss.said.sv, loss.explained) for loss in made.losses] == [
        ("Perioden 2026-05-01 02:00:00 – 2026-06-01 02:00:00 (svensk tid) täcks inte av någon insamling.", False)
    ]


def test_an_overlap_is_only_said(walk, channel):
    made = _conclude(_feed(walk, posts=3, since=MAY), channel, _feed(walk, posts=3, started=JUNE))
    assert made.verdict is Verdict.COMPLETE
    assert "överlappar den föregående insamlingen, som omfattar tiden till 2026-06-01 02:00:00" in _remarks(made)


def test_a_first_capture_says_so_and_what_a_period_of_it_leaves_out(walk, channel):
    whole = _conclude(_feed(walk, posts=3), channel, None)
    assert whole.verdict is Verdict.COMPLETE
    assert "första insamling av kanalen" in _remarks(whole)
    assert "före" not in _remarks(whole)
    part = _conclude(_feed(walk, posts=3, since=MAY), channel, None)
    assert "Det som publicerades före 2026-05-01 02:00:00 (svensk tid) ingår inte" in _remarks(part)


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        (10, 10, Verdict.COMPLETE),
        (10, 8, Verdict.COMPLETE),
        (10, 7, Verdict.INCOMPLETE),
        (5, 4, Verdict.COMPLETE),
        (5, 3, Verdict.INCOMPLETE),
        (4, 1, Verdict.COMPLETE),
    ],
)
def test_a_sharp_drop_in_posts_is_a_failed_run(walk, channel, then, now, verdict):
    made = _conclude(_feed(walk, posts=now), channel, _feed(walk, posts=then, started=JUNE))
    assert made.verdict is verdict
    assert f"sågs då {then} inlägg med 0 kommentarer, nu {now} med 0" in _remarks(made)
    said = [loss.said.sv for loss in made.losses]
    drop = [f"Av den tid som även föregående insamling omfattar sågs nu {now} inlägg; då var de {then}."]
    assert said == ([] if verdict is Verdict.COMPLETE else drop)


@pytest.mark.parametrize(("then", "now", "losses"), [(20, 16, 0), (20, 15, 1), (19, 0, 0)])
def test_a_sharp_drop_in_comments_is_a_failed_run(walk, channel, then, now, losses):
    made = _conclude(_feed(walk, posts=2, comments=now), channel, _feed(walk, posts=2, comments=then, started=JUNE))
    assert len(made.losses) == losses


def test_new_posts_do_not_stand_in_for_lost_ones(walk, channel):
    """Twelve posts are more than ten, but only two of them are from the time of the ten."""
    before = _feed(walk, posts=10, started=JUNE)
    now = _feed(walk, posts=12, published=JUNE - timedelta(minutes=1))
    made = _conclude(now, channel, before)
    assert "sågs nu 2 inlägg; då var de 10" in made.losses[0].said.sv


def test_only_the_overlap_of_two_periods_is_compared(walk, channel):
    """The earlier capture has ten posts, four of them after the later one's start."""
    before = _feed(walk, posts=10, started=JUNE)
    made = _conclude(_feed(walk, posts=4, since=MAY + timedelta(minutes=6), published=JULY), channel, before)
    assert "sågs då 4 inlägg med 0 kommentarer, nu 0 med 0" in _remarks(made)


def test_posts_without_a_time_are_counted_whole_or_said_to_be_beyond_comparison(walk, channel):
    before = _feed(walk, posts=10, started=JUNE, published=None)
    whole = _conclude(_feed(walk, posts=7, published=None), channel, before)
    assert "sågs nu 7 inlägg; då var de 10" in whole.losses[0].said.sv
    part = _conclude(_feed(walk, posts=7, since=MAY, published=None), channel, before)
    assert part.losses == ()
    assert "kunde inte jämföras med föregående insamling" in _remarks(part)
