"""A person logs in once, in a browser that they see; what the browser then remembers is the session."""

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, BrowserContext, Page, StorageState
from playwright.async_api import Error as PlaywrightError

from capture.session.errors import SessionError
from capture.session.secret import Secret
from register.errors import BrowserLostError, ChannelUnreachableError
from register.language import Text

_NOTHING_KEPT = Text("Ingen session har sparats.", "No session was kept.")


async def made_by_hand(browser: Browser, url: str, *, done: Callable[[], Awaitable[bool]]) -> "Secret[StorageState]":
    """Open `url` for a person to log in, and return the session when they are done or have closed the window.

    Nothing is typed, clicked or recorded here. The session is cookies, localStorage and IndexedDB; what a page keeps in
    sessionStorage is not in it, and neither is any password.

    Args:
        browser: a browser that the person sees.
        url: the channel's address.
        done: waits until the person says that they are done; False when they gave it up.

    Raises:
        ChannelUnreachableError: nothing answers at `url`.
        BrowserLostError: the browser ended.
        SessionError: the person gave it up, or the browser remembers nothing.
    """
    context = await browser.new_context(no_viewport=True, locale="sv-SE", timezone_id="Europe/Stockholm")
    closed = asyncio.Event()

    def watch(page: Page) -> None:
        page.on("close", lambda _: closed.set() if not context.pages else None)
        page.on("dialog", lambda _: None)  # with a listener it stays open, and the person answers it

    context.on("page", watch)
    browser.on("disconnected", lambda _: closed.set())
    page = await context.new_page()
    try:
        await page.goto(url, wait_until="commit")
    except PlaywrightError as error:
        raise _unreachable(url) from error
    if not closed.is_set() and not await _first(done, closed):
        raise _given_up()
    return Secret(await _remembered(context))


async def _first(done: Callable[[], Awaitable[bool]], closed: asyncio.Event) -> bool:
    """Return what the person says, or True when the window is closed before they say it."""
    said, shut = asyncio.ensure_future(done()), asyncio.ensure_future(closed.wait())
    try:
        await asyncio.wait((said, shut), return_when=asyncio.FIRST_COMPLETED)
        return said.result() if said.done() else True
    finally:
        said.cancel()
        shut.cancel()


async def _remembered(context: BrowserContext) -> StorageState:
    try:
        state = await context.storage_state(indexed_db=True)
    except PlaywrightError:
        raise _lost() from None  # what Playwright says could quote what it read
    if not state.get("cookies") and not state.get("origins"):
        raise SessionError(
            happened=Text(
                "Webbläsaren minns ingenting av inloggningen.", "The browser remembers nothing of the login."
            ),
            safe=_NOTHING_KEPT,
            next_step=Text(
                "Kör kommandot igen, logga in tills kanalen visas, och tryck sedan Enter.",
                "Run the command again, log in until the channel is shown, and then press Enter.",
            ),
        )
    return state


def _given_up() -> SessionError:
    return SessionError(
        happened=Text("Inloggningen avbröts.", "The login was given up."),
        safe=_NOTHING_KEPT,
        next_step=Text("Kör kommandot igen när du vill logga in.", "Run the command again when you want to log in."),
    )


def _lost() -> BrowserLostError:
    return BrowserLostError(
        happened=Text("Webbläsaren avslutades innan sessionen lästs.", "The browser ended before it was read."),
        safe=_NOTHING_KEPT,
        next_step=Text(
            "Kör kommandot igen, och tryck Enter i terminalen innan webbläsaren avslutas.",
            "Run the command again, and press Enter in the terminal before the browser is ended.",
        ),
    )


def _unreachable(url: str) -> ChannelUnreachableError:
    return ChannelUnreachableError(
        happened=Text(f"Inget svarar på {url}.", f"Nothing answers at {url}."),
        safe=_NOTHING_KEPT,
        next_step=Text(
            "Kontrollera adressen och nätet, och kör igen.", "Check the address and the network, and run again."
        ),
    )
