"""Facebook as its page is built when somebody is logged in (capture.md §1.2, §2.1, §2.3).

The feed shows two comments of a post and a few more; the rest is on the post's own page, where they come by scrolling.
Of every third post it shows none: its counting button opens it in a dialog with a scroller of its own. Only "Alla
kommentarer" hides nothing. Threads are two levels deep: whoever answers an answer stands under the comment that opened
the thread. No machine-readable time anywhere, and addresses with parameters that are new each time. All is read by
POST, and a like would be one too. Twist "relevans": two posts claim more comments than are ever shown. "utloggad":
nobody is logged in; then the feed says that it is one, posts are not numbered, and a dialog with a login form nags.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.truth import Comment, Post
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

HOME = "/exempelkommun"
POSTS_A_BATCH = 2
PREVIEWED = 2
FEED_SHOWS = 5
COMMENTS_A_BATCH = 4
REPLIES_A_BATCH = 2
TWISTS = {"relevans": 2, "utloggad": 0}

_visits = itertools.count(1)


def path(post: Post, comment: Comment | None = None, reply: Comment | None = None) -> str:
    """Return the permalink of an item, without what is new each time."""
    address = f"{HOME}/posts/pfbid0{post.id}"
    if comment is not None:
        address += f"?comment_id={comment.id}"
    return address if reply is None else f"{address}&reply_comment_id={reply.id}"


def rows(replica: Replica) -> Iterator[Row]:
    """Yield every item as the platform shows it: comments, and under each all that answers it or one another."""
    for post in replica.truth.posts:
        yield path(post), None, ItemKind.POST, post.author, post.text, None
        for comment in post.comments:
            yield path(post, comment), path(post), ItemKind.COMMENT, comment.author, comment.text, None
            for reply in _answers(comment):
                above = path(post, comment)
                yield path(post, comment, reply), above, ItemKind.REPLY, reply.author, reply.text, None


def claims(replica: Replica) -> dict[str, int | None]:
    """Return what each post says: nothing where nobody has commented."""
    return {path(post): post.claimed or None for post in replica.truth.posts}


def answer(replica: Replica, request: Request) -> Json | Answer | None:
    """Answer the shell to every page, and data to what is asked of GraphQL."""
    match request.parts:
        case ["api", "graphql"] if request.method == "POST":
            return _graphql(replica, parse_qs(request.body))
        case ["ajax", "bnzai"]:
            return {}
        case ["exempelkommun"] | ["exempelkommun", "posts", _]:
            return replica.page(visitor="nobody" if replica.twist == "utloggad" else "somebody")
        case _:
            return None


def _graphql(replica: Replica, asked: Mapping[str, list[str]]) -> Json | None:
    variables = json.loads(asked["variables"][0])
    posts = {post.id: post for post in replica.truth.posts}
    start = variables.get("cursor", 0)
    match asked["fb_api_req_friendly_name"][0]:
        case "ProfileCometTimelineFeedRefetchQuery":
            timeline = replica.truth.posts[start : start + POSTS_A_BATCH]
            return _batch([_post(replica, post) for post in timeline], start, len(replica.truth.posts))
        case "CometSinglePostDialogContentQuery":
            return _post(replica, posts[variables["id"]])
        case "CommentsListComponentsPaginationQuery":
            post = posts[variables["id"]]
            ordered = _ordered(post, variables["order"])
            limit = min(len(ordered), FEED_SHOWS) if variables["feed"] else len(ordered)
            chosen = ordered[start : min(limit, start + COMMENTS_A_BATCH)]
            return _batch([_comment(replica, post, comment) for comment in chosen], start, limit)
        case "Depth1CommentsListPaginationQuery":
            post = posts[variables["id"]]
            comment = next(one for one in post.comments if one.id == variables["comment"])
            replies = _answers(comment)
            shown = replies[start : start + REPLIES_A_BATCH]
            return _batch([_reply(replica, post, comment, one) for one in shown], start, len(replies))
        case _:
            return {}  # a mutation; the server remembers it


def _batch(nodes: Sequence[Json], start: int, total: int) -> Json:
    end = start + len(nodes)
    return {"nodes": nodes, "next": end if end < total else None}


def _ordered(post: Post, order: str) -> Sequence[Comment]:
    """Return what the order shows; only the last one shows all."""
    if order == "alla":
        return post.comments
    if len(post.comments) <= PREVIEWED:
        return post.comments
    proper = [comment for comment in post.comments if not comment.spam]
    if order == "nyaste":
        return proper[::-1]
    ranked = sorted(proper, key=lambda one: (-one.likes, one.id))
    return ranked[: max(PREVIEWED, len(post.comments) // 2)]


def _answers(comment: Comment) -> list[Comment]:
    return list(comment.thread())[1:]


def _rotating(address: str) -> str:
    """Add what the platform adds to every link, and what is another each time."""
    visit = next(_visits)
    return f"{address}{'&' if '?' in address else '?'}__cft__[0]=AZV{visit:06d}qT&__tn__=%2CO%2CP-R"


def _post(replica: Replica, post: Post) -> Json:
    preview, opens = _ordered(post, "relevanta")[:PREVIEWED], replica.truth.posts.index(post) % 3 == 1
    return {
        "id": post.id,
        "place": replica.truth.posts.index(post) + 1,
        "address": _rotating(path(post)),
        "author": post.author,
        "text": post.text,
        "when": short(post.published, replica.truth.now),
        "claimed": post.claimed,
        "likes": post.likes,
        "shares": post.shares,
        "pictures": [{"address": one.path, "alt": one.alt} for one in post.pictures],
        "comments": [] if opens else [_comment(replica, post, one) for one in preview],
        "more": min(len(_ordered(post, "relevanta")), FEED_SHOWS) > PREVIEWED,
        "opens": opens,
    }


def _comment(replica: Replica, post: Post, comment: Comment) -> Json:
    when = short(comment.published, replica.truth.now)
    return {
        "id": comment.id,
        "post": post.id,
        "address": _rotating(path(post, comment)),
        "label": f"Kommentar av {comment.author}, {when}",
        "author": comment.author,
        "text": comment.text,
        "when": when,
        "replies": len(_answers(comment)),
    }


def _reply(replica: Replica, post: Post, comment: Comment, reply: Comment) -> Json:
    return {
        **_comment(replica, post, reply),
        "address": _rotating(path(post, comment, reply)),
        "label": f"Svar av {reply.author} till {comment.author}, {short(reply.published, replica.truth.now)}",
        "replies": 0,
    }


REPLICA = Platform(
    name="facebook",
    home=HOME,
    answer=answer,
    rows=rows,
    claims=claims,
    reads=(r"^POST /api/graphql/?\? .*fb_api_req_friendly_name=\w+Query\b", r"^POST /ajax/bnzai\?"),
    twists=TWISTS,
)
