"""Databases of both kinds."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.store.opening import Store, opened
from tests.register.databases import BOTH, url_of


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database is, of each kind in turn."""
    return url_of(request.param, request.config, tmp_path)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with opened(address) as store:
        yield store


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the lightest kind, made once."""
    path = tmp_path_factory.mktemp("migrated") / "register.db"
    with opened(path):
        pass
    return path


@pytest.fixture
def light(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    """A database of the lightest kind, for what does not depend on which."""
    with opened(shutil.copy(migrated, tmp_path / "light.db")) as store:
        yield store


@pytest.fixture
def march() -> datetime:
    return datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
