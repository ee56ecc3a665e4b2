"""NodeBB, somebody else's forum, run for real: its own processes, its own database, filled through its own sockets.

It keeps at most 40 posts in the document, loads by scrolling alone, and rewrites the address as one scrolls. It is
installed by `scripts/node-tools`; its database is Redis, from Debian's `redis-tools`.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import playwright

NODE = Path(playwright.__file__).parent / "driver" / "node"  # the Node.js that Playwright brings along
MODULES = Path(__file__).resolve().parents[2] / ".venv" / "node-tools" / "node_modules"
# Debian keeps the server's binary in `redis-tools` under this name; the package `redis-server` would start a service.
REDIS = Path("/usr/bin/redis-check-rdb")
ADMIN = {"username": "admin", "password": "prov-losen-1"}
STARTING_S = 300
# They fetch pictures from their maker's site when first started, and end the process where they cannot.
WITHOUT = ("nodebb-plugin-emoji-one", "nodebb-plugin-emoji-extended")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer in a topic; `to` is the place, from 0, of the answer it answers, None for the topic itself."""

    author: str
    text: str
    to: int | None = None


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic as it shall be published: its first post and the answers, oldest first."""

    title: str
    author: str
    text: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A topic as it was published: its address, and that of each post in it, the first one first."""

    url: str
    posts: tuple[str, ...]


def missing() -> str | None:
    """Return what is not installed of what NodeBB needs, None if all is there."""
    if not (MODULES / "nodebb").is_dir():
        return f"NodeBB in {MODULES} (scripts/node-tools puts it there)"
    if not REDIS.exists():
        return "Redis (Debian: redis-tools)"
    return None


@dataclass(frozen=True)
class Forum:
    """A running NodeBB."""

    address: str

    def publish(self, topics: Sequence[Topic]) -> list[Published]:
        """Create the authors and publish the topics, each in its author's name; call it once."""
        wanted = {
            "address": self.address,
            "module": str(MODULES / "socket.io-client"),
            "admin": ADMIN,
            "topics": [asdict(topic) for topic in topics],
        }
        done = subprocess.run(
            [NODE, Path(__file__).with_name("nodebb_seed.js")],
            input=json.dumps(wanted).encode(),
            capture_output=True,
            timeout=STARTING_S,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"NodeBB was not filled:\n{done.stderr.decode(errors='replace')}")
        return [
            Published(
                url=f"{self.address}/topic/{topic['slug']}",
                posts=tuple(f"{self.address}/post/{pid}" for pid in topic["pids"]),
            )
            for topic in json.loads(done.stdout)
        ]


@contextmanager
def serve(folder: Path) -> Iterator[Forum]:
    """Set up and run NodeBB, with everything it writes in `folder`, until the context ends."""
    home = folder / "nodebb"
    shutil.copytree(MODULES / "nodebb", home, symlinks=True, ignore=shutil.ignore_patterns("node_modules"))
    (home / "public" / "uploads" / "sounds").mkdir(parents=True)  # empty folders are not in the package
    (home / "node_modules").mkdir()
    for module in MODULES.iterdir():
        if module.name not in WITHOUT:
            (home / "node_modules" / module.name).symlink_to(module)
    database, own = _free_port(), _free_port()
    with _running(
        ["redis-server", "--port", str(database), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        folder / "redis.log",
        database,
        executable=REDIS,
    ):
        _set_up(home, database, own)
        with _running([NODE, "app.js"], folder / "nodebb.log", own, cwd=home):
            yield Forum(f"http://127.0.0.1:{own}")


def _set_up(home: Path, database: int, own: int) -> None:
    settings = {
        "url": f"http://127.0.0.1:{own}",
        "secret": "prov",
        "database": "redis",
        "redis:host": "127.0.0.1",
        "redis:port": str(database),
        "redis:database": "0",
        "port": str(own),
    }
    setup = {
        "admin:username": ADMIN["username"],
        "admin:password": ADMIN["password"],
        "admin:password:confirm": ADMIN["password"],
        "admin:email": "admin@example.org",
    }
    arguments = [text for name, value in settings.items() for text in (f"--{name}", value)]
    done = subprocess.run(
        [NODE, "app.js", *arguments, "--setup", json.dumps(setup)],
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=STARTING_S,
        check=False,
    )
    if "NodeBB Setup Completed" not in done.stdout:  # it ends with 0 also where it failed
        raise RuntimeError(f"NodeBB was not set up:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    path = home / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config |= {"bind_address": "127.0.0.1", "bcrypt_rounds": 4, "dep-check": False}
    path.write_text(json.dumps(config), encoding="utf-8")


@contextmanager
def _running(
    command: list[str | Path], log: Path, port: int, *, executable: Path | None = None, cwd: Path | None = None
) -> Iterator[None]:
    with log.open("wb") as sink:
        server = subprocess.Popen(
            command, executable=executable, cwd=cwd, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
        )
    try:
        _wait(server, port, log)
        yield
    finally:
        server.terminate()
        server.wait(timeout=300)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(STARTING_S * 10):
        if server.poll() is not None:
            raise RuntimeError(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-4000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{log.stem} never listened:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
