"""Documents of our own, written as HTML: printed by Chromium, or pictured where that cannot become PDF/A."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

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
from capture.pages.spool import Block, Kind, Shot, Word
from capture.programs.verapdf import validate
from register.errors import NotPdfAError
from register.language import Text

if TYPE_CHECKING:
    from capture.pages.seal import Seal

_WINDOW = 1000  # CSS pixels
_PATIENCE = 600  # seconds; for a list of 300 pages, on a computer that does much else
# Makes what holds for paper hold for the window: an emulated medium is lost when a picture is taken. And lets all parts
# of the page be scrolled into the window: to picture what lies outside, Chromium would lay it out anew.
_AS_PRINTED = """(window) => {
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (rule instanceof CSSMediaRule) {
        const media = rule.media.mediaText;
        rule.media.mediaText = /\\bprint\\b/.test(media) ? "all" : /\\bscreen\\b/.test(media) ? "not all" : media;
      }
  document.documentElement.style.paddingBottom = `${window}px`;
}"""
_SHARP = 3  # device pixels a CSS pixel: a picture of text that is to be printed on paper


async def print_document(  # noqa: PLR0913 - a document is told by that much
    browser: Browser,
    html: str,
    into: Path,
    *,
    title: str,
    created: datetime,
    flavour: Flavour = Flavour.A2,
    judging: gate.Judging = validate,
    seal: "Seal | None" = None,
) -> Path:
    """Make PDF/A of an A4 document.

    The page loads nothing and runs nothing. Where no font has a letter, Chromium prints an empty box that PDF/A forbids
    (ISO 19005-2, 6.2.11.8), and for PDF/A-1 its prints are too new; then the pages become pictures with the text
    beneath, as a channel's do. So they do wherever the judges refuse the print.

    Args:
        browser: a running Chromium.
        html: the whole document, with language, headings from h1 and scopes on its table headings.
        into: the file to make; its report goes beside it as `.verapdf.json`.
        title: its title.
        created: aware; stated in the file.
        flavour: which PDF/A.
        judging: who the second judge is.
        seal: put on the file last of all, when it is valid.

    Returns:
        `into`.

    Raises:
        NotPdfAError: if the file is refused, and left as `.rejected.pdf`; or if it is not made in ten minutes.
        JavaMissingError: if there is no Java to judge with.
    """
    part = into.with_suffix(".pdf.part")
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": _WINDOW}, locale="sv-SE", java_script_enabled=False, offline=True
    )
    context.set_default_timeout(_PATIENCE * 1000)
    try:
        async with asyncio.timeout(_PATIENCE):
            page = await context.new_page()
            await page.set_content(html)
            if flavour.part != 1:
                await _print(page, part, title=title, created=created, flavour=flavour)
                judged = await asyncio.to_thread(
                    gate.admit, [(part, into)], flavour, keep_refused=True, judging=judging, seal=seal
                )
                if judged[into].pdfa:
                    return into
                judged[into].path.unlink()
            await _picture(page, part, title=title, created=created, flavour=flavour)
    except TimeoutError as fault:
        raise _not_made(into) from fault
    finally:
        await context.close()
    await asyncio.to_thread(gate.admit, [(part, into)], flavour, judging=judging, seal=seal)
    return into


async def _print(page: Page, into: Path, *, title: str, created: datetime, flavour: Flavour) -> None:
    printed = await page.pdf(tagged=True, outline=True, print_background=True, prefer_css_page_size=True, format="A4")
    raw = into.with_suffix(".print")
    await asyncio.to_thread(raw.write_bytes, printed)
    await asyncio.to_thread(fix, raw, into, title=title, created=created, flavour=flavour)
    raw.unlink()


async def _picture(page: Page, into: Path, *, title: str, created: datetime, flavour: Flavour) -> None:
    await page.evaluate(_AS_PRINTED, _WINDOW)
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
    for heading, y in _headings(shot.reading.tree):
        at = [piece for piece in pieces if piece.top <= y][-1]
        document.bookmark(heading, document.sheets[at.page], at.y + (y - at.top) * at.factor)
    document.save(into)


def _headings(block: Block) -> Iterator[tuple[str, float]]:
    """Return the headings, and how far down each begins."""
    for kid in block.kids:
        if not isinstance(kid, Block):
            continue
        words = [word for word in kid.kids if isinstance(word, Word)]
        if kid.kind is Kind.HEADING and words:
            yield " ".join(word.text for word in words), min(word.y for word in words)
        yield from _headings(kid)


def _not_made(path: Path) -> NotPdfAError:
    return NotPdfAError(
        happened=Text(
            f"{path.name} blev inte färdig på {_PATIENCE} sekunder.",
            f"{path.name} was not finished in {_PATIENCE} seconds.",
        ),
        safe=Text("Det som bladet skulle göras av är orört.", "What it was to be made of is untouched."),
        next_step=Text("Försök igen när datorn har mindre att göra.", "Try again when the computer is less busy."),
    )
