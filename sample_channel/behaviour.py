"""How the sample channel misbehaves, on request: the difficulties that real platforms make."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What the server does to a visitor; the twists may be combined.

    Attributes:
        latency: Seconds before every answer of the API.
        posts_per_batch: Posts that one scroll to the end of the feed brings.
        nag_after: Batches before the dialog that wants the visitor to log in; 0 for never.
        overclaim: Number of posts that claim more comments than anyone will be shown.
        stall: The feed stops answering after half of its batches, and goes on saying that it loads.
        login_wall: Every page leads to a login form.
        empty: The channel exists and has no posts.
    """

    latency: float = 0.02
    posts_per_batch: int = 8
    nag_after: int = 3
    overclaim: int = 0
    stall: bool = False
    login_wall: bool = False
    empty: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be acted out."""
        if self.latency < 0 or self.posts_per_batch < 1 or self.nag_after < 0 or self.overclaim < 0:
            raise ValueError(f"A behaviour that cannot be acted out: {self}")

    def reach(self, posts: int) -> int:
        """Return how many of `posts` posts the feed brings before it ends or stalls."""
        if not self.stall:
            return posts
        batches = -(-posts // self.posts_per_batch)
        return batches // 2 * self.posts_per_batch
