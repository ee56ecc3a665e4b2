"""Debates: that a channel is documented more often for a while, for which case, by whose word."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.table import Table
from register.store.wording import RefusedError, Written


class Debate(Written, Table, kw_only=True):
    """That a channel is documented every so many `minutes`, from when the statement says, until it ends.

    `case` is the diary number of the case that the question is handled in; each package bears it. `person` answers for
    the captures: they must hold a mandate. The statement's `valid_to` is a stated end; `ended`: it was stopped.
    """

    __tablename__ = "debates"

    channel: Mapped[str] = mapped_column(index=True)
    minutes: Mapped[int]
    case: Mapped[str]
    person: Mapped[str]

    def __post_init__(self) -> None:
        """Refuse captures that come closer than one can be made.

        Raises:
            RefusedError: they are less than fifteen minutes apart, or more than a week.
        """
        super().__post_init__()
        if not SHORTEST <= self.minutes <= LONGEST:
            raise RefusedError(
                "minutes",
                Text(f"{self.minutes} minuter", f"{self.minutes} minutes"),
                Text("Ange mellan 15m och 7d.", "Give between 15m and 7d."),
            )


SHORTEST, LONGEST = 15, 7 * 24 * 60
"""Minutes between two captures of a debate. A shorter interval would be a load on the platform, and catch no more."""


class LookRow(Table, kw_only=True):
    """A light look at a channel: how many comments came in the last `hours`, and what the history makes normal.

    See `register.debates.rate`. `undated` comments bear no time that can be read, and are counted nowhere else.
    """

    __tablename__ = "debate_looks"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    hours: Mapped[float]
    comments: Mapped[int]
    undated: Mapped[int]
    expected: Mapped[float]
    stretches: Mapped[int]
    unusual: Mapped[bool]
    chance: Mapped[float | None] = mapped_column(default=None)
