"""Mastodon: a column whose far posts are empty shells of their own height, and threads shown flat.

Seen in its sources: the names, the roles and `data-id`, that the number of replies stands alone in the reply button,
that "Läs mer" leads to the post's own page within the document, that a thread's later replies come a while after.
"""

from collections.abc import Iterable, Mapping, Sequence

from sample_channel.truth import Comment, Post
from tests.replicas import microblog
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

POSTS, FIRST_REPLIES = 1, 6
WARNING = "Grannsämja, ilska"
STRANGER = {
    "id": "990000000000001", "adress": "/@lanstidningen@annan.example/990000000000001", "namn": "Länstidningen",
    "konto": "lanstidningen@annan.example", "text": "Hur går det i kommunerna i sommar?", "varning": "",
    "tid": "2026-01-02T08:00:00+00:00", "visad_tid": "2 jan.", "svar": 41, "gillar": 3, "bilder": [],
}  # fmt: skip


def _address(one: Post | Comment) -> str:
    return f"/@{microblog.handle(one.author)}/{one.id}"


def _order(post: Post) -> Sequence[Comment]:
    return post.comments


def _warned(replica: Replica) -> set[str]:
    """Ids of what its author put a warning before: a post, and a reply to another."""
    first, second, third, *_ = replica.truth.posts
    return {third.id, *(comment.id for post in (first, second) for comment in post.comments[1:2])}


def _item(one: Post | Comment, replica: Replica) -> dict[str, object]:
    warning = WARNING if one.id in _warned(replica) else ""
    return {**microblog.item(one, replica.truth, _address), "varning": warning}


def _answer(replica: Replica, request: Request) -> Json | Answer | None:
    posts = {post.id: post for post in replica.truth.posts}
    match request.parts:
        case ["@exempelkommun"]:
            return replica.page(posts=str(len(posts)))
        case [_, id_] if id_ in posts:
            return replica.page(posts=str(len(posts)))
        case ["api", "v1", "accounts", "1", "statuses"]:
            found, following = microblog.batch(replica.truth.posts, request.place(), POSTS)
            return {"inlagg": [_item(post, replica) for post in found], "nasta": following}
        case ["api", "v1", "statuses", id_] if id_ in posts:
            return _item(posts[id_], replica)
        case ["api", "v1", "statuses", id_, "context"] if id_ in posts:
            return _context(replica, posts[id_], request)
    return None


def _context(replica: Replica, post: Post, request: Request) -> Json:
    replies = list(microblog.shown(post.comments))
    shown = replies if "alla" in request.query else replies[:FIRST_REPLIES]
    withheld = replica.twist == "fjarr" and post.claimed > post.reachable
    return {
        "fore": [STRANGER] if post == replica.truth.posts[1] else [],
        "efter": [_item(reply, replica) for reply in shown],
        "fler": len(shown) < len(replies),
        "upplysning": "Svar från andra servrar visas inte." if withheld else "",
    }


def _rows(replica: Replica) -> Iterable[Row]:
    warned = _warned(replica)
    by_address = {_address(one): one.id for one in _all(replica)}
    for key, parent, kind, author, text, published in microblog.rows(replica.truth, _address, _order):
        whole = f"{WARNING}\n\n{text}" if by_address[key] in warned else text
        yield key, parent, kind, author, whole, published


def _all(replica: Replica) -> list[Post | Comment]:
    return [one for post in replica.truth.posts for one in (post, *post.discussion())]


def _claims(replica: Replica) -> Mapping[str, int | None]:
    return {_address(post): post.claimed for post in replica.truth.posts}


REPLICA = Platform(
    name="mastodon", home="/@exempelkommun", answer=_answer, rows=_rows, claims=_claims, twists={"fjarr": 1}
)
