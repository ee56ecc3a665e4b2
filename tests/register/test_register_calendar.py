"""The half-years: what each channel owes, when it is planned, and how it stands with that on a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr

from register.calendar.halves import HalfYear
from register.calendar.window import DEFAULT, WORKING_DAYS, Window, place, planned, recurrence
from register.due import Owed, Standing, due
from register.known import Known
from register.language import SWEDEN
from register.model import Verdict
from register.store.channels import ChannelRecord, ChannelStatus

KNOWN = datetime(2026, 1, 10, tzinfo=UTC)


@dataclass
class Made:
    """A capture, as far as the calendar asks of one."""

    period_end: datetime
    channel: str = "fb"
    verdict: str = Verdict.COMPLETE


def _said(*, start: datetime, status: ChannelStatus = ChannelStatus.ACTIVE, said: datetime = KNOWN) -> ChannelRecord:
    return ChannelRecord(
        entry="fb",
        valid_from=start,
        recorded_at=said,
        recorded_by="anna.ek",
        name="Kommunens Facebooksida",
        platform="facebook",
        address="https://www.facebook.com/exempelkommun",
        administration="ks",
        status=status,
    )


def _known(*said: ChannelRecord) -> Known:
    return Known(rows={ChannelRecord: {"fb": said}}, active={})


def _asked(register: Known, at: datetime, *made: Made) -> list[tuple[str, Standing]]:
    return [(owed.half.name, owed.standing) for owed in due(register, made, at)]


def _at(month: int, day: int, hour: int = 12, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SWEDEN).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), "2026-1"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "2026-2"),  # summer time: midnight in Sweden
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "2026-2"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "2027-1"),
    ],
)
def test_a_half_year_ends_at_midnight_in_sweden(moment, name):
    half = HalfYear.of(moment)
    assert (half.name, HalfYear.named(name)) == (name, half)
    assert half.covers(moment)
    assert half.start <= moment < half.end == half.next.start


def test_half_years_have_first_and_last_days_and_names():
    assert (HalfYear(2026, 1).first, HalfYear(2026, 1).last) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (HalfYear(2026, 2).first, HalfYear(2026, 2).last) == (date(2026, 7, 1), date(2026, 12, 31))
    assert HalfYear(2026, 2).told.sv == "andra halvåret 2026"
    with pytest.raises(ValueError, match="two halves"):
        HalfYear(2026, 3)


def test_the_plan_is_what_the_rule_of_rfc_5545_says_for_twenty_years():
    """Prefect reads the rule, everything else the plan: they may never differ."""
    first, last = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2046-01-01")  # as the clock shows it
    for entry in (f"kanal-{number}" for number in range(40)):
        ruled = rrulestr(recurrence(entry), dtstart=first).between(first, last)
        halves = [HalfYear(year, number) for year in range(2026, 2046) for number in (1, 2)]
        assert [planned(entry, half).astimezone(SWEDEN).replace(tzinfo=None) for half in halves] == ruled


def test_channels_are_spread_over_working_days_of_may_and_november_and_stay_where_they_are():
    days = Counter(planned(f"kanal-{number}", HalfYear(2026, 1)).astimezone(SWEDEN).date() for number in range(400))
    assert {day.month for day in days} == {5}
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert len(days) == WORKING_DAYS
    assert max(days.values()) <= 40  # twice the average
    assert place("fb") == (6, 23)  # the same on every machine, for ever
    assert planned("fb", HalfYear(2026, 2)) == datetime(2026, 11, 9, 5, 23, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"spring": 7}, {"autumn": 6}, {"spring": 0}, {"autumn": 13}, {"hour": 24}])
def test_a_window_has_a_month_of_each_half(wrong):
    with pytest.raises(ValueError, match="one month of each half-year"):
        Window(**wrong)
    assert (DEFAULT.spring, DEFAULT.autumn) == (5, 11)


def test_a_channel_is_planned_then_due_then_overdue():
    register = _known(_said(start=_at(1, 1, year=2024)))
    day = planned("fb", HalfYear(2026, 1)).astimezone(SWEDEN)
    assert _asked(register, day - timedelta(days=1)) == [("2026-1", Standing.PLANNED)]
    assert _asked(register, day) == [("2026-1", Standing.DUE)]
    assert _asked(register, _at(6, 30, 23)) == [("2026-1", Standing.DUE)]
    assert _asked(register, _at(7, 1, 0)) == [("2026-1", Standing.OVERDUE), ("2026-2", Standing.PLANNED)]


def test_a_capture_settles_its_half_year_and_a_late_one_the_one_before():
    register = _known(_said(start=_at(1, 1, year=2024)))
    assert _asked(register, _at(6, 1), Made(_at(2, 3))) == [("2026-1", Standing.MADE)]
    assert _asked(register, _at(7, 20), Made(_at(7, 10))) == [("2026-1", Standing.MADE_LATE), ("2026-2", Standing.MADE)]


@pytest.mark.parametrize(
    "made", [Made(_at(5, 3), verdict=Verdict.INCOMPLETE), Made(_at(5, 3), channel="ig"), Made(_at(7, 3))]
)
def test_what_is_incomplete_or_another_s_or_yet_to_come_settles_nothing(made):
    register = _known(_said(start=_at(1, 1, year=2024)))
    assert _asked(register, _at(6, 1), made) == [("2026-1", Standing.DUE)]


def test_nothing_is_owed_of_the_time_before_the_register_knew_the_channel():
    register = _known(_said(start=_at(1, 1, year=2020), said=_at(6, 20)))
    (owed,) = due(register, (), _at(6, 20, 14))
    assert (owed.half.name, owed.standing) == ("2026-1", Standing.DUE)
    assert owed.day == date(2026, 6, 20)  # its own day had passed: it is due from when it was entered
    assert due(_known(_said(start=_at(1, 1, year=2020), said=_at(8, 1))), (), _at(6, 20)) == ()


def test_a_channel_that_rests_owes_and_one_that_is_closed_or_proposed_does_not():
    begun = _said(start=_at(1, 1, year=2024))
    resting = _known(begun, _said(start=_at(3, 1), status=ChannelStatus.DORMANT))
    assert _asked(resting, _at(6, 1)) == [("2026-1", Standing.DUE)]
    assert _asked(_known(begun, _said(start=_at(3, 1), status=ChannelStatus.CLOSED)), _at(8, 1)) == []
    assert _asked(_known(_said(start=_at(3, 1), status=ChannelStatus.PROPOSED)), _at(8, 1)) == []


def test_a_half_year_that_a_channel_was_out_of_use_at_the_end_of_is_not_owed():
    register = _known(
        _said(start=_at(1, 1, year=2024)),
        _said(start=_at(6, 1), status=ChannelStatus.CLOSED),
        _said(start=_at(12, 1), status=ChannelStatus.ACTIVE),
    )
    (owed,) = due(register, (), _at(12, 5))
    assert (owed.half.name, owed.day, owed.standing) == ("2026-2", date(2026, 12, 1), Standing.DUE)


def test_an_open_one_says_until_when():
    (owed,) = due(_known(_said(start=_at(1, 1, year=2024))), (), _at(6, 1))
    assert isinstance(owed, Owed)
    assert owed.open
    assert owed.last == date(2026, 6, 30)
    assert owed.standing.label.en == "due"
