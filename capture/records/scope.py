"""What a capture would have had to see, and whether it says itself that it missed nothing there.

A person answers for what is called vanished. So an item that is not found again is vanished only if its post lies
within the capture's period, the walk reached the end of it, the channel and the post claim no more than was captured,
and not so much is gone at once that the capture itself is to be doubted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from capture.items import ItemKind, LossReason, StopReason
from capture.records.coverage import FEWEST_COMMENTS, FEWEST_POSTS, LEAST_FOUND_AGAIN
from capture.records.reading import PostAccount, Record, Seen
from register.language import SWEDEN, Text
from register.model import Verdict

_TO_THE_END = frozenset({StopReason.END_MARKER, StopReason.EXHAUSTED})
_UNKNOWN_SITE = "semantics"  # the profile's name where roles and names alone were read


@dataclass(frozen=True, kw_only=True)
class Lost:
    """An item that was not found again: `outside` what was to be seen, or not to be known and `why`; else vanished.

    `went_with` is the key of what it answered, if that is gone too.
    """

    seen: Seen
    outside: bool = False
    why: Text | None = None
    went_with: str | None = None

    @property
    def key(self) -> str:
        """Its key."""
        return self.seen.key

    @property
    def vanished(self) -> bool:
        """Whether it is known to be gone."""
        return not self.outside and self.why is None


class Scope:
    """What one capture, `later`, can say of items seen before; `pairs` is which key those it has again have now."""

    def __init__(self, later: Record, pairs: Mapping[str, str]) -> None:
        """See `Scope`."""
        self._later, self._pairs = later, pairs
        taken = set(pairs.values())
        self._renamed = {
            (item.post_key, item.author)
            for key, item in later.items.items()
            if key not in taken and item.key_source == "content"
        }
        posts = [item for item in later.items.values() if item.kind is ItemKind.POST]
        self._posts = len(posts)
        self._coarse = not posts or any(_by_the_day(post.published) for post in posts)
        self._between = _span(posts)

    def judged(self, gone: Mapping[str, tuple[Seen, Record]], *, found: Sequence[Seen]) -> list[Lost]:
        """Return what can be said of each item that is `gone`; `found` are those that were found again."""
        lost: dict[str, Lost] = {}
        for posts in (True, False):  # what is said of a post holds of its thread
            for key, (seen, record) in gone.items():
                if (seen.kind is ItemKind.POST) is posts:
                    lost[key] = self._one(seen, record, lost)
        told = self._counted(list(lost.values()))
        doubtful = frozenset(_doubts(told, found))
        return [replace(one, why=_TOO_MUCH) if one.vanished and one.seen.kind in doubtful else one for one in told]

    def _one(self, seen: Seen, record: Record, lost: Mapping[str, Lost]) -> Lost:
        above = lost.get(seen.parent_key or "")
        if above is not None:
            return Lost(seen=seen, outside=above.outside, why=above.why, went_with=above.key)
        post = lost.get(seen.post_key)
        if post is not None and seen.kind is not ItemKind.POST:
            return Lost(seen=seen, outside=post.outside, why=post.why, went_with=post.key)
        if record.profile != self._later.profile:
            return Lost(seen=seen, why=_READ_OTHERWISE)
        if seen.kind is ItemKind.POST:
            outside, why = self._of_post(seen)
            return Lost(seen=seen, outside=outside, why=why)
        return Lost(seen=seen, why=self._of_answer(seen))

    def _of_post(self, seen: Seen) -> tuple[bool, Text | None]:
        """Return whether a post was not to be seen, and if it was, why it cannot be known whether it is gone."""
        since = self._later.since
        if since is not None and seen.published is not None and seen.published < since:
            return True, None
        return False, self._unsure(seen, since)

    def _unsure(self, seen: Seen, since: datetime | None) -> Text | None:
        account = self._later.account
        if since is not None and seen.published is None:
            return _UNDATED
        if since is not None and seen.published is not None and self._coarse and _day_start(seen.published) < since:
            return _AT_THE_EDGE
        reached = account.stop in _TO_THE_END or (account.stop is StopReason.PERIOD_START and since is not None)
        if not reached or account.cut_short:
            return self._not_reached(seen)
        if since is None and (account.claimed_posts or 0) > self._posts:
            return _CHANNEL_CLAIMS_MORE
        return _RENAMED if self._may_be_renamed(seen) else None

    def _not_reached(self, seen: Seen) -> Text:
        stop = self._later.account.stop.label
        first, last = self._between
        passed = seen.published is not None and first is not None and last is not None and first < seen.published < last
        more = _NEIGHBOURS if passed else Text("", "")
        return Text(
            f"den senare insamlingen såg inte allt: {stop.sv}{more.sv}",
            f"the later capture did not see everything: {stop.en}{more.en}",
        )

    def _of_answer(self, seen: Seen) -> Text | None:
        """Return why it cannot be known whether a comment is gone from a post that was found again."""
        account = self._later.account.posts.get(self._pairs.get(seen.post_key, ""))
        if account is None:
            return _NO_ACCOUNT
        if account.reason is LossReason.HIDDEN_BY_PLATFORM:
            return _HELD_BACK
        if account.missing or account.reason is not None:
            return _short(account)
        unknown_site = self._later.profile == _UNKNOWN_SITE and self._later.account.verdict is Verdict.INCOMPLETE
        if account.claimed is None and unknown_site:
            return _NO_NUMBER
        return _RENAMED if self._may_be_renamed(seen) else None

    def _may_be_renamed(self, seen: Seen) -> bool:
        """Return whether an item without an identity may be one of those that are new: its text was its name."""
        if seen.key_source != "content":
            return False
        post = self._pairs.get(seen.post_key)
        return any(author == seen.author and post in (None, under) for under, author in self._renamed)

    def _counted(self, lost: Sequence[Lost]) -> list[Lost]:
        """Say how many of those that a claimed number leaves unknown are gone all the same."""
        of_post = Counter(self._pairs.get(one.seen.post_key, "") for one in lost if not one.outside)
        posts_lost = sum(one.seen.kind is ItemKind.POST and one.why is _CHANNEL_CLAIMS_MORE for one in lost)
        more_posts = posts_lost - ((self._later.account.claimed_posts or 0) - self._posts)
        return [self._at_least(one, of_post, more_posts) for one in lost]

    def _at_least(self, one: Lost, of_post: Mapping[str, int], more_posts: int) -> Lost:
        if one.why is None or one.outside:
            return one
        if one.why is _CHANNEL_CLAIMS_MORE:
            return replace(one, why=_with_certain(one.why, more_posts, posts_lost=True))
        post = self._pairs.get(one.seen.post_key, "")
        account = self._later.account.posts.get(post)
        if account is None or not account.missing or one.seen.kind is ItemKind.POST:
            return one
        return replace(one, why=_with_certain(one.why, of_post[post] - account.missing, posts_lost=False))


def _doubts(lost: Sequence[Lost], found: Sequence[Seen]) -> Iterator[ItemKind]:
    """Yield the kinds of which so many are gone at once that the capture is to be doubted."""
    posts_gone = sum(one.vanished and one.seen.kind is ItemKind.POST for one in lost)
    posts_found = sum(seen.kind is ItemKind.POST for seen in found)
    whole = posts_gone + posts_found
    if whole >= FEWEST_POSTS and posts_found < LEAST_FOUND_AGAIN * whole:
        yield from ItemKind
        return
    there = {seen.key for seen in found if seen.kind is ItemKind.POST}
    gone = sum(one.vanished and one.seen.post_key in there and one.seen.kind is not ItemKind.POST for one in lost)
    again = len(found) - posts_found
    if gone + again >= FEWEST_COMMENTS and again < LEAST_FOUND_AGAIN * (gone + again):
        yield from (ItemKind.COMMENT, ItemKind.REPLY)


def _short(account: PostAccount) -> Text:
    reason = account.reason.label if account.reason is not None else _UNSAID
    many = str(account.missing or "")
    return Text(
        f"{many or 'en del'} av inläggets kommentarer sågs inte: {reason.sv}",
        f"{many or 'some'} of the post's comments were not seen: {reason.en}",
    )


def _with_certain(why: Text, certain: int, *, posts_lost: bool) -> Text:
    """Add to a reason how many are gone whichever they are."""
    if certain <= 0:
        return why
    what = Text("inläggen", "posts") if posts_lost else Text("kommentarerna", "comments")
    return Text(
        f"{why.sv}; minst {certain} av de saknade {what.sv} är ändå borta",
        f"{why.en}; at least {certain} of the missing {what.en} are gone all the same",
    )


def _by_the_day(published: datetime | None) -> bool:
    """Return whether a time says no more than a day."""
    return published is None or time() in (
        published.astimezone(UTC).time(),
        published.astimezone(SWEDEN).time(),
    )


def _day_start(published: datetime) -> datetime:
    return min(datetime.combine(published.astimezone(zone), time(), zone) for zone in (UTC, SWEDEN)).astimezone(UTC)


def _span(posts: Sequence[Seen]) -> tuple[datetime | None, datetime | None]:
    times = [post.published for post in posts if post.published is not None]
    return min(times, default=None), max(times, default=None)


_UNSAID = Text("varför är inte känt", "why is not known")
_UNDATED = Text(
    "inlägget saknar maskinläsbar tid, och den senare insamlingen omfattar bara en period",
    "the post has no machine-readable time, and the later capture covers a period only",
)
_AT_THE_EDGE = Text(
    "inlägget ligger vid periodens början, och kanalen daterar på dagen när",
    "the post lies where the period begins, and the channel dates by the day",
)
_CHANNEL_CLAIMS_MORE = Text(
    "kanalen uppger fler inlägg än den senare insamlingen såg",
    "the channel claims more posts than the later capture saw",
)
_HELD_BACK = Text(
    "plattformen meddelar att den håller inne en del av inläggets kommentarer",
    "the platform says that it holds back some of the post's comments",
)
_NO_ACCOUNT = Text("intyget säger inget om inlägget", "the statement says nothing of the post")
_NO_NUMBER = Text(
    "plattformen är okänd och inlägget uppger inte hur många kommentarer det har",
    "the platform is unknown and the post does not say how many comments it has",
)
_READ_OTHERWISE = Text(
    "kanalen lästes på olika sätt vid de två insamlingarna, så att samma sak kan heta olika",
    "the channel was read in different ways in the two captures, so that one thing may have two names",
)
_RENAMED = Text(
    "det har ingen egen identitet, och samma avsändare har skrivit något som kan vara det i ändrad form",
    "it has no identity of its own, and its author has written something that may be it in another form",
)
_TOO_MUCH = Text(
    "så mycket saknas på en gång att det är insamlingen som är att misstro",
    "so much is missing at once that it is the capture that is to be doubted",
)
_NEIGHBOURS = Text("; inlägg både före och efter sågs", "; posts both before and after were seen")
