"""The proof of a film: ffmpeg reads back what it wrote, and every frame and chapter must be what and where it should.

Three proofs. `same_pixels`: a lossless source, decoded, shows what was captured, to the pixel. `prove`: the H.264 film
can be decoded whole, and every frame and chapter is where it should be. `prove_copy`: the delivered FFV1 film holds the
master's own packets, so that what was proved of the master is proved of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from capture.programs.ffmpeg import compiled, run
from capture.recording import tags
from capture.recording.reel import CARD_FILE, Picture, pictures_of
from capture.recording.timeline import TICK_MS, Timeline
from register.errors import RecordingError
from register.language import Text

_SAFE = Text(
    "Ingen film har lämnats; bilderna och journalen är orörda.",
    "No video was left; the frames and the journal are untouched.",
)
_AGAIN = Text("Kör steget igen, eller med en annan ffmpeg.", "Run again, or with another ffmpeg.")


@dataclass(frozen=True, kw_only=True)
class _Frame:
    start_ms: int
    keyframe: bool


def same_pixels(report: Path, decoded: Sequence[str], pictures: Sequence[Picture], captured: Mapping[str, str]) -> None:
    """Compare a decoded film with the `pictures` it was made of.

    Args:
        report: when each frame is shown, by ffmpeg (framecrc).
        decoded: the digest of each frame.
        pictures: what the film is to be.
        captured: the digest of what each picture shows, by its file.

    Raises:
        RecordingError: a frame is missing, elsewhere, or shows something else; it is named.
    """
    _same("bilder/frames", [one.start_ms for one in pictures], [one.start_ms for one in _frames(report)])
    _same("avkodade bilder/decoded frames", range(len(pictures)), range(len(decoded)))
    for expected, digest in zip(pictures, decoded, strict=True):
        if digest != captured[expected.file]:
            raise _another_picture(expected)


async def prove(film: Path, timeline: Timeline, *, program: Path, scratch: Path, timeout: float) -> None:
    """Decode `film` whole and compare it with `timeline`: the number and time of frames, keyframes and chapters.

    `scratch` is a folder for what ffmpeg reports, `timeout` its time in seconds.

    Raises:
        RecordingError: something is missing, or elsewhere than it should be, or cannot be decoded.
    """
    packets, decoded, chapters = (scratch / f"proof-{name}.txt" for name in ("packets", "decoded", "chapters"))
    source = ffmpeg.input(str(film), xerror=None, err_detect="explode")
    reports = ffmpeg.merge_outputs(
        ffmpeg.output(source["v"], str(packets), f="framecrc", **{"c:v": "copy"}),
        ffmpeg.output(source["v"], str(decoded), f="framecrc", fps_mode="passthrough", enc_time_base=f"{TICK_MS}/1000"),
        ffmpeg.output(source, str(chapters), f="ffmetadata"),
    )
    await run(compiled(reports, program=program), log=scratch / "proof.log", timeout=timeout)
    expected = [one.start_ms for one in pictures_of(timeline)]
    _same("bilder/frames", expected, [one.start_ms for one in _frames(packets)])
    _same("avkodade bilder/decoded frames", expected, [one.start_ms for one in _frames(decoded)])
    _same_chapters(chapters, timeline, {one.start_ms for one in _frames(packets) if one.keyframe})


async def prove_copy(
    film: Path, master: Path, timeline: Timeline, *, program: Path, scratch: Path, timeout: float
) -> None:
    """Compare the packets of `film` with those of `master`, each by its SHA-256, and its chapters with `timeline`.

    Raises:
        RecordingError: they differ, or one cannot be read.
    """
    ours, masters, chapters = (scratch / f"copy-{name}.txt" for name in ("packets", "master", "chapters"))
    source = ffmpeg.input(str(film), xerror=None)
    as_it_is = {"f": "framehash", "hash": "sha256", "c:v": "copy"}
    reports = ffmpeg.merge_outputs(
        ffmpeg.output(source["v"], str(ours), **as_it_is),
        ffmpeg.output(ffmpeg.input(str(master), xerror=None)["v"], str(masters), **as_it_is),
        ffmpeg.output(source, str(chapters), f="ffmetadata"),
    )
    await run(compiled(reports, program=program), log=scratch / "copy.log", timeout=timeout)
    _same("paket/packets", masters.read_text(encoding="ascii").splitlines(), ours.read_text("ascii").splitlines())
    _same("bilder/frames", [one.start_ms for one in pictures_of(timeline)], [one.start_ms for one in _frames(ours)])
    _same_chapters(chapters, timeline, None)


def _same_chapters(report: Path, timeline: Timeline, keyframes: set[int] | None) -> None:
    """Compare the chapters; each is to begin at one of `keyframes` (ms), None where every frame is one."""
    wanted = [tags.Mark(start_ms=round(one.start * 1000), title=one.title) for one in timeline.chapters]
    _same("kapitel/chapters", wanted, list(tags.chapters_in(report.read_text(encoding="utf-8"))))
    unkeyed = [mark.start_ms for mark in wanted if keyframes is not None and mark.start_ms not in keyframes]
    _same("kapitel utan nyckelbild/chapters without a keyframe", [], unkeyed)


def _frames(report: Path) -> list[_Frame]:
    """Read a framecrc or framehash report: `stream, dts, pts, duration, size, seal[, F=flags]`, in its time base."""
    base, found = Fraction(0), []
    for line in report.read_text(encoding="ascii").splitlines():
        if line.startswith("#tb 0: "):
            base = Fraction(line.removeprefix("#tb 0: "))
        elif not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            start_ms = round(int(fields[2]) * base * 1000)
            found.append(_Frame(start_ms=start_ms, keyframe=len(fields) == 6))
    return found


def _same(what: str, expected: Sequence[object], found: Sequence[object]) -> None:
    if expected == found:
        return
    where = next((f"{one!r} ≠ {other!r}" for one, other in zip(expected, found, strict=False) if one != other), "…")
    raise RecordingError(
        happened=Text(
            f"Filmen stämmer inte med journalen: {what}, {len(found)} mot väntade {len(expected)} ({where}).",
            f"The video differs from the journal: {what}, {len(found)} against {len(expected)} expected ({where}).",
        ),
        safe=_SAFE,
        next_step=_AGAIN,
    )


def _another_picture(expected: Picture) -> RecordingError:
    second = f"{expected.start_ms / 1000:.2f}"
    name = "försättsbilden" if expected.file == CARD_FILE else expected.file
    return RecordingError(
        happened=Text(
            f"Filmens bild vid {second} s är inte den som togs: bildpunkterna skiljer sig från {name}.",
            f"The film's frame at {second} s is not the one that was taken: its pixels differ from {expected.file}.",
        ),
        safe=_SAFE,
        next_step=_AGAIN,
    )
