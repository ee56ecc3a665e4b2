"""Mastodon: posts that become shells, warnings, a button for more posts, and servers that do not tell all."""

import re
from collections.abc import Callable

import pytest

from capture.items import LossReason, StopReason, Walk
from capture.walk import load_profiles
from tests.replicas.judge import assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica


@pytest.mark.parametrize(
    ("address", "is_mastodon"),
    [
        ("https://social.example/@exempelkommun", True),
        ("https://social.example/@exempelkommun@annan.example/", True),
        ("https://social.example/@exempelkommun/113000000000000001", True),
        ("https://social.example/@exempelkommun/with_replies", True),
        ("https://www.youtube.com/@exempelkommun", False),
        ("https://www.tiktok.com/@exempelkommun", False),
        ("https://www.threads.net/@exempelkommun", False),
        ("https://medium.com/@exempelkommun", False),
        ("https://social.example/exempelkommun", False),
    ],
)
def test_the_addresses_of_mastodon_are_known(address: str, is_mastodon: bool) -> None:
    (profile,) = (one for one in load_profiles() if one.name == "mastodon")
    assert any(re.search(form, address) for form in profile.url) is is_mastodon


def test_every_reply_is_captured_though_far_posts_are_empty_shells(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("mastodon", posts=3, seed=3)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.claimed_posts == 3
    pressed = {name for step in watching.steps for name in re.sub(r" \(\d+\)", "", step.label).split(", ")}
    assert {"Visa mer", "Ladda fler", "Läs mer"} <= pressed
    assert any("Läs mer" in remark.sv for remark in walk.remarks), "it led to another page, and the walk came back"


def test_replies_that_other_servers_keep_are_missed_and_said_to_be_held_back(
    walked_replica: Callable[..., tuple[Walk, Replica]],
) -> None:
    walk, replica = walked_replica("mastodon", twist="fjarr", posts=3, seed=3)
    assert rows(walk) == replica.expected()
    (over,) = (post for post in replica.truth.posts if post.claimed > post.reachable)
    key = f"{replica.url}/{over.id}"
    assert losses(walk) == {key: (over.claimed - over.reachable, LossReason.HIDDEN_BY_PLATFORM)}
    (ledger,) = (one for one in walk.ledgers if one.post_key == key)
    assert ledger.hidden == over.claimed - over.reachable
    assert ledger.evidence is not None
    assert_harmless(walk, replica)


def test_mastodon_is_known_by_its_page_wherever_it_is_served(
    walked_replica: Callable[..., tuple[Walk, Replica]],
) -> None:
    walk, replica = walked_replica("mastodon", by_semantics=True, posts=3, seed=2)
    assert_whole(walk, replica)
