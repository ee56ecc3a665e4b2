"""Isso, somebody else's comment server, run for real: its own process, its own database, its own script in the page."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SETTINGS = """
[general]
dbpath = {folder}/comments.db
host = {origin}
notify = stdout
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
[hash]
algorithm = none
salt = prov
"""


def free_port() -> int:
    """Return a port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Isso:
    """A running Isso."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, thread: str, comment: Mapping[str, str | int | None]) -> int:
        """Publish a comment on the page whose path is `thread`, through Isso's own API; return its id."""
        request = urllib.request.Request(
            f"{self.address}/new?uri={thread}",
            data=json.dumps(comment).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(json.load(answer)["id"])


@contextmanager
def serve(folder: Path, *, origin: str) -> Iterator[Isso]:
    """Run Isso for a page at `origin` until the context ends; its database is in `folder`."""
    port = free_port()
    settings = folder / "isso.cfg"
    settings.write_text(_SETTINGS.format(folder=folder, origin=origin, port=port), encoding="utf-8")
    log = folder / "isso.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [sys.executable, "-c", "import isso; isso.main()", "-c", settings], stdout=sink, stderr=sink
        )
    try:
        _wait(server, port, log)
        yield Isso(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=300)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"Isso did not start:\n{log.read_text(errors='replace')}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"Isso never listened:\n{log.read_text(errors='replace')}")
