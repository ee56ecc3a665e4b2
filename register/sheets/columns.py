"""What a column of a spreadsheet holds, read from and written to the text of a cell. Words and dates are Swedish ones.

A day is written 2026-03-14 and means the Swedish day; a moment that is no midnight in Sweden is written out, with its
zone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from register.language import SWEDEN, Text

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


class CellError(ValueError):
    """A cell that cannot be read: what is wrong, and what to write instead."""

    def __init__(self, wrong: Text, remedy: Text) -> None:
        self.wrong = wrong
        self.remedy = remedy
        super().__init__(wrong.en)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of cell. `told` says what to write in it."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    told: Text


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its heading, the attribute of the row that it holds, and what is written in it."""

    heading: str
    attribute: str
    kind: Kind
    says: str
    required: bool = False


def _text(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


TEXT = Kind(read=_text, write=str, told=Text("text", "text"))


def choice(words: type[StrEnum]) -> Kind:
    """Return the kind of a cell that holds one of some words, in any case."""

    def read(cell: str) -> str:
        known = {word.casefold(): word.value for word in words}
        if (found := known.get(_text(cell).casefold())) is not None:
            return found
        meant = get_close_matches(_text(cell).casefold(), list(known), n=1)
        listed = ", ".join(words)
        raise CellError(
            Text(f"{cell!r} är inget av orden", f"{cell!r} is none of the words"),
            Text(f"Menas {known[meant[0]]}?", f"Is {known[meant[0]]} meant?")
            if meant
            else Text(f"Skriv något av: {listed}.", f"Write one of: {listed}."),
        )

    return Kind(read=read, write=str, told=Text(f"något av: {', '.join(words)}", f"one of: {', '.join(words)}"))


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(_text(cell))
    except ValueError:
        raise CellError(
            Text(f"{cell!r} är inget datum", f"{cell!r} is no date"), Text("Skriv 2026-03-14.", "Write 2026-03-14.")
        ) from None


DAY = Kind(read=_day, write=date.isoformat, told=Text("datum: 2026-03-14", "a day: 2026-03-14"))


def midnight(day: date) -> datetime:
    """Return when a day begins in Sweden, in UTC."""
    return datetime.combine(day, time(), SWEDEN).astimezone(UTC)


def _is_midnight(moment: datetime) -> bool:
    return moment.astimezone(SWEDEN).time() == time()


def _written_out(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(cell: str, whole_day: Callable[[date], datetime]) -> datetime:
    text = _text(cell)
    if len(text) <= len("2026-03-14"):
        return whole_day(_day(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CellError(
            Text(f"{cell!r} är ingen tidpunkt", f"{cell!r} is no moment"),
            Text("Skriv 2026-03-14, eller 2026-03-14T12:00:00+01:00.", "Write 2026-03-14, or with time and zone."),
        )
    return moment.astimezone(UTC)


FROM = Kind(
    read=lambda cell: _moment(cell, midnight),
    write=lambda at: at.astimezone(SWEDEN).date().isoformat() if _is_midnight(at) else _written_out(at),
    told=Text("datum: från den dagens början", "a day: from its beginning"),
)
"""A moment from which something is so; a day is its beginning."""


def _after(day: date) -> datetime:
    return midnight(day + _DAY)


def _write_to(end: datetime) -> str:
    return (end.astimezone(SWEDEN).date() - _DAY).isoformat() if _is_midnight(end) else _written_out(end)


TO = Kind(
    read=lambda cell: _moment(cell, _after),
    write=_write_to,
    told=Text("datum: till och med den dagen", "a day: that day included"),
)
"""A moment from which something is no more so; a day is its last one."""

LAST = Kind(
    read=lambda cell: _moment(cell, lambda day: _after(day) - _INSTANT),
    write=lambda at: _write_to(at + _INSTANT) if _is_midnight(at + _INSTANT) else _written_out(at),
    told=Text("datum: till och med den dagen", "a day: that day included"),
)
"""The last moment of a time; a day is its end."""


def _number(cell: str) -> int:
    text = _text(cell).replace("\u00a0", "").replace(" ", "")
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise CellError(Text(f"{cell!r} är inget helt tal", f"{cell!r} is no whole number"), Text("Skriv 90.", "Write 90."))


NUMBER = Kind(read=_number, write=str, told=Text("helt tal", "a whole number"))

_YES, _NO = ("ja", "j", "x", "yes", "sant", "true", "1"), ("nej", "n", "no", "falskt", "false", "0")


def _yes_or_no(cell: str) -> bool:
    word = _text(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError(Text(f"{cell!r} är varken ja eller nej", f"{cell!r} is neither yes nor no"), _WRITE_YES)


_WRITE_YES = Text("Skriv ja eller nej.", "Write ja or nej.")
YES_NO = Kind(read=_yes_or_no, write=lambda yes: "ja" if yes else "nej", told=Text("ja eller nej", "ja or nej"))


def _mail(cell: str) -> str:
    text = _text(cell)
    name, _, domain = text.partition("@")
    if name and "." in domain and "@" not in domain and not any(sign.isspace() or sign in ",;<>" for sign in text):
        return text
    raise CellError(
        Text(f"{cell!r} är ingen e-postadress", f"{cell!r} is no mail address"),
        Text("Skriv namn@kommunen.se.", "Write name@example.se."),
    )


MAIL = Kind(read=_mail, write=str, told=Text("e-postadress", "a mail address"))
