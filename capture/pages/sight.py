"""What is read of an element, and of the documents in it: its own, those in its frames, and closed components.

A reading says what is written where; a sight can ask the page about it as long as nothing has moved.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, nullcontext, suppress
from importlib.resources import files
from typing import Any, Self

from playwright.async_api import CDPSession, ElementHandle, JSHandle
from playwright.async_api import Error as PlaywrightError

from capture.pages import spool
from capture.pages.covered import common
from capture.pages.layout import leaves
from capture.pages.spool import HIDDEN, Block, Box, Kind, Reading, Word

_FILES = files("capture.pages")
_EXTRACT, _FONTS, _COVERS = (
    _FILES.joinpath(name).read_text(encoding="utf-8") for name in ("extract.js", "fonts.js", "covers.js")
)
_LOOK = (
    f"(root, [part, lifted]) => (\n{_EXTRACT.rstrip()})(root, part, lifted,\n{_FONTS.rstrip()},\n{_COVERS.rstrip()})"
)

# The tools of a developer know which component is closed, and give its inside; from the page it cannot be asked for.
_LEND = """({ root, reading, doubted, mutable }) => {
  globalThis[Symbol.for('kanalarkiv.root')] = root;
  return JSON.stringify({ reading, doubted, mutable });
}"""
_BORROW = """(() => { const name = Symbol.for('kanalarkiv.root'), root = globalThis[name]; delete globalThis[name];
  return root; })()"""
_KNOWN = "globalThis[Symbol.for('kanalarkiv.closed')] ||= new WeakMap()"
_KEEP = "function (host, inside) { const isNew = !this.has(host); this.set(host, inside); return isNew; }"
_WINDOW = "() => [0, 0, innerWidth, innerHeight]"

_DESCRIBED = 100  # generations at a time: an answer of more than some 140 is beyond the protocol
_FRAME_SECONDS, _FRAMES_SECONDS = 10.0, 20.0  # for one, and for all
_MOST_FRAMES, _DEEPEST = 20, 3
_SHOWN = 0.5  # of a word


class Sight:
    """What was read, and where in the page it stands; to be closed.

    `doubted` are the words, by their number, that something may lie over.
    """

    def __init__(self, reading: Reading, doubted: AbstractSet[int], places: Sequence[tuple["_Part", int]]) -> None:
        self.reading = reading
        self.doubted = doubted
        self._places = places
        self._parts = list(dict.fromkeys(part for part, _ in places))

    @classmethod
    async def of(
        cls, root: ElementHandle, part: Box | None, session: CDPSession | None, lifted: JSHandle | None
    ) -> Self:
        """Read `root`, or what lies of it in a part of the window.

        Args:
            root: the element.
            part: the part of the window; None for all of the element.
            session: one of its page.
            lifted: an array of the elements of the page that may lie over others.
        """
        own = await _Part.seen(root, part, lifted)
        if session is not None and await _lent(session):
            await own.close()
            own = await _Part.seen(root, part, lifted)
        parts = [own]
        with suppress(TimeoutError):  # those that it did not come to stay among what is only in the picture
            async with asyncio.timeout(_FRAMES_SECONDS):
                await _read_frames(own, parts, 1)
        owners = {id(word): (one, number) for one in parts for number, word in enumerate(one.words)}
        places = [owners[id(word)] for word in _words(own.answer["tree"])]
        doubted = {number for number, (one, of_its) in enumerate(places) if of_its in one.doubted}
        return cls(spool.reading_of(own.answer), doubted, places)

    def words(self, numbers: AbstractSet[int]) -> dict[int, Word]:
        """Return some words of the reading, by number."""
        every = enumerate(leaf for leaf in leaves(self.reading.tree) if isinstance(leaf, Word))
        return {number: word for number, word in every if number in numbers}

    @asynccontextmanager
    async def muted(self, numbers: Collection[int]) -> AsyncIterator[None]:
        """Take the colour out of some words for as long as the block."""
        asked = [self._places[number] for number in numbers]
        touched: list[_Part] = []
        try:
            for part in self._parts:
                own = [number for one, number in asked if one is part]
                if own:
                    touched.append(part)
                    await part.tell("(sight, numbers) => sight.mute(numbers)", own)
            yield
        finally:
            for part in touched:
                await part.tell("(sight) => sight.unmute()")

    def shade(self, numbers: AbstractSet[int]) -> None:
        """Note that some words are not to be seen."""
        _shade(self.reading.tree, numbers, 0)

    async def close(self) -> None:
        """Let go of the page."""
        for part in self._parts:
            await part.close()


class _Part:
    """What was read in one document: `answer` is not yet checked, `doubted` counts by the document's own words.

    After the words come the frames. `mutable`: which words can be told from what is around them.
    """

    def __init__(self, guide: JSHandle, answer: Any, *, framed: bool) -> None:
        self.guide = guide
        self._framed = framed
        self.answer: dict[str, Any] = answer["reading"]
        self.doubted: set[int] = set(answer["doubted"])
        self.mutable: list[bool] = answer["mutable"]
        self.words = list(_words(self.answer["tree"]))  # before they are put among those of another

    @classmethod
    async def seen(
        cls, root: ElementHandle, part: Box | None, lifted: JSHandle | None, *, framed: bool = False
    ) -> Self:
        guide = await root.evaluate_handle(_LOOK, [part, lifted])
        return cls(guide, json.loads(await guide.evaluate(_LEND)), framed=framed)

    async def tell(self, script: str, about: object = None) -> None:
        # Of a frame that has left its page no word is seen any more, with its colour or without.
        with suppress(PlaywrightError) if self._framed else nullcontext():
            await self.guide.evaluate(script, about)

    async def close(self) -> None:
        await self.guide.dispose()


async def _lent(session: CDPSession) -> bool:
    """As `_opened`; where the page changed meanwhile, what is closed is known by its look alone, as in frames."""
    try:
        return await _opened(session)
    except PlaywrightError:
        return False


async def _opened(session: CDPSession) -> bool:
    """Give the page's script the closed components of what it read last; say whether it did not have them all."""
    of_ours = {"objectGroup": "kanalarkiv"}
    lent = (await session.send("Runtime.evaluate", {"expression": _BORROW, **of_ours}))["result"]
    if lent.get("subtype") != "node":  # in a frame's own world, where this session has no part
        return False
    new = False
    closed = await _closed(session, lent["objectId"])
    if closed:
        known = (await session.send("Runtime.evaluate", {"expression": _KNOWN, **of_ours}))["result"]["objectId"]
        for pair in closed:
            host, inside = [
                (await session.send("DOM.resolveNode", {"backendNodeId": one, **of_ours}))["object"] for one in pair
            ]
            told = {"objectId": known, "functionDeclaration": _KEEP, "returnByValue": True}
            arguments = [{"objectId": one["objectId"]} for one in (host, inside)]
            answer = await session.send("Runtime.callFunctionOn", {**told, "arguments": arguments})
            new = new or answer["result"]["value"]
    await session.send("Runtime.releaseObjectGroup", of_ours)
    return new


async def _closed(session: CDPSession, root: str) -> list[tuple[int, int]]:
    """Return the closed components' hosts and insides; what is in frames is not of this document."""
    found = []
    asked: list[dict[str, object]] = [{"objectId": root}]
    while asked:
        told = await session.send("DOM.describeNode", {**asked.pop(), "depth": _DESCRIBED, "pierce": True})
        waiting = [told["node"]]
        while waiting:
            node = waiting.pop()
            for inside in node.get("shadowRoots", ()):
                if inside.get("shadowRootType") == "closed":
                    found.append((node["backendNodeId"], inside["backendNodeId"]))
                waiting.append(inside)
            waiting += node.get("children", ())
            if node.get("childNodeCount") and "children" not in node:
                asked.append({"backendNodeId": node["backendNodeId"]})
    return found


async def _read_frames(holder: _Part, parts: list[_Part], depth: int) -> None:
    """Read what is in the frames of a document, and put it where they stand in what was read of it."""
    for kids, figure in list(_frames(holder.answer["tree"])):
        number = figure.pop("frame")
        if depth > _DEEPEST or len(parts) > _MOST_FRAMES:
            continue
        try:
            async with asyncio.timeout(_FRAME_SECONDS):
                inner = await _within(holder, number)
        except (TimeoutError, PlaywrightError):
            inner = None
        if inner is None:
            continue  # it stays among what is only in the picture
        parts.append(inner)
        if len(holder.mutable) + number in holder.doubted:
            inner.doubted = {n for n, mutable in enumerate(inner.mutable) if mutable}
        await _read_frames(inner, parts, depth + 1)
        _put(holder.answer, kids, figure, inner.answer)


async def _within(holder: _Part, number: int) -> _Part | None:
    element = (await holder.guide.evaluate_handle("(sight, number) => sight.frames[number]", number)).as_element()
    frame = await element.content_frame() if element else None
    if frame is None:
        return None
    await frame.wait_for_load_state("domcontentloaded")
    root = await frame.query_selector("html")
    return None if root is None else await _Part.seen(root, Box(*await root.evaluate(_WINDOW)), None, framed=True)


def _frames(block: dict[str, Any]) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    for kid in block["kids"]:
        if isinstance(kid, dict):
            if "frame" in kid:
                yield block["kids"], kid
            yield from _frames(kid)


def _put(outer: dict[str, Any], kids: list[Any], figure: dict[str, Any], inner: dict[str, Any]) -> None:
    """Put what was read in a frame in the place of its figure; a frame in which nothing stands stays one."""
    shift = _Shift(figure, len(outer["links"]))
    held = shift.kids(inner["tree"])
    if held:
        kids[next(n for n, kid in enumerate(kids) if kid is figure)] = {"kind": Kind.ARTICLE, "kids": held}
    outer["links"] += inner["links"]
    outer["panels"] += [shift.box(panel) for panel in inner["panels"]]
    outer["items"] += [{**item, "box": shift.box(item["box"])} for item in inner["items"] if shift.shows(item["box"])]
    outer["unread"]["frames"] -= 1
    outer["unread"][HIDDEN] += shift.cut_off
    for kind, count in inner["unread"].items():
        outer["unread"][kind] += count


class _Shift:
    """Moves what was read in a frame to where that stands, and leaves out what lies outside what is seen of it."""

    def __init__(self, figure: dict[str, Any], links: int) -> None:
        self._left, self._top, self._across, self._down = figure.pop("window")
        self._seen = Box(*figure.pop("seen"))
        self._links = links
        self.cut_off = 0

    def box(self, box: Sequence[float]) -> list[float]:
        x, y, width, height = box
        return [
            self._left + x * self._across, self._top + y * self._down, width * self._across, height * self._down
        ]  # fmt: skip

    def kids(self, block: dict[str, Any]) -> list[Any]:
        """Return what of a block's is seen, moved."""
        kept = []
        for kid in block["kids"]:
            if isinstance(kid, list):
                kid[1:5] = self.box(kid[1:5])
                kid[5] = None if kid[5] is None else kid[5] + self._links
                if self._is_seen(kid[1:5]):
                    kept.append(kid)
                else:
                    self.cut_off += 1
                continue
            if kid.get("link") is not None:
                kid["link"] += self._links
            if kid.get("box"):
                kid["box"] = self.box(kid["box"])
            kid["kids"] = self.kids(kid)
            if kid["kids"] or (kid.get("box") and self._is_seen(kid["box"])):
                kept.append(kid)
        return kept

    def shows(self, box: Sequence[float]) -> bool:
        """Say whether anything of a box that stands in the frame can be seen."""
        return common(Box(*self.box(box)), self._seen) is not None

    def _is_seen(self, place: Sequence[float]) -> bool:
        box = Box(*place)
        seen = common(box, self._seen)
        return seen is not None and seen.width * seen.height >= _SHOWN * box.width * box.height


def _words(block: dict[str, Any]) -> Iterator[list[Any]]:
    for kid in block["kids"]:
        if isinstance(kid, list):
            yield kid
        else:
            yield from _words(kid)


def _shade(block: Block, unseen: AbstractSet[int], number: int) -> int:
    """Mark words by their number, which begins at `number` in this block; return what it begins at in the next."""
    for place, kid in enumerate(block.kids):
        if isinstance(kid, Word):
            if number in unseen:
                block.kids[place] = kid._replace(seen=False)
            number += 1
        else:
            number = _shade(kid, unseen, number)
    return number
