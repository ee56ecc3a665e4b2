"""Half-years: the stretch of time that the guideline asks for a capture of, and reports are made of."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from register.errors import BadInputError
from register.language import SWEDEN, Text

_WRITTEN = re.compile(r"(20\d\d)-([12])")


@dataclass(frozen=True, order=True)
class Half:
    """A half-year, the first or the second of a year, from its first Swedish midnight to the next one's."""

    year: int
    number: int

    def __str__(self) -> str:
        """Return it as it is written: 2026-2."""
        return f"{self.year}-{self.number}"

    @property
    def start(self) -> datetime:
        """When it begins, UTC."""
        return datetime(self.year, 1 if self.number == 1 else 7, 1, tzinfo=SWEDEN).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When the next one begins, UTC."""
        return self.next.start

    @property
    def next(self) -> "Half":
        """The half-year after it."""
        return Half(self.year, 2) if self.number == 1 else Half(self.year + 1, 1)

    @property
    def previous(self) -> "Half":
        """The half-year before it."""
        return Half(self.year - 1, 2) if self.number == 1 else Half(self.year, 1)

    @classmethod
    def of(cls, at: datetime) -> "Half":
        """Return the half-year that a moment lies in."""
        there = at.astimezone(SWEDEN)
        return cls(there.year, 1 if there.month <= 6 else 2)

    @classmethod
    def written(cls, word: str) -> "Half":
        """Return the half-year that a person writes as 2026-2.

        Raises:
            BadInputError: it is none.
        """
        found = _WRITTEN.fullmatch(word.strip())
        if found is None:
            raise BadInputError(
                happened=Text(f"{word} är inget halvår.", f"{word} is no half-year."),
                safe=Text("Inget har ändrats.", "Nothing was changed."),
                next_step=Text("Skriv 2026-1 för januari–juni, 2026-2 för juli–december.", "Write 2026-1 or 2026-2."),
            )
        return cls(int(found[1]), int(found[2]))
