"""What the browser already has of what a page shows: asked for there first, so that no server is asked twice."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

from playwright.async_api import CDPSession, Frame, JSHandle, Page
from playwright.async_api import Error as PlaywrightError

from capture.media.formats import is_whole

_ANSWERS_WITHIN = 30.0  # seconds; whoever answers is a page
_PART = 4 * 1024 * 1024  # bytes
_LARGEST = 64 * 1024 * 1024  # bytes of a picture that is handed over in one piece; a larger one is fetched as a stream
_OPEN = """async (address) => {
  try { return await (await fetch(address)).blob(); } catch (error) { return null; } // a stream has no bytes to give
}"""
_SLICE = """async (blob, [from, to]) => {
  const bytes = new Uint8Array(await blob.slice(from, to).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}"""


class Shelf:
    """The pictures that a page's browser holds, byte for byte as they were received (after transfer encodings).

    `agent` is what the browser calls itself to servers.
    """

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self._places: dict[str, tuple[CDPSession, str, str]] = {}

    async def add(self, session: CDPSession) -> None:
        """Learn what the documents behind `session` hold."""
        await session.send("Page.enable")
        tree = await session.send("Page.getResourceTree")
        for address, frame in _pictures(tree["frameTree"]):
            self._places.setdefault(address, (session, frame, address))
            self._places.setdefault(address.partition("#")[0], (session, frame, address))

    async def picture(self, address: str, *, most_bytes: int) -> bytes | None:
        """Return the picture that was received for an address, None where the browser has none, or not all of it."""
        place = self._places.get(address.partition("#")[0])
        if place is None:
            return None
        session, frame, named = place
        try:
            answer = await session.send("Page.getResourceContent", {"frameId": frame, "url": named})
        except PlaywrightError:  # let go of meanwhile
            return None
        if not answer["base64Encoded"]:  # text, no longer in the bytes that it came in
            return None
        content = base64.b64decode(answer["content"], validate=True)
        return content if len(content) <= most_bytes and is_whole(content) else None


@asynccontextmanager
async def shelf(pages: Iterable[Page], foreign: Iterable[Frame]) -> AsyncIterator[Shelf]:
    """Open what the browser holds of pages of one context, at least one, and of the `foreign` frames in them.

    Raises:
        PlaywrightError: the page is gone.
    """
    async with AsyncExitStack() as closing:
        sessions = []
        for page in pages:
            sessions.append(await page.context.new_cdp_session(page))
            closing.push_async_callback(sessions[-1].detach)
        for frame in foreign:
            try:
                sessions.append(await frame.page.context.new_cdp_session(frame))
            except PlaywrightError:  # it is in the page's own process, whose session knows it
                continue
            closing.push_async_callback(sessions[-1].detach)
        held = Shelf(str((await sessions[0].send("Browser.getVersion"))["userAgent"]))
        for session in sessions:
            await held.add(session)
        yield held


def _pictures(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the address of each picture that came, and the frame that it came for."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.get("childFrames", ()))
        for resource in one["resources"]:
            came = not resource.get("failed") and not resource.get("canceled")
            if resource["type"] == "Image" and came and resource.get("contentSize", 0) <= _LARGEST:
                yield resource["url"], one["frame"]["id"]


class PageObject:
    """What a page holds in its memory under a `blob:` address. `size` is in bytes."""

    def __init__(self, blob: JSHandle, size: int) -> None:
        self._blob = blob
        self.size = size

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield its bytes, a part at a time.

        Raises:
            PlaywrightError: the page is gone, or gives it no more.
            TimeoutError: the page does not answer.
            binascii.Error: the page answers something else.
        """
        for start in range(0, self.size, _PART):
            async with asyncio.timeout(_ANSWERS_WITHIN):
                encoded = await self._blob.evaluate(_SLICE, [start, min(start + _PART, self.size)])
            yield base64.b64decode(str(encoded))[:_PART]


async def open_object(frame: Frame, address: str) -> PageObject | None:
    """Return what is behind a `blob:` address of a document; None where that is a stream, or no more.

    Raises:
        PlaywrightError: the page is gone.
        TimeoutError: the page does not answer.
    """
    async with asyncio.timeout(_ANSWERS_WITHIN):
        blob = await frame.evaluate_handle(_OPEN, address)
        size = await blob.evaluate("(blob) => (blob ? blob.size : -1)")
    return PageObject(blob, size) if isinstance(size, int) and size >= 0 else None


def written_in(address: str) -> bytes | None:
    """Return what a `data:` address holds (RFC 2397); None where it cannot be read."""
    about, comma, written = address.removeprefix("data:").partition(",")
    content = unquote_to_bytes(written.split("#")[0])
    if not comma:
        return None
    if not about.lower().rstrip().endswith(";base64"):
        return content
    try:
        return base64.b64decode(b"".join(content.split()) + b"==")
    except binascii.Error:
        return None
