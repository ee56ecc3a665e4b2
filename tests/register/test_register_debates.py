"""A debate: by whom it may be begun, that there is one at a time, and that it ends when it is said to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from register.debates import course
from register.errors import BadInputError, NotAllowedError
from register.sheets.transfer import import_from, read
from register.store.debates import Debate
from register.store.history import statements
from register.store.opening import Store
from register.store.wording import RefusedError
from tests.register.municipality import written

_NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def _debate(**other: object) -> Debate:
    said: dict[str, object] = {
        "entry": "debatt-1",
        "valid_from": _NOW,
        "recorded_at": _NOW,
        "recorded_by": "anna.ek",
        "channel": "fb",
        "minutes": 60,
        "case": "KS 2026/99",
        "person": "anna.ek",
    }
    return Debate(**{**said, **other})  # type: ignore[arg-type]


@pytest.fixture
def register(light: Store, tmp_path: Path) -> Store:
    sheets = written(tmp_path / "sheets")
    import_from(light, read(sheets), at=_NOW - timedelta(days=2), by="Anna Ek", why="prov", dry_run=False)
    return light


def test_a_debate_goes_on_until_it_is_stopped_or_its_stated_end(register: Store) -> None:
    """There is one at a time, and what was said of it stays."""
    with register.writing() as session:
        course.start(session, _debate())
    with register.writing() as session, pytest.raises(NotAllowedError, match="dokumenteras redan oftare"):
        course.start(session, _debate(entry="debatt-2"))
    later = _NOW + timedelta(hours=30)
    with register.writing() as session:
        assert [each.case for each in course.under_way(session, later)] == ["KS 2026/99"]
        assert course.stop(session, "fb", at=later, by="bo.lind", reason="lugnt igen").minutes == 60
        assert course.under_way(session, later) == []
        assert course.debate_of(session, "fb", later - timedelta(seconds=1)) is not None
        told = [(said.ended, said.recorded_by, said.reason) for said in statements(session, Debate, "debatt-1")]
        assert told == [(False, "anna.ek", None), (True, "bo.lind", "lugnt igen")]
    with register.writing() as session, pytest.raises(NotAllowedError, match="Ingen debatt i fb dokumenteras"):
        course.stop(session, "fb", at=later, by="bo.lind")
    with register.writing() as session:
        end = later + timedelta(days=1)
        course.start(session, _debate(entry="debatt-2", valid_from=later, valid_to=end))
        assert course.debate_of(session, "fb", end - timedelta(seconds=1)) is not None
        assert course.debate_of(session, "fb", end) is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"channel": "tiktok"}, "tiktok finns inte i registret"),
        ({"person": "cia.berg"}, "Cia Berg har inget gällande uppdrag"),
        ({"valid_from": datetime(2023, 1, 1, tzinfo=UTC)}, "fb finns inte i registret"),
    ],
)
def test_nobody_begins_a_debate_who_may_not_capture(register: Store, other: dict[str, object], said: str) -> None:
    with register.writing() as session, pytest.raises(NotAllowedError, match=said):
        course.start(session, _debate(**other))
    with register.reading() as session:
        assert list(session.scalars(Debate.among())) == []


@pytest.mark.parametrize(("words", "minutes"), [("30m", 30), ("1h", 60), (" 2 D ", 2880)])
def test_how_often_is_said_in_minutes_hours_or_days(words: str, minutes: int) -> None:
    assert course.every(words) == minutes


@pytest.mark.parametrize("words", ["", "h", "1", "-1h", "1w", "1.5h", "12345m"])
def test_what_is_no_length_of_time_is_refused(words: str) -> None:
    with pytest.raises(BadInputError, match="är ingen tid"):
        course.every(words)


@pytest.mark.parametrize("minutes", [14, 7 * 24 * 60 + 1])
def test_captures_that_come_too_close_or_too_seldom_are_refused(minutes: int) -> None:
    with pytest.raises(RefusedError, match="minutes"):
        _debate(minutes=minutes)
