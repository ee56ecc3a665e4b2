"""Instagram: a grid of cards, and posts whose comments stand in a column with a scroller of its own (capture.md §2.3).

The grid keeps only two of its rows in the page. A post's page says nowhere how many comments there are: whether all
were read can only be told by its controls and its spinner. Authors are shown by their handle, threads are two levels
deep, every time is machine-readable. Twist "snurrar": the column of the busiest post never gets its third
batch.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.pictures import COVER
from sample_channel.truth import Comment, Post
from tests.replicas.replica import NEVER, Answer, Json, Platform, Replica, Request, Row

HANDLE = "exempelkommun"
POSTS_A_BATCH = 4
COMMENTS_A_BATCH = 5
REPLIES_A_BATCH = 2
TWISTS = {"snurrar": 0}
DELIVERED = 2 * COMMENTS_A_BATCH


def code(post: Post) -> str:
    """Return the post's short code."""
    return f"C{int(post.id):x}"


def path(replica: Replica, post: Post, comment: Comment | None = None, reply: Comment | None = None) -> str:
    """Return the permalink of an item; every third post is a reel, but its comments' addresses do not say so."""
    kind = "reel" if comment is None and replica.truth.posts.index(post) % 3 == 2 else "p"
    address = f"/{kind}/{code(post)}/"
    if comment is not None:
        address += f"c/{comment.id}/"
    return address if reply is None else f"{address}r/{reply.id}/"


def reachable(replica: Replica, post: Post) -> Sequence[Comment]:
    """Return the comments that the column ever delivers."""
    return post.comments[:DELIVERED] if replica.twist == "snurrar" and post is busiest(replica) else post.comments


def busiest(replica: Replica) -> Post:
    """Return the post with the most comments."""
    return max(replica.truth.posts, key=lambda post: len(post.comments))


def pictures(post: Post) -> list[tuple[str, str]]:
    """Return address and alternative text of what a post shows; there is no post without a picture here."""
    return [(one.path, one.alt) for one in post.pictures] or [(COVER.path, "Kan vara en bild av vatten")]


def rows(replica: Replica) -> Iterator[Row]:
    """Yield every item; all that answers a comment or one another stands under the comment."""
    for post in replica.truth.posts:
        above = path(replica, post)
        yield above, None, ItemKind.POST, HANDLE, post.text, post.published
        for comment in reachable(replica, post):
            key = path(replica, post, comment)
            yield key, above, ItemKind.COMMENT, handle(comment.author), comment.text, comment.published
            for reply in _answers(comment):
                own = path(replica, post, comment, reply)
                yield own, key, ItemKind.REPLY, handle(reply.author), reply.text, reply.published


def claims(replica: Replica) -> dict[str, int | None]:
    """Return that no post says anything."""
    return {path(replica, post): None for post in replica.truth.posts}


def handle(author: str) -> str:
    """Return the name that somebody goes by: "maja.latsasberg"."""
    plain = unicodedata.normalize("NFKD", author).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


def answer(replica: Replica, request: Request) -> Json | Answer | None:
    """Answer the shell to every page, and data to the queries."""
    match request.parts:
        case ["graphql", "query"] if request.method == "POST":
            variables = json.loads(parse_qs(request.body)["variables"][0])
            return _grid(replica, variables["after"])
        case ["api", "v1", "web", *_]:
            return {}  # a mutation; the server remembers it
        case ["api", "v1", "media", found, *asked]:
            return _media(replica, _post(replica, found), asked, request.place())
        case ["exempelkommun"] | ["exempelkommun", "p" | "reel", _] | ["p" | "reel", _]:
            return replica.page(claim=f"{len(replica.truth.posts)} inlägg")
        case _:
            return None


def _media(replica: Replica, post: Post, asked: list[str], start: int) -> Json | Answer | None:
    match asked:
        case ["info"]:
            return _whole(replica, post)
        case ["comments"]:
            return _comments(replica, post, start)
        case ["comments", comment, "child_comments"]:
            return _replies(replica, post, comment, start)
        case _:
            return None


def _post(replica: Replica, found: str) -> Post:
    return next(post for post in replica.truth.posts if code(post) == found)


def _answers(comment: Comment) -> list[Comment]:
    return list(comment.thread())[1:]


def _grid(replica: Replica, start: int) -> Json:
    end = start + POSTS_A_BATCH
    cards = [
        {
            "address": f"/{HANDLE}{path(replica, post)}",
            "alt": f"Foto av {replica.truth.name} den {day}.",
            "image": image,
        }
        for post in replica.truth.posts[start:end]
        for day in [short(post.published, replica.truth.now)]
        for image in [post.pictures[0].path if post.pictures else "/bild/omslag.jpg"]
    ]
    return {"cards": cards, "next": end if end < len(replica.truth.posts) else None}


def _whole(replica: Replica, post: Post) -> Json:
    return {
        "code": code(post),
        "address": path(replica, post),
        "text": post.text,
        "pictures": [{"address": address, "alt": alt} for address, alt in pictures(post)],
        **_time(replica, post),
        "others": [f"/{HANDLE}{path(replica, other)}" for other in replica.truth.posts if other is not post],
    }


def _comments(replica: Replica, post: Post, start: int) -> Json | Answer:
    if start >= len(reachable(replica, post)) > 0:
        return NEVER
    end = start + COMMENTS_A_BATCH
    chosen = [
        {**_said(replica, one), "address": path(replica, post, one), "replies": len(_answers(one))}
        for one in post.comments[start:end]
    ]
    return {"comments": chosen, "next": end if end < len(post.comments) else None}


def _replies(replica: Replica, post: Post, above: str, start: int) -> Json:
    comment = next(one for one in post.comments if one.id == above)
    replies = _answers(comment)
    end = start + REPLIES_A_BATCH
    chosen = [
        {**_said(replica, one), "address": path(replica, post, comment, one), "replies": 0}
        for one in replies[start:end]
    ]
    return {"comments": chosen, "left": max(0, len(replies) - end)}


def _said(replica: Replica, comment: Comment) -> Json:
    return {
        "id": comment.id,
        "author": handle(comment.author),
        "text": comment.text,
        "likes": comment.likes,
        **_time(replica, comment),
    }


def _time(replica: Replica, one: Post | Comment) -> dict[str, object]:
    return {"time": one.published.isoformat(), "when": short(one.published, replica.truth.now)}


REPLICA = Platform(
    name="instagram",
    home=f"/{HANDLE}/",
    answer=answer,
    rows=rows,
    claims=claims,
    reads=(r"^POST /graphql/query\? .*fb_api_req_friendly_name=\w+Query\b",),
    twists=TWISTS,
)
