"""Prefect's server as a process of ours, on loopback, in the workspace's folder; or the one that is named.

An ephemeral server, as the commands use, cannot schedule. Nothing here imports Prefect, which reads its settings when
it is imported: the address has to be known by then.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from register.errors import BadInputError, KanalarkivError
from register.language import Text

PORT = 4200
_ADDRESS = "PREFECT_API_URL"
_STARTED_WITHIN = 300  # seconds; a first start migrates a database, and the machine may be busy
_ENDED_WITHIN = 30
_GLANCE = 0.2


class ServerLostError(KanalarkivError):
    """Prefect's server did not start, or ended."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """Where Prefect's server answers; `process` is ours, None where it is somebody else's."""

    url: str
    process: "subprocess.Popen[bytes] | None"
    log: Path

    @property
    def page(self) -> str:
        """The page for people."""
        return self.url.removesuffix("/api")

    def check(self) -> None:
        """See that our server is still there.

        Raises:
            ServerLostError: it has ended.
        """
        if self.process is not None and self.process.poll() is not None:
            raise _lost(self.log)


@contextmanager
def running(home: Path, port: int) -> Iterator[Api]:
    """Have a server for as long as the block lasts: the one that PREFECT_API_URL names, else one in `home`.

    Args:
        home: Prefect's folder; see `flows.embedded.prepare`.
        port: On loopback; 0 for any that is free.

    Raises:
        BadInputError: the port is taken.
        ServerLostError: it did not start, or the one that is named does not answer.
    """
    log = home / "server.log"
    if named := os.environ.get(_ADDRESS):
        api = Api(url=named, process=None, log=log)
        _wait_until_it_answers(api)
        yield api
        return
    free = _free(port)
    with log.open("ab") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1"],
            env={**os.environ, "PREFECT_SERVER_API_PORT": str(free), "PREFECT_SERVER_API_HOST": "127.0.0.1"},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,  # Ctrl-C is meant for us: it ends after the runs that report to it
        )
    try:
        api = Api(url=f"http://127.0.0.1:{free}/api", process=process, log=log)
        _wait_until_it_answers(api)
        os.environ[_ADDRESS] = api.url
        yield api
    finally:
        os.environ.pop(_ADDRESS, None)
        _end(process)


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BadInputError(
                happened=Text(
                    f"Porten {port} är upptagen: kanske körs kanalarkiv serve redan, eller en annan Prefect.",
                    f"The port {port} is taken: perhaps kanalarkiv serve runs already, or another Prefect.",
                ),
                safe=Text("Inget har startats.", "Nothing was started."),
                next_step=Text(
                    "Ange en annan med --port, eller den servern med PREFECT_API_URL.",
                    "Give another with --port, or that server with PREFECT_API_URL.",
                ),
            ) from error
        return int(probe.getsockname()[1])


def _wait_until_it_answers(api: Api) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while not _answers(api.url):
        api.check()
        if time.monotonic() > deadline:
            raise _lost(api.log)
        time.sleep(_GLANCE)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310 - the address is the operator's
            return bool(answer.status == 200)
    except OSError:
        return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the server and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _lost(log: Path) -> ServerLostError:
    return ServerLostError(
        happened=Text("Prefects server svarar inte.", "Prefect's server does not answer."),
        safe=Text(
            "Det som är insamlat ligger kvar; avbrutna körningar fortsätter när tjänsten startas igen.",
            "What was captured is kept; runs that were cut off go on when the service is started again.",
        ),
        next_step=Text(
            f"Se {log} (eller PREFECT_API_URL), och starta igen.", f"See {log} (or PREFECT_API_URL), and start again."
        ),
    )
