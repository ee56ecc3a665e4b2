"""Which state of the page each frame of a video, or each picture, shows: read from the cells that `states.js` draws."""

import subprocess
from pathlib import Path

from capture.programs import ffmpeg

BITS, CELL, CORNER = 24, 10, 8
_WIDTH, _HEIGHT = BITS * CELL, 2 * CELL
_CELLS = f"crop={_WIDTH}:{_HEIGHT}:{CORNER}:{CORNER},format=gray"


def states(film: Path) -> list[int | None]:
    """Return the state in each frame of a video or picture; None where a frame shows none, as a title card does.

    Raises:
        subprocess.CalledProcessError: ffmpeg cannot read the file.
    """
    command = [
        str(ffmpeg.find()),
        "-v",
        "error",
        "-i",
        str(film),
        "-vf",
        _CELLS,
        "-f",
        "rawvideo",
        "-fps_mode",
        "passthrough",
    ]
    done = subprocess.run([*command, "-"], check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    size = _WIDTH * _HEIGHT
    return [_state(done.stdout[start : start + size]) for start in range(0, len(done.stdout), size)]


def _state(grey: bytes) -> int | None:
    upper, lower = (_row(grey, row) for row in range(2))
    return upper if upper ^ lower == (1 << BITS) - 1 and upper else None


def _row(grey: bytes, row: int) -> int:
    """Read a row of cells, each by the middle of it."""
    number = 0
    for bit in range(BITS):
        middle = [
            grey[y * _WIDTH + x]
            for y in range(row * CELL + 3, row * CELL + 7)
            for x in range(bit * CELL + 3, bit * CELL + 7)
        ]
        number = number << 1 | (sum(middle) >= 128 * len(middle))
    return number
