"""What programs do that write to one database at once, or are killed while they do."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import func, select

from register.store import opening
from register.store.holds import Hold


def count(tell: Callable[[int], None], address: str, times: int) -> None:
    """Write how many were written before, and tell it, `times` times."""
    at = datetime(2026, 3, 14, tzinfo=UTC)
    with opening.opened(address) as store:
        for _ in range(times):
            with store.writing() as session:
                seen = session.scalar(select(func.count()).select_from(Hold))
                assert seen is not None
                session.add(Hold(entry=str(seen), valid_from=at, recorded_at=at, recorded_by="A", ground="g"))
            tell(seen)


def migrate(tell: Callable[[int], None], address: str, scripts: str) -> None:
    """Tell the process's id, and bring a database to the newest schema of `scripts`."""
    tell(os.getpid())
    opening._SCRIPTS = scripts
    opening.open_store(address)


def die() -> None:
    """End this program as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)
