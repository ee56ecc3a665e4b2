"""The one visit of a real Chromium that the tests of the pages share: to an ordinary feed, and to a hostile one."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from capture.pages import Pages, print_document
from capture.pages.camera import Camera, Ceiling
from capture.programs import chromium
from capture.programs.verapdf import Judge, PdfVerdict
from register.errors import KanalarkivError
from tests.pages import hostile_posts
from tests.pages.small_feed import (
    EXACT,
    NOW,
    OTHERS,
    SWEDISH,
    arrival,
    feed_page,
    item,
    page_of,
    statement,
)

READ = f"""<div class="read"><h3>Kommunens kanal</h3><p>{SWEDISH}</p><p style="letter-spacing:2px">{SWEDISH}</p>
<p>{OTHERS}</p><p><b>Fet</b> och <i>kursiv,</i> <small style="font-size:10px">liten</small> text.</p>
<ul><li>Första svaret</li><li>Andra svaret</li></ul><p style="text-align:right">Högerställt</p></div>"""
"""Of this post, everything is held against the page word by word."""

# What is on the page, told without anything of ours: each word of each text node and its rectangle in the article.
_TRUTH = """(root) => {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [], from = root.getBoundingClientRect();
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    for (const match of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      found.push([match[0], box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top]);
    }
  return found;
}"""

_STRICT = """<!doctype html><html lang="sv"><head>
<meta http-equiv="Content-Security-Policy" content="style-src 'nonce-egen'">
<style nonce="egen">header, footer { position: sticky; top: 0; height: 40px } main { height: 3000px }
b { position: relative } i { position: absolute; inset: 0; background: #0001 }</style><script>Highlight = null</script>
</head><body><header>Sidhuvud</header><main><div role="article"><p>Ett inlägg <b>tvivel<i></i></b></p></div></main>
<footer>Fot</footer></body>"""
_LOOKS = """() => [...document.querySelectorAll("header, footer")].flatMap(
  (element) => [element.outerHTML, getComputedStyle(element).visibility])"""

_MOVING = """<!doctype html><style>@keyframes r{from{margin-left:0}to{margin-left:900px}}
article{animation:r 1s linear infinite alternate;width:99px}</style><article>Rör sig</article>"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What the visit left: spools, two documents of our own, and what was seen meanwhile.

    `hasty` was given no time for a picture, `moving` never stood still. `strict`: what a page that forbids inline
    styles, and does not let itself be asked, looked like before a picture was taken, and after; `strict_spool` has the
    picture. `truth`: the words of the post `READ` and their edges.
    """

    feed: Path
    hostile: Path
    hasty: Path
    moving: Path
    printed: Path
    pictured: Path
    undone: bool
    window_matches: bool
    refusal: KanalarkivError
    strict: tuple[list[str], list[str]]
    strict_spool: Path
    truth: list[list[object]]


def hostile_page(port: int) -> str:
    """Return what a stranger may write; `port` is of a server of another origin."""
    zalgo = "Z" + "\u0301\u0302\u0303" * 150
    links = "".join(f'<a href="https://exempel.se/{n}">länk{n}</a> ' for n in range(1000))
    bodies = (
        f"<p>PUA:\ue000\U000f0000 {zalgo} \u202eomvänt\u202c noll\u200bbredd \ufeff \ufffe \U0001fae9 አማርኛ ﷽</p>",
        "<p>Ensam surrogat: <span id=surrogate></span></p><script>surrogate.textContent='\\ud83d!\\ude00'</script>",
        f"<p>{links}</p>",
        '<p>Överst</p><div style="height:39900px;background:#ffd"></div><p>Underst</p>',
        "".join(f'<p dir="auto">{line}</p>' for line in EXACT),
        READ,
        hostile_posts.HIDDEN,
        hostile_posts.COVERED,
        hostile_posts.LENT.format(port=port),
        hostile_posts.lettered(),
        '<div class="giant">Jättelikt</div>',
    )
    return page_of("".join(f'<article class="post">{body}</article>' for body in bodies), hostile_posts.STYLE)


async def visit(folder: Path) -> Visit:
    """Make the visit; everything it leaves lies in `folder`."""
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="sv-SE")
            await page.set_content(feed_page())
            await page.evaluate("scrollTo(0, 333)")
            before = await page.evaluate("[document.documentElement.outerHTML, scrollY]")
            await _shoot_one(page, folder / "undone")
            undone = before == await page.evaluate("[document.documentElement.outerHTML, scrollY]")
            await _shoot(page, feed_page(), folder / "feed", [2, 1, 3, 4, 5])
            with _elsewhere() as port:
                await _shoot(page, hostile_page(port), folder / "hostile", range(1, 12))
            truth = await (await page.query_selector_all("article.post"))[5].evaluate(_TRUTH)
            window_matches = await _window_matches(page, folder / "window")
            refusal = await _shoot_nothing(page, folder / "nothing")
            strict = await _shoot_strictly(page, folder / "strict")
            await _shoot_hastily(browser, page, folder)
            row = "<tr><td>Åsa</td><td>1</td></tr>" * 60
            printed, pictured = folder / "intyg.pdf", folder / "sällsynt.pdf"
            rare = "<tr><td>\ue000 \U0001fae9 \U00016a40</td><td>1</td></tr>"
            with Judge() as judge:

                def judging(paths: Sequence[Path], flavours: Sequence[str]) -> tuple[PdfVerdict, ...]:
                    return tuple(judge.verdict(path, one) for path in paths for one in flavours)

                for path, rows in ((printed, row), (pictured, row + rare)):
                    await print_document(
                        browser, statement(rows), path, title="Fullständighetsintyg", created=NOW, judging=judging
                    )
        finally:
            await browser.close()
    return Visit(
        feed=folder / "feed",
        hostile=folder / "hostile",
        hasty=folder / "hasty",
        moving=folder / "moving",
        printed=printed,
        pictured=pictured,
        undone=undone,
        window_matches=window_matches,
        refusal=refusal,
        strict=strict,
        strict_spool=folder / "strict",
        truth=truth,
    )


@contextmanager
def _elsewhere() -> Iterator[int]:
    """Serve a small page, and give the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("<p>Från en annan plats".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("localhost", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


async def _shoot(page: Page, html: str, folder: Path, order: Sequence[int]) -> None:
    await page.set_content(html)
    await page.evaluate("document.fonts.ready.then(() => null)")
    witness = Pages(folder, clock=lambda: NOW)
    await witness.on_step(page, arrival(page))
    posts = await page.query_selector_all("article.post")
    for number in order:
        await witness.on_post(page, item(number), posts[number - 1])


async def _shoot_one(page: Page, folder: Path, selector: str = "#p2", ceiling: Ceiling = Ceiling()) -> None:  # noqa: B008
    post = await page.wait_for_selector(selector)
    assert post
    await Pages(folder, clock=lambda: NOW, ceiling=ceiling).on_post(page, item(1), post)


async def _window_matches(page: Page, folder: Path) -> bool:
    """Whether the arrival's picture is what the window shows, also when the page opens scrolled."""
    await page.set_content(feed_page())
    await page.evaluate("scrollTo(0, 333)")
    await Pages(folder, clock=lambda: NOW, scale=1).on_step(page, arrival(page))
    ours = Image.open(folder / "shots" / "00000.png").convert("RGB")
    return ours.tobytes() == Image.open(io.BytesIO(await page.screenshot())).convert("RGB").tobytes()


async def _shoot_nothing(page: Page, folder: Path) -> KanalarkivError:
    post = await page.wait_for_selector("article.post")
    assert post
    await post.evaluate("(post) => post.remove()")
    with pytest.raises(KanalarkivError) as caught:
        await Pages(folder, clock=lambda: NOW).on_post(page, item(1), post)
    return caught.value


async def _shoot_strictly(page: Page, folder: Path) -> tuple[list[str], list[str]]:
    await page.set_content(_STRICT)
    await page.evaluate("document.querySelector('footer').style.visibility = 'visible'")
    before = await page.evaluate(_LOOKS)
    await _shoot_one(page, folder, "[role=article]")
    return before, await page.evaluate(_LOOKS)


async def _shoot_hastily(browser: Browser, page: Page, folder: Path) -> None:
    await page.set_content("<article>Litet</article>")
    await _shoot_one(page, folder / "hasty", "article", Ceiling(seconds=0))
    still = await (await browser.new_context(java_script_enabled=False)).new_page()
    await still.set_content(_MOVING)
    moving = await still.query_selector("article")
    assert moving
    (folder / "moving").mkdir()
    await Camera(folder / "moving", clock=lambda: NOW, scale=1).take(still, moving, number=1)
