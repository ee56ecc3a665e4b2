"""Words in front of people: Swedish first, English available, both always written together."""

from enum import StrEnum
from typing import NamedTuple


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
