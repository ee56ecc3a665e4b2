"""`kanalarkiv private`: messages that only sender and recipient see; one thread can be filed by hand."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(
    no_args_is_help=True, help="Privata meddelanden: bekräftade varje vecka, och för hand i ett skyddat ärende."
)

Channel = Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, dess namn eller dess adress.")]


@app.command("file")
def file(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    case: Annotated[str, typer.Argument(metavar="ÄRENDE", help="Det skyddade ärendets namn, utan mellanslag.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILER...", help="Skärmbilder eller en export av tråden.")],
    who: Who,
    diary_number: Annotated[str, typer.Option("--diary-number", metavar="DNR", help="Ärendets diarienummer.")],
    nature: Annotated[
        Literal["inkommen", "upprättad"], typer.Option("--nature", help="Hur handlingen kom till.")
    ] = "inkommen",
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="KANAL", help="Kanalen som meddelandet kom i.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Anteckning; inte vad meddelandet säger.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Lägg filer som du själv har gjort av en tråd i ett skyddat ärende; de kommer aldrig med i något paket."""
    from flows.commands import filing as work  # noqa: PLC0415 - slow libraries
    from flows.commands.asking import Place  # noqa: PLC0415

    said = work.Said(case=case, diary_number=diary_number, nature=nature, channel=channel, note=note)
    work.file(Place(into=into, database=database), said, files, who)


@app.command("list")
def list_files(
    case: Annotated[str | None, typer.Argument(metavar="[ÄRENDE]", help="Bara ett ärende.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Visa vad som ligger i skyddade ärenden, och om det är som när det lades in; slutar annars med 3."""
    from flows.commands import filing as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    work.list_files(Asked(place=Place(into=into, database=database), as_json=as_json), case)


@app.command("handled")
def handled(
    channel: Channel,
    who: Who,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Vad som gjordes.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Bekräfta att kanalens inkomna privata meddelanden är hanterade; varje vecka."""
    from flows.commands import vouching  # noqa: PLC0415
    from flows.commands.asking import Place  # noqa: PLC0415

    vouching.messages_handled(Place(into=into, database=database), channel, who, note=note)
