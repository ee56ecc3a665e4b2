"""A picture of a post as it stands on the screen: taken when it is recorded and again when it is replayed, alike."""

import base64
from urllib.parse import quote, unquote

from playwright.async_api import CDPSession, ElementHandle, Page

_WINDOWS = 3  # of a post's height, from its top; what follows is opened comments in the same manner
_PREFIX = "urn:kanalarkiv:picture:"

_WHERE = """(root) => {
  const r = root.getBoundingClientRect();
  return [Math.floor(r.left + scrollX), Math.floor(r.top + scrollY), Math.ceil(r.width), Math.ceil(r.height),
          innerHeight, scrollX, scrollY];
}"""
_SHOW = '([left, top]) => scrollTo({ left, top, behavior: "instant" })'


async def pictures(session: CDPSession, page: Page, root: ElementHandle) -> tuple[bytes, ...]:
    """Return pictures (JPEG, one pixel a CSS pixel) of the post `root` from its top, one a window, at most three.

    The page is left scrolled as it was.

    Raises:
        PlaywrightError: the page is gone, or the post has left it.
    """
    left, top, width, height, window, *before = await root.evaluate(_WHERE)
    taken = []
    for start in range(0, min(height, _WINDOWS * window), window):
        await page.evaluate(_SHOW, [before[0], top + start])
        clip = {"x": left, "y": top + start, "width": width, "height": min(window, height - start), "scale": 1}
        asked = {"format": "jpeg", "quality": 80, "optimizeForSpeed": True, "clip": clip}
        taken.append(base64.b64decode((await session.send("Page.captureScreenshot", asked))["data"]))
    await page.evaluate(_SHOW, before)
    return tuple(taken)


def address(key: str, number: int) -> str:
    """Return what a picture of the post `key` is called in the archive; `number` counts from 0."""
    return f"{_PREFIX}{number}:{quote(key, safe='')}"


def named(address: str) -> tuple[str, int] | None:
    """Return post and number of a picture by what it is called; None if it is not one."""
    number, _, key = address.removeprefix(_PREFIX).partition(":")
    return (unquote(key), int(number)) if address.startswith(_PREFIX) and number.isdigit() else None
