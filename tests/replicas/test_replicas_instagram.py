"""Instagram's replica: a grid that forgets its rows, a column of its own to scroll, and a spinner that never stops."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from capture.items import Cause, LossReason, StopReason, Walk
from register.errors import NoPostsError
from tests.replicas.conftest import Watching
from tests.replicas.instagram import busiest, path, pictures
from tests.replicas.judge import SMALL, assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


def test_every_card_of_the_grid_is_opened_and_its_column_read_to_the_end(
    walked_replica: Walked, watching: Watching
) -> None:
    walk, replica = walked_replica("instagram", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.claimed_posts == 5
    assert walk.unmatched_controls == ()
    visited = [step for step in watching.steps if step.cause is Cause.VISIT]
    assert len({step.post_key for step in visited}) == 5
    dismissed = [step.label for step in watching.steps if step.cause is Cause.DISMISS]
    assert dismissed == ["Neka valfria cookies", "Inte nu"]
    shown = [[(one.url, one.alt) for one in item.pictures] for item in walk.items if item.parent_key is None]
    truth = [[(replica.origin + address, alt) for address, alt in pictures(post)] for post in replica.truth.posts]
    assert shown == truth, "what the posts show, not what their cards do"


def test_a_column_that_goes_on_saying_that_it_loads_is_no_complete_post(walked_replica: Walked, evidence: Path) -> None:
    walk, replica = walked_replica("instagram", **SMALL, twist="snurrar", effect_seconds=1.0)
    assert_harmless(walk, replica)
    assert rows(walk) == replica.expected()
    stuck = replica.origin + path(replica, busiest(replica))
    assert losses(walk) == {stuck: (0, LossReason.NOT_OPENED)}, "it claims no number, and was not read to its end"
    (ledger,) = [one for one in walk.ledgers if one.post_key == stuck]
    assert ledger.evidence is not None
    with Image.open(evidence / ledger.evidence) as picture:
        assert picture.format == "PNG"


def test_as_an_unknown_site_it_shows_no_posts_and_says_so(walked_replica: Walked) -> None:
    with pytest.raises(NoPostsError, match="inga inlägg"):
        walked_replica("instagram", by_semantics=True, **SMALL)


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
