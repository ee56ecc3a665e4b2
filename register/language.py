"""Words and times in front of people: Swedish first, English available, both always written together."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


class Language(StrEnum):
    """A language a person can be met in (BCP 47)."""

    SWEDISH = "sv"
    ENGLISH = "en"


class Text(NamedTuple):
    """One message in both languages, so that neither can be forgotten."""

    sv: str
    en: str

    def spoken(self, language: Language) -> str:
        """Return the message in `language`."""
        return self.sv if language is Language.SWEDISH else self.en


def playing_time(seconds: float) -> str:
    """Return a second of a film as its player shows it: 1:02:03."""
    minutes, whole = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02}"


def swedish_time(moment: datetime) -> str:
    """Return an aware time as the clock showed it in Sweden, to the second."""
    return f"{moment.astimezone(SWEDEN):%Y-%m-%d %H:%M:%S}"
