"""A recording that was killed, wherever it was, is gone on with: nothing lost, nothing twice, and the break is told."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from capture.items import Cause
from capture.recording import Chapter, Recording, finish
from capture.recording.journal import NAME, FrameLine, read
from capture.recording.timeline import OPENING_TITLE
from register.errors import RecordingError
from tests.recording.killed_recording import FRAME, POINTS
from tests.recording.small_channel import Clock, browser_page, card, post, step

BEFORE = {"half-a-picture": 6, "no-line": 6, "half-a-line": 6, "a-line": 7, "half-a-post-line": 7, "a-post-line": 7}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What a killed process left, by the point at which it was killed. Tests work on copies."""
    folders = {point: tmp_path_factory.mktemp(point) / "r" for point in POINTS}
    for point, folder in folders.items():
        done = subprocess.run(
            [sys.executable, "-m", "tests.recording.killed_recording", str(folder), point], check=False, timeout=600
        )
        assert done.returncode == -signal.SIGKILL
    return folders


def _resumed(folder: Path) -> Recording:
    return Recording(folder, clock=Clock(), resuming=True)


def _reopened(folder: Path) -> tuple[FrameLine, ...]:
    asyncio.run(_resumed(folder).close())
    return read(folder).frames


@pytest.mark.parametrize("point", POINTS)
def test_what_was_whole_is_kept_and_what_was_torn_is_gone(killed: dict[str, Path], tmp_path: Path, point: str) -> None:
    folder = shutil.copytree(killed[point], tmp_path / "r")
    before = read(folder)
    frames = _reopened(folder)
    assert read(folder) == before
    assert len(frames) == BEFORE[point]
    assert (folder / NAME).read_bytes().endswith(b"\n")
    assert {path.name for path in (folder / "frames").iterdir()} == {Path(frame.file).name for frame in frames}


def test_the_points_are_what_they_are_called(killed: dict[str, Path]) -> None:
    picture = f"frames/{FRAME:06d}"
    assert {point for point in POINTS if (killed[point] / f"{picture}.partial").exists()} == {"half-a-picture"}
    torn = {point for point in POINTS if not (killed[point] / NAME).read_bytes().endswith(b"\n")}
    assert torn == {"half-a-line", "half-a-post-line"}
    nameless = {
        point
        for point in POINTS
        if {path.stem for path in (killed[point] / "frames").iterdir()}
        - {Path(frame.file).stem for frame in read(killed[point]).frames}
    }
    assert nameless == {"half-a-picture", "no-line", "half-a-line"}


def test_the_recording_goes_on_and_says_where_it_was_broken_off(killed: dict[str, Path], tmp_path: Path) -> None:
    """Killed when p/2's line was written and the walk had not noted the post: it comes again, and p/3 for the first."""
    folder = shutil.copytree(killed["a-post-line"], tmp_path / "r")
    before = read(folder)

    async def go_on() -> None:
        async with browser_page() as page, _resumed(folder) as recording:
            root = await page.query_selector("article")
            assert root is not None
            await recording.on_step(page, step(8, Cause.RESUME))
            await recording.on_post(page, post("p/2", ordinal=2), root)
            await recording.on_post(page, post("p/3", ordinal=3), root)
            await recording.on_step(page, step(9, Cause.END))

    asyncio.run(go_on())
    after = read(folder)
    assert after.frames[: len(before.frames)] == before.frames
    assert [(one.number, one.cause, one.post_key) for one in after.frames[len(before.frames) :]] == [
        (8, Cause.RESUME, None),
        (9, Cause.RESUME, "p/3"),
        (10, Cause.END, None),
    ]
    assert [one.post_key for one in after.posts] == ["p/1", "p/2", "p/3"]
    recorded = asyncio.run(finish(folder, card(), tmp_path, name="kanal"))
    assert recorded.frames == 10
    keys = [chapter.post_key for chapter in recorded.chapters]
    assert keys == [None, "p/1", "p/2", None, "p/3"]
    assert [chapter.title for chapter in recorded.chapters if chapter.post_key is None] == [
        OPENING_TITLE,
        "Genomgången återupptogs 2026-11-23 00:30:07",
    ]
    assert _touch(recorded.chapters)
    assert "Genomgången återupptogs efter ett uppehåll" in recorded.subtitles.read_text(encoding="utf-8")


def _touch(chapters: tuple[Chapter, ...]) -> bool:
    return all(one.end == other.start for one, other in pairwise(chapters))


def test_it_says_how_many_steps_it_has_seen(killed: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(killed["a-line"], tmp_path / "r")
    assert _resumed(folder).steps == read(folder).frames[-1].step
    assert Recording(tmp_path / "new", clock=Clock()).steps == 0


def test_a_second_kill_is_survived_like_the_first(killed: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(killed["a-line"], tmp_path / "r")
    assert _reopened(folder) == _reopened(folder)


def test_a_recording_killed_before_its_first_frame_begins(tmp_path: Path) -> None:
    (tmp_path / "r" / "frames").mkdir(parents=True)
    (tmp_path / "r" / NAME).write_bytes(b'{"kind":"fr')
    (tmp_path / "r" / "frames" / "000001.png").write_bytes(b"half")

    async def record() -> None:
        async with browser_page() as page, _resumed(tmp_path / "r") as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))

    asyncio.run(record())
    assert [frame.number for frame in read(tmp_path / "r").frames] == [1]


@pytest.mark.parametrize("damage", ["changed", "gone", "line"])
def test_damage_after_the_last_finished_post_costs_what_comes_after_it_only(
    killed: dict[str, Path], tmp_path: Path, damage: str
) -> None:
    """As after a power cut: the disk had the journal's line, and not its picture. Frame 7 is after post p/1."""
    folder = shutil.copytree(killed["a-line"], tmp_path / "r")
    _damage(folder, FRAME, damage)
    assert [frame.number for frame in _reopened(folder)] == [1, 2, 3, 4, 5, 6]
    assert not (folder / "frames" / f"{FRAME:06d}.png").exists()


@pytest.mark.parametrize(("frame", "damage"), [(1, "gone"), (3, "gone"), (2, "line"), (5, "changed")])
def test_damage_to_a_finished_post_is_not_mended(
    killed: dict[str, Path], tmp_path: Path, frame: int, damage: str
) -> None:
    folder = shutil.copytree(killed["a-line"], tmp_path / "r")
    _damage(folder, frame, damage)
    before = (folder / NAME).read_bytes()
    with pytest.raises(RecordingError, match="går inte att använda"):
        _resumed(folder)
    assert (folder / NAME).read_bytes() == before


def _damage(folder: Path, number: int, damage: str) -> None:
    lines = (folder / NAME).read_bytes().split(b"\n")
    place = next(n for n, line in enumerate(lines) if json.loads(line or b"{}").get("number") == number)
    picture = folder / json.loads(lines[place])["file"]
    match damage:
        case "changed":
            picture.write_bytes(picture.read_bytes()[:-1] + b"?")
        case "gone":
            picture.unlink()
        case "line":
            (folder / NAME).write_bytes(b"\n".join([*lines[:place], b"\0" * 40, *lines[place + 1 :]]))
