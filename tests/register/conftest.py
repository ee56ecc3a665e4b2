"""Databases of both kinds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.store.opening import Store, opened
from tests.register.databases import BOTH, migrated, url_of


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database is, of each kind in turn."""
    return url_of(request.param, request.config, tmp_path)


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of the newest schema, of each kind in turn."""
    with opened(migrated(request.param, request.config, tmp_path)) as store:
        yield store


@pytest.fixture
def light(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database of the lightest kind, for what does not depend on which."""
    with opened(migrated("sqlite", request.config, tmp_path)) as store:
        yield store


@pytest.fixture
def march() -> datetime:
    return datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
