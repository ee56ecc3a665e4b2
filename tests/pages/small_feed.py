"""What the tests' own pages are made of: an ordinary feed, and the words and signs that are to come out whole."""

import base64
import io
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

import capture.pages
from capture.items import Cause, Item, ItemKind, Step
from capture.pages import Cover
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


DEJAVU = Path(capture.pages.__file__).parent / "fonts" / "DejaVuSans.ttf"


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
    return page_of(f"<h1>Kanalen</h1>{posts}")


def page_of(main: str, style: str = "") -> str:
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>Kanalen</title><style>{STYLE}{style}</style>'
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
