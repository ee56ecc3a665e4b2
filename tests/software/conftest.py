"""What the tests of other people's software share: a clock, and one walk of a page in a browser."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from capture.items import Walk
from capture.programs import chromium
from capture.walk import open_page, walk


async def _walk(url: str, evidence: Path) -> Walk:
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            page = await open_page(browser)
            return await walk(page, url, witnesses=(), evidence=evidence, clock=lambda: datetime.now(UTC))
        finally:
            await browser.close()


@pytest.fixture
def walked(tmp_path: Path) -> Callable[[str], Walk]:
    """A function that walks a URL, its platform found by the page."""
    return lambda url: asyncio.run(_walk(url, tmp_path / "evidence"))
