"""What became of the items of earlier captures in a later one: new, edited, vanished, hidden, or not to be known.

An item is *vanished* only where the later capture would have had to see it and says itself that it missed nothing
there (`scope`). Where that does not hold, the answer is *kan inte avgöras* and why; what was never the later one's to
see is *outside*.

Only texts are compared: the addresses of pictures and links change with every visit. An item whose text is now what a
platform writes in the place of something removed (`placeholders.yaml`) is *hidden*.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from capture.records.matching import is_placeholder, matched, same_text
from capture.records.reading import Record, Seen
from capture.records.scope import Lost, Scope
from register import address
from register.errors import BadInputError
from register.language import Text, swedish_time


class Fate(StrEnum):
    """What became of an item."""

    NEW = "ny"
    EDITED = "ändrad"
    VANISHED = "försvunnen"
    HIDDEN = "dold"
    UNDECIDED = "kan inte avgöras"

    @property
    def label(self) -> Text:
        """The fate as a person reads it."""
        return Text(self.value, _IN_ENGLISH[self])


_IN_ENGLISH = {
    Fate.NEW: "new",
    Fate.EDITED: "edited",
    Fate.VANISHED: "vanished",
    Fate.HIDDEN: "hidden",
    Fate.UNDECIDED: "cannot be decided",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An item that is not as it was.

    `before` is as the earlier captures last saw it, None for a new one; `after` as the later one saw it, None for one
    that is gone. `last_seen` is when the walk that last saw it ended (UTC), None for a new one. `went_with` is the key
    of the item that it answered and that is gone too: taking that away took this. `why` says why nothing can be said.
    """

    fate: Fate
    item: Seen
    before: Seen | None
    after: Seen | None
    last_seen: datetime | None = None
    went_with: str | None = None
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a later capture shows of what earlier ones saw.

    `expected` is how many items it would have had to see, `same` those of them that are as they were, `outside` those
    that were not its to see. `later_began` is UTC.
    """

    url: str
    later_began: datetime
    changes: tuple[Change, ...]
    expected: int
    same: int
    outside: int

    def of(self, fate: Fate) -> tuple[Change, ...]:
        """Return the items with a fate, in the channel's order."""
        return tuple(change for change in self.changes if change.fate is fate)

    def along(self) -> Mapping[str, int]:
        """Return how many answers, at any depth, went away with each item that is gone and answers none that is."""
        above = {change.item.key: change.went_with for change in self.changes if change.went_with is not None}
        found: dict[str, int] = defaultdict(int)
        for key in above:
            top = key
            while top in above:
                top = above[top]
            found[top] += 1
        return found


class Sight:
    """What captures of a channel, taken in one after another, last saw of each item."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._last: dict[str, tuple[Seen, Record]] = {}
        self._latest: Record | None = None

    def take_in(self, later: Record) -> Difference | None:
        """Return what became of what was seen, None for the first capture; from now on `later` is seen too.

        What is vanished is seen no more, so that it is found once.

        Raises:
            BadInputError: `later` is of another channel, or older than what was taken in before.
        """
        difference = None
        if self._latest is not None:
            require_comparable(self._latest, later)
            pairs = matched({key: seen for key, (seen, _) in self._last.items()}, later.items)
            difference = _compared(self._last, later, pairs)
            for change in difference.of(Fate.VANISHED):
                del self._last[change.item.key]
            for before, now in pairs.items():
                if before != now:  # the same item, under another key
                    del self._last[before]
        self._last.update((key, (item, later)) for key, item in later.items.items())
        self._latest = later
        return difference


def differ(earlier: Record, later: Record) -> Difference:
    """Return what became of the items of one capture in a later one.

    Raises:
        BadInputError: they are of different channels, or the second is the older.
    """
    sight = Sight()
    sight.take_in(earlier)
    found = sight.take_in(later)
    assert found is not None  # noqa: S101 - something was seen before
    return found


def _compared(last: Mapping[str, tuple[Seen, Record]], later: Record, pairs: Mapping[str, str]) -> Difference:
    changes, same, gone = [], 0, {}
    for key, (seen, record) in last.items():
        now = pairs.get(key)
        if now is None:
            gone[key] = (seen, record)
            continue
        fate = _fate_of(seen, later.items[now])
        if fate is None:
            same += 1
        else:
            after = later.items[now]
            changes.append(Change(fate=fate, item=seen, before=seen, after=after, last_seen=record.ended))
    lost = Scope(later, pairs).judged(gone, found=[last[key][0] for key in pairs])
    changes += [_lost(one, gone[one.key][1]) for one in lost if not one.outside]
    outside = sum(one.outside for one in lost)
    known = set(pairs.values())
    changes += [
        Change(fate=Fate.NEW, item=item, before=None, after=item)
        for key, item in later.items.items()
        if key not in known
    ]
    return Difference(
        url=later.url,
        later_began=later.started,
        changes=tuple(changes),
        expected=len(last) - outside,
        same=same,
        outside=outside,
    )


def _fate_of(before: Seen, after: Seen) -> Fate | None:
    if same_text(before.text, after.text):
        return None
    return Fate.HIDDEN if is_placeholder(after.text) and not is_placeholder(before.text) else Fate.EDITED


def _lost(one: Lost, record: Record) -> Change:
    return Change(
        fate=Fate.VANISHED if one.why is None else Fate.UNDECIDED,
        item=one.seen,
        before=one.seen,
        after=None,
        last_seen=record.ended,
        went_with=one.went_with,
        why=one.why,
    )


def require_comparable(earlier: Record, later: Record) -> None:
    """Refuse two captures of different channels, or the older as the later.

    Raises:
        BadInputError: they are so.
    """
    if _address(earlier.url) != _address(later.url):
        raise _incomparable(
            Text(
                f"De gäller olika kanaler: {earlier.url} och {later.url}.",
                f"They are of different channels: {earlier.url} and {later.url}.",
            ),
            Text("Ange två insamlingar av samma kanal.", "Give two captures of one channel."),
        )
    if later.started < earlier.started:
        at = swedish_time(later.started)
        raise _incomparable(
            Text(f"Den som anges som senare är äldre ({at}).", f"The one given as later is the older ({at})."),
            Text("Ange den äldre först.", "Give the older first."),
        )


def _incomparable(happened: Text, next_step: Text) -> BadInputError:
    safe = Text("Inget har jämförts och inget har ändrats.", "Nothing was compared and nothing was changed.")
    return BadInputError(happened=happened, safe=safe, next_step=next_step)


def _address(url: str) -> str:
    try:
        return address.canonical(url).rstrip("/")
    except ValueError:
        return url
