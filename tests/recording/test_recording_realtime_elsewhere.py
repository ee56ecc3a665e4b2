"""Film in real time where it must stop: frames from elsewhere are watched, and what is typed at a login is not kept."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from capture.attendance import CutShort, Stretch
from capture.recording.journal import read
from tests.recording.small_channel import URL
from tests.recording.studio import ROWS, Studio, scroll


class _Elsewhere(BaseHTTPRequestHandler):
    """Its page holds a frame from `localhost`, which is another site than 127.0.0.1, and a page to log in at."""

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        body = {"/": f"<iframe src='http://localhost:{port}/inner' height=200></iframe>", "/inner": ROWS}.get(
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
_LOGIN = ROWS.replace(
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
            stretch = await asyncio.wait_for(going, timeout=300)
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
            return await asyncio.wait_for(going, timeout=300), await filmed.of(never)

    came, there = studio.run(made())
    assert came.cut_short is there.cut_short is CutShort.LOGIN
    assert there.states == 0
    assert {frame.url for frame in read(tmp_path / "r").frames} <= {URL, "about:blank"}
