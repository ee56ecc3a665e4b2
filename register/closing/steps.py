"""What can happen on the way to that an account is closed, and what it leaves as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from register.model import Verdict
from register.store.closures import ClosureRow

DESKTOP_FROM, MOBILE_TO = 1024, 480
"""The least width of a desktop's view and the greatest of a mobile's, in CSS pixels."""


class Step(StrEnum):
    """Something that happened to a closure."""

    BEGUN = "påbörjad"
    TOLD = "meddelad"
    ACKNOWLEDGED = "kvitterad"
    PRESERVED = "bevarad"
    MAY_CLOSE = "får avslutas"  # and those whom it concerns were told so
    CLOSED = "avslutad"
    WITHDRAWN = "återkallad"


class _Evidence(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Replayed(_Evidence):
    """How the web archive was replayed with the channel out of reach, by our own walk.

    `keys` posts and comments were wanted and `missing` of them not found; `leaving` requests would have left the
    machine; `least_alike` is how like the least alike picture is to what was seen, 1 the same; `passed` is the verdict.
    """

    keys: int
    missing: int
    leaving: int
    least_alike: float
    passed: bool


class Preserved(_Evidence):
    """What a capture kept of the channel: the evidence of `Step.PRESERVED`.

    `whole`: the whole history. `widths` are those, in CSS pixels, that the layout was pictured at. `about`: the page
    about the channel was kept; None, the platform has none. `originals_lost` is how many pictures and films are kept in
    no original.
    """

    run: str
    object_id: str
    verdict: Verdict
    whole: bool
    widths: tuple[int, ...]
    about: bool | None
    originals_lost: int
    web_archive: Replayed | None


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A closure under way or done: its steps, oldest first, from that it was begun."""

    channel: str
    steps: tuple[ClosureRow, ...]

    @property
    def preserved(self) -> Preserved | None:
        """What the latest capture for it kept, None before there is one."""
        rows = self.having(Step.PRESERVED)
        return Preserved.model_validate(rows[-1].evidence) if rows else None

    def having(self, step: Step, role: str | None = None) -> tuple[ClosureRow, ...]:
        """Return its rows of one kind; with `role`, those that concern whoever holds it."""
        return tuple(row for row in self.steps if row.step == step and role in (None, row.role))


def closure_of(session: Session, channel: str) -> Closure | None:
    """Return the closure of a channel, None if none was begun, or the last one was withdrawn."""
    rows = session.scalars(select(ClosureRow).where(ClosureRow.channel == channel).order_by(ClosureRow.number)).all()
    return _latest(channel, rows)


def closures(session: Session) -> tuple[Closure, ...]:
    """Return every channel's closure, those done too; the channels in the order of their entries."""
    by_channel: dict[str, list[ClosureRow]] = {}
    for row in session.scalars(select(ClosureRow).order_by(ClosureRow.number)):
        by_channel.setdefault(row.channel, []).append(row)
    found = (_latest(channel, rows) for channel, rows in sorted(by_channel.items()))
    return tuple(each for each in found if each is not None)


def _latest(channel: str, rows: Sequence[ClosureRow]) -> Closure | None:
    if not rows or rows[-1].step == Step.WITHDRAWN:
        return None
    begun = max(at for at, row in enumerate(rows) if row.step == Step.BEGUN)
    return Closure(channel=channel, steps=tuple(rows[begun:]))
