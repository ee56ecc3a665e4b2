"""What a finished video shows of what the page showed: each frame says itself which state it is."""

import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from PIL import Image

from capture.programs import ffmpeg
from capture.recording import journal
from tests.bench import barcode
from tests.bench.filming import Filming


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a viewer of the video sees.

    `states`: the share recorded of the states that had to be: those at each step of a stepwise walk, all there were of
    a visit that is filmed as it goes. `parts`: the share of all texts and pictures that is whole in some frame. `jump`
    is the longest scroll between two frames, in pixels. `in_turn`: the share of the steps that the video shows one
    after another with nothing between them; None where nothing promises that. `size` is in bytes.
    """

    required: int
    states: float
    parts: float
    jump: float
    in_turn: float | None
    size: int


def seen(film: Filming, video: Path) -> Seen:
    """Compare the video of a film with what the page told of the visit."""
    shown = [state for state in barcode.states(video) if state is not None]
    recorded = set(shown)
    required = set(film.required) or {number for number, _ in film.states}
    place = dict(film.states)
    turns = [number for number, _ in groupby(shown)]
    return Seen(
        required=len(required),
        states=len(required & recorded) / len(required),
        parts=sum(_shows(recorded, ranges) for ranges in film.parts) / len(film.parts),
        jump=max((abs(place[after] - place[before]) for before, after in pairwise(turns)), default=0.0),
        in_turn=_in_turn(film.required, turns) if film.required else None,
        size=video.stat().st_size,
    )


def pixels_kept(video: Path, folder: Path) -> float:
    """Return the share of the pictures in `folder` that a lossless video shows, to the pixel and in their turn.

    The pictures are read by Pillow, the video by ffmpeg; its first frame is the title card.
    """
    command = [str(ffmpeg.find()), "-v", "error", "-i", str(video), "-map", "0:v:0", "-fps_mode", "passthrough"]
    told = subprocess.run([*command, "-pix_fmt", "rgb24", "-f", "framemd5", "-"], check=True, stdout=subprocess.PIPE)
    lines = (line for line in told.stdout.decode("ascii").splitlines() if not line.startswith("#"))
    shown = [line.rpartition(",")[2].strip() for line in lines][1:]
    files = [frame.file for frame in journal.read(folder).frames]
    digests = {file: _digest(folder / file) for file in files}
    return _in_turn([digests[file] for file in files], [digest for digest, _ in groupby(shown)])


def _digest(picture: Path) -> str:
    with Image.open(picture) as image:
        return hashlib.md5(image.convert("RGB").tobytes(), usedforsecurity=False).hexdigest()


def _shows(recorded: set[int], ranges: Sequence[Sequence[int]]) -> bool:
    return any(number in recorded for first, last in ranges for number in range(first, last + 1))


def _in_turn(required: Sequence[object], turns: Sequence[object]) -> float:
    """Return the share of the steps that the video shows in their turn; a frame that is no step's counts against it."""
    wanted = [number for number, _ in groupby(required)]
    right = sum(one == other for one, other in zip(wanted, turns, strict=False))
    return right / max(len(wanted), len(turns))
