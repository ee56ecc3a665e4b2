"""Which item of one capture is which of another: by key; else by permalink; else by who wrote it where and when."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import yaml

from capture.records.reading import Seen

_Naming = Callable[[Seen], Hashable | None]
_OF_THE_VISIT = re.compile(
    r"(utm_.*|fbclid|gclid|igsh(id)?|mibextid|__cft__.*|__tn__|ref|refsrc|rdid|share_url|locale)"
)
_OTHER_DOORS = re.compile(r"^(www|m|mobile|web|sv-se|touch|mbasic)\.")


def matched(before: Mapping[str, Seen], now: Mapping[str, Seen]) -> dict[str, str]:
    """Return the key that each item of `before` has now, for those that are found again.

    Where keys differ, only what is called the same by no other item on either side is taken to be one and the same.
    """
    pairs = {key: key for key in before if key in now}
    if len(pairs) == len(before) or len(pairs) == len(now):
        return pairs
    _pair(pairs, before, now, _by_permalink, _by_permalink)
    _pair(pairs, before, now, lambda seen: _by_writing(seen, pairs.get(seen.post_key)), _by_its_writing)
    return pairs


def same_text(before: str, now: str) -> bool:
    """Return whether two texts say the same: white space aside, and one may be the shortened form of the other."""
    one, other = _plain(before), _plain(now)
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    stem = re.sub(r"\s*(…|\.\.\.)$", "", short)
    return stem != short and long.startswith(stem) and bool(stem)


def is_placeholder(text: str) -> bool:
    """Return whether a text is what a platform writes in the place of something removed or hidden."""
    return _plain(text).casefold().strip("[]()<> ").rstrip(".! ") in _placeholders()


def _pair(
    pairs: dict[str, str],
    before: Mapping[str, Seen],
    now: Mapping[str, Seen],
    then_called: _Naming,
    now_called: _Naming,
) -> None:
    taken = set(pairs.values())
    those = _called(then_called, (seen for seen in before.values() if seen.key not in pairs))
    these = _called(now_called, (seen for seen in now.values() if seen.key not in taken))
    for name, found in those.items():
        if len(found) == len(these.get(name, ())) == 1:
            pairs[found[0].key] = these[name][0].key


def _called(naming: _Naming, items: Iterable[Seen]) -> dict[Hashable, list[Seen]]:
    found: dict[Hashable, list[Seen]] = defaultdict(list)
    for seen in items:
        name = naming(seen)
        if name is not None:
            found[name].append(seen)
    return found


def _by_permalink(seen: Seen) -> Hashable | None:
    """Return its permalink, less what a platform adds for the visit."""
    if seen.permalink is None:
        return None
    try:
        parts = urlsplit(seen.permalink)
        host = _OTHER_DOORS.sub("", parts.netloc.lower())
        query = sorted(
            pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _OF_THE_VISIT.fullmatch(pair[0])
        )
    except ValueError:
        return None
    return urlunsplit(("", host, parts.path.rstrip("/"), urlencode(query), parts.fragment))


def _by_writing(seen: Seen, post: str | None) -> Hashable | None:
    """Return by whom and when it was written under `post`: all that an edited text without an identity keeps."""
    if seen.key_source != "content" or seen.published is None or post is None:
        return None
    return (seen.kind, post, seen.author, seen.published)


def _by_its_writing(seen: Seen) -> Hashable | None:
    return _by_writing(seen, seen.post_key)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@cache
def _placeholders() -> frozenset[str]:
    told = yaml.safe_load(files("capture.records").joinpath("placeholders.yaml").read_text(encoding="utf-8"))
    return frozenset(phrase.casefold() for language in ("sv", "en") for phrase in told[language])
