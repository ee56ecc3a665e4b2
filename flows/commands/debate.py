"""`kanalarkiv debate`: a channel where a question is debated is documented more often, until it is calm again."""

from typing import Annotated

import typer

from flows.commands.register import At, Channel
from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(no_args_is_help=True, help="Debatter: kanaler som dokumenteras oftare en tid, för ett ärende.")


@app.command()
def start(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    channel: Channel,
    case: Annotated[
        str, typer.Option("--case", metavar="DNR", help="Ärendet som frågan hör till; varje paket får det.")
    ],
    who: Who,
    every: Annotated[str, typer.Option("--every", metavar="TID", help="Hur ofta: 30m, 1h, 1d.")] = "1h",
    until: Annotated[
        str | None, typer.Option("--until", metavar="ÅÅÅÅ-MM-DD", help="Till och med den dagen; annars tills vidare.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Dokumentera en kanal oftare, från och med nu; bara det som är nytt samlas in. kanalarkiv serve gör det."""
    from flows.commands import asking, debated  # noqa: PLC0415 - slow libraries are behind them

    place = asking.Place(into=into, database=database)
    debated.start(place, channel, debated.Wanted(case=case, who=who, every=every, until=until))


@app.command()
def stop(
    channel: Channel,
    who: Who,
    reason: Annotated[str | None, typer.Option("--reason", help="Varför.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Dokumentera en kanal som vanligt igen, från och med nu."""
    from flows.commands import asking, debated  # noqa: PLC0415

    debated.stop(asking.Place(into=into, database=database), channel, who, reason)


@app.command()
def status(into: Into = WORKSPACE, database: Database = None, at: At = None, as_json: AsJson = False) -> None:
    """Visa vilka debatter som dokumenteras, hur de har gått, och vilka kanaler som kommenteras ovanligt mycket."""
    from flows.commands import asking, debated  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    debated.status(asking.Asked(place=place, at=at, as_json=as_json))
