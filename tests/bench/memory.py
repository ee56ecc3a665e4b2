"""How much memory a process, and all that it started, takes: read from /proc, twice a second."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(kw_only=True)
class Peak:
    """The most memory seen at once, in bytes: of this process (resident), and of the browser's processes together.

    The browser's processes share much of their memory; it is counted once (proportional set size).
    """

    own: int = 0
    browser: int = 0


async def watch(peak: Peak) -> None:
    """Keep `peak` true until cancelled."""
    while True:
        peak.own = max(peak.own, int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE)
        peak.browser = max(peak.browser, sum(proportional(pid) for pid in below(os.getpid()) if _is_browser(pid)))
        await asyncio.sleep(0.5)


def below(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs."""
    found: list[int] = []
    with suppress(OSError):  # it has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += [int(child), *below(int(child))]
    return found


def _is_browser(pid: int) -> bool:
    with suppress(OSError):
        return "chrom" in Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")
    return False


def proportional(pid: int) -> int:
    """Return a process's memory in bytes, what it shares counted in parts; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
