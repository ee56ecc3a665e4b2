"""What the tests of the recording share: one recorded walk with its video, and a browser to film in."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from capture.programs import chromium
from capture.recording import Recorded, Recording, finish
from tests.recording.small_channel import Clock, browser_page, card, walk
from tests.recording.studio import Studio


@dataclass(frozen=True)
class Made:
    folder: Path
    recorded: Recorded


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A recorded walk and its video. Tests read it and leave it as it is."""
    folder = tmp_path_factory.mktemp("recording")

    async def record() -> Recorded:
        async with browser_page() as page, Recording(folder / "frames", clock=Clock()) as recording:
            await walk(page, recording)
        return await finish(folder / "frames", card(), folder / "out", name="kanal")

    return Made(folder=folder / "frames", recorded=asyncio.run(record()))


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield Studio(runner, browser)
        runner.run(browser.close())
        runner.run(playwright.stop())
