"""Documents of our own, written as HTML: printed by Chromium, or pictured where a letter is missing."""

import asyncio
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page

from capture.pages import gate
from capture.pages.compose import Composer
from capture.pages.cover import draw_footer
from capture.pages.document import Document
from capture.pages.fixer import fix
from capture.pages.layout import TOP, WIDTH, Cursor, Cuts, place
from capture.pages.picture import Bands, encode, photographs
from capture.pages.shoot import Camera
from capture.pages.spool import Shot

_SHARP = 3  # device pixels a CSS pixel: a picture of text that is to be printed on paper


async def print_document(browser: Browser, html: str, into: Path, *, title: str, created: datetime) -> Path:
    """Make PDF/A-2a and PDF/UA-1 of an A4 document.

    The page loads nothing and runs nothing. Where no font has a letter, Chromium prints an empty box that PDF/A forbids
    (ISO 19005-2, 6.2.11.8); then the pages become pictures with the text beneath, as a channel's do.

    Args:
        browser: a running Chromium.
        html: the whole document, with language, headings from h1 and scopes on its table headings.
        into: the file to make; its report goes beside it as `.verapdf.json`.
        title: its title.
        created: aware; stated in the file.

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
        printed = await page.pdf(
            tagged=True, outline=True, print_background=True, prefer_css_page_size=True, format="A4"
        )
        raw = into.with_suffix(".print.part")
        await asyncio.to_thread(raw.write_bytes, printed)
        await asyncio.to_thread(fix, raw, part, title=title, created=created)
        raw.unlink()
        if await asyncio.to_thread(gate.lacks_glyphs, part):
            await _picture(page, part, title=title, created=created)
    finally:
        await context.close()
    await asyncio.to_thread(gate.admit, [(part, into)])
    return into


async def _picture(page: Page, into: Path, *, title: str, created: datetime) -> None:
    await page.emulate_media(media="print")
    root = await page.wait_for_selector("body", state="attached")
    assert root  # noqa: S101 -- every document has a body
    with TemporaryDirectory(dir=into.parent) as folder:
        shots = Path(folder)
        shot = await Camera(shots, clock=lambda: created, scale=_SHARP).take(page, root, number=1)
        await asyncio.to_thread(_draw, shots, shot, into, title=title, created=created)


def _draw(shots: Path, shot: Shot, into: Path, *, title: str, created: datetime) -> None:
    cuts = Cuts(shot.reading.tree, shot.reading.panels)
    pieces, _ = place(Cursor(page=0, y=TOP), width=shot.width, height=shot.height, cuts=cuts, caption=0)
    bands, photos = Bands(shots, shot), photographs(shot.reading.tree)
    pictures = [encode(bands, piece, photos, shot.scale, shots / f"{index:05d}") for index, piece in enumerate(pieces)]
    document = Document(title=title, created=created)
    while len(document.sheets) <= pieces[-1].page:
        document.add_sheet()
    composer = Composer(document, shot, pieces=pieces, pictures=pictures, headings=("H1", "H2"), titled_by_first=False)
    composer.draw(document.structure)
    draw_footer(document, title, "")
    document.bookmark(title, document.sheets[0], 0)
    document.save(into)
