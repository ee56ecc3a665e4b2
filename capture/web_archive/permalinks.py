"""Opens each post's own page once, so that its address leads somewhere in the archive too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from capture.walk.page import open_beside


@dataclass(frozen=True, kw_only=True)
class Permalinks:
    """How it is gone about.

    `rest` seconds pass between two pages, so that the platform is not hurried; `seconds` is the longest a page may take
    to load, and `quiet` the longest that it is waited for to ask for nothing more. `sleep` waits.
    """

    rest: float = 0.0
    seconds: float = 30.0
    quiet: float = 5.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def open_in(self, context: BrowserContext, addresses: Sequence[str]) -> None:
        """Open each address in a page of its own; what does not come is missed as any other request.

        Raises:
            PlaywrightError: the browser is gone.
        """
        if not addresses:
            return
        page = await open_beside(context)
        try:
            for number, address in enumerate(addresses):
                if number and self.rest > 0:
                    await self.sleep(self.rest)
                with suppress(PlaywrightError):  # no answer: the recorder was told, and `check` will say it
                    await page.goto(address, wait_until="load", timeout=self.seconds * 1000)
                    await page.wait_for_load_state("networkidle", timeout=self.quiet * 1000)
        finally:
            await page.close()
