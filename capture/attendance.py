"""Who looks after a walk: nobody, or a person at the screen who can pause, take over and end it.

A challenge (a login, a captcha, a checkpoint, "too many requests") is only ever answered by a person. While they do,
nothing is recorded. What they do when they take over can be filmed in real time, if they ask for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from playwright.async_api import Page

from register.language import Text

LONGEST_WAIT = 900.0  # seconds; a server that asks for more than this is left in peace


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What stands in the way: `sign` is what it was known by, `url` where.

    `retry_after` is how many seconds the server asked for (HTTP `Retry-After`), None where it named no time.
    """

    sign: Text
    url: str
    retry_after: float | None


class Occasion(StrEnum):
    """Why something was filmed in real time instead of step by step."""

    DRIVEN = "driven"  # a person drove
    LIVE = "live"  # a post holds live video


class CutShort(StrEnum):
    """Why filming ended before it was to end."""

    LOGIN = "login"  # what a person types at a login is not recorded
    LONGEST = "longest"  # a ceiling of ours

    @property
    def label(self) -> Text:
        """The reason as a person reads it."""
        return _CUT_SHORT_LABELS[self]


_CUT_SHORT_LABELS = {
    CutShort.LOGIN: Text("sidan bad om inloggning, och den filmas inte", "the page asked for a login, never filmed"),
    CutShort.LONGEST: Text("det längsta som filmas i ett stycke", "the longest that is filmed in one piece"),
}


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Something that was filmed in real time, without sound, from `began` to `ended` (UTC), and how well that went.

    `ended` is None where it was broken off, by whatever ended the program; nothing but `occasion`, `post_key`, `first`
    and `began` is known then. `post_key` is the post that holds the live video, None where a person drove. `first` is
    the number of its first frame, if it has any. `states` counts the pictures that differ from the one before.

    `moved` is the farthest that anything scrolled between two of those pictures, and `allowed` how far it may for
    certain not to have passed unseen: half the window, or what an inner scroller shows, where that is less (CSS
    pixels). `view_height` is the window's height. `skipped` counts places that were drawn and are on no picture.
    `watched` says whether the page could be watched for all this; where it could not, nothing of it is known.
    """

    occasion: Occasion
    post_key: str | None
    first: int
    began: datetime
    ended: datetime | None = None
    states: int = 0
    moved: float = 0.0
    allowed: float = 0.0
    view_height: int = 0
    skipped: int = 0
    watched: bool = True
    cut_short: CutShort | None = None

    @property
    def seconds(self) -> float:
        """How long it was; 0 where that is not known."""
        return 0.0 if self.ended is None else (self.ended - self.began).total_seconds()

    @property
    def states_per_second(self) -> float:
        """How many different pictures there are of each second."""
        return self.states / self.seconds if self.seconds > 0 else 0.0

    @property
    def unseen(self) -> bool:
        """Whether content may have passed unseen between two pictures."""
        return not self.watched or self.moved > self.allowed


class Camera(Protocol):
    """Whatever can film a page in real time."""

    async def film(self, page: Page, over: Awaitable[object]) -> Stretch:
        """Film what a person does in `page` until `over` is done; return earlier where it is cut short."""


class Attendant(Protocol):
    """Whoever looks after a walk."""

    def equip(self, camera: Camera) -> None:
        """Take `camera`, to film with where a person drives."""

    async def may_go_on(self, page: Page) -> bool:
        """Return when the walk may take its next step: at once, or when a pause is over. False: it is to end here."""

    def was_away(self) -> bool:
        """Return whether somebody else has had the page since this was last asked: the walk says where it goes on."""

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        """Return True when somebody has dealt with `challenge` and the walk may look again, False when nobody can."""


class Nobody:
    """No attendant: only a server's own `Retry-After` is waited for, everything else ends the walk."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """`sleep` waits for a number of seconds."""
        self._sleep = sleep

    def equip(self, camera: Camera) -> None:
        """Leave it: nobody drives."""

    async def may_go_on(self, page: Page) -> bool:  # noqa: ARG002 - see Attendant
        """Return True."""
        return True

    def was_away(self) -> bool:
        """Return False: nobody takes over."""
        return False

    async def answer(self, page: Page, challenge: Challenge) -> bool:  # noqa: ARG002 - see Attendant
        """Wait as long as the server asks for, if that is reasonable."""
        if challenge.retry_after is None or challenge.retry_after > LONGEST_WAIT:
            return False
        await self._sleep(challenge.retry_after)
        return True
