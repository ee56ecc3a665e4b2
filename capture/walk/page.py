"""A page to walk on: always the same size and language, and deaf to whatever a page may throw at its visitor."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, BrowserContext, Dialog, Page
from playwright.async_api import Error as PlaywrightError

VIEWPORT = (1280, 900)


@dataclass(kw_only=True)
class Nuisances:
    """What a page tried on its visitor, counted."""

    dialogs: int = 0
    popups: int = 0
    downloads: int = 0


Equip = Callable[[Page], Awaitable[None]]
"""Makes a page ready before anything is opened in it."""

_nuisances: WeakKeyDictionary[BrowserContext, Nuisances] = WeakKeyDictionary()
_equipment: WeakKeyDictionary[BrowserContext, Equip] = WeakKeyDictionary()


async def open_page(browser: Browser, *, proxy: str | None = None) -> Page:
    """Return a page in a context of its own (1280 × 900 CSS pixels, Swedish, Europe/Stockholm).

    `proxy` is the address that everything it asks for goes through, also what is on this computer; None: none of ours.
    Popups are closed, dialogs dismissed and downloads refused, each counted: see `nuisances`.

    Raises:
        PlaywrightError: The browser is gone.
    """
    context = await browser.new_context(
        viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
        device_scale_factor=1,
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=False,
        proxy=None if proxy is None else {"server": proxy, "bypass": "<-loopback>"},
    )
    return await open_beside(context)


async def open_beside(context: BrowserContext) -> Page:
    """Return one more page in `context`, with the same deafness."""
    page = await context.new_page()
    if context in _equipment:
        await _equipment[context](page)
    counted = nuisances(context)

    async def dismiss(dialog: Dialog) -> None:
        counted.dialogs += 1
        with suppress(PlaywrightError):  # the page went away, and its dialog with it
            await dialog.dismiss()

    async def close(popup: Page) -> None:
        counted.popups += 1
        with suppress(PlaywrightError):  # it closed itself first
            await popup.close()

    def refuse(_: object) -> None:
        counted.downloads += 1

    page.on("dialog", dismiss)
    page.on("popup", close)
    page.on("download", refuse)
    return page


@contextmanager
def equip(context: BrowserContext, make_ready: Equip) -> Iterator[None]:
    """Have `make_ready` called with every page that is opened here in `context`, until the end."""
    _equipment[context] = make_ready
    try:
        yield
    finally:
        del _equipment[context]


def nuisances(context: BrowserContext) -> Nuisances:
    """Return what the pages of `context` have tried so far; all zero for a context that was not opened here."""
    return _nuisances.setdefault(context, Nuisances())
