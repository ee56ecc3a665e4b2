"""Filming in real time, where content moves by other hands than the walk's: a person drives, or video is live.

A screencast gives the pictures, lossless, and at most 25 a second are kept. How many it gives depends on what else the
computer does, and it says nothing of those it does not give: that is for the watch over the page to tell.
"""

import asyncio
import base64
import io
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import CDPSession, ElementHandle, JSHandle, Page
from playwright.async_api import Error as PlaywrightError

from capture.attendance import CutShort
from capture.recording.moves import Unseen, unseen
from capture.recording.timeline import TICK_MS
from capture.recording.watch import Watch

LONGEST = 600.0
"""Seconds after which filming ends by itself: a film that somebody forgot is not to fill the disk."""

_OUT_OF_ORDER = 3  # pictures are packed side by side: one may overtake as many as Chromium has at work
_FIRST = 5.0  # seconds; Chromium gives a first picture at once, and a film that is over by then waits for it
_LULL = 1.0  # seconds; nothing is at work in Chromium for longer
_LINGERS = 5.0  # seconds; Chromium shows a page for a while after the next one has come
_PICTURE_SECONDS = 30.0
_INTO_VIEW = """(video) => {
    const places = [];
    for (let one = video; one; one = one.parentElement ?? one.getRootNode().host) {
        places.push([one, { left: one.scrollLeft, top: one.scrollTop, behavior: 'instant' }]);
    }
    video.scrollIntoView({ block: 'center', behavior: 'instant' });
    return () => { for (const [one, place] of places) one.scrollTo(place); };
}"""
_LIVE = files("capture.recording").joinpath("live.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of the screencast; `at` is when the browser drew it (seconds since 1970), `scroll_y` in CSS pixels."""

    png: bytes
    at: float
    scroll_y: float


class Filming:
    """One stretch of film of `page`. Each picture is given to `keep`, in the order in which they were drawn.

    `window` is the page's width and height (CSS pixels; 0 before the first picture).
    """

    def __init__(self, page: Page, *, keep: Callable[[Picture], Awaitable[None]], logins: bool) -> None:
        self._page = page
        self._keep = keep
        self._watch = Watch(page, logins=logins)
        self._arrived: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._held: list[Picture] = []
        self._drawn: list[float] = []
        self._places: list[float] = []
        self._late = 0
        self._until = float("inf")
        self._runs = False
        self._seen = asyncio.Event()
        self._gone = asyncio.Event()
        self._last: Picture | None = None
        self.window = (0, 0)

    @property
    def watched(self) -> bool:
        """Whether what moved is known."""
        return self._watch.whole

    def unseen(self) -> Unseen:
        """Return what moved and is on no picture."""
        moves = (move for move in self._watch.moves if move.at <= self._until)
        found = unseen(self._drawn, moves, steps=self._steps(), window=self.window)
        return Unseen(moved=found.moved, allowed=found.allowed, skipped=found.skipped + self._late)

    def _steps(self) -> Iterable[float]:
        """Yield how far the pictures themselves say that the document scrolled, where it was the same on both."""
        places = zip(self._drawn, self._places, strict=True)
        for (before, place), (at, next_place) in pairwise(places):
            if not any(before - _LINGERS < arrival <= at for arrival in self._watch.arrivals):
                yield abs(next_place - place)

    async def run(self, over: Awaitable[object]) -> CutShort | None:
        """Film until `over` is done, which is begun when the film runs; return None, or why it ended before that.

        Raises:
            PlaywrightError: the page or its browser is gone.
            TimeoutError: the page gives no picture.
            Whatever `keep` and `over` raise.
        """
        self._page.on("crash", self._lost)
        self._page.on("close", self._lost)
        try:
            await self._page.bring_to_front()  # what is behind another tab is not drawn
            await self._watch.begin()
            return CutShort.LOGIN if self._watch.private.is_set() else await self._film(over)
        finally:
            if not self._runs and asyncio.iscoroutine(over):
                over.close()  # it never came to that
            self._page.remove_listener("crash", self._lost)
            self._page.remove_listener("close", self._lost)
            if not self._gone.is_set():
                await self._watch.end()

    async def _film(self, over: Awaitable[object]) -> CutShort | None:
        screen = await self._page.context.new_cdp_session(self._page)
        screen.on("Page.screencastFrame", self._arrived.put_nowait)
        keeping = asyncio.ensure_future(self._keep_in_order(screen))
        try:
            await screen.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
            cut_short = await self._wait(over, keeping)
            if self._gone.is_set():
                raise PlaywrightError("the page is gone")
            if not keeping.done():
                await screen.send("Page.stopScreencast")
                self._arrived.put_nowait(None)
            await keeping
            cut_short = await self._close(screen) or cut_short
            await screen.detach()
        finally:
            keeping.cancel()
        return cut_short

    async def _wait(self, over: Awaitable[object], keeping: asyncio.Future[Any]) -> CutShort | None:
        """Wait for the first picture, and then until `over` is done, unless something ends the film before."""
        seen: asyncio.Future[Any] = asyncio.ensure_future(self._seen.wait())
        signs: list[asyncio.Future[Any]] = [
            asyncio.ensure_future(event.wait()) for event in (self._watch.private, self._gone)
        ]
        tasks = [seen, *signs]
        try:
            await asyncio.wait((seen, keeping, *signs), timeout=_FIRST, return_when=asyncio.FIRST_COMPLETED)
            if not seen.done():
                return None
            self._runs = True
            asked: asyncio.Future[Any] = asyncio.ensure_future(over)
            tasks += () if asked is over else (asked,)
            await asyncio.wait((asked, keeping, *signs), timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                return CutShort.LONGEST
            await asked  # whoever was to say so may have failed
            return None
        finally:
            for task in tasks:
                task.cancel()

    async def _keep_in_order(self, screen: CDPSession) -> None:
        while (event := await self._next()) is not None:
            await self._take(event)
            # Chromium sends no more than a few unacknowledged: a slow disk slows the film, and fills no memory.
            await screen.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})
        while self._held:
            await self._keep_first()

    async def _next(self) -> dict[str, Any] | None:
        """Wait for what comes next; where nothing does, what is held back is kept: a film may stand still for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LULL):
                return await self._arrived.get()
        while self._held:
            await self._keep_first()
        return await self._arrived.get()

    async def _take(self, event: dict[str, Any]) -> None:
        told = event["metadata"]
        self.window = (round(told["deviceWidth"]), round(told["deviceHeight"]))
        png = base64.b64decode(event["data"], validate=True)
        self._held.append(Picture(png=png, at=told["timestamp"], scroll_y=told["scrollOffsetY"]))
        self._seen.set()
        self._held.sort(key=lambda picture: picture.at)
        if len(self._held) > _OUT_OF_ORDER:
            await self._keep_first()

    async def _keep_first(self) -> None:
        picture, private = self._held.pop(0), self._watch.private_since
        if private is not None and picture.at >= private:
            return
        if self._drawn and self._held and self._tick(picture) == self._tick(self._held[0]):
            return  # no film shows more than one picture a tick: the last of them stands
        if self._drawn and picture.at <= self._drawn[-1]:
            self._late += 1
            return
        await self._keep(picture)
        self._drawn.append(picture.at)
        self._places.append(picture.scroll_y)
        self._last = picture

    async def _close(self, screen: CDPSession) -> CutShort | None:
        """Keep how it ended, where the screencast has not got it: what changed last of all may be on none."""
        if self._watch.private_since is not None:
            self._until = self._watch.private_since
            return CutShort.LOGIN
        if self._last is None:
            return None
        async with asyncio.timeout(_PICTURE_SECONDS):
            layout = await screen.send("Page.getLayoutMetrics")
            taken = await screen.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        png = base64.b64decode(taken["data"], validate=True)
        self._until = time.time()  # the browser's clock is this computer's
        if not await asyncio.to_thread(_same, png, self._last.png):  # the two are packed differently
            await self._keep(Picture(png=png, at=self._until, scroll_y=layout["cssVisualViewport"]["pageY"]))
        self._drawn.append(self._until)
        self._places.append(layout["cssVisualViewport"]["pageY"])
        return None

    def _tick(self, picture: Picture) -> int:
        return int((picture.at - self._drawn[0]) * 1000 // TICK_MS)

    def _lost(self, _: Page) -> None:
        self._gone.set()


async def live_video(root: ElementHandle) -> ElementHandle | None:
    """Return the first live video inside `root`, None where there is none.

    Raises:
        PlaywrightError: the page is gone.
    """
    found = await root.evaluate_handle(_LIVE)
    return found.as_element()


async def brought_into_view(video: ElementHandle) -> JSHandle:
    """Scroll `video` into view; return what `put_back` needs to undo it.

    Raises:
        PlaywrightError: the page is gone.
    """
    return await video.evaluate_handle(_INTO_VIEW)


async def put_back(back: JSHandle) -> None:
    """Scroll back to where everything was."""
    with suppress(PlaywrightError):  # that document was left: there is nothing to put back
        await back.evaluate("back => back()")


def _same(one: bytes, other: bytes) -> bool:
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        return (
            first.size == second.size
            and ImageChops.difference(first.convert("RGB"), second.convert("RGB")).getbbox() is None
        )
