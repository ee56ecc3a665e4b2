"""All that the register of channels says, in memory: each entry's timeline, as known now or as known then.

Many questions are put to the register at once (a finding a channel, a duty a rule), at many moments. So it is read
once, and asked here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.evidence import Evidence, evidence_of
from register.store.attestations import Attestation
from register.store.captures import CaptureRow
from register.store.cases import Consent
from register.store.channel_decisions import ChannelDecision
from register.store.channels import ChannelRecord
from register.store.custody import Custody
from register.store.debates import Debate
from register.store.decisions import DisposalDecision
from register.store.guidelines import Acknowledgement, Guideline
from register.store.history import Versioned
from register.store.holds import Hold
from register.store.mandates import Mandate, Substitute
from register.store.organisation import Administration, Person, RoleHeld

V = TypeVar("V", bound=Versioned)
S_co = TypeVar("S_co", bound=Versioned, covariant=True)

TABLES: tuple[type[Versioned], ...] = (
    Administration,
    Person,
    RoleHeld,
    ChannelRecord,
    ChannelDecision,
    DisposalDecision,
    Mandate,
    Substitute,
    Custody,
    Guideline,
    Acknowledgement,
    Hold,
    Consent,
    Attestation,
    Debate,
)
"""The tables that the register of channels is made of, each before those that refer to it."""


@dataclass(frozen=True, kw_only=True)
class Segment(Generic[S_co]):
    """That `said` holds of an entry from `start` to before `end` (None: until something else is said)."""

    start: datetime
    end: datetime | None
    said: S_co

    def covers(self, at: datetime) -> bool:
        """Return whether it holds at a moment."""
        return self.start <= at and (self.end is None or at < self.end)


def timeline(statements: Iterable[V]) -> tuple[Segment[V], ...]:
    """Return what holds of one entry when, from its statements in the order they were made; what is ended is not."""
    found: list[Segment[V]] = []
    for said in statements:
        found = [part for segment in found for part in _outside(segment, said.valid_from, said.valid_to)]
        if not said.ended:
            found.append(Segment(start=said.valid_from, end=said.valid_to, said=said))
    return tuple(sorted(found, key=lambda segment: segment.start))


def _outside(segment: Segment[V], start: datetime, end: datetime | None) -> Iterable[Segment[V]]:
    """Return what remains of a segment where something else is said from `start` to `end`."""
    if (segment.end is not None and segment.end <= start) or (end is not None and end <= segment.start):
        yield segment
        return
    if segment.start < start:
        yield Segment(start=segment.start, end=start, said=segment.said)
    if end is not None and (segment.end is None or end < segment.end):
        yield Segment(start=end, end=segment.end, said=segment.said)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register says.

    `rows` are the statements of each table and entry, in the order they were made. `active` is when the newest
    post of each capture of a channel was published. `evidence` is what had happened by the moment that is asked of,
    None where it was not read.
    """

    rows: Mapping[type[Versioned], Mapping[str, tuple[Versioned, ...]]]
    active: Mapping[str, tuple[datetime, ...]]
    evidence: Evidence | None = None
    _timelines: dict[type[Versioned], dict[str, tuple[Segment[Any], ...]]] = field(default_factory=dict)
    _indexes: dict[tuple[type[Versioned], str], dict[object, list[Segment[Any]]]] = field(default_factory=dict)

    def timelines(self, table: type[V]) -> Mapping[str, tuple[Segment[V], ...]]:
        """Return what holds when, of each entry of a table."""
        if table not in self._timelines:
            self._timelines[table] = {entry: timeline(said) for entry, said in self.rows.get(table, {}).items()}
        return cast("Mapping[str, tuple[Segment[V], ...]]", self._timelines[table])

    def segments(self, table: type[V], **equal: object) -> tuple[Segment[V], ...]:
        """Return all segments of a table whose statements say what `equal` says."""
        if not equal:
            return tuple(segment for found in self.timelines(table).values() for segment in found)
        (first, wanted), *more = equal.items()
        return tuple(
            segment
            for segment in self._indexed(table, first).get(wanted, ())
            if all(getattr(segment.said, name) == value for name, value in more)
        )

    def holding(self, table: type[V], at: datetime, **equal: object) -> tuple[V, ...]:
        """Return the statements of a table that hold at a moment and say what `equal` says."""
        return tuple(segment.said for segment in self.segments(table, **equal) if segment.covers(at))

    def one(self, table: type[V], entry: str | None, at: datetime) -> V | None:
        """Return what holds of one entry at a moment, None if nothing does."""
        found = [segment.said for segment in self.timelines(table).get(entry or "", ()) if segment.covers(at)]
        return found[0] if found else None

    def with_more(self, rows: Iterable[Versioned]) -> "Known":
        """Return what the register would say if these statements were made too."""
        made: dict[type[Versioned], dict[str, tuple[Versioned, ...]]] = {t: dict(e) for t, e in self.rows.items()}
        for row in rows:
            of_table = made.setdefault(type(row), {})
            of_table[row.entry] = (*of_table.get(row.entry, ()), row)
        return Known(rows=made, active=self.active, evidence=self.evidence)

    def _indexed(self, table: type[V], name: str) -> Mapping[object, list[Segment[V]]]:
        if (table, name) not in self._indexes:
            index: dict[object, list[Segment[Any]]] = defaultdict(list)
            for segment in self.segments(table):
                index[getattr(segment.said, name)].append(segment)
            self._indexes[table, name] = index
        return self._indexes[table, name]


def known(session: Session, *, known_at: datetime | None = None, of: datetime | None = None) -> Known:
    """Read the register, as it says now, or as it said at `known_at`; with what had happened by `of`, if that is given.

    Without `of`, what is judged by what has happened (see `register.evidence`) is not judged.
    """
    rows: dict[type[Versioned], dict[str, tuple[Versioned, ...]]] = {}
    for table in TABLES:
        made: dict[str, list[Versioned]] = defaultdict(list)
        query = table.among() if known_at is None else table.among().where(table.recorded_at <= known_at)
        for row in session.scalars(query):
            made[row.entry].append(row)
        rows[table] = {entry: tuple(said) for entry, said in made.items()}
    newest = select(CaptureRow.channel, CaptureRow.latest_post).where(CaptureRow.latest_post.is_not(None))
    if known_at is not None:
        newest = newest.where(CaptureRow.ended <= known_at)
    active: dict[str, tuple[datetime, ...]] = {}
    for channel, at in session.execute(newest).tuples():
        active[channel] = (*active.get(channel, ()), *([at] if at is not None else []))
    evidence = evidence_of(session, of, known_at=known_at) if of is not None else None
    return Known(rows=rows, active=active, evidence=evidence)
