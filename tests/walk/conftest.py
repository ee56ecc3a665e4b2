"""What the tests of the walk share: a witness that remembers, a browser for one walk, small pages, and Isso."""

import asyncio
import importlib.util
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from playwright.async_api import Browser, ElementHandle, Page, async_playwright

from capture.items import Item, Step, Walk
from capture.programs import chromium
from capture.walk import Bounds, open_page, walk


class Clock:
    """A clock that goes one millisecond for each time it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now


@dataclass
class Remembering:
    """A witness that keeps what it was shown."""

    steps: list[Step] = field(default_factory=list)
    posts: list[Item] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    async def on_step(self, page: Page, step: Step) -> None:
        self.steps.append(step)

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        self.posts.append(post)
        self.texts[post.key] = await root.inner_text()

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """See nothing more than the steps."""


@dataclass
class Reply:
    """What a small site answers a path with."""

    body: str | bytes
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """A small site on the loopback: paths and what they answer, and every request it got."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.pages: dict[str, Reply | Callable[[], Reply]] = {}
        self.requests: list[tuple[str, str]] = []

    reply = staticmethod(Reply)

    def put(self, path: str, body: str, **answer: object) -> str:
        self.pages[path] = Reply(body, **answer)
        return self.origin + path


@contextmanager
def _site() -> Iterator[Site]:
    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            site.requests.append((self.command, self.path))
            found = site.pages.get(self.path.split("?")[0], Reply("inget här", status=404))
            answer = found() if callable(found) else found
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            if answer.location:
                self.send_header("Location", answer.location)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with _site() as running:
        yield running


@pytest.fixture
def witness() -> Remembering:
    return Remembering()


@pytest.fixture(scope="session")
def browsing() -> Iterator[tuple[asyncio.Runner, Browser]]:
    """One browser for all walks, and the event loop that it lives in; each walk has a context of its own."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield runner, browser
        runner.run(browser.close())
        runner.run(playwright.stop())


@pytest.fixture
def walked(tmp_path: Path, witness: Remembering, browsing: tuple[asyncio.Runner, Browser]) -> Callable[..., Walk]:
    """A function that walks a URL, with the remembering witness; what `walk` does not know itself are bounds."""
    runner, browser = browsing
    known = set(inspect.signature(walk).parameters)

    async def go(url: str, **wanted: object) -> Walk:
        page = await open_page(browser)
        bounds = Bounds(**{name: wanted.pop(name) for name in list(wanted) if name not in known})
        given = {"witnesses": [witness], "evidence": tmp_path / "evidence", "clock": Clock(), "bounds": bounds}
        try:
            return await walk(page, url, **(given | wanted))
        finally:
            await page.context.close()

    return lambda url, **wanted: runner.run(go(url, **wanted))


@pytest.fixture(scope="session")
def isso_server() -> ModuleType:
    path = Path(__file__).with_name("isso_server.py")
    spec = importlib.util.spec_from_file_location("walk_isso_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clock() -> Clock:
    return Clock()
