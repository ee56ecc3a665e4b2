"""Since when a channel is in use, and since when the register can answer for it."""

from datetime import UTC, date, datetime, time

from register.due import IN_USE
from register.known import Known
from register.language import SWEDEN
from register.store.channels import ChannelRecord


def midnight_of(day: date) -> datetime:
    """Return when a day begins in Sweden, UTC."""
    return datetime.combine(day, time(), SWEDEN).astimezone(UTC)


def in_use_since(register: Known, entry: str, at: datetime) -> datetime | None:
    """Return since when a channel has been in use without a break, None if it is not in use at `at`."""
    began: datetime | None = None
    for segment in sorted(register.timelines(ChannelRecord).get(entry, ()), key=lambda each: each.start, reverse=True):
        if segment.said.status not in IN_USE:
            if began is not None or segment.covers(at):
                break
        elif segment.covers(at) or (began is not None and segment.end == began):
            began = segment.start
    return began


def entered(register: Known, entry: str) -> datetime:
    """Return when the register was first told of a channel: of what nobody could have told it before, it is silent."""
    return min(said.recorded_at for said in register.rows[ChannelRecord][entry])


def answerable_since(register: Known, entry: str, at: datetime) -> datetime | None:
    """Return since when a channel has been in use and in the register; None if it was not, at `at`."""
    began = in_use_since(register, entry, at)
    if began is None:
        return None
    since = max(began, entered(register, entry))
    return since if since <= at else None
