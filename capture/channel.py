"""Capture one channel: read this first.

`visit` is the only part that touches the channel. It leaves in the run's folder all that the artefacts are made from
(see `capture.kept`). A visit that was killed goes on in the same folder: nothing that was finished is captured again.

What is made of it is in `capture.artefacts`, and can be repeated without the channel.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from playwright.async_api import Page, Playwright, async_playwright

from capture.attendance import Attendant, Nobody
from capture.items import Walk, Witness
from capture.kept import DIARY, EVIDENCE, MEDIA, PAGES, RECORDING, keep_walk
from capture.media import Media
from capture.pages import Pages
from capture.programs import chromium
from capture.recording import Recording
from capture.walk import Identity, Pace, open_page, walk
from register.errors import BadInputError, KanalarkivError, NoPostsError, RecordingError
from register.language import Text

PageOpener = Callable[[Playwright], AbstractAsyncContextManager[Page]]
"""Opens the page that is walked, and closes its browser afterwards."""


@asynccontextmanager
async def unattended_page(playwright: Playwright) -> AsyncIterator[Page]:
    """Open a page in a browser of our own that nobody sees and nobody is logged in to."""
    browser = await chromium.launch(playwright)
    try:
        yield await open_page(browser)
    finally:
        await browser.close()


class VisitDamagedError(BadInputError):
    """What a killed visit left is damaged, so that the visit cannot go on; it was not touched."""


async def visit(  # noqa: PLR0913 - a visit is told that much
    url: str,
    folder: Path,
    *,
    platform: str | None,
    since: datetime | None,
    clock: Callable[[], datetime],
    witnesses: Sequence[Witness] = (),
    attendant: Attendant = Nobody(),  # noqa: B008  # it keeps nothing
    identity: Identity | None = None,
    pace: Pace | None = None,
    open_page: PageOpener = unattended_page,
) -> Walk:
    """Walk the channel at `url` and keep all that its artefacts are made from in `folder`.

    Args:
        url: the channel's address.
        folder: a folder of this run's own: empty, or as a visit that was killed left it, which then goes on.
        platform: the name of a platform's profile; None to know the platform by its page.
        since: the start of the period to cover, UTC; None for the whole history.
        clock: gives the time, UTC.
        witnesses: who else is to follow the walk; the recording and the pages always do.
        attendant: who looks after the walk.
        identity: says what is wrong with whom the page says is logged in; None where it does not matter.
        pace: how long to rest between steps; None for the platform's own.
        open_page: opens the page to walk on.

    Raises:
        VisitDamagedError: what a killed visit left is damaged.
        NoPostsError: the whole history was asked for, and no post was captured.
        KanalarkivError: the channel, the browser or the disk did not allow it; see `capture.walk`.
    """
    evidence = folder / EVIDENCE
    evidence.mkdir(exist_ok=True)
    begun = (folder / DIARY).exists()
    with _damage_named(RecordingError, BadInputError):
        pages = Pages(folder / PAGES, clock=clock, resuming=True)
        recording = Recording(folder / RECORDING, clock=clock, resuming=True)
        media = Media(folder / MEDIA, clock=clock, resuming=True)
    attendant.equip(recording)
    async with recording, media, async_playwright() as playwright, open_page(playwright) as page:
        # Of a diary that was there, bad input is what the diary says; of a new one, what the person asked for.
        with _damage_named(BadInputError) if begun else nullcontext():
            seen = await walk(
                page,
                url,
                platform=platform,
                since=since,
                witnesses=(recording, pages, media, *witnesses),
                evidence=evidence,
                clock=clock,
                journal=folder / DIARY,
                steps_before=recording.steps,
                attendant=attendant,
                identity=identity,
                pace=pace,
            )
    if not seen.items and since is None:
        raise _no_posts(url)
    keep_walk(folder, seen)
    return seen


@contextmanager
def _damage_named(*faults: type[KanalarkivError]) -> Iterator[None]:
    """Let those of `faults` that arise mean that what a killed visit left is damaged."""
    try:
        yield
    except faults as damage:
        raise VisitDamagedError(happened=damage.happened, safe=damage.safe, next_step=damage.next_step) from damage


def _no_posts(url: str) -> NoPostsError:
    return NoPostsError(
        happened=Text(f"Inget inlägg på {url} hann samlas in.", f"No post of {url} was captured."),
        safe=Text("Inget paket har gjorts.", "No package was made."),
        next_step=Text("Kör igen.", "Run again."),
    )
