"""What the server answers: the shells of its pages, and the JSON that its scripts ask for.

Nothing from the content is ever put into HTML except through `html.escape`; the scripts write it as text nodes.
"""

import html
import json
from collections.abc import Sequence
from enum import StrEnum
from importlib.resources import files
from string import Template

from sample_channel.behaviour import Behaviour
from sample_channel.clock import short, spoken
from sample_channel.composition import ROOT
from sample_channel.truth import Comment, Post, Truth

PLATFORM = "Byatorget"
COMMENTS_PER_BATCH = 10
REPLIES_PER_BATCH = 5
_SHOWN_AT_FIRST = 2
_PREVIEWED_THREAD = 3
"""Of the comments with this many answers or more, half show the first answer unasked, as the platforms do."""

Json = dict[str, object]


class Order(StrEnum):
    """The orders that a discussion can be had in; only the last hides nothing."""

    RELEVANT = "relevanta"
    NEWEST = "nyaste"
    ALL = "alla"


def page(name: str, truth: Truth, behaviour: Behaviour) -> bytes:
    """Return the HTML shell `name` ("channel", "post", "login" or "missing")."""
    shell = Template((files(__package__) / "site" / f"{name}.html").read_text("utf-8"))
    number = len(truth.posts)
    return shell.substitute(
        name=html.escape(truth.name),
        platform=PLATFORM,
        root=ROOT,
        claim="Inga inlägg än" if number == 0 else f"{number} inlägg",
        nag_after=behaviour.nag_after,
    ).encode()


def feed(truth: Truth, behaviour: Behaviour, start: int) -> Json:
    """Return the posts from place `start`, and the place where the next batch begins (None at the end)."""
    end = start + behaviour.posts_per_batch
    return {
        "inlagg": [post_json(post, truth) for post in truth.posts[start:end]],
        "nasta": end if end < len(truth.posts) else None,
    }


def post_json(post: Post, truth: Truth) -> Json:
    """Return one post with the few comments that the platform thinks most relevant."""
    few = len(post.comments) <= _SHOWN_AT_FIRST
    return {
        "id": post.id,
        "adress": post.permalink,
        "namn": post.author,
        "text": post.text,
        "tid": post.published.isoformat(),
        "visad_tid": short(post.published, truth.now),
        "gillar": post.likes,
        "delningar": post.shares,
        "antal_kommentarer": post.claimed,
        "bilder": [
            {"adress": picture.path, "alt": picture.alt, "bredd": picture.width, "hojd": picture.height}
            for picture in post.pictures
        ],
        "kan_ordnas": not few,
        "kommentarer": discussion(post, truth, Order.ALL if few else Order.RELEVANT, 0, _SHOWN_AT_FIRST),
    }


def discussion(post: Post, truth: Truth, order: Order, start: int, batch: int = COMMENTS_PER_BATCH) -> Json:
    """Return a batch of `post`'s comments in `order`."""
    ordered = _ordered(post.comments, order)
    end = start + batch
    labelled = [_comment_json(comment, None, truth) for comment in ordered[start:end]]
    return {"kommentarer": labelled, "nasta": end if end < len(ordered) else None}


def thread(parent: Comment, truth: Truth, start: int) -> Json:
    """Return a batch of the answers to `parent`, and how many are left after it."""
    end = start + REPLIES_PER_BATCH
    return {
        "svar": [_comment_json(reply, parent, truth) for reply in parent.replies[start:end]],
        "kvar": max(0, len(parent.replies) - end),
    }


def to_bytes(answer: Json) -> bytes:
    """Return `answer` as JSON."""
    return json.dumps(answer, ensure_ascii=False).encode()


def _ordered(comments: Sequence[Comment], order: Order) -> Sequence[Comment]:
    """Return what the platform shows under `order`."""
    if order is Order.ALL:
        return comments
    proper = [comment for comment in comments if not comment.spam]
    if order is Order.NEWEST:
        return proper[::-1]
    ranked = sorted(proper, key=lambda comment: (-comment.likes, comment.published, comment.id))
    return ranked[: max(_SHOWN_AT_FIRST, len(comments) // 2)]


def _comment_json(comment: Comment, parent: Comment | None, truth: Truth) -> Json:
    when = spoken(comment.published, truth.now)
    is_answer_to_answer = parent is not None and "&svar=" in parent.permalink
    if parent is None:
        label = f"Kommentar av {comment.author}, {when}"
    else:
        label = (
            f"Svar av {comment.author} på {parent.author}:s {'svar' if is_answer_to_answer else 'kommentar'}, {when}"
        )
    previewed = parent is None and len(comment.replies) >= _PREVIEWED_THREAD and int(comment.id) % 2 == 0
    return {
        "id": comment.id,
        "adress": comment.permalink,
        "namn": comment.author,
        "text": comment.text,
        "etikett": label,
        "tid": comment.published.isoformat(),
        "visad_tid": short(comment.published, truth.now),
        "gillar": comment.likes,
        "antal_svar": len(comment.replies),
        "svar": [_comment_json(comment.replies[0], comment, truth)] if previewed else [],
    }
