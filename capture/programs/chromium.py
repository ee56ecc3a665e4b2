"""The browser that visits channels: where it is, which version, and how it is started. It never poses as another.

In assisted mode it is the administrator's own, shown on their screen: see `find_own`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from playwright.async_api import Browser, Playwright
from playwright.async_api import Error as PlaywrightError

from register.errors import BadInputError, BrowserMissingError
from register.language import Text

VARIABLE = "KANALARKIV_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--autofill-server-url=http://127.0.0.1:1/",  # it would tell Google of every form that it meets
)
_PLAYWRIGHT_BROWSERS = Path("~/.cache/ms-playwright")


class Brand(StrEnum):
    """A browser that a person may have, by the name they know it by; in the order in which one is looked for."""

    EDGE = "edge"
    CHROME = "chrome"
    CHROMIUM = "chromium"


_ON_PATH = {
    Brand.EDGE: ("microsoft-edge", "microsoft-edge-stable", "msedge"),
    Brand.CHROME: ("google-chrome", "google-chrome-stable", "chrome"),
    Brand.CHROMIUM: ("chromium", "chromium-browser"),
}
_ON_WINDOWS = {
    Brand.EDGE: "Microsoft/Edge/Application/msedge.exe",
    Brand.CHROME: "Google/Chrome/Application/chrome.exe",
    Brand.CHROMIUM: "Chromium/Application/chrome.exe",
}
_ON_MACOS = {
    Brand.EDGE: "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    Brand.CHROME: "Google Chrome.app/Contents/MacOS/Google Chrome",
    Brand.CHROMIUM: "Chromium.app/Contents/MacOS/Chromium",
}


class NoDisplayError(BadInputError):
    """A browser is to be shown to a person, and there is no screen to show it on."""


def find() -> Path:
    """Return the Chromium to use: the one named in KANALARKIV_CHROMIUM, else Playwright's own, else one on PATH.

    Raises:
        BrowserMissingError: There is none, or KANALARKIV_CHROMIUM names something that is no program.
    """
    named = os.environ.get(VARIABLE)
    if named:
        path = shutil.which(named)
        if path is None:
            raise _missing(
                Text(f"{VARIABLE} pekar på {named}, som inte är ett program.", f"{VARIABLE} names {named}, no program.")
            )
        return Path(path)
    candidates = (*_playwrights_own(), *(Path(path) for name in _NAMES if (path := shutil.which(name))))
    if not candidates:
        raise _missing(Text("Ingen Chromium hittades på datorn.", "No Chromium was found on this computer."))
    return candidates[0]


def find_own(brand: Brand | None = None) -> Path:
    """Return a browser that a person uses: of that brand, else the first of Edge, Chrome, Chromium; else `find`'s.

    Raises:
        BrowserMissingError: there is none of that brand, or none at all.
    """
    for wanted in Brand if brand is None else (brand,):
        for path in _places(wanted, sys.platform):
            return path
    if brand in (None, Brand.CHROMIUM):
        return find()
    raise _missing(Text(f"{brand.title()} hittades inte på datorn.", f"{brand.title()} was not found."))


def _places(brand: Brand, system: str) -> Iterator[Path]:
    """Yield where `brand` is on this computer: what is on PATH, then where its installer puts it."""
    yield from (Path(path) for name in _ON_PATH[brand] if (path := shutil.which(name)))
    if system == "win32":
        roots = (os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
        candidates = [Path(root) / _ON_WINDOWS[brand] for root in roots if root]
    elif system == "darwin":
        candidates = [Path(root).expanduser() / _ON_MACOS[brand] for root in ("/Applications", "~/Applications")]
    else:
        candidates = []
    yield from (path for path in candidates if path.is_file())


def _playwrights_own() -> tuple[Path, ...]:
    """Return Playwright's browsers, the newest revision first."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or _PLAYWRIGHT_BROWSERS).expanduser()
    found = [path for path in folder.glob("chromium-*/chrome-linux*/chrome") if os.access(path, os.X_OK)]
    return tuple(sorted(found, key=lambda path: int(path.parts[-3].rpartition("-")[2]), reverse=True))


def version(path: Path) -> str:
    """Return what the browser at `path` calls itself, with its version, as PREMIS wants it.

    Raises:
        BrowserMissingError: It cannot be started.
    """
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise _missing(
            Text(f"{path} gick inte att starta: {error}", f"{path} could not be started: {error}")
        ) from error
    return answer.stdout.strip()


def driver() -> str:
    """Return the version of Playwright, having seen that its driver starts: it is linked to what a machine may lack.

    Raises:
        BrowserMissingError: it does not start.
    """
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, timeout=30, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["-"])[-1]
        raise BrowserMissingError(
            happened=Text(f"Playwrights drivrutin startar inte: {said}", f"Playwright's driver does not start: {said}"),
            safe=Text("Inget har samlats in.", "Nothing was captured."),
            next_step=Text(
                "Installera det bibliotek som saknas (på Debian ofta libatomic1) och kör igen.",
                "Install the library that is missing (on Debian often libatomic1) and run again.",
            ),
        )
    return done.stdout.split()[-1]


async def launch(playwright: Playwright, *, headless: bool = True) -> Browser:
    """Start the browser, under its own name and with nothing hidden about it; whoever calls closes it.

    Raises:
        BrowserMissingError: There is none, or it does not start.
        NoDisplayError: It is to be shown, and there is no screen.
    """
    path = find()
    if not headless:
        require_display()
    try:
        return await playwright.chromium.launch(executable_path=path, headless=headless, args=flags(recorded=headless))
    except PlaywrightError as error:
        raise did_not_start(path, error) from error


def flags(*, recorded: bool) -> list[str]:
    """Return what the browser is started with; one that is recorded shows no scroll bars."""
    hidden = ("--hide-scrollbars",) if recorded else ()
    # A browser run by root refuses its own sandbox; for everybody else the sandbox stays.
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    return [*_FLAGS, *hidden, *as_root]


def require_display() -> None:
    """See that there is a screen to show a browser on. Windows and macOS always have one for a logged-in user.

    Raises:
        NoDisplayError: there is none.
    """
    if sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    raise _no_display()


def did_not_start(path: Path, error: PlaywrightError) -> BrowserMissingError | NoDisplayError:
    """Return what is to be said of a browser that Playwright could not start."""
    if "without having a XServer" in error.message or "Missing X server" in error.message:
        return _no_display()
    detail = error.message.splitlines()[0]
    return _missing(Text(f"{path} startade inte: {detail}", f"{path} did not start: {detail}"))


def _no_display() -> NoDisplayError:
    return NoDisplayError(
        happened=Text(
            "Datorn har ingen skärm att visa webbläsaren på.", "This computer has no screen to show the browser on."
        ),
        safe=Text("Inget har besökts eller ändrats.", "Nothing has been visited or changed."),
        next_step=Text(
            "Kör på en dator med skärm. En session kan flyttas till en server: sätt samma KANALARKIV_NYCKEL på båda "
            "och kopiera sessionens fil, som kanalarkiv login skriver ut.",
            "Run on a computer with a screen. A session can be moved to a server: set the same KANALARKIV_NYCKEL on "
            "both and copy the session's file, which kanalarkiv login prints.",
        ),
    )


def _missing(happened: Text) -> BrowserMissingError:
    return BrowserMissingError(
        happened=happened,
        safe=Text("Inget har besökts eller ändrats.", "Nothing has been visited or changed."),
        next_step=Text(
            f"Kör `playwright install chromium`, eller installera Chromium, eller ange dess sökväg i {VARIABLE}.",
            f"Run `playwright install chromium`, or install Chromium, or give its path in {VARIABLE}.",
        ),
    )
