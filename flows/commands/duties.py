"""`kanalarkiv duties`: how it is with the 62 duties, and who vouches for those that people keep."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(
    invoke_without_command=True, help="Riktlinjens 62 plikter: läget, och intyg på det som människor sköter."
)

At = Annotated[
    str | None,
    typer.Option("--at", metavar="ÅÅÅÅ-MM-DD", help="Dagen som det frågas om, eller en tidpunkt; annars nu."),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="ÅÅÅÅ-MM-DD", help="Som registret såg ut då; annars som det ser ut nu."),
]


@app.callback()
def duties(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    context: typer.Context,
    into: Into = WORKSPACE,
    database: Database = None,
    at: At = None,
    known_at: KnownAt = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FIL", help="Skriv det som PDF/A, att lägga till handlingarna.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Säg hur det är med riktlinjens 62 plikter, i dag eller en dag som har varit."""
    if context.invoked_subcommand is not None:
        return
    from flows.commands import asking  # noqa: PLC0415 - slow libraries
    from flows.commands import registered as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    asked = asking.Asked(place=place, at=at, known_at=known_at, as_json=as_json)
    if pdf is None:
        work.duties(asked)
        return
    if as_json:
        raise typer.BadParameter("antingen --pdf eller --json")
    from flows.commands import filed  # noqa: PLC0415

    filed.file_duties(asked, pdf)


@app.command("attest")
def attest(  # noqa: PLR0913, PLR0917
    number: Annotated[int, typer.Argument(metavar="PLIKT", help="Pliktens nummer.")],
    who: Who,
    channel: Annotated[str | None, typer.Option("--channel", metavar="KANAL", help="Kanalen som det gäller.")] = None,
    administration: Annotated[
        str | None, typer.Option("--administration", metavar="FÖRVALTNING", help="Förvaltningen; annars hela kommunen.")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="ÅÅÅÅ-MM-DD", help="Dagen; annars i dag.")] = None,
    about: Annotated[str | None, typer.Option("--about", metavar="VAD", help="Vad särskilt, som en permalänk.")] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="UNDERLAG", help="Handlingen som visar det.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Vad som gjordes.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Intyga att en plikt sköts, som inget program kan se."""
    from flows.commands import vouching  # noqa: PLC0415
    from flows.commands.asking import Place  # noqa: PLC0415
    from register.deeds.attest import Vouched  # noqa: PLC0415

    said = Vouched(
        duty=number,
        day=vouching.day_of_word(day),
        channel=channel,
        administration=administration,
        about=about,
        reference=reference,
        note=note,
    )
    vouching.attest(Place(into=into, database=database), said, who)


@app.command("retract")
def retract(
    entry: Annotated[str, typer.Argument(metavar="INTYG", help="Intygets namn, som i register show intyg.")],
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Varför.")],
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Ta tillbaka ett intyg; att det har funnits finns kvar."""
    from flows.commands import vouching  # noqa: PLC0415
    from flows.commands.asking import Place  # noqa: PLC0415

    vouching.retract(Place(into=into, database=database), entry, who, reason=reason)
