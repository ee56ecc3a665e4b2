"""One request of our own for a file that the browser did not hand over: written to the disk as it comes, and bounded.

Playwright's own `request.get` holds the whole answer in memory before a byte of it can be looked at, so that whoever
answers decides how much that is. Here the first bytes must be a medium, the size has a limit, and so has the time.
"""

import asyncio
import hashlib
import http.client
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urljoin, urlsplit

from capture.media import formats, guard
from capture.media.formats import Format
from capture.media.guard import ForbiddenError, Reach, Resolve, Target
from capture.media.nouns import Medium, Reason

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_HOPS = 5
_CHUNK = 256 * 1024
_IN_ADDRESS = "%/:?#[]@!$&'()*+,;=~"
_Done = TypeVar("_Done")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much may be fetched: `most_bytes` and `seconds` a file, `idle_seconds` without a byte, `at_once` files.

    `post_seconds` is for all the files of a post: none is begun after that. A host of which `attempts` files in a row
    did not come is asked for no more. `most_shown` is how many pictures and videos of a document are looked at.
    """

    most_bytes: int = 1024**3
    seconds: float = 900.0
    idle_seconds: float = 20.0
    post_seconds: float = 1800.0
    at_once: int = 2
    attempts: int = 3
    most_shown: int = 10_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for: the address that the page showed, as what, and from which page (its own address).

    `live`: the page shows it as something without an end.
    """

    address: str
    medium: Medium
    page: str
    live: bool


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A file that has come whole, at the path that was given for it."""

    answered_from: str
    sha256: str
    size: int
    format: Format


class NotKeptError(Exception):
    """There is no file, and why; `retry_after` is the server's own word where it was asked too often."""

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after


@dataclass(kw_only=True)
class Fetcher:
    """Fetches files for a page that came from `home`, as the browser that calls itself `agent`.

    `cookies` returns what the browser would send an address, as a Cookie header; it is asked anew at each redirect.
    """

    limits: Limits
    agent: str
    home: Reach
    cookies: Callable[[str], Awaitable[str]]
    resolve: Resolve = guard.resolve

    async def fetch(self, wanted: Wanted, into: Path) -> Fetched:
        """Fetch a file once, by GET, to `into`.

        Raises:
            NotKeptError: it did not come; nothing of it is left.
            OSError: the disk did not take it; nothing of it is left.
        """
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._follow(wanted, into)
        except TimeoutError as error:
            raise NotKeptError(Reason.UNREACHABLE, f"inte klar på {self.limits.seconds:.0f} s") from error

    async def _follow(self, wanted: Wanted, into: Path) -> Fetched:
        address = wanted.address
        for _ in range(_HOPS + 1):
            target = await self._judged(address)
            with _Exchange(target, idle=self.limits.idle_seconds) as exchange:
                answer = await exchange.begin(await self._headers(wanted, address))
                if answer.status not in _REDIRECTS:
                    _accept(answer)
                    return await exchange.finish(_Taking(wanted, address, into, self.limits.most_bytes))
                address = led_on(address, answer.getheader("Location"))
        raise NotKeptError(Reason.REFUSED, f"fler än {_HOPS} omdirigeringar")

    async def _judged(self, address: str) -> Target:
        try:
            return await guard.judge(address, home=self.home, resolve=self.resolve)
        except ForbiddenError as error:
            raise NotKeptError(Reason.FORBIDDEN, str(error)) from error
        except OSError as error:
            raise NotKeptError(Reason.UNREACHABLE, "värdnamnet har ingen adress") from error

    async def _headers(self, wanted: Wanted, address: str) -> Mapping[str, str]:
        """Say who asks, and from which page, as the browser itself does (strict-origin-when-cross-origin)."""
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        page, asked = urlsplit(wanted.page), urlsplit(address)
        if page.scheme in ("http", "https") and (page.scheme, asked.scheme) != ("https", "http"):
            same = (page.scheme, page.netloc) == (asked.scheme, asked.netloc)
            headers["Referer"] = wanted.page.split("#")[0] if same else f"{page.scheme}://{page.netloc}/"
        cookies = await self.cookies(address)
        return headers | ({"Cookie": cookies} if cookies else {})


def _accept(answer: http.client.HTTPResponse) -> None:
    """Let an answer pass that may bring a file.

    Raises:
        NotKeptError: it does not.
    """
    retry_after = answer.getheader("Retry-After")
    if answer.status == 429 or (answer.status == 503 and retry_after is not None):
        raise NotKeptError(Reason.TOO_OFTEN, f"HTTP {answer.status}", retry_after=retry_after)
    if answer.status in _GONE:
        raise NotKeptError(Reason.GONE, f"HTTP {answer.status}")
    if answer.status != 200:
        raise NotKeptError(Reason.REFUSED, f"HTTP {answer.status}")
    packed = answer.getheader("Content-Encoding", "identity")
    if packed.strip().lower() not in ("", "identity"):
        raise NotKeptError(Reason.REFUSED, f"svaret var packat ({packed[:40]})")


def led_on(address: str, location: str | None) -> str:
    """Return where a server leads on to.

    Raises:
        NotKeptError: nowhere, or from a secured connection to one that is not.
    """
    try:
        written = quote((location or "").encode("latin-1"), safe=_IN_ADDRESS)  # some write it as it is read
        onward = urljoin(address, written).split("#")[0]
        insecure = (urlsplit(address).scheme, urlsplit(onward).scheme) == ("https", "http")
    except ValueError as error:
        raise NotKeptError(Reason.FORBIDDEN, "omdirigering till ingen adress") from error
    if not location or insecure:
        raise NotKeptError(Reason.FORBIDDEN, "omdirigering till en osäkrad adress" if insecure else "omdirigering")
    return onward


@dataclass(frozen=True)
class _Taking:
    wanted: Wanted
    address: str
    into: Path
    most_bytes: int


class _Exchange:
    """One request and its answer. Whatever waits for the network does so in a thread, and is woken by closing it."""

    def __init__(self, target: Target, *, idle: float) -> None:
        self._target = target
        self._idle = idle
        self._socket: socket.socket | None = None
        self._answer: http.client.HTTPResponse | None = None

    def __enter__(self) -> "_Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        self._wake()
        if self._answer is not None:
            self._answer.close()
        if self._socket is not None:
            self._socket.close()

    async def begin(self, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Ask, and return the answer, of which only the head has been read."""
        self._answer = await self._unless_woken(lambda: self._ask(headers))
        return self._answer

    async def finish(self, taking: _Taking) -> Fetched:
        """Write what comes to the disk."""
        answer = self._answer
        if answer is None:
            raise ValueError("not begun")
        with ExitStack() as undone:
            undone.callback(taking.into.unlink, missing_ok=True)
            fetched = await self._unless_woken(lambda: _take(answer, taking))
            undone.pop_all()
            return fetched

    async def _unless_woken(self, work: Callable[[], _Done]) -> _Done:
        thread = asyncio.create_task(asyncio.to_thread(work))
        try:
            return await asyncio.shield(thread)
        except asyncio.CancelledError:
            self._wake()
            with suppress(NotKeptError, OSError):
                await thread
            raise

    def _wake(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # the other side was first
                self._socket.shutdown(socket.SHUT_RDWR)

    def _ask(self, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        target = self._target
        try:
            self._socket = self._connected()
            if target.secure:
                secured = ssl.create_default_context()
                self._socket = secured.wrap_socket(self._socket, server_hostname=target.host)
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = self._socket
            path = target.path if target.proxy is None or target.secure else f"http://{target.name}{target.path}"
            connection.request("GET", path, headers={"Host": target.name, **headers})
            return connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: what no header may hold
            raise NotKeptError(Reason.UNREACHABLE, type(error).__name__) from error

    def _connected(self) -> socket.socket:
        if self._target.proxy is not None:
            return self._through(*self._target.proxy)
        *others, last = self._target.ips
        for ip in others:
            with suppress(OSError):  # the next one may answer
                return socket.create_connection((ip, self._target.port), timeout=self._idle)
        return socket.create_connection((last, self._target.port), timeout=self._idle)

    def _through(self, host: str, port: int) -> socket.socket:
        proxy = http.client.HTTPConnection(host, port, timeout=self._idle)
        if self._target.secure:
            proxy.set_tunnel(self._target.host, self._target.port)
        proxy.connect()
        return proxy.sock


def _take(answer: http.client.HTTPResponse, taking: _Taking) -> Fetched:
    declared = answer.length
    if declared is not None and declared > taking.most_bytes:
        raise NotKeptError(Reason.TOO_LARGE, f"{declared} byte, gränsen är {taking.most_bytes}")
    if declared is None and taking.wanted.live:
        raise NotKeptError(Reason.LIVE)
    head = _more(answer, formats.ENOUGH)
    found = recognised(head, taking.wanted.medium)
    digest, size = hashlib.sha256(), 0
    with taking.into.open("wb") as file:
        chunk = head
        while chunk:
            size += len(chunk)
            if size > taking.most_bytes:
                raise NotKeptError(Reason.TOO_LARGE, f"mer än {taking.most_bytes} byte")
            digest.update(chunk)
            file.write(chunk)
            chunk = _more(answer, _CHUNK)
    if declared is not None and size != declared:
        raise NotKeptError(Reason.UNREACHABLE, f"bröt av efter {size} av {declared} byte")
    return Fetched(answered_from=taking.address, sha256=digest.hexdigest(), size=size, format=found)


def _more(answer: http.client.HTTPResponse, most: int) -> bytes:
    try:
        return answer.read(most)
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: woken while it read
        raise NotKeptError(Reason.UNREACHABLE, f"bröt av ({type(error).__name__})") from error


def recognised(head: bytes, medium: Medium) -> Format:
    """Return the format of a file that begins with `head` and is shown as `medium`.

    Raises:
        NotKeptError: it is none that can be shown so.
    """
    if formats.is_manifest(head[: formats.ENOUGH]):
        raise NotKeptError(Reason.STREAM)
    found = formats.sniff(head[: formats.ENOUGH])
    if found is None:
        raise NotKeptError(Reason.NOT_MEDIA)
    if not formats.fits(found, medium):
        raise NotKeptError(Reason.NOT_MEDIA, found.media_type)
    return found
