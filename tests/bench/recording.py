"""The recording beside the ways in which others record a page, in turn in one run.

All go through the same posts of the same channel and open the same comments, each in a process of its own. What a
video really shows is read from the video: the page draws into itself which state it is in (`states.js`). Ours is the
whole walk of a capture with its recording, and its finishing; theirs is a hand that knows the page, at 700 px/s and
with a rest of 0.6 s a post. CPU seconds are those of everything that was started, browser and encoder included.
"""

import os
import statistics
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench import filming
from tests.bench.channel import serve
from tests.bench.filming import DEFAULT, FFV1, FINISHINGS, FRAMES, MP4, Filming
from tests.bench.hog import busy
from tests.bench.measure import say, target
from tests.bench.recorders import RECORDERS, playwright_ffmpeg
from tests.bench.seen import Seen, pixels_kept, seen
from tests.bench.shape import Shape

CHANNEL = Shape(posts=3, levels=(25, 3), answered=6, shown=2, delay=0.06, filmed=True)
STRIDE = 300  # what the walk scrolls by in one step, in pixels
PEER = "record_video"


@dataclass(frozen=True, kw_only=True)
class Take:
    """One film, or one finishing of a film, and what is seen in its video; `pixels_kept` only of a lossless one."""

    film: Filming
    seen: Seen
    pixels_kept: float | None = None


@dataclass(frozen=True, kw_only=True)
class Round:
    """One film each: the walk with nothing recorded, the same walk recorded, its finishings; and the others'."""

    bare: Filming
    walk: Filming
    ours: dict[str, Take]
    theirs: dict[str, Take]


def measure(folder: Path, *, quick: bool) -> None:
    """Film in turn, a line a film; then once more beside something that wants all of the machine; then the targets.

    `quick`: one round with fewer posts, and only ours beside the hog.
    """
    shape = replace(CHANNEL, posts=2) if quick else CHANNEL
    studio = Studio(shape, folder)
    say(f"recording: {shape.posts} posts x {shape.comments} comments, {shape.requests[1]} clicks")
    say(f"{'':<26}  wall s   CPU s  peak MB  others' cores  states          parts   jump px  MB/post")
    rounds = [studio.round(RECORDERS) for _ in range(1 if quick else 2)]
    say(f"the same, beside {os.cpu_count()} processes that only do sums")
    hogged = studio.round(() if quick else RECORDERS, hogged=True)
    _targets(rounds, hogged)


class Studio:
    """Where films are made: of one channel, in one folder, one after another."""

    def __init__(self, shape: Shape, folder: Path) -> None:
        self._shape = shape
        self._folder = folder
        self._environment = {**os.environ, **playwright_ffmpeg(folder / "playwright")}
        self._places = 0

    def round(self, recorders: Iterable[str], *, hogged: bool = False) -> Round:
        """Make one film each; `hogged`: while every core is busy with something else."""
        with busy() if hogged else nullcontext():
            bare = self._film("unrecorded", self._place())
            self._line("walk, unrecorded", bare)
            place = self._place()
            walk = self._film("stepwise", place)
            self._line("walk, recorded stepwise", walk)
            ours = {name: self._finish(name, walk, place) for name in FINISHINGS}
            theirs = {name: self._theirs(name) for name in recorders}
        return Round(bare=bare, walk=walk, ours=ours, theirs=theirs)

    def _finish(self, name: str, walk: Filming, place: Path) -> Take:
        film = filming.start(name, "-", 0, place, self._environment)
        (video,) = (place / name).glob("film.m[pk][4v]")
        kept = pixels_kept(video, place / FRAMES) if name == FFV1 else None
        take = Take(film=film, seen=seen(walk, video), pixels_kept=kept)
        self._line(f"  finished: {name}", film, take.seen)
        return take

    def _theirs(self, recorder: str) -> Take:
        place = self._place()
        film = self._film(recorder, place)
        (video,) = place.glob(f"{recorder}.*")
        take = Take(film=film, seen=seen(film, video))
        self._line(recorder, film, take.seen)
        return take

    def _film(self, recorder: str, place: Path) -> Filming:
        with serve(self._shape) as origin:
            film = filming.start(recorder, f"{origin}/", self._shape.posts, place, self._environment)
        if film.clicks != self._shape.requests[1]:
            raise RuntimeError(f"{recorder}: {film.clicks} clicks")  # not the same visit: nothing to compare
        return film

    def _place(self) -> Path:
        self._places += 1
        return self._folder / f"film{self._places}"

    def _line(self, name: str, film: Filming, shown: Seen | None = None) -> None:
        told = ""
        if shown is not None:
            states = f"{round(shown.states * shown.required)} of {shown.required}"
            size = shown.size / self._shape.posts / 1e6
            told = f"  {states:<14} {shown.parts:6.1%}  {shown.jump:7.0f}  {size:7.2f}"
        say(f"{name:<26} {film.wall:7.1f} {film.cpu:7.1f}  {film.memory / 1e6:7.0f}  {film.others:13.2f}{told}")


def _targets(rounds: list[Round], hogged: Round) -> None:
    """Print what issue 4 asks for, each with what was measured; ratios are of films of the same round."""
    for name in FINISHINGS:
        shown = [one.ours[name].seen for one in (*rounds, hogged)]
        target(f"{name}: states recorded, of those required", [one.states for one in shown], at_least=1)
        target(f"{name}: steps shown in their turn", [one.in_turn or 0.0 for one in shown], at_least=1)
        target(f"{name}: longest jump, px", [one.jump for one in shown], at_most=STRIDE)
    kept = [one.ours[FFV1].pixels_kept or 0.0 for one in (*rounds, hogged)]
    target(f"{FFV1}: frames whose pixels are the captured ones", kept, at_least=1)
    target("CPU / record_video, MP4 only", [_cpu(one, MP4) for one in rounds], at_most=0.45)
    target("CPU / record_video, FFV1 only", [_cpu(one, FFV1) for one in rounds], at_most=0.7)
    target("video s per wall s, master and MP4", [_pace(one, DEFAULT) for one in rounds], at_least=3)
    sizes = [one.ours[MP4].seen.size / one.theirs[PEER].seen.size for one in rounds]
    target("bytes of the MP4 / record_video", sizes, at_most=0.25)
    target("ms a frame more than the unrecorded walk", [_overhead(one) for one in rounds], at_most=60)
    inside = [statistics.mean(one.walk.inside) * 1000 for one in rounds]
    say(f"  of which inside the recording: {min(inside):.0f}–{max(inside):.0f} ms a frame")
    pace = [_pace(one, MP4) for one in rounds]
    say(f"  video s per wall s, MP4 only: {min(pace):.2f}–{max(pace):.2f}")
    target("MB at the peak more than the unrecorded walk", [_memory(one) for one in rounds], at_most=350)


def _cpu(one: Round, name: str) -> float:
    return (one.walk.cpu + one.ours[name].film.cpu) / one.theirs[PEER].film.cpu


def _pace(one: Round, name: str) -> float:
    finished = one.ours[name].film
    return finished.seconds / (one.walk.wall + finished.wall)


def _overhead(one: Round) -> float:
    return (one.walk.wall - one.bare.wall) / len(one.walk.required) * 1000


def _memory(one: Round) -> float:
    most = max(one.walk.memory, *(take.film.memory for take in one.ours.values()))
    return (most - one.bare.memory) / 1e6
