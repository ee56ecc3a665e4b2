"""How others record a page in real time: each gives the page to walk on, and when it is over, its video.

record_video   Playwright's own: a screencast in JPEG, made into VP9 by its own ffmpeg
screencast     Chromium's screencast in PNG, piped to ffmpeg at a constant rate, as Puppeteer does; x264
x11grab        a headed browser on a screen that nobody sees, filmed by ffmpeg; x264
"""

import asyncio
import base64
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import playwright
from playwright.async_api import Page, Playwright, ViewportSize

from capture.programs import chromium, ffmpeg
from capture.walk.page import VIEWPORT

FPS = 25
_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p")
_QUIET = ("-hide_banner", "-nostats", "-loglevel", "error", "-y")

Recorder = Callable[[Playwright, Path], AbstractAsyncContextManager[Page]]


def playwright_ffmpeg(folder: Path) -> dict[str, str]:
    """Return an environment in which Playwright finds an ffmpeg for `record_video`: ours, under the name it looks for.

    The browser stays the one that every other recorder uses.
    """
    package = Path(playwright.__file__).parent
    known = json.loads((package / "driver/package/browsers.json").read_text(encoding="utf-8"))["browsers"]
    revision = next(one["revision"] for one in known if one["name"] == "ffmpeg")
    place = folder / f"ffmpeg-{revision}"
    place.mkdir(parents=True, exist_ok=True)
    link = place / "ffmpeg-linux"
    if not link.exists():
        link.symlink_to(ffmpeg.find())
    (place / "INSTALLATION_COMPLETE").touch()
    return {"PLAYWRIGHT_BROWSERS_PATH": str(folder), chromium.VARIABLE: str(chromium.find())}


@asynccontextmanager
async def record_video(driver: Playwright, into: Path) -> AsyncIterator[Page]:
    """Playwright's own, at the size of the window."""
    width, height = VIEWPORT
    size = ViewportSize(width=width, height=height)
    browser = await chromium.launch(driver)
    context = await browser.new_context(
        viewport=size,
        record_video_dir=into.parent / "video",
        record_video_size=size,
    )
    page = await context.new_page()
    yield page
    await context.close()
    assert page.video is not None
    Path(await page.video.path()).rename(into.with_suffix(".webm"))
    await browser.close()


@asynccontextmanager
async def screencast(driver: Playwright, into: Path) -> AsyncIterator[Page]:
    """Chromium tells of each frame; one is written again and again until the next one is due."""
    width, height = VIEWPORT
    browser = await chromium.launch(driver)
    page = await browser.new_page(viewport={"width": width, "height": height})
    source = ("-f", "image2pipe", "-c:v", "png", "-framerate", f"{FPS}", "-i", "pipe:0")
    encoder = await _ffmpeg(*source, *_X264, str(into.with_suffix(".mp4")))
    assert encoder.stdin is not None
    session = await page.context.new_cdp_session(page)
    arrived: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    acknowledged: list[asyncio.Future[object]] = []

    def take(frame: dict[str, object]) -> None:
        at = frame["metadata"]["timestamp"]  # type: ignore[index]
        arrived.put_nowait((at, base64.b64decode(str(frame["data"]))))
        acknowledged.append(
            asyncio.ensure_future(session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]}))
        )

    session.on("Page.screencastFrame", take)
    writing = asyncio.create_task(_written(arrived, encoder.stdin))
    await session.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
    yield page
    await asyncio.sleep(0.2)
    await session.send("Page.stopScreencast")
    await asyncio.gather(*acknowledged)
    arrived.put_nowait((0.0, b""))
    await writing
    encoder.stdin.close()
    assert await encoder.wait() == 0
    await browser.close()


async def _ffmpeg(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(str(ffmpeg.find()), *_QUIET, *arguments, stdin=subprocess.PIPE)


async def _written(arrived: "asyncio.Queue[tuple[float, bytes]]", into: asyncio.StreamWriter) -> None:
    """Write every frame as many times as it was shown, until an empty one."""
    began, written = None, 0
    before = b""
    while True:
        at, frame = await arrived.get()
        if began is None:
            began = at
        due = written + 1 if not frame else round((at - began) * FPS)
        for _ in range(due - written if before else 0):
            into.write(before)
            written += 1
            await into.drain()
        if not frame:
            return
        before = frame


@asynccontextmanager
async def x11grab(driver: Playwright, into: Path) -> AsyncIterator[Page]:
    """A browser that fills a screen in memory, and ffmpeg that films the screen."""
    width, height = VIEWPORT
    reading, writing = os.pipe()
    screen = ("-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-displayfd", str(writing))
    server = subprocess.Popen(["Xvfb", *screen], pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{(await asyncio.to_thread(told.readline)).strip()}"
    fills = ("--kiosk", "--window-position=0,0", f"--window-size={width},{height}", "--lang=sv-SE")
    context = await driver.chromium.launch_persistent_context(
        into.parent / "profile",
        executable_path=chromium.find(),
        headless=False,
        args=[*chromium.flags(recorded=True), *fills],
        env={**os.environ, "DISPLAY": display},
        no_viewport=True,
        locale="sv-SE",
    )
    page = context.pages[0]
    source = ("-f", "x11grab", "-framerate", str(FPS), "-video_size", f"{width}x{height}", "-i", display)
    encoder = await _ffmpeg(*source, *_X264, str(into.with_suffix(".mp4")))
    yield page
    await encoder.communicate(b"q")
    assert encoder.returncode == 0
    await context.close()
    server.terminate()
    await asyncio.to_thread(server.wait)


RECORDERS: dict[str, Recorder] = {"record_video": record_video, "screencast": screencast, "x11grab": x11grab}
