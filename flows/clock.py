"""The time: flows are the rim where it comes from, everything below is given it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, UTC. Occasions are the rim where time comes from; everything below is given it."""
    return datetime.now(UTC)
