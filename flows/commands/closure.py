"""`kanalarkiv closure`: an account is closed, and first its content and layout are archived."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.register import At, Channel
from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(
    no_args_is_help=True, help="Avveckling: en kanal bevaras i sin helhet innan kontot avslutas. Radera inte kontot än."
)


@app.command()
def start(channel: Channel, who: Who, into: Into = WORKSPACE, database: Database = None) -> None:
    """Påbörja avvecklingen av en kanal; kanalarkiv serve gör resten, så långt som besluten räcker."""
    from flows.commands import asking, closed  # noqa: PLC0415 - slow libraries are behind them

    closed.start(asking.Place(into=into, database=database), channel, who)


@app.command()
def acknowledge(channel: Channel, who: Who, into: Into = WORKSPACE, database: Database = None) -> None:
    """Kvittera att kanalen ska avslutas: ansvarig chef, och kommunikationschefen."""
    from flows.commands import asking, closed  # noqa: PLC0415

    closed.acknowledge(asking.Place(into=into, database=database), channel, who)


@app.command()
def preserve(
    channel: Channel,
    who: Who,
    attended: Annotated[
        bool, typer.Option("--attended", help="I din egen webbläsare: du loggar in, startar och ser på.")
    ] = False,
    into: Into = WORKSPACE,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Inställningar; annars ./kanalarkiv.toml.")
    ] = None,
) -> None:
    """Bevara innehåll och layout nu, och leverera dem, när beslut och kvittenser finns."""
    from flows.commands import closed  # noqa: PLC0415

    closed.preserve(into, settings, channel, closed.Preserving(who=who, attended=attended))


@app.command("closed")
def account_closed(channel: Channel, who: Who, into: Into = WORKSPACE, database: Database = None) -> None:
    """Intyga att kontot är avslutat på plattformen. Avvisas tills arkivet har tagit emot allt."""
    from flows.commands import asking, closed  # noqa: PLC0415

    closed.account_closed(asking.Place(into=into, database=database), channel, who)


@app.command()
def withdraw(
    channel: Channel,
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Varför.")],
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Låt kanalen vara kvar."""
    from flows.commands import asking, closed  # noqa: PLC0415

    closed.withdraw(asking.Place(into=into, database=database), channel, who, reason)


@app.command()
def status(
    channel: Annotated[str | None, typer.Argument(metavar="[KANAL]", help="Bara en kanal; annars alla.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Visa vad som återstår innan kontot får avslutas, och innan avvecklingen är klar."""
    from flows.commands import asking, closed  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    closed.status(asking.Asked(place=place, at=at, as_json=as_json), channel)
