"""TikTok: a grid of videos, and each video's page with its comments in a list that scrolls by itself.

What an element is stands in `data-e2e` and in fragments of class names (capture.md §1.2, §2.3); the cookie banner lives
in a shadow root. Comments have an id and no address, and what opens their answers is a paragraph that nothing calls a
button. Threads are two levels deep, times are words only. Twist "captcha": from the third video on, no comments come
until somebody has shown that they are no robot.
"""

from collections.abc import Iterator

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.truth import Comment, Post
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

HOME = "/@exempelkommun"
HANDLE = "exempelkommun"
POSTS_A_BATCH = 3
COMMENTS_A_BATCH = 6
REPLIES_A_BATCH = 2
TWISTS = {"captcha": 0}
VIDEOS_BEFORE_THE_CHECK = 2
PASSED = "kontroll"


def path(post: Post, comment: Comment | None = None) -> str:
    """Return an item's key: a video's address, and a comment's id on it."""
    return f"{HOME}/video/{post.id}" + ("" if comment is None else f"#{comment.id}")


def rows(replica: Replica) -> Iterator[Row]:
    """Yield every item; all that answers a comment or one another stands under the comment."""
    for post in replica.truth.posts:
        yield path(post), None, ItemKind.POST, HANDLE, post.text, None
        for comment in post.comments:
            yield path(post, comment), path(post), ItemKind.COMMENT, comment.author, comment.text, None
            for reply in _answers(comment):
                yield path(post, reply), path(post, comment), ItemKind.REPLY, reply.author, reply.text, None


def claims(replica: Replica) -> dict[str, int | None]:
    """Return what the button at each video counts."""
    return {path(post): post.claimed for post in replica.truth.posts}


def answer(replica: Replica, request: Request) -> Json | Answer | None:
    """Answer the shell to every page, and data to the queries."""
    match request.parts:
        case ["api", "post", "item_list"]:
            return _grid(replica, request.place())
        case ["api", "item", "detail"]:
            return _video(replica, _post(replica, request))
        case ["api", "comment", "list", *reply]:
            return {"verify": True} if checked(replica, request) else _talk(replica, request, bool(reply))
        case ["api", "commit", "item", "digg"] | ["v1", "list"]:
            return {}  # the first is a mutation; the server remembers it
        case ["@exempelkommun"] | ["@exempelkommun", "video", _]:
            return replica.page()
        case _:
            return None


def checked(replica: Replica, request: Request) -> bool:
    """Say whether the visitor has to show first that they are no robot."""
    visited = {one.path for one in list(replica.requests) if "/video/" in one.path}
    return replica.twist == "captcha" and len(visited) > VIDEOS_BEFORE_THE_CHECK and PASSED not in request.cookies


def _post(replica: Replica, request: Request) -> Post:
    return next(post for post in replica.truth.posts if post.id == request.query["item"])


def _answers(comment: Comment) -> list[Comment]:
    return list(comment.thread())[1:]


def _grid(replica: Replica, start: int) -> Json:
    end = start + POSTS_A_BATCH
    cards = [
        {
            "address": f"{path(post)}?is_from_webapp=1&sender_device=pc",
            "alt": post.text[:60],
            "image": post.pictures[0].path if post.pictures else "/bild/omslag.jpg",
            "views": str(post.likes * 31),
        }
        for post in replica.truth.posts[start:end]
    ]
    return {"cards": cards, "next": end if end < len(replica.truth.posts) else None}


def _video(replica: Replica, post: Post) -> Json:
    return {
        "id": post.id,
        "handle": HANDLE,
        "text": post.text,
        "when": short(post.published, replica.truth.now),
        "likes": post.likes,
        "claimed": post.claimed,
        "others": [f"{path(other)}?is_from_webapp=1" for other in replica.truth.posts if other is not post],
    }


def _talk(replica: Replica, request: Request, replies: bool) -> Json:
    post, start = _post(replica, request), request.place()
    if replies:
        comment = next(one for one in post.comments if one.id == request.query["comment"])
        found, end = _answers(comment), start + REPLIES_A_BATCH
    else:
        found, end = list(post.comments), start + COMMENTS_A_BATCH
    return {
        "comments": [_comment(replica, one, top=not replies) for one in found[start:end]],
        "next": end if end < len(found) else None,
    }


def _comment(replica: Replica, comment: Comment, *, top: bool) -> Json:
    return {
        "id": comment.id,
        "author": comment.author,
        "text": comment.text,
        "when": short(comment.published, replica.truth.now),
        "likes": comment.likes,
        "replies": len(_answers(comment)) if top else 0,
    }


REPLICA = Platform(
    name="tiktok",
    home=HOME,
    answer=answer,
    rows=rows,
    claims=claims,
    reads=(r"^POST /v1/list\?",),
    twists=TWISTS,
)
