"""Facebook's replica: threads that come by scrolling, posts that open in a dialog, and an order that hides."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from capture.items import Cause, LossReason, StopReason, Walk
from tests.replicas.conftest import Watching
from tests.replicas.judge import SMALL, assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


def test_every_comment_is_read_in_the_feed_the_dialogs_and_the_posts_own_pages(
    walked_replica: Walked, watching: Watching
) -> None:
    walk, replica = walked_replica("facebook", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.unmatched_controls == ()
    chosen = {step.label for step in watching.steps if step.cause is Cause.ORDER}
    assert any(label.startswith("Alla kommentarer") for label in chosen)
    assert [step.label for step in watching.steps if step.cause is Cause.DISMISS] == ["Neka valfria cookies"]
    assert any(step.cause is Cause.LEAVE for step in watching.steps), "the dialogs were closed again"
    assert all(item.published is None and item.published_shown for item in walk.items)


def test_what_the_platform_claims_and_never_shows_is_pictured_and_counted(
    walked_replica: Walked, evidence: Path
) -> None:
    walk, replica = walked_replica("facebook", **SMALL, twist="relevans")
    assert_harmless(walk, replica)
    assert rows(walk) == replica.expected()
    over = {
        key: (post.claimed - post.reachable, LossReason.NOT_SHOWN)
        for key, post in zip(replica.claims(), replica.truth.posts, strict=True)
        if post.claimed > post.reachable
    }
    assert len(over) == 2
    assert losses(walk) == over
    for ledger in walk.ledgers:
        assert (ledger.evidence is None) == (ledger.post_key not in over)
        if ledger.evidence is not None:
            with Image.open(evidence / ledger.evidence) as picture:
                assert picture.format == "PNG"
                assert picture.height > 300


def test_a_visitor_whom_a_login_form_nags_closes_it_and_sees_all_the_same(
    walked_replica: Walked, watching: Watching
) -> None:
    walk, replica = walked_replica("facebook", twist="utloggad", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    dismissed = [step.label for step in watching.steps if step.cause is Cause.DISMISS]
    assert dismissed == ["Neka valfria cookies", "Stäng"]
    assert walk.pauses == ()


def test_as_an_unknown_site_it_is_never_called_complete_without_being_so(walked_replica: Walked) -> None:
    walk, replica = walked_replica("facebook", **SMALL, by_semantics=True)
    assert walk.by_semantics
    assert replica.mutations == []
    posts = [item for item in walk.items if item.parent_key is None]
    assert [post.text for post in posts] == [post.text for post in replica.truth.posts]
    captured = {one.post_key: one.captured for one in walk.ledgers}
    claimed = [number or 0 for number in replica.claims().values()]
    short = [one.post_key for one in walk.ledgers if one.missing]
    assert short == [key for key, number in zip(captured, claimed, strict=True) if captured[key] < number]
    assert all(one.missing_reason is not None for one in walk.ledgers if one.missing)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/exempelkommun",
        "https://sv-se.facebook.com/exempelkommun/",
        "https://m.facebook.com/profile.php?id=100064000000000",
        "https://www.facebook.com/exempelkommun/posts/pfbid02AbC?comment_id=12&__cft__[0]=AZX",
    ],
)
def test_the_platforms_own_addresses_are_known(address: str, fitting: Callable[[str], str]) -> None:
    assert fitting(address) == "facebook"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/exempelkommun/posts/pfbid02AbC?comment_id=12&reply_comment_id=34", True),
        ("/exempelkommun/posts/pfbid02AbC", True),
        ("/exempelkommun/posts/en-rubrik/1234567/?comment_id=12", True),
        ("/permalink.php?story_fbid=pfbid02AbC&id=100064000000000", True),
        ("/reel/1234567", True),
        ("/photo/?fbid=12", True),
        ("/exempelkommun/photos/a.12/34", True),
        ("/exempelkommun", None),
        ("/exempelkommun/followers", None),
        ("/hashtag/snö", None),
    ],
)
def test_permalinks_are_told_from_other_links(
    address: str, key: bool | None, key_of: Callable[[str, str], str | None]
) -> None:
    assert key_of("facebook", address) == (address if key else None)
