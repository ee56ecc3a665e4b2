"""What `kanalarkiv holds` does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

import typer

from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Asked, Place, channel_meant, day_meant, person_meant
from flows.commands.telling import person as somebody
from flows.commands.telling import register_at, say, tell_json
from register import holding
from register.errors import ExitCode
from register.known import Known, known
from register.language import SWEDEN, Text, swedish_time
from register.model import Period
from register.store.holds import Hold, holds_on
from register.store.organisation import Person


@dataclass(frozen=True, kw_only=True)
class Wished:
    """A hold as a person asks for it: the words of the command line."""

    ground: str
    name: str | None = None
    diary_number: str | None = None
    channel: str | None = None
    item: str | None = None
    since: str | None = None
    until: str | None = None


def set_hold(place: Place, wished: Wished, who: str) -> None:
    """Set a hold."""
    at = now()
    with register_at(place.into, place.database) as store, store.writing() as session:
        register = known(session)
        channel = _address(register, wished.channel, at) if wished.channel is not None else None
        hold = holding.set_hold(
            session,
            holding.Wanted(
                entry=wished.name or uuid4().hex[:12],
                ground=wished.ground,
                channel=channel,
                item=wished.item,
                covers_from=_begin(wished.since),
                covers_to=_end(wished.until),
                diary_number=wished.diary_number,
            ),
            at=at,
            by=_who(register, who, at),
        )
        said = hold.entry, _concerns(hold)
    say(Text(f"Gallringsstopp {said[0]} gäller nu: {said[1].sv}.", f"The hold {said[0]} is in force: {said[1].en}."))


def lift_hold(place: Place, entry: str, who: str, *, reason: str) -> None:
    """Lift a hold."""
    at = now()
    with place.opened() as store, store.writing() as session:
        holding.lift_hold(session, entry, reason=reason, at=at, by=_who(known(session), who, at))
    say(Text(f"Gallringsstopp {entry} är hävt.", f"The hold {entry} is lifted."))


def list_holds(asked: Asked) -> None:
    """Show the holds that are in force."""
    at = asked.moment()
    with asked.place.opened() as store, store.reading() as session:
        _tell(asked, holding.in_force_at(session, at))


def asks(asked: Asked, channel: str, *, since: str | None, until: str | None) -> None:
    """Show what stops the disposal of a channel's records; end with the code of what may not be if something does."""
    at = asked.moment()
    period = Period(start=_begin(since), end=_end(until) or at)
    with asked.place.opened() as store, store.reading() as session:
        url = _address(known(session), channel, at)
        found = holds_on(session, channel=url, period=period, at=at)
        _tell(asked, found)
    if found:
        raise typer.Exit(ExitCode.NOT_ALLOWED)


def _tell(asked: Asked, found: Sequence[Hold]) -> None:
    if asked.as_json:
        tell_json(
            [
                {**shown.cells_of(hold), "satt": hold.recorded_at.isoformat(), "satt av": hold.recorded_by}
                for hold in found
            ]
        )
        return
    shown.table(
        Text("Gallringsstopp", "Holds"),
        (
            Text("stopp", "hold"),
            Text("grund", "ground"),
            Text("gäller", "concerns"),
            Text("satt", "set"),
            Text("av", "by"),
        ),
        [
            (hold.entry, hold.ground, _concerns(hold).sv, swedish_time(hold.recorded_at), hold.recorded_by)
            for hold in found
        ],
    )


def _concerns(hold: Hold) -> Text:
    what = Text(hold.item, hold.item) if hold.item is not None else Text("handlingar", "records")
    where = (
        Text("i alla kanaler", "of all channels")
        if hold.channel is None
        else Text(f"i {hold.channel}", f"of {hold.channel}")
    )
    first, last = shown.day(hold.covers_from), shown.day(hold.covers_to)
    when = Text(f" {first} – {last}", f" {first} – {last}") if first or last else Text("", "")
    return Text(f"{what.sv} {where.sv}{when.sv}", f"{what.en} {where.en}{when.en}")


def _address(register: Known, word: str, at: datetime) -> str:
    """Return the address that a word means; one that the register does not have may be held all the same."""
    return word if "://" in word else channel_meant(register, word, at).address


def _who(register: Known, word: str, at: datetime) -> str:
    """Return who sets or lifts it: their entry, where the register has people, or the name as it is given."""
    return person_meant(register, somebody(word), at).entry if register.holding(Person, at) else somebody(word)


def _begin(word: str | None) -> datetime | None:
    return None if word is None else datetime.combine(day_meant(word), time(), SWEDEN)


def _end(word: str | None) -> datetime | None:
    """Return the last moment of a day."""
    if word is None:
        return None
    return datetime.combine(day_meant(word) + timedelta(days=1), time(), SWEDEN) - timedelta(microseconds=1)
