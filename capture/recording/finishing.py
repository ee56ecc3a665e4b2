"""The finishing half of the recording: from journal and pictures to proven films with chapters and subtitles.

It needs neither the browser nor the walk and can be repeated: the same journal gives the same bytes. What was made and
proved before it was broken off is not made again.
"""

import asyncio
import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from capture.programs.ffmpeg import find, run, version
from capture.recording import journal
from capture.recording.films import mkv_command, mp4_command, proof_command
from capture.recording.made import MadeList, fingerprint
from capture.recording.master import NAME as MASTER
from capture.recording.master import generic, make_master
from capture.recording.pixels import digest_of, digests_in, prove_files, proven_digests
from capture.recording.poster import draw_poster
from capture.recording.profile import Film, FilmProfile, Master
from capture.recording.proof import prove, prove_copy, same_pixels
from capture.recording.recorded import FilmFile, Recorded
from capture.recording.reel import CARD_FILE, Reel, prepare
from capture.recording.title_card import TitleCard
from capture.recording.whole import aside, whole
from register.errors import DiskFullError, RecordingError
from register.language import Text

_USUAL = FilmProfile()
_START_SECONDS = 60.0
_PROOF = "proof"  # its entry in the list of what is made
_AGAINST_MASTER = Text(
    "arbetsmasterns alla bilder, avkodade, har samma bildpunkter (SHA-256) som de fångade bilderna",
    "every frame of the working master, decoded, has the same pixels (SHA-256) as the captured pictures",
)
_AGAINST_FRAMES = Text(
    "filmen gjordes direkt av de fångade bilderna, vars filer är oförändrade (SHA-256) sedan de togs",
    "the film was made straight from the captured pictures, whose files are unchanged (SHA-256) since they were taken",
)


async def finish(
    folder: Path,
    card: TitleCard,
    into: Path,
    *,
    name: str = "inspelning",
    profile: FilmProfile = _USUAL,
    frame_budget: float = 2.0,
) -> Recorded:
    """Make the films of the recording in `folder`, with subtitles and poster, in the folder `into`, called `name`.

    1. Read the journal; lay out the presentation time; draw the title card.  2. Make the lossless master.
    3. Prove every picture against the journal, decode the master, prove every frame of it against the pictures, and
    make the MP4 from the same decoding.  4. Read each film back and compare.  5. Only then give it its name.

    `frame_budget` is the longest that ffmpeg may take for a frame, in seconds, on average over each of its runs.

    Raises:
        RecordingError: journal or pictures are damaged, or ffmpeg could not make or prove a film.
        FfmpegMissingError: no ffmpeg that can do it.
        DiskFullError: the disk filled; nothing half-made is left under a name.
    """
    program = await asyncio.to_thread(find)
    encoder = f"ffmpeg {await asyncio.to_thread(version, program)}"
    contents = journal.read(folder)
    with _write_faults_named(name):
        into.mkdir(parents=True, exist_ok=True)
        reel = await asyncio.to_thread(prepare, folder, contents, card, profile=profile, encoder=encoder)
        made = MadeList(reel.folder)
        timeout = _START_SECONDS + frame_budget * len(reel.pictures)
        master = None
        aside(reel.folder / MASTER).unlink(missing_ok=True)
        if profile.master is Master.FFV1:
            master = await make_master(reel, made, program=program, timeout=timeout)
        job = _Job(
            reel=reel,
            frames=contents.frames,
            made=made,
            profile=profile,
            program=program,
            timeout=timeout,
            master=master,
            into=into.resolve(),
            name=name,
        )
        films = await job.make()
    return Recorded(
        films=films,
        subtitles=job.subtitles,
        poster=job.poster,
        master=master,
        duration=reel.timeline.duration_ms / 1000,
        frames=len(contents.frames),
        states=len({frame.file for frame in contents.frames}),
        size=reel.size,
        chapters=reel.timeline.chapters,
        moments={key: ms / 1000 for key, ms in reel.timeline.moments.items()},
        encoder=encoder,
        proved=len(reel.pictures),
        proved_against=_AGAINST_FRAMES if master is None else _AGAINST_MASTER,
    )


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One finishing. What is meant to last gets its name when it is proved, and the films get theirs last."""

    reel: Reel
    frames: tuple[journal.FrameLine, ...]
    made: MadeList
    profile: FilmProfile
    program: Path
    timeout: float
    master: Path | None
    into: Path
    name: str

    @property
    def subtitles(self) -> Path:
        return self.into / f"{self.name}.vtt"

    @property
    def poster(self) -> Path:
        return self.into / f"{self.name}.jpg"

    @property
    def _mp4(self) -> Path:
        return self.into / f"{self.name}.mp4"

    @property
    def _mkv(self) -> Path:
        return self.into / f"{self.name}.mkv"

    async def make(self) -> tuple[FilmFile, ...]:
        """Make what is missing, and return the films. Raises as `finish`."""
        for file in (
            self._mp4,
            self._mkv,
            self.subtitles,
            self.poster,
        ):  # one that was killed may have been to make others
            aside(file).unlink(missing_ok=True)
        films = [] if self.profile.film is Film.MKV else [await self._make_mp4()]
        if self.profile.film is not Film.MP4:
            films.append(await self._make_mkv())
        await asyncio.to_thread(self._lay_beside)
        return tuple(films)

    def _lay_beside(self) -> None:
        """Write subtitles and poster, unless they are there already."""
        of = self.reel.of
        if not self.made.holds(self.subtitles.name, of=of, file=self.subtitles):
            with whole(self.subtitles) as unfinished:
                unfinished.write_bytes(self.reel.webvtt.read_bytes())
            self.made.note(self.subtitles.name, of=of, file=self.subtitles)
        if not self.made.holds(self.poster.name, of=of, file=self.poster):
            draw_poster(self.reel, self.poster)
            self.made.note(self.poster.name, of=of, file=self.poster)

    async def _make_mp4(self) -> FilmFile:
        command = mp4_command(
            self.reel, self.master, self._report, aside(self._mp4), profile=self.profile, program=self.program
        )
        of = self._of(command)
        if not (self._proved() and self.made.holds(self._mp4.name, of=of, file=self._mp4)):
            with whole(self._mp4) as film:
                await self._decode(command)
                await prove(
                    film, self.reel.timeline, program=self.program, scratch=self.reel.folder, timeout=self.timeout
                )
                await asyncio.to_thread(self._lay_beside)
            await asyncio.to_thread(self.made.note, self._mp4.name, of=of, file=self._mp4)
        return FilmFile(
            path=self._mp4,
            media_type="video/mp4",
            format_name="MPEG-4, H.264",
            format_version=None,
            sha256=self.made.sha256(self._mp4.name),
        )

    async def _make_mkv(self) -> FilmFile:
        assert self.master is not None  # noqa: S101 - a profile that delivers MKV makes one
        if not self._proved():
            await self._decode(proof_command(self.master, self._report, program=self.program))
        command = mkv_command(self.reel, self.master, aside(self._mkv), program=self.program)
        of = self._of(command)
        if not self.made.holds(self._mkv.name, of=of, file=self._mkv):
            with whole(self._mkv) as film:
                await run(command, log=self.reel.folder / "copy.log", timeout=self.timeout)
                await prove_copy(
                    film,
                    self.master,
                    self.reel.timeline,
                    program=self.program,
                    scratch=self.reel.folder,
                    timeout=self.timeout,
                )
                await asyncio.to_thread(self._lay_beside)
            await asyncio.to_thread(self.made.note, self._mkv.name, of=of, file=self._mkv)
        return FilmFile(
            path=self._mkv,
            media_type="video/x-matroska",
            format_name="Matroska, FFV1",
            format_version="4, 3.4",
            sha256=self.made.sha256(self._mkv.name),
        )

    @property
    def _report(self) -> Path:
        return self.reel.folder / "proof-times.txt"

    def _of(self, command: list[str]) -> str:
        source = "" if self.master is None else self.made.sha256(self.master.name)
        words = generic(command, self.reel.folder, self.into)
        return fingerprint({"reel": self.reel.of, "encoder": self.reel.encoder, "source": source, "command": words})

    def _proved(self) -> bool:
        return self.made.holds(_PROOF, of=self._of([]))

    async def _decode(self, command: list[str]) -> None:
        """Decode the source once, as `command` says, and prove all of it. A master that differs is removed."""
        log = self.reel.folder / "finish.log"
        if self.master is None:
            await asyncio.to_thread(prove_files, self.reel.folder, self.frames)
            await run(command, log=log, timeout=self.timeout)
        else:
            captured = await asyncio.to_thread(self._digests)
            decoded = await self._decoded(command, log)
            try:
                same_pixels(self._report, decoded, self.reel.pictures, captured)
            except RecordingError:
                self.master.unlink()
                raise
        self.made.note(_PROOF, of=self._of([]))

    async def _decoded(self, command: list[str], log: Path) -> list[str]:
        """Run `command`, and return the digest of each frame that it writes to stdout."""
        out, into = os.pipe()
        reading = asyncio.create_task(asyncio.to_thread(digests_in, os.fdopen(out, "rb"), self.reel.size))
        try:
            await run(command, log=log, timeout=self.timeout, stdout=into)
        finally:
            os.close(into)
            decoded = await reading
        return decoded

    def _digests(self) -> Mapping[str, str]:
        card = (self.reel.folder / CARD_FILE).read_bytes()
        shown = proven_digests(self.reel.folder, self.frames, self.reel.size)
        return {CARD_FILE: digest_of(card, self.reel.size), **shown}


@contextmanager
def _write_faults_named(name: str) -> Iterator[None]:
    """Let an OSError be said as what it means for the film `name`."""
    try:
        yield
    except OSError as fault:
        kind = DiskFullError if fault.errno in {errno.ENOSPC, errno.EDQUOT} else RecordingError
        raise kind(
            happened=Text(
                f"Filmen {name} kunde inte skrivas: {fault.strerror or fault}.",
                f"The video {name} could not be written: {fault.strerror or fault}.",
            ),
            safe=Text("De tagna bilderna och journalen är orörda.", "The captured frames and journal are untouched."),
            next_step=Text("Frigör plats eller rättigheter och kör igen.", "Make room or give access and run again."),
        ) from fault
