"""Takes one picture of an element that is in the document, and reads its text in the same moment."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from playwright.async_api import CDPSession, ElementHandle, JSHandle, Page
from playwright.async_api import Error as PlaywrightError

from capture.pages import covered, spool
from capture.pages.sight import Sight
from capture.pages.spool import Band, Block, Box, Caption, Kind, Reading, Shot
from register.errors import KanalarkivError
from register.language import Text

_ATTEMPTS = 4
_SETTLING = 0.5  # seconds; where scripts are off, the next frame is never told of

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


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """How much one picture may be and take: `pixels` of the device, and `seconds`."""

    pixels: int = 500_000_000  # 1,280 by 97,000 CSS pixels, at two a pixel; 800 million took 515 s
    seconds: float = 120.0


class Camera:
    """Takes shots into a spool.

    Args:
        spool_folder: an existing folder.
        clock: gives the time now, UTC.
        scale: device pixels a CSS pixel; the browser ignores the context's own ratio here.
        ceiling: what is more than that gets no picture, and its shot says why; None: there is no limit.

    `lifted` is an array, in the page, of what may lie over the elements that are taken, for as long as that is known.
    """

    def __init__(
        self, spool_folder: Path, *, clock: Callable[[], datetime], scale: float, ceiling: Ceiling | None = None
    ) -> None:
        self.folder = spool_folder
        self._clock = clock
        self._scale = scale
        self._ceiling = ceiling
        self._tools: tuple[Page, CDPSession] | None = None
        self.lifted: JSHandle | None = None

    async def read(self, root: ElementHandle, part: Box | None = None) -> Reading:
        """Read `root`, or what lies of it in a part of the window.

        Raises:
            KanalarkivError: if nothing of the element is to be seen.
        """
        sight = await self._see(root, part, None)
        await sight.close()
        return sight.reading

    async def _see(self, root: ElementHandle, part: Box | None, tools: CDPSession | None) -> Sight:
        sight = await Sight.of(root, part, tools, self.lifted)
        if sight.reading.box.width < 1 or sight.reading.box.height < 1:
            await sight.close()
            raise gone()
        return sight

    async def _tools_of(self, page: Page) -> CDPSession:
        if self._tools is None or self._tools[0] is not page:
            self._tools = page, await page.context.new_cdp_session(page)
        return self._tools[1]

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
            The shot; not steady if the element moved every time, and without a picture above the ceiling.

        Raises:
            KanalarkivError: if nothing of the element is to be seen, or it left the document.
        """
        tools = await self._tools_of(page)
        sight = await self._see(root, part, tools)
        try:
            async with asyncio.timeout(None if self._ceiling is None else self._ceiling.seconds):
                shot = await self._taken(page, root, sight, number=number, caption=caption, part=part)
        except TimeoutError:
            shot = self._unpictured(page, sight.reading, number=number, caption=caption)
        finally:
            await sight.close()
        shot = replace(shot, last=last)
        spool.keep(self.folder, shot)
        return shot

    async def _taken(
        self,
        page: Page,
        root: ElementHandle,
        sight: Sight,
        *,
        number: int,
        caption: Caption | None,
        part: Box | None,
    ) -> Shot:
        shot = await self._attempt(page, root, sight, number=number, caption=caption, part=part)
        for _ in range(_ATTEMPTS - 1):
            if shot.steady:
                return shot
            await _settle(page)
            again = await self._see(root, part, await self._tools_of(page))
            try:
                shot = await self._attempt(page, root, again, number=number, caption=caption, part=part)
            finally:
                await again.close()
        return shot

    def _unpictured(self, page: Page, reading: Reading, *, number: int, caption: Caption | None) -> Shot:
        assert self._ceiling  # noqa: S101 -- nothing else leads here
        return Shot(
            number=number,
            url=page.url,
            taken=self._clock(),
            scale=self._scale,
            steady=True,
            bands=(),
            caption=caption,
            reading=replace(
                reading, tree=Block(kind=Kind.ARTICLE), panels=(), links=(), unread={}, items=()
            ),
            unpictured=_too_much(reading.box, self._ceiling, self._scale),
        )  # fmt: skip

    async def _attempt(
        self,
        page: Page,
        root: ElementHandle,
        sight: Sight,
        *,
        number: int,
        caption: Caption | None,
        part: Box | None,
    ) -> Shot:
        reading = sight.reading
        if self._ceiling and reading.box.width * reading.box.height * self._scale**2 > self._ceiling.pixels:
            return self._unpictured(page, reading, number=number, caption=caption)
        taken = self._clock()
        bands = await self._photograph(page, sight, number=number)
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

    async def _photograph(self, page: Page, sight: Sight, *, number: int) -> tuple[Band, ...]:
        box = sight.reading.box
        window = await page.evaluate("innerHeight")  # a tall post becomes several pictures, so memory stays bounded
        bands = []
        for index, top in enumerate(range(0, int(box.height), window)):
            height = min(window, int(box.height) - top)
            shown = await page.evaluate(_SHOW, [box.y + top, height])
            place = Box(0, top, box.width, height)
            png = await self._picture(page, sight, place, beyond=not shown)
            name = f"{number:05d}.png" if index == 0 else f"{number:05d}-{index + 1}.png"
            digest = spool.keep_picture(self.folder, name, png)
            bands.append(Band(name=name, top=top, height=height, sha256=digest))
            if sight.doubted:
                await self._doubt(page, sight, png, place, beyond=not shown)
        return tuple(bands)

    async def _picture(self, page: Page, sight: Sight, place: Box, *, beyond: bool) -> bytes:
        """Return the picture of a part of the post."""
        box = sight.reading.box
        clip = {"x": box.x + place.x, "y": box.y + place.y, "width": place.width, "height": place.height}
        answer = await (await self._tools_of(page)).send(
            "Page.captureScreenshot",
            {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": beyond,
             "clip": {**clip, "scale": self._scale}},
        )  # fmt: skip
        return base64.b64decode(answer["data"])

    async def _doubt(self, page: Page, sight: Sight, png: bytes, band: Box, *, beyond: bool) -> None:
        """Find which of the doubted words in a band nobody can see, and note it."""
        middles = {number: word.y + word.height / 2 for number, word in sight.words(sight.doubted).items()}
        here = sight.words({number for number, y in middles.items() if band.y <= y < band.bottom})
        if not here:
            return
        groups, unseen = covered.rounds(here)
        whole = covered.opened(png)
        for group in groups:
            place = covered.around(group, band)
            left, top = place.x * self._scale, (place.y - band.y) * self._scale
            before = whole.crop((left, top, left + place.width * self._scale, top + place.height * self._scale))
            try:
                async with sight.muted(group):
                    after = covered.opened(await self._picture(page, sight, place, beyond=beyond))
            except PlaywrightError:  # the page does not let itself be asked: what is in doubt is not passed on as text
                unseen |= set(group)
                continue
            unseen |= set(covered.unseen(group, before, after, place))
        sight.shade(unseen)


async def _settle(page: Page) -> None:
    try:
        async with asyncio.timeout(_SETTLING):
            await page.evaluate(_SETTLE)
    except TimeoutError:
        return  # the time has passed, which is what was to be waited for and more


def _too_much(box: Box, ceiling: Ceiling, scale: float) -> Text:
    width, height = round(box.width * scale), round(box.height * scale)
    most, seconds = ceiling.pixels // 1_000_000, round(ceiling.seconds)
    return Text(
        f"Bilden är utelämnad: inlägget är {width} × {height} bildpunkter. Mer än {most} miljoner bildpunkter, eller"
        f" {seconds} sekunder, ges inte åt ett inlägg. Uppgifterna om inlägget och dess text finns i arkivpaketet.",
        f"The picture is left out: the post is {width} × {height} pixels. No post is given more than {most} million"
        f" pixels, or {seconds} seconds. What is known of the post and its text are in the package.",
    )


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
