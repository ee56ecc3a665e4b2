"""A process that records the small channel and kills itself, as hard as can be, at a chosen point.

    python -m tests.recording.killed_recording FOLDER POINT

The points are in the order of the writing: each is reached while the seventh frame, or the line of the post after it,
is written down.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from capture.recording import Recording
from capture.recording.journal import FrameLine, JournalWriter, PostLine
from tests.recording.small_channel import Clock, browser_page, walk

FRAME = 7
POINTS = ("half-a-picture", "no-line", "half-a-line", "a-line", "half-a-post-line", "a-post-line")


class _Killed(JournalWriter):
    """A journal whose writer is killed at `point`."""

    point = ""

    def append(self, line: FrameLine | PostLine) -> None:
        here = isinstance(line, FrameLine) and line.number == FRAME
        after = isinstance(line, PostLine) and line.post_key == "p/2"
        if here and self.point == "no-line":
            _kill()
        if (here and self.point == "half-a-line") or (after and self.point == "half-a-post-line"):
            self._file._write_whole = self._write_half
        super().append(line)
        if (here and self.point == "a-line") or (after and self.point == "a-post-line"):
            _kill()

    def _write_half(self, encoded: bytes) -> None:
        self._file._file.write(encoded[: len(encoded) // 2])
        _kill()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _record(folder: Path, point: str) -> None:
    async with browser_page() as page:
        recording = Recording(folder, clock=Clock())
        recording._journal.__class__ = _Killed
        _Killed.point = point
        if point == "half-a-picture":
            recording._store = lambda picture, path: _half(picture, path, recording._unsynced)
        await walk(page, recording)


def _half(picture: bytes, path: Path, unsynced: list[Path]) -> None:
    if path.stem == f"{FRAME:06d}":
        path.with_suffix(".partial").write_bytes(picture[: len(picture) // 2])
        _kill()
    path.write_bytes(picture)
    unsynced.append(path)


if __name__ == "__main__":
    asyncio.run(_record(Path(sys.argv[1]), sys.argv[2]))
