"""Takes a copy of every answer that a page gets, before the page gets it (CDP `Fetch`, at the response).

An answer of a known, small length is read and let on untouched. One whose length is not known (chunked, or compressed)
is read as a stream, for what it unfolds to may be anything, and given on by us; a stream that grows too large or does
not end is handed back to the page unrecorded. A range, or what is too large to hold, is asked for once more, whole.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from capture.web_archive.nouns import MEBIBYTE, Exchange, Headers, Limits, Missed, Reason, header
from capture.web_archive.wire import Event, Wire, WireError

_READ = MEBIBYTE
_SMALL, _SMALL_AT_ONCE = 256 * 1024, 128
_ENDLESS = ("text/event-stream", "multipart/x-mixed-replace")
_ENCODED = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie", "set-cookie2"})
_SOMETHING = base64.b64encode(b"-").decode("ascii")
_SHOWN = 300  # characters of an address


class _Way(Enum):
    """How an answer is dealt with."""

    LET_ON = auto()
    EMPTY = auto()
    WHOLE = auto()
    STREAM = auto()
    AGAIN = auto()


class _Desk(Protocol):
    """Who keeps what is taken."""

    @property
    def open(self) -> Reason | None:
        """Why nothing is kept just now; None where it is."""

    async def keep(self, one: Exchange) -> None:
        """Keep an exchange; does not raise."""

    def miss(self, missed: Missed) -> None:
        """Note what is not kept."""


class Tap:
    """Deals with what stops at the response; `paused` is what wires are opened with.

    Args:
        desk: who keeps what is taken.
        limits: how much may be taken.
        clock: gives the time, UTC.
        spool: an existing folder for what is too large for the memory.
    """

    def __init__(self, desk: _Desk, *, limits: Limits, clock: Callable[[], datetime], spool: Path) -> None:
        self._desk = desk
        self._limits = limits
        self._clock = clock
        self._spool = spool
        self._room = asyncio.Semaphore(limits.at_once)
        self._small_room = asyncio.Semaphore(_SMALL_AT_ONCE)
        self._turn = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()
        self._let_by: set[tuple[str, str]] = set()
        self._again: set[str] = set()
        self._broken: list[BaseException] = []
        self._number = 0

    def paused(self, wire: Wire, event: Event) -> None:
        """Take an answer that waits."""
        self._start(self._deal(wire, event))

    async def finish(self) -> None:
        """Wait until everything taken is kept, or its time is over; raises what a fault of ours raised meanwhile."""
        while self._working:
            await asyncio.wait(set(self._working))
        for fault in self._broken:
            raise fault

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._broken.append(fault)

    async def _deal(self, wire: Wire, event: Event) -> None:
        try:
            await self._dealt(wire, event)
        except WireError as error:
            self._miss(event, Reason.GONE, str(error)[:80])

    async def _dealt(self, wire: Wire, event: Event) -> None:
        way = self._way(event)
        if way is _Way.EMPTY:
            await _let_on(wire, event)
            await self._keep(event, b"")
        elif way is _Way.WHOLE:
            async with self._room if (_length(_headers(event)) or 0) > _SMALL else self._small_room:
                await self._whole(wire, event)
        elif way is _Way.STREAM:
            async with self._room:
                await self._stream(wire, event)
        else:
            await _let_on(wire, event)
            if way is _Way.AGAIN:
                self._ask_again(wire, event)

    def _way(self, event: Event) -> _Way:
        """Say how to deal with an answer; note what is not to be kept."""
        status, method = event.get("responseStatusCode"), event["request"]["method"]
        reason = self._refused(event)
        if reason is not None:
            self._miss(event, reason)
            return _Way.LET_ON
        if method == "HEAD" or status in (204, 205, 304) or 300 <= int(status or 0) < 400:
            return _Way.EMPTY
        if status == 206:
            return _Way.AGAIN
        length = _length(_headers(event))
        if length is None:
            return _Way.STREAM
        return _Way.WHOLE if length <= self._limits.whole else self._large(event, length)

    def _large(self, event: Event, length: int) -> _Way:
        method, url = event["request"]["method"], event["request"]["url"]
        if length <= self._limits.body and method == "GET":
            return _Way.AGAIN
        self._miss(event, Reason.TOO_LARGE, f"{length} byte")
        self._let_by.add((method, url))
        return _Way.LET_ON

    def _refused(self, event: Event) -> Reason | None:
        headers, request = _headers(event), event["request"]
        if "responseStatusCode" not in event:
            return Reason.FAILED
        if self._desk.open is not None:
            return self._desk.open
        if len(request["url"]) > self._limits.address:
            return Reason.TOO_LONG
        endless = header(headers, "content-type").lower().startswith(_ENDLESS)
        if endless or event.get("resourceType") == "EventSource" or (request["method"], request["url"]) in self._let_by:
            return Reason.STREAM
        return None

    async def _whole(self, wire: Wire, event: Event) -> None:
        try:
            got = await wire.send(
                "Fetch.getResponseBody", {"requestId": event["requestId"]}, within=self._limits.afterwards
            )
        except WireError:
            await _let_on(wire, event)
            raise
        with suppress(WireError):  # the page no longer wants it; what it was given is known all the same
            await _let_on(wire, event)
        body = _bytes(got["body"], encoded=got["base64Encoded"])
        length = _length(_headers(event))
        await self._keep(event, body, whole=length is None or len(body) == length)

    async def _stream(self, wire: Wire, event: Event) -> None:
        request_id = event["requestId"]
        handle = (await wire.send("Fetch.takeResponseBodyAsStream", {"requestId": request_id}))["stream"]
        try:
            body = await self._read(wire, handle)
        except WireError:  # broken off: by the server, or with the page
            await wire.send("Fetch.failRequest", {"requestId": request_id, "errorReason": "ConnectionReset"})
            self._miss(event, Reason.CUT_SHORT)
            return
        if body is None:
            await self._hand_back(wire, event)
            return
        answer = {
            "responseCode": event["responseStatusCode"],
            "responsePhrase": event.get("responseStatusText") or "-",
            "responseHeaders": _headers_given_on(event),
            "body": base64.b64encode(body).decode("ascii"),
        }
        with suppress(WireError):  # the page no longer wants it; what it was given is known all the same
            await _give_on(wire, event, answer)
        await self._keep(event, body)

    async def _read(self, wire: Wire, handle: str) -> bytes | None:
        """Return all of a stream; None where it is too large, or does not end in time."""
        ends, parts, size = time.monotonic() + self._limits.patience, [], 0
        try:
            while size <= self._limits.whole:
                left = max(0.01, ends - time.monotonic())
                try:
                    async with asyncio.timeout(left):
                        got = await wire.send("IO.read", {"handle": handle, "size": _READ}, within=2 * left + 1)
                except TimeoutError:
                    return None
                parts.append(_bytes(got["data"], encoded=got.get("base64Encoded", False)))
                size += len(parts[-1])
                if got["eof"]:
                    return b"".join(parts)
            return None
        finally:
            self._start(_closed(wire, handle))

    async def _hand_back(self, wire: Wire, event: Event) -> None:
        """Let the page ask again for what is not recorded after all, and have it unhindered."""
        request = event["request"]
        self._miss(event, Reason.STREAM, f"{self._limits.whole} byte, {self._limits.patience:.0f} s")
        self._let_by.add((request["method"], request["url"]))
        if request["method"] != "GET":  # asking for it twice could change something
            await wire.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "TimedOut"})
            return
        back = [{"name": "Location", "value": request["url"]}, *_headers_given_on(event)]
        # Without a body Chromium would want to go on with the one that was taken.
        await _give_on(wire, event, {"responseCode": 307, "responseHeaders": back, "body": _SOMETHING})

    def _ask_again(self, wire: Wire, event: Event) -> None:
        url, frame = event["request"]["url"], event.get("frameId")
        if event["request"]["method"] != "GET" or not frame:
            self._miss(event, Reason.CUT_SHORT, "206")
        elif url not in self._again:
            self._again.add(url)
            self._start(self._asked_again(wire, event))

    async def _asked_again(self, wire: Wire, event: Event) -> None:
        async with self._turn:
            self._number += 1
            path = self._spool / f"{self._number:06d}.body"
            try:
                async with asyncio.timeout(self._limits.afterwards):
                    await self._fetched(wire, event, path)
            except (WireError, TimeoutError) as error:
                self._miss(event, Reason.CUT_SHORT, str(error)[:80])
            finally:
                path.unlink(missing_ok=True)

    async def _fetched(self, wire: Wire, event: Event, path: Path) -> None:
        asked = {
            "frameId": event["frameId"],
            "url": event["request"]["url"],
            "options": {"disableCache": False, "includeCredentials": True},
        }
        found = (await wire.send("Network.loadNetworkResource", asked, within=self._limits.afterwards))["resource"]
        if not found["success"]:
            self._miss(event, Reason.CUT_SHORT, str(found.get("netErrorName", "")))
            return
        size, ended = 0, False
        with path.open("wb") as out:
            while size <= self._limits.body and not ended:
                got = await wire.send("IO.read", {"handle": found["stream"], "size": _READ})
                size += out.write(_bytes(got["data"], encoded=got.get("base64Encoded", False)))
                ended = got["eof"]
        await _closed(wire, found["stream"])
        if not ended:
            self._miss(event, Reason.TOO_LARGE, f"> {self._limits.body} byte")
            return
        answered = tuple((str(name), str(value)) for name, value in found.get("headers", {}).items())
        again = {**event, "responseStatusCode": int(found["httpStatusCode"]), "responseStatusText": ""}
        await self._keep(again, path, answered=answered)

    async def _keep(
        self, event: Event, body: bytes | Path, *, answered: Headers | None = None, whole: bool = True
    ) -> None:
        request = event["request"]
        if not whole:
            self._miss(event, Reason.CUT_SHORT)
        await self._desk.keep(
            Exchange(
                at=self._clock(),
                method=request["method"],
                url=request["url"] + request.get("urlFragment", ""),
                asked=tuple((str(name), str(value)) for name, value in request["headers"].items()),
                sent=_sent(request),
                status=event["responseStatusCode"],
                phrase=event.get("responseStatusText", ""),
                answered=_headers(event) if answered is None else answered,
                body=body,
                whole=whole,
            )
        )

    def _miss(self, event: Event, reason: Reason, detail: str = "") -> None:
        if reason is Reason.FAILED:
            detail = str(event.get("responseErrorReason", ""))
        request = event["request"]
        address = request["url"] if reason is not Reason.TOO_LONG else request["url"][:_SHOWN]
        self._desk.miss(Missed(reason=reason, method=request["method"], address=address, detail=detail))


async def _let_on(wire: Wire, event: Event) -> None:
    method = "Fetch.continueResponse" if "responseStatusCode" in event else "Fetch.continueRequest"
    await wire.send(method, {"requestId": event["requestId"]})


async def _give_on(wire: Wire, event: Event, answer: Event) -> None:
    """Answer a page ourselves; it is not left waiting where that does not succeed."""
    try:
        await wire.send("Fetch.fulfillRequest", {"requestId": event["requestId"], **answer})
    except WireError:
        with suppress(WireError):
            await wire.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Failed"})
        raise


async def _closed(wire: Wire, handle: str) -> None:
    try:
        await wire.send("IO.close", {"handle": handle})
    except WireError:
        return  # it went with the page


def _headers(event: Event) -> Headers:
    return tuple((one["name"], one["value"]) for one in event.get("responseHeaders") or ())


def _headers_given_on(event: Event) -> list[dict[str, Any]]:
    """Return the headers of an answer whose body is given on decoded; the cookies it set are set already."""
    return [{"name": name, "value": value} for name, value in _headers(event) if name.lower() not in _ENCODED]


def _length(headers: Headers) -> int | None:
    """Return how long a body is; None where that is not known before it is read."""
    said = header(headers, "content-length")
    if header(headers, "content-encoding") or header(headers, "transfer-encoding") or not said.isdecimal():
        return None
    return int(said)


def _sent(request: Event) -> bytes | None:
    parts = request.get("postDataEntries")
    if parts:
        return b"".join(base64.b64decode(part.get("bytes", "")) for part in parts)
    if "postData" in request:
        return str(request["postData"]).encode("utf-8", "surrogatepass")
    return None if request.get("hasPostData") else b""


def _bytes(said: str, *, encoded: bool) -> bytes:
    return base64.b64decode(said) if encoded else said.encode("utf-8", "surrogatepass")
