"""Film in real time: lossless pictures in their order, what moved unseen, and a page that is lost."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Error as PlaywrightError

from capture.attendance import CutShort, Occasion, Stretch
from capture.items import Cause
from capture.recording import Recording, realtime
from capture.recording.journal import read
from capture.recording.realtime import live_video
from register.errors import BrowserLostError, RecordingError
from tests.recording.small_channel import post, step
from tests.recording.studio import HALF, ROWS, SIZE, STEP, Filmed, Studio, drawn, now, scroll


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
_INNER = ROWS.replace("rows(document.body, 200)", "rows(document.querySelector('div'), 99)").replace("<body>", _BOX)
_SHADOW = ROWS.replace(
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
