"""`kanalarkiv channels`: the channels, and what each may. Without a further word: those in kanalarkiv.toml."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.register import At, Channel
from flows.commands.telling import WORKSPACE, AsJson, Database, Into, say

app = typer.Typer(invoke_without_command=True, help="Kanalerna: läge, beslut och inloggning.")


@app.callback()
def channels(
    context: typer.Context,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")
    ] = None,
) -> None:
    """Visa kanalerna i kanalarkiv.toml: läge, beslut och inloggning. Med list eller show: de i registrets databas."""
    if context.invoked_subcommand is not None:
        return
    from flows import login  # noqa: PLC0415 - Playwright is behind it, and `--help` answers at once
    from flows import settings as files  # noqa: PLC0415
    from flows.clock import now  # noqa: PLC0415
    from register.language import SWEDEN  # noqa: PLC0415

    login.tell_channels(files.load(settings), say, today=now().astimezone(SWEDEN).date())


@app.command("list")
def list_channels(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Bara de som är föreslagna, aktiva …")
    ] = None,
    administration: Annotated[
        str | None, typer.Option("--administration", metavar="FÖRVALTNING", help="Bara en förvaltnings.")
    ] = None,
    form: Annotated[
        Literal["html", "json", "csv"] | None,
        typer.Option("--format", help="Kommunens publika lista: de aktiva kanalerna, att lägga på webbplatsen."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FIL", help="Filen att skriva den publika listan i.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Visa registrets kanaler en viss dag; med --format: skriv den lista som kommunen publicerar."""
    from flows.commands import asking, published  # noqa: PLC0415 - slow libraries
    from flows.commands import registered as work  # noqa: PLC0415

    asked = asking.Asked(place=asking.Place(into=into, database=database), at=at, as_json=as_json)
    if form is None and out is None:
        work.channels(asked, status, administration)
    elif form is None or as_json or status is not None or administration is not None:
        raise typer.BadParameter(
            "den publika listan är alla aktiva kanaler: --out fordrar --format, och de går inte ihop med --json, "
            "--status eller --administration"
        )
    else:
        published.publish(asked, form, out)


@app.command("check-list")
def check_list(
    url: Annotated[str, typer.Argument(metavar="ADRESS", help="Sidan där kommunen publicerar listan.")],
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Jämför kommunens publicerade lista med registret; slutar med 3 om de skiljer sig åt."""
    from flows.commands import asking, published  # noqa: PLC0415 - slow libraries

    published.check_list(asking.Asked(place=asking.Place(into=into, database=database), as_json=as_json), url)


@app.command("show")
def show(
    channel: Channel,
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Visa allt om en kanal: uppgifterna, de behöriga och vad som är att åtgärda."""
    from flows.commands import asking  # noqa: PLC0415
    from flows.commands import registered as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    work.channel(asking.Asked(place=place, at=at, as_json=as_json), channel)
