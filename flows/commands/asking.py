"""What commands are told of the register: which one, of which moment, and which channel or person a word means."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.clock import now
from flows.commands.telling import register_at
from register.errors import BadInputError
from register.faults import nearest
from register.known import Known, known
from register.language import SWEDEN, Text
from register.permission import entries_covering
from register.store.channels import ChannelRecord
from register.store.opening import FILE_NAME, Store
from register.store.organisation import Person

NOTHING = Text("Inget har ändrats.", "Nothing was changed.")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the register is: in a workspace, or in the database that is named."""

    into: Path
    database: str | None

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """Open a register that is there; a question makes none.

        Raises:
            BadInputError: there is none.
        """
        file = self.database or str(self.into / FILE_NAME)
        if "://" not in file and not Path(file).is_file():
            raise BadInputError(
                happened=Text(f"Det finns ingen databas {file}.", f"There is no database {file}."),
                safe=NOTHING,
                next_step=Text(
                    "Ange --into eller --database, eller börja med kanalarkiv register import.",
                    "Give --into or --database, or begin with kanalarkiv register import.",
                ),
            )
        with register_at(self.into, self.database) as store:
            yield store


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which register something is asked, of which moment, as known when, and how the answer is wanted."""

    place: Place
    at: str | None = None
    known_at: str | None = None
    as_json: bool = False

    def moment(self) -> datetime:
        """Return the moment that is asked of."""
        return moment_of(self.at)

    def known_moment(self) -> datetime | None:
        """Return the moment as of which the register is asked, None: as it says now."""
        return moment_of(self.known_at) if self.known_at is not None else None

    def register(self, *, happened: bool = False) -> Known:
        """Return the register as it says now, or as it said then.

        Args:
            happened: Read also what had happened by the moment that is asked of: findings and duties need it.
        """
        then = self.known_moment()
        with self.place.opened() as store, store.reading() as session:
            return known(session, known_at=then, of=self.moment() if happened else None)


def moment_of(word: str | None) -> datetime:
    """Return the moment that a person means: now, noon in Sweden of a day, or a moment written out.

    Raises:
        BadInputError: it is none of these.
    """
    if word is None:
        return now()
    try:
        given = datetime.fromisoformat(word)
    except ValueError:
        raise BadInputError(
            happened=Text(f"{word} är varken en dag eller en tidpunkt.", f"{word} is neither a day nor a moment."),
            safe=NOTHING,
            next_step=Text("Ange 2026-03-14, eller 2026-03-14T12:00.", "Give 2026-03-14, or 2026-03-14T12:00."),
        ) from None
    if len(word) <= len("2026-03-14"):
        given = given.replace(hour=12)
    return (given if given.tzinfo is not None else given.replace(tzinfo=SWEDEN)).astimezone(UTC)


def day_meant(word: str) -> date:
    """Return the day that a person means.

    Raises:
        BadInputError: it is none.
    """
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise BadInputError(
            happened=Text(f"{word} är ingen dag.", f"{word} is no day."),
            safe=NOTHING,
            next_step=Text("Ange den som 2026-03-14.", "Give it as 2026-03-14."),
        ) from None


def channel_meant(register: Known, word: str, at: datetime) -> ChannelRecord:
    """Return the channel that `word` names at a moment: its entry, its name or its address.

    Raises:
        BadInputError: it names none; the nearest is suggested.
    """
    there = register.holding(ChannelRecord, at)
    for record in there:
        if word.casefold() in (record.entry.casefold(), record.name.casefold()):
            return record
    if "://" in word:
        try:
            covering = entries_covering(register, word, at)
        except ValueError:
            covering = ()
        if covering:
            return covering[0].said
    day = at.astimezone(SWEDEN).date()
    meant = nearest(word, [record.entry for record in there])
    raise BadInputError(
        happened=Text(f"Ingen kanal {word} i registret {day}.", f"No channel {word} in the register on {day}."),
        safe=NOTHING,
        next_step=Text(meant.sv.capitalize(), meant.en.capitalize()),
    )


def person_meant(register: Known, word: str, at: datetime) -> Person:
    """Return the person that `word` names at a moment: their entry or their whole name.

    Raises:
        BadInputError: it names nobody, or several.
    """
    name = " ".join(word.split())
    people = register.holding(Person, at)
    found = [one for one in people if one.entry == name] or [
        one for one in people if one.name.casefold() == name.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(sorted(one.entry for one in found))
        raise BadInputError(
            happened=Text(f"{name} är flera i registret: {several}.", f"{name} is several in the register: {several}."),
            safe=NOTHING,
            next_step=Text("Ange kortnamnet.", "Give the short name."),
        )
    meant = nearest(name, [one.entry for one in people])
    raise BadInputError(
        happened=Text(f"{name or '--who'} finns inte i registret.", f"{name or '--who'} is not in the register."),
        safe=NOTHING,
        next_step=Text(meant.sv.capitalize(), meant.en.capitalize()),
    )
