"""A browser and a page to film in real time, for the tests that do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser, Page

from capture.attendance import Stretch
from capture.items import Cause
from capture.recording import Recording
from capture.recording.journal import Contents, read
from tests.recording.small_channel import step

SIZE = (640, 400)
HALF = SIZE[1] / 2
STEP = 90
T = TypeVar("T")
ROWS = """<!doctype html><meta charset=utf-8><style>body{margin:0;font:20px sans-serif}
p{margin:0;height:40px}</style><script>
const rows = (into, count) => { for (let i = 0; i < count; i++) {
  const row = document.createElement('p'); row.textContent = `Rad ${i} åäö`;
  row.style.background = `hsl(${i * 37} 60% 80%)`; into.append(row); } };
</script><body><script>rows(document.body, 200)</script>"""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Filmed:
    """A recording of `page`, ready to film."""

    page: Page
    recording: Recording
    folder: Path

    @property
    def contents(self) -> Contents:
        return read(self.folder)

    async def of(self, acted: Awaitable[object]) -> Stretch:
        return await self.recording.film(self.page, acted)

    async def until(self, so: Callable[[Contents], bool]) -> None:
        async with asyncio.timeout(30):
            while not so(self.contents):
                await asyncio.sleep(0.02)

    async def another(self, so: Callable[[], Awaitable[object]]) -> None:
        """Do something, and wait until the film has a picture of later."""
        before = len(self.contents.frames)
        await so()
        await self.until(lambda contents: len(contents.frames) > before)


@dataclass
class Studio:
    """A browser for all tests here, with the loop that it lives in."""

    runner: asyncio.Runner
    browser: Browser

    def run(self, made: Coroutine[object, object, T]) -> T:
        return self.runner.run(made)

    @asynccontextmanager
    async def page(self, html: str) -> AsyncIterator[Page]:
        page = await self.browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        await page.set_content(html)
        yield page
        await page.context.close()

    @asynccontextmanager
    async def filming(self, folder: Path, html: str = ROWS) -> AsyncIterator[Filmed]:
        async with self.page(html) as page, Recording(folder, clock=now) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))
            yield Filmed(page, recording, folder)

    def film(self, folder: Path, act: Callable[[Filmed], Awaitable[object]], html: str = ROWS) -> Stretch:
        """Film what `act` does."""

        async def made() -> Stretch:
            async with self.filming(folder, html) as filmed:

                async def acted() -> None:
                    await act(filmed)

                return await filmed.of(acted())

        return self.run(made())


def scroll(by: int) -> str:
    return f"() => scrollBy({{ top: {by}, behavior: 'instant' }})"


async def drawn(page: Page) -> None:
    await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
