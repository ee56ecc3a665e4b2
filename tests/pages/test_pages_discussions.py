"""Discussions that do not stand on their page all at once are whole in the PDF, and each comment can be found there.

X lets go of what has scrolled out of the window, TikTok shows its comments through an opening that scrolls, the blog
continues its comments on further pages.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from playwright.async_api import Browser, async_playwright

from capture.items import Item, ItemKind, Walk
from capture.pages import Pages, Volume, build, plan, spool
from capture.pages.join import joined
from capture.pages.layout import leaves
from capture.programs import chromium
from capture.walk import Pace, open_page, walk
from tests.pages.small_feed import COVER, NOW
from tests.replicas.replica import serve

PLATFORMS = {"x": 4, "tiktok": 4, "blog": 4}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A walk, its shots by post, and the pages made of them."""

    walk: Walk
    shots: dict[str, tuple[spool.Shot, ...]]
    volume: Volume

    def of(self, key: str) -> list[Item]:
        return [item for item in self.walk.items if item.post_key == key]


def _now() -> datetime:
    return datetime.now(UTC)


async def _walk(browser: Browser, platform: str, posts: int, folder: Path) -> Walk:
    page = await open_page(browser)
    with serve(platform, seed=4, posts=posts, twist=None, latency=0.0) as replica:
        return await walk(
            page,
            replica.url,
            platform=platform,
            witnesses=[Pages(folder / "pages", clock=_now, scale=1)],
            evidence=folder / "evidence",
            clock=_now,
            since=None,
            pace=Pace(least=0, most=0),
        )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    folder = tmp_path_factory.mktemp("discussions")

    async def walks() -> dict[str, Walk]:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                return {name: await _walk(browser, name, posts, folder / name) for name, posts in PLATFORMS.items()}
            finally:
                await browser.close()

    found = {}
    for name, done in asyncio.run(walks()).items():
        pages = folder / name / "pages"
        shots = [tuple(map(spool.read, paths)) for paths in plan.in_order(pages / "shots", [])]
        (volume,) = build(pages, COVER, folder / name / "made", created=NOW)
        by_key = {parts[0].caption.key: parts for parts in shots if parts[0].caption}
        found[name] = Seen(walk=done, shots=by_key, volume=volume)
    return found


def plain(text: str) -> str:
    """Letters and digits only: what breaks a line, or stands as a picture, is told in other ways."""
    return re.sub(r"[\W_]+", "", text.casefold())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_long_discussions_are_taken_in_parts_and_short_ones_are_not(seen: dict[str, Seen], platform: str) -> None:
    taken = seen[platform].shots.values()
    assert (min(map(len, taken)), max(map(len, taken)) > 2) == (1, True)
    assert all([shot.last for shot in shots] == [*[False] * (len(shots) - 1), True] for shots in taken)
    assert all(shot.steady for shots in taken for shot in shots)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_comment_of_a_discussion_in_parts_is_pictured_once(seen: dict[str, Seen], platform: str) -> None:
    for key, shots in seen[platform].shots.items():
        if len(shots) == 1:
            continue
        reading = joined(shots).reading
        said = plain("".join(leaf.text for leaf in leaves(reading.tree) if isinstance(leaf, spool.Word)))
        comments = [item for item in seen[platform].of(key) if item.kind is not ItemKind.POST]
        texts = [plain(item.text) for item in comments]
        assert {mark.key for mark in reading.items} >= {item.key for item in seen[platform].of(key)}
        for text in texts:
            times = sum(other.count(text) for other in texts)
            assert len(text) < 30 or said.count(text) == times, text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_parts_join_without_a_gap(seen: dict[str, Seen], platform: str) -> None:
    for shots in seen[platform].shots.values():
        whole = joined(shots)
        assert whole.height == sum(shot.height for shot in shots)
        tops = [mark.box.y for mark in whole.reading.items if mark.key != (shots[0].caption or pytest.fail("no")).key]
        assert tops == sorted(tops) or platform == "blog", "in the order they stand"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_map_leads_to_each_comments_own_words(seen: dict[str, Seen], platform: str) -> None:
    volume = seen[platform].volume
    assert volume.pdfa
    texts = {item.key: plain(item.text) for item in seen[platform].walk.items if item.kind is not ItemKind.POST}
    places = {place.key: place for place in volume.answers}
    assert set(texts) <= set(places)  # the blog has a post with its comments in a frame from elsewhere
    assert volume.unread["frames"] == 0
    with pypdfium2.PdfDocument(volume.path) as pdf:
        pages = [page.get_textpage() for page in pdf]
        for key in texts:
            place = places[key]
            x, y, width, height = place.box
            found = pages[place.page - 1].get_text_bounded(x - 1, y - 1, x + width + 1, y + height + 1)
            assert place.page > 1
            assert texts[key][:20] in plain(found) or place.last_page > place.page, key
