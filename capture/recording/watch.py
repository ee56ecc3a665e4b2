"""A watch over a page while it is filmed: what scrolls, and whether somebody begins to log in.

It looks from a JavaScript world of its own, in every document: a page cannot reach it, nor tell lies in its name. What
scrolls inside a canvas or a video, or is moved by other means than scrolling, it does not see.
"""

import asyncio
import json
from contextlib import suppress
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Frame, Page
from playwright.async_api import Error as PlaywrightError

from capture.recording.moves import Move
from capture.walk.patterns import load_patterns

_STOPPING = 5.0  # seconds that a page may take to end the watch in it
_WORLD, _TELL = "kanalarkiv-film", "kanalarkivTells"
_SCRIPT = files("capture.recording").joinpath("moves.js").read_text(encoding="utf-8")


class Watch:
    """A watch over `page`; with `logins` it also sets `private`, once somebody is where a login is typed.

    `moves` is what scrolled since it began, `arrivals` when new documents came up, `private_since` when a login did
    (seconds since 1970; 0 where the address said so).
    """

    def __init__(self, page: Page, *, logins: bool) -> None:
        self._page = page
        self._logins = logins
        self._sessions: list[CDPSession] = []
        self._worlds: list[tuple[CDPSession, int]] = []
        self._beginning: set[asyncio.Task[None]] = set()
        self._heard = False
        self._failed = False
        self.moves: list[Move] = []
        self.arrivals: list[float] = []
        self.private = asyncio.Event()
        self.private_since: float | None = None

    @property
    def whole(self) -> bool:
        """Whether the page was watched all the time; where it was not, nothing is known of what moved."""
        return self._heard and not self._failed

    async def begin(self) -> None:
        """Begin to watch the page, and every document that it shows from now on.

        Raises:
            PlaywrightError: the page or its browser is gone.
        """
        self._page.on("framenavigated", self._navigated)
        self._check_address(self._page.main_frame)
        await self._look_into(self._page)
        for frame in self._page.frames:
            if frame is not self._page.main_frame:
                await self._look_into_frame(frame)
        self.arrivals.clear()  # those were there

    async def end(self) -> None:
        """End the watch. A page that is gone or hangs has none to end."""
        self._page.remove_listener("framenavigated", self._navigated)
        for task in self._beginning:
            task.cancel()
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_STOPPING):
                for session, world in self._worlds:
                    with suppress(PlaywrightError):  # that document has been left
                        await session.send("Runtime.evaluate", {"expression": "stop()", "contextId": world})
                for session in self._sessions:
                    await session.detach()

    async def _look_into(self, place: Page | Frame) -> None:
        session = await self._page.context.new_cdp_session(place)
        session.on("Runtime.bindingCalled", partial(self._told, len(self._sessions)))
        session.on("Runtime.executionContextCreated", partial(self._new_world, session))
        self._sessions.append(session)
        await session.send("Page.enable")
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": _TELL, "executionContextName": _WORLD})
        source = f"{{ const TELL = {json.dumps(_TELL)}, LOGINS = {json.dumps(self._logins)};\n{_SCRIPT}\n}}"
        await session.send(
            "Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": _WORLD, "runImmediately": True}
        )

    async def _look_into_frame(self, frame: Frame) -> None:
        """Watch a frame from elsewhere; any other is watched with the document that it stands in."""
        try:
            await self._look_into(frame)
        except PlaywrightError as fault:
            another = "does not have a separate CDP session" in fault.message
            self._failed = self._failed or not (another or frame.is_detached() or self._page.is_closed())

    def _navigated(self, frame: Frame) -> None:
        if frame is self._page.main_frame:
            self._check_address(frame)
            return
        task = asyncio.ensure_future(self._look_into_frame(frame))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    def _check_address(self, frame: Frame) -> None:
        path = urlsplit(frame.url).path
        if self._logins and any(line.expression.search(path) for line in load_patterns().walls.addresses):
            self._end_for_login(0.0)

    def _new_world(self, session: CDPSession, event: dict[str, Any]) -> None:
        if event["context"]["name"] == _WORLD:
            self._worlds.append((session, event["context"]["id"]))

    def _told(self, session: int, event: dict[str, Any]) -> None:
        if event["name"] != _TELL:
            return
        told = json.loads(event["payload"])
        if "watching" in told:
            self._heard = self._heard or session == 0
            self.arrivals.append(told["at"])
        self._failed = self._failed or "failed" in told
        for number, *places in told.get("moves", ()):
            self.moves.append(_move(told["at"], (session, event["executionContextId"], number), places))
        if "login" in told:
            self._end_for_login(told["at"])

    def _end_for_login(self, since: float) -> None:
        if self.private_since is None:
            self.private_since = since
        self.private.set()


def _move(at: float, scroller: tuple[int, int, int], places: list[float]) -> Move:
    left, top, new_left, new_top, width, height = places
    return Move(at=at, scroller=scroller, before=(left, top), after=(new_left, new_top), shows=(width, height))
