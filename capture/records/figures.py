"""The figures of a channel's half-year, counted from the records of the captures at hand.

Each number rests on captures that are named. What they did not see is said in words, and makes the numbers *at least*.
Items are counted once, however many captures saw them, in the half-year in which they were published; those that
vanished later count too.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from capture.items import ItemKind
from capture.records.questions import Question, own_names, questions
from capture.records.reading import Record, Seen
from register.calendar.halves import HalfYear
from register.language import Text, swedish_time
from register.model import Period, Verdict


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures; `runs` names the captures they rest on, in the order of time.

    `until` (UTC) is where the half-year ended, or the moment of counting in one that goes on. `undated` is how many
    items bear no time and are in no half-year. `unseen` is what the captures did not see, in words.
    """

    half: HalfYear
    until: datetime
    runs: tuple[str, ...]
    captures: tuple[Record, ...]
    own: frozenset[str]
    posts: int
    own_posts: int
    comments: int
    own_answers: int
    questions: tuple[Question, ...]
    undated: int
    unseen: tuple[Text, ...]

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions without an answer, the oldest first."""
        return tuple(one for one in self.questions if one.answer is None)

    @property
    def waits(self) -> tuple[int, ...]:
        """The seconds that each answered question waited, as far as they are known, shortest first."""
        return tuple(sorted(one.seconds for one in self.questions if one.seconds is not None))

    @property
    def median(self) -> int | None:
        """The seconds within which half of them were answered."""
        return round(statistics.median(self.waits)) if self.waits else None


def figures_of(captures: Sequence[tuple[str, Record]], half: HalfYear, *, at: datetime) -> Figures:
    """Count the figures of a half-year.

    Args:
        captures: Of one channel, by the name of their run; those that say nothing of the half-year may be there too.
        half: The half-year.
        at: The moment of counting, UTC.

    Raises:
        ValueError: there is no capture.
    """
    if not captures:
        raise ValueError("no capture to count")
    in_order = sorted(captures, key=lambda one: one[1].started)
    until = min(half.end, at)
    items: dict[str, Seen] = {}
    for _, record in in_order:
        items |= record.items
    own = frozenset().union(*(own_names(record.items.values(), record.name) for _, record in in_order))
    inside = [item for item in items.values() if _within(item, half)]
    asked = [one for one in questions(items, own) if _within(one.asked, half)]
    undated = sum(item.published is None for item in items.values())
    resting = [(run, record) for run, record in in_order if _says_something(record, half)]
    return Figures(
        half=half,
        until=until,
        runs=tuple(run for run, _ in resting),
        captures=tuple(record for _, record in resting),
        own=own,
        posts=sum(item.kind is ItemKind.POST for item in inside),
        own_posts=sum(item.kind is ItemKind.POST and item.author in own for item in inside),
        comments=sum(item.kind is not ItemKind.POST for item in inside),
        own_answers=sum(item.kind is not ItemKind.POST and item.author in own for item in inside),
        questions=tuple(sorted(asked, key=lambda one: one.asked.published or half.start)),
        undated=undated,
        unseen=tuple(_unseen([record for _, record in resting], half, until, undated)),
    )


def gaps(records: Sequence[Record], start: datetime, end: datetime) -> Iterator[Period]:
    """Yield the stretches between two moments that no capture's period covers, in order."""
    reached = start
    for record in sorted(records, key=lambda one: one.since or start):
        begins = record.since or start
        if begins > reached:
            yield Period(start=reached, end=min(begins, end))
        reached = max(reached, record.started)
        if reached >= end:
            return
    if reached < end:
        yield Period(start=reached, end=end)


def _within(item: Seen, half: HalfYear) -> bool:
    return item.published is not None and half.covers(item.published)


def _says_something(record: Record, half: HalfYear) -> bool:
    return record.started > half.start and (record.since is None or record.since < half.end)


def _unseen(records: Sequence[Record], half: HalfYear, until: datetime, undated: int) -> Iterator[Text]:
    for gap in gaps(records, half.start, until):
        begins, ends = swedish_time(gap.start or half.start), swedish_time(gap.end)
        yield Text(
            f"ingen insamling omfattar {begins} – {ends} (svensk tid)",
            f"no capture covers {begins} – {ends} (Swedish time)",
        )
    incomplete = sum(record.account.verdict is Verdict.INCOMPLETE for record in records)
    if incomplete:
        yield Text(
            f"{incomplete} av {len(records)} insamlingar är ofullständiga",
            f"{incomplete} of {len(records)} captures are incomplete",
        )
    if undated:
        yield Text(
            f"{undated} inlägg och kommentarer saknar maskinläsbar tid och räknas inte till något halvår",
            f"{undated} posts and comments bear no machine-readable time and are counted in no half-year",
        )
    whole = [record for record in records if record.since is None and record.started >= until]
    if not any(record.account.verdict is not Verdict.INCOMPLETE for record in whole):
        yield Text(
            "kommentarer som skrevs efter att deras inlägg samlades in, eller till inlägg från före insamlingarnas "
            "perioder, är inte med: det är de bara i en insamling av hela historiken",
            "comments written after their post was captured, or on posts from before the captures' periods, are not "
            "in it: only a capture of the whole history has them",
        )
