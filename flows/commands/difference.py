"""`kanalarkiv difference`: what became of what a capture saw in a later one, and who explains what vanished.

What the commands do is in `differed`; slow libraries are behind it, and `--help` answers at once.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.commands.telling import WORKSPACE, AsJson, Database, Into, Who


class _TwoCaptures(TyperGroup):
    """`difference A B` means `difference of A B`; a folder that is called as a command is written ./list."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name before what is none."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["of", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_TwoCaptures,
    no_args_is_help=True,
    help="Skillnaden mellan två insamlingar: nytt, ändrat, försvunnet, dolt. difference TIDIGARE SENARE",
)

_CAPTURE = "Ett paket, dess mapp, eller en körnings mapp i arbetsmappen."


@app.command("of", hidden=True)
def of(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    earlier: Annotated[Path, typer.Argument(metavar="TIDIGARE", help=_CAPTURE)],
    later: Annotated[Path, typer.Argument(metavar="SENARE", help=_CAPTURE)],
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FIL", help="Skriv också som PDF/A.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Räkna också upp det som är nytt.")] = False,
) -> None:
    """Jämför två insamlingar av en kanal. Koden är 3 om något inte kan avgöras."""
    from flows.commands import asking  # noqa: PLC0415 - see the module docstring
    from flows.commands import differed as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    work.compare(place, earlier, later, work.Wish(as_json=as_json, pdf=pdf, new=new))


@app.command("list")
def list_removals(
    into: Into = WORKSPACE,
    database: Database = None,
    every: Annotated[bool, typer.Option("--all", help="Även de som har förklarats.")] = False,
    as_json: AsJson = False,
) -> None:
    """Visa det som försvunnit ur kanalerna utan ärende (oförklarat borttaget)."""
    from flows.commands import asking  # noqa: PLC0415 - see the module docstring
    from flows.commands import differed as work  # noqa: PLC0415

    work.list_removals(asking.Place(into=into, database=database), every=every, as_json=as_json)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(metavar="NUMMER", help="Numret i difference list.")],
    who: Who,
    case: Annotated[str | None, typer.Option("--case", metavar="ID", help="Borttagsärendet.")] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Varför, om inget ärende finns: ”okänd; troligen borttaget av användaren”."),
    ] = None,
    into: Into = WORKSPACE,
    database: Database = None,
) -> None:
    """Förklara något som försvunnit: med ett ärende, eller i ord."""
    from flows.commands import asking  # noqa: PLC0415 - see the module docstring
    from flows.commands import differed as work  # noqa: PLC0415

    work.explain(asking.Place(into=into, database=database), number, case=case, reason=reason, who=who)
