"""What an import would change: the rows of a file held against what the register says.

A row says that something is so from its first day to its last. For an entry that a file names, the file says it all:
a time that the register covers and the file does not, comes to an end. What a file does not name is left as it is. A
row without a first day says what is so from today, and leaves the time before as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from register.answers import values
from register.known import Known, Segment
from register.language import SWEDEN, Text
from register.rules import Breach, breaches
from register.sheets.columns import midnight
from register.sheets.rows import Fault, Reading, Row
from register.store.history import Versioned
from register.store.wording import RefusedError

_Times = list[tuple[datetime, datetime | None, Row]]


class Act(StrEnum):
    """What an import does to an entry."""

    NEW = "ny"
    CHANGED = "ändrad"
    ENDED = "avslutad"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A statement that an import makes, and what held before at its first moment."""

    act: Act
    row: Row
    said: Versioned
    before: Versioned | None

    def fields(self) -> dict[str, tuple[str, str]]:
        """Return each heading whose cell became different, with the cell before and after."""
        found = {}
        for column in self.row.sheet.columns:
            was, is_ = (
                getattr(each, column.attribute) if each is not None else None for each in (self.before, self.said)
            )
            before, after = ("" if value is None else column.kind.write(value) for value in (was, is_))
            if before != after:
                found[column.heading] = (before, after)
        return found


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import would do, or, if there are `faults`, why it does nothing.

    `same` is how many rows say what the register says already; `untouched` how many entries the file does not name.
    """

    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    same: int
    untouched: int


@dataclass(frozen=True, kw_only=True)
class Import:
    """Who imports what, and when (UTC); `why` is kept with each statement."""

    reading: Reading
    at: datetime
    by: str
    why: str


def plan(register: Known, order: Import) -> Plan:
    """Return what an import would change; it changes nothing."""
    faults = list(order.reading.faults)
    named: dict[tuple[type[Versioned], str], list[Row]] = defaultdict(list)
    for row in order.reading.rows:
        named[row.sheet.table, row.entry].append(row)
    found: list[Change] = []
    for (table, entry), rows in named.items():
        try:
            found += _changes(register, table, entry, rows, order)
        except _RowError as error:
            faults += error.faults
    if not faults:
        faults += _faults(register, found, order.reading.rows)
    changed = {id(change.row) for change in found}
    entries = {(table, entry) for table in register.rows for entry in register.timelines(table)}
    return Plan(
        changes=() if faults else tuple(found),
        faults=tuple(sorted(faults, key=lambda fault: (fault.file, fault.row or 0))),
        same=sum(id(row) not in changed for row in order.reading.rows),
        untouched=len(entries - named.keys()),
    )


class _RowError(Exception):
    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(*(fault.wrong.en for fault in faults))


def _changes(
    register: Known, table: type[Versioned], entry: str, rows: Sequence[Row], order: Import
) -> Iterator[Change]:
    made = {id(row): _made(table, entry, row, order) for row in rows}  # each row must be one that the register takes
    there = register.timelines(table).get(entry, ())
    wanted = _times(there, rows, made, order.at)
    for start, end, row in _pieces(there, wanted, made):
        before = next((part.said for part in there if part.covers(start)), None)
        if row is not None:
            said = _made(table, entry, row, order, start=start, end=end)
            yield Change(act=Act.NEW if not there else Act.CHANGED, row=row, said=said, before=before)
        elif before is not None:
            told = {**values(before), "ended": True}
            said = _statement(table, entry, told, order, start=start, end=end)
            yield Change(act=Act.ENDED, row=rows[-1], said=said, before=before)


def _made(
    table: type[Versioned],
    entry: str,
    row: Row,
    order: Import,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Versioned:
    fields = {name: value for name, value in row.fields.items() if name != "entry"}
    try:
        return _statement(table, entry, fields, order, start=start or row.start or order.at, end=end)
    except RefusedError as error:
        raise _RowError(row.fault(error.field, error.wrong, error.remedy)) from error
    except ValueError as error:
        remedy = Text("Rätta raden.", "Correct the row.")
        raise _RowError(row.fault(None, Text(str(error), str(error)), remedy)) from error


def _statement(
    table: type[Versioned],
    entry: str,
    fields: dict[str, Any],
    order: Import,
    *,
    start: datetime,
    end: datetime | None,
) -> Versioned:
    return table(
        entry=entry,
        valid_from=start,
        valid_to=end,
        recorded_at=order.at,
        recorded_by=order.by,
        reason=order.why,
        **fields,
    )


def _times(
    there: Sequence[Segment[Versioned]], rows: Sequence[Row], made: dict[int, Versioned], at: datetime
) -> _Times:
    """Return the time that each row covers; one that has no end ends where the next begins."""
    dated = sorted(
        ((row.start or _today_or_as_it_was(there, made[id(row)], at), row) for row in rows),
        key=lambda each: each[0],
    )
    found: _Times = []
    for index, (start, row) in enumerate(dated):
        following = dated[index + 1][0] if index + 1 < len(dated) else None
        end = row.end if row.end is not None else following
        if following is not None and (following == start or (row.end is not None and row.end > following)):
            raise _RowError(_overlapping(dated[index + 1][1], row))
        if end is not None and end <= start:
            raise _RowError(row.fault("valid_to", _ENDS_FIRST, Text("Rätta datumen.", "Correct the days.")))
        found.append((start, end, row))
    return found


_ENDS_FIRST = Text("slutar innan det börjar", "ends before it begins")


def _today_or_as_it_was(there: Sequence[Segment[Versioned]], wanted: Versioned, at: datetime) -> datetime:
    """Return from when a row without a first day holds: as long as it has been so, else from this day."""
    today = midnight(at.astimezone(SWEDEN).date())
    start = today
    for part in sorted(there, key=lambda part: part.start, reverse=True):
        covers = part.start <= start and (part.end is None or part.end >= start)
        if (covers or part.start > today) and values(part.said) == values(wanted):
            start = part.start
        elif part.start <= today:
            break
    return start


def _overlapping(row: Row, other: Row) -> Fault:
    return row.fault(
        "valid_from",
        Text(
            f"raderna {other.number} och {row.number} säger olika om samma tid för {row.entry}",
            f"the rows {other.number} and {row.number} speak of the same time of {row.entry}",
        ),
        Text("Ge raderna olika ”gäller från”, eller ta bort den ena.", "Let them begin on different days."),
    )


def _pieces(
    there: Sequence[Segment[Versioned]], wanted: _Times, made: dict[int, Versioned]
) -> Iterator[tuple[datetime, datetime | None, Row | None]]:
    """Yield the times of which something else is to be said than the register says, and the row that says it."""
    edges = sorted(
        {edge for part in there for edge in (part.start, part.end) if edge is not None}
        | {edge for start, end, _ in wanted for edge in (start, end) if edge is not None}
    )
    first = min((start for start, _, row in wanted if row.start is None), default=None)
    open_piece: tuple[datetime, Row | None] | None = None
    for edge in edges:
        row = next((row for start, end, row in wanted if start <= edge and (end is None or edge < end)), None)
        held = next((part.said for part in there if part.covers(edge)), None)
        before_today = row is None and first is not None and edge < first
        differs = not before_today and not _agree(held, made[id(row)] if row is not None else None)
        if open_piece is not None and not (differs and open_piece[1] is row):
            yield open_piece[0], edge, open_piece[1]
            open_piece = None
        if differs and open_piece is None:
            open_piece = (edge, row)
    if open_piece is not None:
        yield open_piece[0], None, open_piece[1]


def _agree(held: Versioned | None, wanted: Versioned | None) -> bool:
    if held is None or wanted is None:
        return held is wanted
    return values(held) == values(wanted)


def _faults(register: Known, found: Sequence[Change], rows: Iterable[Row]) -> Iterator[Fault]:
    """Yield what would break a rule of the register, each at the row that says it."""
    then = register.with_more(change.said for change in found)
    by_statement = {id(change.said): change.row for change in found}
    by_entry = {(row.sheet.table, row.entry): row for row in rows}
    before: set[tuple[str, str]] | None = None
    for breach in breaches(then, [change.said for change in found]):
        row = by_statement.get(id(breach.said)) or by_entry.get((type(breach.said), breach.said.entry))
        if row is not None:
            yield row.fault(breach.field, breach.wrong, breach.remedy)
            continue
        if before is None:  # what was wrong already, in what the file does not name, is a finding and stops nothing
            before = {(old.said.entry, old.field) for old in breaches(register)}
        if (breach.said.entry, breach.field) not in before:
            yield _elsewhere(breach)


def _elsewhere(breach: Breach) -> Fault:
    entry = breach.said.entry
    return Fault(
        file="",
        row=None,
        heading=None,
        wrong=Text(f"{entry}: {breach.wrong.sv}", f"{entry}: {breach.wrong.en}"),
        remedy=breach.remedy,
    )
