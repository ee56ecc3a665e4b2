"""`make bench`: ratios against a limit or a peer, measured in one run; seconds are for this machine only.

1. What recording and picturing cost a capture: the same scroll and clicks of the sample channel, with nobody watching.
2. What packaging costs: the same files, read by `sha256sum`.
"""

import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import async_playwright

from capture import channel as capture
from capture.programs import chromium
from capture.walk import open_page, walk
from register.model import Artefact, Channel, Organisation, Period, RecordStatus, Representation, Submission, Verdict
from sample_channel import serve
from sip.build import build

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
ROUNDS, POSTS = 2, 32
FILES, MEGABYTES = 200, 512


def main() -> None:
    """Measure, and print one line a measure."""
    with TemporaryDirectory(prefix="kanalarkiv-bench-") as folder:
        _capture(Path(folder))
        _package(Path(folder))


def _capture(folder: Path) -> None:
    bare, full, developed = [], [], []
    for number in range(ROUNDS):
        with serve(seed=1, posts=POSTS) as channel:
            bare.append(_timed(lambda url=channel.url, n=number: asyncio.run(_bare(url, folder / f"bare{n}"))))
        with serve(seed=1, posts=POSTS) as channel:
            place = folder / f"full{number}"
            place.mkdir()
            full.append(_timed(lambda url=channel.url, p=place: asyncio.run(capture.visit(url, p, clock=_now))))
        developed.append(_timed(lambda p=place: asyncio.run(capture.develop(_channel(), p, run_id="b", clock=_now))))
    _print("bare walk", bare, bare)
    _print("capture (frames and page pictures kept)", full, bare)
    _print("… and the artefacts made of it", [a + b for a, b in zip(full, developed, strict=True)], bare)


async def _bare(url: str, evidence: Path) -> None:
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            await walk(await open_page(browser), url, witnesses=(), evidence=evidence, clock=_now)
        finally:
            await browser.close()


def _package(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    source = random.Random(20260101)  # the same bytes every time
    paths = []
    for number in range(FILES):
        path = data / f"fil-{number:03}.bin"
        path.write_bytes(source.randbytes(MEGABYTES * 1_000_000 // FILES))
        paths.append(path)
    summed, built = [], []
    for number in range(ROUNDS + 1):
        into = folder / f"paket{number}"
        into.mkdir()
        summed.append(_timed(lambda: subprocess.run(["sha256sum", *paths], check=True, capture_output=True)))
        built.append(_timed(lambda place=into: build(_submission(paths), place, now=NOW)))
    _print(f"sha256sum of {MEGABYTES} MB in {FILES} files", summed, summed)
    _print("package: build, read back, validate, seal", built, summed)


def _submission(paths: list[Path]) -> Submission:
    return Submission(
        object_id="bench",
        label="bench",
        abstract="bench",
        channel=_channel(),
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


def _channel() -> Channel:
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


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _now() -> datetime:
    return datetime.now(UTC)


def _print(what: str, measured: list[float], against: list[float]) -> None:
    ratio = statistics.median(m / a for m, a in zip(measured, against, strict=True))
    spread = f"{min(measured):.1f}–{max(measured):.1f} s" if len(measured) > 1 else f"{measured[0]:.1f} s"
    sys.stdout.write(f"{what:<45} {spread:>16}   ratio {ratio:5.2f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
