"""A picture that would be too large is left out, and everybody is told."""

import asyncio
from pathlib import Path

import pypdfium2
import pytest
from playwright.async_api import async_playwright

from capture.pages import Flavour, PageProfile, Pages, Volume, build, spool
from capture.pages.camera import Camera, Ceiling
from capture.pages.join import joined
from capture.programs import chromium
from capture.walk import open_page
from tests.pages import drawn_spool, small_feed
from tests.pages.small_feed import COVER, NOW

POSTS = """<!doctype html><html lang="sv"><style>body{margin:0}.g{width:20000px;height:10000px;background:#fed}
@keyframes r{from{margin-left:0}to{margin-left:900px}}.r{animation:r 1s linear infinite alternate;width:99px}</style>
<article>Litet</article>
<article style="display:inline-block"><div class="g">Jättelikt</div></article>
<article class="r">Rör sig</article>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small post, one of 200 megapixels, one that is given no time, and one that moves where scripts are off."""
    folder = tmp_path_factory.mktemp("ceiling")

    async def photograph() -> None:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                page = await open_page(browser)
                await page.set_content(POSTS)
                small, giant, _ = await page.query_selector_all("article")
                pages = Pages(folder, clock=lambda: NOW)
                for number, post in enumerate((small, giant), 1):
                    await pages.on_post(page, small_feed.item(number), post)
                hasty = Pages(folder / "hasty", clock=lambda: NOW, ceiling=Ceiling(seconds=0))
                await hasty.on_post(page, small_feed.item(1), small)
                context = await browser.new_context(java_script_enabled=False)
                still = await context.new_page()
                await still.set_content(POSTS)
                _, _, moving = await still.query_selector_all("article")
                shots = folder / "moving"
                shots.mkdir()
                await Camera(shots, clock=lambda: NOW, scale=1).take(still, moving, number=1)
            finally:
                await browser.close()

    asyncio.run(asyncio.wait_for(photograph(), 300))
    return folder


@pytest.fixture(scope="module")
def volume(folder: Path) -> Volume:
    (made,) = build(folder, COVER, folder / "out", created=NOW, profile=PageProfile(flavour=Flavour.U2))
    return made


def test_a_picture_of_200_megapixels_is_refused_before_it_is_taken(folder: Path) -> None:
    shot = spool.read(folder / "shots" / "00002.json")
    assert (shot.bands, shot.width, shot.height) == ((), 20_000, 10_000)
    assert shot.unpictured is not None
    assert "inlägget är 40000 × 20000 bildpunkter. Mer än 500 miljoner bildpunkter" in shot.unpictured.sv
    assert not list((folder / "shots").glob("00002*.png"))


def test_one_that_is_not_finished_in_time_is_left_out(folder: Path) -> None:
    shot = spool.read(folder / "hasty" / "shots" / "00001.json")
    assert shot.bands == ()
    assert shot.unpictured is not None
    assert "eller 0 sekunder" in shot.unpictured.sv


def test_a_page_without_scripts_does_not_keep_the_camera_waiting(folder: Path) -> None:
    shot = spool.read(folder / "moving" / "00001.json")
    assert (shot.steady, len(shot.bands)) == (False, 1)


def test_the_volume_says_what_was_left_out_and_where(volume: Volume) -> None:
    assert volume.pdfa
    assert [place.key for place in volume.posts] == [small_feed.item(1).key]
    assert volume.unpictured == (small_feed.item(2).key,)
    with pypdfium2.PdfDocument(volume.path) as pdf:
        cover, page = (" ".join(one.get_textpage().get_text_bounded().split()) for one in pdf)
    assert "Utan bild: 1 inlägg var för stora att avbilda; på deras plats står varför" in cover
    assert "Inlägg 2 av 2" in page
    assert "Bilden är utelämnad: inlägget är 40000 × 20000 bildpunkter." in page


def test_a_post_of_parts_of_which_one_has_no_picture_has_none(folder: Path, tmp_path: Path) -> None:
    first = drawn_spool.keep(tmp_path, 3, last=False)
    refused = spool.read(folder / "shots" / "00002.json")
    whole = joined([first, refused])
    assert (whole.number, whole.bands, whole.unpictured, whole.last) == (3, (), refused.unpictured, True)
