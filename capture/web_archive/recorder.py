"""The recorder: everything that the browser is given during a visit, written down in the same visit.

    0001.warc.gz   what one visit recorded; a visit that was killed and went on leaves one more
    missed.jsonl   what is not in them, and why

It changes nothing that the page does, and asks for nothing more, but for what it can only have whole by asking once
more (`tap`). What cannot be recorded is said: WebSockets, streams without an end, what shared workers ask for.
"""

import asyncio
import json
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from playwright.async_api import BrowserContext, ElementHandle, Page, Playwright, WebSocket
from playwright.async_api import Error as PlaywrightError

from capture.attendance import Attendant, Camera, Challenge
from capture.items import Cause, Item, Step
from capture.web_archive import faults, records, view
from capture.web_archive.nouns import Exchange, Limits, Missed, Reason
from capture.web_archive.permalinks import Permalinks
from capture.web_archive.records import WarcFile
from capture.web_archive.redaction import Redaction
from capture.web_archive.tap import Tap
from capture.web_archive.wire import Event, PageWire, Wires

MISSED = "missed.jsonl"
Opener = Callable[[Playwright], AbstractAsyncContextManager[Page]]
_KINDS_TOLD = 2_000  # different things missed that are told one by one; beyond that only their number grows
_COOKIES_EVERY = 1.0  # seconds
_MENDED = (Reason.FAILED, Reason.GONE)  # are not missing where the same was recorded another time


class Recorder:
    """Records what a browser is given, in `folder`; is a witness of the walk too, and keeps a picture of each post.

    Give `opening(...)` as what opens the page, the recorder itself as a witness, and `discreet(...)` as the attendant.

    Args:
        folder: a folder of its own: empty, or as a killed visit left it; made if absent.
        clock: gives the time, UTC.
        new_id: gives the ids of records.
        software: what it says that it was made by.
        permalinks: how each post's own page is opened when the walk is over; None: they are not.
        limits: how much may be recorded.

    Raises:
        DiskFullError, FolderBlockedError: the folder cannot be written in.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        software: str,
        permalinks: Permalinks | None = Permalinks(),  # noqa: B008  # frozen
        limits: Limits = Limits(),  # noqa: B008  # frozen
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._limits = limits
        self._redaction = Redaction()
        self._spool = folder / "spool"
        self._pen = ThreadPoolExecutor(1, thread_name_prefix="warc")
        self._fault: OSError | None = None
        self._permalinks = permalinks
        self._posts: dict[str, None] = {}
        self._context: BrowserContext | None = None
        self._away = 0
        self._size = 0
        self._read_cookies = 0.0
        self._missed: Counter[Missed] = Counter()
        self._kept: set[tuple[str, str]] = set()
        with faults.named(folder):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self._spool, ignore_errors=True)
            self._spool.mkdir()
            number = max(
                (int(one.name[:4]) for one in folder.glob("[0-9]*.warc.gz") if records.recover(one)), default=0
            )
            self._file = WarcFile(
                folder / f"{number + 1:04d}.warc.gz",
                redaction=self._redaction,
                new_id=new_id,
                software=software,
                at=clock(),
            )
        self._tap = Tap(self, limits=limits, clock=clock, spool=self._spool)
        self._wires = Wires("Response", self._tap.paused, self._ready)

    def opening(self, open_page: Opener) -> Opener:
        """Return what opens a page as `open_page` does, and records from then on until it is closed."""

        @asynccontextmanager
        async def opened(playwright: Playwright) -> AsyncIterator[Page]:
            async with open_page(playwright) as page, self.recording(page.context):
                yield page

        return opened

    @asynccontextmanager
    async def recording(self, context: BrowserContext) -> AsyncIterator[None]:
        """Record what the pages of `context` are given, from now until the end; once in a recorder's life.

        Raises:
            DiskFullError, FolderBlockedError: not everything could be written.
        """
        self._context = context
        try:
            async with self._wires.over(context):
                try:
                    yield
                finally:
                    await self._tap.finish()
                    with suppress(PlaywrightError):  # the browser is gone; what was recorded is not
                        await self._learn_cookies(context)
                    await self._wires.close()
        finally:
            await self._close()
        self._raise()

    def discreet(self, attendant: Attendant) -> Attendant:
        """Return the attendant, while whom nothing is recorded: what a person types at a login is nobody's business."""
        return _Discreet(attendant, self)

    async def on_step(self, page: Page, step: Step) -> None:
        """See that everything could be written so far; at the end of the walk, open each post's own page.

        A post that was read in the feed alone would otherwise have an address that leads nowhere in the archive.

        Raises:
            DiskFullError, FolderBlockedError: it could not.
        """
        self._raise()
        if step.cause is Cause.END and self._permalinks is not None:
            await self._permalinks.open_in(page.context, [key for key in self._posts if ("GET", key) not in self._kept])
            self._raise()

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Take no picture: the post is not at its end."""

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Keep what the post looks like, to hold a replay against."""
        if post.key_source == "permalink":
            self._posts[post.key] = None
        wire = self._wires.to(page)
        if wire is None:
            return
        with suppress(PlaywrightError):  # a post without a picture counts against the replay: see `replay`
            for number, picture in enumerate(await view.pictures(wire.session, page, root)):
                await self._picture(view.address(post.key, number), picture)
        self._raise()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Keep nothing that the page asks for meanwhile."""
        self._away += 1
        try:
            yield
        finally:
            self._away -= 1

    # What the tap asks of its desk.

    @property
    def open(self) -> Reason | None:
        """Why nothing is kept just now; None where it is."""
        if self._away:
            return Reason.DISCREET
        return Reason.FULL if self._size > self._limits.archive or self._fault else None

    async def keep(self, one: Exchange) -> None:
        """Write an exchange down."""
        self._kept.add((one.method, one.url))
        self._size += one.body.stat().st_size if isinstance(one.body, Path) else len(one.body)
        await self._know_cookies(one)
        await self._write(lambda: self._file.exchange(one))

    def miss(self, missed: Missed) -> None:
        """Note what is not kept; as it was asked for: secrets go when it is written."""
        if missed in self._missed or len(self._missed) < _KINDS_TOLD:
            self._missed[missed] += 1
        else:
            self._missed[Missed(reason=missed.reason, method="", address="")] += 1

    async def _ready(self, page: Page, wire: PageWire) -> None:
        page.on("websocket", self._socket)
        wire.session.on("Target.targetCreated", self._shared_worker)
        await wire.send("Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "shared_worker"}]})

    def _socket(self, socket: WebSocket) -> None:
        self.miss(Missed(reason=Reason.WEBSOCKET, method="GET", address=socket.url))

    def _shared_worker(self, event: Event) -> None:
        self.miss(Missed(reason=Reason.SHARED_WORKER, method="GET", address=event["targetInfo"]["url"]))

    async def _know_cookies(self, one: Exchange) -> None:
        for name, value in one.asked:
            if name.lower() == "cookie":
                for pair in value.split(";"):
                    key, _, held = pair.strip().partition("=")
                    self._redaction.learn_cookie(key, held, http_only=False)
        if self._context is not None and time.monotonic() - self._read_cookies > _COOKIES_EVERY:
            self._read_cookies = time.monotonic()
            with suppress(PlaywrightError):  # at the end they are read once more
                await self._learn_cookies(self._context)

    async def _learn_cookies(self, context: BrowserContext) -> None:
        for cookie in await context.cookies():
            self._redaction.learn_cookie(
                cookie.get("name", ""), cookie.get("value", ""), http_only=cookie.get("httpOnly", False)
            )

    async def _picture(self, address: str, picture: bytes) -> None:
        at = self._clock()
        await self._write(lambda: self._file.resource(address, "image/jpeg", picture, at=at))

    async def _write(self, work: Callable[[], None]) -> None:
        if self._fault is not None:
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._pen, work)
        except OSError as fault:
            self._fault = fault

    async def _close(self) -> None:
        def close() -> None:
            self._file.close()
            for path in sorted(self._folder.glob("[0-9]*.warc.gz")):
                records.scrub(path, self._redaction)
            told = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in self._told())
            with (self._folder / MISSED).open("a", encoding="utf-8") as out:
                out.write(told)
            shutil.rmtree(self._spool, ignore_errors=True)

        try:
            await asyncio.get_running_loop().run_in_executor(self._pen, close)
        except OSError as fault:
            self._fault = self._fault or fault
        self._pen.shutdown()

    def _told(self) -> list[dict[str, str | int]]:
        return [
            {
                "reason": missed.reason.value,
                "method": missed.method,
                "address": self._redaction.address(missed.address)[:300],
                "detail": self._redaction.text(missed.detail),
                "times": times,
            }
            for missed, times in self._missed.items()
            if missed.reason not in _MENDED or (missed.method, missed.address) not in self._kept
        ]

    def _raise(self) -> None:
        if self._fault is not None:
            raise faults.unwritten(self._fault, self._folder) from self._fault


class _Discreet:
    """An attendant, during whose doings the recorder looks away."""

    def __init__(self, attendant: Attendant, recorder: Recorder) -> None:
        self._attendant = attendant
        self._recorder = recorder

    def equip(self, camera: Camera) -> None:
        """See `Attendant`."""
        self._attendant.equip(camera)

    async def may_go_on(self, page: Page) -> bool:
        """See `Attendant`."""
        with self._recorder.away():
            return await self._attendant.may_go_on(page)

    def was_away(self) -> bool:
        """See `Attendant`."""
        return self._attendant.was_away()

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        """See `Attendant`."""
        with self._recorder.away():
            return await self._attendant.answer(page, challenge)
