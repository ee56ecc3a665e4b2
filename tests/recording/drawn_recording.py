"""A recording without a browser: pictures that are drawn, noisy enough that ffmpeg has work to do.

    python -m tests.recording.drawn_recording FOLDER INTO

finishes what is in FOLDER, for a test to kill.
"""

import asyncio
import hashlib
import io
import random
import sys
from pathlib import Path

from PIL import Image

from capture.items import Cause
from capture.recording import Film, FilmProfile, Recorded, finish
from capture.recording.journal import FrameLine, JournalWriter, PostLine
from tests.recording.small_channel import BEGAN, URL, card


def draw_recording(folder: Path, *, frames: int, size: tuple[int, int], posts: int = 2) -> Path:
    """Write `frames` pictures of noise, with their journal, and return the folder."""
    writer = JournalWriter(folder)
    noise = random.Random(4)
    for number in range(1, frames + 1):
        picture = io.BytesIO()
        Image.frombytes("RGB", size, noise.randbytes(size[0] * size[1] * 3)).save(picture, "PNG", compress_level=0)
        file = f"frames/{number:06d}.png"
        (folder / file).write_bytes(picture.getvalue())
        writer.append(
            FrameLine(
                number=number,
                step=number,
                file=file,
                sha256=hashlib.sha256(picture.getvalue()).hexdigest(),
                cause=Cause.SCROLL,
                label="",
                post_key=f"p/{1 + number * posts // (frames + 1)}",
                url=URL,
                at=BEGAN,
                scroll_y=0,
                in_view=(),
            )
        )
    for post in range(1, posts + 1):
        writer.append(PostLine(post_key=f"p/{post}", title=f"Inlägg {post}"))
    writer.sync()
    writer.close()
    return folder


async def finished(folder: Path, into: Path) -> Recorded:
    return await finish(folder, card(), into, name="film", profile=FilmProfile(film=Film.BOTH))


if __name__ == "__main__":
    asyncio.run(finished(Path(sys.argv[1]), Path(sys.argv[2])))
