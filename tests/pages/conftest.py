"""One visit for all tests here, and the volumes built of it."""

import asyncio

import pytest

from capture.pages import Volume, build
from tests.pages import one_visit
from tests.pages.one_visit import Visit
from tests.pages.small_feed import COVER, NOW


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    return asyncio.run(one_visit.visit(tmp_path_factory.mktemp("visit")))


@pytest.fixture(scope="session")
def volume(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    (made,) = build(visit.feed, COVER, tmp_path_factory.mktemp("volume"), created=NOW)
    return made


@pytest.fixture(scope="session")
def hostile_volume(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> Volume:
    (made,) = build(visit.hostile, COVER, tmp_path_factory.mktemp("hostile"), created=NOW)
    return made
