"""Answers a browser from a web archive alone; whatever goes round that ends at a wall, which names it."""

import asyncio
import base64
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Request, WebSocketRoute

from capture.web_archive import matching
from capture.web_archive.matching import Key, Nearness
from capture.web_archive.nouns import MEBIBYTE, header
from capture.web_archive.shelf import Answer, Line, Shelf
from capture.web_archive.wire import Event, Wire, WireError, Wires

_LARGEST = 64 * MEBIBYTE  # of a record, as it lies in the archive
_SLICE = 8 * MEBIBYTE
_NOT_GIVEN = frozenset({"content-length", "set-cookie", "transfer-encoding", "content-encoding"})
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_PREFLIGHT = ("Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Origin")


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A request that the archive has no answer to; `kind` is what the page wanted it for, as CDP names it."""

    kind: str
    method: str
    address: str


@dataclass(kw_only=True)
class Answered:
    """What became of a replay's requests: `left` are those that went round the archive, to the wall."""

    exact: int = 0
    near: Counter[str] = field(default_factory=Counter)
    unanswered: list[Unanswered] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Wall:
    """A proxy on this computer through which nothing comes: every request is refused, and its first line kept."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self._server: asyncio.Server | None = None

    async def build(self) -> str:
        """Begin to listen; return the proxy's address."""
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def tear_down(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                line = (await reader.readline()).decode("latin-1").strip()
            if line:  # a browser also opens connections just in case
                self.hits.append(line.rpartition(" HTTP/")[0][:500])
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
        except (OSError, TimeoutError):
            pass  # closed, or never used
        except ValueError:
            self.hits.append("en orimligt lång begäran")
        finally:
            writer.close()


class Answering:
    """Answers what the pages of one context ask for, from `archive`."""

    def __init__(self, archive: Shelf) -> None:
        self._archive = archive
        self.told = Answered()
        self._lines: dict[Key, list[Line]] = {}
        self._given: Counter[Key] = Counter()
        self._whole: dict[tuple[str, str], Line] = {}
        self._wires = Wires("Request", self._paused)
        self._hosts: set[str] = set()
        self._working: set[asyncio.Task[None]] = set()
        for line in sorted(archive.index(), key=lambda one: (one.timestamp, one.filename, one.offset)):
            if not line.status or line.status == "304":
                continue
            if line.mime != "warc/revisit":
                self._whole.setdefault((line.url, line.digest), line)
            for nearness, key in zip(Nearness, matching.keys(line.method, line.url, line.requestBody), strict=True):
                self._lines.setdefault((nearness.name, *key), []).append(line)

    @asynccontextmanager
    async def over(self, context: BrowserContext) -> AsyncIterator[None]:
        """Answer what `context` asks for, until the end; its WebSockets are closed."""
        await context.route_web_socket(re.compile(""), self._close_socket)
        context.on("requestfailed", self._failed)
        try:
            async with self._wires.over(context):
                yield
        finally:
            context.remove_listener("requestfailed", self._failed)
            while self._working:
                await asyncio.wait(set(self._working))

    def note_wall(self, hits: Sequence[str]) -> None:
        """Take what came to the wall: requests, and connections to where nothing was answered from.

        A browser connects to where it is about to ask something, before it asks; that says nothing and asks nothing.
        """
        for hit in hits:
            method, _, address = hit.partition(" ")
            if method != "CONNECT" or address not in self._hosts:
                self.told.left.append(hit)

    async def _close_socket(self, socket: WebSocketRoute) -> None:
        self.told.unanswered.append(Unanswered(kind="WebSocket", method="GET", address=socket.url))
        await socket.close()

    def _failed(self, request: Request) -> None:
        if "TUNNEL" in (request.failure or "") or "PROXY" in (request.failure or ""):
            self.told.left.append(f"{request.method} {request.url[:500]}")

    def _paused(self, wire: Wire, event: Event) -> None:
        task = asyncio.ensure_future(self._answer(wire, event))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _answer(self, wire: Wire, event: Event) -> None:
        request = event["request"]
        host = re.match(r"(https?)://([^/?#]+)", request["url"])
        if host is not None:
            self._hosts.add(host[2] if ":" in host[2] else f"{host[2]}:{443 if host[1] == 'https' else 80}")
        asked = tuple((str(name), str(value)) for name, value in request["headers"].items())
        sent = _sent(request)
        found = self._find(
            request["method"],
            request["url"],
            matching.query_of(request["method"], header(asked, "content-type"), sent),
        )
        try:
            if found is not None:
                await self._give(wire, event, self._of(found), header(asked, "range"))
            elif request["method"] == "OPTIONS":  # a browser asks so before it asks for what may be there
                await _fulfil(wire, event, 204, [(name, header(asked, "origin") or "*") for name in _PREFLIGHT], b"")
            else:
                kind = str(event.get("resourceType", ""))
                self.told.unanswered.append(
                    Unanswered(kind=kind, method=request["method"], address=request["url"][:500])
                )
                await _fulfil(wire, event, 404, [("Content-Type", "text/plain")], b"")
        except WireError:
            return  # the page was left meanwhile

    def _find(self, method: str, url: str, sent: str) -> Line | None:
        for nearness, key in zip(Nearness, matching.keys(method, url, sent), strict=True):
            named = (nearness.name, *key)
            lines = self._lines.get(named)
            if lines is None:
                continue
            line = lines[min(self._given[named], len(lines) - 1)]
            if line.length > _LARGEST:
                return None
            self._given[named] += 1
            if nearness is Nearness.EXACT:
                self.told.exact += 1
            else:
                self.told.near[nearness.name] += 1
            return line
        return None

    def _of(self, line: Line) -> Answer:
        answer = self._archive.answer(line)
        whole = self._whole.get((line.url, line.digest))
        if line.mime != "warc/revisit" or whole is None:
            return answer
        return Answer(
            status=answer.status,
            phrase=answer.phrase,
            headers=answer.headers,
            body=self._archive.answer(whole).body,
        )

    async def _give(self, wire: Wire, event: Event, answer: Answer, wanted: str) -> None:
        headers = [
            (name, value)
            for name, value in answer.headers
            if name.lower() not in _NOT_GIVEN and not name.lower().startswith("x-archive-orig-")
        ]
        part = _RANGE.match(wanted)
        if part is None or answer.status != 200 or not answer.body:
            await _fulfil(wire, event, answer.status, headers, answer.body)
            return
        size = len(answer.body)
        start = int(part[1]) if part[1] else max(0, size - int(part[2] or size))
        last = min(size - 1, start + _SLICE - 1, int(part[2]) if part[1] and part[2] else size - 1)
        headers.append(("Content-Range", f"bytes {start}-{last}/{size}"))
        await _fulfil(wire, event, 206, headers, answer.body[start : last + 1])


async def _fulfil(wire: Wire, event: Event, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
    answer: dict[str, Any] = {
        "requestId": event["requestId"],
        "responseCode": status,
        "responseHeaders": [{"name": name, "value": value} for name, value in headers],
        "body": base64.b64encode(body).decode("ascii"),
    }
    await wire.send("Fetch.fulfillRequest", answer)


def _sent(request: Event) -> bytes:
    parts = request.get("postDataEntries") or ()
    return (
        b"".join(base64.b64decode(part.get("bytes", "")) for part in parts) or str(request.get("postData", "")).encode()
    )
