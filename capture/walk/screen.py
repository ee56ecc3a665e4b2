"""One page with the walk's own engine in it: each step is one question to the page, and one strict answer."""

import asyncio
import json
from collections.abc import Iterable
from importlib.resources import files
from urllib.parse import urlsplit

from playwright.async_api import ElementHandle, Frame, Page, Response
from playwright.async_api import Error as PlaywrightError

from capture.walk import faults
from capture.walk.bounds import Bounds
from capture.walk.look import Look, Order, Siblings
from capture.walk.patterns import NUMBER, Line, Patterns
from capture.walk.profile import Profile
from register.private_pages import require_public

KEY = "__kanalarkiv"
_SCRIPTS = ("tree", "names", "view", "reading", "items", "repeated", "waiting", "controls", "hands", "shown", "report")
_STEP = f"order => window.{KEY}.step(order)"


class Screen:
    """A page, and the engine in it. `home` is the address it was sent to; `restarts` counts how often it left.

    `drawn` says that somebody looks at the screen after each step.
    """

    def __init__(self, page: Page, *, engine: str, bounds: Bounds, drawn: bool) -> None:
        self.page = page
        self._engine = engine
        self._equipped = False
        self._bounds = bounds
        self._drawn = drawn
        self.home = ""
        self.restarts = 0
        self._standing: dict[str | None, tuple[str, ...]] = {}
        self._owners: dict[Frame, str | None] = {}

    async def go(self, url: str) -> Response | None:
        """Open `url`, with the engine there before any script of any document, in every frame.

        Raises:
            PlaywrightError: Nothing came within `arrival_seconds`.
            NotAllowedError: It led to a page of private messages.
        """
        if not self._equipped:
            await self.page.add_init_script(self._engine)
            self._equipped = True
        self.home = url
        self._standing.clear()
        self._owners.clear()
        bound = self._bounds.arrival_seconds * 1000
        answer = await self.page.goto(url, wait_until="domcontentloaded", timeout=bound)
        require_public(self.page.url)  # where a redirect led: whoever is logged in has an inbox too
        return answer

    def on(self, page: Page) -> "Screen":
        """Return another page as a screen with the same engine."""
        return Screen(page, engine=self._engine, bounds=self._bounds, drawn=self._drawn)

    async def do(self, order: Order) -> Look:
        """Do one thing on the page; return what it looks like when it has settled.

        Raises:
            BrowserLostError: The page did not answer within `hang_seconds`.
            PlaywrightError: The page left, crashed or was closed meanwhile.
        """
        timed = order.model_copy(update={"settle": self._bounds.settle_seconds * 1000, "drawn": self._drawn})
        try:
            async with asyncio.timeout(self._bounds.hang_seconds):
                answer = await self.page.evaluate(_STEP, timed.model_dump(mode="json"))
        except TimeoutError as error:
            raise faults.browser_hangs(self._bounds.hang_seconds) from error
        except PlaywrightError as error:
            if not _left(error):
                raise
            return await self._begin_anew(timed)
        look = Look.model_validate(answer)
        look = look.model_copy(update={"orders": tuple(self._whole(siblings) for siblings in look.orders)})
        return await self._with_frames(look, timed) if look.foreign_frames else look

    def _whole(self, siblings: Siblings) -> Siblings:
        before = self._standing.get(siblings.parent, ())[: siblings.same]
        self._standing[siblings.parent] = (*before, *siblings.keys)
        return siblings.model_copy(update={"same": 0, "keys": self._standing[siblings.parent]})

    async def _begin_anew(self, order: Order) -> Look:
        """Return to where this screen began after the page left by itself; some pages never stop leaving."""
        self.restarts += 1
        if self.restarts > self._bounds.restarts:
            raise faults.restless(self.page.url, self.restarts)
        self._standing.clear()
        self._owners.clear()
        try:
            await self.page.goto(self.home, wait_until="domcontentloaded", timeout=self._bounds.arrival_seconds * 1000)
            began = await self.page.evaluate(f"'{KEY}' in window")
        except PlaywrightError as error:
            if not _left(error) and "interrupted by another navigation" not in error.message:
                raise
            return await self._begin_anew(order)
        if not began:
            raise RuntimeError("the engine did not start in the page")  # a fault of ours, not of the page
        waited = {"deed": "wait", "bound": self._bounds.arrival_seconds * 1000, "patience": 1_000}
        return await self.do(order.model_copy(update=waited))

    async def _with_frames(self, look: Look, order: Order) -> Look:
        """Ask the engines in frames of other origins, each for the post that it stands in."""
        key = look.post.key if look.post is not None else None
        for frame in self.page.frames:
            if frame.parent_frame is None or not _elsewhere(frame):
                continue
            try:
                owner = await self._owner(frame)
                if owner is None or owner != key:
                    continue
                mine = order.deed in ("open", "open-order", "choose-order")
                asked = order.model_copy(
                    update={
                        "post": owner,
                        "deed": order.deed if mine else "look",
                        "drawn": False,
                        "window": await self._window(frame) if self._drawn else None,
                    }
                )
                inner = Look.model_validate(await frame.evaluate(_STEP, asked.model_dump(mode="json")))
                look = _joined(look, inner)
            except PlaywrightError as error:
                if faults.is_lost(error) and self.page.is_closed():
                    raise
                look = look.model_copy(update={"unread_frames": (*look.unread_frames, frame.url[:200])})
        return look

    async def _owner(self, frame: Frame) -> str | None:
        """Return the key of the post that `frame` stands in, None where it stands in none."""
        if self._owners.get(frame) is None:
            parent = frame.parent_frame
            if parent is not None and parent.parent_frame is not None and _elsewhere(parent):
                self._owners[frame] = await self._owner(parent)
            else:
                element = await frame.frame_element()
                self._owners[frame] = await element.evaluate(f"one => window.top.{KEY}.ownerOfFrame(one)")
        return self._owners[frame]

    async def _window(self, frame: Frame) -> tuple[float, float]:
        """Return from where to where `frame` is on the screen, in its own CSS pixels."""
        element = await frame.frame_element()
        box = await element.bounding_box()
        size = self.page.viewport_size
        if box is None or size is None:
            return 0, 0
        return max(0, -box["y"]), min(box["height"], size["height"] - box["y"])

    async def root(self, key: str) -> ElementHandle | None:
        """Return the element that holds the whole post `key`, None if it is not in the page now."""
        try:
            handle = await self.page.evaluate_handle(f"key => window.{KEY}.rootOf(key)", key)
        except PlaywrightError as error:
            if not _left(error):
                raise
            return None
        return handle.as_element()


def _left(error: PlaywrightError) -> bool:
    """Say whether the document went away, and the engine with it."""
    gone = ("context was destroyed", "undefined (reading 'step')", "undefined (reading 'rootOf')")
    return any(sign in error.message for sign in gone)


def _elsewhere(frame: Frame) -> bool:
    """Say whether a frame is of another origin than the frame around it, which cannot look into it then."""
    parent = frame.parent_frame
    own = urlsplit(frame.url)
    if parent is None or own.scheme not in ("http", "https"):
        return False
    around = urlsplit(parent.url)
    return (own.scheme, own.netloc) != (around.scheme, around.netloc)


def _joined(look: Look, inner: Look) -> Look:
    """Return `look` with what a frame of the post at work holds."""
    changes: dict[str, object] = {
        "items": (*look.items, *inner.items),
        "orders": (*look.orders, *(one.model_copy(update={"same": 0}) for one in inner.orders)),
        "more": look.more or inner.more,
        "in_view": (*look.in_view, *inner.in_view),
        "pressed": (*look.pressed, *inner.pressed),
        "pending": look.pending + inner.pending,
        "cut": look.cut + inner.cut,
        "failures": (*look.failures, *inner.failures),
    }
    if look.post is not None and inner.post is not None:
        changes["post"] = look.post.model_copy(
            update={
                "open": look.post.open + inner.post.open,
                "left": (*look.post.left, *inner.post.left),
                "texts": (look.post.texts or not look.post.open) and inner.post.texts,
                "order": look.post.order or inner.post.order,
                "spinning": look.post.spinning or inner.post.spinning,
                "unknown": (*look.post.unknown, *inner.post.unknown),
                "withheld": look.post.withheld or inner.post.withheld,
            }
        )
    return look.model_copy(update=changes)


def engine(patterns: Patterns, profiles: Iterable[Profile], *, platform: str | None) -> str:
    """Return the script that watches a page and works its controls, with all profiles and names in it.

    `platform` is the name of the profile to use, None to find it by the page.
    """
    settings = {
        "profiles": [profile.model_dump(mode="json", by_alias=True) for profile in profiles],
        "patterns": {
            meaning: [_line(meaning, place, line) for place, line in enumerate(lines)]
            for meaning, lines in patterns.by_meaning().items()
        },
        "platform": platform,
        "number": NUMBER,
    }
    folder = files("capture.walk") / "engine"
    quiet = (folder / "quiet.js").read_text("utf-8")
    rest = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    # A frame that the window around it can look into only counts its traffic; one from elsewhere looks for itself.
    return f"""(() => {{
'use strict';
const KEY = {json.dumps(KEY)};
if (window[KEY]) return;
const offer = (offered) => Object.defineProperty(window, KEY, {{ value: Object.freeze(offered) }});
{quiet}
const EMBEDDED = window.top !== window;
const lookedInto = () => {{ try {{ return Boolean(window.parent.document); }} catch (error) {{ return false; }} }};
if (EMBEDDED && lookedInto()) {{ offer({{ traffic }}); return; }}
const SETTINGS = {json.dumps(settings)};
{rest}
offer({{ traffic, step, rootOf, ownerOfFrame, ownerAt, keyOf, keysOf, areaOf }});
}})()"""


def _line(meaning: str, place: int, line: Line) -> dict[str, str | bool | int | None]:
    return {"id": f"{meaning}:{place}", "name": line.source, "toggle": line.toggle, "count": line.count}
