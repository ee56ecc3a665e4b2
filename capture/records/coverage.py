"""Which time a capture covers, how that joins the capture before it, and whether as much was seen as then.

A channel is captured in periods, one after another. Between two of them nothing may fall: neither a stretch of time
that no capture covers, nor posts that one capture had and the next no longer finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from capture.items import ItemKind, Walk
from capture.records.losses import Loss
from register.language import Text, swedish_time
from register.model import Period

LEAST_FOUND_AGAIN = 0.8
"""Fewer posts (or comments) than this part of what the previous capture had in the same stretch is a failed run.

A public body may not remove posts at will, so what it removes between two captures is a few; a platform that shows a
visitor less (logged out, another layout, a feed that ends early) takes away most of a feed at once.
"""

FEWEST_POSTS, FEWEST_COMMENTS = 5, 20
"""Where the previous capture had fewer, one post, or one person's comments, taken away would be a fifth of them."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The time a capture covers, UTC: from `since` (None: the channel's whole history) to `until`.

    `previous_end` is to when the previous capture covered the channel, None where there is none.
    """

    since: datetime | None
    until: datetime
    previous_end: datetime | None

    @property
    def period(self) -> Period:
        """The same time as the package states it."""
        return Period(start=self.since, end=self.until)

    @property
    def gap(self) -> Period | None:
        """The time between the previous capture and this one that neither covers."""
        if self.since is None or self.previous_end is None or self.since <= self.previous_end:
            return None
        return Period(start=self.previous_end, end=self.since)


def coverage_of(walk: Walk, previous: Walk | None) -> Coverage:
    """Return what `walk` covers; `previous` is the walk of the capture before it.

    A walk covers to when it began: what was published while it went on may have been seen or not.
    """
    return Coverage(since=walk.since, until=walk.started, previous_end=None if previous is None else previous.started)


def losses_between(coverage: Coverage) -> Iterator[Loss]:
    """Return the loss that a gap between two periods is."""
    gap = coverage.gap
    if gap is not None and gap.start is not None:
        begins, ends = swedish_time(gap.start), swedish_time(gap.end)
        yield Loss(
            said=Text(
                f"Perioden {begins} – {ends} (svensk tid) täcks inte av någon insamling.",
                f"No capture covers the period {begins} – {ends} (Swedish time).",
            ),
            explained=False,
            post_key=None,
        )


def remarks_on(coverage: Coverage) -> Iterator[Text]:
    """Return what is to be said of how the period joins the one before, and of what a period cannot hold."""
    since, before = coverage.since, coverage.previous_end
    if before is None:
        yield Text(
            "Detta är den första insamling av kanalen som programmet känner till.",
            "This is the first capture of the channel that the program knows of.",
        )
    elif since is None or since < before:
        end = swedish_time(before)
        yield Text(
            f"Perioden överlappar den föregående insamlingen, som omfattar tiden till {end} (svensk tid).",
            f"The period overlaps that of the previous capture, which covers the time to {end} (Swedish time).",
        )
    if since is not None:
        start = swedish_time(since)
        if before is None:
            yield Text(
                f"Det som publicerades före {start} (svensk tid) ingår inte i någon insamling.",
                f"What was published before {start} (Swedish time) is in no capture.",
            )
        yield Text(
            "Insamlingen omfattar inlägg från perioden. Kommentarer som under perioden skrevs till äldre inlägg ingår "
            "inte.",
            "The capture covers posts of the period. Comments that were written during it on older posts are not in "
            "it.",
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What two captures saw of the stretch of time that both cover: posts, and comments on those posts."""

    posts_then: int
    posts_now: int
    comments_then: int
    comments_now: int


def compare(walk: Walk, previous: Walk) -> Comparison | None:
    """Count what `walk` and `previous` saw of the stretch both cover; None where that cannot be known.

    It cannot where a post has no machine-readable time, except when both cover the whole history: then all posts
    count, and new ones may stand in for lost ones.
    """
    starts = [one.since for one in (walk, previous) if one.since is not None]
    posts = [item for item in (*walk.items, *previous.items) if item.kind is ItemKind.POST]
    if any(post.published is None for post in posts):
        if starts:
            return None
        since = until = None
    else:
        since, until = max(starts, default=None), previous.started
    now, then = _within(walk, since, until), _within(previous, since, until)
    return Comparison(
        posts_then=len(then), posts_now=len(now), comments_then=_on(previous, then), comments_now=_on(walk, now)
    )


def losses_against(compared: Comparison) -> Iterator[Loss]:
    """Return the losses that a sharp drop is: the run has failed, whatever the page itself said."""
    for then, now, fewest, what in (
        (compared.posts_then, compared.posts_now, FEWEST_POSTS, Text("inlägg", "posts")),
        (compared.comments_then, compared.comments_now, FEWEST_COMMENTS, Text("kommentarer", "comments")),
    ):
        if then >= fewest and now < LEAST_FOUND_AGAIN * then:
            yield Loss(
                said=Text(
                    f"Av den tid som även föregående insamling omfattar sågs nu {now} {what.sv}; då var de {then}.",
                    f"Of the time that the previous capture covers too, {now} {what.en} were seen now; then {then}.",
                ),
                explained=False,
                post_key=None,
            )


def remark_on(compared: Comparison | None) -> Text:
    """Return the figures of a comparison in words, or that there are none."""
    if compared is None:
        return Text(
            "Antalet inlägg kunde inte jämföras med föregående insamling: inläggen saknar maskinläsbar tid.",
            "The number of posts could not be compared with the previous capture: posts lack a machine-readable time.",
        )
    return Text(
        f"Av den tid som även föregående insamling omfattar sågs då {compared.posts_then} inlägg med "
        f"{compared.comments_then} kommentarer, nu {compared.posts_now} med {compared.comments_now}.",
        f"Of the time that the previous capture covers too, {compared.posts_then} posts with {compared.comments_then} "
        f"comments were seen then, {compared.posts_now} with {compared.comments_now} now.",
    )


def _within(walk: Walk, since: datetime | None, until: datetime | None) -> set[str]:
    """The keys of the posts published in a stretch; without limits, of all."""
    return {
        item.key
        for item in walk.items
        if item.kind is ItemKind.POST
        and (since is None or (item.published is not None and item.published >= since))
        and (until is None or (item.published is not None and item.published <= until))
    }


def _on(walk: Walk, posts: set[str]) -> int:
    """The comments and replies on `posts`."""
    return sum(item.kind is not ItemKind.POST and item.post_key in posts for item in walk.items)
