"""A closure (*avveckling*): content and layout are archived, and only then may the account be closed.

The guideline: "Ett konto som inte längre används eller är inaktuellt ska avslutas. Ansvarig chef och chef över
administrations- och kommunikationsenheten informeras då om detta. […] Vid avslut av konto bör innehåll och layout
bevaras och arkiveras." All that has happened stands in the register, so a closure may take weeks, and outlives every
restart and upgrade: each time this runs, it does what can be done, and says what people have to do.
"""

import asyncio
from pathlib import Path
from typing import Annotated

from prefect import flow
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from capture import artefacts, kept, media, preserving
from delivery.receipts_taken import take_returns
from flows import consigning, gatekeeping, notices, permitting, watching
from flows.clock import now
from flows.on_demand import Order, document_on_demand
from flows.progress import current
from flows.schedule_settings import Reminders
from flows.standing import Place
from flows.workspace import Workspace
from register.closing import course
from register.closing.gate import TO_BE_TOLD, Gate
from register.closing.steps import Preserved, Replayed
from register.closing.steps import Step as Happened
from register.known import known
from register.language import Text
from register.store.channels import ChannelRecord
from register.store.opening import Store, opened
from register.store.organisation import Person, Role
from register.telling.letter import Letter, inert
from register.telling.notice import documents

_ATTEMPTS = 3
"""How often a capture that did not keep what it must is made again by itself; then it is for people to see why."""

_BY = f"kanalarkiv {artefacts.PROGRAM_VERSION}"


RESOURCE = "kanalarkiv.kanal."
"""What the event that asks for a closure calls the channel, before its short name."""


class ClosureOrder(BaseModel):
    """Vilken kanal vars konto ska avslutas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kanal: Annotated[str, AfterValidator(lambda said: said.removeprefix(RESOURCE))] = Field(
        title="Kanal",
        description="Kanalens kortnamn i registret, som fb. Pågår avvecklingen redan fortsätter den.",
        min_length=1,
    )


@flow(name="avveckling", persist_result=False)
async def close_account(begaran: ClosureOrder) -> str:
    """Bevara en kanal innan kontot avslutas, så långt det går nu; returnerar vad som återstår.

    1. Begin the closure, if it is not under way: a command, an event or a call has asked for it.
    2. Tell the manager and the head of communication. Each has to acknowledge.
    3. When the decision is on record and both have: preserve content and layout, and deliver them.
    4. Read what the archive has answered.
    5. When nothing is wanting, tell that the account may be closed. Until then the gate is shut, and says why.
    """
    place = Place.served()
    await asyncio.to_thread(_begun, place, begaran.kanal)
    await asyncio.to_thread(_tell_managers, place, begaran.kanal)
    stood = await asyncio.to_thread(gatekeeping.stands, place, begaran.kanal)
    if stood.is_prepared and not stood.kept[0].is_met and await asyncio.to_thread(_worth_trying, place, begaran.kanal):
        said, _ = await asyncio.to_thread(_channel, place, begaran.kanal)
        async with watching.room(said.platform):
            await preserve(place, begaran.kanal)
    await asyncio.to_thread(_read_answers, place)
    await asyncio.to_thread(_tell_open, place, begaran.kanal)
    stood = await asyncio.to_thread(gatekeeping.stands, place, begaran.kanal)
    return _told(stood)


async def preserve(place: Place, channel: str, *, who: str | None = None, attended: bool = False) -> None:
    """Document the whole history of a channel, its layout and a web archive; deliver them, and enter what was kept.

    Args:
        place: Where work is done.
        channel: The channel's entry in the register.
        who: The person who captures it; None for whoever the register says documents it.
        attended: With a person at the screen.

    Raises:
        NotAllowedError: nobody has asked for its closure, or it may not be captured.
        KanalarkivError: see `document_on_demand`.
    """
    said, person = await asyncio.to_thread(_channel, place, channel)
    wish = permitting.Wish(
        channel=channel, who=who or (person.entry if person else None), attended=attended, workspace=place.workspace
    )
    leave = await asyncio.to_thread(permitting.permitted, place.declared, wish, at=now())
    if leave.permit.attended and not attended:
        current().say(
            Text(
                f"{said.name} dokumenteras vid skärmen: kanalarkiv closure preserve {channel} --attended --who NAMN.",
                f"{said.name} is captured at the screen: kanalarkiv closure preserve {channel} --attended --who NAME.",
            )
        )
        return
    order = Order(
        url=leave.url,
        workspace=place.workspace,
        settings=place.settings,
        whole=True,
        attended=attended,
        who=wish.who,
        closing=True,
    )
    outcome = await document_on_demand(order)
    folder = Workspace(root=place.workspace).folder_of(outcome.package.object_id)
    if not preserving.for_closure(folder):  # an interrupted run of another kind was gone on with first
        outcome = await document_on_demand(order)
        folder = Workspace(root=place.workspace).folder_of(outcome.package.object_id)
    await asyncio.to_thread(_enter, place, channel, evidence_of(folder, outcome.package.object_id))


def evidence_of(folder: Path, object_id: str) -> Preserved:
    """Return what the run in `folder` kept of its channel, as the gate judges it.

    Raises:
        FileNotFoundError: it was not made for a closure.
    """
    seen, made, beside = kept.seen_in(folder), artefacts.captured_in(folder), preserving.preserved_in(folder)
    if beside is None:
        raise FileNotFoundError(folder)
    replay = beside.web_archive.replay
    lost = [loss for loss in media.losses(media.kept(folder / kept.MEDIA), seen) if not loss.explained]
    return Preserved(
        run=folder.name,
        object_id=object_id,
        verdict=made.verdict,
        whole=seen.since is None,
        widths=beside.layout.widths,
        about=beside.layout.about_kept,
        originals_lost=len(lost),
        web_archive=None
        if replay is None
        else Replayed(
            keys=replay.keys,
            missing=len(replay.missing),
            leaving=len(replay.left),
            least_alike=replay.least_alike,
            passed=beside.web_archive.passed,
        ),
    )


def _begun(place: Place, channel: str) -> None:
    with opened(place.database) as store, store.writing() as session:
        course.begin(session, channel, at=now(), by=_BY)


def _channel(place: Place, channel: str) -> tuple[ChannelRecord, Person | None]:
    """Return the channel, whose closure is under way, and who documents it."""
    at = now()
    with opened(place.database) as store, store.reading() as session:
        gatekeeping.under_way(session, channel)
        register = known(session)
        said = register.one(ChannelRecord, channel, at)
        if said is None:
            raise LookupError(channel)  # a closure is of a channel that is in the register
        return said, documents(register, said, at)


def _worth_trying(place: Place, channel: str) -> bool:
    with opened(place.database) as store, store.reading() as session:
        return len(gatekeeping.under_way(session, channel).having(Happened.PRESERVED)) < _ATTEMPTS


def _enter(place: Place, channel: str, evidence: Preserved) -> None:
    with opened(place.database) as store, store.writing() as session:
        course.preserved(session, channel, evidence, at=now(), by=_BY)


def _tell_managers(place: Place, channel: str) -> None:
    """Tell whoever has to know of the closure, each until it has come through once."""
    at = now()
    with opened(place.database) as store:
        with store.reading() as session:
            register, closure = known(session), gatekeeping.under_way(session, channel)
            said = register.one(ChannelRecord, channel, at)
            untold = {
                role: course.to_tell(register, channel, role, at)
                for role in TO_BE_TOLD
                if not closure.having(Happened.TOLD, role)
            }
        name = inert(said.name) if said is not None else channel
        for role, people in untold.items():
            if not people:
                current().say(Text(f"Ingen är {role} i registret.", f"Nobody is {role} in the register."))
            told = [_written(place, person, _asks(person, name, channel)) for person in people]
            if any(told):
                _note_told(store, channel, role)


def _note_told(store: Store, channel: str, role: Role) -> None:
    with store.writing() as session:
        course.told(session, channel, role, at=now(), by=_BY)


def _tell_open(place: Place, channel: str) -> None:
    """Tell, once, that the account may be closed."""
    at = now()
    with opened(place.database) as store:
        with store.reading() as session:
            register, closure = known(session), gatekeeping.under_way(session, channel)
            if closure.having(Happened.MAY_CLOSE) or not gatekeeping.gate_of(session, closure, at).is_open:
                return
            said = register.one(ChannelRecord, channel, at)
            roles = [course.to_tell(register, channel, role, at) for role in TO_BE_TOLD]
            people = {person.entry: person for holding in roles for person in holding}
            if said is not None and (documenting := documents(register, said, at)) is not None:
                people[documenting.entry] = documenting
        name = inert(said.name) if said is not None else channel
        told = [_written(place, person, _allows(person, name, channel)) for person in people.values()]
        if any(told):
            with store.writing() as session:
                course.may_close(session, channel, at=now(), by=_BY)


def _written(place: Place, person: Person, letter: Letter) -> bool:
    wanted = place.declared.paminnelser if place.declared is not None else Reminders()
    why = notices.write(person, letter, wanted, consigning.block)
    if why is not None:
        current().say(why)
    watching.happened(place.workspace, "brev", skickade=int(why is None), misslyckade=int(why is not None))
    return why is None


def _asks(person: Person, name: str, channel: str) -> Letter:
    return Letter(
        subject=f"Kanalarkiv: {name} ska avslutas",
        body=f"Hej {inert(person.name)},\n\n{name} ({channel}) ska avslutas. Innan kontot tas bort bevaras "
        "innehåll och layout i e-arkivet.\n\nKvittera att du har fått veta det:\n"
        f"    kanalarkiv closure acknowledge {channel} --who {person.entry}\n"
        f"Så ligger det till:\n    kanalarkiv closure status {channel}\n\nRadera inte kontot än.\n",
    )


def _allows(person: Person, name: str, channel: str) -> Letter:
    return Letter(
        subject=f"Kanalarkiv: {name} – kontot får avslutas",
        body=f"Hej {inert(person.name)},\n\nE-arkivet har tagit emot {name} ({channel}). Kontot får avslutas.\n\n"
        "När det är gjort, intyga det; då blir kanalen avslutad i registret:\n"
        f"    kanalarkiv closure closed {channel} --who KORTNAMN\n"
        "Publicera sedan listan över kanaler på nytt, och låt den prövas:\n    kanalarkiv channels check-list ADRESS\n",
    )


def _read_answers(place: Place) -> None:
    """Take the archive's answers into the ledger."""
    to = consigning.consignee_of(place.declared, place.workspace)
    with opened(place.database) as store:
        take_returns(store, to.way, now=now())


def _told(stood: Gate) -> str:
    wanting = [each.what.sv for each in (*stood.before, *stood.after) if not each.is_met]
    if stood.is_done:
        return "Avvecklingen är klar."
    if stood.is_open:
        return f"Kontot får avslutas. Återstår: {'; '.join(wanting)}."
    return f"Radera inte kontot än. Återstår: {'; '.join(wanting)}."
