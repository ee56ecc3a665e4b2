"""Whether a film is still what it was when it was made: for whoever keeps it, as often as they like.

With the digest from the package's inventory, any changed byte is found. Without it a Matroska film still vouches for
itself: each of its top elements has a CRC-32 (RFC 9559, 6.2; all but fillers are demanded to have one here), and each
slice of each picture its own. An MP4 has nothing of the kind: only what upsets the decoder is noticed.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import ffmpeg

from capture.programs.ffmpeg import compiled, find, run
from capture.recording.made import sha256_of
from register.errors import RecordingError
from register.language import Text

_EBML, _SEGMENT, _VOID, _CRC = 0x1A45DFA3, 0x18538067, 0xEC, b"\xbf\x84"
_LONGEST_ID = 4


async def prove_intact(film: Path, *, sha256: str | None, log: Path, timeout: float) -> None:
    """Read the whole of `film` and decode every frame of it.

    Args:
        film: an MP4 or MKV that `finish` made, or a working master.
        sha256: the file's digest when it was made; None where nobody knows it.
        log: a file for what ffmpeg has to say.
        timeout: how long the decoding may take, in seconds.

    Raises:
        RecordingError: it is damaged; the first damage that was found is named.
        FfmpegMissingError: no ffmpeg that can read it.
        OSError: the file cannot be read.
    """
    if film.suffix == ".mkv":
        _prove_checksums(film)
    if sha256 is not None and sha256_of(film) != sha256:
        raise _damaged(film, "SHA-256")
    source = ffmpeg.input(str(film), xerror=None, err_detect="crccheck+explode")
    decoded = ffmpeg.output(source["v"], "-", f="null")
    await run(compiled(decoded, program=find()), log=log, timeout=timeout)


def _prove_checksums(film: Path) -> None:
    """Prove the CRC-32 of each top element of a Matroska file (little-endian, over all that follows it there)."""
    end = film.stat().st_size
    with film.open("rb") as file:
        for offset, identity, size in _elements(film, file, end):
            if identity in {_EBML, _VOID}:
                continue
            content = file.read(size)
            if content[:2] != _CRC or zlib.crc32(content[6:]) != int.from_bytes(content[2:6], "little"):
                raise _damaged(film, f"CRC-32, byte {offset}")


def _elements(film: Path, file: BinaryIO, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield where each top element is, its identity and the size of its content, at which the file then stands.

    A Segment's own are yielded in its stead. They follow one another without gaps to the end of the file.
    """
    offset, segments = 0, 0
    while offset < end:
        file.seek(offset)
        identity, size = _number(film, file, keep_marker=True), _number(film, file, keep_marker=False)
        begin = file.tell()
        if identity == _SEGMENT:
            segments += 1
            if begin + size != end:
                raise _damaged(film, f"Segment, byte {offset}")
            offset = begin
            continue
        if begin + size > end:
            raise _damaged(film, f"EBML, byte {offset}")
        yield offset, identity, size
        offset = begin + size
    if segments != 1:
        raise _damaged(film, "Segment")


def _number(film: Path, file: BinaryIO, *, keep_marker: bool) -> int:
    """Read a number of variable length (RFC 8794, 4): as many more bytes as its first has leading zero bits."""
    offset = file.tell()
    first = file.read(1)
    length = 9 - first[0].bit_length() if first and first[0] else 0
    rest = file.read(length - 1) if length else b""
    if not length or len(rest) != length - 1 or (keep_marker and length > _LONGEST_ID):
        raise _damaged(film, f"EBML, byte {offset}")
    number = first[0] if keep_marker else first[0] & (0xFF >> length)
    return int.from_bytes(bytes([number]) + rest, "big")


def _damaged(film: Path, where: str) -> RecordingError:
    return RecordingError(
        happened=Text(
            f"Filmen {film.name} är inte längre den som gjordes ({where}).",
            f"The film {film.name} is no longer the one that was made ({where}).",
        ),
        safe=Text("Den har lästs, inte ändrats.", "It was read, not changed."),
        next_step=Text(
            "Hämta filmen ur paketet eller en säkerhetskopia.", "Take the film from the package or a backup."
        ),
    )
