"""A blog: numbered pages of cards, comments on several pages or in a frame from elsewhere, and a page that breaks."""

import re
from collections.abc import Callable

import pytest

from capture.items import StopReason, Walk
from capture.walk import load_profiles
from tests.replicas.judge import assert_harmless, assert_nothing_passed_over, assert_whole, losses, rows
from tests.replicas.replica import Replica


@pytest.mark.parametrize(
    ("address", "is_own_page"),
    [
        ("/2026/06/badhuset-oppnar/", True),
        ("/2026/06/11/badhuset-oppnar/comment-page-2/", True),
        ("/?p=1234", True),
        ("/archives/1234", True),
        ("/nyheter/", False),
        ("/nyheter/page/2/", False),
        ("/2026/06/", False),
    ],
)
def test_the_page_of_a_post_is_told_from_a_page_of_cards(address: str, is_own_page: bool) -> None:
    (profile,) = (one for one in load_profiles() if one.name == "blog")
    assert any(re.search(form, address) for form in profile.own_page_address) is is_own_page


def test_every_comment_is_captured_over_pages_and_in_a_frame_from_elsewhere(
    walked_replica: Callable[..., tuple[Walk, Replica]], watching
) -> None:
    walk, replica = walked_replica("blog", posts=4, seed=3)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    pressed = {name for step in watching.steps for name in re.sub(r" \(\d+\)", "", step.label).split(", ")}
    assert {"Endast nödvändiga", "Visa fler kommentarer"} <= pressed
    assert any(one.path == "/nyheter/page/2/" for one in replica.requests)
    assert [len(post.pictures) for post in walk.items if post.parent_key is None] == [
        len(post.pictures) for post in replica.truth.posts
    ]


def test_a_page_of_cards_that_breaks_is_a_stalled_feed(walked_replica: Callable[..., tuple[Walk, Replica]]) -> None:
    walk, replica = walked_replica("blog", twist="trasig", posts=4, seed=3)
    assert rows(walk) == replica.expected()
    assert walk.stop is StopReason.STALLED
    assert "500" in walk.stop_detail
    assert losses(walk) == {}
    assert_harmless(walk, replica)


def test_as_an_unknown_site_a_blog_shows_its_posts_and_what_it_misses(
    walked_replica: Callable[..., tuple[Walk, Replica]],
) -> None:
    walk, replica = walked_replica("blog", by_semantics=True, posts=4, seed=3)
    assert walk.by_semantics
    assert replica.mutations == []
    assert {ledger.post_key: ledger.claimed for ledger in walk.ledgers} == replica.claims(), "over both pages of cards"
    assert_nothing_passed_over(walk, replica)
    framed = walk.ledgers[1]
    assert (framed.captured, framed.missing_reason) == (framed.claimed, None), "the frame has a profile of its own"
