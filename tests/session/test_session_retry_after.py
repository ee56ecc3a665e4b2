"""Retry-After: seconds, the three forms of an HTTP date, and everything else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from capture.session import retry_after

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sunday, 22-Nov-26 12:01:30 GMT", 90.0),
        ("Sun Nov 22 12:01:30 2026", 90.0),
        ("Sun, 22 Nov 2026 13:01:30 +0100", 90.0),
        ("Sun, 22 Nov 2026 11:59:00 GMT", 0.0),
    ],
)
def test_what_a_server_may_write(value, expected):
    assert retry_after.seconds(value, now=NOW) == expected


@pytest.mark.parametrize(
    "value",
    [
        None, "", "  ", "-5", "1.5", "+3", "soon", "12 s", "٣", "1e3", "Sun, 99 Nov 2026 12:00:00 GMT", "0x10", "1,2",
        "Sun, 22 Nov 99999999999999999999 12:00:00 GMT", "22 Nov", "\x00", "Sun, 22 Nov 2026 12:00:00 +9999999999",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_time(value):
    assert retry_after.seconds(value, now=NOW) is None


def test_a_number_without_end_is_for_ever_and_not_an_error():
    assert retry_after.seconds("9" * 10_000, now=NOW) == float("inf")


def test_now_may_be_in_any_zone():
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert retry_after.seconds("Sun, 22 Nov 2026 12:00:10 GMT", now=there) == 10.0
