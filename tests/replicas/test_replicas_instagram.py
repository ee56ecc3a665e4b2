"""Instagram's replica: a grid that forgets its rows, a column of its own to scroll, and a spinner that never stops."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from capture.items import Cause, LossReason, StopReason, Walk
from tests.replicas.conftest import Watching
from tests.replicas.judge import assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


def test_every_card_of_the_grid_is_opened_and_its_column_read_to_the_end(
    walked_replica: Walked, watching: Watching
) -> None:
    walk, replica = walked_replica("instagram")
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.claimed_posts == 6
    assert walk.unmatched_controls == ()
    visited = [step for step in watching.steps if step.cause is Cause.VISIT]
    assert len({step.post_key for step in visited}) == 6
    dismissed = [step.label for step in watching.steps if step.cause is Cause.DISMISS]
    assert dismissed == ["Neka valfria cookies", "Inte nu"]
    pictures = {item.key: [one.alt for one in item.pictures] for item in walk.items if item.parent_key is None}
    truth = [[one.alt for one in post.pictures] for post in replica.truth.posts]
    assert list(pictures.values()) == truth


def test_a_column_that_goes_on_saying_that_it_loads_is_no_complete_post(walked_replica: Walked, evidence: Path) -> None:
    walk, replica = walked_replica("instagram", twist="snurrar", effect_seconds=1.0)
    assert_harmless(walk, replica)
    assert rows(walk) == replica.expected()
    stuck = replica.expected()[0][0]
    assert losses(walk) == {stuck: (0, LossReason.NOT_OPENED)}, "it claims no number, and was not read to its end"
    ledger = walk.ledgers[0]
    assert ledger.evidence is not None
    with Image.open(evidence / ledger.evidence) as picture:
        assert picture.format == "PNG"


def test_as_an_unknown_site_it_is_never_called_complete_without_being_so(walked_replica: Walked) -> None:
    walk, replica = walked_replica("instagram", by_semantics=True)
    assert walk.by_semantics
    assert replica.mutations == []


@pytest.mark.parametrize(
    "address", ["https://www.instagram.com/exempelkommun/", "https://instagram.com/p/C7_x-1/?igsh=abc"]
)
def test_the_platforms_own_addresses_are_known(address: str, fitting: Callable[[str], str]) -> None:
    assert fitting(address) == "instagram"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/exempelkommun/p/C7_x-1/", "/p/C7_x-1/"),
        ("/exempelkommun/reel/C7_x-1/", "/reel/C7_x-1/"),
        ("/p/C7_x-1/c/1790000/", "/p/C7_x-1/c/1790000/"),
        ("/p/C7_x-1/c/1790000/r/1790001/", "/p/C7_x-1/c/1790000/r/1790001/"),
        ("/p/C7_x-1/liked_by/", "/p/C7_x-1/"),
        ("/exempelkommun/", None),
        ("/exempelkommun/reels/", None),
        ("/explore/tags/snö/", None),
    ],
)
def test_permalinks_are_told_from_other_links(
    address: str, key: str | None, key_of: Callable[[str, str], str | None]
) -> None:
    assert key_of("instagram", address) == key
