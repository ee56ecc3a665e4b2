"""The register as CSV, one file a sheet: as Excel in Swedish reads and writes it.

Written: UTF-8 with a byte order mark, semicolons, every cell in quotes. Read: semicolons, commas or tabs, with or
without the mark. A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read
without.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from register.language import Text
from register.sheets.layout import Sheet
from register.sheets.rows import LARGEST, Fault, Reading, Row, columns_of, row_of, sheet_named

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_SAVE_AS = Text(
    "Spara om i Excel som ”CSV UTF-8 (kommaavgränsad)”.", "Save again in Excel as ”CSV UTF-8 (Comma delimited)”."
)
csv.field_size_limit(1_000_000)


def defused(text: str) -> str:
    """Return a cell's text so that no spreadsheet takes it for a formula; `fused` is the way back."""
    return f"'{text}" if _FORMULA.match(text) else text


def fused(cell: str) -> str:
    """Return the text of a cell that `defused` may have written."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def written(sheet: Sheet, rows: Iterable[Sequence[str]], delimiter: str = ";") -> bytes:
    """Return a sheet as a file; each row has the cells of `sheet.all_columns`."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.all_columns])
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def read_files(paths: Iterable[Path]) -> Reading:
    """Read files of CSV, each named after its sheet.

    Raises:
        OSError: one cannot be read.
    """
    readings = [_read(path) for path in paths]
    return Reading(
        rows=tuple(row for reading in readings for row in reading.rows),
        faults=tuple(fault for reading in readings for fault in reading.faults),
    )


def _read(path: Path) -> Reading:
    sheet = sheet_named(path.stem, path.name)
    if isinstance(sheet, Fault):
        return Reading(rows=(), faults=(sheet,))
    if path.stat().st_size > LARGEST:
        return _unreadable(path, Text("filen är för stor", "the file is too large"), _SAVE_AS)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if "\0" in text:
            return _unreadable(path, Text("filen är inte text", "the file is no text"), _SAVE_AS)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, sheet), strict=True))
    except UnicodeDecodeError:
        return _unreadable(path, Text("filen är inte UTF-8", "the file is not UTF-8"), _SAVE_AS)
    except csv.Error as error:
        return _unreadable(path, Text(f"filen är trasig CSV ({error})", f"the file is broken CSV ({error})"), _SAVE_AS)
    return _rows(sheet, lines, path.name)


def _unreadable(path: Path, wrong: Text, remedy: Text) -> Reading:
    return Reading(rows=(), faults=(Fault(file=path.name, row=None, heading=None, wrong=wrong, remedy=remedy),))


def _delimiter(text: str, sheet: Sheet) -> str:
    """Return the sign that divides the headings into most of those that the sheet has."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("sep=")), "")
    wanted = {column.heading for column in sheet.all_columns}

    def hits(sign: str) -> int:
        return sum(cell.strip().strip('"').casefold() in wanted for cell in first.split(sign))

    return max(";,\t", key=hits)


def _rows(sheet: Sheet, lines: list[list[str]], file: str) -> Reading:
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if any(cell.strip() for cell in line)]
    if numbered and numbered[0][1][0].startswith("sep="):
        numbered = numbered[1:]
    if not numbered:
        nothing = Text("filen är tom", "the file is empty")
        remedy = Text("Ta bort filen, eller fyll i rubrikerna.", "Remove the file, or fill in the headings.")
        return Reading(rows=(), faults=(Fault(file=file, row=None, heading=None, wrong=nothing, remedy=remedy),))
    (at, headings), *rest = numbered
    columns, faults = columns_of(sheet, headings, file, at)
    if faults:
        return Reading(rows=(), faults=tuple(faults))
    rows: list[Row] = []
    for number, line in rest:
        if any(cell.strip() for cell in line[len(columns) :]) or any(
            cell.strip() and column is None for column, cell in zip(columns, line, strict=False)
        ):
            wrong = Text("raden har fler celler än rubriker", "the row has more cells than headings")
            remedy = Text("Kontrollera skiljetecknen i raden.", "Check the delimiters in the row.")
            faults.append(Fault(file=file, row=number, heading=None, wrong=wrong, remedy=remedy))
            continue
        cells = {c.heading: fused(cell) for c, cell in zip(columns, line, strict=False) if c is not None}
        row, wrongs = row_of(sheet, cells, file, number)
        faults += wrongs
        rows += [row] if row is not None else []
    return Reading(rows=tuple(rows), faults=tuple(faults))
