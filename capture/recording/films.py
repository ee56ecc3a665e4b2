"""The films of a recording, as commands for ffmpeg.

Master (and delivered MKV): FFV1 in Matroska with Riksarkivet's parameters: version 3, every picture by itself, 24
slices each with a checksum, range coder, small context; a checksum (CRC) over each of Matroska's top elements.
Delivered MP4: H.264 as Riksarkivet advises for access copies (AVC, 8 bit, 4:2:0).

The same input gives the same bytes on every machine: no encoder stamps, no random identifiers, threads that are said.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from capture.programs.ffmpeg import compiled
from capture.recording.profile import FilmProfile
from capture.recording.reel import Reel
from capture.recording.timeline import TICK_MS

_Options = dict[str, str | int]


def master_command(reel: Reel, into: Path, *, program: Path) -> list[str]:
    """Return the command that makes the pictures into FFV1."""
    video = _padded(reel, _pictures(reel)).filter("format", "bgr0")
    output = ffmpeg.output(video, str(into), **_ffv1(), **_matroska(reel, tags_input=1))
    return _with_tags(compiled(output, program=program), reel)


def proof_command(master: Path, report: Path, *, program: Path) -> list[str]:
    """Return the command that decodes `master`.

    It writes every frame to stdout, as RGB, 8 bit, row by row, and when each is to be shown to `report` (framecrc).
    """
    return compiled(ffmpeg.merge_outputs(*_proofs(_decoded(master).video, report)), program=program)


def mp4_command(
    reel: Reel, master: Path | None, report: Path, into: Path, *, profile: FilmProfile, program: Path
) -> list[str]:
    """Return the command that makes the H.264 film.

    From `master`, it does what `proof_command` does from the same decoding; without one it decodes the pictures.
    """
    if master is None:
        film = _h264_film(reel, _padded(reel, _pictures(reel)), into, profile)
        return _with_tags(compiled(film, program=program), reel)
    once = _decoded(master).video.filter_multi_output("split")
    film = _h264_film(reel, once[1], into, profile)
    everything = ffmpeg.merge_outputs(*_proofs(once[0], report), film)
    return _with_tags(compiled(everything, program=program), reel)


def _h264_film(reel: Reel, pictures: Any, into: Path, profile: FilmProfile) -> Any:
    subtitles = ffmpeg.input(str(reel.webvtt), f="webvtt")
    width, height = even(reel.size)
    video = (
        pictures.filter("pad", width, height)
        .filter("scale", out_color_matrix="bt709", out_range="tv")
        .filter("format", "yuv420p")
        .filter("setparams", colorspace="bt709", color_primaries="bt709", color_trc="bt709", range="tv")
    )
    return ffmpeg.output(video, subtitles["s"], str(into), **_h264(reel, profile))


def mkv_command(reel: Reel, master: Path, into: Path, *, program: Path) -> list[str]:
    """Return the command that puts the master's own packets, unchanged, with subtitles, chapters and tags."""
    subtitles = ffmpeg.input(str(reel.subrip), f="srt")
    options: _Options = {
        "c": "copy",
        "disposition:v": "default",
        "disposition:s": 0,
        "metadata:s:s:0": "language=swe",
        "flags:s": "+bitexact",
    }
    output = ffmpeg.output(
        ffmpeg.input(str(master))["v"], subtitles["s"], str(into), **options, **_matroska(reel, tags_input=2)
    )
    return _with_tags(compiled(output, program=program), reel)


def even(size: tuple[int, int]) -> tuple[int, int]:
    """Return `size` as 4:2:0 holds it, even: an odd one gains a row or column."""
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def _pictures(reel: Reel) -> Any:
    return ffmpeg.input(str(reel.listing), f="concat", safe=0)


def _decoded(master: Path) -> Any:
    return ffmpeg.input(str(master), xerror=None, err_detect="crccheck+explode")


def _padded(reel: Reel, source: Any) -> Any:
    """Lay pictures of other sizes on the ground that holds them all."""
    return source.video.filter("pad", *reel.size)


def _proofs(decoded: Any, report: Path) -> tuple[Any, Any]:
    """Every frame as pixels, for Python takes their digests in a third of the time that ffmpeg would; and its time."""
    pixels = decoded.filter("format", "rgb24").filter_multi_output("split")
    every = {"fps_mode": "passthrough", "enc_time_base": f"{TICK_MS}/1000", "c:v": "rawvideo"}
    return (
        ffmpeg.output(pixels[0], "pipe:1", f="rawvideo", **every),
        ffmpeg.output(pixels[1], str(report), f="framecrc", **every),
    )


def _ffv1() -> _Options:
    return {
        "c:v": "ffv1",
        "level": 3,
        "g": 1,
        "slices": 24,
        "slicecrc": 1,
        "coder": 1,
        "context": 0,
        "fps_mode:v": "vfr",
        "flags:v": "+bitexact",
        "disposition:v": "default",
    }


def _matroska(reel: Reel, *, tags_input: int) -> _Options:
    return {
        "f": "matroska",
        "write_crc32": 1,
        "flush_packets": 1,
        **_described(reel, tags_input=tags_input),
    }


def _h264(reel: Reel, profile: FilmProfile) -> _Options:
    """H.264 with a keyframe at each chapter.

    No B frames: pictures lie in the file in the order they are shown, so no edit list shifts the first, and a player
    that ignores edit lists is not seconds off.
    """
    return {
        "f": "mp4",
        "c:v": "libx264",
        # As good as veryfast and as quick, a third of its bytes: a scroll is a motion that its search never finds.
        "preset": "superfast",
        "subq": 2,
        "me_method": "umh",
        "me_range": reel.reach,
        "crf": profile.crf,
        "bf": 0,
        "g": 120,
        "force_key_frames": "chapters",
        "fps_mode:v": "vfr",
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
        "c:s": "mov_text",
        "metadata:s:s:0": "language=swe",
        "movflags": "+faststart",
        "threads": 2,
        "flags:v": "+bitexact",
        "flags:s": "+bitexact",
        **_described(reel, tags_input=2),
    }


def _described(reel: Reel, *, tags_input: int) -> _Options:
    return {
        "map_metadata": tags_input,
        "map_chapters": tags_input,
        "fflags": "+bitexact",
        # These two ffmpeg takes from the command alone, never from a metadata file.
        "metadata": f"creation_time={reel.stamp}",
        "metadata:g": f"encoding_tool={reel.encoder}",
    }


def _with_tags(command: list[str], reel: Reel) -> list[str]:
    """Splice in the tags and chapters, last: ffmpeg-python drops an input that no stream is taken from."""
    after_inputs = len(command) - command[::-1].index("-i") + 1
    return [*command[:after_inputs], "-f", "ffmetadata", "-i", str(reel.tags), *command[after_inputs:]]
