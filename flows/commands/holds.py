"""`kanalarkiv holds`: what must not be disposed of, whatever else has been decided."""

from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(
    no_args_is_help=True, help="Gallringsstopp: på ett inlägg, en kanal eller en tid. Allt som gallrar frågar."
)

Channel = Annotated[
    str | None, typer.Option("--channel", metavar="KANAL", help="Kanalens kortnamn, namn eller adress; annars alla.")
]
Item = Annotated[
    str | None, typer.Option("--item", metavar="PERMALÄNK", help="Ett inlägg eller en kommentar: stoppar hela kanalen.")
]
From = Annotated[str | None, typer.Option("--from", metavar="ÅÅÅÅ-MM-DD", help="Handlingar från den dagens början.")]
To = Annotated[str | None, typer.Option("--to", metavar="ÅÅÅÅ-MM-DD", help="Till och med den dagen.")]
Name = Annotated[
    str | None, typer.Option("--name", metavar="KORTNAMN", help="Vad stoppet ska heta; annars ett nummer.")
]


@app.command("set")
def set_(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    ground: Annotated[str, typer.Option("--ground", help="Vad stoppet vilar på.")],
    who: Who,
    channel: Channel = None,
    item: Item = None,
    since: From = None,
    until: To = None,
    name: Name = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Sätt ett gallringsstopp, från och med nu."""
    from flows.commands import held as work  # noqa: PLC0415 - slow libraries
    from flows.commands.asking import Place  # noqa: PLC0415

    wished = work.Wished(ground=ground, name=name, channel=channel, item=item, since=since, until=until)
    work.set_hold(Place(into=into, database=database), wished, who)


@app.command("request")
def request(  # noqa: PLR0913, PLR0917
    diary_number: Annotated[str, typer.Argument(metavar="DIARIENUMMER", help="Begärans diarienummer.")],
    who: Who,
    channel: Channel = None,
    item: Item = None,
    since: From = None,
    until: To = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Någon har begärt ut en allmän handling: det som begärs gallras inte förrän stoppet hävs."""
    from flows.commands import held as work  # noqa: PLC0415
    from flows.commands.asking import Place  # noqa: PLC0415

    wished = work.Wished(
        ground=f"begäran om allmän handling, {diary_number}",
        diary_number=diary_number,
        channel=channel,
        item=item,
        since=since,
        until=until,
    )
    work.set_hold(Place(into=into, database=database), wished, who)


@app.command("lift")
def lift(
    hold: Annotated[str, typer.Argument(metavar="STOPP", help="Stoppets namn.")],
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Varför.")],
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Häv ett gallringsstopp, från och med nu; att det har gällt finns kvar."""
    from flows.commands import held as work  # noqa: PLC0415
    from flows.commands.asking import Place  # noqa: PLC0415

    work.lift_hold(Place(into=into, database=database), hold, who, reason=reason)


@app.command("list")
def list_holds(
    at: Annotated[
        str | None, typer.Option("--at", metavar="ÅÅÅÅ-MM-DD", help="En dag som har varit; annars nu.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Visa de gallringsstopp som gäller."""
    from flows.commands import held as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    work.list_holds(Asked(place=Place(into=into, database=database), at=at, as_json=as_json))


@app.command("asks")
def asks(
    channel: Annotated[str, typer.Argument(metavar="KANAL", help="Kanalens kortnamn, namn eller adress.")],
    since: From = None,
    until: To = None,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Säg vad den som gallrar får till svar om en kanals handlingar från en tid; slutar med 18 om något stoppar."""
    from flows.commands import held as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    work.asks(Asked(place=Place(into=into, database=database), as_json=as_json), channel, since=since, until=until)
