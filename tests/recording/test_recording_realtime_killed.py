"""A film that was killed is gone on with: what it had is kept and shown, what it lacks is known, and made anew."""

import asyncio
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from capture.attendance import Occasion, Stretch
from capture.items import Cause
from capture.recording import Recorded, Recording, finish
from capture.recording.journal import NAME, read
from capture.recording.timeline import OPENING_TITLE
from capture.records import losses
from register.errors import RecordingError
from register.language import swedish_time
from tests.recording.killed_film import WRITTEN, now, walk
from tests.recording.small_channel import card


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the killed process left. Tests work on copies."""
    folder = tmp_path_factory.mktemp("film") / "r"
    command = [sys.executable, "-m", "tests.recording.killed_film", str(folder)]
    assert subprocess.run(command, check=False, timeout=600).returncode == -signal.SIGKILL
    return folder


@pytest.fixture(scope="module")
def gone_on(killed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recorded]:
    folder = shutil.copytree(killed, tmp_path_factory.mktemp("resumed") / "r")

    async def go_on() -> Recorded:
        async with Recording(folder, clock=now, resuming=True, live_seconds=0.8) as recording:
            await walk(recording, cause=Cause.RESUME, number=2)
        return await finish(folder, card(), folder.parent, name="kanal")

    return folder, asyncio.run(go_on())


def test_what_was_filmed_before_is_kept_and_known_as_broken_off(killed: Path) -> None:
    contents = read(killed)
    (stretch,) = contents.stretches
    assert (stretch.occasion, stretch.ended, stretch.first) == (Occasion.LIVE, None, 2)
    assert [frame.cause for frame in contents.frames] == [Cause.ARRIVAL] + [Cause.FILMED] * WRITTEN
    (loss,) = losses.of_the_filming(contents.stretches)
    assert loss.told.sv == f"Filmningen som började {swedish_time(stretch.began)} (svensk tid) bröts av. p/1"
    assert not loss.explained


def test_the_film_is_made_anew_and_every_frame_of_both_is_proved(killed: Path, gone_on: tuple[Path, Recorded]) -> None:
    folder, recorded = gone_on
    contents = read(folder)
    assert contents.frames[: WRITTEN + 1] == read(killed).frames
    broken, whole = contents.stretches
    assert (broken.ended, whole.post_key) == (None, "p/1")
    assert whole.states > 1
    assert losses.of_the_filming(contents.stretches) == ()
    titles = [(chapter.post_key, chapter.title) for chapter in recorded.chapters]
    first, last = contents.frames[1], contents.frames[whole.first - 1]
    assert titles == [
        (None, OPENING_TITLE),
        ("p/1", "Kommunen, 3 tim"),
        (None, f"Filmat i realtid, {swedish_time(first.at)}"),
        (None, f"Genomgången återupptogs {swedish_time(contents.frames[WRITTEN + 1].at)}"),
        (None, f"Filmat i realtid, {swedish_time(last.at)}"),
        (None, "Genomgången fortsätter"),
    ]
    assert recorded.frames == len(contents.frames)
    assert recorded.proved >= recorded.states + 1


def test_film_is_shown_in_its_real_time(gone_on: tuple[Path, Recorded]) -> None:
    folder, recorded = gone_on
    _, whole = read(folder).stretches
    assert whole.ended is not None
    chapter = recorded.chapters[4]
    first = read(folder).frames[whole.first - 1]
    assert chapter.end - chapter.start == pytest.approx((whole.ended - first.at).total_seconds(), abs=0.08)
    cues = recorded.subtitles.read_text(encoding="utf-8").split("\n\n")
    assert 2 <= sum("Filmat i realtid, utan ljud" in cue for cue in cues) <= 8


def test_film_that_a_person_drove_and_that_was_broken_off_stays_a_loss(killed: Path) -> None:
    (live,) = read(killed).stretches
    driven = replace(live, occasion=Occasion.DRIVEN, post_key=None)
    again = replace(driven, began=driven.began + timedelta(hours=1), ended=driven.began + timedelta(hours=2), states=9)
    assert len(losses.of_the_filming((driven, again))) == 1


def test_damage_before_the_line_of_a_stretch_is_not_mended(gone_on: tuple[Path, Recorded], tmp_path: Path) -> None:
    """All up to that line was on the disk: what a person drove does not come again."""
    folder = shutil.copytree(gone_on[0], tmp_path / "r")
    lines = [line for line in (folder / NAME).read_bytes().split(b"\n") if b'"kind":"post"' not in line]
    (folder / NAME).write_bytes(b"\n".join(lines))
    (folder / "frames" / "000003.png").unlink()
    with pytest.raises(RecordingError, match="går inte att använda"):
        Recording(folder, clock=now, resuming=True)


def test_a_stretch_is_read_as_it_was_last_written(gone_on: tuple[Path, Recorded]) -> None:
    written = (gone_on[0] / NAME).read_bytes()
    assert written.count(b'"kind":"stretch"') == 3
    stretches: tuple[Stretch, ...] = read(gone_on[0]).stretches
    assert len(stretches) == 2
