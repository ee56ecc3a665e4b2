"""The administrator's own browser: found, opened with their profile, or joined where they have started it."""

import json
import os
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from capture.programs import chromium
from capture.programs.chromium import Brand
from capture.session.own_browser import OwnBrowser, opened
from register.errors import BadInputError, BrowserMissingError, FolderBlockedError
from tests.session.surroundings import ACCOUNT, PASSWORD

SIZE = (1280, 900)
pytestmark = pytest.mark.usefixtures("shown")


def _visited(playing, own, visit):
    """Return what `visit` makes of the browser's context."""
    runner, playwright = playing

    async def go():
        async with opened(playwright, own, size=SIZE) as context:
            return await visit(context)

    return runner.run(go())


def test_who_has_logged_in_once_is_logged_in_the_next_time(playing, site, config):
    async def log_in(context):
        page = await context.new_page()
        await page.goto(site.channel)
        await page.get_by_role("textbox", name="Konto").fill(ACCOUNT)
        await page.get_by_role("textbox", name="Lösenord").fill(PASSWORD)
        await page.get_by_role("button", name="Logga in").click()
        await page.locator(".display-name").wait_for()

    async def look(context):
        page = await context.new_page()
        await page.goto(site.channel)
        shown = await page.evaluate("[innerWidth, innerHeight, devicePixelRatio, navigator.language]")
        return await page.locator(".display-name").inner_text(), shown

    own = OwnBrowser(brand=Brand.CHROMIUM)
    _visited(playing, own, log_in)
    assert _visited(playing, own, look) == (ACCOUNT, [*SIZE, 1, "sv-SE"])
    assert (config / "webbläsarprofil").stat().st_mode & 0o777 == 0o700


def test_it_does_not_pose_as_anything_else(playing, config):
    async def look(context):
        return await context.pages[0].evaluate("[navigator.userAgent, navigator.webdriver]")

    agent, driven = _visited(playing, OwnBrowser(brand=Brand.CHROMIUM), look)
    version = chromium.version(chromium.find()).split()[1].split(".")[0]
    assert f"Chrome/{version}." in agent
    assert driven is True


def test_a_profile_that_is_open_elsewhere_is_said_to_be(playing, tmp_path):
    own = OwnBrowser(brand=Brand.CHROMIUM, profile=tmp_path / "profil")

    async def again(context):
        with pytest.raises(FolderBlockedError, match="är redan öppen i en webbläsare"):
            async with opened(playing[1], own, size=SIZE):
                raise AssertionError("it was opened twice")
        return len(context.pages)

    assert _visited(playing, own, again) >= 1


@contextmanager
def _started_by_a_person(profile: Path, display: str):
    """A browser that somebody has started with a port, and what it shows."""
    command = [chromium.find(), *chromium.flags(recorded=False), "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={profile}", "data:text/html,min egen flik"],
        env={**os.environ, "DISPLAY": display}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        noted = profile / "DevToolsActivePort"
        deadline = time.monotonic() + 300
        while not noted.exists() or not noted.read_text().strip():
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.05)
        yield process, f"http://127.0.0.1:{noted.read_text().split()[0]}"
    finally:
        process.terminate()
        process.wait(timeout=300)


def _tabs(endpoint: str) -> list[str]:
    with urllib.request.urlopen(f"{endpoint}/json/list", timeout=10) as answer:
        return [target["url"] for target in json.load(answer) if target["type"] == "page"]


def test_a_browser_that_the_person_started_is_joined_and_left_as_it_was(playing, screen, site, tmp_path):
    async def look(context):
        page = await context.new_page()
        await page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
        await page.goto(site.channel)
        shown = await page.evaluate("[innerWidth, innerHeight]")
        await page.close()
        return shown

    with _started_by_a_person(tmp_path / "profil", screen) as (process, endpoint):
        assert _visited(playing, OwnBrowser(endpoint=endpoint), look) == list(SIZE)
        assert process.poll() is None
        assert _tabs(endpoint) == ["data:text/html,min egen flik"]


def test_where_no_browser_answers_it_is_said_how_to_start_one(playing):
    async def nothing(context):
        raise AssertionError("there is no such browser")

    with pytest.raises(BadInputError) as refused:
        _visited(playing, OwnBrowser(endpoint="http://127.0.0.1:1"), nothing)
    assert "--remote-debugging-port" in refused.value.next_step.sv


def test_without_a_screen_nothing_is_opened(playing, monkeypatch, config):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    async def nothing(context):
        raise AssertionError("there is no screen")

    with pytest.raises(chromium.NoDisplayError):
        _visited(playing, OwnBrowser(brand=Brand.CHROMIUM), nothing)


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_edge_comes_before_chrome_and_chrome_before_chromium(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = []
    for name in ("chromium", "google-chrome", "microsoft-edge"):
        program = _program(tmp_path / name)
        assert chromium.find_own() == program
        found.append(program)
    assert [chromium.find_own(brand) for brand in (Brand.CHROMIUM, Brand.CHROME, Brand.EDGE)] == found


def test_a_brand_that_is_not_there_is_not_replaced_by_another(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    _program(tmp_path / "chromium")
    with pytest.raises(BrowserMissingError, match="Edge hittades inte"):
        chromium.find_own(Brand.EDGE)


@pytest.mark.parametrize(
    ("system", "root", "variable", "below"),
    [
        ("win32", "x86", "PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"),
        ("win32", "lokalt", "LOCALAPPDATA", "Microsoft/Edge/Application/msedge.exe"),
        ("darwin", "Applications", "HOME", "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ],
)
def test_where_windows_and_macos_keep_edge(tmp_path, monkeypatch, system, root, variable, below):
    """The layout is made here: neither system is at hand, so that it is found is shown, and not that it starts."""
    monkeypatch.setenv("PATH", str(tmp_path / "tom"))
    monkeypatch.setenv(variable, str(tmp_path if system == "darwin" else tmp_path / root))
    program = _program(tmp_path / root / below)
    assert list(chromium._places(Brand.EDGE, system)) == [program]
    assert list(chromium._places(Brand.EDGE, "linux")) == []
