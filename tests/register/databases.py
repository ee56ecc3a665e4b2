"""A real PostgreSQL of the tests' own, and databases to try: one server a session, one database a test."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from register.store.opening import open_store

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
_KEY: pytest.StashKey["Server"] = pytest.StashKey()
_MADE: pytest.StashKey[dict[str, str]] = pytest.StashKey()


@dataclass
class Server:
    """A running PostgreSQL, reached by a socket in a folder of its own: it listens on no port."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    made: list[str] = field(default_factory=list)

    def url(self, *, like: str | None = None) -> str:
        """Return the address of a new database: empty, or a copy of the one at the address `like`."""
        name, template = f"test{len(self.made)}", urlsplit(like).path.strip("/") if like else "template0"
        with psycopg.connect(self._of("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return f"postgresql://kanalarkiv@/{name}?host={self.folder}"

    def _of(self, name: str) -> str:
        return f"postgresql://kanalarkiv@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End it, and leave nothing of it."""
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.folder)


def server(config: pytest.Config) -> Server:
    """Return the session's PostgreSQL, started when first asked for; skip where none is installed."""
    if _KEY not in config.stash:
        if not _FOUND:
            pytest.skip("PostgreSQL is not installed here (Debian: postgresql)")
        config.stash[_KEY] = _start(_FOUND[-1].parent)
        config.add_cleanup(config.stash[_KEY].stop)
    return config.stash[_KEY]


def _start(programs: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="ka-pg-"))  # a socket's path may not be longer than 107 characters
    user = None
    if os.geteuid() == 0:  # it refuses to run as root
        user = 65534
        os.chown(folder, user, -1)
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "kanalarkiv", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True,
        check=False,
        user=user,
        cwd=folder,
    )
    assert made.returncode == 0, made.stderr.decode()
    command = ["setpriv", "--pdeathsig", "INT", "--", programs / "postgres", "-D", data, "-k", folder]
    command += ["-c", "listen_addresses=", "-c", "fsync=off"]  # and it ends with the tests also when they are killed
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=folder, start_new_session=True)
    _wait_until_it_answers(folder, process, programs)
    return Server(folder=folder, process=process)


def _wait_until_it_answers(folder: Path, process: "subprocess.Popen[bytes]", programs: Path) -> None:
    asked = [programs / "pg_isready", "-q", "-h", folder, "-t", "5"]
    for _ in range(2000):
        if subprocess.run(asked, check=False).returncode == 0:
            return
        assert process.poll() is None, (folder / "log").read_text()
    raise AssertionError((folder / "log").read_text())


def url_of(kind: str, config: pytest.Config, folder: Path) -> str:
    """Return where a new database of a kind is: `sqlite` in `folder`, or `postgresql` in the session's server."""
    return server(config).url() if kind == "postgresql" else f"sqlite:///{folder / 'register.db'}"


def migrated(kind: str, config: pytest.Config, folder: Path) -> str:
    """Return where a new database of the newest schema is: a copy of one that is made once a session."""
    made = config.stash.setdefault(_MADE, {})
    if kind == "postgresql":
        if kind not in made:
            made[kind] = server(config).url()
            open_store(made[kind]).close()
        return server(config).url(like=made[kind])
    if kind not in made:
        (folder / "first").mkdir()
        made[kind] = str(folder / "first" / "register.db")
        open_store(Path(made[kind])).close()
    shutil.copy(made[kind], folder / "register.db")
    return f"sqlite:///{folder / 'register.db'}"


BOTH = ("sqlite", "postgresql")
