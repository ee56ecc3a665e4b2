"""What the tests of the replicas share: one browser for all, and a function that walks a replica."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ElementHandle, Page, async_playwright

from capture.attendance import Attendant, Nobody
from capture.items import Item, Step, Walk
from capture.programs import chromium
from capture.walk import Bounds, load_profiles, open_page, walk
from capture.walk.profile import Pace
from tests.replicas.replica import Replica, serve


@dataclass
class Watching:
    """A witness that keeps the steps and the posts that it was shown."""

    steps: list[Step] = field(default_factory=list)
    posts: list[Item] = field(default_factory=list)

    async def on_step(self, page: Page, step: Step) -> None:
        self.steps.append(step)

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        self.posts.append(post)

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """See nothing more than the steps."""


class Clock:
    """A clock that goes one millisecond for each time it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """The folder that the walk puts its pictures of what is missing in."""
    return tmp_path / "evidence"


@pytest.fixture(scope="session")
def browsing() -> Iterator[tuple[asyncio.Runner, Browser]]:
    """One browser for all walks, and the event loop that it lives in; each walk has a context of its own."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield runner, browser
        runner.run(browser.close())
        runner.run(playwright.stop())


@pytest.fixture
def fitting() -> Callable[[str], str]:
    """A function that says which profile an address alone leads to."""

    def name(address: str) -> str:
        known = [one for one in load_profiles() if any(re.search(form, address, re.I) for form in one.url)]
        return known[0].name if known else "semantics"

    return name


@pytest.fixture
def key_of() -> Callable[[str, str], str | None]:
    """A function that says which part of a path and query is an item's key on a platform, None for another link."""

    def found(platform: str, address: str) -> str | None:
        profile = next(one for one in load_profiles() if one.name == platform)
        keys = (re.search(form, address, re.I) for form in profile.keys)
        return next((key[0] for key in keys if key), None)

    return found


@pytest.fixture
def walked_replica(
    evidence: Path, watching: Watching, browsing: tuple[asyncio.Runner, Browser]
) -> Callable[..., tuple[Walk, Replica]]:
    """A function that serves a replica and walks it: `walked_replica("facebook", twist=None, posts=6, seed=4)`.

    `by_semantics=True` walks it as a site that nobody has described. `since`, `attendant` and the bounds by name go to
    the walk. The replica is no longer served when it is returned; what it was asked for is in it.
    """
    runner, browser = browsing

    async def go(
        replica: Replica, *, platform: str | None, attendant: Attendant, since: datetime | None, bounds: Bounds
    ) -> Walk:
        page = await open_page(browser)
        try:
            return await walk(
                page,
                replica.url,
                platform=platform,
                witnesses=[watching],
                evidence=evidence,
                clock=Clock(),
                bounds=bounds,
                since=since,
                attendant=attendant,
                pace=Pace(least=0, most=0),
            )
        finally:
            await page.context.close()

    def served(
        platform: str,
        *,
        twist: str | None = None,
        posts: int = 6,
        seed: int = 4,
        latency: float = 0.0,
        by_semantics: bool = False,
        since: datetime | None = None,
        attendant: Attendant | None = None,
        **bounds: Any,
    ) -> tuple[Walk, Replica]:
        with serve(platform, seed=seed, posts=posts, twist=twist, latency=latency) as replica:
            going = go(
                replica,
                platform=None if by_semantics else platform,
                attendant=attendant or Nobody(),
                since=since,
                bounds=Bounds(**bounds),
            )
            seen = runner.run(going)
        if not by_semantics:
            shown = {key for step in watching.steps for key in step.in_view}
            assert [item.key for item in seen.items if item.key not in shown] == [], "what is read is on a frame"
        return seen, replica

    return served
