"""A small real channel that shows media of every kind, and a server that hands them out, or does not."""

import io
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from capture.programs import ffmpeg

BEGAN = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
SVG = (
    b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><svg xmlns="http://www.w3.org/2000/svg" width="200" height="200">'
    b'<script>document.title="fel"</script><rect width="90" height="90" fill="#c00"/></svg>\n'
)
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nHej å\n".encode()


@dataclass
class Clock:
    """A clock that moves one millisecond each time it is read."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True)
class Answer:
    """What a path is answered with; `write` sends the body where that is not simply `body`, declaring no length."""

    body: bytes = b""
    kind: str = "application/octet-stream"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: str | None = None
    length: int | None = None
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]


class Site:
    """What is answered, and everything that was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.over = threading.Event()

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)


@contextmanager
def serving() -> Iterator[Site]:
    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(Asked(self.path, dict(self.headers)))
            answer = site.answers.get(self.path, Answer(b"inget", status=404))
            if answer.cookie is not None and answer.cookie not in (self.headers.get("Cookie") or ""):
                answer = Answer(b"<!doctype html>Logga in", "text/html", 403)
            body, status, more = answer.body, answer.status, dict(answer.headers)
            wanted = self.headers.get("Range")
            if wanted and status == 200 and answer.write is None:
                first, last = wanted.removeprefix("bytes=").split("-")
                end = min(int(last) + 1, len(body)) if last else len(body)
                more["Content-Range"] = f"bytes {first}-{end - 1}/{len(body)}"
                body, status = body[int(first) : end], 206
            self.send_response(status)
            self.send_header("Content-Type", answer.kind)
            if answer.write is None:
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(answer.length or len(body)))
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked had enough
                answer.write(self) if answer.write else self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        site = Site(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            site.over.set()
            server.shutdown()
            thread.join()


def picture(form: str, seed: int, size: tuple[int, int] = (300, 200)) -> bytes:
    noise = Image.effect_noise((60, 40), 20 + seed).resize(size).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, form)
    return buffer.getvalue()


def film(folder: Path, name: str, *how: str) -> bytes:
    """Return a second of film or sound that ffmpeg makes."""
    path = folder / name
    source = ("-f", "lavfi", "-i", "testsrc=duration=1:size=128x96:rate=10")
    sound = ("-f", "lavfi", "-i", "sine=duration=1")
    subprocess.run([ffmpeg.find(), "-v", "error", *source, *sound, *how, path], check=True)
    return path.read_bytes()


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
