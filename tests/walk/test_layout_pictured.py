"""The layout: each page whole, at each width, and what could not be pictured said."""

import asyncio
from hashlib import sha256
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from capture.layout import ABOUT, CHANNEL, Layout, keep_layout, layout_in, picture_layout
from capture.layout.pictured import TALLEST
from capture.walk import Bounds
from tests.walk.conftest import Clock, Site

_PAGE = """<!doctype html><html lang="sv"><meta charset="utf-8"><title>Exempelkommun</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ margin: 0 }} main {{ height: 3000px; background: rgb(0, 90, 160) }}
@media (max-width: 600px) {{ main {{ background: rgb(160, 0, 90) }} }}</style>
<nav>{nav}</nav><main>Välkommen</main>"""
_QUICK = Bounds(settle_seconds=0.5, arrival_seconds=10)


def _layout(browsing: tuple[asyncio.Runner, Browser], url: str, into: Path, **more: str) -> Layout:
    runner, browser = browsing
    before = len(browser.contexts)
    layout = runner.run(picture_layout(browser, url, into, clock=Clock(), bounds=_QUICK, **more))
    assert len(browser.contexts) == before
    return layout


def test_the_channel_and_the_page_about_it_at_the_width_of_a_desktop_and_of_a_phone(
    site: Site, browsing: tuple[asyncio.Runner, Browser], tmp_path: Path
) -> None:
    """Four pictures, each as that width lays it out; the page about the channel is found by its link's name."""
    elsewhere = '<a href="https://exempel.invalid/om">Om oss</a>'
    url = site.put("/kanal", _PAGE.format(nav=f'{elsewhere}<a href="/om-sidan">Om oss</a>'))
    site.put("/om-sidan", _PAGE.format(nav="Om sidan"))
    layout = _layout(browsing, url, tmp_path / "layout")
    assert layout.missed == ()
    assert (layout.about, layout.about_kept) == (f"{site.origin}/om-sidan", True)
    assert layout.widths == (1280, 390)
    told = [(one.page, one.view.width, one.file, one.cut, one.url) for one in layout.pictures]
    assert told == [
        (CHANNEL, 1280, "kanal-1280.png", False, url),
        (ABOUT, 1280, "om-1280.png", False, layout.about),
        (CHANNEL, 390, "kanal-390.png", False, url),
        (ABOUT, 390, "om-390.png", False, layout.about),
    ]
    for one in layout.pictures:
        path = tmp_path / "layout" / one.file
        assert sha256(path.read_bytes()).hexdigest() == one.sha256
        with Image.open(path) as picture:
            assert picture.size == (one.view.width, one.height)
            assert one.height > 3000
            colour = picture.convert("RGB").getpixel((one.view.width // 2, 2900))
            assert colour == ((0, 90, 160) if one.view.width == 1280 else (160, 0, 90))
    assert layout_in(tmp_path / "layout") is None
    keep_layout(tmp_path / "layout", layout)
    assert layout_in(tmp_path / "layout") == layout


def test_what_has_no_end_is_cut_and_says_so_and_what_does_not_answer_is_missed(
    site: Site, browsing: tuple[asyncio.Runner, Browser], tmp_path: Path
) -> None:
    url = site.put("/kanal", _PAGE.format(nav="").replace("3000px", "90000px"))
    layout = _layout(browsing, url, tmp_path, about=f"{site.origin}/borta")
    assert [(one.height, one.cut) for one in layout.pictures] == [(TALLEST, True)] * 2
    assert layout.about_kept is False
    assert [each.sv for each in layout.missed] == [
        f"sidan om kanalen, {width} pixlar bred, är inte avbildad: servern svarade med HTTP 404"
        for width in (1280, 390)
    ]


def test_a_wall_is_no_layout(site: Site, browsing: tuple[asyncio.Runner, Browser], tmp_path: Path) -> None:
    """Where a login is asked for instead of the channel nothing is called its layout."""
    url = site.put("/kanal", '<!doctype html><title>Logga in</title><form>Lösenord <input type="password"></form>')
    layout = _layout(browsing, url, tmp_path)
    assert layout.pictures == ()
    assert layout.widths == ()
    assert layout.about_kept is None
    assert all("lösenordsfält" in each.sv for each in layout.missed)
    assert len(layout.missed) == 2
