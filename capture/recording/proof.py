"""The proof of a video: ffmpeg reads back what it wrote, and every frame and chapter must be where it should."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from capture.programs.ffmpeg import compiled, run
from capture.recording import tags
from capture.recording.timeline import TICK_MS, Timeline
from register.errors import RecordingError
from register.language import Text


@dataclass(frozen=True, kw_only=True)
class _Picture:
    start_ms: int
    keyframe: bool


async def prove(video: Path, timeline: Timeline, *, program: Path, scratch: Path, timeout: float) -> None:
    """Decode `video` whole and compare it with `timeline`: the number and time of frames, keyframes and chapters.

    `scratch` is a folder for what ffmpeg reports, `timeout` its time in seconds.

    Raises:
        RecordingError: something is missing, or elsewhere than it should be, or cannot be decoded.
    """
    packets, decoded, chapters = (scratch / f"proof-{name}.txt" for name in ("packets", "decoded", "chapters"))
    source = ffmpeg.input(str(video), xerror=None, err_detect="explode")
    reports = ffmpeg.merge_outputs(
        ffmpeg.output(source["v"], str(packets), f="framecrc", **{"c:v": "copy"}),
        ffmpeg.output(source["v"], str(decoded), f="framecrc", fps_mode="passthrough", enc_time_base=f"{TICK_MS}/1000"),
        ffmpeg.output(source, str(chapters), f="ffmetadata"),
    )
    await run(compiled(reports, program=program), log=scratch / "proof.log", timeout=timeout)
    expected = expected_starts(timeline)
    _same("bilder/frames", expected, [one.start_ms for one in _pictures(packets)])
    _same("avkodade bilder/decoded frames", expected, [one.start_ms for one in _pictures(decoded)])
    keyframes = {one.start_ms for one in _pictures(packets) if one.keyframe}
    wanted = [tags.Mark(start_ms=round(one.start * 1000), title=one.title) for one in timeline.chapters]
    _same("kapitel/chapters", wanted, list(tags.chapters_in(chapters.read_text(encoding="utf-8"))))
    unkeyed = [mark.start_ms for mark in wanted if mark.start_ms not in keyframes]
    _same("kapitel utan nyckelbild/chapters without a keyframe", [], unkeyed)


def expected_starts(timeline: Timeline) -> list[int]:
    """Return when each frame of the video begins (ms): card, stills, and the last still's last tick.

    A video frame lasts until the next one; so the last picture is written twice, the second time for one tick, and
    the video is exactly as long as the timeline in every player.
    """
    return [0, *(still.start_ms for still in timeline.stills), timeline.duration_ms - TICK_MS]


def _pictures(report: Path) -> list[_Picture]:
    """Read a framecrc report: `stream, dts, pts, duration, size, crc[, F=flags]`, times in the stated time base."""
    base, found = Fraction(0), []
    for line in report.read_text(encoding="ascii").splitlines():
        if line.startswith("#tb 0: "):
            base = Fraction(line.removeprefix("#tb 0: "))
        elif not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            found.append(_Picture(start_ms=round(int(fields[2]) * base * 1000), keyframe=len(fields) == 6))
    return found


def _same(what: str, expected: list[int] | list[tags.Mark], found: list[int] | list[tags.Mark]) -> None:
    if expected == found:
        return
    where = next((f"{one!r} ≠ {other!r}" for one, other in zip(expected, found, strict=False) if one != other), "…")
    raise RecordingError(
        happened=Text(
            f"Filmen stämmer inte med journalen: {what}, {len(found)} mot väntade {len(expected)} ({where}).",
            f"The video differs from the journal: {what}, {len(found)} against {len(expected)} expected ({where}).",
        ),
        safe=Text(
            "Ingen film har lämnats; bilderna och journalen är orörda.",
            "No video was left; the frames and the journal are untouched.",
        ),
        next_step=Text("Kör steget igen, eller med en annan ffmpeg.", "Run again, or with another ffmpeg."),
    )
