"""The sample channel's server: loopback only, every request answered from the truth, every mutation remembered."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sample_channel.behaviour import Behaviour
from sample_channel.composition import ROOT, compose
from sample_channel.routes import Answer, Routes
from sample_channel.truth import Post, Truth

DEFAULT_SEED = 2
DEFAULT_POSTS = 60
DEFAULT_NOW = datetime(2026, 6, 30, 10, 0, tzinfo=UTC)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A request that would have changed something on a real platform: a like, a comment, a login."""

    method: str
    path: str
    body: bytes


class SampleChannel:
    """A running sample channel: where it is, what it really holds, and what visitors tried to change."""

    def __init__(
        self, *, truth: Truth, behaviour: Behaviour, origin: str, changed: Callable[[Truth, Behaviour], None]
    ) -> None:
        self.truth = truth
        self.behaviour = behaviour
        self.origin = origin
        self.mutations: list[Mutation] = []
        self._changed = changed

    def remove(self, permalink: str) -> None:
        """Remove a post, or a comment with what answers it, as whoever looks after a channel does.

        Raises:
            KeyError: nothing stands there.
        """
        self.truth = self.truth.without(permalink)
        self._changed(self.truth, self.behaviour)

    def behave(self, behaviour: Behaviour) -> None:
        """Do something else to visitors from now on."""
        self.behaviour = behaviour
        self._changed(self.truth, behaviour)

    @property
    def url(self) -> str:
        """The channel's address."""
        return self.origin + ROOT

    @property
    def feed(self) -> tuple[Post, ...]:
        """The posts that a visitor who scrolls to the end gets to see; fewer than all if the feed stalls."""
        return self.truth.posts[: self.behaviour.reach(len(self.truth.posts))]

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
    """Threads that can all be called home: whoever waits for a visitor, or makes one wait, is woken at the end."""

    daemon_threads = False  # so that server_close() waits for every one of them

    def __init__(self, truth: Truth, behaviour: Behaviour, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        origin = f"http://127.0.0.1:{self.server_port}"
        self.channel = SampleChannel(truth=truth, behaviour=behaviour, origin=origin, changed=self._changed)
        self.routes = Routes(truth, behaviour)
        self.closing = threading.Event()
        self.faults: list[BaseException] = []
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def _changed(self, truth: Truth, behaviour: Behaviour) -> None:
        self.routes = Routes(truth, behaviour)  # at once for whoever asks next

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_request_and_address: Any) -> None:
        """Keep what went wrong for whoever started the server; the base class calls this while it handles it."""
        fault = sys.exception()
        if fault is not None and not isinstance(fault, ConnectionError):  # a visitor who leaves is no fault
            self.faults.append(fault)

    def hang_up(self) -> None:
        """Stop listening and close every connection."""
        self.shutdown()
        self.closing.set()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # the visitor was quicker
                    connection.shutdown(socket.SHUT_RDWR)


class _Visit(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def do_GET(self) -> None:
        """Answer, after the latency if it is the API that is asked; perhaps not at all."""
        if self.path.startswith("/api/"):
            self.server.closing.wait(self.server.channel.behaviour.latency)
        answer = self.server.routes.answer(self.path)
        if answer is None:
            self.server.closing.wait()
            self.close_connection = True
        else:
            self._send(answer)

    def do_POST(self) -> None:
        """Remember the attempt, and change nothing."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.channel.mutations.append(Mutation(method=self.command, path=self.path, body=body))
        self._send(Answer(status=HTTPStatus.NO_CONTENT, type="text/plain", body=b""))

    do_HEAD = do_GET  # noqa: N815 - these names are the library's
    do_PUT = do_DELETE = do_PATCH = do_POST  # noqa: N815

    def log_message(self, *_words: Any) -> None:
        """Say nothing: an access log is of no use to anyone here."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "max-age=60" if answer.type.startswith("image/") else "no-store")
        if answer.location is not None:
            self.send_header("Location", answer.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
