"""What is large is written in memory that does not grow: a film of 6 GB, and a hundred thousand files."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_PROGRAM = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from register.format_profile import Checksum, NameRule, PackageKind
from register.model import *
from sip.archive import PackageArchive
from sip.contents import write_contents
from sip.fgs import profile_of
from sip.material import Work

NOW = datetime(2026, 11, 22, 12, 30, 8, tzinfo=UTC)
source, into, name, media_type, count = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
board = Organisation(name="KS", identity_code="ORG:1")
files = tuple(
    Artefact(path=source / name.format(number), name=name.format(number), media_type=media_type, format_name="?",
             format_version=None, created=NOW)
    for number in range(count)
)
channel = Channel(name="k", platform="facebook", url="https://example.org", records_creator=board, submitting=board,
                  archive=board, submission_agreement="KS 1", reference_code=None, record_status=RecordStatus.NEW)
submission = Submission(
    object_id="stort", label="s", abstract="s", channel=channel, period=Period(start=None, end=NOW),
    verdict=Verdict.COMPLETE, documentation=(), schemas=(), software_version="0",
    representations=(Representation(name="rep1", label="r", files=files, events=(), agents=()),),
)
profile = profile_of(PackageKind(sys.argv[6]))
with into.open("xb") as raw, PackageArchive(raw, root="stort", now=NOW) as archive:
    write_contents(Work(archive=archive, submission=submission, now=NOW, profile=profile,
                        algorithm=Checksum.SHA_256, names=NameRule.ONE_EXTENSION))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([kilobytes // 1024 for kilobytes in peak]))
"""
_MOST_MB = 200


def _peaks(source: Path, into: Path, name: str, media_type: str, count: int, profile: str) -> tuple[int, int]:
    """Write a package in a process of its own; return the peak memory of it and of the one that recognises formats."""
    arguments = [str(source), str(into), name, media_type, str(count), profile]
    done = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=True)
    own, beside = json.loads(done.stdout)
    return own, beside


@pytest.mark.slow
def test_a_film_of_six_gigabytes_is_written_in_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "film0.mp4").open("wb") as film:
        film.write(bytes.fromhex("00000020667479706d703432") + b"\0" * 20)
        film.truncate(6 << 30)
    into = tmp_path / "stort.zip"
    own, beside = _peaks(tmp_path, into, "film{}.mp4", "video/mp4", 1, "fgs-2.0")
    assert max(own, beside) <= _MOST_MB, (own, beside)
    with zipfile.ZipFile(into) as archive:
        info = archive.getinfo("stort/representations/rep1/data/film0.mp4")
        mets = archive.read("stort/representations/rep1/METS.xml").decode()
    assert (info.file_size, info.compress_type) == (6 << 30, zipfile.ZIP_STORED)
    assert f'SIZE="{6 << 30}"' in mets


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["fgs-2.0", "fgs-1.2"])
def test_a_hundred_thousand_files_are_written_in_little_memory(tmp_path: Path, profile: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(100_000):
        (source / f"inlägg {number}.json").write_text(f'{{"n": {number}}}')
    into = tmp_path / "stort.zip"
    own, beside = _peaks(source, into, "inlägg {}.json", "application/json", 100_000, profile)
    assert max(own, beside) <= _MOST_MB, (own, beside)
    with zipfile.ZipFile(into) as archive:
        names = archive.namelist()
    data = "stort/representations/rep1/data" if profile == "fgs-2.0" else "stort/content/rep1"
    assert sum(name.startswith(f"{data}/") for name in names) == 100_000
    assert f"{data}/inlagg_99999.json" in names
