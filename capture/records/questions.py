"""Which comments are questions to the municipality, and what answers them. Rules, stated here and in the reports.

A question is what somebody else than the channel's own account wrote, and `questions.yaml` says is one. Its answer is
the first thing that the own account wrote after it in the same thread: below it; or, where the platform keeps a thread
flat, beside it under the same comment; or as a comment of its own on the post that calls the asker by name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from capture.items import ItemKind
from capture.records.reading import Seen

_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_ASKED = re.compile(r"\?(?:[\s?!.)\"'”’»]|[^\w\s]|$)")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question and its answer, None where there is none."""

    asked: Seen
    answer: Seen | None

    @property
    def seconds(self) -> int | None:
        """How long it waited for its answer, None where it has none or a time is not known."""
        if self.answer is None or self.asked.published is None or self.answer.published is None:
            return None
        return int((self.answer.published - self.asked.published).total_seconds())


def is_question(text: str) -> bool:
    """Return whether a text asks something, by the rule."""
    plain = _ADDRESS.sub(" ", text)
    return _ASKED.search(plain) is not None or _beginning().search(plain) is not None


def questions(items: Mapping[str, Seen], own: AbstractSet[str]) -> Iterator[Question]:
    """Yield the questions among the items of a channel, in its order; `own` are the names of its own account."""
    place = {key: number for number, key in enumerate(items)}
    answers: dict[str, list[tuple[Seen, Sequence[str]]]] = defaultdict(list)
    for item in items.values():
        if item.author in own and item.kind is not ItemKind.POST:
            answers[item.post_key].append((item, _above(item, items)))
    for asked in items.values():
        if asked.author not in own and is_question(asked.text):
            thread = _above(asked, items)[-1:]
            fitting = [
                answer
                for answer, above in answers.get(asked.post_key, ())
                if _is_after(answer, asked, place) and _answers(answer, above, asked, thread)
            ]
            yield Question(asked=asked, answer=min(fitting, key=lambda one: _when(one, place), default=None))


def own_names(items: Iterable[Seen], channel_name: str) -> frozenset[str]:
    """Return the names of the channel's own account: the channel's, and whoever wrote most of its posts."""
    written: dict[str, int] = defaultdict(int)
    posts = 0
    for item in items:
        if item.kind is ItemKind.POST:
            posts += 1
            written[item.author] += 1
    return frozenset({channel_name, *(author for author, number in written.items() if 2 * number > posts)} - {""})


def _is_after(answer: Seen, asked: Seen, place: Mapping[str, int]) -> bool:
    if answer.published is not None and asked.published is not None and answer.published != asked.published:
        return answer.published > asked.published
    return place[answer.key] > place[asked.key]


def _when(one: Seen, place: Mapping[str, int]) -> tuple[bool, float, int]:
    return (one.published is None, one.published.timestamp() if one.published else 0.0, place[one.key])


def _answers(answer: Seen, above: Sequence[str], asked: Seen, thread: Sequence[str]) -> bool:
    """Return whether it is an answer by its place, below `above`; the asker stands in `thread`."""
    if asked.kind is ItemKind.POST or asked.key in above:
        return True
    if thread and above[-1:] == thread:
        return True
    return answer.parent_key == answer.post_key and _calls(answer.text, asked.author)


def _above(item: Seen, items: Mapping[str, Seen]) -> Sequence[str]:
    """Return the comments that `item` stands below, the nearest first."""
    found: list[str] = []
    key = item.parent_key
    while key is not None and key != item.post_key and key in items and key not in found:
        found.append(key)
        key = items[key].parent_key
    return found


def _calls(text: str, name: str) -> bool:
    """Return whether a text begins by calling somebody by name, or names them after an @."""
    said, first = text.casefold().lstrip("@ "), name.casefold().split(" ")[0]
    if not first:
        return False
    begins = re.match(rf"(?:hej[,!]?\s+)?{re.escape(first)}\b", said)
    return begins is not None or f"@{name.casefold()}" in text.casefold()


@cache
def _beginning() -> re.Pattern[str]:
    told = yaml.safe_load(files("capture.records").joinpath("questions.yaml").read_text(encoding="utf-8"))
    phrases = "|".join(re.escape(phrase) for language in ("sv", "en") for phrase in told[language])
    return re.compile(rf"(?:^|[.!\n])\s*(?:hej[,!.]?\s+)?(?:{phrases})\b", re.IGNORECASE)
