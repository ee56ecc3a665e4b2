"""X: a dozen cells alive, replies by scroll and behind two buttons, and a filter that nobody can see past."""

import re
from collections.abc import Callable

import pytest

from capture.items import Cause, LossReason, StopReason, Walk
from capture.walk import load_profiles
from tests.replicas.judge import assert_harmless, assert_nothing_passed_over, assert_whole, losses, rows
from tests.replicas.replica import Replica


@pytest.mark.parametrize(
    ("address", "is_x"),
    [
        ("https://x.com/exempelkommun", True),
        ("https://twitter.com/exempelkommun/with_replies", True),
        ("https://mobile.twitter.com/exempelkommun", True),
        ("https://netflix.com/exempelkommun", False),
        ("https://x.com.example/exempelkommun", False),
    ],
)
def test_the_addresses_of_x_are_known(address: str, is_x: bool) -> None:
    (profile,) = (one for one in load_profiles() if one.name == "x")
    assert any(re.search(form, address) for form in profile.url) is is_x


def test_every_reply_is_captured_though_a_dozen_cells_exist_at_a_time(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("x", posts=4, seed=3)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED, "a timeline says nothing at its end"
    assert walk.claimed_posts == 4
    assert None in replica.claims().values(), "a post without a reply says nothing of replies"
    assert walk.unmatched_controls == ()
    pressed = {name for step in watching.steps for name in re.sub(r" \(\d+\)", "", step.label).split(", ")}
    assert {"Neka icke-nödvändiga cookies", "Visa mer", "Visa fler svar", "Visa sannolik skräppost"} <= pressed
    visited = {step.url for step in watching.steps if step.cause is Cause.VISIT}
    assert visited == {key for key, claim in replica.claims().items() if claim is not None}


def test_what_x_filters_away_is_missed_and_said(walked_replica: Callable[..., tuple[Walk, Replica]], evidence) -> None:
    walk, replica = walked_replica("x", twist="filtrerat", posts=3, seed=3)
    assert rows(walk) == replica.expected()
    (over,) = (post for post in replica.truth.posts if post.claimed > post.reachable)
    key = f"{replica.url}/status/{over.id}"
    assert losses(walk) == {key: (over.claimed - over.reachable, LossReason.NOT_SHOWN)}
    (ledger,) = (one for one in walk.ledgers if one.post_key == key)
    assert (ledger.claimed, ledger.captured) == (over.claimed, over.reachable)
    assert (evidence / ledger.evidence).stat().st_size > 10_000
    assert_harmless(walk, replica)


@pytest.mark.slow  # the test above walks the same site with its profile, the one below without
def test_as_an_unknown_site_x_shows_its_posts(walked_replica: Callable[..., tuple[Walk, Replica]]) -> None:
    walk, replica = walked_replica("x", by_semantics=True, posts=3, seed=3)
    assert walk.by_semantics
    assert replica.mutations == []
    posts = [row for row in replica.expected() if row[1] is None]
    assert [(key, text) for key, parent, _, _, text, _ in rows(walk) if parent is None] == [
        (key, text) for key, _, _, _, text, _ in posts
    ]


def test_as_an_unknown_site_x_is_not_said_to_be_whole(walked_replica: Callable[..., tuple[Walk, Replica]]) -> None:
    walk, replica = walked_replica("x", by_semantics=True, posts=3, seed=3)
    assert_nothing_passed_over(walk, replica)
