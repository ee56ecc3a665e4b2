"""The finishing half of the recording: from journal and pictures to a proven MP4 with chapters and subtitles.

It needs neither the browser nor the walk and can be repeated: the same journal gives the same bytes.
"""

import asyncio
import errno
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import ffmpeg

from capture.programs.ffmpeg import compiled, find, run, version
from capture.recording import journal, tags
from capture.recording.plain_text import one_line, storable
from capture.recording.proof import prove
from capture.recording.subtitles import webvtt
from capture.recording.timeline import TICK_MS, Chapter, Timeline, lay_out
from capture.recording.title_card import EXPLANATION, STEPWISE, STEPWISE_ENGLISH, TitleCard, draw, utc_time
from register.errors import DiskFullError, RecordingError
from register.language import Text

CARD_FILE = "title-card.png"

_START_SECONDS = 60.0
_LONGEST_SCROLL = 492  # x264 looks at most 512 away at a sensible cost
_TAG_BYTES = 4000
_PNG_HEAD = struct.Struct(">8s4x4sII")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A finished recording.

    `duration` is in seconds of presentation time, the title card included. `frames` is the number of journalled
    steps, `states` how many of them changed the screen; `size` is the video's width and height in pixels. `moments` is
    the second at which each post, comment and reply is first shown, by its key as `storable`.
    """

    path: Path
    subtitles: Path
    duration: float
    frames: int
    states: int
    size: tuple[int, int]
    chapters: tuple[Chapter, ...]
    moments: Mapping[str, float]
    encoder: str

    def second_of(self, key: str) -> float | None:
        """Return the second at which the post, comment or reply is first shown, None where no frame shows it."""
        return self.moments.get(storable(key))


async def encode(folder: Path, card: TitleCard, into: Path, *, frame_budget: float = 2.0) -> Recorded:
    """Make the MP4 `into`, and a WebVTT file beside it, of the recording in `folder`.

    1. Read the journal.  2. Prove every picture against it.  3. Lay out the presentation time.
    4. Draw the title card; write subtitles, tags and the list of pictures.  5. Encode once.
    6. Read the video back and compare.  7. Only then give it its name.

    `frame_budget` is the longest that ffmpeg may take for a frame, in seconds, on average over the video.

    Raises:
        RecordingError: journal or pictures are damaged, or ffmpeg could not make or prove the video.
        FfmpegMissingError: no ffmpeg that can do it.
        DiskFullError: the disk filled; no video is left under its name.
    """
    program = await asyncio.to_thread(find)
    encoder = f"ffmpeg {await asyncio.to_thread(version, program)} (libx264)"
    contents = journal.read(folder)  # 1
    size = await asyncio.to_thread(_proven_size, folder, contents.frames)  # 2
    timeline = lay_out(contents)  # 3
    job = _Job(folder=folder.resolve(), into=into.resolve(), program=program, encoder=encoder)
    seconds = _START_SECONDS + frame_budget * len(timeline.stills)
    try:
        await asyncio.to_thread(job.prepare, card, timeline, size)  # 4
        await run(job.command(card, size, _reach(contents.frames)), log=job.folder / "encode.log", timeout=seconds)  # 5
        await prove(job.unfinished, timeline, program=program, scratch=job.folder, timeout=seconds)  # 6
        job.finish()  # 7
    except OSError as fault:
        raise _unwritten(fault, job.into) from fault
    finally:
        job.sweep()
    return Recorded(
        path=job.into,
        subtitles=job.subtitles,
        duration=timeline.duration_ms / 1000,
        frames=len(contents.frames),
        states=len({frame.file for frame in contents.frames}),
        size=_even(size),
        chapters=timeline.chapters,
        moments={key: ms / 1000 for key, ms in timeline.moments.items()},
        encoder=encoder,
    )


@dataclass(frozen=True, kw_only=True)
class _Job:
    """The files of one encoding. What is meant to last gets its name last."""

    folder: Path
    into: Path
    program: Path
    encoder: str

    @property
    def unfinished(self) -> Path:
        return self.into.with_name(f".{self.into.name}.partial")

    @property
    def subtitles(self) -> Path:
        return self.into.with_suffix(".vtt")

    @property
    def _unfinished_subtitles(self) -> Path:
        return self.folder / "subtitles.vtt"

    @property
    def _moving_subtitles(self) -> Path:  # the folders may lie on different disks
        return self.subtitles.with_name(f".{self.subtitles.name}.partial")

    @property
    def _list(self) -> Path:
        return self.folder / "frames.ffconcat"

    @property
    def _tags(self) -> Path:
        return self.folder / "tags.ffmeta"

    def prepare(self, card: TitleCard, timeline: Timeline, size: tuple[int, int]) -> None:
        """Write all that ffmpeg reads beside the pictures. Raises OSError."""
        self.into.parent.mkdir(parents=True, exist_ok=True)
        card = replace(card, tools=(*card.tools, self.encoder))
        draw(card, size=size, into=self.folder / CARD_FILE)
        self._list.write_text(_concat_list(timeline), encoding="ascii")
        self._tags.write_text(tags.written(_tags(card), timeline.chapters), encoding="utf-8")
        self._unfinished_subtitles.write_text(webvtt(timeline), encoding="utf-8")

    def command(self, card: TitleCard, size: tuple[int, int], reach: int) -> list[str]:
        """Return the command that encodes it all in one pass, straight from the lossless pictures.

        `reach` is how far, in pixels, a motion is looked for.
        """
        width, height = _even(size)
        pictures = ffmpeg.input(str(self._list), f="concat", safe=0)
        subtitles = ffmpeg.input(str(self._unfinished_subtitles), f="webvtt")
        video = (
            pictures.video.filter("pad", width, height)
            .filter("scale", out_color_matrix="bt709", out_range="tv")
            .filter("format", "yuv420p")
            .filter("setparams", colorspace="bt709", color_primaries="bt709", color_trc="bt709", range="tv")
        )
        output = ffmpeg.output(
            video, subtitles["s"], str(self.unfinished), **_output_options(card, self.encoder, reach)
        )
        # ffmpeg-python drops an input that no stream is taken from: the tags and chapters are spliced in, last.
        command = compiled(output, program=self.program)
        after_inputs = len(command) - command[::-1].index("-i") + 1
        return [*command[:after_inputs], "-f", "ffmetadata", "-i", str(self._tags), *command[after_inputs:]]

    def finish(self) -> None:
        """Give subtitles and video their names, the video last. Raises OSError."""
        self._moving_subtitles.write_bytes(self._unfinished_subtitles.read_bytes())
        self._moving_subtitles.replace(self.subtitles)
        self.unfinished.replace(self.into)

    def sweep(self) -> None:
        """Leave no half of a video behind, whatever happened."""
        self.unfinished.unlink(missing_ok=True)
        self._moving_subtitles.unlink(missing_ok=True)


def _output_options(card: TitleCard, encoder: str, reach: int) -> dict[str, str | int]:
    """H.264 as Riksarkivet advises for access copies (AVC, 8 bit, 4:2:0), one keyframe a chapter, no variation.

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
        "me_range": reach,
        "crf": 20,
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
        "map_metadata": 2,
        "map_chapters": 2,
        "movflags": "+faststart",
        # The bytes must not depend on the machine: no encoder stamps, and as many threads everywhere.
        "threads": 2,
        "fflags": "+bitexact",
        "flags:v": "+bitexact",
        "flags:s": "+bitexact",
        # These two ffmpeg takes from the command alone, never from a metadata file.
        "metadata": f"creation_time={utc_time(card.recorded).replace(' ', 'T')}Z",
        "metadata:g": f"encoding_tool={encoder}",
    }


def _tags(card: TitleCard) -> dict[str, str]:
    when = f"{utc_time(card.recorded)} UTC"
    source = f"{card.url} · {when} · {card.operator} · {', '.join(card.tools)}"
    texts = {
        "title": f"{card.channel_name} – stegvis skärminspelning {when}",
        "artist": card.operator,
        "date": utc_time(card.recorded)[:10],
        "comment": f"{STEPWISE}. {EXPLANATION} {STEPWISE_ENGLISH}. {source}",
    }
    return {name: one_line(text, most_bytes=_TAG_BYTES) for name, text in texts.items()}


def _concat_list(timeline: Timeline) -> str:
    """Return the list of pictures with their durations; the last tick stands alone (see `proof.expected_starts`)."""
    last = timeline.stills[-1]
    entries = [(CARD_FILE, timeline.card_ms)]
    entries += [(still.file, still.end_ms - still.start_ms) for still in timeline.stills[:-1]]
    entries += [(last.file, last.end_ms - last.start_ms - TICK_MS), (last.file, TICK_MS)]
    lines = [f"file {file}\nduration {ms / 1000:.3f}\n" for file, ms in entries]
    return "ffconcat version 1.0\n" + "".join(lines)


def _reach(frames: tuple[journal.FrameLine, ...]) -> int:
    """Return the longest scroll that leaves most of the screen in view, and some more (pixels)."""
    moves = (abs(after.scroll_y - before.scroll_y) for before, after in pairwise(frames))
    return round(max((move for move in moves if move <= _LONGEST_SCROLL), default=0)) + 20


def _proven_size(folder: Path, frames: tuple[journal.FrameLine, ...]) -> tuple[int, int]:
    """Compare every picture with the digest in the journal; return the size that holds them all, in pixels."""
    sizes: dict[str, tuple[int, int]] = {}
    for frame in frames:
        if frame.file not in sizes:
            sizes[frame.file] = _proven(folder, frame)
    return max(width for width, _ in sizes.values()), max(height for _, height in sizes.values())


def _proven(folder: Path, frame: journal.FrameLine) -> tuple[int, int]:
    try:
        picture = (folder / frame.file).read_bytes()
    except OSError as fault:
        raise _broken(frame, f"{fault.strerror}") from fault
    if hashlib.sha256(picture).hexdigest() != frame.sha256:
        raise _broken(frame, "SHA-256")
    signature, first_chunk, width, height = _PNG_HEAD.unpack_from(picture)
    if (signature, first_chunk) != (b"\x89PNG\r\n\x1a\n", b"IHDR"):
        raise _broken(frame, "PNG")
    return width, height


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """4:2:0 holds even sizes only: an odd one gains a row or column."""
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def _broken(frame: journal.FrameLine, why: str) -> RecordingError:
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


def _unwritten(fault: OSError, into: Path) -> RecordingError | DiskFullError:
    kind = DiskFullError if fault.errno in {errno.ENOSPC, errno.EDQUOT} else RecordingError
    return kind(
        happened=Text(
            f"Filmen {into.name} kunde inte skrivas: {fault.strerror}.",
            f"The video {into.name} could not be written: {fault.strerror}.",
        ),
        safe=Text("De tagna bilderna och journalen är orörda.", "The captured frames and journal are untouched."),
        next_step=Text("Frigör plats eller rättigheter och kör igen.", "Make room or give access and run again."),
    )
