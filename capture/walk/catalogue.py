"""What has been seen so far: every item once, in the channel's order, and what each post claims against it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from capture.items import Item, ItemKind, LossReason, Picture, PostLedger
from capture.walk import claims
from capture.walk.look import Look, Record

_HOME = ZoneInfo("Europe/Stockholm")


class Catalogue:
    """Collects records as the page gives them; later ones complete earlier ones."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.claims_answers = False  # every number on the platform counts direct answers only
        self._clock = clock
        self._records: dict[str, Record] = {}
        self._first_seen: dict[str, datetime] = {}
        self._under: defaultdict[str | None, list[str]] = defaultdict(list)
        self._of_post: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._twice: dict[str, int] = {}
        self._first_claim: dict[str, int] = {}
        self._settled: set[str] = set()

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        """Say whether there is an item of that key."""
        return key in self._records

    @property
    def posts_seen(self) -> int:
        """The number of posts."""
        return len(self._under[None])

    def add(self, look: Look) -> int:
        """Take in what a look brought; return how many items were new.

        What belongs to a post that is settled stays as it was when its account was made.
        """
        before = len(self._records)
        for key in look.retired:
            if not self._is_settled(key):
                self._forget(key)
        for record in look.items:
            if record.post not in self._settled:
                self._add(record)
        for siblings in look.orders:
            if siblings.parent is not None and self._is_settled(siblings.parent):
                continue
            standing = [key for key in siblings.keys if self._stands_under(key, siblings.parent)]
            self._under[siblings.parent] = _merged(self._under[siblings.parent], standing)
        for key, times in look.twice.items():
            self._twice[key] = max(times, self._twice.get(key, 0))
        return len(self._records) - before

    def settle(self, post_key: str) -> None:
        """Leave a post as it is: its account is about to be made."""
        self._settled.add(post_key)

    def _is_settled(self, key: str) -> bool:
        record = self._records.get(key)
        return record is not None and record.post in self._settled

    def restore(self, records: Sequence[Record], first_seen: Sequence[datetime], order: Sequence[str]) -> None:
        """Take in a finished post as an earlier walk knew it; `order` are the posts in the order of the feed then."""
        for record, seen in zip(records, first_seen, strict=True):
            self._add(record)
            self._first_seen[record.key] = seen
        self._settled.update(record.key for record in records[:1])
        known = [key for key in order if self._stands_under(key, None)]
        self._under[None] = _merged(self._under[None], known)

    def finished(self, post_key: str) -> tuple[tuple[Record, ...], tuple[datetime, ...]]:
        """Return a post's records, itself first, each before its answers, and when each was first seen (UTC)."""
        records = (self._records[post_key], *self.comments_of(post_key))
        return records, tuple(self._first_seen[record.key] for record in records)

    @property
    def order(self) -> tuple[str, ...]:
        """The posts in the order of the feed, as it is known now."""
        return tuple(self._under[None])

    def _stands_under(self, key: str, parent: str | None) -> bool:
        return key in self._records and self._records[key].parent == parent

    def _forget(self, key: str) -> None:
        record = self._records.pop(key, None)
        if record is not None:
            self._under[record.parent].remove(key)
            self._of_post[record.post or key].pop(key, None)
            self._first_seen.pop(key)

    def _add(self, record: Record) -> None:
        known = self._records.get(record.key)
        if known is not None:
            record = _completed(known, record)
        if known is None or known.parent != record.parent:
            if known is not None:
                self._under[known.parent].remove(known.key)
            self._under[record.parent].append(record.key)
        if known is not None and known.post != record.post:
            self._of_post[known.post or known.key].pop(known.key, None)
        self._of_post[record.post or record.key][record.key] = None
        self._records[record.key] = record
        if record.kind == "post" and record.claim is not None:
            self._first_claim.setdefault(record.key, claims.parse(record.claim).at_least)
        self._first_seen.setdefault(record.key, self._clock())

    def comments_of(self, post_key: str) -> Iterator[Record]:
        """Yield the comments and replies of a post in display order, each before its replies.

        Replies to something that is not there (it was removed, and still is answered) come last.
        """
        lost = [key for key in self._of_post[post_key] if self._is_lost(self._records[key])]
        stack = [*reversed(lost), *reversed(self._under[post_key])]
        while stack:
            key = stack.pop()
            yield self._records[key]
            stack.extend(reversed(self._under.get(key, [])))

    def _is_lost(self, record: Record) -> bool:
        return record.parent is not None and record.parent not in self._records

    def captured(self, post_key: str) -> int:
        """Return the number of comments and replies of a post."""
        return len(self._of_post[post_key]) - 1

    def claim(self, post_key: str) -> claims.Claim | None:
        """Return what a post says it has, None if it says nothing.

        Where numbers count direct answers only, that is the sum over the post and all its comments.
        """
        own = self._own_claim(post_key)
        if own is None or not self.claims_answers:
            return own
        counted = [own, *(claims.parse(one.claim) for one in self.comments_of(post_key) if one.claim is not None)]
        return claims.Claim(number=sum(one.number for one in counted), at_least=sum(one.at_least for one in counted))

    def _own_claim(self, post_key: str) -> claims.Claim | None:
        record = self._records[post_key]
        return None if record.claim is None else claims.parse(record.claim)

    def keys_of(self, post_key: str) -> list[str]:
        """Return the keys of a post and of all that is known to belong to it, in order."""
        return [post_key, *(record.key for record in self.comments_of(post_key))]

    def fallen(self, post_key: str) -> int:
        """Return by how many a post's own number has fallen since it was first read; 0 where it was rounded."""
        claim = self._own_claim(post_key)
        if claim is None or claim.rounded:
            return 0
        return max(0, self._first_claim[post_key] - claim.at_least)

    def published(self, post_key: str) -> datetime | None:
        """Return when a post was published (UTC), None where the page has no machine-readable time of it."""
        return _instant(self._records[post_key].datetime)

    def knows(self, post_key: str) -> bool:
        """Say whether there is such a post, and more of it than a card shows."""
        return post_key in self._records and not self._records[post_key].card

    def post(self, key: str) -> Item:
        """Return a post as it is known now; its ordinal counts posts only, until the walk is over."""
        posts = self._posts()
        return self._item(self._records[key], post_key=key, ordinal=posts.index(key) + 1)

    def short_of(self, post_key: str) -> bool:
        """Say whether a post, or a comment of it, claims more than has been captured."""
        claim = self.claim(post_key)
        if claim is not None:
            return self.captured(post_key) < claim.at_least
        return any(
            record.claim is not None and len(self._under[record.key]) < claims.parse(record.claim).at_least
            for record in list(self.comments_of(post_key))
        )

    def shortened(self, post_key: str) -> bool:
        """Say whether a text of the post, or of a comment of it, is only known in its shortened form."""
        own = self._records[post_key].shortened
        return own or any(record.shortened for record in self.comments_of(post_key))

    def rounded_posts(self) -> tuple[str, ...]:
        """Return the keys of posts that only give a rounded number."""
        known = ((key, self.claim(key)) for key in self._posts())
        return tuple(key for key, claim in known if claim is not None and claim.rounded)

    def ledger(self, post_key: str, missing: LossReason | None, evidence: str | None) -> PostLedger:
        """Return the account of one post."""
        claim = self.claim(post_key)
        keys = self.keys_of(post_key)
        return PostLedger(
            post_key=post_key,
            claimed=None if claim is None else claim.at_least,
            captured=len(keys) - 1,
            duplicates=sum(self._twice.get(key, 0) for key in keys),
            deleted=self.fallen(post_key),
            missing_reason=missing,
            evidence=evidence,
        )

    def items(self, walked: Iterable[str]) -> tuple[Item, ...]:
        """Return all items of the posts `walked`, in the channel's order, numbered from 1."""
        chosen = set(walked)
        found: list[Item] = []
        for key in self._posts():
            if key not in chosen:
                continue
            found.append(self._item(self._records[key], post_key=key, ordinal=0))
            found.extend(self._item(record, post_key=key, ordinal=0) for record in self.comments_of(key))
        return tuple(replace(item, ordinal=place) for place, item in enumerate(found, start=1))

    def posts_in_order(self, walked: Iterable[str]) -> tuple[str, ...]:
        """Return the keys of the posts `walked`, in the channel's order."""
        chosen = set(walked)
        return tuple(key for key in self._posts() if key in chosen)

    def _posts(self) -> list[str]:
        """The feed's own numbering rules where every post has one; else the order in which they stood."""
        keys = self._under[None]
        places = [self._records[key].place for key in keys]
        if all(places) and len(set(places)) == len(places):
            return sorted(keys, key=lambda key: self._records[key].place)
        return list(keys)

    def _item(self, record: Record, *, post_key: str, ordinal: int) -> Item:
        return Item(
            key=record.key,
            key_source=record.source,
            kind=ItemKind(record.kind),
            post_key=post_key,
            parent_key=post_key if self._is_lost(record) else record.parent,
            ordinal=ordinal,
            author=record.author,
            text=record.text,
            published=_instant(record.datetime),
            published_shown=record.shown,
            claimed=None if record.claim is None else claims.parse(record.claim).number,
            links=record.links,
            pictures=tuple(Picture(url=picture.url, alt=picture.alt) for picture in record.pictures),
            first_seen=self._first_seen[record.key],
        )


def _completed(known: Record, record: Record) -> Record:
    """Return `record` with what only `known` has: a visit or a second look may show less than the first."""
    if record.card and not known.card:  # the post's own page says more than the card in the feed
        return known.model_copy(update={"place": record.place or known.place})
    changes: dict[str, object] = {"place": record.place or known.place, "claim": _better_claim(known, record)}
    for name in ("author", "datetime", "shown") if known.card else ():
        changes[name] = getattr(record, name) or getattr(known, name)
    if record.shortened and not known.shortened and not known.card:
        changes |= {"text": known.text, "links": known.links, "shortened": False}
    if len(record.pictures) < len(known.pictures) and not known.card:
        changes["pictures"] = known.pictures
    return record.model_copy(update=changes)


def _better_claim(known: Record, record: Record) -> str | None:
    if record.claim is None or known.claim is None:
        return record.claim or known.claim
    if record.kind == "post":
        return record.claim  # the latest: comments come and go
    return max(known.claim, record.claim, key=lambda claim: claims.parse(claim).number)  # a thread's first word


def _merged(known: Sequence[str], standing: Sequence[str]) -> list[str]:
    """Return `known` in the order in which its members stand now; what is no longer in the page follows its neighbour.

    A feed that removes what has passed shows only a part of itself at a time: what went before stays before.
    """
    present = set(standing)
    followers: dict[str | None, list[str]] = {None: []}
    neighbour: str | None = None
    for key in known:
        if key in present:
            neighbour = key
            followers[key] = []
        else:
            followers[neighbour].append(key)
    return followers[None] + [key for one in standing for key in (one, *followers.get(one, ()))]


def _instant(written: str) -> datetime | None:
    """Return a page's machine-readable time in UTC; one without a zone is Swedish time, a mere date is no instant."""
    written = written.strip()
    if len(written) <= len("2026-01-01"):
        return None
    try:
        instant = datetime.fromisoformat(written)
        return (instant if instant.tzinfo else instant.replace(tzinfo=_HOME)).astimezone(UTC)
    except (ValueError, OverflowError):  # not a time, or one outside the calendar
        return None
