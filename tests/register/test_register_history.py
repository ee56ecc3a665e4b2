"""What was in force then, and what was said of it then; and that nobody can change what was said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from register.model import Period
from register.store.decisions import DisposalDecision, decisions_on
from register.store.history import in_force, said_of, statements
from register.store.holds import Hold, holds_on
from register.store.opening import Store

CHANNEL = "https://www.facebook.com/exempelkommun"


def _day(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def _hold(entry: str, valid_from: datetime, **more: object) -> Hold:
    said = {"recorded_at": valid_from, "recorded_by": "Anna Arkivarie", "ground": "KS 2026/14", "channel": CHANNEL}
    return Hold(entry=entry, valid_from=valid_from, **(said | more))  # type: ignore[arg-type]


def _grounds(holds: Sequence[Hold]) -> list[str]:
    return [hold.ground for hold in holds]


def _say(store: Store, *rows: Hold | DisposalDecision) -> None:
    for row in rows:
        with store.writing() as session:
            session.add(row)


def test_a_statement_holds_from_its_first_moment_to_before_its_last(store: Store) -> None:
    _say(store, _hold("h", _day(2, 1), valid_to=_day(3, 1)))
    with store.reading() as session:
        instant = timedelta(microseconds=1)
        assert said_of(session, Hold, "h", at=_day(2, 1) - instant) is None
        first, last = (said_of(session, Hold, "h", at=at) for at in (_day(2, 1), _day(3, 1) - instant))
        assert first is not None
        assert last is not None
        assert first.version == last.version
        assert said_of(session, Hold, "h", at=_day(3, 1)) is None


def test_of_two_statements_about_the_same_time_the_later_made_holds(store: Store) -> None:
    _say(
        store,
        _hold("h", _day(1, 1), ground="ett"),
        _hold("h", _day(3, 1), valid_to=_day(3, 11), recorded_at=_day(4, 1), ground="rättat"),
    )
    with store.reading() as session:
        said = [_grounds(in_force(session, Hold, at=_day(3, day))) for day in (1, 10, 11)]
    assert said == [["rättat"], ["rättat"], ["ett"]]


def test_what_was_said_then_is_told_from_what_is_known_now(store: Store, march: datetime) -> None:
    """On 14 March the hold was in force and on record; that it had been lifted on 10 March was recorded in April."""
    _say(
        store,
        _hold("h", _day(1, 1)),
        _hold("h", _day(3, 10), recorded_at=_day(4, 1), ended=True, reason="begäran återtagen"),
    )
    with store.reading() as session:
        assert said_of(session, Hold, "h", at=march) is None
        then = said_of(session, Hold, "h", at=march, known_at=march)
        assert then is not None
        assert then.ground == "KS 2026/14"
        assert said_of(session, Hold, "h", at=_day(3, 9)) is not None
        assert [row.reason for row in statements(session, Hold, "h")] == [None, "begäran återtagen"]


def test_a_condition_is_put_to_the_statement_that_holds_never_to_an_older_one(store: Store, march: datetime) -> None:
    _say(store, _hold("h", _day(1, 1)), _hold("h", _day(2, 1), channel="https://example.org/annan"))
    with store.reading() as session:
        assert in_force(session, Hold, Hold.channel == CHANNEL, at=march) == []


@pytest.mark.parametrize("act", ["UPDATE holds SET ground = 'annan'", "DELETE FROM holds"])
def test_the_database_itself_refuses_to_change_or_remove_a_statement(store: Store, march: datetime, act: str) -> None:
    _say(store, _hold("h", _day(1, 1)))
    with pytest.raises(DatabaseError, match="never changed and never removed"), store.writing() as session:
        session.execute(text(act))
    with store.reading() as session:
        assert _grounds(in_force(session, Hold, at=march)) == ["KS 2026/14"]


def test_a_statement_without_a_maker_or_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="valid to"):
        _hold("h", _day(2, 1), valid_to=_day(2, 1))
    with pytest.raises(ValueError, match="who makes it"):
        _hold("h", _day(2, 1), recorded_by=" ")


@pytest.mark.parametrize(
    ("hold", "stops"),
    [
        ({}, True),
        ({"channel": None}, True),
        ({"channel": "https://example.org/annan"}, False),
        ({"covers_from": _day(6, 30)}, True),
        ({"covers_from": _day(7, 1)}, False),
        ({"covers_to": _day(1, 1)}, True),
        ({"covers_to": _day(1, 1) - timedelta(seconds=1)}, False),
        ({"covers_from": _day(7, 1), "item": f"{CHANNEL}/posts/1"}, True),
        ({"valid_to": _day(7, 1)}, False),
    ],
)
def test_a_hold_stops_what_it_concerns_and_nothing_else(store: Store, hold: dict[str, object], stops: bool) -> None:
    _say(store, _hold("h", _day(1, 1), **hold))
    with store.reading() as session:
        found = holds_on(session, channel=CHANNEL, period=Period(start=_day(1, 1), end=_day(6, 30)), at=_day(8, 1))
        assert bool(found) is stops


def test_a_hold_on_any_time_stops_a_capture_of_the_whole_history(store: Store) -> None:
    _say(store, _hold("h", _day(1, 1), covers_from=_day(1, 1), covers_to=_day(1, 2)))
    with store.reading() as session:
        assert len(holds_on(session, channel=CHANNEL, period=Period(start=None, end=_day(6, 30)), at=_day(8, 1))) == 1


def test_a_decision_is_found_by_its_record_type_while_it_is_in_force(store: Store, march: datetime) -> None:
    decision = DisposalDecision(
        entry="beslut-1",
        valid_from=_day(2, 1),
        recorded_at=_day(2, 1),
        recorded_by="Anna Arkivarie",
        record_type="arbetskopior",
        retention_days=90,
        decided_by="Kommunstyrelsen",
        reference="KS 2026/77 § 12",
    )
    _say(store, decision)
    with store.reading() as session:
        assert [found.reference for found in decisions_on(session, "arbetskopior", at=march)] == ["KS 2026/77 § 12"]
        assert decisions_on(session, "arbetskopior", at=_day(1, 31)) == []
        assert decisions_on(session, "annat", at=march) == []


@pytest.mark.parametrize("bad", [{"retention_days": -1}, {"reference": ""}, {"decided_by": " "}])
def test_half_a_decision_is_none(bad: dict[str, object]) -> None:
    whole: dict[str, object] = {"record_type": "a", "retention_days": 1, "decided_by": "KS", "reference": "§ 1"}
    with pytest.raises(ValueError, match=r"decision|retention"):
        DisposalDecision(
            entry="b",
            valid_from=_day(1, 1),
            recorded_at=_day(1, 1),
            recorded_by="A",
            **(whole | bad),  # type: ignore[arg-type]
        )


def test_times_come_back_as_the_same_moment_in_utc(store: Store) -> None:
    said = datetime.fromisoformat("2026-03-14T12:00:00.000001+01:00")
    _say(store, _hold("h", said))
    with store.reading() as session:
        (found,) = statements(session, Hold, "h")
        assert found.valid_from == said
        assert found.valid_from.tzinfo is UTC


def test_a_time_without_a_zone_never_reaches_the_database(store: Store) -> None:
    naive = datetime(2026, 3, 14, 12, 0)  # noqa: DTZ001 - that is the fault
    with pytest.raises(Exception, match="a time without a zone") as refused, store.writing() as session:
        session.add(_hold("h", naive))
    assert type(refused.value).__name__ == "StatementError"
    with store.reading() as session:
        assert statements(session, Hold, "h") == []
