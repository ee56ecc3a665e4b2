"""A screen, a headed browser on it, a site to log in to, and a home of one's own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from capture.programs import chromium
from tests.session import surroundings


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    with surroundings.screen() as display:
        yield display


@pytest.fixture
def shown(screen: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The screen, in use."""
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return screen


@pytest.fixture
def site() -> Iterator[surroundings.LoginSite]:
    with surroundings.login_site() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "kanalarkiv"


@pytest.fixture(scope="module")
def playing(screen: str) -> Iterator[tuple[asyncio.Runner, Playwright]]:
    """An event loop and the Playwright that lives in it; its browsers are shown on the screen."""
    with asyncio.Runner() as runner:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DISPLAY", screen)
            playwright = runner.run(async_playwright().start())
        yield runner, playwright
        runner.run(playwright.stop())


@pytest.fixture(scope="module")
def headed(screen: str, playing: tuple[asyncio.Runner, Playwright]) -> Iterator[tuple[asyncio.Runner, Browser]]:
    """A browser that is shown, for those tests that do not end it."""
    runner, playwright = playing
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DISPLAY", screen)
        browser = runner.run(chromium.launch(playwright, headless=False))
    yield runner, browser
    runner.run(browser.close())
