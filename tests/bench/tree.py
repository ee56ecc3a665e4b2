"""What a process and everything it started cost: CPU seconds to the last orphan, and memory. Linux only."""

import ctypes
import os
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.bench.memory import below, proportional

_PR_SET_CHILD_SUBREAPER = 36
_ORPHANS_SECONDS = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")


def adopt_orphans() -> None:
    """Let processes whose parents end become this one's children, so that nothing they cost is lost."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_CHILD_SUBREAPER")


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of all it started, when each of these has ended.

    Raises:
        TimeoutError: one of them is still running.
    """
    until = time.monotonic() + _ORPHANS_SECONDS
    with suppress(ChildProcessError):  # there is none left
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.02)
        raise TimeoutError(f"still running: {below(os.getpid())}")
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def machine_cpu_seconds() -> float:
    """Return the CPU seconds that everybody has used on this machine since it started, other guests of its host too."""
    line = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0]
    user, nice, system, _idle, _waiting, irq, softirq, stolen, *_ = (int(field) for field in line.split()[1:])
    return (user + nice + system + irq + softirq + stolen) / _TICKS


class Memory:
    """The most memory that a process and all below it take at once, while the context lasts.

    Bytes; what several share is counted once (proportional set size). Looked at four times a second.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak = 0

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self.peak = max(self.peak, sum(proportional(pid) for pid in (self._pid, *below(self._pid))))
