"""What each channel owes: one capture each half-year, from the one that the register came to know it in.

A capture counts if it was not *ofullständig*, in the half-year that its period ends in. One that comes after the
half-year does not undo that it was missed, but makes up for it: its period goes on from where the last one ended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from register.calendar.halves import HalfYear
from register.calendar.window import DEFAULT, Window, planned
from register.known import Known, Segment
from register.language import SWEDEN, Text
from register.model import Verdict
from register.store.channels import ChannelRecord, ChannelStatus

IN_USE = (ChannelStatus.ACTIVE, ChannelStatus.DORMANT)
"""The channels that owe captures: one that rests is still published, and can still be commented on."""


class Capture(Protocol):
    """What is asked of a capture; `register.store.captures.CaptureRow` answers it."""

    @property
    def channel(self) -> str:
        """The channel's entry."""

    @property
    def period_end(self) -> datetime:
        """To when it covers the channel, UTC."""

    @property
    def verdict(self) -> str:
        """One of `register.model.Verdict`."""


class Standing(StrEnum):
    """How it stands with a channel's capture of a half-year."""

    MADE = "dokumenterad"
    MADE_LATE = "dokumenterad för sent"
    PLANNED = "planerad"
    DUE = "att göra"
    OVERDUE = "försenad"

    @property
    def label(self) -> Text:
        """The standing as a person reads it."""
        return Text(self.value, _ENGLISH[self])


_ENGLISH = {
    Standing.MADE: "documented",
    Standing.MADE_LATE: "documented too late",
    Standing.PLANNED: "planned",
    Standing.DUE: "due",
    Standing.OVERDUE: "overdue",
}


@dataclass(frozen=True, kw_only=True)
class Owed:
    """The capture that a channel owes of a half-year, and how it stood with that at the moment asked of.

    `planned` is when it is to be made (UTC); `made` the end of the period of the capture that settled it, None while
    nothing has.
    """

    channel: ChannelRecord
    half: HalfYear
    planned: datetime
    standing: Standing
    made: datetime | None

    @property
    def day(self) -> date:
        """The Swedish day that it is to be made on."""
        return self.planned.astimezone(SWEDEN).date()

    @property
    def last(self) -> date:
        """The last Swedish day that it can be made on in time."""
        return self.half.last

    @property
    def open(self) -> bool:
        """Whether it remains to be made."""
        return self.made is None


def due(register: Known, captures: Iterable[Capture], at: datetime, window: Window = DEFAULT) -> tuple[Owed, ...]:
    """Return what every channel in use owes at a moment: of the half-year it lies in, and of those before.

    Args:
        register: As it is known.
        captures: All captures, of any channel and in any order; those after `at` are not looked at.
        at: The moment that is asked of.
        window: When captures are planned.

    Returns:
        By channel, each channel's half-years in order.
    """
    made: dict[str, list[datetime]] = {}
    for capture in captures:
        if capture.verdict != Verdict.INCOMPLETE and capture.period_end <= at:
            made.setdefault(capture.channel, []).append(capture.period_end)
    found: list[Owed] = []
    for entry, segments in sorted(register.timelines(ChannelRecord).items()):
        first = min(said.recorded_at for said in register.rows[ChannelRecord][entry])
        used = tuple(segment for segment in segments if segment.said.status in IN_USE)
        if any(segment.covers(at) for segment in used):
            found += _of_one(used, sorted(made.get(entry, ())), Asked(first=first, at=at, window=window))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The moments of a question: since when the channel was known, and which moment is asked of."""

    first: datetime
    at: datetime
    window: Window


def _of_one(used: tuple[Segment[ChannelRecord], ...], made: list[datetime], asked: Asked) -> Iterator[Owed]:
    half = HalfYear.of(max(asked.first, used[0].start))
    while half.start <= asked.at:
        moment = min(asked.at, half.end - timedelta(microseconds=1))
        holding = next((segment for segment in used if segment.covers(moment)), None)
        if holding is not None:
            known = max(asked.first, _began(used, moment))
            yield _owed(holding.said, half, max(planned(holding.said.entry, half, asked.window), known), made, asked.at)
        half = half.next


def _began(used: tuple[Segment[ChannelRecord], ...], moment: datetime) -> datetime:
    """Return since when the channel was in use, without a break, up to `moment`."""
    began = moment
    for segment in reversed(used):
        if segment.start <= began and (segment.end is None or segment.end >= began):
            began = segment.start
    return began


def _owed(channel: ChannelRecord, half: HalfYear, when: datetime, made: list[datetime], at: datetime) -> Owed:
    settled = next((end for end in made if end >= half.start), None)
    if settled is not None:
        standing = Standing.MADE if settled < half.end else Standing.MADE_LATE
    elif at >= half.end:
        standing = Standing.OVERDUE
    else:
        standing = Standing.DUE if when.astimezone(SWEDEN).date() <= at.astimezone(SWEDEN).date() else Standing.PLANNED
    return Owed(channel=channel, half=half, planned=when, standing=standing, made=settled)
