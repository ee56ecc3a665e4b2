"""The command line, run as a person runs it: in a process of its own, against channels of ours."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import embedded
from register.sheets.transfer import import_from, read
from register.store.opening import FILE_NAME, Store, opened
from tests.flows.half_years import SETTINGS, Letters, Municipality, long_ago, mail_server
from tests.register.municipality import SHEETS, written

PATIENCE = 900  # seconds; a machine that is busy with other things must not fail a test


@dataclass
class CommandLine:
    """Runs `kanalarkiv`, and can tell which processes a run left behind."""

    prefect_home: Path
    server: str | None = None  # the address of Prefect's server; None: each run starts one of its own
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        served = {} if self.server is None else {"PREFECT_API_URL": self.server}
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("kanalarkiv")), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "KANALARKIV_TEST_MARK": self.mark,
                "PREFECT_HOME": str(self.prefect_home),
                **served,
                **environment,
            },
        )

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, **environment)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        assert "Traceback" not in out + err, out + err
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def processes(self) -> dict[int, str]:
        """Return the living processes of this command line's runs: id and name."""
        found = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    state, name = (
                        (folder / "stat").read_text().rpartition(")")[2].split()[0],
                        (folder / "comm").read_text(),
                    )
                    if state != "Z":
                        found[int(folder.name)] = name.strip()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # it ended while we looked, or is not ours
        return found

    def settle(self) -> dict[int, str]:
        """Wait until no process of ours is left, and return those that stay."""
        deadline = time.monotonic() + 300
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return left


def municipality(folder: Path, database: Path, *, address: str, **sheets: str) -> Path:
    """Make the register of a small municipality whose channel `fb` is at `address`, and may be captured by itself.

    `sheets` are sheets that are otherwise than in `tests.register.municipality`.
    """
    own = {
        "kanaler": "kanal;namn;plattform;adress;förvaltning;status;läge;enhet;syfte;målgrupp;dagligt ansvarig;"
        "kontots e-post;gallring;informationsklass;gäller från\n"
        f"fb;Kommunens Facebooksida;exempelkanalen;{address};ks;aktiv;automatisk;Kommunikation;Att informera;Invånare;"
        "anna.ek;info@exempelkommun.se;bevaras;K1 R2 T1;2024-02-01\n",
        "beslut": SHEETS["beslut"] + "tillstånd;KS 2024/9;2024-01-20;Kommunstyrelsen;fb;;;;;2024-01-20\n",
        "uppdrag": SHEETS["uppdrag"] + "eva.sjö;fb;redaktör;cia.berg;2024-01-25;ja;2024-02-01;\n",
    }
    with opened(database) as store:
        said = read(written(folder, **{**own, **sheets}))
        march = datetime(2026, 3, 14, 11, tzinfo=UTC)
        assert import_from(store, said, at=march, by="Anna Ek", why="test", dry_run=False).faults == ()
    return database


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory):
    """One Prefect database for all: it is made anew in 15 s, which no test here is about."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def prefect_server(prefect_home):
    """One server of Prefect's for all that is not about starting one: that takes each run 12 s."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "PREFECT_HOME": str(prefect_home), "DO_NOT_TRACK": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}/api"
    try:
        deadline = time.monotonic() + PATIENCE
        while not _healthy(address):
            assert server.poll() is None, "Prefect's server ended"
            assert time.monotonic() < deadline, "Prefect's server never answered"
            time.sleep(0.2)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def command_line(prefect_home, prefect_server):
    yield from _lent(CommandLine(prefect_home=prefect_home, server=prefect_server))


@pytest.fixture
def command_line_alone(prefect_home):
    """The command line as a person meets it, with a server of its own."""
    yield from _lent(CommandLine(prefect_home=prefect_home))


def _lent(line):
    yield line
    for process in line.processes():
        os.kill(process, signal.SIGKILL)


@pytest.fixture
def letters(monkeypatch) -> Iterator[Letters]:
    with mail_server() as letters:
        monkeypatch.setenv("KANALARKIV_TEST_EPOST", letters.url)
        yield letters


@pytest.fixture
def there() -> Municipality:
    return Municipality(said=long_ago(datetime.now(UTC)))


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with opened(tmp_path / FILE_NAME) as store:
        yield store


@pytest.fixture
def flow_of(prefect_home, prefect_server, tmp_path, monkeypatch):
    """Runs a flow of ours as the service would, against the server that all tests share; returns what it returns."""
    embedded.prepare(prefect_home)
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - it has been told where to live

    settings = tmp_path / "kanalarkiv.toml"
    settings.write_text(SETTINGS.format(archive=tmp_path / "mottagning"), encoding="utf-8")
    monkeypatch.setenv("KANALARKIV_ARBETSMAPP", str(tmp_path))
    monkeypatch.setenv("KANALARKIV_INSTALLNINGAR", str(settings))

    def run(work):
        with temporary_settings({PREFECT_API_URL: prefect_server}):
            return asyncio.run(work())

    return run
