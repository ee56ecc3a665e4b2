"""LinkedIn's replica: no links to anything, comments behind a counting button, and a wall that nobody can close."""

from collections.abc import Callable

import pytest

from capture.items import Cause, LossReason, StopReason, Walk
from register.errors import NoPostsError
from tests.replicas.conftest import Watching
from tests.replicas.judge import SMALL, assert_harmless, assert_whole, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


def test_everything_is_read_in_the_feed_and_known_by_its_urn(walked_replica: Walked, watching: Watching) -> None:
    walk, replica = walked_replica("linkedin", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.unmatched_controls == ()
    assert {item.key_source for item in walk.items} == {"id"}
    chosen = [step.label for step in watching.steps if step.cause is Cause.ORDER]
    assert chosen.count("Senaste") == sum(1 for post in replica.truth.posts if post.claimed)


def test_a_wall_in_the_middle_of_the_feed_ends_the_walk_and_every_post_it_cut_says_so(walked_replica: Walked) -> None:
    walk, replica = walked_replica("linkedin", twist="vagg", posts=8)
    assert_harmless(walk, replica)
    assert walk.stop is StopReason.CHALLENGED
    expected = replica.expected()
    got = rows(walk)
    assert got == [row for row in expected if row in got], "what was read is true, and in its place"
    assert 0 < len(got) < len(expected)
    for ledger in walk.ledgers:
        cut = ledger.captured < (replica.claims()[ledger.post_key] or 0)
        assert ledger.missing_reason is (LossReason.CHALLENGED if cut else None)
        assert (ledger.evidence is not None) is cut


def test_as_an_unknown_site_it_shows_no_posts_and_says_so(walked_replica: Walked) -> None:
    with pytest.raises(NoPostsError, match="inga inlägg"):
        walked_replica("linkedin", by_semantics=True, **SMALL)


@pytest.mark.parametrize(
    "address",
    ["https://www.linkedin.com/company/exempelkommun/posts/", "https://se.linkedin.com/company/exempelkommun"],
)
def test_the_platforms_own_addresses_are_known(address: str, fitting: Callable[[str], str]) -> None:
    assert fitting(address) == "linkedin"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/feed/update/urn:li:activity:7200000000000000000/", "/feed/update/urn:li:activity:7200000000000000000"),
        (
            "/posts/exempelkommun_badvatten-activity-72-AbC?utm_source=x",
            "/posts/exempelkommun_badvatten-activity-72-AbC",
        ),
        ("/company/exempelkommun/posts/", None),
        ("/in/anna-ek/", None),
        ("/feed/", None),
    ],
)
def test_permalinks_are_told_from_other_links(
    address: str, key: str | None, key_of: Callable[[str, str], str | None]
) -> None:
    assert key_of("linkedin", address) == key
