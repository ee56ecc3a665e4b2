"""Import and export of the register."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from register.answers import values
from register.errors import BadInputError
from register.known import Known, Segment, known
from register.language import Text
from register.sheets import csv_files, yaml_file
from register.sheets.layout import SHEETS, VALID_FROM, VALID_TO, Sheet
from register.sheets.planning import Import, Plan, plan
from register.sheets.rows import Reading
from register.store.history import Versioned
from register.store.opening import Store

YAML_NAME = "register.yaml"
_SAFE = Text("Registret är som det var.", "The register is as it was.")


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    YAML = "yaml"


def read(path: Path) -> Reading:
    """Read a folder of CSV files, one such file, or a file of YAML.

    Raises:
        BadInputError: there is nothing there that can be read as one of these.
    """
    try:
        if path.is_dir():
            files = sorted(each for each in path.iterdir() if each.suffix.casefold() == ".csv")
            if not files:
                raise _unusable(path, Text("mappen har inga CSV-filer", "the folder has no CSV files"))
            return csv_files.read_files(files)
        if path.suffix.casefold() == ".csv":
            return csv_files.read_files([path])
        if path.suffix.casefold() in (".yaml", ".yml"):
            return yaml_file.read_file(path)
    except OSError as error:
        raise _unusable(path, Text(f"{error.strerror}", f"{error.strerror}")) from error
    raise _unusable(path, Text("den är varken CSV eller YAML", "it is neither CSV nor YAML"))


def import_from(store: Store, reading: Reading, *, at: datetime, by: str, why: str, dry_run: bool) -> Plan:
    """Bring what was read into the register: all of it, or, where there is a fault, nothing.

    Args:
        store: The open database.
        reading: What `read` returned.
        at: Aware; when it is done. Rows without a first day hold from this day.
        by: Who does it.
        why: What it is done for; kept with each statement.
        dry_run: Only say what would change.
    """
    order = Import(reading=reading, at=at, by=by, why=why)
    if dry_run:
        with store.reading() as session:
            return plan(known(session), order)
    with store.writing() as session:
        done = plan(known(session), order)
        session.add_all(change.said for change in done.changes)
        return done


def export_to(store: Store, into: Path, form: Form, *, overwrite: bool) -> tuple[Path, ...]:
    """Write the register, with all times as they are known now; return the files. Reading them again changes nothing.

    Args:
        store: The open database.
        into: The folder for the files; made if it is not there.
        form: CSV, one file a sheet, or YAML, all in one.
        overwrite: Whether files of the same names may be replaced.

    Raises:
        BadInputError: such a file is there already, or the folder cannot be written in.
    """
    with store.reading() as session:
        register = known(session)
    tables = {sheet: _cells(register, sheet) for sheet in SHEETS}
    contents = (
        {YAML_NAME: yaml_file.written(tables)}
        if form is Form.YAML
        else {f"{sheet.name}.csv": csv_files.written(sheet, rows) for sheet, rows in tables.items()}
    )
    try:
        into.mkdir(parents=True, exist_ok=True)
        there = [name for name in contents if (into / name).exists()]
        if there and not overwrite:
            raise _unusable(
                into,
                Text(f"{there[0]} finns redan där", f"{there[0]} is there already"),
                Text("Ange en annan mapp, eller --overwrite.", "Give another folder, or --overwrite."),
            )
        for name, content in contents.items():
            aside = into / f".{name}.part"
            aside.write_bytes(content)
            aside.replace(into / name)
    except OSError as error:
        raise _unusable(into, Text(f"{error.strerror}", f"{error.strerror}")) from error
    return tuple(into / name for name in contents)


def _cells(register: Known, sheet: Sheet) -> list[list[str]]:
    rows = []
    for _, segments in sorted(register.timelines(sheet.table).items()):
        for segment in _joined(segments):
            cells = []
            for column in sheet.all_columns:
                value = _value(segment, column.attribute)
                cells.append("" if value is None else column.kind.write(value))
            rows.append(cells)
    return rows


def _value(segment: Segment[Versioned], attribute: str) -> object:
    if attribute == VALID_FROM.attribute:
        return segment.start
    if attribute == VALID_TO.attribute:
        return segment.end
    return getattr(segment.said, attribute)


def _joined(segments: Sequence[Segment[Versioned]]) -> list[Segment[Versioned]]:
    """Return segments with those joined that follow one another and say the same."""
    found: list[Segment[Versioned]] = []
    for segment in segments:
        if found and found[-1].end == segment.start and values(found[-1].said) == values(segment.said):
            found[-1] = replace(found[-1], end=segment.end)
        else:
            found.append(segment)
    return found


def _unusable(path: Path, why: Text, remedy: Text | None = None) -> BadInputError:
    return BadInputError(
        happened=Text(f"{path} går inte att använda: {why.sv}.", f"{path} cannot be used: {why.en}."),
        safe=_SAFE,
        next_step=remedy
        or Text(
            "Ange en mapp med CSV-filer, en CSV-fil eller en YAML-fil.",
            "Give a folder of CSV files, a CSV file or a YAML file.",
        ),
    )
