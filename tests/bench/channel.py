"""The channel that the walk is timed on: a process of its own, so that what it costs is not counted as the walk's."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.bench.pictures import picture
from tests.bench.shape import BATCH, Shape

HERE = Path(__file__).parent
Answer = tuple[str, bytes]
NOTHING: Answer = ("text/plain", b"")


@contextmanager
def serve(shape: Shape) -> Iterator[str]:
    """Run the channel in a process of its own until the context ends; gives its origin."""
    command = [sys.executable, "-m", __name__, json.dumps(asdict(shape))]
    root = HERE.parents[1]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def _answer(shape: Shape, path: str, asked: dict[str, str]) -> Answer:
    """Return the kind and the bytes that the channel answers a path with; all but its script after a while."""
    if path in ("/feed.js", "/states.js"):
        return "text/javascript", (HERE / path[1:]).read_bytes()
    time.sleep(shape.delay)
    if path == "/" or path.startswith("/inlagg/p"):
        return _page(shape, path.removeprefix("/inlagg/p") if path != "/" else None)
    if path == "/" or path.startswith("/inlagg/p"):
        return _page(shape, path.removeprefix("/inlagg/p") if path != "/" else None)
    if path.startswith("/bild/"):
        return "image/jpeg", picture(path)
    items = _items(shape, path, asked)
    return NOTHING if items is None else ("application/json", json.dumps({"items": items}).encode())


def _items(shape: Shape, path: str, asked: dict[str, str]) -> list[dict[str, object]] | None:
    if path == "/flode":
        first = int(asked["efter"]) + 1
        return [shape.post(place) for place in range(first, min(first + BATCH, shape.posts + 1))]
    if path == "/inlagg.json":
        return [shape.post(int(asked["id"]))]
    if path == "/kommentarer":
        after = int(asked.get("efter", 0))
        return shape.answers(asked["till"])[after : after + BATCH]
    return None


def _page(shape: Shape, only: str | None) -> Answer:
    order = {"posts": 1 if only else shape.posts, "alive": shape.alive, "only": only}
    name = "filmed.html" if shape.filmed else "feed.html"
    page = (HERE / name).read_text(encoding="utf-8").replace("ORDER", json.dumps(order))
    return "text/html; charset=utf-8", page.encode()


def _visit(shape: Shape) -> type[BaseHTTPRequestHandler]:
    class Visit(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            kind, body = _answer(shape, url.path, {name: values[0] for name, values in parse_qs(url.query).items()})
            self.send_response(404 if (kind, body) == NOTHING else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Visit


def main() -> None:
    """Serve until standard input ends, which it does with whoever started this."""
    given = json.loads(sys.argv[1])
    shape = Shape(**(given | {"levels": tuple(given["levels"])}))
    with ThreadingHTTPServer(("127.0.0.1", 0), _visit(shape)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
