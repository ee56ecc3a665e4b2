"""Rows that are never changed: what was in force on a day, and what was said of it then.

A row of a versioned table is a statement: *from this time to that, this entry is so*, made at a moment by somebody. It
is never changed and never removed; the database itself refuses it. What is to be said instead is said by a new row, and
of two statements about the same time the later made is the one that holds. So there are two questions with two times:

    who was authorised on 14 March?                           in_force(..., at=14 March)
    what did the register say, on 14 March, of that day?      in_force(..., at=14 March, known_at=14 March)

A table is versioned by deriving from `Versioned`, and by `migrations.steps.never_changed` in its migration.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Self, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Mapped, MappedAsDataclass, Session, mapped_column


class Versioned(MappedAsDataclass, kw_only=True):
    """The columns of a versioned table.

    `entry` names the thing that the row speaks of, the same in all its rows. The statement covers `valid_from` up to,
    and not including, `valid_to` (None: until something else is said). `ended` says that during this time the entry is
    not: a mandate withdrawn, a hold lifted. `recorded_at` is when it was said, by `recorded_by`; `reason` is why.
    All times are UTC.
    """

    version: Mapped[int] = mapped_column(primary_key=True, init=False)
    entry: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    valid_to: Mapped[datetime | None] = mapped_column(default=None)
    ended: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a time that covers nothing, and a statement that nobody made.

        Raises:
            ValueError: it ends before it begins, or `entry` or `recorded_by` is empty.
        """
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"{self.entry}: valid to {self.valid_to}, from {self.valid_from}")
        if not self.entry.strip() or not self.recorded_by.strip():
            raise ValueError("a statement names what it speaks of and who makes it")

    @classmethod
    def among(cls) -> Select[tuple[Self]]:
        """Return the query for all statements of this table, in the order they were made."""
        return select(cls).order_by(cls.version)


V = TypeVar("V", bound=Versioned)


def in_force(
    session: Session, table: type[V], *where: ColumnElement[bool], at: datetime, known_at: datetime | None = None
) -> Sequence[V]:
    """Return what holds at a moment: of each entry the statement last made that covers it, unless that ends it.

    Args:
        session: Of `Store.reading` or `Store.writing`.
        table: The versioned table.
        where: What else the statement that holds must say, as `Mandate.channel == url`.
        at: The moment that is asked of.
        known_at: As the register said it then; else as it says it now.
    """
    covering = select(func.max(table.version)).where(
        table.valid_from <= at, or_(table.valid_to.is_(None), table.valid_to > at)
    )
    if known_at is not None:
        covering = covering.where(table.recorded_at <= known_at)
    holding = table.version.in_(covering.group_by(table.entry))
    return session.scalars(table.among().where(holding, table.ended.is_(False), *where)).all()


def said_of(
    session: Session, table: type[V], entry: str, *, at: datetime, known_at: datetime | None = None
) -> V | None:
    """Return what holds of one entry at a moment, None if nothing does; see `in_force`."""
    found = in_force(session, table, table.entry == entry, at=at, known_at=known_at)
    return found[0] if found else None


def statements(session: Session, table: type[V], entry: str) -> Sequence[V]:
    """Return all that was ever said of one entry, in the order it was said."""
    return session.scalars(table.among().where(table.entry == entry)).all()
