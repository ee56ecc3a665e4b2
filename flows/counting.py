"""The figures of half-years, counted from captures that are at hand, into the register."""

from collections.abc import Sequence
from datetime import datetime

from capture.records import figures
from capture.records.figures import Figures
from capture.records.reading import Record
from register.calendar.halves import HalfYear
from register.changes import counted
from register.store.changes import HalfYearFigures
from register.store.opening import Store

BY = "kanalarkiv"
_LISTED = 500  # unanswered questions kept by their address
_ADDRESS = 2_000  # characters of one


def halves(later: Record) -> tuple[HalfYear, HalfYear]:
    """Return the half-years that a capture changes the figures of: the one before that of its end, and that one."""
    now = HalfYear.of(later.started)
    return (HalfYear(now.year - 1, 2) if now.number == 1 else HalfYear(now.year, 1)), now


def count(store: Store, channel: str, captures: Sequence[tuple[str, Record]], *, at: datetime) -> int:
    """Enter the figures of a channel's last half-years; return how many said something new.

    Args:
        store: The register.
        channel: The channel's entry.
        captures: Those that are at hand, at least one, by the name of their run.
        at: The moment that they are entered.
    """
    latest = max((record for _, record in captures), key=lambda record: record.started)
    rows = [
        _row(channel, figures.figures_of(captures, half, at=latest.started), at)
        for half in halves(latest)
        if any(record.started > half.start for _, record in captures)
    ]
    return counted.enter(store, rows)


def _row(channel: str, found: Figures, at: datetime) -> HalfYearFigures:
    unanswered = found.unanswered
    asked = [one.asked.published for one in unanswered if one.asked.published is not None]
    return HalfYearFigures(
        entry=counted.entry_of(channel, found.half.name),
        valid_from=at,
        recorded_at=at,
        recorded_by=BY,
        channel=channel,
        half=found.half.name,
        until=found.until,
        posts=found.posts,
        own_posts=found.own_posts,
        comments=found.comments,
        own_answers=found.own_answers,
        questions=len(found.questions),
        answered=len(found.questions) - len(unanswered),
        timed=len(found.waits),
        undated=found.undated,
        at_least=bool(found.unseen),
        rests_on=[
            {
                "run": run,
                "verdict": record.account.verdict.value,
                "from": _iso(record.since),
                "to": _iso(record.started),
            }
            for run, record in zip(found.runs, found.captures, strict=True)
        ],
        gaps=[text._asdict() for text in found.unseen],
        unanswered_list=[
            {"link": (one.asked.permalink or one.asked.key)[:_ADDRESS], "asked": _iso(one.asked.published)}
            for one in unanswered[:_LISTED]
        ],
        median_seconds=found.median,
        longest_seconds=found.waits[-1] if found.waits else None,
        oldest_unanswered=min(asked, default=None),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
