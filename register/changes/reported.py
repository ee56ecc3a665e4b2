"""A half-year as it is followed up: each channel's figures, its captures, and what was removed by decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.calendar.halves import HalfYear
from register.case_words import Outcome
from register.changes.counted import newest
from register.store.captures import CaptureRow
from register.store.cases import RemovalCase
from register.store.changes import HalfYearFigures
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.history import in_force


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What is known of a channel's half-year. `figures` is None where no capture was counted.

    `captures` are those that ended in it, `removals` how many cases say that something was removed or
    unpublished in it.
    """

    channel: ChannelRecord
    figures: HalfYearFigures | None
    captures: tuple[CaptureRow, ...]
    removals: int


@dataclass(frozen=True, kw_only=True)
class Summed:
    """The sums of several channels; `at_least` where one of them is, or where a channel has no figures."""

    channels: int
    posts: int
    comments: int
    own_answers: int
    questions: int
    unanswered: int
    removals: int
    captures: int
    at_least: bool


def report(session: Session, half: HalfYear, *, at: datetime, administration: str | None = None) -> list[Reported]:
    """Return what is known of a half-year, by förvaltning and channel.

    Args:
        session: Of the register.
        half: The half-year.
        at: The moment that is asked at; of a half-year that is over, the channels are those of its last moment.
        administration: Only the channels of this förvaltning (its entry).
    """
    then = min(at, half.end - timedelta(microseconds=1))
    channels = in_force(session, ChannelRecord, ChannelRecord.status != ChannelStatus.PROPOSED, at=then)
    figures = {row.channel: row for row in newest(session, half.name)}
    query = select(CaptureRow).where(CaptureRow.ended >= half.start, CaptureRow.ended < half.end)
    captures: dict[str, tuple[CaptureRow, ...]] = {}
    for row in session.scalars(query.order_by(CaptureRow.ended)):
        captures[row.channel] = (*captures.get(row.channel, ()), row)
    removals = Counter(
        case.channel
        for case in in_force(session, RemovalCase, at=at)
        if case.removed is not None and half.covers(case.removed) and case.outcome != Outcome.KEEP
    )
    return [
        Reported(
            channel=channel,
            figures=figures.get(channel.entry),
            captures=captures.get(channel.entry, ()),
            removals=removals[channel.entry],
        )
        for channel in sorted(channels, key=lambda each: (each.administration, each.name.casefold(), each.entry))
        if administration in (None, channel.administration)
    ]


def summed(reported: Sequence[Reported]) -> Summed:
    """Return the sums of some channels."""
    figures = [each.figures for each in reported if each.figures is not None]
    return Summed(
        channels=len(reported),
        posts=sum(each.posts for each in figures),
        comments=sum(each.comments for each in figures),
        own_answers=sum(each.own_answers for each in figures),
        questions=sum(each.questions for each in figures),
        unanswered=sum(each.unanswered for each in figures),
        removals=sum(each.removals for each in reported),
        captures=sum(len(each.captures) for each in reported),
        at_least=len(figures) < len(reported) or any(each.at_least for each in figures),
    )
