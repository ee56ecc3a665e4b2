"""The captured pictures, proved against the journal, and the digest of what each of them shows.

A picture's file is proved by the SHA-256 that the journal holds. The digest of its *pixels* is what a film is proved
by later. Pillow reads the pictures here, ffmpeg there: neither vouches for itself.
"""

import hashlib
import io
import struct
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from capture.recording.journal import FrameLine
from register.errors import RecordingError
from register.language import Text

_PNG_HEAD = struct.Struct(">8s4x4sII")
_READERS = 2  # more would hold more pictures in memory and seldom find a core


def size_of_all(folder: Path, frames: Iterable[FrameLine]) -> tuple[int, int]:
    """Return the size that holds every picture, width and height in pixels.

    Raises:
        RecordingError: a picture is gone, or is none.
    """
    sizes = [_size(folder, frame) for frame in _each_once(frames)]
    return max(width for width, _ in sizes), max(height for _, height in sizes)


def proven_digests(folder: Path, frames: Iterable[FrameLine], size: tuple[int, int]) -> Mapping[str, str]:
    """Prove every picture against the journal; return the digest of what it shows, by its file.

    The digest is the SHA-256 of its pixels as RGB, 8 bit, row by row, on a black ground of `size`.

    Raises:
        RecordingError: a picture is not the one that was taken.
    """

    def proven(frame: FrameLine) -> tuple[str, str]:
        return frame.file, _proven(folder, frame, size)

    with ThreadPoolExecutor(_READERS) as readers:
        return dict(readers.map(proven, _each_once(frames)))


def prove_files(folder: Path, frames: Iterable[FrameLine]) -> None:
    """Prove every picture against the journal, whatever it shows.

    Raises:
        RecordingError: a picture is not the one that was taken.
    """
    for frame in _each_once(frames):
        _proven_file(folder, frame)


def digests_in(decoded: BinaryIO, size: tuple[int, int]) -> list[str]:
    """Return the digest of each frame that `decoded` holds, one after another, and close it."""
    digests, frame = [], bytearray(size[0] * size[1] * 3)
    with decoded:
        while count := decoded.readinto(frame):  # type: ignore[attr-defined]  # a buffered reader fills it, but the last
            digests.append(hashlib.sha256(memoryview(frame)[:count]).hexdigest())
    return digests


def digest_of(picture: bytes, size: tuple[int, int]) -> str:
    """Return the digest of what `picture` (PNG) shows, as `proven_digests` does.

    Raises:
        OSError: it cannot be read.
        ValueError: it is transparent somewhere, or deeper than 8 bits: a film would show something else.
    """
    with Image.open(io.BytesIO(picture)) as opened:
        shown = _opaque(opened)
    if shown.size != size:
        ground = Image.new("RGB", size)
        ground.paste(shown)
        shown = ground
    return hashlib.sha256(shown.tobytes()).hexdigest()


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA":
        picture.load()
        if picture.getchannel("A").getextrema() != (255, 255):
            raise ValueError("transparent")
        return picture.convert("RGB")
    if picture.mode != "RGB":
        raise ValueError(picture.mode)
    picture.load()
    return picture


def _each_once(frames: Iterable[FrameLine]) -> Iterable[FrameLine]:
    first: dict[str, FrameLine] = {}
    for frame in frames:
        first.setdefault(frame.file, frame)
    return first.values()


def _size(folder: Path, frame: FrameLine) -> tuple[int, int]:
    try:
        with (folder / frame.file).open("rb") as file:
            head = file.read(_PNG_HEAD.size)
    except OSError as fault:
        raise _broken(frame, f"{fault.strerror}") from fault
    if len(head) < _PNG_HEAD.size:
        raise _broken(frame, "PNG")
    signature, first_chunk, width, height = _PNG_HEAD.unpack(head)
    if (signature, first_chunk) != (b"\x89PNG\r\n\x1a\n", b"IHDR"):
        raise _broken(frame, "PNG")
    return width, height


def _proven(folder: Path, frame: FrameLine, size: tuple[int, int]) -> str:
    try:
        return digest_of(_proven_file(folder, frame), size)
    except (OSError, ValueError) as fault:
        raise _broken(frame, f"PNG: {fault}") from fault


def _proven_file(folder: Path, frame: FrameLine) -> bytes:
    try:
        picture = (folder / frame.file).read_bytes()
    except OSError as fault:
        raise _broken(frame, f"{fault.strerror}") from fault
    if hashlib.sha256(picture).hexdigest() != frame.sha256:
        raise _broken(frame, "SHA-256")
    return picture


def _broken(frame: FrameLine, why: str) -> RecordingError:
    return RecordingError(
        happened=Text(
            f"Bilden {frame.file} är inte den som togs ({why}).", f"The frame {frame.file} is not as taken ({why})."
        ),
        safe=Text("Ingen film har gjorts av den.", "No video was made from it."),
        next_step=Text(
            "Återställ bilden från en säkerhetskopia, eller gör om vandringen.",
            "Restore the frame from a backup, or walk the channel again.",
        ),
    )
