"""`kanalarkiv register`: begin it from a spreadsheet, ask it, and hear what is to be mended.

What the commands do is in `registered`; slow libraries are behind it, and `--help` answers at once.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands import duties as of_duties
from flows.commands.telling import WORKSPACE, AsJson, Database, Into

app = typer.Typer(no_args_is_help=True, help="Registret: kanaler, personer, beslut, uppdrag; vem fick vad, och när.")

Channel = Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, dess namn eller dess adress.")]
At = of_duties.At
KnownAt = of_duties.KnownAt
duties = of_duties.duties


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="SÖKVÄG", help="En mapp med CSV-filer, en CSV-fil eller en YAML-fil.")
    ],
    into: Into = WORKSPACE,
    database: Database = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Säg bara vad som skulle ändras.")] = False,
    by: Annotated[
        str | None, typer.Option("--who", metavar="NAMN", help="Vem som läser in; annars den inloggade.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Läs in registret från kalkylblad: allt, eller, om något är fel, inget."""
    from flows.commands import asking  # noqa: PLC0415 - see the module docstring
    from flows.commands import registered as work  # noqa: PLC0415

    work.bring_in(asking.Place(into=into, database=database), path, dry_run=dry_run, by=by, as_json=as_json)


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(metavar="MAPP", help="Mappen att skriva i.")],
    into: Into = WORKSPACE,
    database: Database = None,
    form: Annotated[Literal["csv", "yaml"], typer.Option("--form", help="CSV för Excel, eller YAML.")] = "csv",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Skriv över filer med samma namn.")] = False,
) -> None:
    """Skriv ut hela registret; inläst igen ändrar det inget. Ett tomt register ger alla rubriker."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    work.bring_out(asking.Place(into=into, database=database), folder, form, overwrite=overwrite)


@app.command("show")
def show(  # noqa: PLR0913, PLR0917
    what: Annotated[str | None, typer.Argument(metavar="[BLAD]", help="Ett blad, som kanaler eller uppdrag.")] = None,
    entry: Annotated[str | None, typer.Argument(metavar="[POST]", help="En post i bladet.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    known_at: KnownAt = None,
    history: Annotated[bool, typer.Option("--history", help="Allt som har sagts: vem, när, före och efter.")] = False,
    as_json: AsJson = False,
) -> None:
    """Visa registret, i dag eller en dag som har varit."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    work.show(asking.Asked(place=place, at=at, known_at=known_at, as_json=as_json), what, entry, history=history)


@app.command("findings")
def findings(
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    known_at: KnownAt = None,
    channel: Annotated[str | None, typer.Option("--channel", metavar="KANAL", help="Bara en kanal.")] = None,
    as_json: AsJson = False,
) -> None:
    """Säg vad som inte är som riktlinjen vill: vem som ansvarar för det, och till när."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    work.findings(asking.Asked(place=place, at=at, known_at=known_at, as_json=as_json), channel)


@app.command("who")
def who(
    channel: Channel,
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Säg vilka som var behöriga i en kanal en viss dag, och genom vilka beslut."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    work.who(asking.Asked(place=place, at=at, known_at=known_at, as_json=as_json), channel)


@app.command("package")
def package(
    object_id: Annotated[str, typer.Argument(metavar="PAKET-ID", help="Paketets id (OBJID).")],
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Säg vad registret sade om kanalen när ett paket gjordes."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    work.package(asking.Asked(place=asking.Place(into=into, database=database), as_json=as_json), object_id)


app.command("duties")(duties)
