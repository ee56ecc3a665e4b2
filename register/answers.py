"""Questions that an archivist, an auditor or a lawyer puts to the register, years later.

who was authorised on 14 March?                              authorised
what did the channel's entry say when this package was made? entry_of_package
what was changed, when, by whom, from what to what?          changes
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, class_mapper

from register import address
from register.errors import BadInputError
from register.known import TABLES, Known, known
from register.language import Text
from register.store.captures import CaptureRow
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import ChannelRecord
from register.store.deliveries import PackageRow
from register.store.history import Versioned
from register.store.mandates import Mandate, Substitute
from register.store.organisation import Person

_OF_THE_STATEMENT = frozenset(Versioned.__annotations__)


@dataclass(frozen=True, kw_only=True)
class Authorised:
    """Somebody with a mandate in a channel.

    `person` is None where nobody of that name was employed any more; `appointment` is the director's decision that they
    administer the account, None where there is none; `stands_in_for` whom they are substitute for.
    """

    entry: str
    person: Person | None
    mandate: Mandate
    appointment: ChannelDecision | None
    stands_in_for: tuple[str, ...]

    @property
    def fully(self) -> bool:
        """Whether they were employed, had a mandate and were appointed."""
        return self.person is not None and self.appointment is not None


def authorised(register: Known, channel: str, at: datetime) -> tuple[Authorised, ...]:
    """Return who had a mandate in a channel (its entry) at a moment, by the person's entry and their capacity."""
    found = []
    for mandate in register.holding(Mandate, at, channel=channel):
        appointments = register.holding(
            ChannelDecision, at, channel=channel, kind=DecisionKind.APPOINTMENT, person=mandate.person
        )
        substitutes = register.holding(Substitute, at, channel=channel, person=mandate.person)
        found.append(
            Authorised(
                entry=mandate.person,
                person=register.one(Person, mandate.person, at),
                mandate=mandate,
                appointment=appointments[0] if appointments else None,
                stands_in_for=tuple(sorted(said.stands_in_for for said in substitutes)),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.entry, each.mandate.capacity)))


@dataclass(frozen=True, kw_only=True)
class EntryThen:
    """What the register said of a channel when a package of it was made (`at`), and who was authorised then.

    `entry` is None if the register had no such channel.
    """

    object_id: str
    at: datetime
    channel: str
    entry: ChannelRecord | None
    authorised: tuple[Authorised, ...]
    decisions: tuple[ChannelDecision, ...]


def entry_of_package(session: Session, object_id: str) -> EntryThen:
    """Return what the register said when a package was made: of that moment, as it was known at that moment.

    Raises:
        BadInputError: there is no such package in the ledger.
    """
    package = session.get(PackageRow, object_id)
    if package is None:
        raise BadInputError(
            happened=Text(f"Paketet {object_id} finns inte i registret.", f"The package {object_id} is not on record."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text("Kontrollera paketets id.", "Check the package's id."),
        )
    at = package.recorded_at
    then = known(session, known_at=at)
    run = session.scalars(select(CaptureRow).where(CaptureRow.object_id == object_id)).first()
    where = run.address if run is not None else package.channel
    entry = then.one(ChannelRecord, run.channel, at) if run is not None else _at_address(then, where, at)
    return EntryThen(
        object_id=object_id,
        at=at,
        channel=where or "",
        entry=entry,
        authorised=authorised(then, entry.entry, at) if entry is not None else (),
        decisions=then.holding(ChannelDecision, at, channel=entry.entry) if entry is not None else (),
    )


def _at_address(register: Known, url: str | None, at: datetime) -> ChannelRecord | None:
    if url is None:
        return None
    wanted = address.canonical(url)
    found = [said for said in register.holding(ChannelRecord, at) if address.canonical(said.address) == wanted]
    return found[0] if found else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A statement, and what held of its entry just before it was made, at the moment that it begins to cover."""

    said: Versioned
    before: Versioned | None

    def fields(self) -> dict[str, tuple[object, object]]:
        """Return what became different: each field with its value before and after. None: it was not, or is no more."""
        before = values(self.before) if self.before is not None else {}
        after = {} if self.said.ended else values(self.said)
        return {
            name: (before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }


def changes(register: Known, entry: str | None = None) -> tuple[Change, ...]:
    """Return all that was ever said (of one entry), the latest first."""
    found = [change for table in TABLES for change in _changes_of(register, table, entry)]
    return tuple(sorted(found, key=lambda change: change.said.recorded_at, reverse=True))


def _changes_of(register: Known, table: type[Versioned], entry: str | None) -> Iterator[Change]:
    for name, rows in register.rows.get(table, {}).items():
        if entry not in (None, name):
            continue
        for index, said in enumerate(rows):
            earlier = Known(rows={table: {name: rows[:index]}}, active={})
            yield Change(said=said, before=earlier.one(table, name, said.valid_from))


def fields_of(table: type[Versioned]) -> tuple[str, ...]:
    """Return the fields of a table that say something of its entries, without when and by whom it is said."""
    return tuple(column.key for column in class_mapper(table).column_attrs if column.key not in _OF_THE_STATEMENT)


def values(said: Versioned) -> dict[str, object]:
    """Return what a statement says, without when and by whom it was said."""
    return {name: getattr(said, name) for name in fields_of(type(said))}
