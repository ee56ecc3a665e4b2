"""A person logs in once in a browser that they see, and the session is as good as the login."""

import asyncio

import pytest
from playwright.async_api import async_playwright

from capture.programs import chromium
from capture.programs.chromium import NoDisplayError
from capture.session.errors import SessionError
from capture.session.login import made_by_hand
from register.errors import BrowserLostError, ChannelUnreachableError
from tests.session.surroundings import ACCOUNT, COOKIE, PASSWORD, close_windows


async def _log_in(page) -> None:
    """What a person does at the form."""
    await page.get_by_role("textbox", name="Konto").fill(ACCOUNT)
    await page.get_by_role("textbox", name="Lösenord").fill(PASSWORD)
    await page.get_by_role("button", name="Logga in").click()
    await page.locator("#minne[data-read]").wait_for()


def _made(headed, url, person):
    """Return the session that `person` makes; they are given the browser, and their answer is whether they are done."""
    runner, browser = headed

    async def make():
        try:
            return await made_by_hand(browser, url, done=lambda: person(browser))
        finally:
            for context in browser.contexts if browser.is_connected() else ():
                await context.close()

    return runner.run(make())


async def _patient(browser) -> bool:
    """A person who logs in, and says so."""
    await _log_in(browser.contexts[0].pages[0])
    return True


def test_what_the_browser_remembers_opens_the_channel_again(headed, site):
    state = _made(headed, site.channel, _patient).revealed()
    assert [(cookie["name"], cookie["value"], cookie["httpOnly"]) for cookie in state["cookies"]] == [
        ("sid", COOKIE, True)
    ]
    assert PASSWORD not in str(state)
    runner, browser = headed

    async def again():
        context = await browser.new_context(storage_state=state)
        try:
            page = await context.new_page()
            await page.goto(site.channel)
            await page.locator("#minne[data-read]").wait_for()
            return await page.locator(".display-name").inner_text(), await page.locator("#minne").inner_text()
        finally:
            await context.close()

    assert runner.run(again()) == (ACCOUNT, "minns allt")


def test_the_window_is_closed_instead_of_an_enter(headed, site, screen):
    async def closes(browser) -> bool:
        await _log_in(browser.contexts[0].pages[0])
        assert close_windows(screen) > 0
        await asyncio.Event().wait()  # and says nothing
        return False

    state = _made(headed, site.channel, closes).revealed()
    assert state["cookies"][0]["value"] == COOKIE
    assert [origin["origin"] for origin in state["origins"]] == [site.origin]


def test_one_window_of_two_is_not_the_end(headed, site):
    async def with_a_second_window(browser) -> bool:
        popup = await browser.contexts[0].new_page()
        await popup.close()
        return await _patient(browser)

    assert _made(headed, site.channel, with_a_second_window).revealed()["cookies"][0]["value"] == COOKIE


def test_a_question_of_the_page_is_left_to_the_person(headed, site):
    async def asked(browser) -> bool:
        page = browser.contexts[0].pages[0]
        window = await page.context.new_cdp_session(page)
        await window.send("Page.enable")
        answer = asyncio.ensure_future(page.evaluate("confirm('Lita på den här datorn?')"))
        await asyncio.sleep(1)
        assert not answer.done()
        await window.send("Page.handleJavaScriptDialog", {"accept": True})
        assert await answer is True
        return await _patient(browser)

    assert _made(headed, site.channel, asked).revealed()["cookies"]


def test_a_login_that_is_given_up_leaves_nothing(headed, site):
    async def gives_up(browser) -> bool:
        return False

    with pytest.raises(SessionError, match="Inloggningen avbröts"):
        _made(headed, site.channel, gives_up)


def test_where_nothing_is_remembered_nothing_is_kept(headed, site):
    async def satisfied(browser) -> bool:
        return True

    with pytest.raises(SessionError, match="minns ingenting"):
        _made(headed, f"{site.origin}/tom", satisfied)


def test_a_browser_that_ends_before_it_was_read(playing, site, shown):
    runner, playwright = playing

    async def ends_it(browser) -> bool:
        await _log_in(browser.contexts[0].pages[0])
        gone = asyncio.Event()
        browser.on("disconnected", lambda _: gone.set())
        await browser.close()
        await gone.wait()
        return True

    with pytest.raises(BrowserLostError) as lost:
        _made((runner, runner.run(chromium.launch(playwright, headless=False))), site.channel, ends_it)
    assert COOKIE not in str(lost.value)


def test_a_channel_that_is_not_there(headed):
    with pytest.raises(ChannelUnreachableError):
        _made(headed, "http://127.0.0.1:1/", _patient)


@pytest.mark.parametrize("display", [None, ":65000"], ids=["none", "one-that-is-gone"])
def test_without_a_screen_it_is_said_how_to_move_a_session(monkeypatch, display):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    if display:
        monkeypatch.setenv("DISPLAY", display)

    async def show():
        async with async_playwright() as playwright:
            await chromium.launch(playwright, headless=False)

    with pytest.raises(NoDisplayError) as refused:
        asyncio.run(show())
    assert "samma KANALARKIV_NYCKEL" in refused.value.next_step.sv
