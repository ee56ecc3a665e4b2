"""Good packages changed at random, seeded: whatever comes of it, the validator ends with a report.

No traceback, nothing outside the package, no more memory than for a good one. `make slow` makes many more of them.
"""

import random
import resource
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from register.model import Package
from sip.report import Report
from sip.validate import validate
from tests.sip.mutating import Contents, contents_of, judged

_SHORT, _LONG = 60, 3000
_XML_PIECES = (b"<", b">", b"&", b'"', b"&#0;", b"&x;", b"<![CDATA[", b"<!--", b"-->", b"<?x", b"]]>", b"\0", b"\xff",
               b"<!DOCTYPE a>", b"</div>", b"<div>", b' ID="a"', b' xlink:href="../../x"', b' SIZE="-1"', b"\xc3\x28",
               b"file:///", b"%2e%2e/", b' CHECKSUMTYPE="SHA-0"', b"9" * 400)  # fmt: skip


def _spoilt(data: bytes, chance: random.Random, pieces: tuple[bytes, ...] = ()) -> bytes:
    """Return `data` with a few bytes changed, taken out, doubled or put in."""
    content = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(content) + 1), chance.choice((1, 1, 2, 4, 30, 300))
        match chance.randrange(4 if pieces else 3):
            case 0:
                content[at : at + length] = chance.randbytes(length)
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length]
            case _:
                content[at:at] = chance.choice(pieces)
    return bytes(content)


def _spoilt_documents(contents: Contents, seed: int, rounds: int) -> Iterator[Report]:
    chance = random.Random(seed)
    documents = sorted(path for path in contents if path.endswith(".xml"))
    for _ in range(rounds):
        path = chance.choice(documents)
        yield judged({**contents, path: _spoilt(contents[path], chance, _XML_PIECES)})


def _spoilt_archives(good: bytes, into: Path, seed: int, rounds: int) -> Iterator[Report]:
    chance = random.Random(seed)
    with zipfile.ZipFile(BytesIO(good)) as archive:
        directory = archive.start_dir
        headers = [entry.header_offset for entry in archive.infolist()]
    for number in range(rounds):
        low = chance.choice((0, directory, len(good) - 60, chance.choice(headers)))
        high = min(len(good), low + chance.choice((60, 400, len(good))))
        into.write_bytes(good[:low] + _spoilt(good[low:high], chance) + good[high:])
        yield validate(into, name=f"{number}")


@pytest.mark.parametrize("rounds", [_SHORT, pytest.param(_LONG, marks=pytest.mark.slow)])
def test_spoilt_packages_end_in_reports(package: Package, tmp_path: Path, rounds: int) -> None:
    contents = contents_of(package.path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    target = tmp_path / "spoilt.zip"
    there = set(tmp_path.rglob("*")) | {target}
    reports = [
        *_spoilt_documents(contents, 20261123, rounds),
        *_spoilt_archives(package.path.read_bytes(), target, 20261124, rounds),
    ]
    invalid = [report for report in reports if not report.valid]
    assert all(report.findings or report.unseen for report in invalid)
    assert len(invalid) > len(reports) * 9 // 10
    assert set(tmp_path.rglob("*")) == there
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
