"""Whom a half-year's capture is told of, on which days, and in which words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from register.due import Owed, due
from register.errors import ExitCode
from register.known import Known, known
from register.language import SWEDEN, Text
from register.store.channels import CaptureMode
from register.store.organisation import Person
from register.telling import ledger
from register.telling.ledger import Cause, Missed
from register.telling.letter import letter
from register.telling.notice import Notice, NoticeKind, days_of, documents, hindrances, to_tell
from tests.flows.half_years import Municipality, enter

SAID = datetime(2026, 1, 10, tzinfo=UTC)
THERE = Municipality(said=SAID)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=SWEDEN).astimezone(UTC)


def _known(*channels) -> Known:
    rows = [*THERE.people(), *channels]
    kinds = {type(row) for row in rows}
    return Known(
        rows={kind: {row.entry: (row,) for row in rows if type(row) is kind} for kind in kinds},
        active={},
    )


def _told(register: Known, day: date, told=frozenset()) -> list[tuple[NoticeKind, str]]:
    at = _at(day)
    return [(each.kind, each.person.entry) for each in to_tell(register, due(register, (), at), told, at)]


@pytest.fixture
def assisted() -> Known:
    return _known(THERE.channel("fb", "https://www.facebook.com/exempelkommun"))


@pytest.fixture
def automatic() -> Known:
    return _known(THERE.channel("fb", "https://www.facebook.com/exempelkommun", CaptureMode.AUTOMATIC))


def test_an_assisted_channel_is_told_of_on_its_day_then_at_30_and_7_days_then_to_the_director_too(assisted):
    (owed,) = due(assisted, (), _at(date(2026, 2, 1)))
    assert days_of(owed) == {
        NoticeKind.DUE: date(2026, 5, 8),
        NoticeKind.MONTH_LEFT: date(2026, 5, 31),
        NoticeKind.WEEK_LEFT: date(2026, 6, 23),
        NoticeKind.OVERDUE: date(2026, 7, 1),
    }
    anna = "anna.ek"
    assert _told(assisted, date(2026, 5, 7)) == []
    assert _told(assisted, date(2026, 5, 8)) == [(NoticeKind.DUE, anna)]
    assert _told(assisted, date(2026, 5, 30)) == [(NoticeKind.DUE, anna)]
    assert _told(assisted, date(2026, 5, 31)) == [(NoticeKind.MONTH_LEFT, anna)]
    assert _told(assisted, date(2026, 6, 23)) == [(NoticeKind.WEEK_LEFT, anna)]
    assert _told(assisted, date(2026, 7, 1)) == [(NoticeKind.OVERDUE, anna), (NoticeKind.OVERDUE, "dan.alm")]


def test_an_automatic_one_is_told_of_only_when_it_is_not_made(automatic):
    assert _told(automatic, date(2026, 5, 30)) == []
    assert _told(automatic, date(2026, 5, 31)) == [(NoticeKind.MONTH_LEFT, "anna.ek")]


def test_nobody_is_told_the_same_twice_and_of_two_half_years_each(assisted):
    at = _at(date(2026, 12, 30))
    notices = to_tell(assisted, due(assisted, (), at), frozenset(), at)
    assert [(each.owed.half.name, each.kind, each.person.entry) for each in notices] == [
        ("2026-1", NoticeKind.OVERDUE, "anna.ek"),
        ("2026-1", NoticeKind.OVERDUE, "dan.alm"),
        ("2026-2", NoticeKind.WEEK_LEFT, "anna.ek"),
    ]
    told = frozenset(each.key for each in notices[:2])
    assert _told(assisted, date(2026, 12, 30), told) == [(NoticeKind.WEEK_LEFT, "anna.ek")]


@pytest.mark.parametrize(
    ("responsible", "who"), [("anna.ek", "anna.ek"), ("bo.som.slutat", "cia.berg"), (None, "cia.berg")]
)
def test_somebody_is_told_even_where_the_responsible_has_left(responsible, who):
    channel = THERE.channel("fb", "https://www.facebook.com/exempelkommun", responsible=responsible)
    person = documents(_known(channel), channel, SAID + timedelta(days=1))
    assert person is not None
    assert person.entry == who


def _notice(owed: Owed, kind: NoticeKind, why: Text | None = None, name: str = "Anna Ek") -> Notice:
    person = Person(entry="anna.ek", valid_from=SAID, recorded_at=SAID, recorded_by="cia.berg", name=name)
    return Notice(kind=kind, owed=owed, person=person, why=why)


def test_the_letter_says_what_until_when_and_how_the_gravest_first(assisted):
    (owed,) = due(assisted, (), _at(date(2026, 2, 1)))
    written = letter([_notice(owed, NoticeKind.WEEK_LEFT), _notice(owed, NoticeKind.OVERDUE)])
    assert written.subject == "Kanalarkiv: försenad dokumentation (1 kanal)"
    assert written.body.startswith("Hej Anna Ek,\n\nFörsenad dokumentation:\n- Kanalen fb (fb): första halvåret 2026")
    assert "senast 2026-06-30" in written.body
    assert "kanalarkiv capture KANAL --attended --who DITT-KORTNAMN" in written.body
    assert written.body.index("Försenad dokumentation:") < written.body.index("En vecka kvar av halvåret:")
    with pytest.raises(ValueError, match="nothing to tell"):
        letter([])


def test_no_name_becomes_a_second_line_a_header_or_a_page_long():
    channel = THERE.channel("fb", "https://www.facebook.com/exempelkommun", name="Kanal\nBcc: alla@example.org")
    (owed,) = due(_known(channel), (), _at(date(2026, 2, 1)))
    why = Text("Nej.\nGör\x07 så.\n" + "x" * 500, "No.")
    written = letter([_notice(owed, NoticeKind.HINDERED, why, name="Anna\nTo: alla@example.org")])
    assert "\n" not in written.subject
    lines = written.body.splitlines()
    assert "- Kanal\N{REPLACEMENT CHARACTER}Bcc: alla@example.org" in written.body
    assert not [line for line in lines if line.startswith(("Bcc:", "To:"))]
    assert max(map(len, lines)) < 200
    assert "".join(lines).isprintable()


def test_what_was_told_and_missed_is_kept_once_and_never_changed(store):
    rows = [*THERE.people(), THERE.channel("fb", "https://www.facebook.com/exempelkommun")]
    enter(store, rows)
    at = _at(date(2026, 7, 1))
    with store.reading() as session:
        register = known(session)
        notices = to_tell(register, due(register, (), at), ledger.told(session), at)
    assert len(notices) == 2
    with store.writing() as session:
        ledger.note(session, notices, sent=False, at=at)
        ledger.note(session, notices, sent=False, at=at)
    with store.reading() as session:
        assert ledger.told(session) == frozenset()
    with store.writing() as session:
        ledger.note(session, notices, sent=True, at=at)
    with store.reading() as session:
        told = ledger.told(session)
        assert to_tell(register, due(register, (), at), told, at) == ()
    refused = Missed(cause=Cause.REFUSED, code=ExitCode.NOT_ALLOWED, why=Text("nej", "no"))
    with store.writing() as session:
        ledger.miss(session, "fb", "2026-1", refused, at=at)
        ledger.miss(session, "fb", "2026-1", refused, at=at)
        ledger.miss(session, "fb", "2026-1", refused, at=at + timedelta(days=1))
    with store.reading() as session:
        missed = ledger.missed(session, "2026-1")
        assert [(each.day, each.code, each.said_sv) for each in missed] == [
            (date(2026, 7, 2), 18, "nej"),
            (date(2026, 7, 1), 18, "nej"),
        ]
        assert ledger.missed(session, "2026-2") == ()
    (owed, *_) = due(register, (), at)
    people = [each.person.entry for each in hindrances(register, owed, Text("nej", "no"), told, at)]
    assert people == ["anna.ek", "dan.alm"]
