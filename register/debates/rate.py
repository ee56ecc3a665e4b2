"""Whether comments come faster than a channel's own history makes normal.

The statistic: the history is cut into stretches as long as the one that is judged. The rate of comments is taken to
differ from stretch to stretch by a gamma distribution, and the comments within one to come as a Poisson process; what
is to be expected of one more stretch is then a negative binomial distribution (Greenwood and Yule 1920). Its mean is
the history's; its variance has three parts: the chance of each stretch, how much the stretches differ among
themselves (by moments, Kleinman 1973), and how little a short history tells. A debate is suggested where as many
comments as came would come in fewer than one stretch of a thousand, and are ten or more.

So nights, weekends and weekly bursts widen what is normal, for they are in the history; a channel that is always busy
is not told that it is; and a channel that was silent is not told of its first comment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, lgamma, log, log1p

LEVEL = 1e-3
"""How seldom a stretch with as many comments would come by the history alone, for a debate to be suggested."""

LEAST_COMMENTS = 10
LEAST_STRETCHES = 14


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How a stretch stands beside the history: `comments` came, `expected` is the mean of the history's stretches.

    `chance` is how likely at least as many are, by the history; None where that is too short (`stretches`) to say.
    """

    comments: int
    expected: float
    stretches: int
    chance: float | None

    @property
    def unusual(self) -> bool:
        """Whether a debate is to be suggested."""
        return self.chance is not None and self.chance < LEVEL and self.comments >= LEAST_COMMENTS


def judge(history: Sequence[int], comments: int) -> Judged:
    """Judge the comments of one stretch by those of earlier ones, all of the same length.

    Args:
        history: How many came in each earlier stretch, in any order.
        comments: How many came in the one that is judged.

    Raises:
        ValueError: a number of comments is negative.
    """
    if comments < 0 or min(history, default=0) < 0:
        raise ValueError("a negative number of comments")
    number = len(history)
    mean = (sum(history) + 0.5) / number if number else 0.0  # half a comment: no history makes comments impossible
    if number < LEAST_STRETCHES:
        return Judged(comments=comments, expected=mean, stretches=number, chance=None)
    spread = sum((each - mean) ** 2 for each in history) / (number - 1)
    differ = max(0.0, spread - mean)
    return Judged(
        comments=comments,
        expected=mean,
        stretches=number,
        chance=_at_least(comments, mean=mean, variance_of_rate=differ + (differ + mean) / number),
    )


def stretches(times: Iterable[datetime], *, start: datetime, end: datetime, length: timedelta) -> tuple[int, ...]:
    """Return how many of `times` lie in each whole stretch of `length` that ends at `end` or `length`s before it.

    Args:
        times: When comments were published; aware. What lies outside is not counted.
        start: From when all comments are known; a stretch that begins before is not counted.
        end: Where the last stretch ends; it is not part of it.
        length: How long a stretch is, in time and not by the clock: a day is 24 hours, also when the clocks change.

    Returns:
        The oldest first.

    Raises:
        ValueError: `length` is not positive.
    """
    if length <= timedelta():
        raise ValueError("a stretch without length")
    whole = max(0, (end - start) // length)
    counts = [0] * whole
    for at in times:
        before = (end - at - timedelta(microseconds=1)) // length if at < end else -1
        if 0 <= before < whole:
            counts[whole - 1 - before] += 1
    return tuple(counts)


def _at_least(comments: int, *, mean: float, variance_of_rate: float) -> float:
    """Return P(X >= comments) for a Poisson whose rate is gamma distributed with this mean and variance.

    The lower tail is summed, term by term in logarithms, and taken from one: the smallest chance that is told apart
    from none is 1e-15, far below any level.
    """
    shape = mean * mean / variance_of_rate
    scale = variance_of_rate / mean
    success, failure = -log1p(scale), log(scale) - log1p(scale)
    below = (
        exp(lgamma(shape + n) - lgamma(shape) - lgamma(n + 1) + shape * success + n * failure) for n in range(comments)
    )
    return max(0.0, 1.0 - sum(below))
