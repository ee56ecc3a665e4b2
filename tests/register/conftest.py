"""Databases of both kinds."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.sheets.transfer import import_from, read
from register.store.opening import Store, opened
from tests.register.databases import BOTH, migrated, url_of
from tests.register.municipality import written


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


@pytest.fixture(scope="session")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Callable[[datetime, Path], Path]:
    """Makes a database that was told of the small municipality at a moment: a copy of one that is made once."""
    made: dict[datetime, Path] = {}

    def copied(told: datetime, folder: Path) -> Path:
        if told not in made:
            first = tmp_path_factory.mktemp("municipality")
            with opened(first / "register.db") as store:
                plan = import_from(store, read(written(first / "in")), at=told, by="Anna Ek", why="prov", dry_run=False)
            assert plan.faults == ()
            made[told] = first / "register.db"
        return Path(shutil.copy(made[told], folder / "register.db"))

    return copied
