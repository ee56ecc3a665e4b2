"""What `kanalarkiv closure` does; the commands themselves are in a module that loads at once."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import typer

from flows import embedded, guard, standing, workspace
from flows.clock import now
from flows.commands.asking import NOTHING, Asked, Place, channel_meant, person_meant
from flows.commands.shown import table
from flows.commands.telling import language, say, tell_json
from flows.gatekeeping import delivery_of, gate_of, under_way
from register.closing import course
from register.closing.gate import Demand, Gate
from register.closing.steps import closure_of, closures
from register.errors import ExitCode, NotAllowedError
from register.known import known
from register.language import Text
from register.store.opening import opened


def start(place: Place, word: str, who: str) -> None:
    """Begin the closure of a channel, and show what is wanting."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, who, at)
        closure = course.begin(session, channel.entry, at=at, by=person.entry)
        _tell(channel.name, gate_of(session, closure, at))


def acknowledge(place: Place, word: str, who: str) -> None:
    """Enter an acknowledgement, and show what is wanting."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, who, at)
        closure = course.acknowledged(session, channel.entry, person.entry, at=at)
        _tell(channel.name, gate_of(session, closure, at))


@dataclass(frozen=True, kw_only=True)
class Preserving:
    """Who preserves a channel, and whether they watch."""

    who: str
    attended: bool


def preserve(into: Path, settings: Path | None, word: str, wanted: Preserving) -> None:
    """Capture the whole history with its layout and a web archive, and show what is wanting.

    Raises:
        NotAllowedError: what comes before it is wanting, or it may not be captured.
    """
    place = standing.Place.at(into, settings)
    at = now()
    with opened(place.database) as store, store.reading() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, wanted.who, at)
        stood = gate_of(session, under_way(session, channel.entry), at)
    if not stood.is_prepared:
        _tell(channel.name, stood)
        raise NotAllowedError(
            happened=Text(f"{channel.name} bevaras inte än.", f"{channel.name} is not preserved yet."),
            safe=NOTHING,
            next_step=Text("Beslut, meddelanden och kvittenser kommer först.", "Decision and receipts come first."),
        )
    with workspace.opened(place.workspace) as there:  # makes its folders; let go of again, for the run
        home = there.prefect_home
    embedded.prepare(home)
    guard.post()
    from flows import closure  # noqa: PLC0415 - Prefect has been told where to live

    asyncio.run(closure.preserve(place, channel.entry, who=person.entry, attended=wanted.attended))
    with opened(place.database) as store, store.reading() as session:
        _tell(channel.name, gate_of(session, under_way(session, channel.entry), now()))


def account_closed(place: Place, word: str, who: str) -> None:
    """Enter a person's word that the account is closed, if it may be."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, who, at)
        begun = closure_of(session, channel.entry)
        delivery = delivery_of(session, begun) if begun is not None else None
        closure = course.closed(session, channel.entry, person.entry, delivery, at=at)
        _tell(channel.name, gate_of(session, closure, at))


def withdraw(place: Place, word: str, who: str, reason: str) -> None:
    """Enter that the channel stays."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, who, at)
        course.withdrawn(session, channel.entry, person.entry, reason, at=at)
    say(Text(f"Avvecklingen av {channel.name} är återkallad.", f"The closure of {channel.name} is withdrawn."))


def status(asked: Asked, word: str | None) -> None:
    """Show how closures stand; with the exit code of an incomplete one where an account may not be closed yet."""
    at = asked.moment()
    with asked.place.opened() as store, store.reading() as session:
        register = known(session)
        wanted = channel_meant(register, word, at).entry if word is not None else None
        found = [each for each in closures(session) if wanted in (None, each.channel)]
        stood = {each.channel: gate_of(session, each, at) for each in found}
    if asked.as_json:
        tell_json({channel: _as_json(each) for channel, each in stood.items()})
    else:
        if not stood:
            say(Text("Ingen kanal avvecklas.", "No channel is being closed."))
        for channel, each in stood.items():
            _tell(channel, each)
    if any(not each.is_open for each in stood.values()):
        raise typer.Exit(ExitCode.INCOMPLETE)


def _tell(name: str, stood: Gate) -> None:
    said = Text(f"{name}: RADERA INTE KONTOT ÄN", f"{name}: DO NOT DELETE THE ACCOUNT YET")
    if stood.is_done:
        said = Text(f"{name}: avvecklingen är klar", f"{name}: the closure is done")
    elif stood.is_open:
        said = Text(f"{name}: kontot får avslutas", f"{name}: the account may be closed")
    spoken = language()
    table(
        said,
        (Text("krav", "demand"), Text("läge", "state"), Text("underlag, eller vad som saknas", "evidence, or wanting")),
        [
            (
                demand.what.spoken(spoken),
                (Text("klart", "done") if demand.is_met else Text("saknas", "wanting")).spoken(spoken),
                (demand.met or demand.wanting or Text("", "")).spoken(spoken),
            )
            for demand in (*stood.before, *stood.after)
        ],
    )


def _as_json(stood: Gate) -> dict[str, object]:
    def told(demand: Demand) -> dict[str, object]:
        return {
            "krav": demand.what.sv,
            "uppfyllt": demand.is_met,
            "underlag": demand.met.sv if demand.met else None,
            "saknas": demand.wanting.sv if demand.wanting else None,
        }

    return {
        "kontot får avslutas": stood.is_open,
        "klar": stood.is_done,
        "före": [told(demand) for demand in stood.before],
        "efter": [told(demand) for demand in stood.after],
    }
