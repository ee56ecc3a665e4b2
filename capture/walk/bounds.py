"""The ceilings of a walk. Each one that is reached is reported; none ends a walk quietly."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much a walk may take before it stops and says so, and how long it waits for a page.

    Attributes:
        posts: Posts walked through.
        items: Posts, comments and replies together.
        steps: Steps, and so frames of the recording.
        rounds: Rounds of opening in one post.
        seconds: Wall clock of the whole walk.
        arrival_seconds: For the channel's page to answer and show its first post.
        older_posts: Posts one after another that are older than the period before its start is believed: some are
            pinned at the top of a feed.
        effect_seconds: For a click, or the end of the feed, to have its effect while something is pending.
        settle_seconds: For fonts and pictures on the screen.
        jiggles: Attempts to get more out of the feed before its end is believed.
        restarts: Times that a page may leave or reload itself, and is returned to.
        barren_steps: Steps down a feed that goes on and on and brings nothing new.
        hang_seconds: For the page to answer the program at all.
    """

    posts: int = 20_000
    items: int = 1_000_000
    steps: int = 1_000_000
    rounds: int = 2_000
    seconds: float = 12 * 3600.0
    arrival_seconds: float = 30.0
    older_posts: int = 5
    effect_seconds: float = 5.0
    settle_seconds: float = 2.0
    jiggles: int = 3
    restarts: int = 10
    barren_steps: int = 100
    hang_seconds: float = 120.0
