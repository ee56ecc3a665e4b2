"""What the sample channel really holds: the answer that a capture of it is judged against."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A generated picture: its path on the server, the alternative text (empty if none) and its size in pixels.

    `motif` and `caption` say what is drawn, `seed` how.
    """

    path: str
    alt: str
    width: int
    height: int
    motif: str
    caption: str
    seed: int


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One comment or reply.

    `permalink` is a path on the server. `published` is UTC. `spam` comments are those that the platform only shows
    under "Alla kommentarer". `replies` are in order of time.
    """

    id: str
    permalink: str
    author: str
    text: str
    published: datetime
    likes: int
    spam: bool
    replies: tuple["Comment", ...]

    def thread(self) -> Iterator["Comment"]:
        """Yield this comment and everything below it, parents first."""
        yield self
        for reply in self.replies:
            yield from reply.thread()

    def without(self, permalink: str) -> "Comment":
        """Return the same comment as if an answer below it, with what answers that, had been removed."""
        kept = (reply.without(permalink) for reply in self.replies if reply.permalink != permalink)
        return replace(self, replies=tuple(kept))


@dataclass(frozen=True, kw_only=True)
class Post:
    """One post with all its comments, oldest first.

    `claimed` is the number of comments that the page says there are; more than `reachable` where the platform
    overclaims.
    """

    id: str
    permalink: str
    author: str
    text: str
    published: datetime
    likes: int
    shares: int
    pictures: tuple[Picture, ...]
    comments: tuple[Comment, ...]
    claimed: int

    def discussion(self) -> Iterator[Comment]:
        """Yield every comment and reply, parents first."""
        for comment in self.comments:
            yield from comment.thread()

    @property
    def reachable(self) -> int:
        """How many comments and replies a visitor who opens everything sees."""
        return sum(1 for _ in self.discussion())

    def without(self, permalink: str) -> "Post":
        """Return the same post as if a comment, with what answers it, had been removed; it claims as many less."""
        kept = tuple(one.without(permalink) for one in self.comments if one.permalink != permalink)
        left = replace(self, comments=kept)
        return replace(left, claimed=self.claimed - (self.reachable - left.reachable))


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The whole channel: every post, newest first, and the instant that its relative times are relative to (UTC)."""

    name: str
    now: datetime
    posts: tuple[Post, ...]

    @property
    def reachable_comments(self) -> int:
        """Comments and replies that can be reached, over all posts."""
        return sum(post.reachable for post in self.posts)

    @property
    def claimed_comments(self) -> int:
        """Comments that the posts claim, together."""
        return sum(post.claimed for post in self.posts)

    @property
    def permalinks(self) -> frozenset[str]:
        """The path of every post, comment and reply."""
        items = {post.permalink for post in self.posts}
        return frozenset(items | {comment.permalink for post in self.posts for comment in post.discussion()})

    def without(self, permalink: str) -> "Truth":
        """Return the same channel as if a post, or a comment with what answers it, had been removed.

        Raises:
            KeyError: nothing stands there.
        """
        if permalink not in self.permalinks:
            raise KeyError(permalink)
        kept = (post.without(permalink) for post in self.posts if post.permalink != permalink)
        return replace(self, posts=tuple(kept))
