"""One walk of the channel for all tests here that only look at what it left, and one browser for pages of their own."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from capture.programs import chromium
from tests.media.media_channel import Walked, furnish, make_films, take
from tests.media.media_site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory, films: dict[str, bytes]) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("media")
    with serving() as running:
        held = furnish(running, films)
        seen = asyncio.run(take(running, folder))
        yield Walked(seen, folder / "media", running, held)


@pytest.fixture(scope="session")
def browsing() -> Iterator[tuple[asyncio.Runner, Browser]]:
    """A browser, and the event loop that it lives in."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield runner, browser
        runner.run(browser.close())
        runner.run(playwright.stop())
