"""`kanalarkiv consents`: consents by reference; and which posts are to come down when one is withdrawn."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who

app = typer.Typer(
    no_args_is_help=True, help="Samtycken för bild och film: hänvisningar, aldrig blanketten och aldrig namnet."
)

Reference = Annotated[str, typer.Argument(metavar="BETECKNING", help="Var blanketten finns; aldrig namnet.")]
Pdf = Annotated[
    Path | None, typer.Option("--pdf", metavar="FIL", help="Skriv det som PDF/A, att lägga till handlingarna.")
]


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    reference: Reference,
    who: Who,
    channel: Annotated[str, typer.Option("--channel", metavar="KANAL", help="Kanalens kortnamn, namn eller adress.")],
    posts: Annotated[
        list[str], typer.Option("--post", metavar="PERMALÄNK", help="Ett inlägg; kan anges flera gånger.")
    ],
    age: Annotated[str, typer.Option("--age", help="På den avbildade: vuxen, 13-17 eller under 13.")],
    guardian: Annotated[
        bool, typer.Option("--guardian", help="Vårdnadshavare har samtyckt; krävs under 13 år.")
    ] = False,
    scope: Annotated[str | None, typer.Option("--scope", metavar="TEXT", help="Vad samtycket gäller.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="ÅÅÅÅ-MM-DD", help="Lämnat den dagen; annars i dag.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """För in ett samtycke för ett eller flera inlägg."""
    from flows.commands import consented as work  # noqa: PLC0415 - slow libraries
    from flows.commands.asking import Place  # noqa: PLC0415

    said = work.Said(
        reference=reference, channel=channel, posts=posts, age=age, guardian=guardian, scope=scope, since=since
    )
    work.add(Place(into=into, database=database), said, who)


@app.command("withdraw")
def withdraw(  # noqa: PLR0913, PLR0917
    reference: Reference,
    who: Who,
    post: Annotated[str | None, typer.Option("--post", metavar="PERMALÄNK", help="Bara ett av inläggen.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Varför, om det är känt.")] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    pdf: Pdf = None,
    as_json: AsJson = False,
) -> None:
    """Ett samtycke är återkallat: säg vilka inlägg det gäller, och vilka som är kvar att ta ned."""
    from flows.commands import consented as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    asked = Asked(place=Place(into=into, database=database), as_json=as_json)
    work.withdraw(asked, reference, who, post=post, reason=reason)
    work.list_withdrawn(asked, reference, pdf)


@app.command("list")
def list_consents(  # noqa: PLR0913, PLR0917
    reference: Annotated[str | None, typer.Argument(metavar="[BETECKNING]", help="Bara ett samtycke.")] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="De återkallade, med inläggen och om de är nedtagna.")
    ] = False,
    at: Annotated[
        str | None, typer.Option("--at", metavar="ÅÅÅÅ-MM-DD", help="En dag som har varit; annars nu.")
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
    pdf: Pdf = None,
    as_json: AsJson = False,
) -> None:
    """Visa samtycken som gäller, eller de återkallade och vad som är kvar att ta ned."""
    from flows.commands import consented as work  # noqa: PLC0415
    from flows.commands.asking import Asked, Place  # noqa: PLC0415

    asked = Asked(place=Place(into=into, database=database), at=at, as_json=as_json)
    if withdrawn:
        work.list_withdrawn(asked, reference, pdf)
        return
    if pdf is not None:
        raise typer.BadParameter("--pdf fordrar --withdrawn")
    work.list_in_force(asked, reference)
