"""Gallringsstopp set, lifted and asked: by whoever disposes of anything, at the moment it disposes.

A request for a public record (*begäran om allmän handling*) sets one with its diary number.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from register import address
from register.errors import BadInputError
from register.known import Known, known
from register.language import Text
from register.model import Period
from register.permission import entries_covering
from register.store.history import in_force, said_of
from register.store.holds import Hold, holds_on
from register.store.opening import opened
from register.store.wording import RefusedError, readable

_NOTHING = Text("Inget har ändrats.", "Nothing was changed.")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a hold is to concern: `entry` is its name; the rest as in `Hold`."""

    entry: str
    ground: str
    channel: str | None = None
    item: str | None = None
    covers_from: datetime | None = None
    covers_to: datetime | None = None
    diary_number: str | None = None


def set_hold(session: Session, wanted: Wanted, *, at: datetime, by: str) -> Hold:
    """Set a hold from `at` on. That of an item is on its channel, where the register knows which that is.

    Raises:
        BadInputError: a hold of that name is in force, an address is none, or the time ends before it begins.
    """
    if said_of(session, Hold, wanted.entry, at=at) is not None:
        raise _unusable(Text(f"Stoppet {wanted.entry} gäller redan.", f"The hold {wanted.entry} is in force already."))
    if wanted.covers_from is not None and wanted.covers_to is not None and wanted.covers_to <= wanted.covers_from:
        raise _unusable(Text("Tiden slutar innan den börjar.", "The time ends before it begins."))
    _texts(wanted)
    channel = wanted.channel
    if wanted.item is not None:
        own = _channel_of(known(session), wanted.item, at)
        if channel is None:
            channel = own
        elif own is not None and not _same(own, channel):
            raise _unusable(
                Text(f"{wanted.item} hör till {own}, inte {channel}.", f"{wanted.item} is of {own}, not {channel}.")
            )
    hold = Hold(
        entry=wanted.entry,
        valid_from=at,
        recorded_at=at,
        recorded_by=by,
        ground=wanted.ground,
        channel=channel,
        item=wanted.item,
        covers_from=wanted.covers_from,
        covers_to=wanted.covers_to,
        diary_number=wanted.diary_number,
    )
    session.add(hold)
    session.flush()
    return hold


def lift_hold(session: Session, entry: str, *, reason: str, at: datetime, by: str) -> None:
    """Lift a hold from `at` on, for a reason.

    Raises:
        BadInputError: none of that name is in force, or no reason is given.
    """
    found = said_of(session, Hold, entry, at=at)
    if found is None:
        raise _unusable(Text(f"Inget stopp {entry} gäller.", f"No hold {entry} is in force."))
    if not reason.strip():
        raise _unusable(Text("Att ett stopp hävs har en orsak.", "That a hold is lifted has a reason."))
    session.add(
        Hold(
            entry=entry,
            valid_from=at,
            recorded_at=at,
            recorded_by=by,
            ended=True,
            reason=reason.strip(),
            ground=found.ground,
            channel=found.channel,
            item=found.item,
            covers_from=found.covers_from,
            covers_to=found.covers_to,
            diary_number=found.diary_number,
        )
    )


def in_force_at(session: Session, at: datetime) -> tuple[Hold, ...]:
    """Return all holds in force, by name."""
    return tuple(sorted(in_force(session, Hold, at=at), key=lambda hold: hold.entry))


def stopping(database: str | Path, *, channel: str, period: Period, at: datetime) -> tuple[Hold, ...]:
    """Return the holds that stop the disposal of records of a channel (its address) from a period, at `at`.

    Whoever is about to dispose of anything that a capture made asks this, and leaves it where there is one.

    Raises:
        StoreUnusableError: the register does not answer. Then nothing is disposed of.
    """
    with opened(database) as store, store.reading() as session:
        return tuple(holds_on(session, channel=channel, period=period, at=at))


def told(holds: tuple[Hold, ...]) -> str:
    """Return holds on one line: their names and grounds."""
    return ", ".join(f"{hold.entry} ({hold.ground})" for hold in holds)


def _channel_of(register: Known, item: str, at: datetime) -> str | None:
    try:
        found = entries_covering(register, item, at)
    except ValueError:
        raise _unusable(Text(f"{item} är ingen webbadress.", f"{item} is no web address.")) from None
    return found[0].said.address if found else None


def _same(one: str, other: str) -> bool:
    try:
        return address.covers(one, other) or address.covers(other, one)
    except ValueError:
        raise _unusable(Text(f"{other} är ingen webbadress.", f"{other} is no web address.")) from None


def _texts(wanted: Wanted) -> None:
    for field in ("entry", "ground", "diary_number"):
        value = getattr(wanted, field)
        try:
            if value is not None:
                readable(field, value)
        except RefusedError as error:
            raise BadInputError(
                happened=Text(f"{field}: {error.wrong.sv}.", f"{field}: {error.wrong.en}."),
                safe=_NOTHING,
                next_step=error.remedy,
            ) from None


def _unusable(happened: Text) -> BadInputError:
    return BadInputError(
        happened=happened, safe=_NOTHING, next_step=Text("Rätta och kör igen.", "Correct it and run again.")
    )
