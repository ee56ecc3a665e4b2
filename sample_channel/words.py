"""The channel's vocabulary, read from `words.toml`, and the voice that speaks it without repeating itself."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

ALL_YEAR = tuple(range(1, 13))


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One of the municipality's subjects: what it posts about it, and what people answer. `months`: when it does."""

    name: str
    motif: str
    captions: Sequence[str]
    alts: Sequence[str]
    posts: Sequence[str]
    comments: Sequence[str]
    months: Sequence[int] = ALL_YEAR


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything in `words.toml`; what each list is for is said there."""

    first_names: Sequence[str]
    surnames: Sequence[str]
    places: Sequence[str]
    streets: Sequence[str]
    days: Sequence[str]
    openings: Sequence[str]
    closings: Sequence[str]
    generic: Sequence[str]
    replies: Sequence[str]
    answers: Sequence[str]
    short: Sequence[str]
    foreign: Sequence[str]
    hostile: Sequence[str]
    long_words: Sequence[str]
    essays: Sequence[str]
    topics: Sequence[Topic]


@cache
def words() -> Words:
    """Return the vocabulary. A key that is missing or misspelt raises TypeError."""
    read = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    topics = [Topic(**topic) for topic in read.pop("topics")]
    return Words(**read, topics=topics)


class Voice:
    """Draws words as from packs of cards: each pack is used up before anything in it comes again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._packs: dict[tuple[str, ...], list[str]] = {}

    def draw(self, pack: Sequence[str]) -> str:
        """Return the next of `pack`."""
        left = self._packs.setdefault(tuple(pack), [])
        if not left:
            left.extend(pack)
            self._random.shuffle(left)
        return left.pop()

    def fill(self, template: str, *, answering: str = "") -> str:
        """Return `template` with its slots filled; `answering` is the name of whoever is answered."""
        vocabulary = words()
        return template.format(
            plats=self.draw(vocabulary.places),
            gata=self.draw(vocabulary.streets),
            dag=self.draw(vocabulary.days),
            tal=self._random.randint(3, 28),
            klocka=f"{self._random.randint(7, 20)}.{self._random.choice(('00', '15', '30'))}",
            namn=answering.split(" ", maxsplit=1)[0],
        )

    def person(self) -> str:
        """Return the name of somebody who does not exist."""
        return f"{self.draw(words().first_names)} {self.draw(words().surnames)}"

    def remark(self, topic: Topic) -> tuple[str, bool]:
        """Return what somebody says about `topic`, and whether the platform takes it for spam."""
        vocabulary = words()
        kind = self._random.choices(
            ("topic", "generic", "essay", "foreign", "short", "long", "hostile"), (49, 20, 8, 7, 8, 3, 5)
        )[0]
        match kind:
            case "hostile":
                return self.draw(vocabulary.hostile), True
            case "long":
                return self.draw(vocabulary.long_words), self._random.random() < 0.5
            case "short":
                return self.draw(vocabulary.short), False
            case "essay" | "foreign":
                pack = vocabulary.essays if kind == "essay" else vocabulary.foreign
                return self.fill(self.draw(pack)), False
            case _:
                pack = topic.comments if kind == "topic" else vocabulary.generic
                return self._embellished(self.draw(pack)), self._random.random() < 0.08

    def answer(self, answering: str, *, official: bool) -> str:
        """Return a reply to the person `answering`, from the municipality if `official`."""
        vocabulary = words()
        return self.fill(self.draw(vocabulary.answers if official else vocabulary.replies), answering=answering)

    def _embellished(self, template: str) -> str:
        """Put an opening before and a closing after; within a sentence the remark loses its capital."""
        opening, closing = self.draw(words().openings), self.draw(words().closings)
        if opening.endswith((", ", ": ")):
            template = template[0].lower() + template[1:]
        return self.fill(f"{opening}{template}{closing}")
