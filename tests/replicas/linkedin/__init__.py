"""LinkedIn: an organisation's posts, known by their URN alone: nothing links to them (capture.md §2.3, all U there).

Comments are not there until the button that counts them is pressed. "Senaste" shows all, newest first; the answers to
a comment begin with the last one, and earlier ones are put in above it. Texts are whole and folded by the style sheet.
Element ids are numbered anew each time (Ember's). Times are words only. Twist "vagg": after the third batch of posts a
wall that nobody can close covers everything, and no more data comes.
"""

from collections.abc import Iterator, Sequence

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.truth import Comment, Post
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

HOME = "/company/exempelkommun/posts/"
POSTS_A_BATCH = 2
COMMENTS_AT_FIRST = 2
COMMENTS_A_BATCH = 4
REPLIES_A_BATCH = 3
BATCHES_BEFORE_THE_WALL = 3
TWISTS = {"vagg": 0}


def urn(post: Post, comment: Comment | None = None) -> str:
    """Return what the platform calls an item."""
    return (
        f"urn:li:activity:{post.id}" if comment is None else f"urn:li:comment:(urn:li:activity:{post.id},{comment.id})"
    )


def path(post: Post, comment: Comment | None = None) -> str:
    """Return an item's key: no permalink, but where it stands and what it is called."""
    return f"{HOME}#{urn(post, comment)}"


def rows(replica: Replica) -> Iterator[Row]:
    """Yield every item under "Senaste": newest comments first, and under each all that answers it, oldest first."""
    for post in replica.truth.posts:
        yield path(post), None, ItemKind.POST, post.author, post.text, None
        for comment in reversed(post.comments):
            yield path(post, comment), path(post), ItemKind.COMMENT, comment.author, comment.text, None
            for reply in _answers(comment):
                yield path(post, reply), path(post, comment), ItemKind.REPLY, reply.author, reply.text, None


def claims(replica: Replica) -> dict[str, int | None]:
    """Return what the button says; there is none where nobody has commented."""
    return {path(post): post.claimed or None for post in replica.truth.posts}


def walled(replica: Replica) -> bool:
    """Say whether the wall stands: somebody has asked for a batch too many."""
    wall = BATCHES_BEFORE_THE_WALL * POSTS_A_BATCH
    asked = [one.place() for one in list(replica.requests) if one.path.endswith("/organizationalPageFeed")]
    return replica.twist == "vagg" and any(start >= wall for start in asked)


def answer(replica: Replica, request: Request) -> Json | Answer | None:
    """Answer the shell to every page, data to the queries, and 401 to all of them once the wall stands."""
    match request.parts:
        case ["voyager", "api", *_] if walled(replica):
            return Answer(status=401, kind="application/json", body=b"{}")
        case ["voyager", "api", *asked]:
            return _data(replica, asked, request)
        case ["li", "track"]:
            return {}
        case ["company", "exempelkommun", "posts"] | ["feed", "update", _]:
            return replica.page()
        case _:
            return None


def _data(replica: Replica, asked: list[str], request: Request) -> Json | Answer | None:
    start = request.place()
    posts = {post.id: post for post in replica.truth.posts}
    match asked:
        case ["organizationalPageFeed"]:
            end = start + POSTS_A_BATCH
            batch = [_post(replica, post) for post in replica.truth.posts[start:end]]
            return {"posts": batch, "next": end if end < len(posts) else None}
        case ["update", found]:
            return _post(replica, posts[found])
        case ["comments", found]:
            return _comments(replica, posts[found], request.query["order"], start)
        case ["comments", found, above]:
            comment = next(one for one in posts[found].comments if one.id == above)
            return _replies(replica, posts[found], comment, before=start)
        case ["feed", "reactions"]:
            return {}  # a mutation; the server remembers it
        case _:
            return None


def _answers(comment: Comment) -> list[Comment]:
    return list(comment.thread())[1:]


def _post(replica: Replica, post: Post) -> Json:
    return {
        "id": post.id,
        "urn": urn(post),
        "author": post.author,
        "text": post.text,
        "when": short(post.published, replica.truth.now),
        "claimed": post.claimed,
        "likes": post.likes,
        "pictures": [{"address": one.path, "alt": one.alt} for one in post.pictures],
    }


def _ordered(post: Post, order: str) -> Sequence[Comment]:
    if order == "senaste":
        return post.comments[::-1]
    proper = [comment for comment in post.comments if not comment.spam]
    return sorted(proper, key=lambda one: (-one.likes, one.id))


def _comments(replica: Replica, post: Post, order: str, start: int) -> Json:
    ordered = _ordered(post, order)
    end = start + (COMMENTS_A_BATCH if start or order == "senaste" else COMMENTS_AT_FIRST)
    return {
        "comments": [_comment(replica, post, one) for one in ordered[start:end]],
        "next": end if end < len(ordered) else None,
    }


def _replies(replica: Replica, post: Post, comment: Comment, *, before: int) -> Json:
    replies = _answers(comment)
    begin = max(0, before - REPLIES_A_BATCH)
    return {"comments": [_comment(replica, post, one) for one in replies[begin:before]], "earlier": begin}


def _comment(replica: Replica, post: Post, comment: Comment) -> dict[str, object]:
    top = comment in post.comments
    replies = _answers(comment) if top else []
    return {
        "id": comment.id,
        "post": post.id,
        "urn": urn(post, comment),
        "author": comment.author,
        "text": comment.text,
        "when": short(comment.published, replica.truth.now),
        "earlier": max(0, len(replies) - 1),
        "replies": [_comment(replica, post, one) for one in replies[-1:]],
    }


REPLICA = Platform(
    name="linkedin",
    home=HOME,
    answer=answer,
    rows=rows,
    claims=claims,
    reads=(r"^POST /li/track\?",),
    twists=TWISTS,
)
