"""`kanalarkiv deliveries`: the ledger of packages, and the archive's answers."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from register.language import Text, swedish_time

if TYPE_CHECKING:
    from delivery.journey import Journey
    from delivery.receipts_taken import Noted
    from delivery.timestamp_queue import StampLine

app = typer.Typer(no_args_is_help=True, help="Leveransliggaren: paketens väg till e-arkivet, och dess svar.")

Package = Annotated[str, typer.Argument(metavar="PAKET", help="Paketets id.")]


@app.command("list")
def list_deliveries(into: Into = WORKSPACE, database: Database = None, as_json: AsJson = False) -> None:
    """Visa alla paket och var de är."""
    from delivery.journey import journeys  # noqa: PLC0415

    with register_at(into, database) as store, store.reading() as session:
        found = journeys(session)
    if as_json:
        tell_json([_data(journey) for journey in found])
        return
    headings = (Text("paket", "package"), Text("läge", "state"), Text("senast", "latest"), Text("kanal", "channel"))

    def row(journey: "Journey") -> tuple[str, ...]:
        latest = journey.happenings[-1].at if journey.happenings else journey.entered_at
        state = journey.state.label.spoken(reader())
        return (journey.object_id, state, swedish_time(latest), journey.channel_name or "")

    tell_table(headings, [row(journey) for journey in found])


@app.command()
def show(package: Package, into: Into = WORKSPACE, database: Database = None, as_json: AsJson = False) -> None:
    """Visa allt som har hänt med ett paket."""
    from delivery.journey import journey_of  # noqa: PLC0415
    from delivery.receipts_taken import notes  # noqa: PLC0415
    from delivery.timestamp_queue import lines_of  # noqa: PLC0415

    with register_at(into, database) as store, store.reading() as session:
        journey = journey_of(session, package)
        if journey is None:
            raise _unknown(package)
        returned, stamps = notes(session, package), lines_of(session, package)
    if as_json:
        tell_json(_data(journey) | {"returned": returned, "stamps": stamps})
        return
    _tell(journey)
    if returned:
        _tell_notes(returned)
    if stamps:
        _tell_stamps(stamps)


@app.command()
def receipt(
    package: Package,
    who: Who,
    received: Annotated[bool, typer.Option("--received/--rejected", help="E-arkivets svar.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Varför; krävs när paketet avvisas.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """För in e-arkivets svar på ett paket: mottaget eller avvisat."""
    from delivery.receipts_taken import answer  # noqa: PLC0415

    with register_at(into, database) as store:
        journey = answer(store, package, received=received, reason=reason, at=now(), by=person(who))
    label = journey.state.label
    say(Text(f"{package} är {label.sv}.", f"{package} is {label.en}."))


@app.command()
def poll(
    returns: Annotated[
        Path | None, typer.Option("--returns", metavar="MAPP", help="Mappen med kvitton; annars som i inställningarna.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Läs e-arkivets kvitton och för in svaren; det som inte är ett svar blir en anmärkning."""
    from delivery.folder import Folder  # noqa: PLC0415
    from delivery.receipts_taken import take_returns  # noqa: PLC0415
    from flows import consigning, embedded  # noqa: PLC0415
    from flows import settings as files  # noqa: PLC0415
    from flows.workspace import Workspace  # noqa: PLC0415

    declared = files.load(settings)
    if returns is None and declared is None:
        raise _nowhere()
    embedded.prepare(Workspace(root=into).prefect_home)  # a secret may be in a block of Prefect's
    to = consigning.consignee_of(declared, into, folder=returns)
    transport = to.way if returns is None else Folder(archive=returns, returned=returns)
    with register_at(into, database or (str(to.database) if declared else None)) as store:
        taken = take_returns(store, transport, now=now())
        consigning.obtain_stamps(store, to, tell=say)
    if as_json:
        tell_json(taken)
        return
    if not taken.noted:
        say(Text("Inget nytt från e-arkivet.", "Nothing new from the e-archive."))
    else:
        _tell_notes(taken.noted)
    if taken.maybe_more:
        say(
            Text(
                "Returmappen har fler filer än som läses: den som sköter e-arkivet bör gallra den.",
                "The return folder holds more files than are read: whoever looks after the archive should clear it.",
            )
        )


def _data(journey: "Journey") -> dict[str, object]:
    return asdict(journey) | {"state": journey.state}


def _tell(journey: "Journey") -> None:
    state = journey.state.label
    say(Text(f"{journey.object_id}: {state.sv}", f"{journey.object_id}: {state.en}"))
    say(Text(f"{journey.size} byte, SHA-256 {journey.sha256}", f"{journey.size} bytes, SHA-256 {journey.sha256}"))
    if journey.earlier_package is not None:
        status = journey.record_status
        say(Text(f"{status} till {journey.earlier_package}", f"{status} to {journey.earlier_package}"))
    for follower in journey.replaced_by:
        say(Text(f"Ersatt av {follower}", f"Replaced by {follower}"))
    headings = (Text("när", "when"), Text("vad", "what"), Text("vem", "who"), Text("var", "where"), Text("om", "about"))
    rows = [
        (swedish_time(each.at), each.step.label.spoken(reader()), each.by, each.place or "", each.said or "")
        for each in journey.happenings
    ]
    tell_table(headings, rows)


def _tell_stamps(lines: "tuple[StampLine, ...]") -> None:
    headings = (Text("när", "when"), Text("tidsstämpel", "time stamp"), Text("läge", "state"), Text("om", "about"))
    rows = [
        (
            swedish_time(line.at),
            line.authority,
            line.step,
            swedish_time(line.stamped_at) if line.stamped_at else line.said or "",
        )
        for line in lines
    ]
    tell_table(headings, rows)


def _tell_notes(noted: "tuple[Noted, ...]") -> None:
    headings = (Text("fil", "file"), Text("kod", "code"), Text("paket", "package"), Text("om", "about"))
    rows = [(each.name, each.finding, each.object_id or "", each.said.spoken(reader())) for each in noted]
    tell_table(headings, rows)


def _nowhere() -> BadInputError:
    return BadInputError(
        happened=Text("Det står inte var e-arkivets kvitton finns.", "It is not said where the receipts are."),
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text(
            "Ange --returns MAPP, eller e_arkiv.retur i kanalarkiv.toml.",
            "Give --returns FOLDER, or e_arkiv.retur in kanalarkiv.toml.",
        ),
    )


def _unknown(package: str) -> BadInputError:
    return BadInputError(
        happened=Text(f"{package} finns inte i liggaren.", f"{package} is not in the ledger."),
        safe=Text("Inget har ändrats.", "Nothing was changed."),
        next_step=Text("Se kanalarkiv deliveries list.", "See kanalarkiv deliveries list."),
    )
