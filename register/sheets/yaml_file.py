"""The register as one file of YAML: each sheet a list of rows, with the headings of the spreadsheet as keys.

Every value is read as the text that stands there: `no` is a word, and 2026-03-14 is what a cell would hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from register.language import Text
from register.sheets.layout import Sheet
from register.sheets.rows import LARGEST, Fault, Reading, Row, columns_of, row_of, sheet_named

_SHAPE = Text("Skriv bladets namn, och under det en lista med rader.", "Write the sheet's name, and below it a list.")


def written(sheets: Mapping[Sheet, Iterable[Sequence[str]]]) -> bytes:
    """Return sheets as a file; each row has the cells of `sheet.all_columns`, and empty ones are left out."""
    content = {
        sheet.name: [
            {column.heading: cell for column, cell in zip(sheet.all_columns, row, strict=True) if cell} for row in rows
        ]
        for sheet, rows in sheets.items()
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode()


def read_file(path: Path) -> Reading:
    """Read a file of YAML.

    Raises:
        OSError: it cannot be read.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        root = yaml.compose(_content(path), Loader=yaml.BaseLoader)
        for name, node in _pairs(root):
            sheet = sheet_named(name, path.name)
            if isinstance(sheet, Fault):
                faults.append(sheet)
                continue
            for each in _items(node):
                row, wrong = _row(sheet, each, path.name)
                faults += wrong
                rows += [row] if row is not None else []
    except UnicodeDecodeError:
        faults.append(_fault(path, None, Text("filen är inte UTF-8", "the file is not UTF-8")))
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark else None
        faults.append(_fault(path, line, Text("filen är trasig YAML", "the file is broken YAML")))
    except _ShapeError as error:
        faults.append(_fault(path, error.line, error.wrong))
    return Reading(rows=tuple(rows), faults=tuple(faults))


def _content(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise _ShapeError(None, Text("filen är för stor", "the file is too large"))
    return path.read_bytes().decode("utf-8-sig")


class _ShapeError(Exception):
    def __init__(self, node: yaml.Node | None, wrong: Text) -> None:
        self.line = node.start_mark.line + 1 if node is not None else None
        self.wrong = wrong
        super().__init__(wrong.en)


def _fault(path: Path, line: int | None, wrong: Text) -> Fault:
    return Fault(file=path.name, row=line, heading=None, wrong=wrong, remedy=_SHAPE)


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _ShapeError(node, Text("här ska det stå namn: värde", "name: value is to stand here"))
    for key, value in node.value:
        yield _scalar(key), value


def _items(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if isinstance(node, yaml.ScalarNode) and not node.value:  # a sheet without rows
        return []
    raise _ShapeError(node, Text("här ska det stå en lista med rader", "a list of rows is to stand here"))


def _scalar(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise _ShapeError(node, Text("här ska det stå en text", "a text is to stand here"))


def _row(sheet: Sheet, node: yaml.Node, file: str) -> tuple[Row | None, list[Fault]]:
    line = node.start_mark.line + 1
    pairs = [(key, _scalar(value)) for key, value in _pairs(node)]
    columns, faults = columns_of(sheet, [key for key, _ in pairs], file, line)
    if faults:
        return None, faults
    cells = {column.heading: value for column, (_, value) in zip(columns, pairs, strict=True) if column is not None}
    return row_of(sheet, cells, file, line)
