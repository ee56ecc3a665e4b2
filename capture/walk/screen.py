"""One page with the walk's own engine in it: each step is one question to the page, and one strict answer."""

import asyncio
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Literal

from playwright.async_api import ElementHandle, Page, Response
from playwright.async_api import Error as PlaywrightError
from pydantic import BaseModel, ConfigDict, Field

from capture.walk import faults
from capture.walk.bounds import Bounds
from capture.walk.patterns import Line, Patterns
from capture.walk.profile import Profile

KEY = "__kanalarkiv"
_SCRIPTS = ("tree", "names", "items", "hands")

Deed = Literal["look", "wait", "rest", "scroll", "jiggle", "open", "open-order", "choose-order", "cookie", "nag"]


class _Seen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeenPicture(_Seen):
    """A picture as the page has it."""

    url: str
    alt: str


class Record(_Seen):
    """An item as it was in the page when it last changed."""

    key: str
    source: Literal["permalink", "id", "content"]
    kind: Literal["post", "comment", "reply"]
    post: str | None
    parent: str | None
    author: str
    text: str
    datetime: str
    shown: str
    claim: str | None
    links: tuple[str, ...]
    pictures: tuple[SeenPicture, ...]
    shortened: bool
    place: int


class Siblings(_Seen):
    """The items that stand under `parent` (None: the feed) in the page now, in order.

    As the page tells it, `keys` begin after the first `same` ones of what it told last time; `Screen` adds those.
    """

    parent: str | None
    same: int
    keys: tuple[str, ...]


class SeenPost(_Seen):
    """The post at work: where it is in the window (CSS pixels), and what in it can be pressed."""

    key: str
    top: float
    bottom: float
    open: int
    texts: bool
    left: tuple[str, ...]
    order: bool
    unknown: tuple[str, ...]
    withheld: str | None


class Wall(_Seen):
    """Signs that a login or a proof is asked for: the words or the path that say so, or None."""

    password: bool
    address: str | None
    said: str | None

    @property
    def sign(self) -> str | None:
        """The clearest sign there is, None where there is none."""
        return self.said or self.address or ("password" if self.password else None)


class Strayed(_Seen):
    """Something tried to lead the page away from the channel, and was stopped."""

    to: str
    control: str | None


class Look(_Seen):
    """What the page is like after a step; times are the page's own, in milliseconds."""

    url: str
    title: str
    profile: str
    scroll_y: float
    items: tuple[Record, ...]
    more: bool
    retired: tuple[str, ...]
    orders: tuple[Siblings, ...]
    twice: dict[str, int]
    posts: int
    next: str | None
    post: SeenPost | None
    cookie: bool
    nag: bool
    at_end: bool
    pending: int
    spinning: bool
    failures: tuple[int, ...]
    end_marker: str | None
    claimed_posts: str | None
    wall: Wall
    strayed: tuple[Strayed, ...]
    cut: int
    unread_frames: tuple[str, ...]
    now: float
    visible_height: float
    pressed: tuple[str, ...]
    late: bool


class Order(BaseModel):
    """What is asked of the page. `by` is in CSS pixels; `since` is page time; `bound`, `patience`, `settle` ms."""

    model_config = ConfigDict(frozen=True)

    deed: Deed = "look"
    post: str | None = None
    by: float = 0
    since: float = 0
    bound: float = 5_000
    patience: float = 400
    settle: float = 2_000
    armed: bool = True
    done: tuple[str, ...] = Field(default=())


class Screen:
    """A page, and the engine in it. `home` is the address it was sent to; `restarts` counts how often it left."""

    def __init__(self, page: Page, *, engine: str, bounds: Bounds) -> None:
        self.page = page
        self._engine = engine
        self._bounds = bounds
        self.home = ""
        self.restarts = 0
        self._standing: dict[str | None, tuple[str, ...]] = {}

    async def go(self, url: str) -> Response | None:
        """Open `url`, with the engine there before any script of any document, in every frame.

        Raises:
            PlaywrightError: Nothing came within `arrival_seconds`.
        """
        await self.page.add_init_script(self._engine)
        self.home = url
        bound = self._bounds.arrival_seconds * 1000
        return await self.page.goto(url, wait_until="domcontentloaded", timeout=bound)

    def on(self, page: Page) -> "Screen":
        """Return another page as a screen with the same engine."""
        return Screen(page, engine=self._engine, bounds=self._bounds)

    async def do(self, order: Order) -> Look:
        """Do one thing on the page; return what it looks like when it has settled.

        Raises:
            BrowserLostError: The page did not answer within `hang_seconds`.
            PlaywrightError: The page left, crashed or was closed meanwhile.
        """
        timed = order.model_copy(update={"settle": self._bounds.settle_seconds * 1000})
        try:
            async with asyncio.timeout(self._bounds.hang_seconds):
                answer = await self.page.evaluate(f"order => window.{KEY}.step(order)", timed.model_dump(mode="json"))
        except TimeoutError as error:
            raise faults.browser_hangs(self._bounds.hang_seconds) from error
        except PlaywrightError as error:
            if "context was destroyed" not in error.message:
                raise
            return await self._begin_anew(timed)
        look = Look.model_validate(answer)
        return look.model_copy(update={"orders": tuple(self._whole(siblings) for siblings in look.orders)})

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
        await self.page.goto(self.home, wait_until="domcontentloaded")
        waited = {"deed": "wait", "bound": self._bounds.arrival_seconds * 1000, "patience": 1_000}
        return await self.do(order.model_copy(update=waited))

    async def root(self, key: str) -> ElementHandle | None:
        """Return the element that holds the whole post `key`, None if it is not in the page now."""
        handle = await self.page.evaluate_handle(f"key => window.{KEY}.rootOf(key)", key)
        return handle.as_element()


def engine(patterns: Patterns, profiles: Iterable[Profile]) -> str:
    """Return the script that watches a page and works its controls, with all profiles and names in it."""
    settings = {
        "profiles": [profile.model_dump(mode="json", by_alias=True) for profile in profiles],
        "patterns": {
            meaning: [_line(meaning, place, line) for place, line in enumerate(lines)]
            for meaning, lines in patterns.by_meaning().items()
        },
    }
    folder = files("capture.walk")
    quiet = (folder / "quiet.js").read_text("utf-8")
    rest = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    # Frames only count their traffic; the window on top does the looking, also into them.
    return f"""(() => {{
'use strict';
const KEY = {json.dumps(KEY)};
if (window[KEY]) return;
const offer = (offered) => Object.defineProperty(window, KEY, {{ value: Object.freeze(offered) }});
{quiet}
if (window.top !== window) {{ offer({{ traffic }}); return; }}
const SETTINGS = {json.dumps(settings)};
{rest}
offer({{ traffic, step, rootOf }});
}})()"""


def _line(meaning: str, place: int, line: Line) -> dict[str, str | bool | int | None]:
    return {"id": f"{meaning}:{place}", "name": line.source, "toggle": line.toggle, "count": line.count}
