"""What a person may write in the register: readable text, and never a password.

A register is read for decades, by many, in terminals, spreadsheets and packages. So signs that cannot be seen are
refused, and so is what looks like a password: the register knows where log-ins are kept, never what they are. No rule
finds every password (a phrase of ordinary words looks like any text); these find what people usually paste.
"""

import re
import unicodedata
from enum import StrEnum

from sqlalchemy.orm import class_mapper

from register.language import Text
from register.store.history import Versioned

_LONGEST = 10_000
_IDENTITY = re.compile(r"[^\s/|;,\"']{1,120}")
_WORDS_FOR_IT = r"l[öo]sen(?:ord(?:et)?)?|password|passwd|passphrase|passcode|pwd|pin(?:-?kod(?:en)?)?"
_SAID = re.compile(rf"\b(?:{_WORDS_FOR_IT})\b\s*(?:[:=]|är\b|is\b)\s*\S", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:{_WORDS_FOR_IT}|secret|hemlighet)\b", re.IGNORECASE)


class RefusedError(ValueError):
    """A statement that the register does not take: which field (an attribute), what is wrong with it, what to do."""

    def __init__(self, field: str, wrong: Text, remedy: Text) -> None:
        self.field = field
        self.wrong = wrong
        self.remedy = remedy
        super().__init__(f"{field}: {wrong.en}")


class Written(Versioned, kw_only=True):
    """A versioned table whose texts people write."""

    def __post_init__(self) -> None:
        """Refuse a text that is not fit to be kept.

        Raises:
            RefusedError: it has invisible signs or space around it, is too long, or states a password.
            ValueError: see `Versioned`.
        """
        super().__post_init__()
        for attribute in class_mapper(type(self)).column_attrs:
            value = getattr(self, attribute.key)
            if isinstance(value, str):
                readable(attribute.key, value)


def readable(field: str, value: str) -> None:
    """Refuse a text that is empty, has invisible signs or space around it, is too long, or states a password.

    Raises:
        RefusedError: it is so.
    """
    if not value or value != value.strip():
        raise RefusedError(
            field,
            Text("är tomt eller har mellanslag i kanten", "is empty or has space around it"),
            Text(
                "Ta bort mellanslagen; utelämna det som inte är känt.", "Remove the space; leave out what is unknown."
            ),
        )
    if len(value) > _LONGEST or any(
        unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") for c in value if c not in "\n\u200d"
    ):
        raise RefusedError(
            field,
            Text("har osynliga tecken eller är för långt", "has invisible signs or is too long"),
            Text("Skriv om texten för hand.", "Write the text anew by hand."),
        )
    if _SAID.search(value):
        raise password(field)


def identity(field: str, value: str) -> None:
    """Refuse what is no short name: spaces, slashes, semicolons, commas and quotes are not for it.

    Raises:
        RefusedError: it is none.
    """
    if not _IDENTITY.fullmatch(value):
        raise RefusedError(
            field,
            Text(f"{value!r} är ingen kortbeteckning", f"{value!r} is no short name"),
            Text(
                "Skriv utan mellanslag, snedstreck, komma och citattecken, som anna.ek eller facebook-kommunen.",
                "Write without spaces, slashes, commas and quotes, like anna.ek or facebook-kommunen.",
            ),
        )


def one_of(field: str, value: str, choices: type[StrEnum]) -> None:
    """Refuse a word that is not among `choices`.

    Raises:
        RefusedError: it is not.
    """
    if value not in list(choices):
        listed = ", ".join(choices)
        raise RefusedError(
            field,
            Text(f"{value!r} är inget av orden", f"{value!r} is none of the words"),
            Text(f"Skriv något av: {listed}.", f"Write one of: {listed}."),
        )


def demanded(field: str, value: object, why: Text) -> None:
    """Refuse that `value` is missing; `why` completes the sentence *is missing: …*.

    Raises:
        RefusedError: it is.
    """
    if value is None:
        raise RefusedError(
            field, Text(f"saknas: {why.sv}", f"is missing: {why.en}"), Text("Fyll i fältet.", "Fill in the field.")
        )


def names_a_password(heading: str) -> bool:
    """Return whether a column is headed as if passwords were to be written in it."""
    return _NAMED.search(heading) is not None


def holds_a_password(value: str) -> bool:
    """Return whether some word of a text that says where log-ins are kept looks like a password itself."""
    words = [word.strip(".,;:()\"'") for word in value.split()]
    if len(words) == 1 and len(words[0]) >= 8 and _kinds(words[0]) & {"lower", "upper"} and "digit" in _kinds(words[0]):
        return True
    return (
        any(len(part) >= 8 and len(_kinds(part)) >= 3 for word in words for part in re.split(r"[-/._@:]", word))
        or _SAID.search(value) is not None
    )


def _kinds(word: str) -> set[str]:
    return {
        "lower" if sign.islower() else "upper" if sign.isupper() else "digit" if sign.isdigit() else "other"
        for sign in word
    }


def password(field: str) -> RefusedError:
    """Return the refusal of what looks like a password; what was written is not repeated."""
    return RefusedError(
        field,
        Text("ser ut att innehålla ett lösenord", "seems to hold a password"),
        Text(
            "Skriv var inloggningen förvaras, aldrig själva lösenordet. Byt lösenordet om det har stått i filen.",
            "Write where the log-in is kept, never the password itself. Change the password if it stood in the file.",
        ),
    )
