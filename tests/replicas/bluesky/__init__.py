"""Bluesky: a list that keeps a window of rows between two empty spaces, and threads shown flat.

Seen in its sources: the test ids, that the number of replies is in the reply button's label, that no time is a
machine's, that hidden replies come after "Visa fler svar" at the end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sample_channel.truth import Comment, Post
from tests.replicas import microblog
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

POSTS, REPLIES = 3, 8


def _address(one: Post | Comment) -> str:
    return f"/profile/{microblog.handle(one.author)}.example/post/3l{one.id}"


def _order(post: Post) -> list[Comment]:
    """Proper replies first, hidden ones last."""
    return sorted(post.comments, key=lambda comment: comment.spam)


def _deleted(replica: Replica) -> Post | None:
    """The post that its author deletes when the feed has been shown."""
    return replica.truth.posts[1] if replica.twist == "raderat" else None


def _answer(replica: Replica, request: Request) -> Json | Answer | None:
    posts = {f"3l{post.id}": post for post in replica.truth.posts}
    match request.parts:
        case ["profile", "exempelkommun.example"]:
            return replica.page(posts=str(len(posts)), missing="")
        case ["profile", _, "post", key] if key in posts:
            if posts[key] == _deleted(replica):
                return replica.page(posts=str(len(posts)), missing="ja", status=404)
            return replica.page(posts=str(len(posts)), missing="")
        case ["xrpc", "app.bsky.feed.getAuthorFeed"]:
            found, following = microblog.batch(replica.truth.posts, request.place(), POSTS)
            return {"inlagg": [_item(post, replica) for post in found], "nasta": following}
        case ["xrpc", "app.bsky.unspecced.getPostThreadV2"]:
            post = posts[request.query["id"]]
            return None if post == _deleted(replica) else _thread(replica, post, request)
    return None


def _item(one: Post | Comment, replica: Replica) -> Json:
    made = microblog.item(one, replica.truth, _address)
    return {**made, "konto": f"{made['konto']}.example"}


def _thread(replica: Replica, post: Post, request: Request) -> Json:
    hidden = "dolda" in request.query
    replies = list(microblog.shown(one for one in post.comments if one.spam is hidden))
    found, following = microblog.batch(replies, request.place(), REPLIES)
    return {
        "inlagg": _item(post, replica),
        "svar": [_item(reply, replica) for reply in found],
        "nasta": following,
        "dolda": not hidden and any(comment.spam for comment in post.comments),
    }


def _rows(replica: Replica) -> Iterable[Row]:
    gone = _deleted(replica)
    left = tuple(replace(post, comments=()) if post == gone else post for post in replica.truth.posts)
    return microblog.rows(replace(replica.truth, posts=left), _address, _order, timed=False)


def _claims(replica: Replica) -> Mapping[str, int | None]:
    gone = _deleted(replica)
    return {_address(one): microblog.stated(one) if one == gone else one.claimed for one in replica.truth.posts}


REPLICA = Platform(
    name="bluesky",
    home="/profile/exempelkommun.example",
    answer=_answer,
    rows=_rows,
    claims=_claims,
    twists={"raderat": 0},
)
