"""Whose eyes a channel is seen through: the session a walk is given, and who the page has to say is logged in."""

import asyncio
import subprocess
import time
from datetime import UTC, datetime

import pytest
from playwright.async_api import async_playwright

from capture.programs import chromium
from capture.session.attended import Attended, Word
from capture.session.entry import ChannelEntry
from capture.session.own_browser import OwnBrowser
from capture.session.permit import Permit
from capture.session.secret import Secret
from capture.session.store import Label, Session
from capture.walk.page import VIEWPORT
from flows import embedded, opening
from flows.permitting import Leave
from register.errors import ExitCode
from register.language import Text
from sample_channel import serve
from tests.flows.conftest import PATIENCE

COOKIE = {
    "name": "inloggad",
    "value": "ja",
    "domain": "kanal.invalid",
    "path": "/",
    "expires": -1,
    "httpOnly": True,
    "secure": False,
    "sameSite": "Lax",
}


@pytest.fixture(scope="module")
def walking(prefect_home):
    """The walk, imported when Prefect has been told where to live."""
    embedded.prepare(prefect_home)
    from flows import walking as module  # noqa: PLC0415 - see above

    return module


def _permit(*, attended: bool = False, **facts: object) -> Permit:
    entry = ChannelEntry.model_validate(
        {"namn": "Kanal", "plattform": "facebook", "adress": "https://kanal.invalid/kommunen", **facts}
    )
    return Permit(entry=entry, attended=attended)


def _leave(permit: Permit) -> Leave:
    return Leave(url="https://kanal.invalid/kommunen", permit=permit, register=Text("", ""), database="register.db")


def test_a_kept_session_is_the_page_s_own():
    label = Label(name="Kanal", address="https://kanal.invalid/kommunen", made=datetime(2026, 6, 1, tzinfo=UTC))
    session = Session(label=label, state=Secret({"cookies": [COOKIE], "origins": []}))

    async def cookies() -> list[str]:
        async with async_playwright() as playwright, opening.page_with(session)(playwright) as page:
            return [f"{one['name']}={one['value']}" for one in await page.context.cookies("http://kanal.invalid/")]

    assert asyncio.run(cookies()) == ["inloggad=ja"]


@pytest.mark.parametrize("permit", [Permit(entry=None, attended=False), _permit()])
def test_where_nobody_is_to_be_logged_in_nobody_is_asked_for(permit):
    assert opening.who_is_to_be_logged_in(permit) is None


@pytest.mark.parametrize(
    ("named", "attended", "wrong"),
    [
        ("Kommunen", False, False),
        ("Någon annan", False, True),
        (None, False, True),
        ("Kommunen", True, False),
        ("Någon annan", True, True),
        (None, True, False),
    ],
)
def test_a_page_that_says_nothing_passes_only_where_a_person_sees_it(named, attended, wrong):
    judge = opening.who_is_to_be_logged_in(_permit(inloggning=True, konto="Kommunen", attended=attended))
    assert (judge(named) is not None) == wrong


@pytest.mark.parametrize(
    ("asked", "facts", "profile"),
    [
        (None, {}, "facebook"),
        ("Mastodon", {}, "mastodon"),
        ("Exempelkanalen", {}, "facebook"),
        (None, {"plattform": "annan"}, None),
    ],
)
def test_the_profile_is_the_one_asked_for_else_the_register_s_else_the_page_s(walking, asked, facts, profile):
    assert walking.profile_of(asked, *_leave(_permit(**facts)).platforms) == profile
    assert walking.profile_of("Exempelkanalen", *_leave(Permit(entry=None, attended=False)).platforms) is None


class _Says:
    """A person who answers each question with the same word."""

    def __init__(self, word: Word) -> None:
        self.word = word

    def tell(self, text) -> None:
        pass

    def call(self) -> None:
        pass

    def said(self) -> None:
        return None

    async def says(self) -> Word:
        return self.word


@pytest.fixture
def port(tmp_path):
    """The address of a browser that somebody has started, with a page of their own."""
    command = [chromium.find(), "--headless", *chromium.flags(recorded=False), "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [*command, f"--user-data-dir={tmp_path}", "data:text/html,min egen flik"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    noted, deadline = tmp_path / "DevToolsActivePort", time.monotonic() + PATIENCE
    while not noted.exists() or not noted.read_text().strip():
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{noted.read_text().split()[0]}"
    process.terminate()
    process.wait(timeout=PATIENCE)


def test_the_administrators_browser_shows_the_channel_and_keeps_their_own_pages(port):
    async def look(url: str) -> tuple[str, list[int], list[str]]:
        opener = opening.their_page(url, OwnBrowser(endpoint=port), Attended(_Says(Word.SWITCH)))
        async with async_playwright() as playwright:
            async with opener(playwright) as page:
                shown = page.url, await page.evaluate("[innerWidth, innerHeight]")
                await page.context.new_page()  # as the walk does for a post's own page
            left = await playwright.chromium.connect_over_cdp(port)
            return *shown, [page.url for page in left.contexts[0].pages]

    with serve(posts=1) as channel:
        url, size, left = asyncio.run(look(channel.url))
        assert (url, size) == (channel.url, list(VIEWPORT))
    assert left == ["data:text/html,min egen flik"]


def test_a_person_who_does_not_begin_has_said_no(port):
    async def decline() -> None:
        opener = opening.their_page("http://127.0.0.1:1/", OwnBrowser(endpoint=port), Attended(_Says(Word.END)))
        async with async_playwright() as playwright, opener(playwright):
            raise AssertionError("the walk was not to begin")

    with pytest.raises(opening.NotBegunError) as said:
        asyncio.run(decline())
    assert said.value.exit_code is ExitCode.INTERRUPTED
