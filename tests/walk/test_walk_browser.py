"""Finding the browser, and losing it."""

import asyncio
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from capture.items import Step
from capture.programs import chromium
from capture.walk import open_page, walk
from register.errors import BrowserLostError, BrowserMissingError

PAGE = '<!doctype html><div role="feed">' + '<article style="height:400px">Inlägg</article>' * 5 + "</div>"


def _program(path: Path, says: str = "Chromium 1.2.3") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A computer without any browser."""
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    return tmp_path


def test_the_named_browser_comes_first_then_playwrights_newest_then_the_path(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = _program(nowhere / "bin" / "google-chrome")
    assert chromium.find() == on_path
    on_path = _program(nowhere / "bin" / "chromium")
    assert chromium.find() == on_path
    _program(nowhere / "playwright" / "chromium-999" / "chrome-linux" / "chrome")
    newest = _program(nowhere / "playwright" / "chromium-1200" / "chrome-linux64" / "chrome")
    assert chromium.find() == newest
    named = _program(nowhere / "egen" / "webbläsare")
    monkeypatch.setenv(chromium.VARIABLE, str(named))
    assert chromium.find() == named
    assert chromium.version(named) == "Chromium 1.2.3"


def test_no_browser_is_said_with_its_remedy(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrowserMissingError, match="playwright install chromium"):
        chromium.find()
    monkeypatch.setenv(chromium.VARIABLE, str(nowhere / "finns-inte"))
    with pytest.raises(BrowserMissingError, match="finns-inte, som inte är ett program"):
        chromium.find()
    with pytest.raises(BrowserMissingError, match="gick inte att starta"):
        chromium.version(nowhere / "finns-inte")


class Closing:
    """A witness during whose second step the page goes."""

    def __init__(self, how: str) -> None:
        self._how = how

    async def on_step(self, page: Page, step: Step) -> None:
        if step.number == 2 and self._how == "closed":
            await page.close()
        elif step.number == 2:
            session = await page.context.new_cdp_session(page)
            with suppress(PlaywrightError, TimeoutError):  # there is nobody left to answer
                await asyncio.wait_for(session.send("Page.crash"), 2)

    async def on_post(self, page: Page, post: object, root: object) -> None:
        """See nothing."""

    async def on_part(self, page: Page, post: object, root: object) -> None:
        """See nothing."""


@pytest.mark.parametrize("how", ["closed", "crashed"])
def test_a_page_that_goes_during_the_walk_is_a_lost_browser(site, tmp_path: Path, how: str, clock) -> None:
    url = site.put("/kanal", PAGE)

    async def go() -> None:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                page = await open_page(browser)
                await walk(page, url, witnesses=[Closing(how)], evidence=tmp_path, clock=clock)
            finally:
                await browser.close()

    with pytest.raises(BrowserLostError, match="Webbläsaren avslutades"):
        asyncio.run(go())


def test_what_a_witness_raises_ends_the_walk_unchanged(site, tmp_path: Path, clock) -> None:
    class Failing(Closing):
        async def on_step(self, page: Page, step: Step) -> None:
            raise ArithmeticError("skivan är full")

    async def go() -> None:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                page = await open_page(browser)
                await walk(page, site.put("/kanal", PAGE), witnesses=[Failing("")], evidence=tmp_path, clock=clock)
            finally:
                await browser.close()

    with pytest.raises(ArithmeticError, match="skivan är full"):
        asyncio.run(go())
