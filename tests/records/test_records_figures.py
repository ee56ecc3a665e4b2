"""The figures of a half-year: each number from what was seen, and what was not seen is said."""

from datetime import UTC, datetime, timedelta

import pytest

from capture.items import StopReason
from capture.records.figures import figures_of
from capture.records.questions import is_question
from register.calendar.halves import HalfYear
from tests.records.captures import OWN, URL, Said, captured, post

HALF = HalfYear(2026, 1)
MAY = datetime(2026, 5, 4, 8, 12, tzinfo=UTC)
AFTER = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def _after(hours: float) -> datetime:
    return MAY + timedelta(hours=hours)


def _own(name: str, hours: float, text: str = "Ja, från klockan nio.", **more) -> Said:
    return Said(name, text, author=OWN, at=_after(hours), **more)


def _asked(name: str, hours: float = 0, text: str = "Har badhuset öppet?", **more) -> Said:
    return Said(name, text, at=_after(hours), **more)


def _figures(folder, *posts, **changes):
    return figures_of([("r1", captured(folder, posts, **changes))], HALF, at=AFTER)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Har ni öppet?", True),
        ("Har ni öppet?!", True),
        ("Öppet i dag? 🙏", True),
        ("(Vem vet?) Tack", True),
        ("Hej, när öppnar badhuset", True),
        ("Tack. Kan man boka", True),
        ("where can I park", True),
        ("När jag var liten fanns det en kiosk", False),
        ("Se https://exempel.invalid/?sida=2", False),
        ("Bra!", False),
        ("", False),
    ],
)
def test_what_asks_something(text, asks):
    assert is_question(text) is asks


def test_items_are_counted_by_half_year_and_by_whose_they_are(tmp_path):
    before = post("gammalt", _asked("g1"), at=HALF.start - timedelta(seconds=1))
    found = _figures(
        tmp_path, before, post("a", _asked("a1"), _own("a2", 1)), post("b", author="Gäst", text="Hej"), post("c")
    )
    assert (found.posts, found.own_posts, found.comments, found.own_answers) == (3, 2, 3, 1)
    assert found.own == {OWN}
    assert (found.runs, found.unseen) == (("r1",), ())


@pytest.mark.parametrize(
    ("thread", "seconds"),
    [
        ([_asked("q", answers=[_own("s", 2)])], [7200]),
        ([_asked("q", answers=[Said("x", "Vet ej", answers=[_own("s", 2)])])], [7200]),
        ([Said("k", "Hej", at=MAY, answers=[_asked("q", 1), _own("s", 2)])], [3600]),
        ([_asked("q"), _own("s", 3, "Åsa, ja det har vi")], [10800]),
        ([_asked("q"), _own("s", 3, "Till dig @Åsa Öberg: ja")], [10800]),
        ([_asked("q", answers=[_own("s2", 5), _own("s1", 4)])], [14400]),
        ([_asked("q"), _own("s", 3, "Fler nyheter i morgon")], [None]),
        ([_asked("q", 5, answers=[_own("s", 2)])], [None]),
        ([_asked("q", answers=[Said("x", "Ja, från nio", at=_after(1), author="Bo")])], [None]),
        ([_own("q", 1, "Vad tycker ni?")], []),
    ],
    ids=["reply", "deeper", "flat", "by-name", "by-at", "first", "to-nobody", "before", "by-another", "own-question"],
)
def test_an_answer_is_the_own_accounts_next_word_in_the_thread(tmp_path, thread, seconds):
    found = _figures(tmp_path, post("a", *thread))
    assert [one.seconds for one in found.questions] == seconds
    assert len(found.unanswered) == seconds.count(None)


def test_a_visitors_post_is_answered_by_a_comment_on_it(tmp_path):
    found = _figures(tmp_path, post("a"), post("b"), _asked("q", answers=[_own("s", 1)]))
    assert [one.seconds for one in found.questions] == [3600]


def test_an_answer_without_a_time_is_an_answer(tmp_path):
    thread = _asked("q", answers=[Said("s", "Ja", author=OWN, at=None)])
    found = _figures(tmp_path, post("a", thread))
    assert (found.unanswered, found.waits, found.median) == ((), (), None)
    assert found.undated == 1
    assert found.unseen[0].sv.startswith("1 inlägg och kommentarer saknar maskinläsbar tid")


def test_the_median_and_the_unanswered_are_told(tmp_path):
    answered = [_asked(f"q{n}", answers=[_own(f"s{n}", n)]) for n in (1, 2, 10)]
    found = _figures(tmp_path, post("a", *answered, _asked("o2", 9), _asked("o1", 3)))
    assert (found.median, found.waits[-1]) == (7200, 36000)
    assert [one.asked.permalink for one in found.unanswered] == [f"{URL}/o1", f"{URL}/o2"]


def test_what_several_captures_saw_is_counted_once_and_what_came_later_is_added(tmp_path):
    first = captured(tmp_path, [post("a", _asked("q")), post("b")], started=_after(24))
    second = captured(
        tmp_path,
        [post("a", _asked("q", answers=[_own("s", 30)])), post("c", at=_after(26))],
        started=_after(48),
        since=MAY - timedelta(days=60),
        stop=StopReason.PERIOD_START,
    )
    found = figures_of([("r2", second), ("r1", first)], HALF, at=AFTER)
    assert (found.posts, found.comments, found.runs) == (3, 2, ("r1", "r2"))
    assert [one.seconds for one in found.questions] == [30 * 3600]


def test_what_no_capture_covered_is_said(tmp_path):
    first = captured(tmp_path, [post("a")], started=HALF.start + timedelta(days=30))
    second = captured(
        tmp_path,
        [post("b")],
        started=HALF.start + timedelta(days=90),
        since=HALF.start + timedelta(days=60),
        stop=StopReason.STALLED,
    )
    other = captured(tmp_path, [post("z")], started=HALF.start - timedelta(days=1))
    found = figures_of([("r0", other), ("r1", first), ("r2", second)], HALF, at=AFTER)
    assert found.runs == ("r1", "r2")
    said = [text.sv for text in found.unseen]
    assert said[0] == "ingen insamling omfattar 2026-01-31 00:00:00 – 2026-03-02 00:00:00 (svensk tid)"
    assert said[1].startswith("ingen insamling omfattar 2026-04-01 01:00:00 – 2026-07-01 00:00:00")
    assert said[2] == "1 av 2 insamlingar är ofullständiga"
    assert said[3].startswith("kommentarer som skrevs efter")
    going_on = figures_of([("r1", first)], HALF, at=HALF.start + timedelta(days=30))
    assert (going_on.until, going_on.unseen) == (HALF.start + timedelta(days=30), ())
