"""Gallringsstopp: what must not be disposed of, whatever else has been decided.

A request for a public record (*begäran om allmän handling*) sets one; so does a trial, an audit, a supervision. It is
asked by everything that disposes, at the moment it disposes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from register import address
from register.model import Period
from register.store.history import Versioned, in_force
from register.store.table import Table


class Hold(Versioned, Table, kw_only=True):
    """A gallringsstopp; `ended` lifts it.

    `channel` is the address of the channel that it concerns, None for all. `item` is the permalink of one post or
    comment of it. From `covers_from` to `covers_to` is the time whose records it concerns (None: without limit).
    `ground` says what it rests on. `diary_number` is that of the request for a public record that set it, if one did.
    """

    __tablename__ = "holds"

    ground: Mapped[str]
    channel: Mapped[str | None] = mapped_column(default=None)
    item: Mapped[str | None] = mapped_column(default=None)
    covers_from: Mapped[datetime | None] = mapped_column(default=None)
    covers_to: Mapped[datetime | None] = mapped_column(default=None)
    diary_number: Mapped[str | None] = mapped_column(default=None)


def holds_on(session: Session, *, channel: str, period: Period, at: datetime) -> Sequence[Hold]:
    """Return the holds in force at `at` that concern records of a channel from a period.

    A hold on one item stops all that may hold it: every capture of its channel, whenever it was made. Addresses are
    compared as a browser reads them, and a hold on a part of a channel stops the whole.
    """
    concerns = or_(
        Hold.item.is_not(None),
        or_(Hold.covers_from.is_(None), Hold.covers_from <= period.end)
        & (True if period.start is None else or_(Hold.covers_to.is_(None), Hold.covers_to >= period.start)),
    )
    return [hold for hold in in_force(session, Hold, concerns, at=at) if _is_of(hold.channel, channel)]


def _is_of(held: str | None, channel: str) -> bool:
    if held is None or held == channel:
        return True
    try:
        return address.covers(held, channel) or address.covers(channel, held)
    except ValueError:
        return True  # what cannot be read may be this channel: it is rather kept than lost
