"""One visit to the filmed channel by one of the recorders, in a process of its own, so that its costs can be told.

    python -m tests.bench.filming unrecorded|stepwise|record_video|screencast|x11grab URL POSTS FOLDER
    python -m tests.bench.filming FINISHING - 0 FOLDER

The last line printed is a JSON object with the fields of `Filming`.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import ElementHandle, Page, async_playwright

from capture.items import Item, Step, Witness
from capture.programs import chromium
from capture.recording import Film, FilmProfile, Master, Recorded, Recording, TitleCard, finish, journal
from capture.recording.timeline import lay_out
from capture.walk import open_page, walk
from tests.bench import hand, tree
from tests.bench.measure import now
from tests.bench.recorders import RECORDERS

HERE = Path(__file__).parent
FRAMES = "recording"
MP4, FFV1, DEFAULT = "mp4-only", "ffv1-only", "master-mp4"
FINISHINGS = {
    MP4: FilmProfile(film=Film.MP4, master=Master.FRAMES),
    FFV1: FilmProfile(film=Film.MKV, master=Master.FFV1),
    DEFAULT: FilmProfile(),
}


@dataclass(kw_only=True)
class Filming:
    """What one visit, or one finishing, cost and gave.

    `wall` is in seconds from where the browser is open to where the recording is over; `cpu` in CPU seconds of the
    whole tree, the browser's start and end included; `memory` the peak in bytes; `others` how many cores everybody else
    used meanwhile. `states` are the page's own numbers and scroll positions; `parts` the ranges of states in which each
    text and picture was whole in the window. `required` is the state at each step of the walk, `inside` the seconds
    spent in the recording of each. `seconds` is how long the video lasts, the title card excepted.
    """

    wall: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    others: float = 0.0
    clicks: int = 0
    states: list[tuple[int, float]] = field(default_factory=list)
    parts: list[list[tuple[int, int]]] = field(default_factory=list)
    required: list[int] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    seconds: float = 0.0


class _Told:
    """A witness that asks the page which state it is in at each step, and lets `recording` record it, if there is one.

    Without a recording it makes of the walk what a witness makes of it: steps of a third of the window, drawn.
    """

    def __init__(self, film: Filming, recording: Recording | None) -> None:
        self._film = film
        self._recording = recording

    async def on_step(self, page: Page, step: Step) -> None:
        self._film.required.append(await page.evaluate("benchState()"))
        if self._recording is not None:
            began = time.perf_counter()
            await self._recording.on_step(page, step)
            self._film.inside.append(time.perf_counter() - began)

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        if self._recording is not None:
            await self._recording.on_post(page, post, root)

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        if self._recording is not None:
            await self._recording.on_part(page, post, root)


async def walked(film: Filming, url: str, folder: Path, *, recorded: bool) -> None:
    """Walk the channel at `url`, with the recording in `folder` if it is `recorded`; `film` is told of it."""
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        page = await open_page(browser)
        began = time.perf_counter()
        recording = Recording(folder / FRAMES, clock=now) if recorded else None
        witnesses: list[Witness] = [_Told(film, recording)]
        done = await walk(page, url, witnesses=witnesses, evidence=folder / "evidence", clock=now)
        if recording is not None:
            await recording.close()
        film.wall = time.perf_counter() - began
        film.clicks = done.clicks
        await _told(film, page)
        await browser.close()


async def _filmed(film: Filming, recorder: str, url: str, posts: int, folder: Path) -> None:
    async with async_playwright() as playwright:
        async with RECORDERS[recorder](playwright, folder / recorder) as page:
            began = time.perf_counter()
            film.clicks = await hand.go_through(page, url, posts)
            await _told(film, page)
        film.wall = time.perf_counter() - began


async def _told(film: Filming, page: Page) -> None:
    told: dict[str, Any] = await page.evaluate("benchTold()")
    film.states, film.parts = told["states"], told["parts"]


async def _finished(film: Filming, finishing: str, folder: Path) -> None:
    place = folder / finishing
    shutil.copytree(folder / FRAMES, place / FRAMES)  # what one finishing leaves there would spare the next its work
    began = time.perf_counter()
    recorded = await finished(place, FINISHINGS[finishing])
    film.wall = time.perf_counter() - began
    film.seconds = recorded.duration - lay_out(journal.read(place / FRAMES)).card_ms / 1000


async def finished(folder: Path, profile: FilmProfile) -> Recorded:
    """Finish the recording in `folder`, as `film.mp4` or `film.mkv` there."""
    card = TitleCard(
        channel_name="Mätkanalen",
        url="http://127.0.0.1/",
        recorded=datetime(2026, 6, 30, tzinfo=UTC),
        operator="Exempelkommun",
        tools=("Kanalarkiv",),
    )
    return await finish(folder / FRAMES, card, folder, name="film", profile=profile)


def start(recorder: str, url: str, posts: int, folder: Path, environment: dict[str, str]) -> Filming:
    """Let one recorder make its film in `folder`, in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", __name__, recorder, url, str(posts), str(folder)]
    busy, began = tree.machine_cpu_seconds(), time.perf_counter()
    with (
        subprocess.Popen(command, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True, env=environment) as child,
        tree.Memory(child.pid) as memory,
    ):
        said, _ = child.communicate()
    if child.returncode != 0:
        raise subprocess.CalledProcessError(child.returncode, command)
    film = Filming(**json.loads(said.splitlines()[-1]))
    film.memory = memory.peak
    busy, wall = tree.machine_cpu_seconds() - busy, time.perf_counter() - began
    film.others = max(0.0, busy - film.cpu) / wall
    return film


def main() -> None:
    """Make one film and print what it cost."""
    recorder, url, posts, name = sys.argv[1:]
    folder, film = Path(name), Filming()
    tree.adopt_orphans()
    before = tree.cpu_seconds()
    if recorder in ("unrecorded", "stepwise"):
        asyncio.run(walked(film, url, folder, recorded=recorder == "stepwise"))
    elif recorder in RECORDERS:
        asyncio.run(_filmed(film, recorder, url, int(posts), folder))
    else:
        asyncio.run(_finished(film, recorder, folder))
    film.cpu = tree.cpu_seconds() - before
    sys.stdout.write(json.dumps(asdict(film)) + "\n")


if __name__ == "__main__":
    main()
