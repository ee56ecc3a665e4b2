"""What was told to whom of an occasion (a half-year, a debate, a closure), and which runs did not come about.

Rows are never changed. `about` names the occasion: a half-year by `register.calendar.halves.HalfYear.name`.
"""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class NoticeRow(Table, kw_only=True):
    """That a person was told something of a channel on a `day`, or (not `sent`) that it was tried in vain.

    `channel` and `person` are entries; where it went is not kept. `kind` is `register.telling.notice.NoticeKind`.
    """

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("channel", "about", "kind", "person", "day", "sent"),)

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str] = mapped_column(index=True)
    about: Mapped[str]
    kind: Mapped[str]
    person: Mapped[str]
    day: Mapped[date]
    sent: Mapped[bool]
    at: Mapped[datetime]


class MissedRow(Table, kw_only=True):
    """That a run of a channel did not come about on a `day`, or came to nothing, and why.

    `cause` is `register.telling.missed.Cause`; `code` the exit code that the command line would have ended with.
    """

    __tablename__ = "missed_runs"
    __table_args__ = (UniqueConstraint("channel", "about", "day", "cause"),)

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str] = mapped_column(index=True)
    about: Mapped[str]
    day: Mapped[date]
    cause: Mapped[str]
    code: Mapped[int]
    said_sv: Mapped[str]
    said_en: Mapped[str]
    at: Mapped[datetime]
