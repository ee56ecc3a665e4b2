"""A document that is a table: a list of cases, of duties, of channels, and what is to be remarked on."""

from collections.abc import Sequence
from dataclasses import dataclass

from capture.documents.look import Fact, render
from register.language import Language, Text


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: what its header cell says, and whether it holds numbers, which stand to the right."""

    label: Text
    numbers: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Columns, and rows with as many cells."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text | str]]

    def __post_init__(self) -> None:
        """See that every row has a cell for each column.

        Raises:
            ValueError: one has not.
        """
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has more or fewer cells than there are columns")


@dataclass(frozen=True, kw_only=True)
class TableDocument:
    """The whole document.

    `kind` stands above the title, `lead` below it; `facts` come before the table, `findings` after it. `empty` is what
    is said where there are no rows.
    """

    kind: Text
    title: Text
    lead: Text
    facts: Sequence[Fact]
    table: Table
    empty: Text
    findings: Sequence[Text | str] = ()


def render_table(document: TableDocument, languages: tuple[Language, ...] = (Language.SWEDISH,)) -> str:
    """Return the document as HTML, in each of `languages` after the other."""
    title = document.title.spoken(languages[0])
    return render("table.html", title=title, footer=title, languages=languages, document=document)
