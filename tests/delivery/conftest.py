"""A sealed package to deliver, and archives to deliver it to: a folder, a bucket and an SFTP server, the real ones."""

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.model import Package
from tests.delivery.peers import S3Server, SftpServer, Wire


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 22, 13, 0, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "e-arkiv"
    folder.mkdir()
    return folder


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[..., Package]:
    """Return a function that makes a package of a size; a delivery does not look inside."""

    def make(*, size: int = 100_000, seed: int = 1) -> Package:
        content = random.Random(seed).randbytes(size)
        folder = tmp_path / f"work-{seed}"
        folder.mkdir()
        path = folder / "kanal-2026.zip"
        path.write_bytes(content)
        return Package(object_id="kanal-2026", path=path, size=size, sha256=hashlib.sha256(content).hexdigest())

    return make


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3") / "weed")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def bucket(s3_server: S3Server) -> str:
    """Return one bucket for all tests without Object Lock: each has volumes of its own, which are slow to make."""
    return s3_server.bucket("arkiv")


@pytest.fixture
def prefix() -> str:
    """Return where in the bucket this test delivers to."""
    return f"{uuid.uuid4().hex}/"


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    server = SftpServer(tmp_path_factory.mktemp("sftp") / "sshd")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def wire() -> Iterator[Callable[[int], Wire]]:
    """Return a function that lays a wire to a port."""
    laid: list[Wire] = []

    def lay(port: int) -> Wire:
        laid.append(Wire(port))
        laid[-1].start()
        return laid[-1]

    yield lay
    for each in laid:
        each.stop()
