"""What packaging costs: the same files, read by `sha256sum`."""

import random
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from register.model import Artefact, Period, Representation, Submission, Verdict
from sip.build import build
from tests.bench.capturing import example
from tests.bench.measure import ratio, timed

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
FILES, MEGABYTES = 200, 512


def measure(folder: Path, *, rounds: int) -> None:
    """Sum and package in turn, and print the ratio."""
    data = folder / "data"
    data.mkdir()
    source = random.Random(20260101)  # the same bytes every time
    paths = []
    for number in range(FILES):
        path = data / f"fil-{number:03}.bin"
        path.write_bytes(source.randbytes(MEGABYTES * 1_000_000 // FILES))
        paths.append(path)
    summed, built = [], []
    for number in range(rounds):
        into = folder / f"paket{number}"
        into.mkdir()
        summed.append(timed(_sum, paths))
        built.append(timed(build, _submission(paths), into, now=NOW))
    ratio(f"sha256sum of {MEGABYTES} MB in {FILES} files", summed, summed)
    ratio("package: build, read back, validate, seal", built, summed)


def _sum(paths: list[Path]) -> None:
    subprocess.run(["sha256sum", *paths], check=True, capture_output=True)


def _submission(paths: list[Path]) -> Submission:
    return Submission(
        object_id="bench",
        label="bench",
        abstract="bench",
        channel=example(),
        period=Period(start=None, end=NOW),
        verdict=Verdict.COMPLETE,
        representations=(
            Representation(name="rep1", label="rep1", files=tuple(map(_artefact, paths)), events=(), agents=()),
        ),
        documentation=(_artefact(paths[0]),),
        schemas=(),
        software_version="0",
    )


def _artefact(path: Path) -> Artefact:
    return Artefact(
        path=path,
        name=path.name,
        media_type="application/octet-stream",
        format_name="bytes",
        format_version=None,
        created=NOW,
    )
