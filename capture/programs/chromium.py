"""The browser that visits channels: where it is, which version, and how it is started. It never poses as another."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser, Playwright
from playwright.async_api import Error as PlaywrightError

from register.errors import BrowserMissingError
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
    "--hide-scrollbars",
)
_PLAYWRIGHT_BROWSERS = Path("~/.cache/ms-playwright")


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
    """
    path = find()
    # A browser run by root refuses its own sandbox; for everybody else the sandbox stays.
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    try:
        return await playwright.chromium.launch(executable_path=path, headless=headless, args=[*_FLAGS, *as_root])
    except PlaywrightError as error:
        detail = error.message.splitlines()[0]
        raise _missing(Text(f"{path} startade inte: {detail}", f"{path} did not start: {detail}")) from error


def _missing(happened: Text) -> BrowserMissingError:
    return BrowserMissingError(
        happened=happened,
        safe=Text("Inget har besökts eller ändrats.", "Nothing has been visited or changed."),
        next_step=Text(
            f"Kör `playwright install chromium`, eller installera Chromium, eller ange dess sökväg i {VARIABLE}.",
            f"Run `playwright install chromium`, or install Chromium, or give its path in {VARIABLE}.",
        ),
    )
