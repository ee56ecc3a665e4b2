"""Film in real time: lossless pictures in their order, what moved unseen, and what a person types at a login."""

import asyncio
import hashlib
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from capture.attendance import CutShort, Occasion, Stretch
from capture.items import Cause
from capture.programs import chromium
from capture.recording import Recording, realtime
from capture.recording.journal import Contents, read
from capture.recording.realtime import live_video
from register.errors import BrowserLostError, RecordingError
from tests.recording.small_channel import URL, post, step

SIZE = (640, 400)
HALF = SIZE[1] / 2
STEP = 90
T = TypeVar("T")
_ROWS = """<!doctype html><meta charset=utf-8><style>body{margin:0;font:20px sans-serif}
p{margin:0;height:40px}</style><script>
const rows = (into, count) => { for (let i = 0; i < count; i++) {
  const row = document.createElement('p'); row.textContent = `Rad ${i} åäö`;
  row.style.background = `hsl(${i * 37} 60% 80%)`; into.append(row); } };
</script><body><script>rows(document.body, 200)</script>"""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Filmed:
    """A recording of `page`, ready to film."""

    page: Page
    recording: Recording
    folder: Path

    @property
    def contents(self) -> Contents:
        return read(self.folder)

    async def of(self, acted: Awaitable[object]) -> Stretch:
        return await self.recording.film(self.page, acted)

    async def until(self, so: Callable[[Contents], bool]) -> None:
        async with asyncio.timeout(30):
            while not so(self.contents):
                await asyncio.sleep(0.02)

    async def another(self, so: Callable[[], Awaitable[object]]) -> None:
        """Do something, and wait until the film has a picture of later."""
        before = len(self.contents.frames)
        await so()
        await self.until(lambda contents: len(contents.frames) > before)


@dataclass
class Studio:
    """A browser for all tests here, with the loop that it lives in."""

    runner: asyncio.Runner
    browser: Browser

    def run(self, made: Coroutine[object, object, T]) -> T:
        return self.runner.run(made)

    @asynccontextmanager
    async def page(self, html: str) -> AsyncIterator[Page]:
        page = await self.browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        await page.set_content(html)
        yield page
        await page.context.close()

    @asynccontextmanager
    async def filming(self, folder: Path, html: str = _ROWS) -> AsyncIterator[Filmed]:
        async with self.page(html) as page, Recording(folder, clock=now) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))
            yield Filmed(page, recording, folder)

    def film(self, folder: Path, act: Callable[[Filmed], Awaitable[object]], html: str = _ROWS) -> Stretch:
        """Film what `act` does."""

        async def made() -> Stretch:
            async with self.filming(folder, html) as filmed:

                async def acted() -> None:
                    await act(filmed)

                return await filmed.of(acted())

        return self.run(made())


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield Studio(runner, browser)
        runner.run(browser.close())
        runner.run(playwright.stop())


def scroll(by: int) -> str:
    return f"() => scrollBy({{ top: {by}, behavior: 'instant' }})"


async def drawn(page: Page) -> None:
    await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_what_is_scrolled_slowly_is_seen_picture_by_picture(studio: Studio, tmp_path: Path) -> None:
    async def slowly(filmed: Filmed) -> None:
        for _ in range(4):
            await filmed.another(lambda: filmed.page.evaluate(scroll(STEP)))

    stretch = studio.film(tmp_path / "r", slowly)
    frames = read(tmp_path / "r").frames
    assert not stretch.unseen
    assert STEP <= stretch.moved <= 2 * STEP < stretch.allowed == HALF
    assert (stretch.occasion, stretch.post_key, stretch.cut_short) == (Occasion.DRIVEN, None, None)
    assert stretch.view_height == SIZE[1]
    assert stretch.states == len({frame.file for frame in frames[1:]}) >= 4
    assert [frame.cause for frame in frames] == [Cause.ARRIVAL] + [Cause.FILMED] * (len(frames) - 1)
    assert frames[-1].scroll_y == 4 * STEP
    assert [frame.at for frame in frames] == sorted(frame.at for frame in frames)
    assert read(tmp_path / "r").stretches == (stretch,)
    for frame in frames:
        assert hashlib.sha256((tmp_path / "r" / frame.file).read_bytes()).hexdigest() == frame.sha256


async def _leaps(filmed: Filmed) -> None:
    await filmed.another(lambda: filmed.page.evaluate(scroll(2 * SIZE[1])))


async def _is_busy(filmed: Filmed) -> None:
    """Scroll by less than may pass, six times, and give the screen no time to show it."""
    script = "by => { for (let i = 0; i < 6; i++) { scrollBy(0, by); const end = performance.now() + 60; "
    await filmed.another(lambda: filmed.page.evaluate(script + "while (performance.now() < end); } }", STEP))


async def _lies(filmed: Filmed) -> None:
    await filmed.page.evaluate(
        """() => {
            addEventListener('scroll', event => event.stopImmediatePropagation(), true);
            Object.defineProperty(Element.prototype, 'scrollTop', { get: () => 0 });
            window.requestAnimationFrame = () => 0; JSON.stringify = () => '{}';
        }"""
    )
    await _leaps(filmed)


@pytest.mark.parametrize(("act", "moved"), [(_leaps, 800), (_is_busy, 6 * STEP), (_lies, 800)])
def test_what_leaps_by_more_than_half_the_window_may_have_passed_unseen(
    studio: Studio, tmp_path: Path, act: Callable[[Filmed], Awaitable[None]], moved: int
) -> None:
    stretch = studio.film(tmp_path / "r", act)
    assert (stretch.moved, stretch.allowed, stretch.unseen) == (moved, HALF, True)


def test_a_film_that_falls_behind_says_so(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes half a second for a picture, and a page that goes on scrolling smoothly meanwhile."""
    store = Recording._store

    def slowly(self: Recording, picture: bytes, path: Path) -> None:
        time.sleep(0.5)
        store(self, picture, path)

    monkeypatch.setattr(Recording, "_store", slowly)
    script = """() => new Promise(done => { let last = performance.now(); const began = last; const on = now => {
        scrollBy({ top: 3 * (now - last), behavior: 'instant' }); last = now;
        now - began < 1500 ? requestAnimationFrame(on) : done() }; requestAnimationFrame(on) })"""
    stretch = studio.film(tmp_path / "r", lambda filmed: filmed.page.evaluate(script))
    assert stretch.unseen
    assert stretch.moved > HALF


_BOX = "<div style='height:120px;overflow:auto;width:300px'></div>"
_INNER = _ROWS.replace("rows(document.body, 200)", "rows(document.querySelector('div'), 99)").replace("<body>", _BOX)
_SHADOW = _ROWS.replace(
    "rows(document.body, 200)",
    f"""const host = document.createElement('section'); document.body.append(host);
    const shade = host.attachShadow({{ mode: 'open' }}); shade.innerHTML = `{_BOX}`;
    rows(shade.firstChild, 99); window.box = shade.firstChild""",
)


@pytest.mark.parametrize(("by", "unseen"), [(115, False), (125, True)])
@pytest.mark.parametrize("html", [_INNER, _SHADOW], ids=["inner", "shadow"])
def test_an_inner_scroller_may_move_as_far_as_it_shows(
    studio: Studio, tmp_path: Path, html: str, by: int, unseen: bool
) -> None:
    script = f"() => (window.box ?? document.querySelector('div')).scrollBy({{ top: {by}, behavior: 'instant' }})"
    stretch = studio.film(tmp_path / "r", lambda filmed: filmed.another(lambda: filmed.page.evaluate(script)), html)
    assert (stretch.moved, stretch.allowed, stretch.unseen) == (by, 120, unseen)


def test_another_page_is_a_new_picture_and_no_move(studio: Studio, tmp_path: Path) -> None:
    async def on_to(filmed: Filmed) -> None:
        await filmed.another(lambda: filmed.page.goto("data:text/html,<p style='height:9000px'>En annan sida"))
        await drawn(filmed.page)

    async def made() -> Stretch:
        async with studio.filming(tmp_path / "r") as filmed:
            await filmed.page.evaluate(scroll(3000))
            return await filmed.of(on_to(filmed))

    stretch = studio.run(made())
    assert (stretch.moved, stretch.watched, stretch.unseen) == (0, True, False)
    assert read(tmp_path / "r").frames[-1].url.startswith("data:text/html,")


def test_a_page_that_stands_still_is_one_picture_and_the_walk_goes_on_after_it(studio: Studio, tmp_path: Path) -> None:
    """The picture that ends a film is packed otherwise than the screencast's: it is known all the same."""

    async def made() -> Stretch:
        async with studio.filming(tmp_path / "r") as filmed:
            stretch = await filmed.of(filmed.until(lambda contents: len(contents.stretches) == 1))
            await filmed.recording.on_step(filmed.page, step(2, Cause.RESUME))
            return stretch

    stretch = studio.run(made())
    assert (stretch.states, stretch.moved, stretch.skipped) == (1, 0, 0)
    causes = [(frame.cause, frame.step) for frame in read(tmp_path / "r").frames]
    assert causes == [(Cause.ARRIVAL, 1), (Cause.FILMED, 1), (Cause.RESUME, 2)]


def test_a_film_that_somebody_forgot_ends_by_itself(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realtime, "LONGEST", 0.3)

    async def made() -> Stretch:
        async with studio.filming(tmp_path / "r") as filmed:
            return await filmed.of(asyncio.get_running_loop().create_future())

    stretch = studio.run(made())
    assert (stretch.cut_short, stretch.states, stretch.unseen) == (CutShort.LONGEST, 1, False)


def test_whoever_was_to_say_that_it_is_over_may_fail(studio: Studio, tmp_path: Path) -> None:
    async def fail(filmed: Filmed) -> None:
        raise ValueError("whoever")

    with pytest.raises(ValueError, match="whoever"):
        studio.film(tmp_path / "r", fail)


class _Elsewhere(BaseHTTPRequestHandler):
    """Its page holds a frame from `localhost`, which is another site than 127.0.0.1, and a page to log in at."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        body = {"/": f"<iframe src='http://localhost:{port}/inner' height=200></iframe>", "/inner": _ROWS}.get(
            self.path, "<p>Vem är du?"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_frame_from_elsewhere_is_watched_too(studio: Studio, tmp_path: Path, site: str) -> None:
    async def made() -> Stretch:
        async with studio.filming(tmp_path / "r") as filmed:
            await filmed.page.goto(site)
            inner = filmed.page.frames[1]
            assert await inner.evaluate("document.body.children.length") > 99
            return await filmed.of(filmed.another(lambda: inner.evaluate(scroll(1000))))

    stretch = studio.run(made())
    assert (stretch.moved, stretch.allowed, stretch.unseen) == (1000, 200, True)


_FIELDS = ("konto", "ord")
_LOGIN = _ROWS.replace(
    "<body>",
    """<form style='position:fixed;top:100px;left:300px'><style>input { width:150px; height:30px; font-size:20px;
    color:#000; background:#fff }</style><input name=konto><input type=password name=ord></form>""",
)


@pytest.mark.parametrize("field", _FIELDS)
def test_what_is_typed_at_a_login_is_not_filmed(studio: Studio, tmp_path: Path, field: str) -> None:
    """The form is on the screen all along; the film ends by itself when somebody goes to one of its fields."""
    boxes: list[tuple[float, float, float, float]] = []

    async def made() -> Stretch:
        async with studio.filming(tmp_path / "r", _LOGIN) as filmed:
            for name in _FIELDS:
                box = await filmed.page.locator(f"[name={name}]").bounding_box()
                assert box is not None
                left, top = box["x"] + 5, box["y"] + 5
                boxes.append((left, top, left + box["width"] - 10, top + box["height"] - 10))
            over = asyncio.get_running_loop().create_future()
            going = asyncio.ensure_future(filmed.of(over))
            await filmed.until(lambda contents: bool(contents.stretches))
            await filmed.another(lambda: filmed.page.evaluate(scroll(40)))
            await filmed.page.type(f"[name={field}]", "hemligt", delay=20)
            stretch = await asyncio.wait_for(going, timeout=30)
            assert not over.done()
            return stretch

    stretch = studio.run(made())
    assert (stretch.cut_short, stretch.watched) == (CutShort.LOGIN, True)
    frames = read(tmp_path / "r").frames
    assert len(frames) > 1
    for frame in frames:
        with Image.open(tmp_path / "r" / frame.file) as picture:
            for box in boxes:
                assert picture.convert("L").crop(box).getextrema() == (255, 255), frame


def test_a_page_to_log_in_at_is_not_filmed_at_all(studio: Studio, tmp_path: Path, site: str) -> None:
    async def made() -> tuple[Stretch, Stretch]:
        async with studio.filming(tmp_path / "r") as filmed:
            never = asyncio.get_running_loop().create_future()
            going = asyncio.ensure_future(filmed.of(never))
            await filmed.until(lambda contents: bool(contents.stretches))
            await filmed.page.goto(f"{site}/login")
            return await asyncio.wait_for(going, timeout=30), await filmed.of(never)

    came, there = studio.run(made())
    assert came.cut_short is there.cut_short is CutShort.LOGIN
    assert there.states == 0
    assert {frame.url for frame in read(tmp_path / "r").frames} <= {URL, "about:blank"}


def test_a_lost_page_is_an_error_and_what_was_filmed_is_known_as_broken_off(studio: Studio, tmp_path: Path) -> None:
    async def lose(filmed: Filmed) -> None:
        await filmed.until(lambda contents: len(contents.stretches) == 1)
        await filmed.page.close()
        await asyncio.sleep(30)

    with pytest.raises(BrowserLostError):
        studio.film(tmp_path / "r", lose)
    (stretch,) = read(tmp_path / "r").stretches
    assert (stretch.ended, stretch.seconds, stretch.states_per_second) == (None, 0, 0)


def test_a_crashed_page_is_an_error(studio: Studio, tmp_path: Path) -> None:
    async def crash(filmed: Filmed) -> None:
        await filmed.until(lambda contents: len(contents.stretches) == 1)
        session = await filmed.page.context.new_cdp_session(filmed.page)
        with suppress(PlaywrightError):
            await session.send("Page.crash")
        await asyncio.sleep(30)

    with pytest.raises(RecordingError, match="the page is gone"):
        studio.film(tmp_path / "r", crash)


_MEDIA_SOURCE = """<video></video><script>const source = new MediaSource(), video = document.querySelector('video');
source.onsourceopen = () => { source.duration = DURATION }; video.src = URL.createObjectURL(source);
video.ondurationchange = () => { document.title = 'ready' }</script>"""
_CAMERA = """<canvas width=200 height=100></canvas><video autoplay muted width=200 height=100></video><script>
const pen = document.querySelector('canvas').getContext('2d'); let count = 0;
setInterval(() => { pen.fillStyle = `hsl(${++count * 20} 90% 50%)`; pen.fillRect(0, 0, 200, 100) }, 40);
const video = document.querySelector('video'); video.srcObject = document.querySelector('canvas').captureStream();
video.onplaying = () => { document.title = 'ready' }</script>"""
_SAYS = "<div style='width:300px'><video width=300 height=150></video>{}</div><p style='height:600px'>{}<script>"
_SAYS += "document.title = 'ready'</script>"


@pytest.mark.parametrize(
    ("html", "live"),
    [
        (_CAMERA, True),
        (_MEDIA_SOURCE.replace("DURATION", "Infinity"), True),
        (_MEDIA_SOURCE.replace("DURATION", "30"), False),
        (_SAYS.format("<b>LIVE</b>", ""), True),
        (_SAYS.format("<i aria-label='Direktsänd'></i>", ""), True),
        (_SAYS.format("<b hidden>LIVE</b>", ""), False),
        (_SAYS.format("Live från Åre i fjol", "<b>Live</b>"), False),
        ("<b>LIVE</b><title>ready</title>", False),
    ],
)
def test_which_video_is_live(studio: Studio, html: str, live: bool) -> None:
    async def found() -> bool:
        async with studio.page(f"<article>{html}</article>") as page:
            await page.wait_for_function("document.title === 'ready'")
            root = await page.query_selector("article")
            assert root is not None
            return await live_video(root) is not None

    assert studio.run(found()) is live


def test_a_post_with_live_video_is_filmed_in_its_own_name_and_put_back(studio: Studio, tmp_path: Path) -> None:
    html = f"<p style='height:900px'>Före</p><article>{_CAMERA}</article><p style='height:900px'>Efter</p>"

    async def made() -> float:
        async with studio.page(html) as page, Recording(tmp_path, clock=now, live_seconds=1.0) as recording:
            root = await page.query_selector("article")
            assert root is not None
            await page.evaluate(scroll(1200))
            await recording.on_step(page, step(1, Cause.SCROLL, post_key="p/1", scroll_y=1200))
            await recording.on_post(page, post("p/1"), root)
            return await page.evaluate("scrollY")

    assert studio.run(made()) == 1200
    contents = read(tmp_path)
    (stretch,) = contents.stretches
    assert (stretch.occasion, stretch.post_key, stretch.first) == (Occasion.LIVE, "p/1", 2)
    assert stretch.seconds >= 1.0
    assert stretch.states > 1
    assert not stretch.unseen
    film_of_it = [frame for frame in contents.frames if frame.cause is Cause.FILMED]
    assert {frame.post_key for frame in film_of_it} == {"p/1"}
    assert 500 < film_of_it[0].scroll_y < 1200
    colours = set()
    for frame in film_of_it:
        with Image.open(tmp_path / frame.file) as picture:
            colours.add(picture.convert("RGB").getpixel((300, 200)))
    assert len(colours) > 1
