"""YouTube's replica: comments that wait for a scroll, a button that opens and closes, comments that are turned off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from capture.items import Cause, LossReason, StopReason, Walk
from register.errors import NoPostsError
from tests.replicas.conftest import Watching
from tests.replicas.judge import SMALL, assert_harmless, assert_whole, losses, rows
from tests.replicas.replica import Replica

Walked = Callable[..., tuple[Walk, Replica]]


def test_every_video_is_opened_and_its_comments_scrolled_for(walked_replica: Walked, watching: Watching) -> None:
    walk, replica = walked_replica("youtube", **SMALL)
    assert_whole(walk, replica)
    assert walk.stop is StopReason.EXHAUSTED
    assert walk.unmatched_controls == ()
    assert [step.label for step in watching.steps if step.cause is Cause.DISMISS] == ["Avvisa alla"]
    chosen = [step.label for step in watching.steps if step.cause is Cause.ORDER]
    assert chosen.count("Nyaste först") == 5


def test_comments_turned_off_are_no_loss_and_comments_never_shown_are_one(
    walked_replica: Walked, evidence: Path
) -> None:
    walk, replica = walked_replica("youtube", **SMALL, twist="avstangt")
    assert_harmless(walk, replica)
    assert rows(walk) == replica.expected()
    assert {one.post_key: one.claimed for one in walk.ledgers} == replica.claims()
    over = {
        key: (post.claimed - post.reachable, LossReason.NOT_SHOWN)
        for key, post in zip(replica.claims(), replica.truth.posts, strict=True)
        if post.claimed > post.reachable
    }
    assert len(over) == 1
    assert losses(walk) == over
    silent = walk.ledgers[-1]
    assert (silent.claimed, silent.captured, silent.missing_reason, silent.evidence) == (None, 0, None, None)
    (short,) = [one for one in walk.ledgers if one.missing]
    assert short.evidence is not None
    with Image.open(evidence / short.evidence) as picture:
        assert picture.format == "PNG"


def test_as_an_unknown_site_it_shows_no_posts_and_says_so(walked_replica: Walked) -> None:
    with pytest.raises(NoPostsError, match="inga inlägg"):
        walked_replica("youtube", by_semantics=True, **SMALL)


@pytest.mark.parametrize(
    "address", ["https://www.youtube.com/@exempelkommun/videos", "https://m.youtube.com/watch?v=dQw4w9WgXcQ"]
)
def test_the_platforms_own_addresses_are_known(address: str, fitting: Callable[[str], str]) -> None:
    assert fitting(address) == "youtube"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/watch?v=a_B-c12345x&pp=ygU", "/watch?v=a_B-c12345x"),
        ("/watch?v=a_B-c12345x&lc=UgxAbC-1.9xY_z", "/watch?v=a_B-c12345x&lc=UgxAbC-1.9xY_z"),
        ("/shorts/a_B-c12345x", "/shorts/a_B-c12345x"),
        ("/@exempelkommun", None),
        ("/playlist?list=PL1", None),
        ("/results?search_query=watch", None),
    ],
)
def test_permalinks_are_told_from_other_links(
    address: str, key: str | None, key_of: Callable[[str, str], str | None]
) -> None:
    assert key_of("youtube", address) == key
