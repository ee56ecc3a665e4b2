"""The channel's content, composed from `words.toml` and a seed: the same seed gives the same channel for ever."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sample_channel.pictures import SIZES
from sample_channel.truth import Comment, Picture, Post, Truth
from sample_channel.words import Topic, Voice, words

NAME = "Exempelkommun"
ROOT = "/exempelkommun"
_HALF_YEAR = timedelta(days=182)
_NEWEST = timedelta(minutes=95)
_MOST_COMMENTS = 35
_AVERAGE_COMMENTS = 10
_ENOUGH_TO_OVERCLAIM = 8


def compose(*, seed: int, posts: int, now: datetime, overclaim: int) -> Truth:
    """Return the channel that `seed` stands for.

    Args:
        seed: Any number; the same one always gives the same channel.
        posts: How many posts the channel has.
        now: The instant of the visit (UTC); everything was published in the half-year before it.
        overclaim: How many posts claim more comments than there are.

    Raises:
        ValueError: Too few posts have enough comments for anyone to believe the overclaim.
    """
    random = Random(seed)  # noqa: S311 - a repeatable channel, no secret
    composer = _Composer(random, now)
    ages = sorted(random.random() for _ in range(posts))
    counts = _comment_counts(random, posts)
    written = [
        composer.post(now - _NEWEST - age * (_HALF_YEAR - _NEWEST), comments)
        for age, comments in zip(ages, counts, strict=True)
    ]
    return Truth(name=NAME, now=now, posts=_overclaimed(random, written, overclaim))


def _comment_counts(random: Random, posts: int) -> list[int]:
    """Return a number of comments for each post: most get few, a few get very many, ten on average or more."""
    counts = [int((_MOST_COMMENTS + 1) * random.random() ** 2.2) for _ in range(posts)]
    while sum(counts) < _AVERAGE_COMMENTS * posts:
        counts[random.randrange(posts)] = random.randint(_AVERAGE_COMMENTS, _MOST_COMMENTS)
    return counts


def _overclaimed(random: Random, posts: list[Post], number: int) -> tuple[Post, ...]:
    candidates = [post.id for post in posts if post.reachable >= _ENOUGH_TO_OVERCLAIM]
    if number > len(candidates):
        raise ValueError(f"{number} posts are to overclaim, and only {len(candidates)} have comments enough for it")
    chosen = set(random.sample(candidates, number))
    return tuple(
        replace(post, claimed=post.reachable + random.randint(3, 9)) if post.id in chosen else post for post in posts
    )


@dataclass(kw_only=True)
class _Draft:
    """A comment before its replies are known; `parent` is its place in the discussion, None at the top."""

    parent: int | None
    author: str
    text: str
    spam: bool
    published: datetime


class _Composer:
    def __init__(self, random: Random, now: datetime) -> None:
        self._random = random
        self._now = now
        self._voice = Voice(random)
        self._topics_used: Counter[str] = Counter()

    def post(self, published: datetime, comments: int) -> Post:
        topic = self._topic(published)
        id_ = str(self._random.randrange(10**14, 10**15))
        permalink = f"{ROOT}/inlagg/{id_}"
        drafts = self._discussion(topic, published, comments)
        return Post(
            id=id_,
            permalink=permalink,
            author=NAME,
            text=self._voice.fill(self._voice.draw(topic.posts)),
            published=published.replace(microsecond=0),
            likes=comments * 3 + self._random.randint(2, 60),
            shares=self._random.randint(0, 14),
            pictures=self._pictures(topic),
            comments=self._nested(drafts, None, f"{permalink}?kommentar="),
            claimed=comments,
        )

    def _topic(self, published: datetime) -> Topic:
        """Return a subject of the season, among those least used so far."""
        fitting = [topic for topic in words().topics if published.month in topic.months]
        least = min(self._topics_used[topic.name] for topic in fitting)
        topic = self._random.choice([topic for topic in fitting if self._topics_used[topic.name] == least])
        self._topics_used[topic.name] += 1
        return topic

    def _discussion(self, topic: Topic, start: datetime, number: int) -> list[_Draft]:
        """Return `number` drafts in order of time; a reply comes after what it answers."""
        span = min(self._now - start, timedelta(days=9))
        times = sorted(start + span * (0.02 + 0.97 * self._random.random() ** 2) for _ in range(number))
        drafts: list[_Draft] = []
        for published in times:
            drafts.append(self._draft(topic, published.replace(microsecond=0), drafts))
        return drafts

    def _draft(self, topic: Topic, published: datetime, earlier: list[_Draft]) -> _Draft:
        parent = self._answered(earlier)
        if parent is None:
            text, spam = self._voice.remark(topic)
            return _Draft(parent=None, author=self._voice.person(), text=text, spam=spam, published=published)
        official = self._random.random() < 0.25
        author = NAME if official else self._voice.person()
        text = self._voice.answer(earlier[parent].author, official=official)
        if not official and self._random.random() < 0.2:
            text, _ = self._voice.remark(topic)
        return _Draft(parent=parent, author=author, text=text, spam=False, published=published)

    def _answered(self, earlier: list[_Draft]) -> int | None:
        """Return which earlier draft the next one answers: usually none, often the one that most people answer."""
        if not earlier or self._random.random() < 0.58:
            return None
        chosen = 0 if self._random.random() < 0.5 else self._random.randrange(len(earlier))
        above = earlier[chosen].parent
        if above is None:
            return chosen
        deepest = earlier[above].parent is not None
        return above if deepest or self._random.random() < 0.5 else chosen

    def _nested(self, drafts: list[_Draft], parent: int | None, prefix: str) -> tuple[Comment, ...]:
        """Return the comments that answer `parent`; `prefix` is their permalink up to their own id."""
        comments = []
        for place, draft in enumerate(drafts):
            if draft.parent != parent:
                continue
            id_ = str(self._random.randrange(10**9, 10**10))
            below = f"{prefix}{id_}&svar=" if parent is None else prefix
            comments.append(
                Comment(
                    id=id_,
                    permalink=f"{prefix}{id_}",
                    author=draft.author,
                    text=draft.text,
                    published=draft.published,
                    likes=int(40 * self._random.random() ** 4),
                    spam=draft.spam,
                    replies=self._nested(drafts, place, below),
                )
            )
        return tuple(comments)

    def _pictures(self, topic: Topic) -> tuple[Picture, ...]:
        number = self._random.choices((0, 1, 2, 3), (30, 52, 12, 6))[0]
        return tuple(self._picture(topic) for _ in range(number))

    def _picture(self, topic: Topic) -> Picture:
        seed = self._random.randrange(10**8, 10**9)
        width, height = self._random.choice(SIZES)
        drawn = topic.motif in ("affisch", "diagram", "karta")
        return Picture(
            path=f"/bild/{seed}.{'png' if drawn else 'jpg'}",
            alt=self._voice.fill(self._voice.draw(topic.alts)),
            width=width,
            height=height,
            motif=topic.motif,
            caption=self._voice.draw(topic.captions),
            seed=seed,
        )
