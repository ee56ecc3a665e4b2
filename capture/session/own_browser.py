r"""The administrator's own browser, for assisted mode: Edge, Chrome or Chromium, with a profile they log in with.

Either it is started here with a profile folder of theirs, or it is one that they started themselves:

    msedge --remote-debugging-port=9222 --user-data-dir=%USERPROFILE%\kanalarkiv-profil

The profile is one of its own, not the browser's ordinary one: since version 136 Chrome and Edge refuse to be steered
with that, and a profile can be open in one browser at a time. It stays the person's: it is in a folder that only they
can read, its cookies are protected the way that browser protects them on that system, and nothing here reads them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Playwright
from playwright.async_api import Error as PlaywrightError

from capture.programs import chromium
from capture.programs.chromium import Brand
from capture.session.key import home, private_folder
from register.errors import BadInputError, FolderBlockedError
from register.language import Text

# Playwright's own defaults would keep the cookies under a key that everybody knows.
_AS_THE_BROWSER_DOES = ("--password-store=basic", "--use-mock-keychain")
_NOTHING = Text("Inget har samlats in.", "Nothing was captured.")


@dataclass(frozen=True, kw_only=True)
class OwnBrowser:
    """Which browser: `endpoint` is that of one already started, else `brand` is started with `profile`.

    Without a brand, the first found of Edge, Chrome and Chromium.
    """

    brand: Brand | None = None
    profile: Path | None = None
    endpoint: str | None = None


@asynccontextmanager
async def opened(playwright: Playwright, own: OwnBrowser, *, size: tuple[int, int]) -> AsyncIterator[BrowserContext]:
    """Open the browser so that a person sees it, and close it after, unless they started it themselves.

    Args:
        playwright: the running Playwright.
        own: which browser.
        size: width and height of a page in CSS pixels. A browser that a person started gives its pages its own: set
            it on each page.

    Raises:
        BrowserMissingError: that browser is not on this computer, or does not start.
        NoDisplayError: there is no screen.
        FolderBlockedError: the profile is open in another browser.
        BadInputError: no browser answers at the endpoint.
    """
    if own.endpoint is not None:
        yield await _connected(playwright, own.endpoint)  # theirs to close; it is let go when Playwright stops
        return
    profile = own.profile or home() / "webbläsarprofil"
    private_folder(profile)
    context = await _started(playwright, chromium.find_own(own.brand), profile, size)
    try:
        yield context
    finally:
        await context.close()


async def _connected(playwright: Playwright, endpoint: str) -> BrowserContext:
    try:
        browser = await playwright.chromium.connect_over_cdp(endpoint)
    except PlaywrightError as error:
        raise BadInputError(
            happened=Text(f"Ingen webbläsare svarar på {endpoint}.", f"No browser answers at {endpoint}."),
            safe=_NOTHING,
            next_step=Text(
                "Starta den med --remote-debugging-port=9222 och --user-data-dir=MAPP (en egen mapp, inte den vanliga "
                "profilen).",
                "Start it with --remote-debugging-port=9222 and --user-data-dir=FOLDER (one of its own, not the usual "
                "profile).",
            ),
        ) from error
    return browser.contexts[0]


async def _started(playwright: Playwright, program: Path, profile: Path, size: tuple[int, int]) -> BrowserContext:
    chromium.require_display()
    try:
        return await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program,
            headless=False,
            args=chromium.flags(recorded=True),
            ignore_default_args=_AS_THE_BROWSER_DOES,
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=1,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
            service_workers="block",
            accept_downloads=False,
        )
    except PlaywrightError as error:
        if "existing browser session" in error.message or "already in use" in error.message:
            raise FolderBlockedError(
                happened=Text(
                    f"Profilen {profile} är redan öppen i en webbläsare.",
                    f"The profile {profile} is already open in a browser.",
                ),
                safe=_NOTHING,
                next_step=Text("Stäng den webbläsaren och kör igen.", "Close that browser and run again."),
            ) from error
        raise chromium.did_not_start(program, error) from error
