"""Gallring as a program of its own, which tests kill. It imports little, so that it starts at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from delivery.gallring_execute import execute
from register.store.opening import opened


def run(tell: Callable[[str], None], address: str, root: str, proposal: str) -> None:
    """Carry out a proposal; tells when it begins, and when it is done."""
    at = datetime(2027, 6, 1, tzinfo=UTC)
    with opened(address) as store:
        tell("ready")
        execute(store, proposal, Path(root), clock=lambda: at, by="anna")
        tell("done")
