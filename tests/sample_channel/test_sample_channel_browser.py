"""The sample channel in a real Chromium: everything in the truth can be reached by roles and names alone."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sample_channel import Behaviour, Comment, Post, SampleChannel, serve

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
_SEED = 1399
"""Six posts with 0 to 34 comments, texts that try to be script, answers to answers and a thread of nine."""
_MORE = re.compile(r"^Visa (fler kommentarer|alla \d+ svar|\d+ svar( till)?)$")

pytestmark = pytest.mark.skipif(not _CHROMIUM.exists(), reason="Chromium is not installed")


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(20_000)
    return page


async def _scroll_to_the_end(page: Page) -> None:
    """Close what stands in the way, and scroll until the feed says that it is over."""
    end = page.get_by_text("Det finns inga fler inlägg att visa")
    await page.get_by_role("button", name="Neka valfria cookies", exact=True).click()
    for _ in range(60):
        if await end.count():
            return
        close = page.get_by_role("dialog").get_by_role("button", name="Stäng", exact=True)
        if await close.count():
            await close.click()
        await page.mouse.move(640, 450)
        await page.mouse.wheel(0, 900)
        await page.wait_for_timeout(60)
    pytest.fail("the feed never ended")


async def _open(page: Page, post: Locator) -> None:
    """Choose the order that hides nothing, then press every button that brings more."""
    order = post.get_by_role("button", name="Mest relevanta", exact=True)
    if await order.count():
        await order.click()
        await page.get_by_role("menuitem").last.click()
        await expect(post.get_by_role("button", name="Alla kommentarer", exact=True)).to_be_visible()
        await expect(post.get_by_role("progressbar")).to_have_count(0)
    for name in (_MORE, re.compile("^Se mer$")):
        while await (more := post.get_by_role("button", name=name)).count():
            await more.first.click()
            await expect(post.get_by_role("progressbar")).to_have_count(0)


async def _items(post: Locator) -> dict[str, tuple[str, str, str]]:
    """Permalink -> author, text, machine-readable time: of the post itself and everything below it."""
    found = await post.evaluate("""post => [post, ...post.querySelectorAll('[role=article]')].map(item => {
        const time = item.querySelector('time');
        return [time.closest('a').getAttribute('href'), item.querySelector('.author').textContent,
                item.querySelector('.text').textContent, time.dateTime];
    })""")
    assert len(found) == len({item[0] for item in found}), "something is shown twice"
    return {address: (author, text, time) for address, author, text, time in found}


def _expected(post: Post) -> dict[str, tuple[str, str, str]]:
    items: list[Post | Comment] = [post, *post.discussion()]
    return {item.permalink: (item.author, item.text, item.published.isoformat()) for item in items}


async def _walk(channel: SampleChannel, surprises: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        page = await _page(browser)
        page.on("dialog", lambda dialog: surprises.append(f"dialog: {dialog.message}"))
        page.on("pageerror", lambda error: surprises.append(f"error: {error}"))
        page.on("console", lambda message: surprises.append(f"console: {message.text}"))
        page.on("request", lambda request: surprises.append(request.url) if channel.origin not in request.url else None)
        await page.goto(channel.url)
        await _scroll_to_the_end(page)
        posts = page.get_by_role("feed").locator(":scope > [role=article]")
        assert await posts.count() == len(channel.truth.posts)
        for place, truth in enumerate(channel.truth.posts):
            post = posts.nth(place)
            await _open(page, post)
            assert await _items(post) == _expected(truth)
            number = "1 kommentar" if truth.claimed == 1 else f"{truth.claimed} kommentarer"
            await expect(post.get_by_role("button", name=number, exact=True)).to_be_visible()
        assert await page.locator("script:not([src])").count() == 0, "hostile text became an element"
        for image in await page.locator("[aria-posinset] img").all():
            await image.scroll_into_view_if_needed()
            await expect(image).not_to_have_class("blurred")

        # The longest discussion again, on the post's own page.
        longest = max(channel.truth.posts, key=lambda post: post.reachable)
        await page.goto(channel.address(longest.permalink))
        alone = page.get_by_role("main").locator(":scope > [role=article]")
        await _open(page, alone)
        assert await _items(alone) == _expected(longest)
        assert channel.mutations == []

        # And the proof that a wrong press would have been noticed.
        async with page.expect_response("**/api/gilla/**"):
            await alone.get_by_role("button", name="Gilla", exact=True).first.click()
        await browser.close()


def test_everything_in_the_truth_can_be_reached_and_nothing_gets_changed() -> None:
    """Scrolls, closes, chooses, opens and unfolds; hostile texts come out as the text they are."""
    surprises: list[str] = []
    behaviour = Behaviour(latency=0.005, posts_per_batch=2, nag_after=2, overclaim=1)
    with serve(seed=_SEED, posts=6, behaviour=behaviour) as channel:
        texts = " ".join(comment.text for post in channel.truth.posts for comment in post.discussion())
        assert "<script>" in texts
        assert "<img src=x onerror=" in texts
        asyncio.run(_walk(channel, surprises))
        assert [mutation.path.rpartition("/")[0] for mutation in channel.mutations] == ["/api/gilla"]
    assert surprises == []


async def _impression(channel: SampleChannel, *, posts: int, spinners: int) -> tuple[str, str | None]:
    """Scroll until so many posts and spinners are there; return what the page says, and whether its feed is busy."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        page = await _page(browser)
        await page.goto(channel.url)
        await page.get_by_role("button", name="Neka valfria cookies", exact=True).click()
        shown = page.get_by_role("feed").locator(":scope > [role=article]")
        spinner = page.get_by_role("progressbar", name="Laddar", exact=True)
        for _ in range(300):
            if (await shown.count(), await spinner.count()) == (posts, spinners):
                break
            await page.mouse.move(640, 450)
            await page.mouse.wheel(0, 1500)
            await page.wait_for_timeout(40)
        await page.wait_for_timeout(200)  # whatever more would come has had ten times the latency to do so
        await expect(shown).to_have_count(posts)
        await expect(spinner).to_have_count(spinners)
        said = await page.get_by_role("main").inner_text()
        busy = await page.get_by_role("feed").get_attribute("aria-busy")
        await browser.close()
        return said, busy


def test_a_stalled_feed_goes_on_saying_that_it_loads() -> None:
    behaviour = Behaviour(posts_per_batch=2, nag_after=0, stall=True)
    with serve(seed=_SEED, posts=8, behaviour=behaviour) as channel:
        said, busy = asyncio.run(_impression(channel, posts=4, spinners=1))
        assert len(channel.feed) == 4
    assert busy == "true"
    assert "Det finns inga fler inlägg" not in said


def test_an_empty_channel_ends_at_once_and_says_why() -> None:
    with serve(behaviour=Behaviour(empty=True)) as channel:
        said, busy = asyncio.run(_impression(channel, posts=0, spinners=0))
    assert busy == "false"
    assert said.count("Inga inlägg än") == 2, "in the header, and where the feed would be"
