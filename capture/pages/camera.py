"""Takes one picture of an element that is in the document, and reads its text in the same moment."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from playwright.async_api import ElementHandle, Page

from capture.pages import spool
from capture.pages.spool import Band, Box, Caption, Reading, Shot
from register.errors import KanalarkivError
from register.language import Text

_EXTRACT = files("capture.pages").joinpath("extract.js").read_text(encoding="utf-8")

_ATTEMPTS = 4

# Brings a stretch of the page into the window, and says whether all of it is there. What lies outside the window can be
# pictured too, but then Chromium lays out and paints the whole document anew: 0.7 s at 80,000 px against 0.1.
_SHOW = """([top, height]) => {
  const inside = () => top >= scrollY && top + height <= scrollY + innerHeight;
  if (!inside()) scrollTo({ left: scrollX, top, behavior: "instant" });
  return inside();
}"""
_BOX = """(root) => { const r = root.getBoundingClientRect();
  return root.isConnected ? [r.left + scrollX, r.top + scrollY, r.width, r.height] : null; }"""
_SETTLE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Camera:
    """Takes shots into a spool.

    Args:
        spool_folder: an existing folder.
        clock: gives the time now, UTC.
        scale: device pixels a CSS pixel; the browser ignores the context's own ratio here.
    """

    def __init__(self, spool_folder: Path, *, clock: Callable[[], datetime], scale: float) -> None:
        self.folder = spool_folder
        self._clock = clock
        self._scale = scale

    async def read(self, root: ElementHandle, part: Box | None = None) -> Reading:
        """Read `root`, or what lies of it in a part of the window.

        Raises:
            KanalarkivError: if nothing of the element is to be seen.
        """
        reading = spool.reading_of(await root.evaluate(_EXTRACT, part))
        if reading.box.width < 1 or reading.box.height < 1:
            raise gone()
        return reading

    async def take(
        self,
        page: Page,
        root: ElementHandle,
        *,
        number: int,
        caption: Caption | None = None,
        part: Box | None = None,
        last: bool = True,
    ) -> Shot:
        """Read and picture `root`, again if it moved meanwhile, and keep the shot.

        Args:
            page: the page it is on.
            root: the element.
            number: the shot's number in the spool.
            caption: what is said of it on the pages.
            part: take what lies of it in this part of the window, not all of it; whether that moved, the caller says.
            last: whether the post is whole with it.

        Returns:
            The shot; not steady if the element moved every time.

        Raises:
            KanalarkivError: if nothing of the element is to be seen, or it left the document.
        """
        shot = await self._attempt(page, root, number=number, caption=caption, part=part)
        for _ in range(_ATTEMPTS - 1):
            if shot.steady:
                break
            await page.evaluate(_SETTLE)
            shot = await self._attempt(page, root, number=number, caption=caption, part=part)
        shot = replace(shot, last=last)
        spool.keep(self.folder, shot)
        return shot

    async def _attempt(
        self, page: Page, root: ElementHandle, *, number: int, caption: Caption | None, part: Box | None
    ) -> Shot:
        reading = await self.read(root, part)
        taken = self._clock()
        bands = await self._photograph(page, reading.box, number=number)
        return Shot(
            number=number,
            url=page.url,
            taken=taken,
            scale=self._scale,
            steady=part is not None or await _stood_still(root, reading.box),
            bands=bands,
            caption=caption,
            reading=reading,
        )

    async def _photograph(self, page: Page, box: Box, *, number: int) -> tuple[Band, ...]:
        session = await page.context.new_cdp_session(page)
        window = await page.evaluate("innerHeight")  # a tall post becomes several pictures, so memory stays bounded
        bands = []
        for index, top in enumerate(range(0, int(box.height), window)):
            height = min(window, int(box.height) - top)
            shown = await page.evaluate(_SHOW, [box.y + top, height])
            clip = {"x": box.x, "y": box.y + top, "width": box.width, "height": height, "scale": self._scale}
            answer = await session.send(
                "Page.captureScreenshot",
                {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": not shown, "clip": clip},
            )
            name = f"{number:05d}.png" if index == 0 else f"{number:05d}-{index + 1}.png"
            digest = spool.keep_picture(self.folder, name, base64.b64decode(answer["data"]))
            bands.append(Band(name=name, top=top, height=height, sha256=digest))
        await session.detach()
        return tuple(bands)


async def _stood_still(root: ElementHandle, box: Box) -> bool:
    now = await root.evaluate(_BOX)
    if now is None:
        raise gone()
    left, top, width, height = now
    edges = ((left, box.x), (top, box.y), (left + width, box.right), (top + height, box.bottom))
    return all(abs(edge - expected) <= 1 for edge, expected in edges)


def gone() -> KanalarkivError:
    """Return what is said of a post that left its page too early."""
    return KanalarkivError(
        happened=Text(
            "Ett inlägg försvann från sidan innan det hann avbildas.",
            "A post left the page before it could be pictured.",
        ),
        safe=Text("De inlägg som redan avbildats ligger kvar.", "The posts already pictured are kept."),
        next_step=Text("Kör om; fångsten görs då från början.", "Run again; the capture then starts over."),
    )
