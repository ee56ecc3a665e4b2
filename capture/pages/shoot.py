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

from playwright.async_api import ElementHandle, Page

from capture.items import Cause, Item, Step
from capture.pages import spool
from capture.pages.spool import Band, Box, Caption, Shot
from register.errors import FolderBlockedError, KanalarkivError
from register.language import Text

_EXTRACT = files("capture.pages").joinpath("extract.js").read_text(encoding="utf-8")

_ATTEMPTS = 4

# Fixed and sticky elements would lie over the post, at another place in each picture. Ancestors of the post stay (a
# post in a dialog), and so does what the post itself contains. Returned: how to put everything back as it was.
# Only through the style object: a page's own policy (CSP) may forbid the attribute to be written.
_HIDE = """(root) => {
  const hidden = [];
  const host = root.getRootNode().host ?? null;
  for (const element of document.querySelectorAll("body *")) {
    const position = getComputedStyle(element).position;
    if (position !== "fixed" && position !== "sticky") continue;
    if (element.contains(root) || root.contains(element) || element.contains(host)) continue;
    const style = element.style;
    const before = ["visibility", "transition"].map(
      (name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)]);
    hidden.push([element, element.hasAttribute("style"), before]);
    style.setProperty("visibility", "hidden", "important");
    style.setProperty("transition", "none", "important");
  }
  return { hidden, x: scrollX, y: scrollY };
}"""
_RESTORE = """(before) => {
  for (const [element, styled, properties] of before.hidden) {
    for (const property of properties) element.style.setProperty(...property);
    // An empty style="" that was not there goes too; reading it first makes Chromium write it out.
    if (!styled && element.getAttribute("style") === "") element.removeAttribute("style");
  }
  if (scrollX !== before.x || scrollY !== before.y) scrollTo({ left: before.x, top: before.y, behavior: "instant" });
}"""
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
        self._folder = spool_folder
        self._clock = clock
        self._scale = scale

    async def take(
        self, page: Page, root: ElementHandle, *, number: int, caption: Caption | None = None, window: bool = False
    ) -> Shot:
        """Read and picture `root`, again if it moved meanwhile, and keep the shot.

        Args:
            page: the page it is on.
            root: the element.
            number: the shot's number in the spool.
            caption: what is said of it on the pages.
            window: take what the window shows of it, not all of it.

        Returns:
            The shot; not steady if the element moved every time.

        Raises:
            KanalarkivError: if nothing of the element is to be seen, or it left the document.
        """
        for _ in range(_ATTEMPTS - 1):
            shot = await self._attempt(page, root, number=number, caption=caption, window=window)
            if shot.steady:
                break
            await page.evaluate(_SETTLE)
        else:
            shot = await self._attempt(page, root, number=number, caption=caption, window=window)
        spool.keep(self._folder, shot)
        return shot

    async def _attempt(
        self, page: Page, root: ElementHandle, *, number: int, caption: Caption | None, window: bool
    ) -> Shot:
        reading = spool.reading_of(await root.evaluate(_EXTRACT, window))
        if reading.box.width < 1 or reading.box.height < 1:
            raise _gone()
        taken = self._clock()
        bands = await self._photograph(page, reading.box, number=number)
        return Shot(
            number=number,
            url=page.url,
            taken=taken,
            scale=self._scale,
            steady=window or await _stood_still(root, reading.box),
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
            digest = spool.keep_picture(self._folder, name, base64.b64decode(answer["data"]))
            bands.append(Band(name=name, top=top, height=height, sha256=digest))
        await session.detach()
        return tuple(bands)


class Pages:
    """Spools one shot a post, and one of the untouched page, in `folder`/shots.

    Args:
        folder: where the spool goes; made if absent.
        clock: gives the time now, UTC.
        scale: device pixels a CSS pixel in the pictures.
        resuming: the folder may hold what a killed run left, which is gone on with: what it took is not taken again.

    Raises:
        FolderBlockedError: if the folder already holds shots, which would be mixed with the new ones.
        BadInputError: if what a killed run left is damaged.
    """

    def __init__(
        self, folder: Path, *, clock: Callable[[], datetime], scale: float = 2, resuming: bool = False
    ) -> None:
        shots = folder / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        if not resuming and any(shots.iterdir()):
            raise _occupied(shots)
        self._camera = Camera(shots, clock=clock, scale=scale)
        left = spool.recover(shots)
        self._arrived = any(shot.number == spool.ARRIVAL for shot in left)
        self._keys = {shot.caption.key for shot in left if shot.caption is not None}
        self._taken = max((shot.number for shot in left), default=spool.ARRIVAL)

    async def on_step(self, page: Page, step: Step) -> None:
        """Take the window as a visitor meets it, cookie box and all; later steps leave no page."""
        if step.cause is not Cause.ARRIVAL or self._arrived:
            return
        root = await page.query_selector("html")
        if root is None:
            raise _gone()
        await self._camera.take(page, root, number=spool.ARRIVAL, window=True)
        self._arrived = True

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Take the post with everything opened; one that never stands still is taken, and marked as unsteady.

        On return the disk has all of it. A post that a killed run had taken is not taken again.

        Raises:
            KanalarkivError: if the post is not to be seen, or leaves the document, before it is taken.
        """
        if post.key in self._keys:
            return
        caption = Caption(
            key=post.key, ordinal=post.ordinal, author=post.author, text=post.text[:200], published=post.published
        )
        async with _alone(root):
            await self._camera.take(page, root, number=self._taken + 1, caption=caption)
        self._taken += 1
        self._keys.add(post.key)


@asynccontextmanager
async def _alone(root: ElementHandle) -> AsyncIterator[None]:
    before = await root.evaluate_handle(_HIDE)
    try:
        yield
    finally:
        await before.evaluate(_RESTORE)
        await before.dispose()


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


def _occupied(shots: Path) -> FolderBlockedError:
    return FolderBlockedError(
        happened=Text(
            f"Mappen {shots.name} innehåller redan bilder från en annan fångst.",
            f"The folder {shots.name} already holds the pictures of another capture.",
        ),
        safe=Text("Ingenting har skrivits över.", "Nothing has been overwritten."),
        next_step=Text("Kör om i en ny mapp.", "Run again in a new folder."),
    )
