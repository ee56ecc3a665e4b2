"""Asking the page what a post shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from importlib.resources import files

from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from capture.media.fetch import Limits
from capture.media.nouns import Medium

_SCRIPT = files("capture.media").joinpath("shown.js").read_text(encoding="utf-8")
_IN_FRAME = f"(asked) => ({_SCRIPT})(document.documentElement, asked)"
_IN_PAGE = f"(asked) => ({_SCRIPT})(null, asked)"
_IS_FOREIGN = "(one, key) => one.contentDocument === null && window.top.__kanalarkiv.ownerOfFrame(one) === key"
_ANSWERS_WITHIN = 20.0  # seconds for a frame, which may be hostile, to answer at all

SMALLEST = 48
"""CSS pixels: a picture that is smaller both ways is decoration (emoji, icons, small portraits)."""
_LONGEST_DATA = 64 * 1024 * 1024  # characters of an address that holds its file itself


class UnreadableError(Exception):
    """A document did not say what it shows: it left, hangs, or answers something else."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sight(_Answer):
    """Something that a page shows. `item` is the key of its item, `live` that the page gives it no end.

    `cut`: the address is too long to be one, and only its beginning is here.
    """

    item: str
    medium: Medium
    address: str
    cut: bool
    alt: str
    width: int = Field(ge=0)
    height: int = Field(ge=0)
    live: bool


class Sights(_Answer):
    """What a document shows of a post; what was left out is counted as in `capture.media.nouns.PostMedia`."""

    shown: tuple[Sight, ...]
    decorations: int = Field(ge=0)
    hidden: int = Field(ge=0)
    unlisted: int = Field(ge=0)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A document with something of a post in it: the page's own, or that of a frame from another origin."""

    frame: Frame
    sights: Sights


async def in_view(page: Page, post_key: str, *, limits: Limits) -> Sights:
    """Ask what is on the screen now of a post that the walk is at.

    Raises:
        UnreadableError: the page did not answer, or with something else.
        PlaywrightError: the page is gone.
    """
    asked = _asked(post_key, limits, only_in_view=True)
    return await _sights(page, page.evaluate(_IN_PAGE, asked))


async def look(page: Page, post_key: str, root: ElementHandle, *, limits: Limits) -> tuple[list[Place], int]:
    """Ask what a post shows, in its own element and in the frames in it; return that, and how many did not answer.

    Raises:
        PlaywrightError: the page is gone.
    """
    asked = _asked(post_key, limits, only_in_view=False)
    questions = [(page.main_frame, root.evaluate(_SCRIPT, asked))]
    questions += [(frame, frame.evaluate(_IN_FRAME, asked)) async for frame in _foreign_frames(page, post_key)]
    places, unread = [], 0
    for frame, question in questions:
        try:
            places.append(Place(frame=frame, sights=await _sights(page, question)))
        except UnreadableError:
            unread += 1
    return places, unread


async def _sights(page: Page, question: Awaitable[object]) -> Sights:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            return Sights.model_validate_json(str(await question))
    except (PlaywrightError, ValidationError, TimeoutError) as error:
        if page.is_closed():
            raise
        raise UnreadableError from error


def _asked(post_key: str, limits: Limits, *, only_in_view: bool) -> dict[str, object]:
    return {
        "post": post_key,
        "inView": only_in_view,
        "smallest": SMALLEST,
        "most": limits.most_shown,
        "longestLabel": 4_000,
        "longestAddress": 8_000,
        "longestData": min(_LONGEST_DATA, 2 * limits.most_bytes),
    }


async def _foreign_frames(page: Page, post_key: str) -> AsyncIterator[Frame]:
    """Yield the frames in a post that the page around them cannot look into."""
    theirs: set[Frame] = set()
    for frame in page.frames:  # outer ones come before those in them
        around = frame.parent_frame
        if around is None or frame.url.startswith("chrome-error:"):
            continue
        if around in theirs or await _is_foreign(page, frame, post_key):
            theirs.add(frame)
            yield frame


async def _is_foreign(page: Page, frame: Frame, post_key: str) -> bool:
    try:
        element = await frame.frame_element()
        return bool(await element.evaluate(_IS_FOREIGN, post_key))
    except PlaywrightError:  # it went away meanwhile: then it shows nothing
        if page.is_closed():
            raise
        return False
