"""`kanalarkiv custody`: that log-ins are where the register says, confirmed by a person. Never a password."""

from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(no_args_is_help=True, help="Var inloggningarna förvaras, och vem som bekräftat det.")

Channel = Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, dess namn eller dess adress.")]


@app.command("confirm")
def confirm(
    channel: Channel,
    who: Who,
    what: Annotated[str | None, typer.Option("--what", metavar="INLOGGNING", help="Bara en av dem.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Bekräfta att du har sett att inloggningen finns där registret säger; varje halvår."""
    from flows.commands import vouching  # noqa: PLC0415 - slow libraries
    from flows.commands.asking import Place  # noqa: PLC0415

    vouching.confirm_custody(Place(into=into, database=database), channel, who, what=what)


@app.command("list")
def list_custody(into: Into = WORKSPACE, database: Database = None, as_json: AsJson = False) -> None:
    """Visa var inloggningarna förvaras, vem som bekräftade det, och när."""
    from flows.commands import vouching  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    vouching.list_custody(Asked(place=Place(into=into, database=database), as_json=as_json))
