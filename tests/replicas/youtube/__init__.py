"""YouTube: a channel's videos, and each video's page, whose comments only come when somebody scrolls to them.

Elements of its own making, none with a shadow root; the heading counts the comments; "Nyaste först" shows all, newest
first; answers are behind a button that both opens and closes, and more of them behind another (capture.md §1.2, §2.3).
Times are words only. Twist "avstangt": the last video has its comments turned off, and one heading counts more than
anybody is shown.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from capture.items import ItemKind
from sample_channel.clock import short, spoken
from sample_channel.truth import Comment, Post
from tests.replicas.instagram import handle
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

HOME = "/@exempelkommun/videos"
POSTS_A_BATCH = 3
COMMENTS_A_BATCH = 4
REPLIES_A_BATCH = 2
TWISTS = {"avstangt": 1}


def code(post: Post) -> str:
    """Return the video's id."""
    return f"v{int(post.id):x}"[:11]


def path(post: Post, comment: Comment | None = None, reply: Comment | None = None) -> str:
    """Return the permalink of an item."""
    address = f"/watch?v={code(post)}"
    if comment is not None:
        address += f"&lc=Ug{comment.id}"
    return address if reply is None else f"{address}.{reply.id}"


def title(post: Post) -> str:
    """Return the name that the video has beside its description."""
    return post.text.split(".")[0].split("\n")[0][:90].strip()


def silent(replica: Replica, post: Post) -> bool:
    """Say whether the video has its comments turned off."""
    return replica.twist == "avstangt" and post is replica.truth.posts[-1]


def rows(replica: Replica) -> Iterator[Row]:
    """Yield every item under "Nyaste först": newest comments first, and under each all that answers it."""
    for post in replica.truth.posts:
        yield path(post), None, ItemKind.POST, post.author, f"{title(post)}\n{post.text}", None
        for comment in () if silent(replica, post) else reversed(post.comments):
            key = path(post, comment)
            yield key, path(post), ItemKind.COMMENT, _author(comment), comment.text, None
            for reply in _answers(comment):
                yield path(post, comment, reply), key, ItemKind.REPLY, _author(reply), reply.text, None


def claims(replica: Replica) -> dict[str, int | None]:
    """Return what each heading counts; there is none where comments are turned off."""
    return {path(post): None if silent(replica, post) else post.claimed for post in replica.truth.posts}


def answer(replica: Replica, request: Request) -> Json | Answer | None:
    """Answer the shell to every page, and data to the queries."""
    match request.parts:
        case ["youtubei", "v1", ("browse" | "player" | "next") as asked]:
            return _data(replica, asked, json.loads(request.body))
        case ["youtubei", "v1", *_]:
            return {}  # a mutation, or what the page tells of its own working; the server remembers it
        case ["watch"] | ["@exempelkommun", "videos"]:
            return replica.page()
        case _:
            return None


def _data(replica: Replica, asked: str, variables: Mapping[str, str]) -> Json:
    start = int(variables.get("from", 0))
    if asked == "browse":
        end = start + POSTS_A_BATCH
        cards = [_card(replica, post) for post in replica.truth.posts[start:end]]
        return {"cards": cards, "next": end if end < len(replica.truth.posts) else None}
    post = next(post for post in replica.truth.posts if code(post) == variables["video"])
    if asked == "player":
        return _video(replica, post)
    if "comment" in variables:
        comment = next(one for one in post.comments if one.id == variables["comment"])
        replies = _answers(comment)
        end = start + REPLIES_A_BATCH
        batch = [_comment(replica, path(post, comment, one), one) for one in replies[start:end]]
        return {"comments": batch, "next": end if end < len(replies) else None}
    found = _ordered(post, variables["order"])
    end = start + COMMENTS_A_BATCH
    batch = [{**_comment(replica, path(post, one), one), "replies": len(_answers(one))} for one in found[start:end]]
    return {"comments": batch, "next": end if end < len(found) else None}


def _answers(comment: Comment) -> list[Comment]:
    return list(comment.thread())[1:]


def _author(comment: Comment) -> str:
    return f"@{handle(comment.author)}"


def _ordered(post: Post, order: str) -> Sequence[Comment]:
    if order == "nyaste":
        return post.comments[::-1]
    proper = [comment for comment in post.comments if not comment.spam]
    return sorted(proper, key=lambda one: (-one.likes, one.id))


def _card(replica: Replica, post: Post) -> Json:
    return {
        "address": path(post),
        "title": title(post),
        "when": spoken(post.published, replica.truth.now),
        "image": post.pictures[0].path if post.pictures else "/bild/omslag.jpg",
    }


def _video(replica: Replica, post: Post) -> Json:
    return {
        "code": code(post),
        "author": post.author,
        "title": title(post),
        "text": post.text,
        "when": short(post.published, replica.truth.now),
        "claimed": None if silent(replica, post) else post.claimed,
        "others": [_card(replica, other) for other in replica.truth.posts if other is not post],
    }


def _comment(replica: Replica, address: str, comment: Comment) -> dict[str, object]:
    return {
        "id": comment.id,
        "address": address,
        "author": _author(comment),
        "text": comment.text,
        "when": spoken(comment.published, replica.truth.now),
        "likes": comment.likes,
        "replies": 0,
    }


REPLICA = Platform(
    name="youtube",
    home=HOME,
    answer=answer,
    rows=rows,
    claims=claims,
    reads=(r"^POST /youtubei/v1/(browse|player|next|log_event)\?",),
    twists=TWISTS,
)
