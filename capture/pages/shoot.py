"""The witness: takes one picture of every post while it is in the document, and reads its text in the same moment.

A feed may forget a post as soon as it leaves the window, so a print at the end holds only the last few. Everything
is therefore taken when the walk says that the post is fully opened.
"""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from playwright.async_api import CDPSession, ElementHandle, Page

from capture.items import Cause, Item, Step
from capture.pages import spool
from capture.pages.spool import Band, Box, Caption, Reading, Shot
from register.errors import KanalarkivError
from register.language import Text

_EXTRACT = files("capture.pages").joinpath("extract.js").read_text(encoding="utf-8")

_BAND = 4000
"""CSS pixels of height in one picture: a tall post becomes several, so that memory stays bounded."""

_ATTEMPTS = 4

# Fixed and sticky elements would lie over the post, at another place in each picture. Ancestors of the post stay (a
# post in a dialog), and so does what the post itself contains. Returned: how to put everything back as it was.
_HIDE = """(root) => {
  const hidden = [];
  const host = root.getRootNode();
  for (const element of document.querySelectorAll("body *")) {
    const position = getComputedStyle(element).position;
    if (position !== "fixed" && position !== "sticky") continue;
    if (element.contains(root) || root.contains(element) || element.contains(host.host ?? null)) continue;
    hidden.push([element, element.getAttribute("style")]);
    element.style.setProperty("visibility", "hidden", "important");
    element.style.setProperty("transition", "none", "important");
  }
  return { hidden, x: scrollX, y: scrollY };
}"""
_RESTORE = """(before) => {
  for (const [element, style] of before.hidden) {
    if (style === null) element.removeAttribute("style"); else element.setAttribute("style", style);
  }
  if (scrollX !== before.x || scrollY !== before.y) scrollTo({ left: before.x, top: before.y, behavior: "instant" });
}"""
_BOX = """(root) => { const r = root.getBoundingClientRect();
  return root.isConnected ? [r.left + scrollX, r.top + scrollY, r.width, r.height] : null; }"""
_SETTLE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Pages:
    """Spools one shot a post, and one of the untouched page, in `folder`/shots.

    Args:
        folder: where the spool goes; made if absent.
        clock: gives the time now, UTC.
        scale: device pixels a CSS pixel in the pictures, whatever the browser's own ratio is.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], datetime], scale: float = 2) -> None:
        self._shots = folder / "shots"
        self._clock = clock
        self._scale = scale
        self._taken = 0
        self._sessions: dict[Page, CDPSession] = {}
        self._shots.mkdir(parents=True, exist_ok=True)

    async def on_step(self, page: Page, step: Step) -> None:
        """Take the viewport as a visitor meets it, cookie box and all; later steps leave no page."""
        if step.cause is not Cause.ARRIVAL:
            return
        root = await page.query_selector("html")
        if root is None:
            raise _gone()
        reading = await _read(root)
        width, height, left, top = await page.evaluate("() => [innerWidth, innerHeight, scrollX, scrollY]")
        seen = Box(left, top, width, height)
        bands = await self._photograph(page, spool.ARRIVAL, seen, beyond=False)
        self._keep(spool.ARRIVAL, page.url, seen, bands, reading, caption=None)

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Take the post with everything opened; one that never stands still is taken, and marked as unsteady.

        Raises:
            KanalarkivError: if the post is not to be seen, or leaves the document, before it is taken.
        """
        number = self._taken + 1
        caption = Caption(
            key=post.key, ordinal=post.ordinal, author=post.author, text=post.text[:200], published=post.published
        )
        async with _alone(root):
            for attempt in range(1, _ATTEMPTS + 1):
                reading = await _read(root)
                bands = await self._photograph(page, number, reading.box, beyond=True)
                steady = await _stood_still(root, reading.box)
                if steady or attempt == _ATTEMPTS:
                    self._keep(number, page.url, reading.box, bands, reading, caption=caption, steady=steady)
                    break
                await page.evaluate(_SETTLE)
        self._taken = number

    async def _photograph(self, page: Page, number: int, box: Box, *, beyond: bool) -> tuple[Band, ...]:
        if page not in self._sessions:
            self._sessions[page] = await page.context.new_cdp_session(page)
        bands = []
        for index, top in enumerate(range(0, int(box.height), _BAND)):
            height = min(_BAND, int(box.height) - top)
            clip = {"x": box.x, "y": box.y + top, "width": box.width, "height": height, "scale": self._scale}
            answer = await self._sessions[page].send(
                "Page.captureScreenshot",
                {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": beyond, "clip": clip},
            )
            name = f"{number:05d}.png" if index == 0 else f"{number:05d}-{index + 1}.png"
            digest = spool.keep_picture(self._shots, name, base64.b64decode(answer["data"]))
            bands.append(Band(name=name, top=top, height=height, sha256=digest))
        return tuple(bands)

    def _keep(
        self,
        number: int,
        url: str,
        clip: Box,
        bands: tuple[Band, ...],
        reading: Reading,
        *,
        caption: Caption | None,
        steady: bool = True,
    ) -> None:
        shot = Shot(
            number=number,
            url=url,
            taken=self._clock(),
            clip=clip,
            scale=self._scale,
            steady=steady,
            bands=bands,
            caption=caption,
            tree=spool.moved(reading.tree, -clip.x, -clip.y),
            links=tuple(reading.links),
            unread=reading.unread,
        )
        spool.keep(self._shots, shot)


@asynccontextmanager
async def _alone(root: ElementHandle) -> AsyncIterator[None]:
    before = await root.evaluate_handle(_HIDE)
    try:
        yield
    finally:
        await before.evaluate(_RESTORE)
        await before.dispose()


async def _read(root: ElementHandle) -> Reading:
    reading = spool.reading_of(await root.evaluate(_EXTRACT))
    if reading.box.width < 1 or reading.box.height < 1:
        raise _gone()
    return reading


async def _stood_still(root: ElementHandle, box: Box) -> bool:
    now = await root.evaluate(_BOX)
    if now is None:
        raise _gone()
    left, top, width, height = now
    edges = ((left, box.x), (top, box.y), (left + width, box.right), (top + height, box.bottom))
    return all(abs(edge - expected) <= 1 for edge, expected in edges)


def _gone() -> KanalarkivError:
    return KanalarkivError(
        happened=Text(
            "Ett inlägg försvann från sidan innan det hann avbildas.",
            "A post left the page before it could be pictured.",
        ),
        safe=Text("De inlägg som redan avbildats ligger kvar.", "The posts already pictured are kept."),
        next_step=Text("Kör om; fångsten görs då från början.", "Run again; the capture then starts over."),
    )
