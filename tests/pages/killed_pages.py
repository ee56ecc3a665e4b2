"""A process that pictures the small feed and kills itself, as hard as can be, at a chosen point of the third shot.

python -m tests.pages.killed_pages FOLDER POINT
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from capture.pages import Pages, spool
from capture.programs import chromium
from tests.pages.small_feed import NOW, arrival, feed_page, item

POINTS = ("half-a-picture", "no-description", "half-a-description", "a-description")
ORDER = (2, 1, 3)


def arm(point: str) -> None:
    """Let whatever writes the third post's files kill this process at `point`."""
    real = spool._exchange

    def exchange(path: Path, content: bytes) -> None:
        here = path.stem == "00003"
        description = path.suffix == ".json"
        if here and point == ("half-a-description" if description else "half-a-picture"):
            path.with_suffix(path.suffix + ".part").write_bytes(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        if here and description and point == "no-description":
            os.kill(os.getpid(), signal.SIGKILL)
        real(path, content)
        if here and description:
            os.kill(os.getpid(), signal.SIGKILL)

    spool._exchange = exchange


async def _take(folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="sv-SE")
        await page.set_content(feed_page())
        witness = Pages(folder, clock=lambda: NOW)
        await witness.on_step(page, arrival(page))
        posts = await page.query_selector_all("article.post")
        for number in ORDER:
            await witness.on_post(page, item(number), posts[number - 1])


if __name__ == "__main__":
    arm(sys.argv[2])
    asyncio.run(_take(Path(sys.argv[1])))
