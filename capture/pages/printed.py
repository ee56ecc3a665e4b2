"""Documents of our own, written as HTML: printed by Chromium, or pictured where that cannot become PDF/A."""

import asyncio
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page

from capture.pages import gate
from capture.pages.camera import Camera
from capture.pages.compose import Composer
from capture.pages.cover import draw_footer
from capture.pages.document import Document
from capture.pages.fixer import fix
from capture.pages.layout import TOP, WIDTH, Cursor, Cuts, place
from capture.pages.plan import encoded
from capture.pages.profile import Flavour, Pictures
from capture.pages.spool import Shot

_SHARP = 3  # device pixels a CSS pixel: a picture of text that is to be printed on paper


async def print_document(
    browser: Browser, html: str, into: Path, *, title: str, created: datetime, flavour: Flavour = Flavour.A2
) -> Path:
    """Make PDF/A of an A4 document.

    The page loads nothing and runs nothing. Where no font has a letter, Chromium prints an empty box that PDF/A forbids
    (ISO 19005-2, 6.2.11.8), and for PDF/A-1 its prints are too new; then the pages become pictures with the text
    beneath, as a channel's do.

    Args:
        browser: a running Chromium.
        html: the whole document, with language, headings from h1 and scopes on its table headings.
        into: the file to make; its report goes beside it as `.verapdf.json`.
        title: its title.
        created: aware; stated in the file.
        flavour: which PDF/A.

    Returns:
        `into`.

    Raises:
        NotPdfAError: if the file is refused; it is left as `.rejected.pdf`.
        JavaMissingError: if there is no Java to judge with.
    """
    part = into.with_suffix(".pdf.part")
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": 1000}, locale="sv-SE", java_script_enabled=False, offline=True
    )
    try:
        page = await context.new_page()
        await page.set_content(html)
        if flavour.part == 1 or not await _print(page, part, title=title, created=created, flavour=flavour):
            await _picture(page, part, title=title, created=created, flavour=flavour)
    finally:
        await context.close()
    await asyncio.to_thread(gate.admit, [(part, into)], flavour)
    return into


async def _print(page: Page, into: Path, *, title: str, created: datetime, flavour: Flavour) -> bool:
    """Print the page; return whether there was a glyph for every letter."""
    printed = await page.pdf(tagged=True, outline=True, print_background=True, prefer_css_page_size=True, format="A4")
    raw = into.with_suffix(".print")
    await asyncio.to_thread(raw.write_bytes, printed)
    await asyncio.to_thread(fix, raw, into, title=title, created=created, flavour=flavour)
    raw.unlink()
    return not await asyncio.to_thread(gate.lacks_glyphs, into, flavour)


async def _picture(page: Page, into: Path, *, title: str, created: datetime, flavour: Flavour) -> None:
    await page.emulate_media(media="print")
    root = await page.wait_for_selector("body", state="attached")
    assert root  # noqa: S101 -- every document has a body
    with TemporaryDirectory(dir=into.parent) as folder:
        shots = Path(folder)
        shot = await Camera(shots, clock=lambda: created, scale=_SHARP).take(page, root, number=1)
        await asyncio.to_thread(_draw, shots, shot, into, title=title, created=created, flavour=flavour)


def _draw(shots: Path, shot: Shot, into: Path, *, title: str, created: datetime, flavour: Flavour) -> None:
    cuts = Cuts(shot.reading.tree, shot.reading.panels)
    pieces, _ = place(Cursor(page=0, y=TOP), width=shot.width, height=shot.height, cuts=cuts, caption=0)
    pictures = encoded(shots, shot, pieces, shots, Pictures.MIX)
    document = Document(title=title, created=created, flavour=flavour)
    while len(document.sheets) <= pieces[-1].page:
        document.add_sheet()
    composer = Composer(document, shot, pieces=pieces, pictures=pictures, headings=("H1", "H2"), titled_by_first=False)
    composer.draw(document.structure)
    draw_footer(document, title, "")
    document.bookmark(title, document.sheets[0], 0)
    document.save(into)
