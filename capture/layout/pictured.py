"""Pictures the channel's first page and the page about it, whole, at each width, with nothing on them touched.

No box is closed and nothing is opened: it is what meets a visitor. A page that has no end is pictured to a stated
height, and the picture says that it was cut.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, StorageState
from playwright.async_api import Error as PlaywrightError
from pydantic import TypeAdapter

from capture.walk import Bounds, load_profiles
from capture.walk.look import Look, Order
from capture.walk.obstacles import walled
from capture.walk.page import open_beside
from capture.walk.patterns import load_patterns
from capture.walk.screen import Screen, engine
from register.language import Text

TALLEST = 12_000
"""CSS pixels of a page that are pictured; Chromium draws no picture of more than 16,384 device pixels whole."""

CHANNEL, ABOUT = "kanal", "om"
_ABOUT_NAMED = re.compile(r"^\s*(om|om oss|om sidan|om kanalen|about|about us|info|information)\s*$", re.IGNORECASE)
_FILE = "layout.json"


@dataclass(frozen=True, kw_only=True)
class View:
    """The size of a window, in CSS pixels; `mobile`: as a phone lays out a page, with touch."""

    width: int
    height: int
    mobile: bool


VIEWS = (View(width=1280, height=900, mobile=False), View(width=390, height=844, mobile=True))


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One page at one width: `page` is CHANNEL or ABOUT, `file` the PNG's name, `url` where it was shown.

    `height` of the page's CSS pixels are pictured; `cut`: it goes on below. `taken` is UTC.
    """

    page: str
    view: View
    url: str
    title: str
    file: str
    sha256: str
    height: int
    cut: bool
    taken: datetime


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What was pictured, and what was not, and why. `about` is the address of the page about the channel, if any."""

    pictures: tuple[Picture, ...]
    missed: tuple[Text, ...]
    about: str | None

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths at which the channel itself was pictured, the greatest first."""
        return tuple(sorted({one.view.width for one in self.pictures if one.page == CHANNEL}, reverse=True))

    @property
    def about_kept(self) -> bool | None:
        """Whether the page about the channel was pictured; None where there is none."""
        return None if self.about is None else any(one.page == ABOUT for one in self.pictures)


_layout_type = TypeAdapter(Layout)


async def picture_layout(  # noqa: PLR0913 - what to picture, as whom, and where it is kept
    browser: Browser,
    url: str,
    into: Path,
    *,
    clock: Callable[[], datetime],
    about: str | None = None,
    session: StorageState | None = None,
    views: Sequence[View] = VIEWS,
    bounds: Bounds = Bounds(),  # noqa: B008  # frozen
) -> Layout:
    """Picture the channel and the page about it, at each of `views`.

    Args:
        browser: The browser; it is left open, and as it was.
        url: The channel's address.
        into: The folder for the pictures; made where there is none.
        clock: Gives the time, UTC.
        about: The address of the page about the channel; None to look on the channel for a link that is called so.
        session: Who is logged in; None: nobody.
        views: The windows' sizes.
        bounds: How long to wait.

    Returns:
        What came of it. A page that did not answer, or stood behind a wall, is in `missed`; the others are pictured.

    Raises:
        OSError: There is no room for a picture.
        PlaywrightError: The browser is gone.
    """
    into.mkdir(parents=True, exist_ok=True)
    script = engine(load_patterns(), load_profiles(), platform=None)
    pictures: list[Picture] = []
    missed: list[Text] = []
    for view in views:
        async with _window(browser, view, session) as context:
            for page in (CHANNEL, ABOUT):
                address = url if page == CHANNEL else about
                if address is None:
                    continue
                screen = Screen(await open_beside(context), engine=script, bounds=bounds, drawn=True)
                try:
                    look = await _open(screen, address)
                    pictures.append(await _picture(screen.page, look, view, page, into, clock))
                    about = about or await _link_about(screen.page, url)
                except (PlaywrightError, _MissedError) as why:
                    if not browser.is_connected():
                        raise
                    missed.append(_told(page, view, why))
    return Layout(pictures=tuple(pictures), missed=tuple(missed), about=about)


def keep_layout(folder: Path, layout: Layout) -> None:
    """Keep what came of it in `folder`, where its pictures are."""
    (folder / _FILE).write_bytes(_layout_type.dump_json(layout, indent=1))


def layout_in(folder: Path) -> Layout | None:
    """Return what was kept in `folder`, None where nothing was."""
    path = folder / _FILE
    return _layout_type.validate_json(path.read_bytes()) if path.exists() else None


class _MissedError(Exception):
    """A page that cannot be pictured as what it is."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@asynccontextmanager
async def _window(browser: Browser, view: View, session: StorageState | None) -> AsyncIterator[BrowserContext]:
    """Open a window as a visitor with such a device has it; the browser goes on saying what it is."""
    context = await browser.new_context(
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=1,
        is_mobile=view.mobile,
        has_touch=view.mobile,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=False,
        storage_state=session,
    )
    try:
        yield context
    finally:
        await context.close()


async def _open(screen: Screen, address: str) -> Look:
    """Open a page and let it settle."""
    answer = await screen.go(address)
    if answer is not None and answer.status >= 400:
        raise _MissedError(
            Text(f"servern svarade med HTTP {answer.status}", f"the server answered with HTTP {answer.status}")
        )
    look = await screen.do(Order())
    wall = walled(look)
    if wall is not None:
        raise _MissedError(
            Text(f"en inloggning eller kontroll står i vägen: {wall.sign.sv}", f"a wall: {wall.sign.en}")
        )
    return look


async def _picture(page: Page, look: Look, view: View, what: str, into: Path, clock: Callable[[], datetime]) -> Picture:
    tall: int = await page.evaluate("Math.max(document.documentElement.scrollHeight, innerHeight)")
    height = min(tall, TALLEST)
    name = f"{what}-{view.width}.png"
    png = await page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": view.width, "height": height},
        animations="disabled",
        caret="hide",
    )
    (into / name).write_bytes(png)
    return Picture(
        page=what,
        view=view,
        url=look.url,
        title=await page.title(),
        file=name,
        sha256=sha256(png).hexdigest(),
        height=height,
        cut=tall > height,
        taken=clock(),
    )


async def _link_about(page: Page, url: str) -> str | None:
    """Return where a link that is called *Om* or *About* leads, on the channel's own host; None if there is none."""
    for link in await page.get_by_role("link", name=_ABOUT_NAMED).all():
        address: str = await link.evaluate("link => link.href")
        where = urlsplit(address)
        if where.scheme in ("http", "https") and where.hostname == urlsplit(url).hostname:
            return address
    return None


def _told(page: str, view: View, why: PlaywrightError | _MissedError) -> Text:
    what = {
        CHANNEL: Text("kanalens första sida", "the channel's first page"),
        ABOUT: Text("sidan om kanalen", "the page about the channel"),
    }[page]
    said = why.why if isinstance(why, _MissedError) else Text(*([why.message.splitlines()[0]] * 2))
    return Text(
        f"{what.sv}, {view.width} pixlar bred, är inte avbildad: {said.sv}",
        f"{what.en}, {view.width} pixels wide, is not pictured: {said.en}",
    )
