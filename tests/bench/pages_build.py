"""Builds the volumes of a spool in a process of its own, so that its costs can be told.

    python -m tests.bench.pages_build SPOOL INTO mix|lossless

What is printed is a JSON object with the fields of `Built`.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from capture.pages import Cover, PageProfile, Pictures, build, gate
from register.model import Channel, Organisation, Period, RecordStatus

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build cost and gave.

    `wall` and `cpu` are the seconds of building when the process had started, `judged_wall` and `judged_cpu` those of
    the judges; `memory` the peak of the process itself, in bytes. `posts` are the volume's number, key, page and box
    (points) of each post, `pages` the number in each volume.
    """

    wall: float
    cpu: float
    judged_wall: float
    judged_cpu: float
    memory: int
    paths: list[str]
    pages: list[int]
    posts: list[tuple[int, str, int, list[float]]]


def start(spool: Path, into: Path, pictures: Pictures) -> Built:
    """Build in a process of its own, and return what it told."""
    command = [sys.executable, "-m", "tests.bench.pages_build", str(spool), str(into), pictures.value]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Built(**json.loads(told))


def spent(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Do something; return what it gave, the seconds it took, and the CPU seconds of it and of all it started."""
    began, used = time.perf_counter(), _cpu()
    given = work()
    return given, time.perf_counter() - began, _cpu() - used


def _cpu() -> float:
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times)


def _peak() -> int:
    # Not what `getrusage` tells, which goes back to before this program: to the peak of the process that started it.
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError("the system does not tell how much memory was used at most")


def _channel() -> Channel:
    # Not the one of `capturing`: that loads the walk, the recording and the record, which no page is built with.
    board = Organisation(name="Exempelkommun", identity_code="ORG:212000-0000")
    return Channel(
        name="Exempelkommun",
        platform="Exempelkanalen",
        url="http://127.0.0.1/",
        records_creator=board,
        submitting=board,
        archive=board,
        submission_agreement="KS 2026/1; 2026-01-01",
        reference_code=None,
        record_status=RecordStatus.TEST,
    )


def main() -> None:
    """Build, and print what it cost."""
    spool, into, pictures = Path(sys.argv[1]), Path(sys.argv[2]), Pictures(sys.argv[3])
    judging = [0.0, 0.0]
    admit = gate.admit

    def timed(*given: Any, **named: Any) -> Any:
        admitted, wall, cpu = spent(lambda: admit(*given, **named))
        judging[0] += wall
        judging[1] += cpu
        return admitted

    gate.admit = timed
    cover = Cover(channel=_channel(), period=Period(start=None, end=NOW), started=NOW, ended=NOW, tools=("Kanalarkiv",))
    volumes, wall, cpu = spent(lambda: build(spool, cover, into, created=NOW, profile=PageProfile(pictures=pictures)))
    told = Built(
        wall=wall - judging[0],
        cpu=cpu - judging[1],
        judged_wall=judging[0],
        judged_cpu=judging[1],
        memory=_peak(),
        paths=[str(volume.path) for volume in volumes],
        pages=[volume.pages for volume in volumes],
        posts=[(v.number, place.key, place.page, list(place.box)) for v in volumes for place in v.posts],
    )
    sys.stdout.write(json.dumps(asdict(told)))


if __name__ == "__main__":
    main()
