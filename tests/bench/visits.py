"""One visit to the channel by one of those that are measured, in a process of its own.

    python -m tests.bench.visits ours|peer|serial URL SECONDS

The last line printed is a JSON object with the fields of `Visit`.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from playwright.async_api import Page, async_playwright

from capture.programs import chromium
from capture.walk import Bounds, open_page, walk
from tests.bench.memory import Peak, watch

HERE = Path(__file__).parent
PEER = HERE.parents[1] / ".venv/node-tools/node_modules/browsertrix-behaviors/dist/behaviors.js"
PEER_LIMIT_S = 90.0  # its own default


@dataclass(kw_only=True)
class Visit:
    """What came of it.

    `seen` are permalinks that ever were in the document, `seen_at_limit` how many of them the peer's own time limit
    would have let it see; `items` is what the walk itself gave, texts by permalink, None for the others. `end` says how
    it ended. Memory is in bytes.
    """

    seconds: float = 0.0
    seen: list[str] = field(default_factory=list)
    seen_at_limit: int = 0
    items: dict[str, str] | None = None
    end: str = ""
    own_memory: int = 0
    browser_memory: int = 0


async def ours(page: Page, url: str, seconds: float, visit: Visit) -> None:
    """Walk as a capture does, but with nobody watching."""
    with TemporaryDirectory(prefix="kanalarkiv-bench-") as folder:
        done = await walk(
            page,
            url,
            witnesses=(),
            evidence=Path(folder),
            clock=lambda: datetime.now(UTC),
            bounds=Bounds(seconds=seconds),
        )
    visit.items = {urljoin(url, item.key): item.text for item in done.items}
    unequal = [ledger for ledger in done.ledgers if ledger.missing_reason is not None]
    visit.end = f"{done.stop}; {done.steps} steps, {done.clicks} clicks, {len(unequal)} posts with a loss"


async def peer(page: Page, url: str, seconds: float, visit: Visit) -> None:
    """Call browsertrix-behaviors as its own crawler does: before the page's scripts, once loaded, and to the end."""
    options = {"autoplay": True, "autofetch": True, "autoscroll": True, "siteSpecific": True, "startEarly": True}
    await page.expose_function("__bx_log", lambda *_: None)
    await page.expose_function("__bx_addLink", lambda *_: None)
    await page.expose_function("__bx_fetch", lambda *_: False)
    await page.add_init_script(path=PEER)
    await page.add_init_script(
        f"self.__bx_behaviors.init({json.dumps(options | {'log': '__bx_log'})}, false);"
        "self.__bx_behaviors.selectMainBehavior();"
    )
    await page.goto(url, wait_until="load")
    await page.wait_for_load_state("networkidle")
    await page.evaluate("self.__bx_behaviors.awaitPageLoad()")
    visit.end = "done"
    try:
        await asyncio.wait_for(page.evaluate("self.__bx_behaviors.run()"), seconds)
    except TimeoutError:
        visit.end = f"stopped after {seconds:.0f} s"


async def serial(page: Page, url: str, seconds: float, visit: Visit) -> None:
    """Do nothing but what the page itself needs: the next batch as soon as there is one, one request at a time."""
    await page.goto(url, wait_until="load")
    visit.end = await page.evaluate((HERE / "serial.js").read_text(encoding="utf-8"))


VISITORS: dict[str, Callable[[Page, str, float, Visit], Awaitable[None]]] = {
    "ours": ours,
    "peer": peer,
    "serial": serial,
}


def start(visitor: str, url: str, seconds: float) -> Visit:
    """Let one of `VISITORS` visit the channel for at most that long, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, visitor, url, str(seconds)],
        cwd=HERE.parents[1],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return Visit(**json.loads(done.stdout.splitlines()[-1]))


async def _visit(visitor: str, url: str, seconds: float) -> Visit:
    visit, peak = Visit(), Peak()
    seen: dict[str, float] = {}
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        page = await open_page(browser)
        began = time.monotonic()

        def see(links: list[str]) -> None:
            for link in links:
                seen.setdefault(link, time.monotonic() - began)

        await page.expose_function("__benchSeen", see)
        await page.add_init_script(path=HERE / "observer.js")
        watching = asyncio.create_task(watch(peak))
        began = time.monotonic()
        await VISITORS[visitor](page, url, seconds, visit)
        visit.seconds = time.monotonic() - began
        await asyncio.sleep(0.5)  # the observer tells what it saw last
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await browser.close()
    visit.seen = list(seen)
    visit.seen_at_limit = sum(after <= PEER_LIMIT_S for after in seen.values())
    visit.own_memory, visit.browser_memory = peak.own, peak.browser
    return visit


def main() -> None:
    """Make one visit and print it."""
    visitor, url, seconds = sys.argv[1:]
    visit = asyncio.run(_visit(visitor, url, float(seconds)))
    sys.stdout.write(json.dumps(asdict(visit)) + "\n")


if __name__ == "__main__":
    main()
