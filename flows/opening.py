"""How the page that a channel is seen on is opened: by the person's own browser, with a kept session, or by nobody.

Nothing here is a flow: no Prefect sees a session, not even as a parameter.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Playwright, StorageState

from capture import channel as capture
from capture.attendance import Attendant, Nobody
from capture.session import identity, own_browser
from capture.session.attended import Attended
from capture.session.permit import Permit
from capture.session.store import Session
from capture.walk import Identity
from capture.walk.page import VIEWPORT, open_beside
from flows import attended, login
from flows.settings import Settings
from register.errors import ExitCode, KanalarkivError
from register.language import Text


class NotBegunError(KanalarkivError):
    """The person at the screen did not want it to begin."""

    exit_code = ExitCode.INTERRUPTED


@dataclass(frozen=True, kw_only=True)
class Seat:
    """From where a channel is seen: what opens the page, and who looks after it.

    `unknown`: nobody is logged in, so that the page shows what it shows to everybody.
    """

    open_page: capture.PageOpener
    attendant: Attendant
    unknown: bool


def seat(permit: Permit, declared: Settings | None, url: str) -> Seat:
    """Return from where `url` is to be seen, on the terms of `permit`.

    Raises:
        SessionError: a kept session is needed, and there is none that opens.
    """
    if permit.attended:
        person = attended.attendant()
        opener = their_page(url, attended.own_browser(declared), person)
        return Seat(open_page=opener, attendant=person, unknown=False)
    session = login.session_for(permit)
    if session is not None:
        return Seat(open_page=page_with(session), attendant=Nobody(), unknown=False)
    return Seat(open_page=capture.unattended_page, attendant=Nobody(), unknown=True)


def kept_state(permit: Permit) -> StorageState | None:
    """Return the kept session that the channel is seen with, as a browser takes it; None where there is none.

    Raises:
        SessionError: one is needed, and there is none that opens.
    """
    session = None if permit.attended else login.session_for(permit)
    return session.state.revealed() if session is not None else None


def who_is_to_be_logged_in(permit: Permit) -> Identity | None:
    """Return what judges whom a page says is logged in; None where the register expects nobody.

    A page that does not say who it is passes only where a person is there to see it.
    """
    entry = permit.entry
    if entry is None or not entry.login:
        return None
    expected = identity.Expectation(account=entry.account, login=True)
    good = {identity.Identity.OK} | ({identity.Identity.UNKNOWN} if permit.attended else set())

    def wrong(named: str | None) -> Text | None:
        compared = identity.compare(expected, named, login_offered=False)
        return None if compared.result in good else compared.said

    return wrong


def page_with(session: Session) -> capture.PageOpener:
    """Return what opens a page that nobody sees, logged in by a kept session."""

    @asynccontextmanager
    async def opened(playwright: Playwright) -> AsyncIterator[Page]:
        async with capture.unattended_page(playwright) as page:
            await page.context.set_storage_state(session.state.revealed())
            yield page

    return opened


def their_page(url: str, own: own_browser.OwnBrowser, person: Attended) -> capture.PageOpener:
    """Return what opens a page in the administrator's own browser, and waits for them to begin.

    What it opens raises NotBegunError where they do not want to.
    """

    @asynccontextmanager
    async def opened(playwright: Playwright) -> AsyncIterator[Page]:
        async with own_browser.opened(playwright, own, size=VIEWPORT) as context:
            theirs = set(context.pages)
            page = await open_beside(context)
            try:
                await page.set_viewport_size({"width": VIEWPORT[0], "height": VIEWPORT[1]})
                with suppress(PlaywrightError):  # the walk goes there itself, and says why where it cannot
                    await page.goto(url)
                if not await person.begins(page):
                    raise _not_begun()
                yield page
            finally:  # a browser that they started stays open, with what they had in it
                for ours in set(context.pages) - theirs:
                    await ours.close()

    return opened


def _not_begun() -> NotBegunError:
    return NotBegunError(
        happened=Text("Det påbörjades inte.", "It was not begun."),
        safe=Text("Inget har samlats in.", "Nothing was captured."),
        next_step=Text("Kör samma kommando igen när det passar.", "Run the same command again when it suits."),
    )
