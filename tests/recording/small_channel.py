"""A small scrolling channel of our own in a real Chromium, a walk over it, and what is needed to record it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, async_playwright

from capture.items import Cause, Item, ItemKind, Step
from capture.recording import Recording, TitleCard

URL = "https://kommun.example/kanal?a=1&b=<2>"
BEGAN = datetime(2026, 11, 22, 23, 30, 7, tzinfo=UTC)
HOSTILE_AUTHOR = "Åsa = ; # \\ [CHAPTER]\nSTART=0\r\n\x00\x1b[31m --> <b>\u202ex {\\an8}"
HOSTILE_SHOWN = "3 tim\n\n00:00:00.000 --> 00:00:09.000"
ODD = (401, 301)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
_PAGE = """<!doctype html><meta charset=utf-8><style>body{margin:0;font:20px sans-serif}
article{height:380px;padding:20px;box-sizing:border-box;border-bottom:3px solid}</style>
<article style="background:#fde">Första åäö <button onclick="this.after('Ett svar visas nu')">Visa svar</button>
</article><article style="background:#def">Andra</article><article style="background:#efd">Tredje</article>
<article style="background:#eee">Fjärde</article>"""


@dataclass
class Clock:
    """A clock that moves 250 ms each time it is read."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=250)
        return self.now


@asynccontextmanager
async def browser_page(html: str = _PAGE, size: tuple[int, int] = ODD) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
        await page.set_content(html)
        yield page
        if browser.is_connected():
            await browser.close()


def step(number: int, cause: Cause, *, post_key: str | None = None, label: str = "", scroll_y: float = 0) -> Step:
    return Step(
        number=number,
        cause=cause,
        label=label,
        post_key=post_key,
        url=URL,
        at=BEGAN,
        scroll_y=scroll_y,
        in_view=("p/1", "p/2", "p/3", "p/4", "k\ud800"),
        posts_seen=0,
        comments_seen=0,
        posts_claimed=None,
    )


def post(key: str, *, ordinal: int = 1, author: str = "Kommunen", shown: str = "3 tim") -> Item:
    return Item(
        key=key,
        key_source="permalink",
        kind=ItemKind.POST,
        post_key=key,
        parent_key=None,
        ordinal=ordinal,
        author=author,
        text="",
        published=None,
        published_shown=shown,
        claimed=None,
        links=(),
        pictures=(),
        first_seen=BEGAN,
    )


def card(*, channel_name: str = "Exempelkommunen", url: str = URL) -> TitleCard:
    return TitleCard(
        channel_name=channel_name,
        url=url,
        recorded=BEGAN,
        operator="Kommunarkivet, Åsa Öberg",
        tools=("Kanalarkiv 0.1.0", "Chromium 156"),
    )


async def walk(page: Page, recording: Recording) -> None:
    """Ten steps over four posts: a scroll, a click, a click without effect, and a post that no step names."""
    root = await page.query_selector("article")
    assert root is not None
    scrolled = 0

    async def scroll(number: int, key: str | None, to: int) -> None:
        nonlocal scrolled
        scrolled = to
        await page.evaluate("y => new Promise(done => { scrollTo(0, y); requestAnimationFrame(done) })", to)
        await recording.on_step(page, step(number, Cause.SCROLL, post_key=key, scroll_y=to))

    await recording.on_step(page, step(1, Cause.ARRIVAL))
    await recording.on_step(page, step(2, Cause.DISMISS, label="Acceptera --> <alla>\n\nkakor"))  # nothing changes
    await scroll(3, "p/1", 20)
    await page.click("button")
    await recording.on_step(page, step(4, Cause.EXPAND, post_key="p/1", label="Visa svar", scroll_y=scrolled))
    await recording.on_step(page, step(5, Cause.EXPAND, post_key="p/1", label="Visa svar", scroll_y=scrolled))
    await recording.on_post(page, post("p/1", author=HOSTILE_AUTHOR, shown=HOSTILE_SHOWN), root)
    await scroll(6, "p/2", 120)
    await scroll(7, "p/2", 420)
    await recording.on_post(page, post("p/2", ordinal=2, author="", shown=""), root)
    await recording.on_post(page, post("p/3", ordinal=3, author="Å" * 400), root)  # no step was in its name
    await scroll(8, "p/4", 1200)
    await recording.on_step(page, step(9, Cause.TEXT, post_key="p/4", label="Visa mer", scroll_y=scrolled))
    await recording.on_post(page, post("p/4", ordinal=4), root)
    await recording.on_step(page, step(10, Cause.END, scroll_y=scrolled))
