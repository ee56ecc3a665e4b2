"""What a killed run left of a recording, made whole again so that the next run can go on from it.

Up to and with the last line of a post or a stretch of film everything is on the disk: `Recording` waits for that before
the walk takes a post for finished, and what a person drove comes only once. Damage there is damage to evidence, and is
not mended. What comes after is of a post that will be walked again: a line that is torn, or whose picture is not what
it says, goes, and so does all after it.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from capture.recording import journal
from capture.recording.journal import NAME, PICTURES, AnyLine, FrameLine, PostLine


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left: the last frame, how many bytes of the journal are good, and the posts that were finished."""

    last: FrameLine | None
    end: int
    posts: frozenset[str]


def recover(folder: Path) -> Left:
    """Cut the journal in `folder` after its last good line, and remove every picture that no line names.

    Raises:
        RecordingError: something up to the last finished post is damaged or gone.
        OSError: the disk does not allow it.
    """
    path = folder / NAME
    written = path.read_bytes() if path.exists() else b""
    lines, end = _good(folder, written)
    if end == 0:
        path.unlink(missing_ok=True)
    elif end < len(written):
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    frames = [line for line in lines if isinstance(line, FrameLine)]
    named = {Path(frame.file).name for frame in frames}
    for picture in (folder / PICTURES).glob("*"):
        if picture.name not in named:
            picture.unlink()
    return Left(
        last=frames[-1] if frames else None,
        end=end,
        posts=frozenset(line.post_key for line in lines if isinstance(line, PostLine)),
    )


def _good(folder: Path, written: bytes) -> tuple[list[AnyLine], int]:
    """Return the good lines from the start, and where the last of them ends."""
    encoded = written.split(b"\n")[:-1]
    lines: list[AnyLine] = []
    for one in encoded:
        try:
            lines.append(journal.type_of_line.validate_json(one))
        except ValidationError:
            break
    kept = _proven(folder, lines)
    # Were such a line among what goes, a post that the walk takes for finished would be lost, or film without a word.
    for number, one in enumerate(encoded[kept:], kept + 1):
        if any(b'"kind":"%b"' % kind in one for kind in (b"post", b"stretch")):
            raise journal.damaged(folder, f"rad/line {number}")
    return lines[:kept], sum(len(one) + 1 for one in encoded[:kept])


def _proven(folder: Path, lines: list[AnyLine]) -> int:
    """Return how many lines from the start hold: numbered in turn, their pictures there and, the last of them, whole.

    Every picture is proved once more before a video is made of it; here, those since the last line that stands are.
    """
    settled = max((number for number, line in enumerate(lines, 1) if not isinstance(line, FrameLine)), default=0)
    frames = 0
    for number, line in enumerate(lines):
        if not isinstance(line, FrameLine):
            continue
        frames += 1
        path = folder / line.file
        if line.number != frames or not path.is_file():
            return number
        if number >= settled - 2 and hashlib.sha256(path.read_bytes()).hexdigest() != line.sha256:
            return number
    return len(lines)
