"""From the texts of a file's cells to rows, and what is wrong with those that cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from register.language import Text
from register.sheets.columns import CellError, Column
from register.sheets.layout import BY_NAME, SHEETS, VALID_FROM, VALID_TO, Sheet
from register.store.wording import names_a_password

LARGEST = 50_000_000  # bytes of a file


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something wrong in a file: in which, in which row (1 is the headings), under which heading, what, what to do."""

    file: str
    row: int | None
    heading: str | None
    wrong: Text
    remedy: Text


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that can be read: its fields by attribute, without those left empty; `start` and `end` None: left empty."""

    sheet: Sheet
    file: str
    number: int
    fields: Mapping[str, Any]
    start: datetime | None
    end: datetime | None

    @property
    def entry(self) -> str:
        """The name of the entry that it speaks of."""
        return self.sheet.entry_of(dict(self.fields))

    def fault(self, attribute: str | None, wrong: Text, remedy: Text) -> Fault:
        """Return a fault of this row, under the heading of an attribute."""
        headings = {column.attribute: column.heading for column in self.sheet.all_columns}
        heading = headings.get(attribute) if attribute is not None else None
        return Fault(file=self.file, row=self.number, heading=heading, wrong=wrong, remedy=remedy)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read: rows, and faults. Where there are faults, nothing of it is to be used."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def sheet_named(word: str, file: str) -> Sheet | Fault:
    """Return the sheet of a name, or the fault that there is none."""
    sheet = BY_NAME.get(word.casefold())
    if sheet is not None:
        return sheet
    meant = get_close_matches(word.casefold(), list(BY_NAME), n=1)
    listed = ", ".join(each.name for each in SHEETS)
    return Fault(
        file=file,
        row=None,
        heading=None,
        wrong=Text(f"{word} är inget av registrets blad", f"{word} is none of the register's sheets"),
        remedy=Text(f"Menas {meant[0]}?", f"Is {meant[0]} meant?")
        if meant
        else Text(f"Bladen heter: {listed}.", f"The sheets are: {listed}."),
    )


def columns_of(sheet: Sheet, headings: Sequence[str], file: str, row: int) -> tuple[list[Column | None], list[Fault]]:
    """Return the column of each heading (None where it is empty), and what is wrong with the headings."""
    known = {_folded(column.heading): column for column in sheet.all_columns}
    found: list[Column | None] = []
    faults = []
    for heading in headings:
        column = known.get(_folded(heading))
        if not heading.strip():
            found.append(None)
        elif column is None or column in found:
            faults.append(_wrong_heading(heading, known, file, row, twice=column is not None))
        else:
            found.append(column)
    missing = [column for column in sheet.columns if column.required and column not in found]
    for column in missing if not faults else ():
        faults.append(
            Fault(
                file=file,
                row=row,
                heading=column.heading,
                wrong=Text("kolumnen saknas", "the column is missing"),
                remedy=Text("Lägg till kolumnen.", "Add the column."),
            )
        )
    return found, faults


def _wrong_heading(heading: str, known: Mapping[str, Column], file: str, row: int, *, twice: bool) -> Fault:
    meant = get_close_matches(_folded(heading), list(known), n=1)
    wrong = Text("kolumnen finns inte i bladet", "the sheet has no such column")
    remedy = Text("Ta bort kolumnen.", "Remove the column.")
    if twice:
        wrong = Text("kolumnen står två gånger", "the column stands twice")
    elif names_a_password(heading):
        wrong = Text("registret tar aldrig emot lösenord", "the register never takes passwords")
        remedy = Text(
            "Ta bort kolumnen, spara om filen och byt de lösenord som stod i den.",
            "Remove the column, save the file, and change the passwords that stood in it.",
        )
    elif meant:
        remedy = Text(f"Menas {known[meant[0]].heading}?", f"Is {known[meant[0]].heading} meant?")
    return Fault(file=file, row=row, heading=heading.strip()[:80], wrong=wrong, remedy=remedy)


def row_of(sheet: Sheet, cells: Mapping[str, str], file: str, number: int) -> tuple[Row | None, list[Fault]]:
    """Read one row: the text of each cell by its column's heading."""
    faults = []
    values: dict[str, Any] = {}
    for column in sheet.all_columns:
        cell = cells.get(column.heading, "").strip()
        if not cell and not column.required:
            continue
        try:
            values[column.attribute] = _read(column, cell)
        except CellError as error:
            faults.append(Fault(file=file, row=number, heading=column.heading, wrong=error.wrong, remedy=error.remedy))
    if faults:
        return None, faults
    start, end = values.pop(VALID_FROM.attribute, None), values.pop(VALID_TO.attribute, None)
    if start is not None and end is not None and end <= start:
        wrong = Text("slutar innan det börjar", "ends before it begins")
        remedy = Text("Rätta datumen.", "Correct the days.")
        return None, [Fault(file=file, row=number, heading=VALID_TO.heading, wrong=wrong, remedy=remedy)]
    return Row(sheet=sheet, file=file, number=number, fields=values, start=start, end=end), []


def _read(column: Column, cell: str) -> Any:
    if not cell:
        raise CellError(Text("är tomt", "is empty"), Text("Fyll i cellen.", "Fill in the cell."))
    return column.kind.read(cell)


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())
