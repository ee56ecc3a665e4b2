"""What the tests of the web archive share: one browser, a clock, and one recorded visit to the small site."""

import asyncio
import importlib.util
import sys
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, async_playwright
from warcio.archiveiterator import ArchiveIterator

from capture.items import Item, ItemKind, StopReason, Traffic, Walk
from capture.programs import chromium
from capture.walk import open_page
from capture.web_archive import Recorder, packed

NOW = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that goes one second for each time it is asked."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class Ids:
    """Gives ids in turn."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self) -> UUID:
        self._number += 1
        return UUID(int=self._number)


@dataclass(frozen=True, kw_only=True)
class Visited:
    """A recorded visit: the recorder's folder, the packed archive, what the page said, and what the site heard."""

    folder: Path
    wacz: Path
    seen: Walk
    said: dict[str, str]
    heard: set[str]
    asked: list[tuple[str, str]]
    origin: str
    other: str


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"web_archive_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_site() -> ModuleType:
    return _module("small_site")


@pytest.fixture(scope="session")
def browsing() -> Iterator[tuple[asyncio.Runner, Browser]]:
    """One browser for all, and the event loop that it lives in."""
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        browser = runner.run(chromium.launch(playwright))
        yield runner, browser
        runner.run(browser.close())
        runner.run(playwright.stop())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def make_recorder() -> Callable[..., Recorder]:
    """A function that makes a recorder in a folder, with its own clock and ids."""
    return lambda folder, **more: Recorder(folder, clock=Clock(), new_id=Ids(), software="prov", **more)


@pytest.fixture(scope="session")
def recorded(browsing: tuple[asyncio.Runner, Browser]) -> Callable[..., object]:
    """A function that lets `visit(page)` visit something, with a recorder, and returns what it returned."""
    runner, browser = browsing

    async def go(recorder: Recorder, visit: Callable[[Page], Awaitable[object]]) -> object:
        page = await open_page(browser)
        try:
            async with recorder.recording(page.context):
                return await visit(page)
        finally:
            await page.context.close()

    return lambda recorder, visit: runner.run(go(recorder, visit))


@pytest.fixture(scope="session")
def make_walk() -> Callable[..., Walk]:
    """A function that makes up a walk of `url` that saw posts with these keys."""

    def item(url: str, key: str, ordinal: int) -> Item:
        return Item(
            key=key, key_source="permalink", kind=ItemKind.POST, post_key=key, parent_key=None, ordinal=ordinal,
            author="Kommunen", text=f"Inlägg {ordinal}", published=NOW, published_shown="1 tim", claimed=0, links=(),
            pictures=(), first_seen=NOW,
        )  # fmt: skip

    def make(url: str, *keys: str) -> Walk:
        return Walk(
            url=url, title="Liten plats", profile="semantics", by_semantics=True, started=NOW, ended=NOW,
            items=tuple(item(url, key, number) for number, key in enumerate(keys, 1)), ledgers=(), claimed_posts=None,
            since=None, resumed=(), pauses=(), traffic=Traffic(requests=0, reading=0, changing=(), unknown=()),
            stop=StopReason.END_MARKER, stop_detail="", remarks=(), steps=1, clicks=0, unmatched_controls=(),
            limits=(), browser="chromium", user_agent="", viewport=(1280, 900),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def visited(
    tmp_path_factory: pytest.TempPathFactory,
    small_site: ModuleType,
    make_recorder: Callable[..., Recorder],
    recorded: Callable[..., object],
    make_walk: Callable[..., Walk],
) -> Visited:
    """The small site, visited once; it is gone by now."""
    folder = tmp_path_factory.mktemp("web_archive")
    recorder = make_recorder(folder / "web")
    with small_site.serve() as site:

        async def visit(page: Page) -> object:
            await page.goto(site.origin + "/")
            said = await page.evaluate("window.done")
            with recorder.away():
                await page.evaluate("fetch('/medan-nagon-loggar-in').then((a) => a.text())")
            return said

        said = recorded(recorder, visit)
    seen = make_walk(f"{site.origin}/", f"{site.origin}/#1")
    wacz = folder / "kanal.wacz"
    packed(folder / "web", wacz, seen=seen, now=NOW, software="prov")
    assert isinstance(said, dict)
    return Visited(
        folder=folder / "web",
        wacz=wacz,
        seen=seen,
        said=said,
        heard=site.heard,
        asked=site.asked,
        origin=site.origin,
        other=site.other,
    )


@pytest.fixture(scope="session")
def read_records() -> Callable[[Path], list[tuple[str, str, str, bytes]]]:
    """A function that reads a WARC file: type, first line with the address, headers and body of each record."""

    def read(path: Path) -> list[tuple[str, str, str, bytes]]:
        found = []
        with path.open("rb") as opened:
            for record in ArchiveIterator(opened, check_digests="raise"):
                http = record.http_headers
                line = "" if http is None else f"{http.protocol} {http.statusline}"
                headers = str(record.rec_headers) + ("" if http is None else str(http))
                body = record.content_stream().read()
                found.append((record.rec_type, f"{line} {record.rec_headers.get('WARC-Target-URI')}", headers, body))
        return found

    return read


@pytest.fixture
def everything_in() -> Callable[[Path], bytes]:
    """A function that returns all bytes of an archive: of each file in it, and of each record unpacked."""

    def read(path: Path) -> bytes:
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
            for name in archive.namelist():
                if name.endswith(".warc.gz"):
                    with archive.open(name) as opened:
                        for record in ArchiveIterator(opened, no_record_parse=True):
                            parts.append(str(record.rec_headers).encode())
                            parts.append(record.raw_stream.read())
        return b"\n".join(parts)

    return read
