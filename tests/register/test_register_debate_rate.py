"""When a debate is suggested: quiet, busy and bursty histories."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from register.debates.rate import LEVEL, judge, stretches

_DAY = timedelta(days=1)
_END = datetime(2026, 11, 1, tzinfo=UTC)


def _poisson(chance: random.Random, mean: float) -> int:
    """Return how many events of a Poisson process of unit rate come before `mean`."""
    number, passed = -1, 0.0
    while passed < mean:
        passed += chance.expovariate(1)
        number += 1
    return number


def _alarms(history: list[int], more: list[int]) -> int:
    return sum(times for each, times in Counter(more).items() if judge(history, each).unusual)


def test_a_quiet_channel_is_told_of_a_rush_and_not_of_its_first_comments() -> None:
    """Half a year with a comment a fortnight: nine in a day are few, twenty are a debate."""
    history = [0] * 170 + [1] * 12
    assert not judge(history, 9).unusual
    assert judge(history, 20).unusual
    assert not judge([0] * 182, 9).unusual
    assert judge([0] * 182, 12).unusual


def test_a_busy_channel_is_not_told_that_it_is_busy() -> None:
    """About 200 a day: 230 are chance, 300 are not."""
    chance = random.Random(1)
    history = [_poisson(chance, 200) for _ in range(120)]
    assert not judge(history, 230).unusual
    assert judge(history, 300).unusual


def test_a_bursty_channel_has_its_bursts_in_what_is_normal() -> None:
    """Every Thursday's question brings 120 comments to a channel of five a day: the next Thursday is no debate."""
    chance = random.Random(2)
    history = [_poisson(chance, 120 if day % 7 == 3 else 5) for day in range(180)]
    assert not judge(history, 125).unusual
    assert judge(history, 600).unusual
    calm = [_poisson(chance, 5) for _ in range(180)]
    assert judge(calm, 125).unusual


@pytest.mark.parametrize(("mean", "spread"), [(0.1, 0.0), (3.0, 0.0), (40.0, 0.0), (8.0, 1.0), (60.0, 0.5)])
def test_what_comes_as_before_is_seldom_called_a_debate(mean: float, spread: float) -> None:
    """10,000 stretches that are as the history: about one of a thousand stands out, at most three."""
    chance = random.Random(3)

    def count() -> int:
        rate = chance.gammavariate(1 / spread, mean * spread) if spread else mean
        return _poisson(chance, rate)

    history, more = [count() for _ in range(180)], [count() for _ in range(10_000)]
    assert _alarms(history, more) <= 3 * LEVEL * len(more)


def test_a_short_history_judges_nothing() -> None:
    """Thirteen stretches are too few, and that is said by no chance at all."""
    judged = judge([2] * 13, 500)
    assert judged.chance is None
    assert not judged.unusual
    assert judge([2] * 14, 500).unusual
    assert judge([], 500).chance is None


def test_stretches_count_back_from_the_end_and_leave_out_what_is_not_whole() -> None:
    """What is published at a stretch's beginning belongs to it; at its end, to the next."""
    times = [
        _END,
        _END - timedelta(microseconds=1),
        _END - _DAY,
        _END - _DAY - timedelta(seconds=1),
        _END - 3 * _DAY,
        _END - 3 * _DAY - timedelta(hours=1),
    ]
    assert stretches(times, start=_END - 3 * _DAY - timedelta(hours=5), end=_END, length=_DAY) == (1, 1, 2)
    assert stretches(times, start=_END, end=_END, length=_DAY) == ()
    assert stretches(times, start=_END + _DAY, end=_END, length=_DAY) == ()


def test_impossible_numbers_are_refused() -> None:
    """A negative number of comments, or a stretch without length, is a mistake of ours."""
    with pytest.raises(ValueError, match="negative"):
        judge([1, -1], 3)
    with pytest.raises(ValueError, match="without length"):
        stretches([], start=_END, end=_END, length=timedelta())
