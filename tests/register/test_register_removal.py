"""Removal cases: what may be said of one when, what it lacks, its number in the year, and all that was ever said."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from register.case_words import CaseKind, CheckResult, Measure
from register.errors import BadInputError
from register.language import Text
from register.removal import course, grounds, keeping
from register.removal.course import Decided, NotYetError, Said, State
from register.store.cases import RemovalCase
from register.store.opening import Store
from register.store.wording import RefusedError

SAVED = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
DAY, JULY = date(2026, 6, 30), date(2026, 7, 1)
EVE = Decided(by="Eva Sjö", day=DAY, reasons="Pekar ut en person.", reference="KS 2026/88 § 4", role="kanslichef")


def at(minutes: int) -> Said:
    return Said(by="anna.ek", at=SAVED + timedelta(minutes=minutes))


def case(**changed: Any) -> RemovalCase:
    said: dict[str, Any] = {
        "entry": "fb-2026-1",
        "valid_from": SAVED,
        "recorded_at": SAVED,
        "recorded_by": "anna.ek",
        "channel": "fb",
        "kind": CaseKind.COMMENT.value,
        "permalink": "https://exempel.invalid/inlagg/1?k=4",
        "author": "Åke Ärlig",
        "text": "Ni är helt otroliga!",
        "published_shown": "13 tim",
        "saved": SAVED,
        "saved_by": "anna.ek",
        "saved_with": "Kanalarkiv, Chromium",
        "pictures": [
            {"path": "borttagning/x/bild-1-1.png", "sha256": "ab" * 32, "taken": SAVED.isoformat(), "alt": ""}
        ],
        "number": 1,
        "own": False,
        "shown": "synlig",
    }
    return RemovalCase(**{**said, **changed})


def decided(of: RemovalCase | None = None) -> RemovalCase:
    return course.decide(of or case(), EVE, ["h", "a", "a"], at(1))


def removed() -> RemovalCase:
    return course.remove(decided(), Measure.REMOVED, SAVED + timedelta(minutes=2), at(2))


def registered() -> RemovalCase:
    return course.enter(removed(), "KS 2026/341", "KS 2026/12", at(3))


def test_the_grounds_are_the_guideline_s_nine_and_their_law_is_said_to_be_whose_it_is() -> None:
    edition = grounds.in_force_on(DAY)
    assert (edition.guideline, [ground.code for ground in edition.grounds]) == (
        "KS-2024-00357, 2020-05-25 § 94", list("abcdefghi"),
    )  # fmt: skip
    of_guideline = {ground.code for ground in edition.grounds for law in ground.law if law.by == "guideline"}
    assert of_guideline == {"g"}
    assert [ground.code for ground in edition.grounds if ground.provision is None] == ["h", "i"]
    assert [ground.code for ground in edition.chosen(["i", "a", "i"])] == ["a", "i"]
    assert grounds.edition_of(edition.guideline) is edition
    with pytest.raises(BadInputError, match="ingen grund x"):
        edition.chosen(["a", "x"])


def test_a_case_goes_through_the_guideline_s_order() -> None:
    states = [course.state(each) for each in (case(), decided(), removed(), registered())]
    assert states == [State.SAVED, State.DECIDED, State.DONE, State.REGISTERED]
    paper = course.put_on_paper(registered(), DAY, "KS arkiv, pärm 4", at(4))
    looked = course.looked(paper, CheckResult.ABSENT, Text("borta", "gone"), SAVED + timedelta(minutes=5), at(5))
    closed = course.close(looked, at(6))
    assert (course.state(paper), course.state(closed)) == (State.ON_PAPER, State.CLOSED)
    assert (closed.grounds, closed.guideline, closed.absent, closed.printed_by, closed.removed_by) == (
        "a h", "KS-2024-00357, 2020-05-25 § 94", SAVED + timedelta(minutes=5), "anna.ek", "anna.ek",
    )  # fmt: skip


def test_before_anything_is_decided_it_stays_and_the_case_says_all_that_it_lacks() -> None:
    assert case().outcome is None
    assert [text.sv for text in course.lacks(case())] == [
        "beslut saknas", "grund saknas", "motivering saknas", "det är inte sagt att den är borttagen",
        "diarienummer saknas",
    ]  # fmt: skip
    with pytest.raises(NotYetError, match=r"beslut saknas; grund saknas; .*diarienummer saknas"):
        course.close(case(), at(1))


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: course.decide(case(), EVE, [], at(1)), "minst en grund"),
        (lambda: course.decide(case(), Decided(by="Eva", day=DAY, reasons="  "), ["a"], at(1)), "Motiveringen saknas"),
        (lambda: course.decide(case(pictures=[], text=" "), EVE, ["a"], at(1)), "inget är sparat"),
        (lambda: course.decide(removed(), EVE, ["a"], at(3)), "redan borttagen"),
        (lambda: course.keep(removed(), EVE, at(3)), "redan borttagen"),
        (lambda: course.decide(case(), Decided(by="E", day=JULY, reasons="x"), ["a"], at(1)), "inte kommit"),
        (lambda: course.decide(case(), Decided(by="Lösen: hemligt1", day=DAY, reasons="x"), ["a"], at(1)), "lösenord"),
        (lambda: course.decide(case(), Decided(by="E\u202ev", day=DAY, reasons="x"), ["a"], at(1)), "osynliga"),
        (lambda: course.remove(case(), Measure.REMOVED, SAVED, at(1)), "beslut om borttagning saknas"),
        (lambda: course.remove(decided(), Measure.HIDDEN, SAVED - timedelta(seconds=1), at(2)), "den sparades"),
        (lambda: course.remove(decided(), Measure.HIDDEN, SAVED + timedelta(minutes=9), at(2)), "inte kommit"),
        (lambda: course.enter(decided(), "KS 1", None, at(2)), "borttagen eller avpublicerad"),
        (lambda: course.put_on_paper(removed(), DAY, "pärm", at(3)), "diarieföring kommer före papper"),
        (lambda: course.put_on_paper(registered(), JULY, "pärm", at(4)), "inte kommit"),
        (lambda: course.close(removed(), at(3)), "diarienummer saknas"),
        (lambda: course.close(course.close(registered(), at(4)), at(5)), "avslutat"),
        (lambda: course.decide(course.close(registered(), at(4)), EVE, ["a"], at(5)), "avslutat"),
    ],
)  # fmt: skip
def test_what_comes_out_of_order_is_refused_and_says_why(act: Callable[[], object], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        act()


def test_what_was_seen_to_be_there_still_hinders_and_what_cannot_be_told_does_not() -> None:
    there = course.looked(registered(), CheckResult.STILL_THERE, Text("den visas", "shown"), SAVED, at(4))
    with pytest.raises(NotYetError, match="den fanns kvar på kanalen 2026-06-30 14:00:00"):
        course.close(there, at(5))
    word = course.attested_absent(there, "utloggad, i telefonen", at(5))
    assert (word.check_result, word.check_said, word.absent, word.checked_by) == (
        "borta", "intygat, inte eftersökt av programmet: utloggad, i telefonen", at(5).at, "anna.ek",
    )  # fmt: skip
    with pytest.raises(NotYetError):
        course.attested_absent(decided(), "utloggad", at(5))
    untold = course.looked(there, CheckResult.CANNOT_BE_TOLD, Text("inloggning", "login"), SAVED, at(6))
    assert (untold.absent, untold.check_result) == (None, "går inte att avgöra")
    assert course.close(untold, at(7)).closed


def test_a_case_may_end_in_that_it_stays_with_reasons_and_needs_no_diary_number() -> None:
    kept = course.keep(case(), Decided(by="Eva Sjö", day=DAY, reasons="Skarp men saklig kritik."), at(1))
    assert (course.state(kept), kept.grounds, course.lacks(kept)) == (State.KEPT, None, ())
    assert course.close(kept, at(2)).closed
    with pytest.raises(BadInputError):
        course.keep(case(), Decided(by="Eva Sjö", day=DAY, reasons=""), at(1))
    with pytest.raises(NotYetError):
        course.remove(kept, Measure.REMOVED, SAVED, at(2))
    assert decided(kept).outcome == "tas bort"  # it may be decided anew, and the history has both


def test_the_municipality_s_own_post_needs_reasons_and_no_ground() -> None:
    own = course.decide(case(kind="post", own=True), EVE, [], at(1))
    done = course.enter(course.remove(own, Measure.HIDDEN, SAVED, at(2)), "KS 2026/3", None, at(3))
    assert (own.grounds, course.lacks(done)) == (None, ())


def test_of_a_crime_nothing_may_be_kept_whoever_writes_it() -> None:
    bare = {
        "kind": "brottsanmälan", "permalink": "", "author": "", "text": "", "published_shown": "", "pictures": [],
        "crime_reference": "KS 7", "police_report": "5000-K1-26", "shown": None, "own": None,
    }  # fmt: skip
    reported = case(**bare)
    for something in ({"text": "x"}, {"permalink": "https://x.invalid/"}, {"pictures": [{"path": "x"}]},
                      {"author": "x"}, {"item_key": "x"}, {"thread": [{"text": "x"}]}):  # fmt: skip
        with pytest.raises(RefusedError, match="neither text, picture nor address"):
            case(**{**bare, **something})
    with pytest.raises(RefusedError, match="police report"):
        case(**{**bare, "police_report": None})
    with pytest.raises(NotYetError, match="övergreppsmaterial"):
        course.looked(reported, CheckResult.ABSENT, Text("", ""), SAVED, at(1))
    with pytest.raises(RefusedError, match="diary number"):
        case(**{**bare, "closed": True})
    assert course.close(course.enter(reported, "KS 2026/9", None, at(1)), at(2)).closed


def test_the_table_itself_refuses_a_closed_case_without_decision_or_diary_number() -> None:
    for missing in ({"decision": "KS 1"}, {"diary_number": "KS 2"}):
        with pytest.raises(RefusedError):
            case(closed=True, outcome="tas bort", **missing)
    with pytest.raises(RefusedError):
        case(measure="raderad")


def test_cases_are_numbered_by_channel_and_year_and_the_collecting_case_is_said_once(store: Store) -> None:
    with store.writing() as session:
        assert keeping.next_place(session, "fb", SAVED) == keeping.Place(
            entry="fb-2026-1", number=1, collecting_case=None
        )
        session.add_all([case(), registered()])
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # in Sweden it is 2027
    with store.writing() as session:
        place = keeping.next_place(session, "fb", SAVED + timedelta(hours=1))
        assert (place.entry, place.collecting_case) == ("fb-2026-2", "KS 2026/12")
        session.add(case(entry=place.entry, number=place.number, saved=SAVED + timedelta(hours=1)))
        assert keeping.next_place(session, "fb", new_year).entry == "fb-2027-1"
        assert keeping.next_place(session, "ig", SAVED).entry == "ig-2026-1"
    with store.reading() as session:
        later = SAVED + timedelta(days=1)
        assert [each.entry for each in keeping.cases(session, at=later)] == ["fb-2026-1", "fb-2026-2"]
        assert [each.entry for each in keeping.cases(session, at=later, channel="fb", year=2025)] == []
        with pytest.raises(BadInputError, match="fb-2026-9 finns inte"):
            keeping.case_of(session, "fb-2026-9", later)


def test_all_that_was_said_of_a_case_stays_with_who_when_before_and_after(store: Store) -> None:
    with store.writing() as session:
        for said in (case(), decided(), removed()):
            session.add(said)
            session.flush()
    with store.reading() as session:
        told = keeping.history(session, "fb-2026-1")
        assert [(each.said.recorded_by, each.said.recorded_at) for each in told] == [
            ("anna.ek", SAVED + timedelta(minutes=minutes)) for minutes in (2, 1, 0)
        ]
        assert told[0].fields() == {
            "measure": (None, "borttagen"),
            "removed": (None, SAVED + timedelta(minutes=2)),
            "removed_by": (None, "anna.ek"),
        }
        assert told[1].fields()["grounds"] == (None, "a h")
        assert keeping.case_of(session, "fb-2026-1", SAVED + timedelta(seconds=90)).removed is None
