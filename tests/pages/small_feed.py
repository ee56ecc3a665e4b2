"""A visit of a real Chromium to two pages of our own: an ordinary feed and a hostile one."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, async_playwright

from capture.items import Cause, Item, ItemKind, Step
from capture.pages import Cover, Pages, print_document
from capture.programs import chromium
from register.errors import KanalarkivError
from register.model import Channel, Organisation, Period, RecordStatus

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BODY = Organisation(name="Kommunstyrelsen i Exempelköping", identity_code="ORG:212000-0000")
CHANNEL = Channel(
    name="Exempelköpings kommun 💙",
    platform="Exempelplattformen",
    url="https://exempel.se/kanal",
    records_creator=BODY,
    submitting=BODY,
    archive=BODY,
    submission_agreement="Ö 1; 2026-01-01",
    reference_code=None,
    record_status=RecordStatus.TEST,
)
COVER = Cover(
    channel=CHANNEL, period=Period(start=None, end=NOW), started=NOW, ended=NOW, tools=("Kanalarkiv", "Chromium")
)

SWEDISH = "Hej på er! Vi öppnar äntligen Åbadet efter renoveringen."
EMOJI = ("👨‍👩‍👧‍👦", "🏊🏽‍♀️", "🇸🇪", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁷󠁬󠁳󠁿")
ARABIC = "مرحبا بكم في بلديتنا الجميلة"
CHINESE = "谢谢大家的支持"
OTHERS = "Дорогие жители Zażółć gęślą jaźń ΑΒΓ"
LONG = (
    "Simhallen, ishallen och biblioteket har nya öppettider från och med måndag, och den som vill veta mer kan fråga "
    "i receptionen eller läsa anslaget vid entrén, där också priserna för säsongskort och enstaka besök står."
)
COMMENTS = ("Tack för svaret!", "När öppnar caféet?", "Håller med Åsa om det här.", "Fråga biblioteket i stället.")
VISIBLE = (SWEDISH, *EMOJI, ARABIC, CHINESE, OTHERS, LONG, *COMMENTS)

EXACT = (
    "👩‍❤️‍💋‍👨 👩🏽‍🤝‍👨🏿 🏳️‍🌈 🏴‍☠️ 👁️‍🗨️ 🧑🏿‍🦽‍➡️ 🐦‍🔥",
    "👋🏻 👋🏼 👋🏽 👋🏾 👋🏿 ✍🏽 🤘🏿",
    "🇸🇪🇫🇮🇳🇴 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇪🇺 #️⃣ *️⃣ 0️⃣ 🔟",
    "👏👏👏 😀😃😄😁 ❤️🧡💛💚💙💜",
    "السَّلامُ عَلَيْكُم يا أهل",
    "في عام 2026 ثم",
    "בְּרֵאשִׁית בָּרָא",
    "שלום 2026 טוב",
    "谢谢大家的支持。欢迎来到我们的城市！",
    "ようこそ、町へ。ｶﾀｶﾅ がぎぐ",
    "안녕하세요 여러분",
    "สวัสดีครับทุกคน",
    "नमस्ते दुनिया क्षत्रिय श्री",
    "வணக்கம் நண்பர்களே",
    "Tiếng Việt rất đẹp ề ệ",
    "A\u030ah a\u0308r o\u0308l",
    "𝓗𝓮𝓳 𝕳𝖊𝖏 ①②③ ½ Ⅳ",
    "”Hej” – sa hon… ‘ja’ «nej» 50 % ≤ § ¶ †",
    "(ej) \\(a) \\n %PDF 10\u00a0000 kr i å x y z",
)
"""Lines that are to come out character by character, however they are joined, marked or turned."""

STYLE = """body{margin:0;background:#f0f2f5;font:15px/1.4 "Liberation Sans","DejaVu Sans",sans-serif}
header{position:sticky;top:0;z-index:9;background:#1877f2;color:#fff;padding:14px;font-weight:bold}
.cookie{position:fixed;left:0;right:0;bottom:0;z-index:9;background:#222;color:#fff;padding:20px}
main{width:680px;margin:20px auto}
article.post{background:#fff;border-radius:8px;padding:16px;margin-bottom:16px;box-shadow:0 1px 2px #0004}
ul{list-style:none;padding-left:0}ul ul{padding-left:40px}.c{background:#f0f2f5;border-radius:16px;padding:8px 12px}
img.photo{display:block;width:100%}h3{margin:0;font-size:15px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}
.clear{color:transparent}.gone{opacity:0}.hid{visibility:hidden}.off{position:absolute;left:-9999px}.up{text-transform:uppercase}
.initials::before{content:attr(data-initials)}.after::after{content:" STILTEXT"}"""

LINKS = """<p><a href="https://exempel.se/åäö?a=1&b=2">Läs mer här</a> <a href="javascript:alert(1)">Klicka inte</a>
<a href="mailto:kommun@exempel.se">Skriv till oss</a> <a href="file:///etc/passwd">Fil</a></p>"""
HIDDEN = """<span class="sr">OSYNLIGETT</span><span class="clear">OSYNLIGTVÅ</span><span class="gone">OSYNLIGTRE</span>
<span class="hid">OSYNLIGFYRA</span><span class="off">OSYNLIGFEM</span><span style="display:none">OSYNLIGSEX</span>"""


def _picture(width: int, height: int) -> str:
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    image = Image.blend(Image.radial_gradient("L").resize((width, height)).convert("RGB"), noise, 0.2)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _comments() -> str:
    said = "".join(
        f'<li><div class="c"><b>Åsa Öberg</b> {text}</div><ul><li><div class="c">{CHINESE}</div></li></ul></li>'
        for text in COMMENTS
    )
    return f"<ul>{said}</ul>"


def feed_page() -> str:
    """Return the ordinary feed: five posts, of which the last is as tall as several pages."""
    photo = _picture(600, 380)
    bodies = (
        f"<p>{SWEDISH}</p><p>{' '.join(EMOJI)}</p>{LINKS}{_comments()}",
        f'<p dir="rtl">{ARABIC}</p><p>{CHINESE} {OTHERS}</p>{HIDDEN}'
        f'<img class="photo" src="{photo}" alt="Badet på våren">',
        f'<div class="initials" data-initials="ÅÖ"></div><p class="up after">{SWEDISH}</p>'
        f'<img class="photo" src="{photo}">{_comments()}',
        f"<p>{LONG}</p><p>{LONG}</p>{_comments()}{_comments()}",
        "".join(f"<p>{LONG}</p>" for _ in range(24)),
    )
    posts = "".join(
        f'<article class="post" id="p{n}"><h3>Exempelköpings kommun</h3><a href="#p{n}">3 tim</a>{body}</article>'
        for n, body in enumerate(bodies, 1)
    )
    return _page(f"<h1>Kanalen</h1>{posts}")


def hostile_page() -> str:
    """Return what a stranger may write: five posts."""
    zalgo = "Z" + "\u0301\u0302\u0303" * 150
    links = "".join(f'<a href="https://exempel.se/{n}">länk{n}</a> ' for n in range(1000))
    bodies = (
        f"<p>PUA:\ue000\U000f0000 {zalgo} \u202eomvänt\u202c noll\u200bbredd \ufeff \ufffe \U0001fae9 አማርኛ ﷽</p>",
        "<p>Ensam surrogat: <span id=surrogate></span></p><script>surrogate.textContent='\\ud83d!\\ude00'</script>",
        f"<p>{links}</p>",
        '<p>Överst</p><div style="height:39900px;background:#ffd"></div><p>Underst</p>',
        "".join(f'<p dir="auto">{line}</p>' for line in EXACT),
    )
    return _page("".join(f'<article class="post">{body}</article>' for body in bodies))


def _page(main: str) -> str:
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>Kanalen</title><style>{STYLE}</style>'
        f'<header>RUBRIKRADEN</header><div class="cookie">KAKRUTAN</div><main>{main}</main></html>'
    )


def statement(rows: str) -> str:
    """Return a document of our own."""
    return (
        '<!doctype html><html lang="sv"><title>Intyg</title><style>@page{size:A4;margin:20mm}body{font:11pt '
        '"DejaVu Sans";margin:0}td,th{border:1px solid #999;padding:3px}.o{opacity:.6}</style>'
        "<h1>Fullständighetsintyg</h1>"
        f'<p>Kanalen <b>Exempelköping</b> 👨‍👩‍👧‍👦 {CHINESE} <a href="https://exempel.se">kanalen</a> '
        '<a href="javascript:alert(1)">skript</a></p><h2>Luckor</h2><table><thead><tr><th scope="col">Vem</th>'
        f'<th scope="col">Antal</th></tr></thead><tbody>{rows}</tbody></table><ul><li><a href="https://exempel.se/2">två'
        '</a></li></ul><p class="o"><strong>Genom</strong><em>skinligt</em></p></html>'
    )


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What the one visit left: two spools, two documents of our own, and what was seen meanwhile."""

    feed: Path
    hostile: Path
    printed: Path
    pictured: Path
    undone: bool
    window_matches: bool
    refusal: KanalarkivError


def item(number: int, **changes: object) -> Item:
    facts: dict[str, object] = {
        "key": f"https://exempel.se/p/{number}",
        "key_source": "permalink",
        "kind": ItemKind.POST,
        "post_key": f"https://exempel.se/p/{number}",
        "parent_key": None,
        "ordinal": number,
        "author": "Exempelköpings kommun",
        "text": SWEDISH,
        "published": NOW,
        "published_shown": "3 tim",
        "claimed": None,
        "links": (),
        "pictures": (),
        "first_seen": NOW,
    }
    return Item(**{**facts, **changes})  # type: ignore[arg-type]  # the keys are Item's


def arrival(page: Page) -> Step:
    return Step(
        number=1,
        cause=Cause.ARRIVAL,
        label="",
        post_key=None,
        url=page.url,
        at=NOW,
        scroll_y=0,
        in_view=(),
        posts_seen=0,
        comments_seen=0,
        posts_claimed=None,
    )


async def _shoot(page: Page, html: str, folder: Path, order: Sequence[int]) -> None:
    await page.set_content(html)
    witness = Pages(folder, clock=lambda: NOW)
    await witness.on_step(page, arrival(page))
    posts = await page.query_selector_all("article.post")
    for number in order:
        await witness.on_post(page, item(number), posts[number - 1])


async def visit(folder: Path) -> Visit:
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
            await _shoot(page, hostile_page(), folder / "hostile", [1, 2, 3, 4, 5])
            window_matches = await _window_matches(page, folder / "window")
            refusal = await _shoot_nothing(page, folder / "nothing")
            row = "<tr><td>Åsa</td><td>1</td></tr>" * 60
            printed = await print_document(
                browser, statement(row), folder / "intyg.pdf", title="Fullständighetsintyg", created=NOW
            )
            rare = "<tr><td>\ue000 \U0001fae9 \U00016a40</td><td>1</td></tr>"
            pictured = await print_document(
                browser, statement(row + rare), folder / "sällsynt.pdf", title="Sällsynta tecken", created=NOW
            )
        finally:
            await browser.close()
    return Visit(
        feed=folder / "feed",
        hostile=folder / "hostile",
        printed=printed,
        pictured=pictured,
        undone=undone,
        window_matches=window_matches,
        refusal=refusal,
    )


async def _shoot_one(page: Page, folder: Path) -> None:
    post = await page.wait_for_selector("#p2")
    assert post
    await Pages(folder, clock=lambda: NOW).on_post(page, item(1), post)


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
