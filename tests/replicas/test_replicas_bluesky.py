"""Bluesky: a window of rows, hidden replies behind a button, and a post that is deleted while the walk goes on."""

import re
from collections.abc import Callable

import pytest

from capture.items import LossReason, StopReason, Walk
from capture.walk import load_profiles
from register.errors import NoPostsError
from tests.replicas.judge import assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica


@pytest.mark.parametrize(
    ("address", "is_bluesky"),
    [
        ("https://bsky.app/profile/exempelkommun.se", True),
        ("https://bsky.app/profile/did:plc:abc234/post/3l7xexempel2k", True),
        ("https://bsky.app.example/profile/exempelkommun.se", False),
        ("https://notbsky.app/profile/exempelkommun.se", False),
    ],
)
def test_the_addresses_of_bluesky_are_known(address: str, is_bluesky: bool) -> None:
    (profile,) = (one for one in load_profiles() if one.name == "bluesky")
    assert any(re.search(form, address) for form in profile.url) is is_bluesky


def test_every_reply_is_captured_through_a_window_of_rows(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("bluesky", posts=4, seed=3)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.claimed_posts == 4
    assert walk.unmatched_controls == ()
    assert all(item.published is None and item.published_shown for item in walk.items)
    pressed = {name for step in watching.steps for name in re.sub(r" \(\d+\)", "", step.label).split(", ")}
    assert {"Visa mer", "Visa fler svar"} <= pressed


def test_a_post_that_is_deleted_meanwhile_is_kept_as_it_was_seen(
    walked_replica: Callable[..., tuple[Walk, Replica]],
) -> None:
    walk, replica = walked_replica("bluesky", twist="raderat", posts=3, seed=3)
    assert rows(walk) == replica.expected()
    gone = replica.truth.posts[1]
    key = f"{replica.url}/post/3l{gone.id}"
    assert losses(walk) == {key: (len(gone.comments), LossReason.DELETED)}
    (ledger,) = (one for one in walk.ledgers if one.post_key == key)
    assert (ledger.claimed, ledger.captured) == (len(gone.comments), 0)
    assert ledger.evidence is not None
    assert_harmless(walk, replica)


def test_as_an_unknown_site_bluesky_shows_no_post_and_that_is_no_result(
    walked_replica: Callable[..., tuple[Walk, Replica]],
) -> None:
    with pytest.raises(NoPostsError, match="visar inga inlägg"):
        walked_replica("bluesky", by_semantics=True, posts=3, seed=3)
