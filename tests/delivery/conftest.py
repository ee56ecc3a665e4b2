"""A sealed package to deliver, and an archive's folder to deliver it to."""

import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.model import Package


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
