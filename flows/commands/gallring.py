"""`kanalarkiv gallring`: working copies that the archive has received go, by decision and by two persons."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from flows.clock import now
from flows.commands.telling import (
    WORKSPACE,
    AsJson,
    Database,
    Into,
    Who,
    person,
    register_at,
    say,
    tell_json,
    tell_table,
)
from flows.commands.telling import language as reader
from register.errors import BadInputError
from register.language import SWEDEN, Text, swedish_time

if TYPE_CHECKING:
    from delivery.gallring import Copies, Proposal
    from delivery.journey import Journey
    from flows.workspace import Workspace

app = typer.Typer(
    no_args_is_help=True,
    help="Gallring av arbetskopior på den här datorn; aldrig något på en plattform eller i e-arkivet.",
)

Proposed = Annotated[str, typer.Argument(metavar="FÖRSLAG", help="Förslagets id.")]
Reason = Annotated[str, typer.Option("--reason", help="Varför.")]


@app.command()
def propose(into: Into = WORKSPACE, database: Database = None) -> None:
    """Föreslå gallring av de arbetskopior som får gallras nu."""
    from capture.artefacts import PROGRAM_VERSION  # noqa: PLC0415
    from delivery import gallring  # noqa: PLC0415
    from flows.workspace import opened  # noqa: PLC0415

    with opened(into) as workspace, register_at(into, database) as store:
        proposal = gallring.propose(
            store,
            lambda journey: _copies(workspace, journey),
            proposal=uuid4().hex[:12],
            at=now(),
            by=f"kanalarkiv {PROGRAM_VERSION}",
        )
    if proposal is None:
        say(Text("Inget får gallras nu.", "Nothing may be disposed of now."))
        return
    _tell(proposal)


@app.command()
def approve(proposal: Proposed, who: Who, into: Into = WORKSPACE, database: Database = None) -> None:
    """Godkänn ett förslag; två personer krävs."""
    from delivery import gallring  # noqa: PLC0415

    with register_at(into, database) as store:
        _tell(gallring.approve(store, proposal, at=now(), by=person(who)))


@app.command()
def refuse(proposal: Proposed, who: Who, reason: Reason, into: Into = WORKSPACE, database: Database = None) -> None:
    """Avslå ett förslag."""
    from delivery import gallring  # noqa: PLC0415

    with register_at(into, database) as store:
        _tell(gallring.refuse(store, proposal, reason=reason, at=now(), by=person(who)))


@app.command()
def execute(proposal: Proposed, who: Who, into: Into = WORKSPACE, database: Database = None) -> None:
    """Gallra det som ett godkänt förslag omfattar; allt prövas en gång till, och förs in i gallringsloggen."""
    from delivery.gallring_execute import execute as carry_out  # noqa: PLC0415
    from flows.workspace import opened  # noqa: PLC0415

    with opened(into) as workspace, register_at(into, database) as store:
        _tell(carry_out(store, proposal, workspace.root, clock=now, by=person(who)))


@app.command()
def log(into: Into = WORKSPACE, database: Database = None, as_json: AsJson = False) -> None:
    """Visa gallringsloggen."""
    from delivery import gallring  # noqa: PLC0415

    with register_at(into, database) as store, store.reading() as session:
        found = gallring.proposals(session)
    if as_json:
        tell_json(found)
        return
    if not found:
        say(Text("Gallringsloggen är tom.", "The disposal log is empty."))
    for proposal in found:
        _tell(proposal)


@app.command()
def decide(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    record_type: Annotated[str, typer.Option("--record-type", metavar="HANDLINGSTYP", help="Som i planen.")],
    days: Annotated[int, typer.Option("--days", min=0, help="Gallringsfrist i dagar efter mottagandet.")],
    decided_by: Annotated[str, typer.Option("--decided-by", help="Vem som har beslutat.")],
    reference: Annotated[str, typer.Option("--reference", help="Diarienummer eller paragraf.")],
    date_of: Annotated[str, typer.Option("--from", metavar="ÅÅÅÅ-MM-DD", help="Från när beslutet gäller.")],
    who: Who,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """För in ett gallringsbeslut."""
    from register.store.decisions import DisposalDecision  # noqa: PLC0415

    with register_at(into, database) as store, store.writing() as session:
        session.add(
            DisposalDecision(
                entry=reference,
                valid_from=_midnight(date_of),
                recorded_at=now(),
                recorded_by=person(who),
                record_type=record_type,
                retention_days=days,
                decided_by=decided_by,
                reference=reference,
            )
        )
    say(Text(f"Beslutet {reference} är infört.", f"The decision {reference} is entered."))


@app.command()
def hold(
    ground: Annotated[
        str, typer.Option("--ground", help="Vad stoppet vilar på, som en begäran och dess diarienummer.")
    ],
    who: Who,
    channel: Annotated[str | None, typer.Option("--channel", help="Kanalens adress; annars alla.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Sätt ett gallringsstopp, från och med nu; se även kanalarkiv holds."""
    from register import holding  # noqa: PLC0415

    wanted = holding.Wanted(entry=uuid4().hex[:12], ground=ground, channel=channel)
    with register_at(into, database) as store, store.writing() as session:
        holding.set_hold(session, wanted, at=now(), by=person(who))
    say(Text(f"Gallringsstopp {wanted.entry} gäller nu.", f"The hold {wanted.entry} is in force."))


@app.command()
def lift(
    entry: Annotated[str, typer.Argument(metavar="STOPP", help="Stoppets id.")],
    who: Who,
    reason: Reason,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Häv ett gallringsstopp, från och med nu."""
    from register import holding  # noqa: PLC0415

    with register_at(into, database) as store, store.writing() as session:
        holding.lift_hold(session, entry, reason=reason, at=now(), by=person(who))
    say(Text(f"Gallringsstopp {entry} är hävt.", f"The hold {entry} is lifted."))


def _copies(workspace: "Workspace", journey: "Journey") -> "Copies | None":
    """Return the working copies of a package; None where there are none, or the next capture goes on from them."""
    from delivery.gallring import Copies  # noqa: PLC0415
    from flows.periods import previous_capture  # noqa: PLC0415

    if journey.channel is not None:
        latest = previous_capture(workspace, journey.channel)
        needed = {run.run_id for run in workspace.interrupted(journey.channel)} | ({latest.run_id} if latest else set())
        if journey.object_id in needed:
            return None
    sealed = (workspace.packages / f"{journey.object_id}{kind}" for kind in (".zip", ".tar"))
    places = (workspace.folder_of(journey.object_id), *sealed)
    paths = tuple(path for path in places if path.exists())
    return Copies(root=workspace.root, paths=paths) if paths else None


def _tell(proposal: "Proposal") -> None:
    size = sum(bytes_ for package in proposal.packages for _, bytes_ in package.copies)
    files = sum(len(package.copies) for package in proposal.packages)
    say(
        Text(
            f"Förslag {proposal.proposal}: {len(proposal.packages)} paket, {files} filer, {size} byte",
            f"Proposal {proposal.proposal}: {len(proposal.packages)} packages, {files} files, {size} bytes",
        )
    )
    tell_table(
        (Text("paket", "package"), Text("får gallras sedan", "may go since"), Text("beslut", "decision")),
        [(package.object_id, swedish_time(package.due), package.decision) for package in proposal.packages],
    )
    headings = (
        Text("när", "when"),
        Text("vad", "what"),
        Text("vem", "who"),
        Text("paket", "package"),
        Text("om", "on"),
    )
    rows = [
        (swedish_time(line.at), line.step.label.spoken(reader()), line.by, line.object_id or "", line.said or "")
        for line in proposal.log
    ]
    tell_table(headings, rows)


def _midnight(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), SWEDEN)
    except ValueError:
        raise _unusable(Text(f"{day} är ingen dag.", f"{day} is no day.")) from None


def _unusable(happened: Text) -> BadInputError:
    return BadInputError(
        happened=happened,
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text("Rätta och kör igen.", "Correct it and run again."),
    )
