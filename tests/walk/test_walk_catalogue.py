"""Numbers, times and orders, without a browser."""

from datetime import UTC, datetime

import pytest

from capture.walk import catalogue, claims


@pytest.mark.parametrize(
    ("written", "number", "at_least"),
    [
        ("25", 25, 25),
        ("1 024", 1024, 1024),
        ("1\u00a0024", 1024, 1024),
        ("1.024", 1024, 1024),
        ("1,024", 1024, 1024),
        ("1,2 tn", 1200, 1150),
        ("1.2K", 1200, 1150),
        ("12 tn", 12_000, 11_500),
        ("1,2 mn", 1_200_000, 1_150_000),
        ("1,23456 tn", 1234, 1234),
    ],
)
def test_a_claim_is_read_as_written_and_never_more_exactly(written: str, number: int, at_least: int) -> None:
    assert claims.parse(written) == claims.Claim(number=number, at_least=at_least)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="fler"):
        claims.parse("fler")


@pytest.mark.parametrize(
    ("known", "standing", "merged"),
    [
        ("", "ABC", "ABC"),
        ("ABC", "ABCD", "ABCD"),
        ("CD", "ABCD", "ABCD"),
        ("ABCDE", "DEFG", "ABCDEFG"),  # the feed let go of what had passed
        ("ABC", "XYZ", "ABCXYZ"),  # and all of it at once
        ("EFGH", "CDEF", "CDEFGH"),  # scrolled back up
        ("ABCD", "DABC", "DABC"),  # another order
        ("ABXCD", "BCA", "BXCDA"),
    ],
)
def test_orders_of_what_is_in_the_page_merge_into_one(known: str, standing: str, merged: str) -> None:
    assert "".join(catalogue._merged(known, standing)) == merged


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-05-04T08:00:00+02:00", datetime(2026, 5, 4, 6, tzinfo=UTC)),
        ("2026-05-04T08:00:00Z", datetime(2026, 5, 4, 8, tzinfo=UTC)),
        ("2026-05-04T08:00:00", datetime(2026, 5, 4, 6, tzinfo=UTC)),
        ("2026-05-04", None),
        ("i går", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_a_machine_readable_time_becomes_utc_and_nothing_is_made_up(written: str, instant: datetime | None) -> None:
    assert catalogue._instant(written) == instant
