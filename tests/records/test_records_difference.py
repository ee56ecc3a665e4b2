"""The difference of two captures: no false accusation, and nothing passed over in silence."""

import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from capture.items import LossReason, StopReason
from capture.records import reading
from capture.records.difference import Difference, Fate, Sight, differ
from capture.records.reading import DamagedRecordError
from register.errors import BadInputError
from tests.records.captures import BEGAN, NOON, OWN, URL, VISITOR, Said, captured, post, read_back, walk_of, write

LATER = BEGAN + timedelta(days=30)
TEN = tuple(post(f"p{number}") for number in range(10))


def _fates(found: Difference) -> dict[str, Fate]:
    return {change.item.key.removeprefix(f"{URL}/"): change.fate for change in found.changes}


def _why(found: Difference, name: str) -> str:
    (change,) = [change for change in found.changes if change.item.key == f"{URL}/{name}"]
    assert change.fate is Fate.UNDECIDED
    return change.why.sv


def _between(folder: Path, before, after, **later) -> Difference:
    return differ(captured(folder, before), captured(folder, after, **{"started": LATER, **later}))


def test_each_fate_is_told_from_the_others(tmp_path):
    before = [
        *TEN,
        post("a", Said("a1", "Bra!"), Said("a2", "Usch", answers=[Said("a3", "Håll med")]), Said("a4", "Fel pris")),
    ]
    after = [
        *TEN[1:],
        post("ny"),
        post("a", Said("a1", "Den här kommentaren har tagits bort."), Said("a4", "Fel pris, förlåt"), Said("a5", "Ny")),
    ]
    found = _between(tmp_path, before, after)
    assert _fates(found) == {
        "p0": Fate.VANISHED,
        "a1": Fate.HIDDEN,
        "a2": Fate.VANISHED,
        "a3": Fate.VANISHED,
        "a4": Fate.EDITED,
        "ny": Fate.NEW,
        "a5": Fate.NEW,
    }
    assert (found.expected, found.same, found.outside) == (15, 10, 0)
    assert found.along() == {f"{URL}/a2": 1}
    (edited,) = found.of(Fate.EDITED)
    assert (edited.before.text, edited.after.text) == ("Fel pris", "Fel pris, förlåt")
    assert found.of(Fate.VANISHED)[0].last_seen == BEGAN + timedelta(minutes=10)


def test_nothing_is_different_from_itself(tmp_path):
    found = _between(tmp_path, TEN, TEN)
    assert (found.changes, found.same) == ((), 10)


@pytest.mark.parametrize(
    ("before", "after"),
    [("Väl  kommen\n till", "Väl kommen till"), ("Cafe\u0301", "Café"), ("Lång text som tar slut", "Lång text …")],
)
def test_a_text_shown_otherwise_is_not_edited(tmp_path, before, after):
    assert _between(tmp_path, [post("p", text=before)], [post("p", text=after)]).same == 1


def test_what_lies_before_the_later_period_is_not_gone(tmp_path):
    old = post("gammalt", Said("g1", "Hej"), at=NOON - timedelta(days=90))
    found = _between(tmp_path, [*TEN, old], TEN[1:], since=NOON - timedelta(days=1), stop=StopReason.PERIOD_START)
    assert _fates(found) == {"p0": Fate.VANISHED}
    assert (found.outside, found.expected) == (2, 10)


def test_an_undated_post_cannot_be_said_to_lie_in_a_period(tmp_path):
    undated = post("odaterat", Said("o1", "Hej"), at=None)
    found = _between(tmp_path, [*TEN, undated], TEN, since=NOON - timedelta(days=1), stop=StopReason.PERIOD_START)
    assert _fates(found) == {"odaterat": Fate.UNDECIDED, "o1": Fate.UNDECIDED}
    assert "maskinläsbar tid" in _why(found, "odaterat")
    assert _fates(_between(tmp_path, [*TEN, undated], TEN)) == {"odaterat": Fate.VANISHED, "o1": Fate.VANISHED}


def test_a_day_is_no_proof_at_the_edge_of_a_period(tmp_path):
    """The walk passed over what the page now dates to midnight of the day on which the period begins."""
    midnight = NOON.replace(hour=0, minute=0, second=0)
    dated = [post(f"d{number}", at=midnight + timedelta(days=number)) for number in range(1, 10)]
    edge = post("kant", at=NOON + timedelta(hours=1))
    found = _between(tmp_path, [edge, *dated], dated, since=NOON, stop=StopReason.PERIOD_START)
    assert _fates(found) == {"kant": Fate.UNDECIDED}
    exact = [replace(each, at=each.at + timedelta(hours=9, minutes=3)) for each in dated]
    found = _between(tmp_path, [edge, *exact], exact, since=NOON, stop=StopReason.PERIOD_START)
    assert _fates(found) == {"kant": Fate.VANISHED}


@pytest.mark.parametrize(
    "stop", [StopReason.STALLED, StopReason.CEILING, StopReason.CHALLENGED, StopReason.STOPPED, StopReason.PERIOD_START]
)
def test_a_walk_that_did_not_reach_the_end_accuses_nobody(tmp_path, stop):
    found = _between(tmp_path, TEN, TEN[1:], stop=stop)
    assert _fates(found) == {"p0": Fate.UNDECIDED}
    assert _why(found, "p0") == f"den senare insamlingen såg inte allt: {stop.label.sv}"


def test_of_an_unfinished_walk_it_is_said_if_it_passed_the_place(tmp_path):
    dated = [post(f"d{number}", at=NOON + timedelta(days=number)) for number in range(9)]
    found = _between(tmp_path, dated, dated[:4] + dated[5:], stop=StopReason.STALLED)
    assert _why(found, "d4").endswith("; inlägg både före och efter sågs")


def test_an_unfinished_walk_still_tells_of_the_comments_of_the_posts_it_finished(tmp_path):
    before = [post("a", Said("a1", "Hej"), Said("a2", "Hå")), post("b")]
    found = _between(tmp_path, before, [post("a", Said("a1", "Hej"))], stop=StopReason.STALLED)
    assert _fates(found) == {"a2": Fate.VANISHED, "b": Fate.UNDECIDED}


@pytest.mark.parametrize("changes", [{"limits": ("högst 10 inlägg",)}, {"claimed_posts": 11}])
def test_a_limit_or_a_higher_claim_leaves_posts_unknown(tmp_path, changes):
    assert _fates(_between(tmp_path, TEN, TEN[1:], **changes)) == {"p0": Fate.UNDECIDED}


def test_a_request_that_may_have_changed_something_cut_the_walk_short(tmp_path):
    traffic = replace(walk_of(TEN).traffic, changing=("POST https://exempel.invalid/x",))
    assert _fates(_between(tmp_path, TEN, TEN[1:], traffic=traffic)) == {"p0": Fate.UNDECIDED}


def test_of_more_lost_than_the_channel_claims_it_is_said_how_many_are_gone(tmp_path):
    found = _between(tmp_path, TEN, TEN[2:], claimed_posts=9)
    assert _fates(found) == {"p0": Fate.UNDECIDED, "p1": Fate.UNDECIDED}
    assert _why(found, "p0").endswith("minst 1 av de saknade inläggen är ändå borta")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (LossReason.HIDDEN_BY_PLATFORM, "plattformen meddelar att den håller inne en del av inläggets kommentarer"),
        (LossReason.NOT_OPENED, f"1 av inläggets kommentarer sågs inte: {LossReason.NOT_OPENED.label.sv}"),
        (LossReason.CEILING, f"1 av inläggets kommentarer sågs inte: {LossReason.CEILING.label.sv}"),
        (LossReason.DELETED, f"1 av inläggets kommentarer sågs inte: {LossReason.DELETED.label.sv}"),
    ],
)
def test_a_post_that_claims_more_comments_than_were_seen_accuses_nobody(tmp_path, reason, said):
    before = [post("a", Said("a1", "Hej"), Said("a2", "Hå"))]
    found = _between(tmp_path, before, [post("a", Said("a1", "Hej"), missing=1, reason=reason)])
    assert _why(found, "a2") == said


def test_of_more_comments_lost_than_are_claimed_it_is_said_how_many_are_gone(tmp_path):
    before = [post("a", *(Said(f"a{number}", "Hej") for number in range(4)))]
    found = _between(tmp_path, before, [post("a", Said("a0", "Hej"), missing=1, reason=LossReason.NOT_SHOWN)])
    assert _fates(found) == dict.fromkeys(("a1", "a2", "a3"), Fate.UNDECIDED)
    assert _why(found, "a1").endswith("minst 2 av de saknade kommentarerna är ändå borta")


def test_an_unknown_site_without_numbers_proves_nothing(tmp_path):
    before = [post("a", Said("a1", "Hej"), silent=True)]
    as_read = {"profile": "semantics", "by_semantics": True}
    earlier = captured(tmp_path, before, **as_read)
    later = captured(tmp_path, [post("a", silent=True)], started=LATER, **as_read)
    assert "uppger inte hur många" in _why(differ(earlier, later), "a1")
    known = _between(tmp_path, before, [post("a", silent=True)])
    assert _fates(known) == {"a1": Fate.VANISHED}


def test_a_channel_read_in_another_way_may_call_the_same_things_otherwise(tmp_path):
    found = _between(tmp_path, TEN, TEN[1:], profile="mastodon")
    assert "lästes på olika sätt" in _why(found, "p0")


def test_so_much_gone_at_once_is_the_capture_s_own_fault(tmp_path):
    comments = [Said(f"k{number}", "Hej") for number in range(30)]
    found = _between(tmp_path, TEN, TEN[3:])
    assert set(_fates(found).values()) == {Fate.UNDECIDED}
    assert "det är insamlingen som är att misstro" in _why(found, "p0")
    assert set(_fates(_between(tmp_path, TEN, TEN[2:])).values()) == {Fate.VANISHED}
    found = _between(tmp_path, [post("a", *comments)], [post("a", *comments[7:])])
    assert set(_fates(found).values()) == {Fate.UNDECIDED}
    found = _between(tmp_path, [post("a", *comments)], [post("a", *comments[6:])])
    assert set(_fates(found).values()) == {Fate.VANISHED}


def test_a_permalink_with_what_a_visit_adds_is_the_same(tmp_path):
    before = [post("a", key="https://m.exempel.invalid/sida/a?id=1&fbclid=x")]
    after = [post("a", key="https://www.exempel.invalid/sida/a?utm_source=y&id=1")]
    assert _between(tmp_path, before, after).same == 1
    other = [post("a", key="https://www.exempel.invalid/sida/a?id=2")]
    assert [change.fate for change in _between(tmp_path, before, other).changes] == [Fate.VANISHED, Fate.NEW]


def test_what_has_no_identity_but_its_text_is_edited_not_gone(tmp_path):
    before = [post("a", Said("content-1", "Fel", source="content"))]
    after = [post("a", Said("content-2", "Rätt", source="content"))]
    found = _between(tmp_path, before, after)
    assert _fates(found) == {"content-1": Fate.EDITED}
    undated = [post("a", Said("content-2", "Rätt", source="content", at=None))]
    assert "ingen egen identitet" in _why(_between(tmp_path, before, undated), "content-1")
    by_another = [post("a", Said("content-2", "Rätt", source="content", author="Bo"))]
    assert _fates(_between(tmp_path, before, by_another))["content-1"] is Fate.VANISHED


def test_captures_in_a_row_find_each_disappearance_once(tmp_path):
    sight = Sight()
    whole = captured(tmp_path, TEN)
    period = {"since": NOON + timedelta(days=1), "stop": StopReason.PERIOD_START}
    fresh = post("ny", at=NOON + timedelta(days=2))
    assert sight.take_in(whole) is None
    assert _fates(sight.take_in(captured(tmp_path, [fresh], started=LATER, **period))) == {"ny": Fate.NEW}
    later = captured(tmp_path, [], started=LATER + timedelta(days=1), **period)
    found = sight.take_in(later)
    assert (_fates(found), found.outside) == ({"ny": Fate.VANISHED}, 10)
    found = sight.take_in(captured(tmp_path, TEN[1:], started=LATER + timedelta(days=2)))
    assert _fates(found) == {"p0": Fate.VANISHED}, "what was outside the periods is seen by a whole capture"
    assert sight.take_in(captured(tmp_path, TEN[1:], started=LATER + timedelta(days=3))).changes == ()


def test_other_channels_and_the_wrong_order_are_refused(tmp_path):
    whole = captured(tmp_path, TEN)
    with pytest.raises(BadInputError, match="olika kanaler"):
        differ(whole, replace(whole, url="https://exempel.invalid/annan", started=LATER))
    with pytest.raises(BadInputError, match="är äldre"):
        differ(replace(whole, started=LATER), whole)


def test_a_deep_thread_is_read_and_goes_with_its_beginning(tmp_path):
    thread = Said("r0", "Hej")
    for depth in range(1, 300):
        thread = Said(f"r{depth}", "Hej", answers=[thread])
    found = _between(tmp_path, [post("a", thread)], [post("a")])
    assert found.along() == {f"{URL}/r299": 299}


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda xml: xml[:-40], "ingen välformad XML"),
        (lambda xml: xml.replace(b"<record ", b'<!DOCTYPE r [<!ENTITY a "b">]><record ', 1), "har en DTD"),
        (lambda xml: xml.replace(b"urn:kanalarkiv:record:1.0", b"urn:annat"), "hör inte hit"),
        (lambda xml: xml.replace(b'posts="10"', b'posts="11"'), "antalet inlägg och kommentarer stämmer inte"),
        (lambda xml: xml.replace(b'/p1"', b'/p2"', 1), "samma post två gånger"),
        (lambda xml: xml.replace(b'/p1"', b'/p77"', 1), "intyget gäller andra inlägg"),
        (lambda xml: xml.replace(b"2026-07-01T08:00:00Z", b"2026-07-01T08:00:00"), "a time without a zone"),
        (lambda xml: xml.replace(b"<text>", b"<text>" + b"a" * 1_100_000, 1), "orimligt lång text"),
        (lambda xml: xml.replace(b"<author>Exempelkommun</author>", b"", 1), "oväntat innehåll"),
    ],
)
def test_a_damaged_or_hostile_record_is_refused(tmp_path, harm, said):
    folder = write(walk_of(TEN), tmp_path / "c")
    whole, told = (folder / reading.RECORD).read_bytes(), (folder / reading.STATEMENT).read_bytes()
    harmed = harm(whole)
    assert harmed != whole
    with pytest.raises(DamagedRecordError, match=said):
        reading.read(BytesIO(harmed), BytesIO(told))


@pytest.mark.parametrize(
    ("old", "new"), [(b'code="complete"', b'code="perfect"'), (b"<stop ", b"<slut "), (b'missing="0"', b'missing="x"')]
)
def test_a_statement_that_says_nothing_known_is_refused(tmp_path, old, new):
    folder = write(walk_of(TEN), tmp_path / "c")
    told = (folder / reading.STATEMENT).read_bytes()
    assert old in told
    (folder / reading.STATEMENT).write_bytes(
        told.replace(old, new).replace(b"</stop>", b"</slut>" if b"slut" in new else b"</stop>")
    )
    with pytest.raises(DamagedRecordError):
        read_back(folder)


def test_five_thousand_against_five_thousand(tmp_path):
    """A limit far above what it takes, so that it fails only where the time grows with the square."""
    posts = [post(f"p{n}", *(Said(f"p{n}k{k}", f"Hej {n} {k}") for k in range(9))) for n in range(500)]
    folder = write(walk_of(posts), tmp_path / "a")
    fewer = [replace(each, answers=each.answers[1:]) if n % 20 == 0 else each for n, each in enumerate(posts)]
    other = write(walk_of(fewer, started=LATER), tmp_path / "b")
    began = time.process_time()
    found = differ(read_back(folder), read_back(other))
    assert time.process_time() - began < 5
    assert (len(found.of(Fate.VANISHED)), found.same) == (25, 4_975)
    assert {change.item.author for change in found.changes} == {VISITOR}
    assert OWN not in {change.item.author for change in found.changes}
