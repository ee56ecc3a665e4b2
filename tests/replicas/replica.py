"""Replicas: small local copies of how a platform is built and behaves, filled with content whose truth is known.

What all have in common is here: a server on the loopback that knows whom it serves, what it was asked for, and what
somebody tried to change. What is special about a platform is its folder:

    tests/replicas/<platform>/__init__.py   REPLICA = Platform(...): its answers, its truth, its twists
    tests/replicas/<platform>/page.html     the shell of every page; `$name` is the channel's name
    tests/replicas/<platform>/page.js       a module; may import '/replica/dom.js', which all share
    tests/replicas/<platform>/style.css

In the three files `obf-anything` becomes a class name that is random and the same all over one replica, as with the
platforms that obfuscate theirs: nobody can lean on it.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from capture.items import ItemKind
from sample_channel.composition import compose
from sample_channel.pictures import COVER, render
from sample_channel.truth import Truth

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
_KINDS = {"js": "text/javascript", "css": "text/css", "png": "image/png", "jpg": "image/jpeg"}

Json = Mapping[str, object]
Row = tuple[str, str | None, ItemKind, str, str, datetime | None]
"""Key, key of the item it answers, kind, author, text, time (UTC; None where the platform shows no machine's time)."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asked for. `path` is without its query, `parts` is the same path cut at its slashes."""

    method: str
    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    body: str

    @property
    def parts(self) -> list[str]:
        return self.path.strip("/").split("/")

    def place(self) -> int:
        """Where in a list the batch asked for begins: the parameter `fran`, 0 where there is none."""
        return int(self.query.get("fran", "0"))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer that is no JSON. `never`: the visitor waits for it in vain."""

    body: bytes = b""
    kind: str = "text/html"
    status: int = 200
    location: str | None = None
    retry_after: int | None = None
    never: bool = False


NEVER = Answer(never=True)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What is special about one platform.

    `home` is the path of the channel's feed. `answer` gets every request but those for pictures and for the folder's
    own files: JSON, or an `Answer` (`replica.page()` is the shell), or None for 404. `rows` and `claims` tell the
    truth in paths, which `Replica` makes into addresses. `reads` are the forms ("METHOD path?query body") of requests
    by another method than GET that only ask. `twists` names the ways in which it can misbehave, each with the number
    of posts that then claim more comments than there are.
    """

    name: str
    home: str
    answer: Callable[["Replica", Request], Json | Answer | None]
    rows: Callable[["Replica"], Iterable[Row]]
    claims: Callable[["Replica"], Mapping[str, int | None]]
    reads: tuple[str, ...] = ()
    twists: Mapping[str, int] = field(default_factory=dict)
    policy: str = POLICY


class Replica:
    """A replica that is being served, or was: what it holds, and what it was asked for."""

    def __init__(self, platform: Platform, *, truth: Truth, seed: int, twist: str | None, origin: str) -> None:
        self.platform = platform
        self.truth = truth
        self.seed = seed
        self.twist = twist
        self.origin = origin
        self.requests: list[Request] = []
        self.mutations: list[Request] = []

    @property
    def url(self) -> str:
        """The channel's address."""
        return self.origin + self.platform.home

    def expected(self) -> list[Row]:
        """Every item that a visitor can reach, in the order in which the channel shows them; keys are addresses."""
        return [
            (self.origin + key, None if parent is None else self.origin + parent, kind, author, text, published)
            for key, parent, kind, author, text, published in self.platform.rows(self)
        ]

    def claims(self) -> dict[str, int | None]:
        """Key of each post -> the number of comments that the platform says it has, None where it says nothing."""
        return {self.origin + key: number for key, number in self.platform.claims(self).items()}

    def obfuscated(self, source: str) -> str:
        """Return `source` with its `obf-` names replaced."""
        return re.sub(r"\bobf-[a-z-]+", lambda found: self._class(found[0]), source)

    def _class(self, name: str) -> str:
        return "x" + sha256(f"{self.seed} {self.platform.name} {name}".encode()).hexdigest()[:7]

    def page(self, status: int = 200, **words: str) -> Answer:
        """Return the shell of a page; `words` fill its other `$` places. Nothing is escaped: give it safe words."""
        shell = Template((HERE / self.platform.name / "page.html").read_text("utf-8"))
        filled = shell.substitute(name=self.truth.name, **words)
        return Answer(body=self.obfuscated(filled).encode(), status=status)

    def file(self, parts: list[str]) -> Answer | None:
        """Return a file that needs no knowledge of the platform: a picture, a script, a style sheet."""
        match parts:
            case ["bild", name]:
                pictures = [COVER, *(picture for post in self.truth.posts for picture in post.pictures)]
                found = next((picture for picture in pictures if picture.path == f"/bild/{name}"), None)
                return None if found is None else Answer(body=render(found), kind=_kind(name))
            case ["replica", "dom.js"]:
                return Answer(body=(HERE / "dom.js").read_bytes(), kind=_kind("dom.js"))
            case ["replica", ("page.js" | "style.css") as name]:
                source = (HERE / self.platform.name / name).read_text("utf-8")
                return Answer(body=self.obfuscated(source).encode(), kind=_kind(name))
            case _:
                return None

    def remember(self, request: Request) -> None:
        """Keep what was asked; anything but a GET that the platform does not know as a question is a mutation."""
        self.requests.append(request)
        if request.method in {"GET", "HEAD"}:
            return
        asked = f"{request.method} {request.path}?{'&'.join(map('='.join, request.query.items()))} {request.body}"
        if not any(re.search(form, asked) for form in self.platform.reads):
            self.mutations.append(request)


@contextmanager
def serve(
    platform: str, *, seed: int = 4, posts: int = 6, twist: str | None = None, latency: float = 0.0
) -> Iterator[Replica]:
    """Serve a replica of `platform` on 127.0.0.1 for as long as the context lasts.

    Args:
        platform: Name of a folder beside this file.
        seed: What the content is composed from, and the class names.
        posts: Number of posts.
        twist: One of the platform's twists, None for a platform in a good mood.
        latency: Seconds before every answer that is not a file.

    Raises:
        KeyError: The platform has no such twist.
        Exception: Whatever went wrong in the server while it ran, when the context ends without another fault.
    """
    described: Platform = import_module(f"tests.replicas.{platform}").REPLICA
    overclaim = 0 if twist is None else described.twists[twist]
    truth = compose(seed=seed, posts=posts, now=NOW, overclaim=overclaim)
    with _Server(described, truth=truth, seed=seed, twist=twist, latency=latency) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        listening.start()
        try:
            yield server.replica
        finally:
            server.closing.set()
            server.shutdown()
            listening.join()
    if server.faults:
        raise server.faults[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: Platform, *, truth: Truth, seed: int, twist: str | None, latency: float) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        origin = f"http://127.0.0.1:{self.server_port}"
        self.replica = Replica(platform, truth=truth, seed=seed, twist=twist, origin=origin)
        self.latency = latency
        self.closing = threading.Event()
        self.faults: list[BaseException] = []


class _Visit(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer; a fault of ours is kept for whoever started the server."""
        try:
            self._send(self._answer(self._request()))
        except ConnectionError:  # a visitor who leaves is no fault
            return
        except Exception as fault:
            self.server.faults.append(fault)
            raise

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names

    def _request(self) -> Request:
        address = urlsplit(self.path)
        return Request(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            cookies={name: one.value for name, one in SimpleCookie(self.headers.get("Cookie", "")).items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(),
        )

    def _answer(self, request: Request) -> Answer:
        replica = self.server.replica
        replica.remember(request)
        found: Json | Answer | None = replica.file(request.parts)
        if found is None:
            self.server.closing.wait(self.server.latency)
            found = replica.platform.answer(replica, request)
        if found is None:
            return Answer(body=b"finns inte", kind="text/plain", status=404)
        if isinstance(found, Answer):
            return found
        return Answer(body=json.dumps(found, ensure_ascii=False).encode(), kind="application/json")

    def _send(self, answer: Answer) -> None:
        if answer.never:
            self.server.closing.wait()
            return
        self.send_response(answer.status)
        text = not answer.kind.startswith("image/")
        self.send_header("Content-Type", answer.kind + ("; charset=utf-8" if text else ""))
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", self.server.replica.platform.policy)
        self.send_header("Cache-Control", "no-store" if text else "max-age=60")
        if answer.location is not None:
            self.send_header("Location", answer.location)
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing: `Replica.requests` is the log."""


def _kind(name: str) -> str:
    return _KINDS[name.rpartition(".")[2]]
