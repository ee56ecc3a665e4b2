"""One recorded walk and its video, made once for all tests that look at them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.recording import Recorded, Recording, finish
from tests.recording.small_channel import Clock, browser_page, card, walk


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
