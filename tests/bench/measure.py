"""What every part of the bench measures and prints with."""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ParamSpec

P = ParamSpec("P")


def timed(work: Callable[P, object], *given: P.args, **named: P.kwargs) -> float:
    """Return how many seconds `work` took with what it was given."""
    began = time.perf_counter()
    work(*given, **named)
    return time.perf_counter() - began


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def ratio(what: str, measured: list[float], against: list[float]) -> None:
    """Print the median ratio of what was measured in turn; the seconds beside it are for this machine only."""
    found = statistics.median(m / a for m, a in zip(measured, against, strict=True))
    spread = f"{min(measured):.1f}–{max(measured):.1f} s" if len(measured) > 1 else f"{measured[0]:.1f} s"
    say(f"{what:<45} {spread:>16}   ratio {found:5.2f}")


def target(what: str, measured: list[float], *, at_most: float | None = None, at_least: float | None = None) -> None:
    """Print the median of what was measured, its spread, and whether that meets the target."""
    found = statistics.median(measured)
    met = (at_most is None or found <= at_most) and (at_least is None or found >= at_least)
    limit = f"at least {at_least:g}" if at_most is None else f"at most {at_most:g}"
    spread = f"{min(measured):.3f}–{max(measured):.3f}" if len(measured) > 1 else ""
    say(f"{what:<62} {found:8.3f}  {spread:>15}  {limit:<14} {'met' if met else 'MISSED'}")
