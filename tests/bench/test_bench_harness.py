"""What the bench counts is right: on a small channel, known to the last comment."""

from dataclasses import replace

import pytest

from tests.bench import visits
from tests.bench.channel import serve
from tests.bench.shape import Shape
from tests.bench.visits import PEER
from tests.bench.walking import bound, items_right, recall

SMALL = Shape(posts=12, levels=(4, 3), answered=1, shown=2)
SHOWN_AT_ONCE = 12 * 3


def test_a_shape_knows_its_comments_and_its_requests() -> None:
    assert SMALL.comments == 4 + 3
    assert len(SMALL.truth("")) == 12 * 8
    assert SMALL.requests == (2, 12 * (1 + 1))
    assert bound(replace(SMALL, delay=0.5), 1.5) == 26 * 0.5 + 1.5


def test_the_observer_counts_what_was_ever_in_the_document() -> None:
    """Also what is there no longer: no more than eight of the posts are alive at once."""
    shape = replace(SMALL, alive=8)
    with serve(shape) as origin:
        truth = shape.truth(origin)
        own = visits.start("ours", origin + "/", 60)
    assert (recall(own, truth), items_right(own, truth)) == (1.0, 1.0)
    assert set(own.seen) == set(truth)
    assert own.own_memory > 10_000_000
    assert own.browser_memory > 10_000_000


def test_the_serial_visit_presses_everything_once() -> None:
    with serve(SMALL) as origin:
        serial = visits.start("serial", origin + "/", 60)
        assert (serial.end, recall(serial, SMALL.truth(origin)), serial.items) == ("24 clicks", 1.0, None)


@pytest.mark.skipif(not PEER.exists(), reason="the peer is not installed: scripts/node-tools")
def test_the_peer_is_counted_by_the_same_observer() -> None:
    """It opens nothing whose name is Swedish, so it sees the first batch of posts, or both, with two comments each."""
    with serve(SMALL) as origin:
        other = visits.start("peer", origin + "/", 1)
        truth = SMALL.truth(origin)
    shown = {link for link in truth if "#" not in link or (link.endswith(("-1", "-2")) and link.count("-") == 1)}
    assert len(shown) == 12 * 3
    assert set(other.seen) <= shown
    assert recall(other, truth) >= 10 * 3 / len(truth)
    assert other.items is None
