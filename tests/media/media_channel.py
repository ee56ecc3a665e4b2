"""The channel of `media_site`: nine posts, each with one way of showing media, walked by the real walk."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from capture.items import Walk
from capture.media import Limits, Media
from capture.programs import chromium
from capture.walk import open_page, walk
from tests.media.media_site import SVG, VTT, Answer, Clock, Site, film, picture

AVATAR, DATA = picture("PNG", 90, (32, 32)), picture("GIF", 91, (60, 60))
PICTURES = {
    "/p/ett.png": picture("PNG", 1),
    "/p/två.jpg": picture("JPEG", 2),
    "/p/tre.webp": picture("WEBP", 3),
    "/p/fyra.gif": picture("GIF", 4),
    "/p/fem-1x.jpg": picture("JPEG", 5),
    "/p/fem-2x.jpg": picture("JPEG", 6),
    "/p/sex.webp": picture("WEBP", 7),
    "/p/svar.jpg": picture("JPEG", 8),
    "/p/lat.png": picture("PNG", 9),
    "/p/skugga.jpg": picture("JPEG", 10),
    "/p/bakgrund.jpg": picture("JPEG", 11),
    "/p/svgbild.jpg": picture("JPEG", 12),
    "/p/affisch.jpg": picture("JPEG", 13),
    "/p/ram.png": picture("PNG", 14),
    "/p/utifrån.png": picture("PNG", 15),
    "/p/inloggad.png": picture("PNG", 16),
    "/p/vidare-hit.png": picture("PNG", 17),
    "/p/dold.png": picture("PNG", 18),
    "/p/flyktig.jpg": picture("JPEG", 20),
}
PICTURES["/p/annan-adress.png"] = PICTURES["/p/ett.png"]


def _post(number: int, content: str, *comments: str) -> str:
    return (
        f'<article data-id="p{number}" style="min-height:260px"><h2><a href="/kommun" rel="author">Kommunen</a></h2>'
        f'<a href="/inlagg/{number}"><time datetime="2026-05-0{number}T08:00:00Z">{number} maj</time></a>'
        f'<div dir="auto">Inlägg {number}</div>{content}{"".join(comments)}</article>'
    )


def _comment(number: int, content: str) -> str:
    return (
        f'<article aria-label="Kommentar av Anna Ek {number}, 3 tim"><a href="/anna">Anna Ek {number}</a>'
        f'<a href="/kommentar/{number}"><time datetime="2026-05-09T09:00:00Z">3 tim</time></a>'
        f'<div dir="auto">Svar {number}</div>{content}</article>'
    )


_AVATAR = '<img src="/p/avatar.png" width="32" height="32" alt="">'
_SHAPED = """<div id="skugga"></div><div id="objekt"></div><video id="strom" width="160" height="90"></video><script>
skugga.attachShadow({ mode: 'open' }).innerHTML = '<img src="/p/skugga.jpg" alt="I skuggan">';
fetch('/p/objekt.png').then((one) => one.blob()).then((blob) => {
  objekt.innerHTML = '<img alt="I minnet">'; objekt.firstChild.src = URL.createObjectURL(blob); });
strom.src = URL.createObjectURL(new MediaSource());
fetch('/f/minne.webm').then((one) => one.blob()).then((blob) => { minne.src = URL.createObjectURL(blob); });
</script>"""


_FLEETING = """<script>addEventListener('scroll', () => {
  const first = document.querySelector('[aria-label*=" 91"]');
  if (first && first.getBoundingClientRect().bottom < 0) first.remove();
});</script>"""


def feed(site: Site, numbers: Sequence[int] = range(1, 10)) -> str:
    """Return the page with the posts of those numbers: what each of them shows is what the tests are about."""
    elsewhere = f"http://localhost:{site.port}"
    data = "data:image/gif;base64," + base64.b64encode(DATA).decode()
    posts = (
        _post(
            1,
            '<img src="/p/ett.png" alt="Badet &quot;Åbadet&quot;"><img src="/p/två.jpg"><img src="/p/tre.webp">'
            '<img src="/p/fyra.gif"><img src="/p/teckning.svg" alt="Teckning">'
            '<img srcset="/p/fem-1x.jpg 1x, /p/fem-2x.jpg 2x" src="/p/fem-2x.jpg">'
            '<picture><source type="image/webp" srcset="/p/sex.webp"><img src="/p/fem-2x.jpg" alt="Sex"></picture>'
            f'{_AVATAR}<img src="/p/dold.png" style="display:none">',
        ),
        _post(
            2,
            '<img src="/p/ett.png" alt="Igen"><img src="/p/annan-adress.png" alt="Samma">',
            _comment(21, f'{_AVATAR}<img src="/p/svar.jpg" alt="Svarets">'),
            _comment(22, '<img src="/p/ett.png" alt="Också">'),
        ),
        _post(
            3,
            f'<img src="/p/lat.png" loading="lazy" width="300" height="200"><img src="{data}" alt="I sidan">'
            '<div style="width:300px;height:200px;background:url(/p/bakgrund.jpg)"></div>'
            '<svg width="300" height="200"><image href="/p/svgbild.jpg" width="300" height="200"/></svg>'
            '<video id="minne" width="128" height="96"></video>' + _SHAPED,
        ),
        _post(
            4,
            '<video src="/f/film.mp4" poster="/p/affisch.jpg" preload="none" width="128" height="96" title="Filmen">'
            '<track src="/f/text.vtt" kind="captions" srclang="sv" label="Svenska"></video>'
            '<video width="128" height="96" preload="metadata"><source src="/f/okänd" type="video/x-okänd">'
            '<source src="/f/film.webm" type="video/webm"></video><audio src="/f/ljud.mp3" controls></audio>',
        ),
        _post(
            5,
            '<img src="/p/borta.png" width="300" height="200" alt="Borta"><img src="/p/sida.png" alt="En sida">'
            '<video src="/f/inat" width="128" height="96" preload="none"></video>'
            '<video src="/f/lista.m3u8" width="128" height="96" preload="none"></video>'
            '<audio src="/f/utan-slut.mp3" preload="none"></audio><video src="/f/stor.mp4" preload="none"></video>',
        ),
        _post(6, '<img src="/p/inloggad.png"><video src="/f/inloggad.mp4" preload="none"></video>'
              '<img src="/p/vidare.png" alt="Vidare"><video src="/f/vidare.mp4" preload="none"></video>'),
        _post(
            7,
            '<iframe srcdoc="<img src=/p/ram.png alt=Ram>" width="400" height="260"></iframe>'
            f'<iframe src="{elsewhere}/inbaddad" width="400" height="260"></iframe>',
        ),
        _post(8, "".join(f'<audio src="{elsewhere}/f/ofta-{n}.mp3" preload="none"></audio>' for n in range(1, 5))),
        _post(
            9,
            _FLEETING,
            _comment(91, '<img src="/p/flyktig.jpg"><div style="height:300px"></div>'),
            _comment(92, '<div style="height:1400px"></div>'),
        ),
    )  # fmt: skip
    shown = "".join(posts[number - 1] for number in numbers)
    return (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Kommunen</title></head><body>'
        f'<main><div role="feed">{shown}</div></main><p>Det finns inga fler inlägg att visa</p></body></html>'
    )


def make_films(folder: Path) -> dict[str, bytes]:
    """Return a second of film and of sound, as ffmpeg makes them."""
    return {
        "mp4": film(folder, "f.mp4", "-shortest", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
        "webm": film(folder, "f.webm", "-shortest", "-c:v", "libvpx", "-c:a", "libvorbis"),
        "mp3": film(folder, "f.mp3", "-map", "1:a"),
    }


def furnish(site: Site, films: Mapping[str, bytes]) -> dict[str, bytes]:
    """Let the site answer; return what each path holds."""
    mp4, webm, mp3 = films["mp4"], films["webm"], films["mp3"]
    held = {
        **PICTURES,
        "/p/avatar.png": AVATAR,
        "/p/teckning.svg": SVG,
        "/p/objekt.png": picture("PNG", 19),
        "/f/film.mp4": mp4,
        "/f/inloggad.mp4": mp4 + b"\0\0\0\x08free",
        "/f/film.webm": webm,
        "/f/minne.webm": webm + b"\xec\x80",  # an empty Void element
        "/f/ljud.mp3": mp3,
        "/f/text.vtt": VTT,
    }
    kinds = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "mp4": "video/mp4"}
    kinds |= {"svg": "image/svg+xml", "webm": "video/webm", "mp3": "audio/mpeg", "vtt": "text/vtt"}
    for path, content in held.items():
        login = "inlogg=ja" if "inloggad" in path else None
        site.answers[_quoted(path)] = Answer(content, kinds[path.rsplit(".")[-1]], cookie=login)

    def endless(visit: object) -> None:
        visit.wfile.write(mp3)  # type: ignore[attr-defined]
        while not site.over.is_set():
            visit.wfile.write(mp3)  # type: ignore[attr-defined]

    site.answers |= {
        "/": Answer(feed(site).encode(), "text/html; charset=utf-8", headers={"Set-Cookie": "inlogg=ja; HttpOnly"}),
        "/inbaddad": Answer(b'<!doctype html><img src="/p/utifr%C3%A5n.png" alt="Utifr&aring;n">', "text/html"),
        "/p/sida.png": Answer(b"<!doctype html><title>Logga in</title>", "image/png"),
        "/f/inat": Answer(status=302, headers={"Location": "http://169.254.169.254/hemligt.mp4"}),
        "/f/lista.m3u8": Answer(b"#EXTM3U\n#EXTINF:4,\ndel1.ts\n", "application/vnd.apple.mpegurl"),
        "/f/utan-slut.mp3": Answer(write=endless, kind="audio/mpeg"),
        **{f"/f/ofta-{n}.mp3": Answer(status=429, headers={"Retry-After": "3600"}) for n in range(1, 5)},
        "/f/stor.mp4": Answer(mp4, "video/mp4", length=3 * 1024**3),
        "/p/vidare.png": Answer(status=302, headers={"Location": "/p/vidare-hit.png"}),
        "/f/vidare.mp4": Answer(status=307, headers={"Location": f"http://localhost:{site.port}/f/film.mp4"}),
    }
    return held


def _quoted(path: str) -> str:
    return path.replace("å", "%C3%A5").replace("ä", "%C3%A4")


@dataclass(frozen=True)
class Walked:
    """The walk of the channel, the folder of its media, what was served, and how often."""

    walk: Walk
    folder: Path
    site: Site
    held: dict[str, bytes]

    def post(self, number: int) -> str:
        return f"{self.site.origin}/inlagg/{number}"

    def comment(self, number: int) -> str:
        return f"{self.site.origin}/kommentar/{number}"


async def take(site: Site, folder: Path, *, most_bytes: int = 400_000, resuming: bool = False) -> Walk:
    """Walk the channel with the media as only witness."""
    limits = Limits(most_bytes=most_bytes, seconds=10, idle_seconds=5)
    media = Media(folder / "media", clock=Clock(), limits=limits, resuming=resuming)
    async with media, async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            page = await open_page(browser)
            return await walk(
                page, site.origin + "/", witnesses=[media], evidence=folder / "evidence", clock=Clock(),
                journal=folder / "walk.jsonl",
            )  # fmt: skip
        finally:
            await browser.close()
