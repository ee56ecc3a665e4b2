"""A finishing that was killed, or had no more room, leaves nothing half-made under a name, and is done again."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.recording import Recorded
from capture.recording.made import sha256_of
from register.errors import DiskFullError
from tests.recording.drawn_recording import draw_recording, finished
from tests.recording.test_recording_ffmpeg import child_of, is_running, wait_until
from tests.small_disk import small_disk_of

OUTPUTS = ("film.jpg", "film.mkv", "film.mp4", "film.vtt")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Recorded]:
    """A recording, and where its films are."""
    place = tmp_path_factory.mktemp("undisturbed")
    folder = draw_recording(place / "r", frames=40, size=(240, 180))
    return folder, place / "out", asyncio.run(finished(folder, place / "out"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.parametrize("victim", ["ffmpeg", "we"])
@pytest.mark.parametrize("stage", ["master", "film"])
def test_killed_and_done_again_the_bytes_are_those_of_an_undisturbed_one(
    undisturbed: tuple[Path, Path, Recorded], tmp_path: Path, victim: str, stage: str
) -> None:
    pictures, films, recorded = undisturbed
    folder, into = tmp_path / "r", tmp_path / "out"
    folder.mkdir()
    shutil.copytree(pictures / "frames", folder / "frames", copy_function=os.link)
    shutil.copy(pictures / "frames.jsonl", folder)
    unfinished = folder / ".master.mkv.partial" if stage == "master" else into / ".film.mp4.partial"

    command = [sys.executable, "-m", "tests.recording.drawn_recording", str(folder), str(into)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as finishing:
        wait_until("nothing was begun", lambda: unfinished.exists() and unfinished.stat().st_size > 0, step=0.002)
        ffmpeg = child_of(finishing.pid)
        assert ffmpeg is not None
        os.kill(ffmpeg if victim == "ffmpeg" else finishing.pid, signal.SIGKILL)
        assert finishing.wait(timeout=300) == (1 if victim == "ffmpeg" else -signal.SIGKILL)
    wait_until("ffmpeg outlived us", lambda: not is_running(ffmpeg))

    assert not [name for name in OUTPUTS if (into / name).exists()]
    assert (folder / "master.mkv").exists() == (stage == "film")
    assert unfinished.exists() == (victim == "we")
    begun = (folder / "master.mkv").stat().st_mtime_ns if stage == "film" else None

    again = asyncio.run(finished(folder, into))
    assert sorted(path.name for path in into.iterdir()) == list(OUTPUTS)
    assert not list(folder.glob(".*"))
    for name in OUTPUTS:
        assert (into / name).read_bytes() == (films / name).read_bytes()
    assert again.master is not None
    assert recorded.master is not None
    assert again.master.read_bytes() == recorded.master.read_bytes()
    if begun is not None:  # what was finished before is not made again
        assert (folder / "master.mkv").stat().st_mtime_ns == begun


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    with small_disk_of("24m", tmp_path / "disk") as disk:
        yield disk


@pytest.mark.parametrize("room_for", ["nothing", "half a master", "master", "master and mp4"])
def test_a_disk_that_fills_at_any_stage_is_said_and_what_exists_stays(
    undisturbed: tuple[Path, Path, Recorded], small_disk: Path, room_for: str
) -> None:
    pictures, films, recorded = undisturbed
    assert recorded.master is not None
    master, mp4 = recorded.master.stat().st_size, (films / "film.mp4").stat().st_size
    beside = 1_000_000  # cards, lists, reports
    room = {
        "nothing": 20_000,
        "half a master": master // 2,
        "master": master + mp4 // 2 + beside // 2,
        "master and mp4": master + mp4 + master // 2 + beside,
    }[room_for]
    folder, into = small_disk / "r", small_disk / "out"
    folder.mkdir()
    (folder / "frames").symlink_to(pictures / "frames")
    shutil.copy(pictures / "frames.jsonl", folder)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(shutil.disk_usage(small_disk).free - room))

    with pytest.raises(DiskFullError):
        asyncio.run(finished(folder, into))
    left = {path.name: sha256_of(path) for path in into.glob("*")} if into.exists() else {}
    assert {name: sha256_of(films / name) for name in left} == left
    assert not [*small_disk.rglob("*.partial"), *small_disk.rglob(".*")]
    assert (folder / "master.mkv").exists() == room_for.startswith("master")
    assert ("film.mp4" in left) == room_for.endswith("mp4")

    if room_for != "half a master":
        return
    filler.unlink()
    asyncio.run(finished(folder, into))
    assert {path.name: sha256_of(path) for path in into.iterdir()} == {n: sha256_of(films / n) for n in OUTPUTS}
