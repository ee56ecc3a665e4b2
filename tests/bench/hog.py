"""Something else that wants all of the machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def busy(cores: int | None = None) -> Iterator[None]:
    """Keep `cores` processes, by default one for each core, doing sums for as long as the context lasts."""
    endless = "while True: sum(range(10_000))"
    hogs = [subprocess.Popen([sys.executable, "-c", endless]) for _ in range(cores or os.cpu_count() or 1)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
