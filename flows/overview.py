"""Do we meet our duties? The register, the half-years, the cases, the ledger and the runs, counted on one screen."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.journey import Step, journeys
from register.attention import findings
from register.attention.finding import day_of
from register.calendar.halves import HalfYear
from register.calendar.window import Window, planned
from register.due import Owed, Standing, due
from register.duties import evaluated
from register.known import known
from register.store.captures import CaptureRow
from register.store.cases import RemovalCase
from register.store.history import in_force
from register.store.occasions import MissedRow, NoticeRow
from register.telling import ledger


class Answer(StrEnum):
    """Whether the duties are met, as far as can be told."""

    YES = "ja"
    PARTLY = "delvis"
    NO = "nej"


@dataclass(frozen=True, kw_only=True)
class Next:
    """The channel (its entry) that is to be documented next, and the Swedish day."""

    channel: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The last run that came to nothing and was not made good: of which channel, when, why, with which exit code."""

    channel: str
    day: date
    cause: str
    code: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How it stands at a moment.

    `halves` is how many channels' captures of this half-year stand how, `missed` how many of earlier ones were never
    made. `overdue` are findings whose day has gone, by the role that answers for them; `due` the others. `waiting` are
    packages that the archive has and has not answered for, `unsent` those that did not get there, `rejected` those it
    refused. `unreached` are people who could not be told something and still have not been. `duties` counts the
    guideline's 62 by state.
    """

    at: datetime
    answer: Answer
    half: str
    last: date
    halves: dict[str, int]
    missed: int
    next: Next | None
    failed: Failed | None
    open_cases: int
    overdue: dict[str, int]
    due: int
    waiting: int
    unsent: int
    rejected: int
    unreached: int
    duties: dict[str, int]


def overview(session: Session, at: datetime, window: Window) -> Overview:
    """Return how it stands.

    Args:
        session: Of the register.
        at: Aware; the moment that is asked of.
        window: When captures are planned.
    """
    register = known(session, of=at)
    half = HalfYear.of(at)
    owed = due(register, session.scalars(select(CaptureRow)).all(), at, window)
    current = Counter(each.standing for each in owed if each.half == half)
    missed = sum(each.standing is Standing.OVERDUE for each in owed)
    found = findings(register, at)
    overdue = Counter(each.responsible.role for each in found if each.overdue(at))
    where = Counter(each.state for each in journeys(session))
    return Overview(
        at=at,
        answer=_answer(gone_by=bool(overdue) or missed > 0, to_do=len(found) > 0 or current[Standing.DUE] > 0),
        half=half.name,
        last=half.last,
        halves={standing.value: current[standing] for standing in Standing if standing is not Standing.OVERDUE},
        missed=missed,
        next=_next(owed, window),
        failed=_failed(ledger.missed(session), owed),
        open_cases=len(in_force(session, RemovalCase, RemovalCase.closed.is_(False), at=at)),
        overdue=dict(sorted(overdue.items())),
        due=len(found) - overdue.total(),
        waiting=where[Step.SENT] + where[Step.CHECKED],
        unsent=where[Step.SEALED] + where[Step.SENDING] + where[Step.STOPPED],
        rejected=where[Step.REJECTED],
        unreached=_unreached(session, at),
        duties=dict(Counter(str(each.state) for each in evaluated(register, at))),
    )


def _answer(*, gone_by: bool, to_do: bool) -> Answer:
    if gone_by:
        return Answer.NO
    return Answer.PARTLY if to_do else Answer.YES


def _next(owed: tuple[Owed, ...], window: Window) -> Next | None:
    """Return what is to be made next: of this half-year what is not made, else of the one to come."""
    coming = [(each.day, each.channel.entry) for each in owed if each.standing is Standing.PLANNED]
    if not coming:
        following = {each.channel.entry: each.half.next for each in owed}
        coming = [(day_of(planned(entry, half, window)), entry) for entry, half in following.items()]
    day, entry = min(coming, default=(None, None))
    return None if day is None or entry is None else Next(channel=entry, day=day)


def _failed(missed: tuple[MissedRow, ...], owed: tuple[Owed, ...]) -> Failed | None:
    still = {each.channel.entry for each in owed if each.open}
    row = next((each for each in missed if each.channel in still), None)
    return None if row is None else Failed(channel=row.channel, day=row.day, cause=row.cause, code=row.code)


def _unreached(session: Session, at: datetime) -> int:
    told = ledger.told(session)
    tried = session.scalars(select(NoticeRow).where(NoticeRow.sent.is_(False), NoticeRow.at <= at))
    return len({row.person for row in tried if (row.channel, row.about, row.kind, row.person) not in told})
