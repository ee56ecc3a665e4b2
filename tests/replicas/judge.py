"""What an honest walk of a replica must have come to; every platform's tests use it."""

from capture.items import LossReason, Walk
from tests.replicas.replica import Replica, Row

SMALL = {"seed": 22, "posts": 5}
"""A small channel with all there is: 0, 14, 11, 27 and 1 comments, a thread of eight, and comments that are hidden."""


def rows(walk: Walk) -> list[Row]:
    """Every item of `walk`, in the form of `Replica.expected`."""
    return [(item.key, item.parent_key, item.kind, item.author, item.text, item.published) for item in walk.items]


def losses(walk: Walk) -> dict[str, tuple[int, LossReason | None]]:
    """Key of each post in which something is missing -> how many comments, and why."""
    return {one.post_key: (one.missing, one.missing_reason) for one in walk.ledgers if one.missing_reason is not None}


def assert_whole(walk: Walk, replica: Replica) -> None:
    """Nothing is missing, nothing is added, nothing is out of place, nothing was changed."""
    assert rows(walk) == replica.expected()
    assert [item.ordinal for item in walk.items] == list(range(1, len(walk.items) + 1))
    assert {one.post_key: one.claimed for one in walk.ledgers} == replica.claims()
    assert losses(walk) == {}
    assert sum(one.missing for one in walk.ledgers) == 0
    assert_harmless(walk, replica)


def assert_harmless(walk: Walk, replica: Replica) -> None:
    """The platform's own profile was used, no request changed anything, and no limit of ours was met."""
    assert walk.profile == replica.platform.name
    assert not walk.by_semantics
    assert replica.mutations == []
    assert walk.traffic.changing == ()
    assert walk.traffic.unknown == ()
    assert walk.limits == ()


def assert_nothing_passed_over(walk: Walk, replica: Replica) -> None:
    """Every post of which less was captured than there is has a loss on its account."""
    there = replica.claims()
    for ledger in walk.ledgers:
        assert ledger.missing_reason is not None or ledger.captured >= (there[ledger.post_key] or 0), ledger.post_key
