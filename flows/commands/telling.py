"""How commands tell what the ledger says: tables for people, JSON for programs.

Slow libraries are imported where they are used, so that `--help` answers at once.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Shown

from register.errors import BadInputError
from register.language import Language, Text

if TYPE_CHECKING:
    from register.store.opening import Store

Into = Annotated[Path, typer.Option("--into", help="Arbetsmappen.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database", envvar="KANALARKIV_DATABASE", help="Registrets databas; annars register.db i arbetsmappen."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Skriv som JSON.")]
Who = Annotated[str, typer.Option("--who", metavar="NAMN", help="Vem som gör det.")]
WORKSPACE = Path("kanalarkiv-data")


@contextmanager
def register_at(into: Path, database: str | None) -> "Iterator[Store]":
    """Open the register's database: the one named, or the one in the workspace."""
    from register.store.opening import FILE_NAME, opened  # noqa: PLC0415 - see the module docstring

    into.mkdir(parents=True, exist_ok=True)
    with opened(database or into / FILE_NAME) as store:
        yield store


def language() -> Language:
    """Return the language of whoever reads."""
    return Language.ENGLISH if os.environ.get("KANALARKIV_LANGUAGE") == "en" else Language.SWEDISH


def say(text: Text) -> None:
    """Print one thing; nothing in it steers the terminal."""
    Console().print(_inert(text.spoken(language())), markup=False, highlight=False, soft_wrap=True)


def tell_table(headings: Sequence[Text], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; nothing in it steers the terminal."""
    table = Table(*(heading.spoken(language()) for heading in headings), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Shown(_inert(cell), overflow="fold") for cell in row))
    Console().print(table)


def tell_json(said: object) -> None:
    """Print dataclasses, and what they hold, as JSON. Bytes are base64."""
    from pydantic_core import to_json  # noqa: PLC0415

    typer.echo(to_json(said, indent=1, bytes_mode="base64").decode("utf-8"))


def person(who: str) -> str:
    """Return who does something, as the ledger keeps it.

    Raises:
        BadInputError: nobody is named.
    """
    name = " ".join(who.split())
    if not name:
        raise BadInputError(
            happened=Text("Ingen anges.", "Nobody is named."),
            safe=Text("Inget har ändrats.", "Nothing was changed."),
            next_step=Text("Ange --who NAMN.", "Give --who NAME."),
        )
    return name


def _inert(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
