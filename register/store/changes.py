"""What two captures of a channel, held against each other, showed: removals that nobody accounts for, and figures.

The register keeps no text and no name of what was taken away: its rows are never removed, and what visitors wrote is
kept in the captures' own packages, where it can be disposed of by decision. An item is kept by where it was (its key
and permalink), what it was, when it was last seen, and the SHA-256 of its text, by which a case or a package can be
shown to hold the same one.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.history import Versioned
from register.store.table import Table
from register.store.wording import demanded, one_of, readable


class Disappearance(StrEnum):
    """What became of an item: it is no more, or the platform shows in its place that it was removed or hidden."""

    VANISHED = "försvunnen"
    HIDDEN = "dold"


class ComparisonRow(Table, kw_only=True):
    """That a capture was held against those before it. Events are never changed.

    `later` is its run, `earlier` the runs it was held against, with spaces between, or empty where none was at hand.
    `missing` says in words what could not be compared, None if nothing. The numbers are of items: `expected` are those
    of the earlier captures that the later one would have had to see, `accounted` those gone that a case accounts for,
    `undecided` those of which nothing can be said, `outside` those that were not the later one's to see.
    """

    __tablename__ = "comparisons"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str] = mapped_column(index=True)
    later: Mapped[str] = mapped_column(index=True)
    earlier: Mapped[str]
    at: Mapped[datetime]
    expected: Mapped[int]
    new: Mapped[int]
    edited: Mapped[int]
    vanished: Mapped[int]
    hidden: Mapped[int]
    accounted: Mapped[int]
    undecided: Mapped[int]
    outside: Mapped[int]
    missing: Mapped[str | None] = mapped_column(default=None)


class UnexplainedRemoval(Versioned, Table, kw_only=True):
    """An *oförklarat borttagande*: an item that a capture had, a later one did not, and no case accounts for.

    `entry` is its number. `what` is `Disappearance`; `kind` post, comment or reply; `own` whether the channel itself
    had written it. `along` is how many answers went with it. `earlier` is the run that last saw it (its walk ended at
    `seen`), `later` the one that found it gone (its walk began at `missed`). It is `ended` when it has been explained:
    by `case`, the entry of a removal case, or by the words in `reason`. `key` and `permalink` are the channel's own
    words; one too long to be kept is kept as its SHA-256.
    """

    __tablename__ = "unexplained_removals"

    channel: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    own: Mapped[bool]
    along: Mapped[int]
    text_sha256: Mapped[str]
    earlier: Mapped[str]
    later: Mapped[str]
    seen: Mapped[datetime]
    missed: Mapped[datetime]
    permalink: Mapped[str | None] = mapped_column(default=None)
    published: Mapped[datetime | None] = mapped_column(default=None)
    case: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse an unknown word, and that it be explained by nothing.

        Raises:
            RefusedError: it is so.
        """
        super().__post_init__()
        one_of("what", self.what, Disappearance)
        if self.ended:
            demanded(
                "reason",
                self.reason,
                Text("det förklaras av ett ärende eller i ord", "it is explained by a case or in words"),
            )
        if self.reason is not None:
            readable("reason", self.reason)


class HalfYearFigures(Versioned, Table, kw_only=True):
    """What the captures at hand say of a channel's half-year (`half`, as 2026-2), when they were last read.

    `rests_on` is the captures, each with its run, verdict and period; `gaps` what they did not see of the half-year, up
    to `until`, in both languages. `unanswered_list` is the permalinks of unanswered questions and when they were asked,
    the oldest first, not all if they are many; never a text. Seconds are of the questions that were answered and of
    which both times are known.
    `at_least` says that something was not seen, so that the numbers are what there is at least.
    """

    __tablename__ = "half_year_figures"

    channel: Mapped[str] = mapped_column(index=True)
    half: Mapped[str]
    until: Mapped[datetime]
    posts: Mapped[int]
    own_posts: Mapped[int]
    comments: Mapped[int]
    own_answers: Mapped[int]
    questions: Mapped[int]
    answered: Mapped[int]
    timed: Mapped[int]
    undated: Mapped[int]
    at_least: Mapped[bool]
    rests_on: Mapped[list[dict[str, Any]]]
    gaps: Mapped[list[dict[str, Any]]]
    unanswered_list: Mapped[list[dict[str, Any]]]
    median_seconds: Mapped[int | None] = mapped_column(default=None)
    longest_seconds: Mapped[int | None] = mapped_column(default=None)
    oldest_unanswered: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def unanswered(self) -> int:
        """How many questions nobody had answered."""
        return self.questions - self.answered
