"""A process that films a post's live video, and kills itself, as hard as can be, when some of it is written.

python -m tests.recording.killed_film FOLDER
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from capture.items import Cause
from capture.recording import Recording
from capture.recording.journal import FrameLine, JournalWriter, PostLine, StretchLine
from tests.recording.small_channel import browser_page, post, step

WRITTEN = 4
PAGE = """<!doctype html><body style='margin:0'><article style='height:280px'>
<canvas width=200 height=100></canvas><video autoplay muted width=200 height=100></video></article><script>
const pen = document.querySelector('canvas').getContext('2d'); let count = 0;
setInterval(() => { pen.fillStyle = `hsl(${++count * 20} 90% 50%)`; pen.fillRect(0, 0, 200, 100) }, 50);
document.querySelector('video').srcObject = document.querySelector('canvas').captureStream();
</script>"""


class _Killed(JournalWriter):
    """A journal whose writer is killed when it has written some frames of film."""

    filmed = 0

    def append(self, line: FrameLine | PostLine | StretchLine) -> None:
        super().append(line)
        self.filmed += isinstance(line, FrameLine) and line.cause is Cause.FILMED
        if self.filmed == WRITTEN:
            os.kill(os.getpid(), signal.SIGKILL)


def now() -> datetime:
    return datetime.now(UTC)


async def walk(recording: Recording, *, cause: Cause, number: int) -> None:
    """A step, a post with live video, and the end."""
    async with browser_page(PAGE) as page:
        root = await page.query_selector("article")
        assert root is not None
        await recording.on_step(page, step(number, cause, post_key="p/1"))
        await recording.on_post(page, post("p/1"), root)
        await recording.on_step(page, step(number + 1, Cause.END))


if __name__ == "__main__":
    killed = Recording(Path(sys.argv[1]), clock=now)
    killed._journal.__class__ = _Killed
    asyncio.run(walk(killed, cause=Cause.ARRIVAL, number=1))
