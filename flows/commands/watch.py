"""`kanalarkiv watch`: one word a day that a channel was looked after, and the calendar with its gaps."""

from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(no_args_is_help=True, help="Daglig uppsikt: en människa säger att den är gjord, aldrig programmet.")

Channel = Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, dess namn eller dess adress.")]


@app.command("done")
def done(
    channel: Channel,
    who: Who,
    day: Annotated[
        str | None, typer.Option("--day", metavar="ÅÅÅÅ-MM-DD", help="I går, om det sägs sent; annars i dag.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Vad som sågs; av gårdagen: varför det sägs sent.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Anteckna att du har hållit uppsikt över en kanal i dag; en gång räcker, en andra ändrar inget."""
    from flows.commands import watched as work  # noqa: PLC0415 - slow libraries
    from flows.commands.asking import Place  # noqa: PLC0415

    work.done(Place(into=into, database=database), channel, who, day=day, note=note)


@app.command("calendar")
def calendar(
    channel: Channel,
    month: Annotated[
        str | None, typer.Option("--month", metavar="ÅÅÅÅ-MM", help="Månaden; annars den som är nu.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Visa en månads uppsikt, med luckor; slutar med 3 om någon dag saknas."""
    from flows.commands import watched as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    work.calendar(Asked(place=Place(into=into, database=database), as_json=as_json), channel, month)
