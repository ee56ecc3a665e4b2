"""A post that does not stand on its page all at once, taken part by part from its top to its end.

Some pages let go of the comments that have scrolled out of the window, others show them through an opening that
scrolls. Such a post is led through once more, and each part is taken while it stands. Other posts cost one question.
"""

from dataclasses import replace
from importlib.resources import files

from playwright.async_api import ElementHandle, JSHandle, Page
from pydantic import BaseModel, ConfigDict

from capture.pages import spool
from capture.pages.camera import Camera, gone
from capture.pages.layout import Cuts
from capture.pages.spool import Box, Caption, Reading, Shot

_SCRIPT = files("capture.pages").joinpath("sweep.js").read_text(encoding="utf-8")
_KNOWN = (
    """(key) => { const engine = window.__kanalarkiv; return engine && engine.keysOf ? engine.keysOf(key) : []; }"""
)

_FURTHER = "(guide) => guide.further()"

_MOST_PARTS = 2_000
_CALM, _PATIENCE = 120, 2_000  # ms without a change, and to wait for that
_ATTEMPTS = 3
_LEAST = 40  # CSS pixels: a part lower than this is not worth a cut


class _Opening(BaseModel):
    """What can be seen of the post now: a part of the window, in CSS pixels.

    `edge` is where the opening it is seen through ends, `more` whether anything follows. `lost`: the place that it was
    to go on from is no longer there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    left: float
    width: float
    top: float
    bottom: float
    edge: float
    more: bool
    lost: bool

    def down_to(self, bottom: float) -> Box:
        return Box(self.left, self.top, self.width, bottom - self.top)


async def stands_whole(camera: Camera, page: Page, root: ElementHandle, key: str) -> bool:
    """Say whether all that the walk knows of the post `key` can be seen in `root` now."""
    known = set(await page.evaluate(_KNOWN, key))
    if len(known) < 2:  # nothing but the post
        return True
    return known <= {item.key for item in (await camera.read(root)).items}


async def sweep(camera: Camera, page: Page, root: ElementHandle, *, number: int, caption: Caption, last: bool) -> int:
    """Take a post part by part, and leave the page scrolled as it was.

    Args:
        camera: takes the parts.
        page: where the post is, with the walk's engine in it.
        root: the post's element.
        number: the number of the first part's shot.
        caption: what is said of the post on the pages.
        last: whether the post is whole with this.

    Returns:
        The number of the last part's shot.

    Raises:
        KanalarkivError: if the post is not to be seen.
    """
    guide = await root.evaluate_handle(_SCRIPT, [caption.key, _CALM, _PATIENCE])
    try:
        shot = await _parts(_Sweep(camera, page, guide, caption), number)
    finally:
        await guide.evaluate("(guide) => guide.leave()")
        await guide.dispose()
    spool.keep(camera.folder, replace(shot, last=last))
    return shot.number


async def _parts(sweep: "_Sweep", number: int) -> Shot:
    """Take all parts; return the last one."""
    opening = await sweep.ask("start")
    place: dict[str, object] = {"key": None, "below": 0}
    shot: Shot | None = None
    seen: set[str] = set()
    for taken in range(_MOST_PARTS):
        first = taken == 0
        if opening.bottom - opening.top < 1:
            break
        shot, cut = await sweep.take(opening, place, number=number + taken, first=first)
        seen |= {item.key for item in shot.reading.items}
        if first:
            await sweep.guide.evaluate("(guide) => guide.unstick()")
        place = await sweep.guide.evaluate("(guide, y) => guide.placeAt(y)", cut)
        if not opening.more:
            if await sweep.known() <= seen or not await sweep.guide.evaluate(_FURTHER):
                break
            place["below"] = place["within"]
        opening = await sweep.ask("bring", place)
    if shot is None:
        raise gone()
    return shot


class _Sweep:
    """What leads through one post."""

    def __init__(self, camera: Camera, page: Page, guide: JSHandle, caption: Caption) -> None:
        self.guide = guide
        self._camera = camera
        self._page = page
        self._caption = caption

    async def known(self) -> set[str]:
        """Return the keys of all that the walk knows to belong to the post."""
        return set(await self._page.evaluate(_KNOWN, self._caption.key)) - {self._caption.key}

    async def ask(self, what: str, *about: object) -> _Opening:
        answer = await self.guide.evaluate(f"(guide, about) => guide.{what}(...about)", about)
        return _Opening.model_validate(answer)

    async def take(self, opening: _Opening, place: object, *, number: int, first: bool) -> tuple[Shot, float]:
        """Take what is seen, to where it is best cut; return that height of the window too."""
        shot, cut = await self._attempt(opening, number)
        for _ in range(_ATTEMPTS - 1):
            after = await self.ask("look", place, first)
            if after.lost or after.bottom - after.top < 1:
                break
            if (after.top, after.left) == (opening.top, opening.left):
                return shot, cut
            opening = after
            shot, cut = await self._attempt(opening, number)
        shot = replace(shot, steady=False)
        spool.keep(self._camera.folder, shot)
        return shot, cut

    async def _attempt(self, opening: _Opening, number: int) -> tuple[Shot, float]:
        root = (await self.guide.evaluate_handle("(guide) => guide.root()")).as_element()
        if root is None:
            raise gone()
        cut = bottom = opening.bottom
        if opening.more:
            seen = min(opening.edge, opening.bottom)
            cut = opening.top + _cut(await self._camera.read(root, opening.down_to(seen)))
            bottom = cut if opening.edge >= opening.bottom else opening.bottom  # else what is around it, once
        part = opening.down_to(bottom)
        shot = await self._camera.take(self._page, root, number=number, caption=self._caption, part=part, last=False)
        return shot, cut


def _cut(reading: Reading) -> int:
    """Return how far down a part is to reach: between items, or at least between lines."""
    height = round(reading.box.height)
    tree = Cuts(reading.tree, [*reading.panels, *(item.box for item in reading.items)])
    cut = tree.best(0, height)
    return cut if cut >= _LEAST else height
