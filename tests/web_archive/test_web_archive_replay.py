"""With the origin gone our own walk sees the same channel in the archive, or the archive is refused."""

import asyncio
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import async_playwright
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

import sample_channel
from capture.channel import unattended_page
from capture.items import Walk
from capture.walk import walk
from capture.web_archive import Recorder, Replay, WebArchiveNotReplayableError, checked, packed, replayed, required
from sample_channel import Behaviour

_POSTS = 2


@dataclass(frozen=True, kw_only=True)
class _Captured:
    folder: Path
    wacz: Path
    seen: Walk
    clock: Callable[[], datetime]


@pytest.fixture(scope="session")
def captured(tmp_path_factory: pytest.TempPathFactory, make_recorder: Callable[..., Recorder]) -> _Captured:
    """The sample channel, walked and recorded; it is gone by now."""
    folder = tmp_path_factory.mktemp("replay")
    recorder = make_recorder(folder / "web")
    clock = recorder._clock

    async def go(url: str) -> Walk:
        async with async_playwright() as playwright, recorder.opening(unattended_page)(playwright) as page:
            return await walk(page, url, witnesses=(recorder,), evidence=folder, clock=clock)

    with sample_channel.serve(seed=3, posts=_POSTS, behaviour=Behaviour(posts_per_batch=2)) as channel:
        seen = asyncio.run(go(channel.url))
    packed(folder / "web", folder / "kanal.wacz", seen=seen, now=seen.ended, software="prov")
    return _Captured(folder=folder, wacz=folder / "kanal.wacz", seen=seen, clock=clock)


def _changed(captured: _Captured, into: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Pack the recording anew with bodies changed by their address, or left out where `change` gives None."""
    (into / "web").mkdir()
    (warc,) = (captured.folder / "web").glob("*.warc.gz")
    with warc.open("rb") as opened, (into / "web" / warc.name).open("wb") as out:
        writer = WARCWriter(out, warc_version="1.1")
        gone = set()
        for record in ArchiveIterator(opened):
            about = record.rec_headers
            if record.rec_type in ("response", "revisit", "resource"):
                body = change(about.get_header("WARC-Target-URI"), record.raw_stream.read())
                if body is None:
                    gone.add(about.get_header("WARC-Record-ID"))
                    continue
                about.remove_header("WARC-Block-Digest")
                if record.rec_type != "revisit":
                    about.remove_header("WARC-Payload-Digest")
                record.raw_stream, record.length, record.payload_length = BytesIO(body), len(body), len(body)
            elif about.get_header("WARC-Concurrent-To") in gone:
                continue
            writer.write_record(record)
    path = into / "ändrad.wacz"
    packed(into / "web", path, seen=captured.seen, now=captured.seen.ended, software="prov")
    return path


def test_the_walk_sees_the_same_channel_with_the_origin_gone(captured: _Captured, tmp_path: Path) -> None:
    """The same keys, nothing leaves, and each post looks as it did; the report says so to people and programs."""
    parts = urlsplit(captured.seen.url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port), timeout=5)
    assert checked(captured.wacz).pages == 1 + _POSTS
    replay = asyncio.run(replayed(captured.wacz, tmp_path, seen=captured.seen, clock=captured.clock))
    required(captured.wacz, replay)
    assert replay.keys == len({item.key for item in captured.seen.items}) > 5
    assert (replay.missing, replay.extra, replay.left, replay.lacking, replay.unpictured) == ((), (), (), (), ())
    assert set(replay.alike) == {ledger.post_key for ledger in captured.seen.ledgers}
    assert replay.least_alike >= 0.98
    assert replay.near == {}
    replay.write(tmp_path / "återspelning.json")
    told = json.loads((tmp_path / "återspelning.json").read_text("utf-8"))
    assert told["faults"] == []
    assert told["keys"] == replay.keys
    assert replay.told.sv.startswith(f"webbarkivet återspelades utan källan: alla {replay.keys} poster visas")


def test_an_archive_of_nothing_that_can_be_walked_is_refused(captured: _Captured, tmp_path: Path) -> None:
    """The channel's own page is not in it."""
    path = _changed(captured, tmp_path, lambda url, body: None if url == captured.seen.url else body)
    with pytest.raises(WebArchiveNotReplayableError, match="visar inte det som samlades in"):
        asyncio.run(replayed(path, tmp_path, seen=captured.seen, clock=captured.clock))


def test_each_fault_of_a_replay_is_one(captured: _Captured, tmp_path: Path) -> None:
    """What is missing, what left, what looks different: each alone stops the closure."""
    good = {
        "keys": 3, "missing": (), "extra": (), "left": (), "lacking": (), "unanswered": ("Ping POST x (1)",),
        "exact": 3, "near": {}, "alike": {"a": 0.98}, "unpictured": (), "began": captured.seen.started,
        "ended": captured.seen.ended, "browser": "chromium",
    }  # fmt: skip
    required(captured.wacz, Replay(**good))
    for change in (
        {"missing": ("x",)}, {"extra": ("x",)}, {"left": ("GET http://x/",)}, {"lacking": ("Image GET x",)},
        {"alike": {"a": 0.99, "b": 0.979}}, {"unpictured": ("a",)}, {"alike": {}},
    ):  # fmt: skip
        with pytest.raises(WebArchiveNotReplayableError, match="får inte avslutas") as caught:
            required(captured.wacz, Replay(**(good | change)))
        assert Replay(**(good | change)).faults[0].sv in str(caught.value)


@pytest.mark.slow
def test_a_text_and_a_picture_that_differ_are_found_by_a_walk(captured: _Captured, tmp_path: Path) -> None:
    """One item renamed is missing and extra; a picture painted over looks different; a lost style is lacking."""
    keys = [item.key for item in captured.seen.items if item.parent_key is not None]
    victim = urlsplit(keys[0]).path + ("?" + urlsplit(keys[0]).query if urlsplit(keys[0]).query else "")
    number = victim.rpartition("/")[2].rpartition("=")[2]
    assert number.isdigit()

    def renumbered(url: str, body: bytes) -> bytes:
        return body if "/bild/" in url else body.replace(number.encode(), b"7" * len(number))

    (tmp_path / "a").mkdir()
    path = _changed(captured, tmp_path / "a", renumbered)
    replay = asyncio.run(replayed(path, tmp_path / "a", seen=captured.seen, clock=captured.clock))
    assert keys[0] in replay.missing
    assert len(replay.extra) == 1

    def painted(url: str, body: bytes) -> bytes | None:
        if url.endswith("/site/style.css"):
            return None
        if "/bild/" not in url or not body:
            return body
        black = BytesIO()
        with Image.open(BytesIO(body)) as image:
            Image.new("RGB", image.size).save(black, "png")
        return black.getvalue()

    (tmp_path / "b").mkdir()
    path = _changed(captured, tmp_path / "b", painted)
    replay = asyncio.run(replayed(path, tmp_path / "b", seen=captured.seen, clock=captured.clock))
    assert replay.least_alike < 0.98
    assert [one.rpartition("/")[2] for one in replay.lacking] == ["style.css"]


@pytest.mark.slow
def test_a_visit_that_was_killed_goes_on_in_a_file_of_its_own(
    tmp_path: Path,
    small_site: ModuleType,
    make_recorder: Callable[..., Recorder],
    recorded: Callable[..., object],
    read_records: Callable[[Path], list],
) -> None:
    """What was recorded before stays, but for the record that was being written."""
    with small_site.serve() as site:
        for number in (1, 2):
            recorder = make_recorder(tmp_path / "web")

            async def visit(page, number=number) -> None:
                await page.goto(f"{site.origin}/tid?nummer={number}")

            recorded(recorder, visit)
            if number == 1:
                first = tmp_path / "web/0001.warc.gz"
                whole = first.read_bytes()
                first.write_bytes(whole + whole[:30])
    assert first.read_bytes() == whole
    second = [line for kind, line, *_ in read_records(tmp_path / "web/0002.warc.gz") if kind == "response"]
    assert any(line.endswith("/tid?nummer=2") for line in second)
