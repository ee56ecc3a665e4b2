"""Who looks after a walk: nobody, or a person at the screen who can pause, take over and end it.

A challenge (a login, a captcha, a checkpoint, "too many requests") is only ever answered by a person. While they do,
nothing is recorded.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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


class Attendant(Protocol):
    """Whoever looks after a walk."""

    async def may_go_on(self, page: Page) -> bool:
        """Return when the walk may take its next step: at once, or when a pause is over. False: it is to end here."""

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        """Return True when somebody has dealt with `challenge` and the walk may look again, False when nobody can."""


class Nobody:
    """No attendant: only a server's own `Retry-After` is waited for, everything else ends the walk."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """`sleep` waits for a number of seconds."""
        self._sleep = sleep

    async def may_go_on(self, page: Page) -> bool:  # noqa: ARG002 - see Attendant
        """Return True."""
        return True

    async def answer(self, page: Page, challenge: Challenge) -> bool:  # noqa: ARG002 - see Attendant
        """Wait as long as the server asks for, if that is reasonable."""
        if challenge.retry_after is None or challenge.retry_after > LONGEST_WAIT:
            return False
        await self._sleep(challenge.retry_after)
        return True
