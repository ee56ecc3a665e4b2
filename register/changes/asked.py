"""What comparisons and figures say when findings and duties are judged: read once, and small."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import Session

from register.store.changes import ComparisonRow, HalfYearFigures, UnexplainedRemoval
from register.store.history import in_force


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The figures of a channel's half-year that duties ask for, as they were told at `told`."""

    half: str
    told: datetime
    questions: int
    answered: int
    oldest_unanswered: datetime | None

    @property
    def unanswered(self) -> int:
        """How many questions nobody had answered."""
        return self.questions - self.answered


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What had been found by a moment.

    By channel: `unexplained` are the removals that nobody had explained then, `compared` is the latest comparison,
    `left_open` the latest that left something undecided or uncompared, since one that had all to see and left nothing;
    `counted` the figures last told of each half-year.
    """

    unexplained: Mapping[str, tuple[UnexplainedRemoval, ...]]
    compared: Mapping[str, ComparisonRow]
    left_open: Mapping[str, ComparisonRow]
    counted: Mapping[str, tuple[Counted, ...]]


def changes_of(session: Session, at: datetime, *, known_at: datetime | None = None) -> Changes:
    """Read what had been found by `at` (aware), as it is known now, or as it was known at `known_at`."""
    by = at if known_at is None else min(at, known_at)
    latest = select(func.max(ComparisonRow.number)).where(ComparisonRow.at <= by).group_by(ComparisonRow.channel)
    compared = session.scalars(select(ComparisonRow).where(ComparisonRow.number.in_(latest)))
    unexplained: dict[str, tuple[UnexplainedRemoval, ...]] = {}
    for said in in_force(session, UnexplainedRemoval, at=at, known_at=known_at):
        unexplained[said.channel] = (*unexplained.get(said.channel, ()), said)
    return Changes(
        unexplained=unexplained,
        compared={row.channel: row for row in compared},
        left_open=_left_open(session, by),
        counted=_counted(session, by),
    )


def _left_open(session: Session, by: datetime) -> dict[str, ComparisonRow]:
    row = ComparisonRow
    nothing_left = and_(row.undecided == 0, row.missing.is_(None))
    settling = select(row.channel, func.max(row.number)).where(row.at <= by, row.outside == 0, nothing_left)
    settled = dict(session.execute(settling.group_by(row.channel)).tuples().all())
    found: dict[str, ComparisonRow] = {}
    for each in session.scalars(select(row).where(row.at <= by, not_(nothing_left)).order_by(row.number)):
        if each.number > settled.get(each.channel, 0):
            found[each.channel] = each
    return found


def _counted(session: Session, by: datetime) -> dict[str, tuple[Counted, ...]]:
    row = HalfYearFigures
    last = select(func.max(row.version)).where(row.recorded_at <= by).group_by(row.entry)
    query = select(row.channel, row.half, row.recorded_at, row.questions, row.answered, row.oldest_unanswered)
    found: dict[str, list[Counted]] = defaultdict(list)
    for channel, half, told, questions, answered, oldest in session.execute(
        query.where(row.version.in_(last)).order_by(row.channel, row.half)
    ).tuples():
        found[channel].append(
            Counted(half=half, told=told, questions=questions, answered=answered, oldest_unanswered=oldest)
        )
    return {channel: tuple(each) for channel, each in found.items()}
