"""Half-years, as the calendar in Sweden has them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Self

from register.language import SWEDEN, Text


@dataclass(frozen=True, order=True)
class HalfYear:
    """Half a calendar year: `number` is 1 (January to June) or 2 (July to December)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a third half.

        Raises:
            ValueError: `number` is neither 1 nor 2.
        """
        if self.number not in (1, 2):
            raise ValueError(f"a year has two halves: {self.number}")

    @classmethod
    def of(cls, at: datetime) -> Self:
        """Return the half-year that an aware moment lies in, in Sweden."""
        day = at.astimezone(SWEDEN).date()
        return cls(day.year, 1 if day.month <= 6 else 2)

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the half-year of a `name`.

        Raises:
            ValueError: it names none.
        """
        year, _, number = name.partition("-")
        return cls(int(year), int(number))

    @property
    def name(self) -> str:
        """What it is called in a database: 2026-2. Names sort as the half-years do."""
        return f"{self.year:04}-{self.number}"

    @property
    def told(self) -> Text:
        """What it is called by a person."""
        which = Text("första", "first") if self.number == 1 else Text("andra", "second")
        return Text(f"{which.sv} halvåret {self.year}", f"the {which.en} half of {self.year}")

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.number == 1 else 7, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """The moment that it begins in Sweden, UTC."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment that it is over in Sweden, UTC; the next one begins."""
        return self.next.start

    @property
    def next(self) -> "HalfYear":
        """The half-year after it."""
        return HalfYear(self.year, 2) if self.number == 1 else HalfYear(self.year + 1, 1)

    def covers(self, at: datetime) -> bool:
        """Return whether an aware moment lies in it."""
        return self.start <= at < self.end


@cache
def _midnight(day: date) -> datetime:
    """Return when a Swedish day begins, UTC. Each of a thousand channels asks for the same few."""
    return datetime.combine(day, time(), SWEDEN).astimezone(UTC)
