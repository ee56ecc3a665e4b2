"""The months that captures are planned in, and each channel's own day in them.

Documenting all channels on one day would be hard on the platforms, the machine and the people. So each channel has a
working day and a minute of its own, that follow from its name alone: adding a channel moves no other. It is counted in
working days, since for most channels a person has to be there: *the ninth working day of May and of November*. Every
month has twenty; holidays are not known here, and a day that is one is made up for on the next.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256

from register.calendar.halves import HalfYear
from register.language import SWEDEN

WORKING_DAYS = 20
"""How many days (Monday to Friday) the shortest month has."""

_FRIDAY = 4


@dataclass(frozen=True, kw_only=True)
class Window:
    """The month of each half-year that captures are planned in, and the Swedish hour that they begin at.

    By default May and November: neither in July nor at Christmas, and with a month left to make up for what failed.
    """

    spring: int = 5
    autumn: int = 11
    hour: int = 6

    def __post_init__(self) -> None:
        """Refuse a month of the other half-year.

        Raises:
            ValueError: `spring` is not within 1 to 6, `autumn` not within 7 to 12, or `hour` not within 0 to 23.
        """
        if not (1 <= self.spring <= 6 and 7 <= self.autumn <= 12 and 0 <= self.hour <= 23):
            raise ValueError(f"one month of each half-year, and an hour: {self.spring}, {self.autumn}, {self.hour}")

    def month(self, half: HalfYear) -> int:
        """Return the month of a half-year."""
        return self.spring if half.number == 1 else self.autumn


DEFAULT = Window()


def place(channel: str) -> tuple[int, int]:
    """Return which working day of the month (1 to 20) a channel, by its entry, has, and which minute of the hour."""
    digest = sha256(channel.encode()).digest()
    return int.from_bytes(digest[:4]) % WORKING_DAYS + 1, int.from_bytes(digest[4:8]) % 60


@lru_cache(maxsize=50_000)
def planned(channel: str, half: HalfYear, window: Window = DEFAULT) -> datetime:
    """Return when a channel, by its entry, is planned to be documented in a half-year; UTC."""
    nth, minute = place(channel)
    day, passed = date(half.year, window.month(half), 1), 0
    while (passed := passed + (day.weekday() <= _FRIDAY)) < nth:
        day += timedelta(days=1)
    return datetime.combine(day, time(window.hour, minute), SWEDEN).astimezone(UTC)


def recurrence(channel: str, window: Window = DEFAULT) -> str:
    """Return the same as a rule of RFC 5545, to be read in Swedish time."""
    nth, minute = place(channel)
    return (
        f"FREQ=MONTHLY;BYMONTH={window.spring},{window.autumn};BYDAY=MO,TU,WE,TH,FR;BYSETPOS={nth};"
        f"BYHOUR={window.hour};BYMINUTE={minute};BYSECOND=0"
    )
