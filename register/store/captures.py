"""What happened to a channel, day by day: captures, and the daily watch (*uppsikt*). Events are never changed."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class CaptureRow(Table, kw_only=True):
    """A capture that ended. `channel` is the channel's entry in the register, `object_id` the package that was made.

    `person` is who started it or answers for it, `mandate`, `opening` and `permission` the versions of the statements
    that it rested on (see `register.permission`), `guideline` the edition that held. `verdict` is
    `register.model.Verdict`; `latest_post` is when the newest post it saw was published.
    """

    __tablename__ = "captures"

    run: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    mode: Mapped[str]
    person: Mapped[str]
    started: Mapped[datetime]
    ended: Mapped[datetime]
    period_end: Mapped[datetime]
    verdict: Mapped[str]
    posts: Mapped[int]
    comments: Mapped[int]
    period_start: Mapped[datetime | None] = mapped_column(default=None)
    latest_post: Mapped[datetime | None] = mapped_column(default=None)
    object_id: Mapped[str | None] = mapped_column(default=None, index=True)
    mandate: Mapped[int | None] = mapped_column(default=None)
    opening: Mapped[int | None] = mapped_column(default=None)
    permission: Mapped[int | None] = mapped_column(default=None)
    guideline: Mapped[str | None] = mapped_column(default=None)


class WatchRow(Table, kw_only=True):
    """That a person looked after a channel on a `day`; `at` is when they said so. One a channel and day is enough."""

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("channel", "day"),)

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str]
    day: Mapped[date]
    person: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(default=None)
