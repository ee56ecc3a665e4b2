"""Pages that were killed while they pictured a post are gone on with: nothing lost, no post pictured twice."""

import asyncio
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from capture.pages import Pages, build, spool
from capture.programs import chromium
from register.errors import BadInputError
from tests.pages.killed_pages import POINTS
from tests.pages.small_feed import COVER, NOW, arrival, feed_page, item

LATER = NOW + timedelta(hours=1)
POSTS = {"half-a-picture": 2, "no-description": 2, "half-a-description": 2, "a-description": 3}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What a killed process left, by the point at which it was killed. Tests work on copies."""
    folders = {point: tmp_path_factory.mktemp(point) / "p" for point in POINTS}
    for point, folder in folders.items():
        done = subprocess.run(
            [sys.executable, "-m", "tests.pages.killed_pages", str(folder), point], check=False, timeout=600
        )
        assert done.returncode == -signal.SIGKILL
    return folders


def _resumed(folder: Path) -> Pages:
    return Pages(folder, clock=lambda: LATER, resuming=True)


def _keys(folder: Path) -> list[str]:
    return [shot.caption.key for shot in map(spool.read, spool.descriptions(folder / "shots")) if shot.caption]


@pytest.mark.parametrize("point", POINTS)
def test_whole_shots_are_kept_and_torn_ones_are_gone(killed: dict[str, Path], tmp_path: Path, point: str) -> None:
    folder = shutil.copytree(killed[point], tmp_path / "p")
    _resumed(folder)
    assert _keys(folder) == [item(number).key for number in (2, 1, 3)[: POSTS[point]]]
    stems = {path.stem.split("-")[0] for path in (folder / "shots").iterdir()}
    assert stems == {f"{number:05d}" for number in range(POSTS[point] + 1)}
    assert {path.suffix for path in (folder / "shots").iterdir()} == {".json", ".png"}


def test_the_points_are_what_they_are_called(killed: dict[str, Path]) -> None:
    left = {point: {path.name for path in (killed[point] / "shots").glob("00003*")} for point in POINTS}
    assert left == {
        "half-a-picture": {"00003.png.part"},
        "no-description": {"00003.png"},
        "half-a-description": {"00003.png", "00003.json.part"},
        "a-description": {"00003.png", "00003.json"},
    }


def test_what_was_pictured_is_not_pictured_again_and_the_rest_is(killed: dict[str, Path], tmp_path: Path) -> None:
    """The walk had not noted post 1 when it was killed, and comes with it again; post 3 was torn."""
    folder = shutil.copytree(killed["half-a-description"], tmp_path / "p")
    before = {path.name: path.read_bytes() for path in (killed["a-description"] / "shots").glob("0000[012]*")}

    async def go_on() -> None:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="sv-SE")
                await page.set_content(feed_page())
                witness = _resumed(folder)
                await witness.on_step(page, arrival(page))
                posts = await page.query_selector_all("article.post")
                for number in (1, 3, 4, 4):
                    await witness.on_post(page, item(number), posts[number - 1])
            finally:
                await browser.close()

    asyncio.run(go_on())
    assert _keys(folder) == [item(number).key for number in (2, 1, 3, 4)]
    taken = [spool.read(path).taken for path in sorted((folder / "shots").glob("*.json"))]
    assert taken == [NOW, NOW, NOW, LATER, LATER]
    assert {path.name: path.read_bytes() for path in (folder / "shots").glob("0000[012]*")} == before
    (made,) = build(folder, COVER, tmp_path / "out", created=NOW)
    assert [place.key for place in made.posts] == [item(number).key for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("name", ["00001.png", "00003.png", "00001.json", "00003.json"])
def test_damage_to_what_was_whole_is_not_mended(killed: dict[str, Path], tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(killed["a-description"], tmp_path / "p")
    damaged = folder / "shots" / name
    if name == "00001.png":
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes()[:-9])
    before = {path.name for path in (folder / "shots").iterdir()}
    with pytest.raises(BadInputError, match=name):
        _resumed(folder)
    assert {path.name for path in (folder / "shots").iterdir()} == before
