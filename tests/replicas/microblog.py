"""What the three microblogs have in common: handles, and discussions that the page shows flat.

None of them tells in the page which reply a reply answers: a line drawn between two avatars is all there is. So every
reply answers the post as far as anybody can read. Each post and each reply states how many answer *it*, and the sum of
what a post and its replies state is the number of all of them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.truth import Comment, Post, Truth
from tests.replicas.replica import Json, Row

Address = Callable[[Post | Comment], str]


def handle(name: str) -> str:
    """Return the account name of whoever is called `name`."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def slug(title: str) -> str:
    """Return `title` as a part of an address."""
    letters = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-")


def stated(item: Post | Comment) -> int:
    """How many answers an item says it has: those to itself, and what a post claims beyond what there is."""
    if isinstance(item, Comment):
        return len(item.replies)
    return len(item.comments) + item.claimed - item.reachable


def shown(comments: Iterable[Comment]) -> Iterator[Comment]:
    """Yield comments, each with all that is below it, parents first."""
    for comment in comments:
        yield from comment.thread()


def rows(
    truth: Truth, address: Address, order: Callable[[Post], Iterable[Comment]], *, timed: bool = True
) -> Iterator[Row]:
    """Yield the truth of a channel whose discussions are flat, each in the given order of its comments."""
    for post in truth.posts:
        above = address(post)
        yield above, None, ItemKind.POST, post.author, post.text, post.published if timed else None
        for one in shown(order(post)):
            yield address(one), above, ItemKind.COMMENT, one.author, one.text, one.published if timed else None


def item(one: Post | Comment, truth: Truth, address: Address) -> dict[str, object]:
    """Return what a page needs to show a post or a reply."""
    return {
        "id": one.id,
        "adress": address(one),
        "namn": one.author,
        "konto": handle(one.author),
        "text": one.text,
        "tid": one.published.isoformat(),
        "visad_tid": short(one.published, truth.now),
        "svar": stated(one),
        "gillar": one.likes,
        "bilder": [pictured(picture) for picture in one.pictures] if isinstance(one, Post) else [],
    }


def pictured(picture: object) -> Json:
    """Return what a page needs to show a picture."""
    path, alt, width, height = (getattr(picture, name) for name in ("path", "alt", "width", "height"))
    return {"adress": path, "alt": alt, "bredd": width, "hojd": height}


def batch(items: Sequence[object], start: int, size: int) -> tuple[Sequence[object], int | None]:
    """Return `size` items from `start`, and where the next batch begins (None at the end)."""
    end = start + size
    return items[start:end], end if end < len(items) else None
