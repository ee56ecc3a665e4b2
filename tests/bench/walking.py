"""Recall, time and memory of the walk, beside its peer's and beside what the requests alone would take.

The peer is browsertrix-behaviors, called as its own crawler calls it. Both visit the same channel in turn, in processes
of their own, and the same observer counts what was ever in the document. The serial bound is one request after another:
the round trips, and what the page itself takes to draw all of it (measured without any delay).
"""

from dataclasses import dataclass, replace

from tests.bench import visits
from tests.bench.channel import serve
from tests.bench.measure import say
from tests.bench.shape import Shape
from tests.bench.visits import PEER, PEER_LIMIT_S, Visit

CHANNEL = Shape(posts=200, levels=(12, 8), answered=1, shown=2)
MANY_POSTS = Shape(posts=1_000, levels=(3, 2), answered=1, shown=1)
MANY_COMMENTS = Shape(posts=1, levels=(10, 9, 10, 10), answered=10, shown=2)
OURS_LIMIT_S = 900.0
TRIES, TRIED_AGAIN_BELOW = 3, 12


@dataclass(frozen=True, kw_only=True)
class Case:
    """A delay of each request (s), how many posts are alive at once, and for how long the peer may go on (s)."""

    delay: float
    alive: int | None
    patience: float


# The peer scrolls at a pace of its own and always needs about as long: it is let to its end once for each kind of page.
CASES = tuple(
    Case(delay=delay, alive=alive, patience=4 * PEER_LIMIT_S if delay == 0.06 else 1.5 * PEER_LIMIT_S)
    for delay in (0.0, 0.06, 0.3)
    for alive in (None, 40)
)


def measure(*, quick: bool) -> None:
    """Walk all cases, and print a line for each."""
    shape = replace(CHANNEL, posts=40) if quick else CHANNEL
    say(f"walk: {shape.posts} posts x {shape.comments} comments; ours / the peer / the serial bound")
    render = _visit("serial", shape, OURS_LIMIT_S).seconds
    cases = [case for case in CASES if case.delay == 0.06] if quick else CASES
    for case in cases:
        _compare(replace(shape, delay=case.delay, alive=case.alive), case.patience, render)
    _alone("memory, many posts", replace(MANY_POSTS, posts=150) if quick else MANY_POSTS)
    _alone(
        "memory, a post with many comments", replace(MANY_COMMENTS, levels=(10, 4, 4, 4)) if quick else MANY_COMMENTS
    )


def bound(shape: Shape, render: float) -> float:
    """Return the seconds that the channel takes one request at a time, of which `render` without any delay."""
    return sum(shape.requests) * shape.delay + render


def recall(visit: Visit, truth: dict[str, str]) -> float:
    """Return the share of all permalinks that was ever in the document."""
    return len(truth.keys() & set(visit.seen)) / len(truth)


def items_right(visit: Visit, truth: dict[str, str]) -> float:
    """Return the share of everything there is that the walk gave with its own text under its own permalink."""
    return sum(1 for key, text in (visit.items or {}).items() if truth.get(key) == text) / len(truth)


def _visit(visitor: str, shape: Shape, seconds: float) -> Visit:
    with serve(shape) as origin:
        visit = visits.start(visitor, origin + "/", seconds)
        return _without(visit, origin)


def _without(visit: Visit, origin: str) -> Visit:
    """Return the visit with addresses that do not name the port."""
    strip = len(origin)
    seen = [link[strip:] for link in visit.seen if link.startswith(origin)]
    items = visit.items and {key[strip:]: text for key, text in visit.items.items() if key.startswith(origin)}
    return replace(visit, seen=seen, items=items)


def _compare(shape: Shape, patience: float, render: float) -> None:
    truth = shape.truth("")
    least = bound(shape, render)
    name = f"{shape.delay * 1000:3.0f} ms, {f'at most {shape.alive} posts alive' if shape.alive else 'plain'}"
    own = _visit("ours", shape, OURS_LIMIT_S)
    say(
        f"{name:<30} ours  recall {recall(own, truth):6.1%}  items {items_right(own, truth):6.1%}"
        f"  {own.seconds:6.1f} s = {own.seconds / least:5.2f} x serial bound  ({own.end})"
    )
    if not PEER.exists():
        say(f"{'':<30} peer  not installed (scripts/node-tools)")
        return
    other = _best(shape, patience, len(truth))
    say(
        f"{'':<30} peer  recall {recall(other, truth):6.1%}  at its own {PEER_LIMIT_S:.0f} s "
        f"{other.seen_at_limit / len(truth):6.1%}  {other.seconds:6.1f} s  ({other.end})"
        f"   ours / peer {own.seconds / other.seconds:5.2f}"
    )


def _best(shape: Shape, patience: float, everything: int) -> Visit:
    """Return the peer's best of three visits, or the first that got beyond what its first look at the page shows.

    It decides in its first half second whether the page is worth scrolling, by a race that it sometimes loses.
    """
    found: list[Visit] = []
    while len(found) < TRIES and (not found or len(found[-1].seen) < everything // TRIED_AGAIN_BELOW):
        found.append(_visit("peer", shape, patience))
    return max(found, key=lambda visit: len(visit.seen))


def _alone(name: str, shape: Shape) -> None:
    truth = shape.truth("")
    own = _visit("ours", shape, OURS_LIMIT_S)
    say(
        f"{name:<30} {len(truth)} items, recall {recall(own, truth):6.1%}, items {items_right(own, truth):6.1%}: "
        f"own process {own.own_memory / 1e6:.0f} MB, browser {own.browser_memory / 1e6:.0f} MB, {own.seconds:.1f} s"
        f"  ({own.end})"
    )
