"""What recording a web archive costs a capture: the same channel captured with it and without, in turn.

    python -m tests.bench.web_archive captured|recorded|whole URL FOLDER

is one visit in a process of its own; the last line printed is a JSON object with its seconds. `whole` opens each
post's own page too, which a closure does and no other capture: that is a longer visit, not a dearer one.
"""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

from capture import channel as capture
from capture.kept import seen_in
from capture.web_archive import Permalinks, Recorder, checked, packed, replayed
from sample_channel import serve
from tests.bench import tree
from tests.bench.measure import now, ratio, say, target, timed

POSTS = 16
_MODES = ("captured", "recorded", "whole")


def measure(folder: Path, *, rounds: int, posts: int) -> None:
    """Capture without and with a web archive in turn, then pack, check and replay the last; print what it costs."""
    took: dict[str, list[tuple[float, float]]] = {mode: [] for mode in _MODES}
    last = folder
    for number in range(rounds):
        order = _MODES if number % 2 == 0 else _MODES[::-1]
        for mode in order:
            place = folder / f"web-{mode}-{number}"
            place.mkdir()
            with serve(seed=1, posts=posts) as channel:
                took[mode].append(_visited(mode, channel.url, place))
            last = place if mode == "whole" else last
    wall, cpu = ({mode: [one[which] for one in took[mode]] for mode in _MODES} for which in (0, 1))
    ratio("capture, no web archive, wall", wall["captured"], wall["captured"])
    ratio("… with a web archive, wall", wall["recorded"], wall["captured"])
    ratio("… with a web archive, CPU", cpu["recorded"], cpu["captured"])
    ratio("… and each post's own page, wall", wall["whole"], wall["captured"])
    for what, of in (("wall", wall), ("CPU", cpu)):
        against = [mine / other for mine, other in zip(of["recorded"], of["captured"], strict=True)]
        target(f"web archive: cost to a capture, {what}", against, at_most=1.10)
    _developed(last)


def _developed(place: Path) -> None:
    seen, path = seen_in(place), place / "kanal.wacz"
    packing = timed(packed, place / "web", path, seen=seen, now=now(), software="bench")
    checking = timed(checked, path)
    began = time.perf_counter()
    replay = asyncio.run(replayed(path, place / "replayed", seen=seen, clock=now))
    say(
        f"web archive: {path.stat().st_size / 1e6:.1f} MB, packed in {packing:.1f} s, checked in {checking:.1f} s, "
        f"replayed in {time.perf_counter() - began:.1f} s"
    )
    target("web archive: SSIM of the post least alike in the replay", [replay.least_alike], at_least=0.98)
    target("web archive: keys not shown, and requests that left", [len(replay.missing) + len(replay.left)], at_most=0)


def _visited(mode: str, url: str, place: Path) -> tuple[float, float]:
    """Return the wall and CPU seconds of one visit."""
    command = [sys.executable, "-m", __name__, mode, url, str(place)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, check=True, text=True)
    took = json.loads(done.stdout.splitlines()[-1])
    return took["wall"], took["cpu"]


def main() -> None:
    """Make one visit, and print what it took."""
    mode, url, named = sys.argv[1:]
    place = Path(named)
    tree.adopt_orphans()
    began = time.perf_counter()
    if mode == "captured":
        asyncio.run(capture.visit(url, place, platform=None, since=None, clock=now))
    else:
        recorder = Recorder(
            place / "web",
            clock=now,
            new_id=uuid4,
            software="bench",
            permalinks=Permalinks() if mode == "whole" else None,
        )
        asyncio.run(
            capture.visit(
                url,
                place,
                platform=None,
                since=None,
                clock=now,
                witnesses=(recorder,),
                open_page=recorder.opening(capture.unattended_page),
            )
        )
    wall = time.perf_counter() - began
    sys.stdout.write(json.dumps({"wall": wall, "cpu": tree.cpu_seconds()}) + "\n")


if __name__ == "__main__":
    main()
