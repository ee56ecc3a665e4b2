"""A forum: forty posts alive, an address rewritten, loads that want a jiggle, and a topic that ends too soon."""

import re
from collections.abc import Callable

import pytest

from capture.items import ItemKind, LossReason, StopReason, Walk
from capture.walk import load_profiles
from tests.replicas.judge import assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/topic/7/badhuset/23", "/topic/7/badhuset"),
        ("/post/1204", "/post/1204"),
        ("/topic/7/badhuset?page=2", "/topic/7/badhuset"),
        ("/t/badhuset/7/23?u=anna", "/t/badhuset/7/23"),
        ("/d/7-badhuset/23", "/d/7-badhuset/23"),
        ("/category/4/kommunen", None),
        ("/user/anna", None),
    ],
)
def test_the_permalinks_of_forums_are_known(address: str, key: str | None) -> None:
    (profile,) = (one for one in load_profiles() if one.name == "forum")
    found = [match[0] for form in profile.keys if (match := re.search(form, address))]
    assert found == ([] if key is None else [key])


def test_every_post_of_every_topic_is_captured_though_forty_are_alive(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("forum", posts=4, seed=3)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert sum(item.kind is ItemKind.REPLY for item in walk.items) > 20
    longest = max(walk.ledgers, key=lambda one: one.captured)
    assert longest.captured == 89, "more than twice as many as are ever in the page"
    assert {ledger.duplicates for ledger in walk.ledgers} == {0}, "answers that a topic shows again were left alone"
    assert not any("Replies" in step.label for step in watching.steps)


def test_posts_that_came_late_and_went_from_the_page_again_are_gone_back_to(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("forum", posts=3, seed=3, latency=0.4)
    assert_whole(walk, replica)
    shown = {key for step in watching.steps for key in step.in_view}
    assert {item.key for item in walk.items} <= shown


def test_a_topic_that_ends_before_its_own_number_is_incomplete_and_no_other(
    walked_replica: Callable[..., tuple[Walk, Replica]], evidence
) -> None:
    walk, replica = walked_replica("forum", twist="slutar", posts=3, seed=3)
    assert rows(walk) == replica.expected()
    key = walk.items[0].key
    assert losses(walk) == {key: (141, LossReason.NOT_SHOWN)}
    (ledger,) = (one for one in walk.ledgers if one.post_key == key)
    assert (ledger.claimed, ledger.captured) == (260, 119)
    assert (evidence / ledger.evidence).stat().st_size > 10_000
    assert_harmless(walk, replica)
