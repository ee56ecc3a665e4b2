"""A forum: numbered pages of topics, and topics in which forty posts exist at a time, in order of time.

The address is rewritten while one scrolls; more comes only after a scroll that moved, and at times not until one has
gone back up. What a post answers is told by a link. One node is the hidden template that the others are made from.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.composition import compose
from sample_channel.truth import Comment, Post, Truth
from tests.replicas.microblog import batch, handle, pictured, slug
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

TOPICS, POSTS = 3, 20
LONG, LONGEST, DELIVERED = 90, 261, 120  # posts of the first topic; in the twist, and what then comes of them


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One post of a topic; `number` is its place in it, from 1, `answers` that of the post it answers."""

    number: int
    answers: int | None
    content: Post | Comment


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic: its first post is the sample channel's post, the others the comments on it, in order of time."""

    number: int
    slug: str
    title: str
    entries: tuple[Entry, ...]
    claimed: int

    @property
    def path(self) -> str:
        return f"/topic/{self.number}/{self.slug}"

    def address(self, number: int) -> str:
        """Return the path that a post is known by; the first one's is the topic's."""
        return self.path if number == 1 else f"/post/{self.entries[number - 1].content.id}"


@lru_cache(maxsize=8)
def _topics(truth: Truth, seed: int, twist: str | None) -> tuple[Topic, ...]:
    first, *others = truth.posts
    size = LONGEST if twist == "slutar" else LONG
    more = [
        comment
        for post in compose(seed=seed + 100, posts=30, now=truth.now, overclaim=0).posts
        for comment in post.comments
    ]
    return tuple(_topic(place, post) for place, post in enumerate([_lengthened(first, more, size), *others], start=7))


def _lengthened(post: Post, more: list[Comment], size: int) -> Post:
    """Return `post` with threads from elsewhere added until its topic has `size` posts."""
    longer = post
    for comment in more:
        left = size - 1 - longer.reachable
        thread = comment if sum(1 for _ in comment.thread()) <= left else replace(comment, replies=())
        if left > 0:
            longer = replace(longer, comments=(*longer.comments, thread))
    return replace(longer, claimed=longer.reachable)


def _topic(number: int, post: Post) -> Topic:
    above = {reply.id: comment.id for comment in post.discussion() for reply in comment.replies}
    ordered = sorted(post.discussion(), key=lambda comment: (comment.published, comment.id in above))
    numbers = {comment.id: place for place, comment in enumerate(ordered, start=2)}
    entries = (
        Entry(number=numbers[one.id], answers=numbers.get(above.get(one.id, "")), content=one) for one in ordered
    )
    title = re.split(r"[.!?:](?:\s|$)", post.text, maxsplit=1)[0]
    first = Entry(number=1, answers=None, content=post)
    return Topic(number=number, slug=slug(title), title=title, entries=(first, *entries), claimed=post.claimed)


def _all(replica: Replica) -> tuple[Topic, ...]:
    return _topics(replica.truth, replica.seed, replica.twist)


def _delivered(replica: Replica, topic: Topic) -> tuple[Entry, ...]:
    return topic.entries[:DELIVERED] if replica.twist == "slutar" else topic.entries


def _answer(replica: Replica, request: Request) -> Json | Answer | None:
    topics = {str(topic.number): topic for topic in _all(replica)}
    match request.parts:
        case ["category", "4", "kommunen"]:
            return replica.page()
        case ["topic", number, *_] if number in topics:
            return replica.page()
        case ["post", id_]:
            return _to_its_topic(replica, id_)
        case ["api", "category", "4"]:
            start = (int(request.query.get("page", "1")) - 1) * TOPICS
            found, following = batch(_all(replica), start, TOPICS)
            cards = [_card(topic, replica) for topic in found if isinstance(topic, Topic)]
            return {"amnen": cards, "fler": following is not None}
        case ["api", "topic", number] if number in topics:
            return _posts(replica, topics[number], request)
    return None


def _to_its_topic(replica: Replica, id_: str) -> Answer | None:
    for topic in _all(replica):
        for entry in topic.entries:
            if entry.content.id == id_:
                return Answer(status=302, location=f"{topic.path}/{entry.number}")
    return None


def _card(topic: Topic, replica: Replica) -> Json:
    return {**_post(replica, topic, topic.entries[0]), **_head(topic)}


def _head(topic: Topic) -> Json:
    return {"nummer": topic.number, "adress": topic.path, "titel": topic.title, "svar": topic.claimed}


def _posts(replica: Replica, topic: Topic, request: Request) -> Json:
    start = request.place()
    found = _delivered(replica, topic)[start : start + POSTS]
    if "svar_pa" in request.query:
        found = tuple(one for one in topic.entries if str(one.answers) == request.query["svar_pa"])
    return {**_head(topic), "antal": len(topic.entries), "inlagg": [_post(replica, topic, one) for one in found]}


def _post(replica: Replica, topic: Topic, entry: Entry) -> Json:
    one = entry.content
    answered = None if entry.answers is None else topic.entries[entry.answers - 1].content.author
    return {
        "id": one.id,
        "plats": entry.number,
        "adress": f"/post/{one.id}",
        "namn": one.author,
        "konto": handle(one.author),
        "text": one.text,
        "tid": one.published.isoformat(),
        "visad_tid": short(one.published, replica.truth.now),
        "antal_svar": sum(other.answers == entry.number for other in topic.entries),
        "svar_till": None if answered is None else {"namn": answered, "adress": topic.address(entry.answers or 1)},
        "bilder": [pictured(picture) for picture in one.pictures] if isinstance(one, Post) else [],
    }


def _rows(replica: Replica) -> Iterable[Row]:
    """Each answer under what it answers, siblings in order of time: the tree that the links tell of."""
    for topic in _all(replica):
        first = topic.entries[0].content
        yield topic.path, None, ItemKind.POST, first.author, first.text, first.published
        yield from _below(topic, _delivered(replica, topic), None)


def _below(topic: Topic, entries: tuple[Entry, ...], above: int | None) -> Iterator[Row]:
    for entry in entries[1:]:
        if entry.answers != above:
            continue
        one = entry.content
        kind = ItemKind.COMMENT if above is None else ItemKind.REPLY
        yield topic.address(entry.number), topic.address(above or 1), kind, one.author, one.text, one.published
        yield from _below(topic, entries, entry.number)


def _claims(replica: Replica) -> Mapping[str, int | None]:
    return {topic.path: topic.claimed for topic in _all(replica)}


REPLICA = Platform(
    name="forum", home="/category/4/kommunen", answer=_answer, rows=_rows, claims=_claims, twists={"slutar": 0}
)
