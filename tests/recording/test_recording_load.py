"""Whatever else the machine has to do, every state of the walk is in the video: only time is lost.

The page draws its own state into itself, and the states are read from the finished videos (see `tests.bench.seen`).
"""

import asyncio
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from capture.recording import journal
from tests.bench import filming
from tests.bench.channel import serve
from tests.bench.filming import FINISHINGS, FRAMES, MP4, Filming
from tests.bench.hog import busy
from tests.bench.seen import Seen, seen
from tests.bench.shape import Shape

SMALL = Shape(posts=1, levels=(4, 2), answered=1, shown=2, delay=0.06, filmed=True)
LARGE = Shape(posts=2, levels=(25, 3), answered=6, shown=2, delay=0.06, filmed=True)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A recorded walk: where it is kept, what it cost, and what its video shows."""

    folder: Path
    film: Filming
    seen: Seen

    @property
    def steps(self) -> list[tuple[str, str, str | None, float]]:
        return [
            (
                frame.cause,
                frame.label,
                None if frame.post_key is None else frame.post_key.rpartition("/")[2],
                frame.scroll_y,
            )
            for frame in journal.read(self.folder / FRAMES).frames
        ]


def shoot(shape: Shape, folder: Path) -> Shot:
    """Walk and record, and finish the recording, each in a process of its own."""
    with serve(shape) as origin:
        film = filming.start("stepwise", f"{origin}/", shape.posts, folder, dict(os.environ))
    return Shot(folder=folder, film=film, seen=seen(film, finish(folder)))


def finish(folder: Path) -> Path:
    """Make the MP4 of a recording; return it."""
    filming.start(MP4, "-", 0, folder, dict(os.environ))
    return folder / MP4 / "film.mp4"


def whole(shot: Shot) -> bool:
    """Say whether the video shows each state that a step left, in its turn, and each text and picture whole."""
    shown = shot.seen
    return (shown.states, shown.in_turn, shown.parts) == (1.0, 1.0, 1.0) and shown.jump <= 300


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """A recorded walk with the machine to itself, as far as the tests can see to it."""
    return shoot(LARGE, tmp_path_factory.mktemp("quiet"))


def test_two_recordings_at_once_have_every_state_of_both(tmp_path: Path) -> None:
    one, other = asyncio.run(_shoot_both(tmp_path))
    assert (whole(one), whole(other)) == (True, True)
    assert one.film.clicks == other.film.clicks == SMALL.requests[1]
    # What says so can fail: a state that no frame shows is missed.
    more = seen(replace(one.film, required=[*one.film.required, 0xABCDEF]), one.folder / "film.mp4")
    assert more.states < 1
    assert more.in_turn is not None
    assert more.in_turn < 1


async def _shoot_both(folder: Path) -> list[Shot]:
    """Two walks with two browsers, and two ffmpegs, at once; in one process, which is quicker to start."""
    with serve(SMALL) as origin:
        films = {name: Filming() for name in ("one", "other")}
        await asyncio.gather(
            *(filming.walked(film, f"{origin}/", folder / name, recorded=True) for name, film in films.items())
        )
        await asyncio.gather(*(filming.finished(folder / name, FINISHINGS[MP4]) for name in films))
    return [
        Shot(folder=folder / name, film=film, seen=seen(film, folder / name / "film.mp4"))
        for name, film in films.items()
    ]


@pytest.mark.slow
def test_two_long_recordings_at_once_have_every_state_of_both(tmp_path: Path, quiet: Shot) -> None:
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda name: shoot(LARGE, tmp_path / name), ("one", "other"))
    assert (whole(one), whole(other)) == (True, True)
    assert one.steps == other.steps == quiet.steps


@pytest.mark.slow
def test_beside_a_hog_every_state_is_there_and_only_time_is_lost(tmp_path: Path, quiet: Shot) -> None:
    with busy():
        shot = shoot(LARGE, tmp_path)
    assert whole(quiet)
    assert whole(shot)
    assert shot.steps == quiet.steps


@pytest.mark.slow
def test_a_video_is_made_while_another_walk_goes_on(tmp_path: Path, quiet: Shot) -> None:
    """Neither loses anything to the other, and the video is the same, byte for byte."""
    alone = (quiet.folder / MP4 / "film.mp4").read_bytes()
    shutil.rmtree(quiet.folder / MP4)
    with ThreadPoolExecutor() as pool:
        walking = pool.submit(shoot, LARGE, tmp_path)
        made = finish(quiet.folder)
        shot = walking.result()
    assert whole(shot)
    assert shot.steps == quiet.steps
    assert made.read_bytes() == alone
