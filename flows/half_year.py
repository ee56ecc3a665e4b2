"""The half-year: every channel in use is documented at least once in each.

The guideline: "Detta bör göras minst en gång i halvåret."
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from flows import consigning, notices, permitting, watching
from flows.clock import now
from flows.on_demand import Order, document_on_demand
from flows.progress import current
from flows.schedule_settings import Reminders
from flows.standing import Place, Standing, standing
from flows.summary import Outcome
from flows.watching import Watch
from register.due import Owed
from register.errors import AnotherRunError, ExitCode, KanalarkivError, NotAllowedError
from register.language import Text
from register.model import Verdict
from register.store.opening import opened
from register.store.organisation import Person
from register.telling import ledger
from register.telling.ledger import Cause, Missed
from register.telling.letter import hindered_by
from register.telling.notice import Notice, NoticeKind, documents, hindrances, recipients

_BUSY = timedelta(minutes=1)  # between two attempts while somebody else works in the workspace
_PATIENCE = timedelta(hours=12)  # before it is left to the next day


class HalfYearOrder(BaseModel):
    """Vilken kanal som ska dokumenteras för halvåret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kanal: str = Field(
        title="Kanal",
        description="Kanalens kortnamn i registret, som fb. Är halvårets insamling redan gjord händer ingenting.",
        min_length=1,
    )


@flow(name="halvar", persist_result=False)
async def document_half_year(begaran: HalfYearOrder) -> str:
    """Dokumentera en kanal för halvåret, om det inte redan är gjort; returnerar hur det gick.

    1. Ask the calendar whether the channel still owes the capture of this half-year, or its delivery.
    2. Let the register say who documents it, and that they may. What is refused is entered, and told.
    3. Where a person has to be at the screen, tell them that it is due. It stays due until they have made it.
    4. Else document it when platform and computer have room, from where the previous capture ended, without a gap.
    5. Show what came of it. What came to nothing, or is not whole, is entered and told too.
    """
    place = Place.served()
    known = await asyncio.to_thread(_known, place)
    owed = known.to_do(begaran.kanal)  # 1.
    if owed is None:
        return "Inget att göra: halvårets insamling är gjord, eller kanalen är inte i bruk."
    watch = await watching.watch(place.workspace, owed.channel.entry, f"halvår {owed.half.name}")
    async with _entered_if_it_fails(place, owed, watch):
        who = documents(known.register, owed.channel, known.at)  # 2.
        leave = await asyncio.to_thread(permitting.permitted, place.declared, _wish(place, owed, who), at=now())
        if leave.permit.attended:
            await asyncio.to_thread(_tell_due, place, owed, known)  # 3.
            return "Att göra vid skärmen: den ansvariga har fått veta det."
        order = Order(url=leave.url, workspace=place.workspace, settings=place.settings, who=_entry(who))
        async with watching.room(owed.channel.platform):  # 4.
            outcome = await _documented(order)
        await watch.ended(outcome)  # 5.
        if outcome.verdict is Verdict.INCOMPLETE:
            await asyncio.to_thread(_enter, place, owed, _incomplete(outcome))
    return f"Dokumenterad: {outcome.verdict.label.sv}."


def _known(place: Place) -> Standing:
    with opened(place.database) as store:
        return standing(store, place, now())


def _wish(place: Place, owed: Owed, who: Person | None) -> permitting.Wish:
    return permitting.Wish(channel=owed.channel.entry, who=_entry(who), attended=False, workspace=place.workspace)


def _entry(person: Person | None) -> str | None:
    return person.entry if person is not None else None


async def _documented(order: Order) -> Outcome:
    """Document the channel, as soon as nobody else works in the workspace.

    Raises:
        AnotherRunError: somebody has worked there for half a day.
        KanalarkivError: see `document_on_demand`.
    """
    until = now() + _PATIENCE
    while True:
        try:
            return await document_on_demand(order)
        except AnotherRunError:
            if now() > until:
                raise
        await asyncio.sleep(_BUSY.total_seconds())


@asynccontextmanager
async def _entered_if_it_fails(place: Place, owed: Owed, watch: Watch) -> AsyncIterator[None]:
    """Enter, tell and show what keeps the block from being done; it is raised all the same."""
    try:
        yield
    except KanalarkivError as error:
        cause = Cause.REFUSED if isinstance(error, NotAllowedError) else Cause.FAILED
        missed = Missed(cause=cause, code=error.exit_code, why=hindered_by(error.happened, error.next_step))
        await asyncio.to_thread(_enter, place, owed, missed)
        await watch.came_to_nothing(error.happened, code=error.exit_code)
        raise
    except Exception as fault:
        why = Text(f"Ett fel i programmet: {type(fault).__name__}.", f"A fault in the program: {type(fault).__name__}.")
        missed = Missed(cause=Cause.FAILED, code=ExitCode.PROGRAM_FAULT, why=why)
        await asyncio.to_thread(_enter, place, owed, missed)
        await watch.came_to_nothing(why, code=ExitCode.PROGRAM_FAULT)
        raise


def _enter(place: Place, owed: Owed, missed: Missed) -> None:
    """Enter that a run came to nothing, and tell whom it concerns."""
    at = now()
    with opened(place.database) as store:
        with store.writing() as session:
            ledger.miss(session, owed.channel.entry, owed.half.name, missed, at=at)
        known = standing(store, place, at)
        told = notices.tell(
            store,
            hindrances(known.register, owed, missed.why, known.told, at),
            _reminders(place),
            consigning.block,
        )
    _say(place, told)


def _tell_due(place: Place, owed: Owed, known: Standing) -> None:
    """Tell whoever documents the channel that it is due; once."""
    people = recipients(known.register, owed.channel, NoticeKind.DUE, known.at)
    due = [Notice(kind=NoticeKind.DUE, owed=owed, person=person) for person in people]
    with opened(place.database) as store:
        untold = [notice for notice in due if notice.key not in known.told]
        told = notices.tell(store, untold, _reminders(place), consigning.block)
    _say(place, told)


def _reminders(place: Place) -> Reminders:
    return place.declared.paminnelser if place.declared is not None else Reminders()


def _say(place: Place, told: notices.Told) -> None:
    watching.happened(place.workspace, "brev", skickade=told.sent, misslyckade=len(told.unsent))
    for why in told.unsent:
        current().say(why)


def _incomplete(outcome: Outcome) -> Missed:
    losses = len(outcome.losses)
    return Missed(
        cause=Cause.INCOMPLETE,
        code=ExitCode.INCOMPLETE,
        why=Text(
            f"Insamlingen är ofullständig ({losses} luckor), och räknas inte som halvårets.\n"
            f"Läs intyget i paketet {outcome.package.object_id}, och dokumentera kanalen igen.",
            f"The capture is incomplete ({losses} losses), and does not count as the half-year's.\n"
            f"Read the statement in the package {outcome.package.object_id}, and capture the channel again.",
        ),
    )
