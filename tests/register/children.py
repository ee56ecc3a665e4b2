"""Programs that tests start and kill: forked from a server that has imported the slow libraries once.

Starting Python and importing SQLAlchemy takes a second; a fork of a process that has done so takes ten milliseconds,
and is a process like any other: it has its own connections, and dies of SIGKILL.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "register.store.opening",
        "register.store.tables",
        "sqlalchemy.dialects.postgresql.psycopg",
        "delivery.ledger",
        "delivery.folder",
        "delivery.gallring_execute",
    ]
)


class Child:
    """A program that runs `work(tell, *args)` and tells us things by `tell`."""

    def __init__(self, work: Callable[..., None], *args: object) -> None:
        """Start it. `work` is a function of a module that can be imported; `args` can be pickled."""
        ours, theirs = _FORKS.Pipe(duplex=False)
        self.told = ours
        self.process: BaseProcess = _FORKS.Process(target=_run, args=(work, theirs, args), daemon=True)
        self.process.start()
        theirs.close()

    def next(self) -> object:
        """Return what it tells next.

        Raises:
            EOFError: it has ended.
        """
        return self.told.recv()

    def rest(self) -> list[object]:
        """Wait until it has ended, and return all that it told until then."""
        found = []
        try:
            while True:
                found.append(self.told.recv())
        except EOFError:
            self.process.join()
            self.told.close()
        return found

    def kill(self) -> list[object]:
        """Kill it with SIGKILL, wait until it is dead, and return what it had told."""
        self.process.kill()
        return self.rest()


def _run(work: Callable[..., None], theirs: Connection, args: tuple[object, ...]) -> None:
    work(theirs.send, *args)
