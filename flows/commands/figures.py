"""`kanalarkiv figures`: a half-year in numbers, from what was captured. What it does is in `figured`."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.telling import WORKSPACE, AsJson, Database, Into


def figures(  # noqa: PLR0913, PLR0917 - each is an option that a person can give
    half: Annotated[str, typer.Option("--half", metavar="ÅÅÅÅ-N", help="Halvåret: 2026-1 eller 2026-2.")],
    administration: Annotated[
        str | None, typer.Option("--administration", metavar="FÖRVALTNING", help="Bara den här förvaltningens kanaler.")
    ] = None,
    unanswered: Annotated[bool, typer.Option("--unanswered", help="Lista frågorna som saknar svar.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Räkna om ur de insamlingar som finns i arbetsmappen.")] = False,
    into: Into = WORKSPACE,
    database: Database = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Skriv som CSV för Excel.")] = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FIL", help="Skriv som PDF/A.")] = None,
) -> None:
    """Visa halvårets siffror: inlägg, kommentarer, svarstider, obesvarade frågor, borttagningar, insamlingar."""
    from flows.commands import asking  # noqa: PLC0415 - see the module docstring
    from flows.commands import figured as work  # noqa: PLC0415

    place = asking.Place(into=into, database=database)
    wanted = work.Wanted(half=work.half_of(half), administration=administration, unanswered=unanswered, anew=anew)
    work.figures(place, wanted, as_json=as_json, as_csv=as_csv, pdf=pdf)
