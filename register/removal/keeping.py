"""Cases read and written, and the year's collecting case (*samlingsärende*) of each channel, numbered from 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from register.answers import Change
from register.errors import BadInputError
from register.known import Known
from register.language import SWEDEN, Text
from register.store.cases import RemovalCase
from register.store.history import in_force, said_of, statements

FOLDER = "borttagning"
"""Where in the workspace the pictures and the papers of cases lie; nothing disposes of what is there."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A case's place: its id, its number in the channel's collecting case of the year, and that one's diary number.

    `collecting_case` is None until an earlier case of the same year has one.
    """

    entry: str
    number: int
    collecting_case: str | None


def year_of(case: RemovalCase) -> int:
    """Return the year whose collecting case it belongs to: when it was saved, in Sweden."""
    return case.saved.astimezone(SWEDEN).year


def next_place(session: Session, channel: str, at: datetime) -> Place:
    """Return the next place of a channel's collecting case; in a session that may write, nobody else gets the same."""
    year = at.astimezone(SWEDEN).year
    said = session.scalars(RemovalCase.among().where(RemovalCase.channel == channel)).all()
    of_year = [each for each in said if year_of(each) == year]
    number = max((each.number or 0 for each in of_year), default=0) + 1
    collecting = [each.collecting_case for each in of_year if each.collecting_case is not None]
    return Place(
        entry=f"{channel}-{year}-{number}", number=number, collecting_case=collecting[-1] if collecting else None
    )


def case_of(session: Session, entry: str, at: datetime) -> RemovalCase:
    """Return a case as it stands.

    Raises:
        BadInputError: there is none of that id; those that there are, are pointed to.
    """
    found = said_of(session, RemovalCase, entry, at=at)
    if found is None:
        raise BadInputError(
            happened=Text(f"Ärende {entry} finns inte.", f"There is no case {entry}."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text("kanalarkiv removal list visar dem som finns.", "kanalarkiv removal list shows them."),
        )
    return found


def cases(
    session: Session, *, at: datetime, channel: str | None = None, year: int | None = None
) -> Sequence[RemovalCase]:
    """Return the cases as they stand at `at`, by channel and number: of one channel, of one year, or all."""
    where: list[ColumnElement[bool]] = [] if channel is None else [RemovalCase.channel == channel]
    found = [each for each in in_force(session, RemovalCase, *where, at=at) if year in (None, year_of(each))]
    return sorted(found, key=lambda each: (each.channel, each.saved.astimezone(SWEDEN).year, each.number or 0))


def history(session: Session, entry: str) -> tuple[Change, ...]:
    """Return all that was said of a case, the latest first, each with what it said before."""
    rows = tuple(statements(session, RemovalCase, entry))
    found = []
    for index, said in enumerate(rows):
        earlier = Known(rows={RemovalCase: {entry: rows[:index]}}, active={})
        found.append(Change(said=said, before=earlier.one(RemovalCase, entry, said.valid_from)))
    return tuple(reversed(found))
