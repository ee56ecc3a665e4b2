"""What has happened, as far as duties are judged by it: captures, watches, readings of the list, answers, disposals.

Known (`register.known`) is what was said; this is what was done. Of a past moment it is what had been done by then, as
it is known now; as known at an earlier moment, only what had been told by then. A watch that was told of late counts
for the day it speaks of.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.changes.asked import Changes, changes_of
from register.language import SWEDEN
from register.model import RecordStatus
from register.store.captures import CaptureRow, WatchRow
from register.store.cases import RemovalCase
from register.store.deliveries import JourneyRow, PackageRow
from register.store.disposals import DisposalRow
from register.store.history import in_force
from register.store.list_checks import ListCheckRow

LOOKED_BACK = timedelta(days=30)
"""How far back the daily watch is asked of."""

T = TypeVar("T")
_RECEIVED, _REJECTED = "received", "rejected"  # of `delivery.journey.Step`, which lies above
_APPROVED, _DISPOSED = "approved", "disposed"  # of `delivery.gallring.DisposalStep`
_APPROVERS = 2


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What had happened by a moment.

    `captures` are those of each channel (its entry) that had ended, oldest first; `watched` the days of the last month
    that somebody looked after it; `list_checks` the readings of the public list, oldest first. `answers` is the
    archive's latest answer about a package (its id), *received* or *rejected*, and when; `replaced` are packages that
    another has taken the place of. `disposals` says of each
    disposal that was carried out whether two had approved it. `removals` are the cases of removal, as they then stood,
    `changes` what captures held against each other had shown.
    """

    captures: Mapping[str, tuple[CaptureRow, ...]]
    watched: Mapping[str, AbstractSet[date]]
    list_checks: tuple[ListCheckRow, ...]
    answers: Mapping[str, tuple[str, datetime]]
    replaced: frozenset[str]
    disposals: Mapping[str, bool]
    removals: tuple[RemovalCase, ...]
    changes: Changes

    def received(self, object_id: str | None) -> bool:
        """Return whether the archive's latest answer is that it has the package."""
        return self.answers.get(object_id or "", (None,))[0] == _RECEIVED

    def rejected(self, object_id: str | None) -> bool:
        """Return whether the archive's latest answer is that it will not have the package."""
        return self.answers.get(object_id or "", (None,))[0] == _REJECTED


def evidence_of(session: Session, at: datetime, *, known_at: datetime | None = None) -> Evidence:
    """Read what had happened by `at` (aware), as it is known now, or as it was known at `known_at`."""
    by = at if known_at is None else min(at, known_at)
    captures = session.scalars(select(CaptureRow).where(CaptureRow.ended <= by).order_by(CaptureRow.ended))
    checks = select(ListCheckRow).where(ListCheckRow.at <= by).order_by(ListCheckRow.at, ListCheckRow.number)
    return Evidence(
        captures=_grouped((row.channel, row) for row in captures),
        watched=_watched(session, at, known_at),
        list_checks=tuple(session.scalars(checks)),
        answers=_answers(session, by),
        replaced=_replaced(session, by),
        disposals=_disposals(session, by),
        removals=tuple(in_force(session, RemovalCase, at=at, known_at=known_at)),
        changes=changes_of(session, at, known_at=known_at),
    )


def _watched(session: Session, at: datetime, known_at: datetime | None) -> dict[str, set[date]]:
    today = at.astimezone(SWEDEN).date()
    query = select(WatchRow.channel, WatchRow.day).where(WatchRow.day > today - LOOKED_BACK, WatchRow.day <= today)
    if known_at is not None:
        query = query.where(WatchRow.at <= known_at)
    found: dict[str, set[date]] = defaultdict(set)
    for channel, day in session.execute(query).tuples():
        found[channel].add(day)
    return dict(found)


def _answers(session: Session, by: datetime) -> dict[str, tuple[str, datetime]]:
    query = select(JourneyRow.object_id, JourneyRow.step, JourneyRow.at)
    query = query.where(JourneyRow.step.in_((_RECEIVED, _REJECTED)), JourneyRow.at <= by).order_by(JourneyRow.number)
    return {object_id: (step, at) for object_id, step, at in session.execute(query).tuples()}


def _replaced(session: Session, by: datetime) -> frozenset[str]:
    query = select(PackageRow.earlier_package).where(
        PackageRow.recorded_at <= by, PackageRow.record_status == RecordStatus.REPLACEMENT
    )
    return frozenset(earlier for earlier in session.scalars(query) if earlier is not None)


def _disposals(session: Session, by: datetime) -> dict[str, bool]:
    approvers: dict[str, set[str]] = defaultdict(set)
    found: dict[str, bool] = {}
    query = select(DisposalRow).where(DisposalRow.at <= by, DisposalRow.step.in_((_APPROVED, _DISPOSED)))
    for line in session.scalars(query.order_by(DisposalRow.number)):
        if line.step == _APPROVED:
            approvers[line.proposal].add(" ".join(line.by.split()).casefold())
        elif line.object_id is not None:
            found[line.object_id] = len(approvers[line.proposal]) >= _APPROVERS
    return found


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = defaultdict(list)
    for name, each in pairs:
        found[name].append(each)
    return {name: tuple(each) for name, each in found.items()}
