"""What a browser is given is recorded in the same visit, without secrets; what cannot be is said."""

import asyncio
import html
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from playwright.async_api import Browser

from capture.attendance import Challenge, Nobody
from capture.walk import open_page
from capture.web_archive import Recorder
from capture.web_archive.answering import Answering, Wall
from capture.web_archive.nouns import Reason
from capture.web_archive.shelf import Shelf
from register.language import Text


def test_every_way_of_asking_is_recorded(visited, read_records: Callable[[Path], list]) -> None:
    """Pages, frames of other origins, workers, redirects, compressed and chunked answers, POSTs, ranges, whole."""
    answers = {
        line.split(" ", 1)[1].replace(visited.origin, "").replace(visited.other, "OTHER"): (headers, body)
        for kind, line, headers, body in read_records(visited.folder / "0001.warc.gz")
        if kind == "response"
    }
    there = {line.split(" ", 1)[0] + " " + line.rsplit(" ", 1)[1] for line in answers}
    assert {
        "200 /", "200 /bild.png", "200 /skript.js", "200 /packad", "200 /bitar", "200 /eko", "200 /film", "204 /tomt",
        "404 /finns-inte", "200 /arbetare.js", "200 /i-arbetaren", "200 OTHER/ram", "200 OTHER/i-ramen",
        "200 OTHER/annan", "302 /flyttad", "200 /delad.js",
    } <= there  # fmt: skip
    bodies = {line.rsplit(" ", 1)[1]: body for line, (_, body) in answers.items()}
    assert bodies["/packad"] == b"packat " * 50
    assert bodies["/bitar"] == b"bit " * 200
    assert bodies["/film"] == bytes(range(65, 91)) * 1000  # asked for as a range, kept whole
    headers = next(headers for line, (headers, _) in answers.items() if line.endswith(" /packad"))
    assert "X-Archive-Orig-Content-Encoding: gzip" in headers
    assert "\r\nContent-Encoding" not in headers.replace("Orig-Content-Encoding", "")


def test_what_was_sent_is_recorded_with_what_it_was_answered_with(visited, read_records: Callable) -> None:
    """A request names its answer, and its body is kept but for what is secret in it."""
    records = read_records(visited.folder / "0001.warc.gz")
    sent = {body for kind, line, _, body in records if kind == "request" and line.startswith("POST")}
    assert b"fraga=ett&fb_dtsg=REDACTED" in sent
    assert b"fraga=tva&fb_dtsg=REDACTED" in sent
    assert any(json.loads(body)["fraga"] == "tre" for body in sent if body.startswith(b'{"fraga'))
    with Shelf(visited.wacz) as archive:
        asked = {(line.method, line.requestBody) for line in archive.index() if line.url.endswith("/eko")}
    assert ("POST", "fraga=ett&fb_dtsg=REDACTED") in asked
    assert len(asked) == 4


def test_what_is_not_in_the_archive_is_said(visited) -> None:
    """Streams, sockets, what a shared worker asks for, and what came while a person had the browser."""
    with Shelf(visited.wacz) as archive:
        told = {(one.reason, one.address.partition("//")[2].partition("/")[2]) for one in archive.missed()}
    assert told == {
        ("stream", "flode"),
        ("websocket", "sladd"),
        ("shared-worker", "delad.js"),
        ("discreet", "medan-nagon-loggar-in"),
    } | {one for one in told if one == ("failed", "sladd")}
    assert ("GET", "/i-den-delade") in visited.asked  # the worker did ask


def test_no_secret_is_anywhere_in_the_archive(
    visited, small_site: ModuleType, everything_in: Callable[[Path], bytes]
) -> None:
    """Each was sent and received; none is in any file or record, in any way of writing it."""
    assert visited.heard == set(small_site.SECRETS) - {"html"}  # that one the site only sends
    everything = everything_in(visited.wacz)
    assert small_site.MARK.encode() in everything  # the search does find
    assert b"fb_dtsg=REDACTED" in everything
    for name, secret in small_site.SECRETS.items():
        for written in (secret, quote(secret, safe=""), html.escape(secret), json.dumps(secret)[1:-1]):
            assert written.encode() not in everything, name
    left = [path.name for path in visited.folder.iterdir()]
    assert sorted(left) == ["0001.warc.gz", "missed.jsonl"]


def test_a_page_does_the_same_with_the_origin_gone(visited, browsing: tuple[asyncio.Runner, Browser]) -> None:
    """Redirects, POSTs told apart by what is sent, ranges, workers, frames and moments are answered; nothing leaves."""
    runner, browser = browsing

    async def refused() -> None:
        await asyncio.open_connection("127.0.0.1", int(visited.origin.rpartition(":")[2]))

    async def replay() -> tuple[dict[str, str], Answering]:
        wall = Wall()
        with Shelf(visited.wacz) as archive:
            answering = Answering(archive)
            page = await open_page(browser, proxy=await wall.build())
            try:
                async with answering.over(page.context):
                    await page.goto(visited.origin + "/")
                    said = await page.evaluate("window.done")
                    await page.evaluate("fetch('/aldrig-inspelad').then((a) => a.status)")
            finally:
                await page.context.close()
                await wall.tear_down()
            answering.note_wall([hit for hit in wall.hits if "/i-den-delade" not in hit])
        return said, answering

    with pytest.raises(ConnectionRefusedError):
        runner.run(refused())
    said, answering = runner.run(replay())
    assert said == visited.said
    assert said["chunked, none"] == "200 "
    assert said["form"] == "200 svar: ett"
    assert said["form 2"] == "200 svar: tva"
    assert said["range"] == "206 KLMNOPQRST"
    assert said["worker"] == "svar från /i-arbetaren"
    assert said["frame"] == "svar från /i-ramen"
    assert answering.told.left == []
    asked_in_vain = {(one.method, one.address.rpartition("/")[2]) for one in answering.told.unanswered}
    assert asked_in_vain == {("GET", "aldrig-inspelad"), ("GET", "flode"), ("GET", "sladd")}
    assert answering.told.near["ANY_CHANCE"] + answering.told.near["WITHOUT_TIMES"] == 1  # /tid


def test_nothing_is_kept_while_a_person_has_the_browser(
    tmp_path: Path, make_recorder: Callable[..., Recorder], browsing: tuple[asyncio.Runner, Browser]
) -> None:
    """The attendant that the walk is given says the same as theirs, and the recorder looks away meanwhile."""
    recorder = make_recorder(tmp_path / "web")

    class Person(Nobody):
        async def may_go_on(self, page: object) -> bool:
            return recorder.open is Reason.DISCREET

        async def answer(self, page: object, challenge: Challenge) -> bool:
            return recorder.open is Reason.DISCREET

        def was_away(self) -> bool:
            return recorder.open is None

    async def ask() -> tuple[bool, bool, bool]:
        page, discreet = await open_page(browsing[1]), recorder.discreet(Person())
        challenge = Challenge(sign=Text("logga in", "log in"), url="https://x.se/", retry_after=None)
        try:
            async with recorder.recording(page.context):
                return await discreet.may_go_on(page), await discreet.answer(page, challenge), discreet.was_away()
        finally:
            await page.context.close()

    assert browsing[0].run(ask()) == (True, True, True)
    assert recorder.open is None
