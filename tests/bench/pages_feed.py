"""A feed to make pages of: posts in Swedish and other scripts, with emoji, photographs and comments; and a long one.

The short one is pictured in a real Chromium. Of the long one the spool is made without a browser, for what is measured
there is the building.
"""

import base64
import hashlib
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw
from playwright.async_api import Page, async_playwright

from capture.items import Item, ItemKind
from capture.pages import Pages, spool
from capture.pages.spool import Band, Block, Box, Caption, Kind, Reading, Shot, Word
from capture.programs import chromium
from tests.bench.pictures import picture

SCALE = 2
NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
SWEDISH = (
    "Vi öppnar äntligen Åbadet efter renoveringen, och caféet har nya öppettider.",
    "Kommunen söker vikarier till förskolan; läs mer på anslagstavlan vid entrén.",
    "Räddningstjänsten övar på torget under lördagen, så räkna med rök och sirener.",
    "Välkommen till medborgardialogen om översiktsplanen den 14 maj klockan 18.30.",
)
OTHERS = ("مرحبا بكم في بلديتنا الجميلة", "谢谢大家的支持", "Дорогие жители города", "Zażółć gęślą jaźń", "ΑΒΓ δεζ")
EMOJI = ("👨‍👩‍👧‍👦", "🏊🏽‍♀️", "🇸🇪", "👍🏽", "❤️", "1️⃣", "🎉", "👏👏👏")
STYLE = """body{margin:0;background:#f0f2f5;font:15px/1.4 "Liberation Sans","DejaVu Sans",sans-serif}
main{width:680px;margin:20px auto}article{background:#fff;border-radius:8px;padding:12px;margin-bottom:16px;
box-shadow:0 1px 2px #0004}ul{list-style:none;padding-left:0}.c{background:#f0f2f5;border-radius:16px;padding:8px 12px;
margin:4px 0}img{display:block;width:656px;height:410px;margin:8px 0}h3{margin:0;font-size:15px}"""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What was pictured: the spool, what each post says by its page, Chromium's own print, and seconds a post.

    `bare` are the seconds in which Playwright takes no more than a picture of the same post, as sharp.
    """

    spool: Path
    said: list[str]
    printed: Path
    seconds: list[float]
    bare: list[float]


def page_of(posts: int) -> str:
    """Return the feed's HTML, the same every time."""
    source = Random(7)
    return (
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>Kanalen</title><style>{STYLE}</style><main>'
        + ("".join(_post(number, source) for number in range(posts)) + "</main></html>")
    )


def _post(number: int, source: Random) -> str:
    photos = "".join(
        f'<img src="data:image/jpeg;base64,{base64.b64encode(picture(f"{number}-{n}")).decode()}" alt="Bild {n}">'
        for n in range(source.choice((0, 1, 1, 2)))
    )
    answers = [" ".join(map(source.choice, (SWEDISH, EMOJI, OTHERS))) for _ in range(source.randrange(10))]
    comments = "".join(f'<li class="c"><b>Åsa Öberg {n}</b> {answer}</li>' for n, answer in enumerate(answers))
    text = " ".join(source.choices(SWEDISH, k=source.randrange(1, 5)))
    return (
        f"<article><h3>Exempelköpings kommun</h3><p>{text} {' '.join(EMOJI)}</p>"
        f'<p dir="auto">{source.choice(OTHERS)}</p>{photos}<ul>{comments}</ul></article>'
    )


async def pictured(folder: Path, posts: int) -> Feed:
    """Picture the feed post by post, as a walk does, and let Chromium print it too."""
    folder.mkdir()
    said, seconds, bare = [], [], []
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="sv-SE")
            sharp = await browser.new_page(
                viewport={"width": 1280, "height": 900}, locale="sv-SE", device_scale_factor=SCALE
            )
            for one in (page, sharp):
                await one.set_content(page_of(posts))
            others = await sharp.query_selector_all("article")
            witness = Pages(folder / "spool", clock=lambda: NOW, scale=SCALE)
            for number, root in enumerate(await page.query_selector_all("article"), 1):
                await root.scroll_into_view_if_needed()
                said.append(str(await root.evaluate("(post) => post.innerText")))
                began = time.perf_counter()
                await witness.on_post(page, _item(number), root)
                seconds.append(time.perf_counter() - began)
                began = time.perf_counter()
                await others[number - 1].screenshot(path=folder / "bare.png")
                bare.append(time.perf_counter() - began)
            printed = await _print(page, folder / "printed.pdf")
        finally:
            await browser.close()
    return Feed(spool=folder / "spool", said=said, printed=printed, seconds=seconds, bare=bare)


async def _print(page: Page, into: Path) -> Path:
    await page.emulate_media(media="screen")
    await page.pdf(path=into, tagged=True, outline=True, print_background=True, format="A4")
    return into


def _item(number: int) -> Item:
    key = f"https://exempel.se/p/{number}"
    return Item(
        key=key,
        key_source="permalink",
        kind=ItemKind.POST,
        post_key=key,
        parent_key=None,
        ordinal=number,
        author="Exempelköpings kommun",
        text=SWEDISH[0],
        published=NOW,
        published_shown="3 tim",
        claimed=None,
        links=(),
        pictures=(),
        first_seen=NOW,
    )


def pictures_of(feed: Feed, into: Path) -> list[Path]:
    """Write each post's picture as one file, for programs that take pictures; return them in order."""
    into.mkdir()
    paths = []
    for number, description in enumerate(spool.descriptions(feed.spool / "shots")):
        shot = spool.read(description)
        whole = Image.new("RGB", (shot.width * SCALE, shot.height * SCALE))
        for band in shot.bands:
            with Image.open(feed.spool / "shots" / band.name) as part:
                whole.paste(part.convert("RGB"), (0, band.top * SCALE))
        paths.append(into / f"{number:04d}.png")
        whole.save(paths[-1], dpi=(96 * SCALE, 96 * SCALE), compress_level=1)
    return paths


def long_spool(folder: Path, posts: int) -> list[str]:
    """Make a spool of so many posts, each with a photograph of its own, in disorder; return their keys in order."""
    shots = folder / "shots"
    shots.mkdir(parents=True)
    order = list(range(1, posts + 1))
    Random(3).shuffle(order)
    photos = [Image.open(io.BytesIO(picture(f"{n}"))).convert("RGB").resize((1312, 820)) for n in range(8)]
    for number, ordinal in enumerate(order, 1):
        _long_shot(shots, number, ordinal, photos)
    return [f"https://exempel.se/p/{ordinal}" for ordinal in range(1, posts + 1)]


def _long_shot(shots: Path, number: int, ordinal: int, photos: Sequence[Image.Image]) -> None:
    width, height = 680, 560
    image = Image.new("RGB", (width * SCALE, height * SCALE), "white")
    image.paste(photos[ordinal % len(photos)], (24, 240))
    pen = ImageDraw.Draw(image)
    pen.rectangle((24 + ordinal % 1200, 240, 124 + ordinal % 1200, 340), fill=(ordinal % 256, ordinal // 8 % 256, 90))
    text = [f"Inlägg{ordinal}", *SWEDISH[ordinal % 4].split()]
    words: list[Word | Block] = []
    for place, word in enumerate(text):
        x, y = 12 + 110.0 * (place % 5), 12 + 30.0 * (place // 5)
        pen.text((x * SCALE, y * SCALE), word, "black", font_size=28)
        words.append(Word(word, x, y, 100, 18, None, spaced=place > 0))
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    name = f"{number:05d}.png"
    (shots / name).write_bytes(png.getvalue())
    photo = Block(kind=Kind.FIGURE, box=Box(12, 120, 656, 410), alt=f"Bild {ordinal}", photo=True)
    tree = Block(kind=Kind.ARTICLE, kids=[Block(kind=Kind.PARAGRAPH, kids=words), photo])
    key = f"https://exempel.se/p/{ordinal}"
    shot = Shot(
        number=number,
        url="https://exempel.se/kanal",
        taken=NOW,
        scale=SCALE,
        steady=True,
        bands=(Band(name=name, top=0, height=height, sha256=hashlib.sha256(png.getvalue()).hexdigest()),),
        caption=Caption(key=key, ordinal=ordinal, author="Kommunen", text=text[0], published=NOW),
        reading=Reading(
            box=Box(0, 0, width, height),
            tree=tree,
            panels=(),
            links=(),
            unread={},
            items=(spool.Mark(key, Box(0, 0, width, height)),),
        ),
    )
    spool.keep(shots, shot)
