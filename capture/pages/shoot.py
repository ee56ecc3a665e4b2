"""The witness: takes a picture of every post while it is in the document, and its text with it.

A feed may forget a post as soon as it leaves the window, so a print at the end holds only the last few. Everything
is therefore taken when the walk says that the post is fully opened.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from playwright.async_api import ElementHandle, Page

from capture.items import Cause, Item, Step
from capture.pages import spool
from capture.pages.camera import Camera, Ceiling, gone
from capture.pages.spool import Box, Caption
from capture.pages.sweep import stands_whole, sweep
from register.errors import FolderBlockedError
from register.language import Text

_WINDOW = "[0, 0, innerWidth, innerHeight]"

# Fixed and sticky elements would lie over the post, at another place in each picture. Ancestors of the post stay (a
# post in a dialog), and so does what the post itself contains. Returned: how to put everything back as it was, and
# what else may lie over the post.
# Only through the style object: a page's own policy (CSP) may forbid the attribute to be written.
_HIDE = """(root) => {
  const hidden = [], lifted = [];
  const host = root.getRootNode().host ?? null;
  for (const element of document.querySelectorAll("body *")) {
    const { position, transform } = getComputedStyle(element);
    if (position === "static" && transform === "none") continue;
    lifted.push(element);
    if (position !== "fixed" && position !== "sticky") continue;
    if (element.contains(root) || root.contains(element) || element.contains(host)) continue;
    const style = element.style;
    const before = ["visibility", "transition"].map(
      (name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)]);
    hidden.push([element, element.hasAttribute("style"), before]);
    style.setProperty("visibility", "hidden", "important");
    style.setProperty("transition", "none", "important");
  }
  return { hidden, lifted, x: scrollX, y: scrollY };
}"""
_RESTORE = """(before) => {
  for (const [element, styled, properties] of before.hidden) {
    for (const property of properties) element.style.setProperty(...property);
    // An empty style="" that was not there goes too; reading it first makes Chromium write it out.
    if (!styled && element.getAttribute("style") === "") element.removeAttribute("style");
  }
  if (scrollX !== before.x || scrollY !== before.y) scrollTo({ left: before.x, top: before.y, behavior: "instant" });
}"""


class Pages:
    """Spools one shot a post, and one of the untouched page, in `folder`/shots.

    Args:
        folder: where the spool goes; made if absent.
        clock: gives the time now, UTC.
        scale: device pixels a CSS pixel in the pictures.
        ceiling: how much a post's picture may be and take; a post beyond it gets none, which its pages say.
        resuming: the folder may hold what a killed run left, which is gone on with: what it took is not taken again.

    Raises:
        FolderBlockedError: if the folder already holds shots, which would be mixed with the new ones.
        BadInputError: if what a killed run left is damaged.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        scale: float = 2,
        ceiling: Ceiling = Ceiling(),  # noqa: B008  # it is frozen
        resuming: bool = False,
    ) -> None:
        shots = folder / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        if not resuming and any(shots.iterdir()):
            raise _occupied(shots)
        self._camera = Camera(shots, clock=clock, scale=scale, ceiling=ceiling)
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
            raise gone()
        window = Box(*await page.evaluate(_WINDOW))
        await self._camera.take(page, root, number=spool.ARRIVAL, part=window)
        self._arrived = True

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Take what its page shows of a post that is continued on another one, which the walk is about to go to.

        Raises:
            KanalarkivError: as `on_post`.
        """
        await self._take(page, post, root, last=False)

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Take the post with everything opened; one that never stands still is taken, and marked as unsteady.

        On return the disk has all of it. A post that a killed run had taken is not taken again.

        Raises:
            KanalarkivError: if the post is not to be seen, or leaves the document, before it is taken.
        """
        await self._take(page, post, root, last=True)
        self._keys.add(post.key)

    async def _take(self, page: Page, post: Item, root: ElementHandle, *, last: bool) -> None:
        if post.key in self._keys:
            return
        caption = Caption(
            key=post.key, ordinal=post.ordinal, author=post.author, text=post.text[:200], published=post.published
        )
        number = self._taken + 1
        async with self._alone(root):
            if await stands_whole(self._camera, page, root, post.key):
                await self._camera.take(page, root, number=number, caption=caption, last=last)
                self._taken = number
            else:
                self._taken = await sweep(self._camera, page, root, number=number, caption=caption, last=last)

    @asynccontextmanager
    async def _alone(self, root: ElementHandle) -> AsyncIterator[None]:
        before = await root.evaluate_handle(_HIDE)
        self._camera.lifted = await before.get_property("lifted")
        try:
            yield
        finally:
            await self._camera.lifted.dispose()
            self._camera.lifted = None
            await before.evaluate(_RESTORE)
            await before.dispose()


def _occupied(shots: Path) -> FolderBlockedError:
    return FolderBlockedError(
        happened=Text(
            f"Mappen {shots.name} innehåller redan bilder från en annan fångst.",
            f"The folder {shots.name} already holds the pictures of another capture.",
        ),
        safe=Text("Ingenting har skrivits över.", "Nothing has been overwritten."),
        next_step=Text("Kör om i en ny mapp.", "Run again in a new folder."),
    )
