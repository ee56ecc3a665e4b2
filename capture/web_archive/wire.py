"""The Chrome DevTools Protocol, to a page and to every frame in it that lives in a process of its own.

Playwright keeps sessions of its own on the same targets; these are apart from them, and each hears only its own.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from capture.walk.page import equip

Event = Mapping[str, Any]
_ANSWERS_WITHIN = 30.0  # seconds, where the caller names no time
_FRAMES = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": False,
    "filter": [{"type": "iframe"}, {"exclude": True}],
}


class WireError(Exception):
    """The target answered with a fault, not in time, or is gone."""


class Wire(ABC):
    """The way to one target. Whoever opens it hears `Fetch.requestPaused` of the target, and of all frames in it.

    What workers ask for comes to the frame that started them, and so does what theirs ask for.
    """

    def __init__(self, paused: Callable[["Wire", Event], None]) -> None:
        self._paused = paused
        self._frames: dict[str, _FrameWire] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._stage = ""

    @abstractmethod
    async def send(self, method: str, params: Event | None = None, *, within: float = _ANSWERS_WITHIN) -> Event:
        """Return the answer to a command.

        Raises:
            WireError: there was none.
        """

    async def intercept(self, stage: str) -> None:
        """Have every request stopped at `stage` ("Request" or "Response") from now on, in frames too.

        Raises:
            WireError: the target is gone.
        """
        self._stage = stage
        await self.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": stage}]})
        await self.send("Target.setAutoAttach", _FRAMES)

    def _hear(self, method: str, params: Event) -> None:
        if method == "Fetch.requestPaused":
            self._paused(self, params)
        elif method == "Target.attachedToTarget":
            frame = _FrameWire(self, params["sessionId"], self._paused)
            self._frames[params["sessionId"]] = frame
            opening = asyncio.ensure_future(frame.begin(self._stage))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)
        elif method == "Target.receivedMessageFromTarget" and params["sessionId"] in self._frames:
            self._frames[params["sessionId"]].receive(json.loads(params["message"]))
        elif method == "Target.detachedFromTarget" and params["sessionId"] in self._frames:
            self._frames.pop(params["sessionId"]).hang_up()


class PageWire(Wire):
    """The way to a page."""

    def __init__(self, session: CDPSession, paused: Callable[[Wire, Event], None]) -> None:
        super().__init__(paused)
        self._session = session
        for heard in (
            "Fetch.requestPaused",
            "Target.attachedToTarget",
            "Target.receivedMessageFromTarget",
            "Target.detachedFromTarget",
        ):
            session.on(heard, lambda params, heard=heard: self._hear(heard, params))

    @property
    def session(self) -> CDPSession:
        """Playwright's own end of it."""
        return self._session

    async def send(self, method: str, params: Event | None = None, *, within: float = _ANSWERS_WITHIN) -> Event:
        """See `Wire`."""
        try:
            async with asyncio.timeout(within):
                answer: Event = await self._session.send(method, dict(params or {}))
        except (PlaywrightError, TimeoutError) as error:
            raise WireError(str(error) or f"{method}: {within:.0f} s") from error
        return answer


class _FrameWire(Wire):
    """The way to a frame in another process, through the way to whatever holds it."""

    def __init__(self, around: Wire, session_id: str, paused: Callable[[Wire, Event], None]) -> None:
        super().__init__(paused)
        self._around = around
        self._session_id = session_id
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Event]] = {}

    async def begin(self, stage: str) -> None:
        """Have its requests stopped, and let it begin."""
        try:
            await self.intercept(stage)
        except WireError:
            return  # it went away before it began
        finally:
            try:
                await self.send("Runtime.runIfWaitingForDebugger")
            except WireError:
                self.hang_up()

    async def send(self, method: str, params: Event | None = None, *, within: float = _ANSWERS_WITHIN) -> Event:
        """See `Wire`."""
        self._number += 1
        number = self._number
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        message = json.dumps({"id": number, "method": method, "params": params or {}})
        try:
            async with asyncio.timeout(within):
                await self._around.send(
                    "Target.sendMessageToTarget", {"sessionId": self._session_id, "message": message}, within=within
                )
                got: Event = await answer
                return got
        except TimeoutError as error:
            raise WireError(f"{method}: {within:.0f} s") from error
        finally:
            self._waiting.pop(number, None)

    def receive(self, message: Event) -> None:
        """Take what the frame says: an answer, or an event."""
        if "id" not in message:
            self._hear(message["method"], message["params"])
            return
        waiting = self._waiting.get(message["id"])
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(WireError(str(message["error"].get("message"))))
        else:
            waiting.set_result(message["result"])

    def hang_up(self) -> None:
        """Wait for nothing more from it, nor from the frames in it."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(WireError("the frame is gone"))
        for frame in self._frames.values():
            frame.hang_up()


class Wires:
    """The ways to all pages of a context, also to those that open later; each is opened once.

    Args:
        stage: where requests are stopped: "Request" or "Response".
        paused: is told of each that is.
        ready: does what else is to be done with a page, before anything is opened in it.
    """

    def __init__(
        self,
        stage: str,
        paused: Callable[[Wire, Event], None],
        ready: Callable[[Page, PageWire], Awaitable[None]] | None = None,
    ) -> None:
        self._stage = stage
        self._paused = paused
        self._ready = ready
        self._opening: dict[Page, asyncio.Task[None]] = {}
        self._open: dict[Page, PageWire] = {}

    def to(self, page: Page) -> PageWire | None:
        """Return the way to a page; None where there is none."""
        return self._open.get(page)

    @asynccontextmanager
    async def over(self, context: BrowserContext) -> AsyncIterator[None]:
        """Open the way to every page of `context`, and to those that come, until the end."""
        with equip(context, self._attach):
            for page in context.pages:
                await self._attach(page)
            context.on("page", self._attach)
            try:
                yield
            finally:
                context.remove_listener("page", self._attach)

    async def close(self) -> None:
        """Let all pages go; what is stopped then goes on."""
        for wire in self._open.values():
            with suppress(PlaywrightError):  # the page is gone
                await wire.session.detach()
        self._open.clear()

    async def _attach(self, page: Page) -> None:
        if page not in self._opening:
            self._opening[page] = asyncio.ensure_future(self._begin(page))
        await self._opening[page]

    async def _begin(self, page: Page) -> None:
        try:
            wire = self._open[page] = PageWire(await page.context.new_cdp_session(page), self._paused)
            await wire.intercept(self._stage)
            if self._ready is not None:
                await self._ready(page, wire)
        except (PlaywrightError, WireError):
            return  # a popup that is closed again
        page.on("close", self._forget)

    def _forget(self, page: Page) -> None:
        self._open.pop(page, None)
        self._opening.pop(page, None)
