"""The sample channel's server: loopback only, every request answered from the truth, every mutation remembered."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sample_channel import answers
from sample_channel.behaviour import Behaviour
from sample_channel.composition import ROOT, compose
from sample_channel.pictures import render
from sample_channel.truth import Truth

DEFAULT_SEED = 1
DEFAULT_POSTS = 64
DEFAULT_NOW = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "js": "text/javascript; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_SITE_FILES = frozenset({"style.css", "icon.svg", "dom.js", "feed.js", "post.js", "comments.js", "dialogs.js"})


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A request that would have changed something on a real platform: a like, a comment, a login."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: HTTPStatus
    type: str
    body: bytes
    location: str | None = None


class SampleChannel:
    """A running sample channel: where it is, what it really holds, and what visitors tried to change."""

    def __init__(self, *, truth: Truth, behaviour: Behaviour, origin: str) -> None:
        self.truth = truth
        self.behaviour = behaviour
        self.origin = origin
        self.received: list[Mutation] = []

    @property
    def url(self) -> str:
        """The channel's address."""
        return self.origin + ROOT

    @property
    def mutations(self) -> tuple[Mutation, ...]:
        """Every request so far that was not a mere reading."""
        return tuple(self.received)

    def address(self, permalink: str) -> str:
        """Return the absolute address of a path in the truth."""
        return self.origin + permalink


@contextmanager
def serve(
    *,
    seed: int = DEFAULT_SEED,
    posts: int = DEFAULT_POSTS,
    behaviour: Behaviour | None = None,
    now: datetime = DEFAULT_NOW,
    port: int = 0,
) -> Iterator[SampleChannel]:
    """Serve a sample channel on 127.0.0.1 for as long as the context lasts.

    Args:
        seed: What the content is composed from.
        posts: Number of posts.
        behaviour: What the server does to its visitors; None for a platform in a good mood.
        now: The instant (UTC) that relative times are relative to; it does not move.
        port: 0 for any free one.

    Yields:
        The running channel.

    Raises:
        ValueError: The behaviour cannot be acted out with so few posts.
        OSError: The port is taken.
        Exception: Whatever went wrong inside the server while it ran, when the context ends without another fault.
    """
    behaviour = behaviour or Behaviour()
    truth = compose(seed=seed, posts=0 if behaviour.empty else posts, now=now, overclaim=behaviour.overclaim)
    with _Server(truth, behaviour, port) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        listening.start()
        try:
            yield server.channel
        finally:
            server.hang_up()
            listening.join()
    if server.faults:
        raise server.faults[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() waits for every one of them

    def __init__(self, truth: Truth, behaviour: Behaviour, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.channel = SampleChannel(truth=truth, behaviour=behaviour, origin=f"http://127.0.0.1:{self.server_port}")
        self.closing = threading.Event()
        self.faults: list[BaseException] = []
        self.posts = {post.id: post for post in truth.posts}
        self.comments = {comment.id: comment for post in truth.posts for comment in post.discussion()}
        self.pictures = {picture.path: picture for post in truth.posts for picture in post.pictures}
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._connections_lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong for whoever started the server; called inside the except block."""
        import sys

        fault = sys.exception()
        if fault is not None and not isinstance(fault, ConnectionError):  # a visitor who leaves is no fault
            self.faults.append(fault)

    def hang_up(self) -> None:
        """Stop listening, and wake every thread that waits for a visitor or makes one wait."""
        self.shutdown()
        self.closing.set()
        with self._connections_lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # noqa: PERF203 - the visitor was quicker
                    continue


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - the name is the standard library's
        self._send(self._answer())

    do_HEAD = do_GET

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.channel.received.append(Mutation(method=self.command, path=self.path, body=body))
        self._send(_Answer(status=HTTPStatus.NO_CONTENT, type="text/plain", body=b""))

    do_PUT = do_DELETE = do_PATCH = do_POST

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: an access log is of no use to anyone here."""

    def _answer(self) -> _Answer:
        address = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        match address.path.strip("/").split("/"):
            case ["api", *rest]:
                return self._api(rest, query)
            case ["site", name] if name in _SITE_FILES:
                return _found(name.rpartition(".")[2], (files(__package__) / "site" / name).read_bytes())
            case ["bild", name]:
                return self._picture(f"/bild/{name}", small="liten" in query)
            case ["login"]:
                return self._page("login")
            case _ if self.server.channel.behaviour.login_wall:
                return _Answer(status=HTTPStatus.FOUND, type="text/plain", body=b"", location="/login?nasta=" + ROOT)
            case ["exempelkommun"]:
                return self._page("channel")
            case ["exempelkommun", "inlagg", id_] if id_ in self.server.posts:
                return self._page("post")
            case _:
                return self._page("missing", HTTPStatus.NOT_FOUND)

    def _page(self, name: str, status: HTTPStatus = HTTPStatus.OK) -> _Answer:
        channel = self.server.channel
        return _Answer(
            status=status, type="text/html; charset=utf-8", body=answers.page(name, channel.truth, channel.behaviour)
        )

    def _picture(self, path: str, *, small: bool) -> _Answer:
        picture = self.server.pictures.get(path)
        if picture is None:
            return self._page("missing", HTTPStatus.NOT_FOUND)
        return _found(path.rpartition(".")[2], render(picture, small=small))

    def _api(self, path: list[str], query: Mapping[str, str]) -> _Answer:
        """Answer after the latency; a stalled feed does not answer at all until the server closes."""
        server, truth, behaviour = self.server, self.server.channel.truth, self.server.channel.behaviour
        start = int(query.get("fran", "0"))
        server.closing.wait(behaviour.latency)
        match path:
            case ["inlagg"]:
                if behaviour.stall and start >= len(truth.posts) / 2:
                    server.closing.wait()
                return _json(answers.feed(truth, behaviour, start))
            case ["inlagg", id_] if id_ in server.posts:
                return _json(answers.post_json(server.posts[id_], truth))
            case ["inlagg", id_, "kommentarer"] if id_ in server.posts:
                return _json(answers.discussion(server.posts[id_], truth, query.get("ordning", "relevanta"), start))
            case ["kommentar", id_, "svar"] if id_ in server.comments:
                return _json(answers.thread(server.comments[id_], truth, start))
            case _:
                return self._page("missing", HTTPStatus.NOT_FOUND)

    def _send(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header(
            "Cache-Control", "no-store" if answer.type.startswith(("text/html", "application")) else "max-age=60"
        )
        if answer.location is not None:
            self.send_header("Location", answer.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _found(extension: str, body: bytes) -> _Answer:
    return _Answer(status=HTTPStatus.OK, type=_TYPES[extension], body=body)


def _json(answer: answers.Json) -> _Answer:
    return _Answer(status=HTTPStatus.OK, type="application/json", body=answers.to_bytes(answer))
