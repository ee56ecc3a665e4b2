"""The sample channel, walked by its semantics alone and judged against its truth."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

import sample_channel
from capture.items import Cause, ItemKind, LossReason, StopReason, Walk
from register.errors import ChallengedError, ChannelUnreachableError, NoPostsError
from sample_channel import Behaviour


def _truth(channel) -> list[tuple[str, str | None, str, str, object]]:
    """Key, parent, author, text and time of every item, in the order in which the channel shows them."""

    def thread(comment, above: str) -> list:
        key = channel.address(comment.permalink)
        own = (key, above, comment.author, comment.text, comment.published)
        return [own, *(row for reply in comment.replies for row in thread(reply, key))]

    rows: list = []
    for post in channel.truth.posts:
        key = channel.address(post.permalink)
        rows.append((key, None, post.author, post.text, post.published))
        for comment in post.comments:
            rows.extend(thread(comment, key))
    return rows


def test_the_whole_channel_is_captured_in_its_order_and_nothing_is_changed(
    walked: Callable[..., Walk], witness
) -> None:
    with sample_channel.serve(seed=3, posts=10, behaviour=Behaviour(posts_per_batch=4, nag_after=2)) as channel:
        walk = walked(channel.url)
        expected = _truth(channel)
        assert not channel.mutations
        claims = {channel.address(post.permalink): post.claimed for post in channel.truth.posts}
        pictures = {channel.address(p.permalink): [x.alt for x in p.pictures] for p in channel.truth.posts}
    got = [(item.key, item.parent_key, item.author, item.text, item.published) for item in walk.items]
    assert got == expected
    assert [item.ordinal for item in walk.items] == list(range(1, len(expected) + 1))
    assert walk.by_semantics
    assert walk.stop is StopReason.END_MARKER
    assert walk.claimed_posts == 10
    assert walk.unmatched_controls == ()
    assert walk.limits == ()
    assert {ledger.post_key: ledger.claimed for ledger in walk.ledgers} == claims
    assert all(ledger.missing_reason is None and ledger.missing == 0 for ledger in walk.ledgers)
    posts = [item for item in walk.items if item.kind is ItemKind.POST]
    assert {post.key: [picture.alt for picture in post.pictures] for post in posts} == pictures
    assert "HeadlessChrome" in walk.user_agent, "the browser says what it is"
    assert walk.steps == len(witness.steps)
    _assert_witnessed(witness, walk)


def _assert_witnessed(witness, walk: Walk) -> None:
    causes = [step.cause for step in witness.steps]
    assert causes[:2] == [Cause.ARRIVAL, Cause.DISMISS], "the banner was on the screen before it was closed"
    assert causes[-1] is Cause.END
    labels = [step.label for step in witness.steps if step.cause is Cause.DISMISS]
    assert labels == ["Neka valfria cookies", "Stäng"]
    assert [step.number for step in witness.steps] == list(range(1, walk.steps + 1))
    scrolls = [step.scroll_y for step in witness.steps]
    assert max(after - before for before, after in pairwise(scrolls)) <= 300
    posts = [item for item in walk.items if item.kind is ItemKind.POST]
    assert [post.key for post in witness.posts] == [post.key for post in posts], "each post once, in order"
    for item in walk.items:
        assert item.text.split("\n")[0][:60] in witness.texts[item.post_key], "all was open when the post was shown"


def test_what_is_claimed_and_not_shown_is_looked_for_at_the_posts_own_page_and_then_listed(
    walked: Callable[..., Walk], witness, tmp_path: Path
) -> None:
    with sample_channel.serve(seed=3, posts=6, behaviour=Behaviour(overclaim=2)) as channel:
        walk = walked(channel.url)
        expected = _truth(channel)
        over = {
            channel.address(p.permalink): p.claimed - p.reachable
            for p in channel.truth.posts
            if p.claimed > p.reachable
        }
    assert [item.key for item in walk.items] == [row[0] for row in expected]
    short = {ledger.post_key: ledger for ledger in walk.ledgers if ledger.missing_reason}
    assert {key: ledger.missing for key, ledger in short.items()} == over
    assert {ledger.missing_reason for ledger in short.values()} == {LossReason.NOT_SHOWN}
    for ledger in short.values():
        with Image.open(tmp_path / "evidence" / ledger.evidence) as picture:
            assert picture.format == "PNG"
            assert picture.height > 400, "the whole post, from its claim to its end"
    visits = [step for step in witness.steps if step.cause is Cause.VISIT]
    assert [step.url for step in visits] == [ledger.post_key for ledger in walk.ledgers if ledger.missing_reason]
    assert len(witness.posts) == 6


def test_a_feed_that_goes_on_saying_that_it_loads_has_stalled(walked: Callable[..., Walk]) -> None:
    with sample_channel.serve(seed=3, posts=12, behaviour=Behaviour(stall=True, posts_per_batch=3)) as channel:
        walk = walked(channel.url, effect_seconds=1.0)
    assert walk.stop is StopReason.STALLED
    assert "laddade" in walk.stop_detail
    assert 0 < len(walk.ledgers) < 12


def test_a_login_wall_is_said_to_be_one(walked: Callable[..., Walk]) -> None:
    with (
        sample_channel.serve(posts=3, behaviour=Behaviour(login_wall=True)) as channel,
        pytest.raises(ChallengedError, match="logga in"),
    ):
        walked(channel.url)


def test_a_channel_without_posts_is_an_error(walked: Callable[..., Walk]) -> None:
    with (
        sample_channel.serve(posts=3, behaviour=Behaviour(empty=True)) as channel,
        pytest.raises(NoPostsError, match="inga inlägg"),
    ):
        walked(channel.url)


def test_a_channel_that_is_gone_is_unreachable(walked: Callable[..., Walk]) -> None:
    with sample_channel.serve(posts=3) as channel:
        address = channel.url
        with pytest.raises(ChannelUnreachableError, match=r"sidan finns inte \(HTTP 404"):
            walked(address.replace("/exempelkommun", "/ingen-alls"))
    with pytest.raises(ChannelUnreachableError, match="tar inte emot anslutningar"):
        walked(address)
