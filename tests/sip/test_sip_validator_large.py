"""Memory stays flat: 100,000 files, and 20 GB, in the same 200 MB as a small package. `make slow` runs these."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from register.model import Package
from tests.sip.mutating import NS, Change, Contents, contents_of, edited, put

pytestmark = pytest.mark.slow

_ROOT = "exempelkommun-facebook-2026"
_PART = f"{_ROOT}/representations/sidor"
_MOST_KILOBYTES = 200 << 10
_MEASURED = """
import json, sys
from pathlib import Path
from sip.validate import validate
report = validate(Path(sys.argv[1]))
status = Path("/proc/self/status").read_text()  # getrusage would tell of the process that started this one
peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
print(json.dumps([report.valid, report.files, [each.rule for each in report.findings], peak]))
"""


class _Sparse(io.FileIO):
    """A file in which long runs of zeros take no room."""

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        if len(data) > 4096 and not any(memoryview(data)[:64]) and bytes(data).count(0) == len(data):
            self.seek(len(data), io.SEEK_CUR)
            return len(data)
        return super().write(data) or 0


def _measured(path: Path) -> tuple[bool, int, list[str], int]:
    done = subprocess.run([sys.executable, "-c", _MEASURED, str(path)], capture_output=True, check=True)
    valid, files, rules, peak = json.loads(done.stdout)
    return valid, files, rules, peak


def _restated(contents: Contents, document: str, told_in: str, xpath: str) -> Contents:
    """Return `contents` where `told_in` states the size and checksum that `document` has now."""
    data = contents[document]
    changes = (
        (xpath, put("SIZE", str(len(data)))),
        (xpath, put("CHECKSUM", hashlib.sha256(data).hexdigest())),
    )
    return edited(contents, told_in, *changes)


def _with_files(contents: Contents, files: dict[str, tuple[int, str]]) -> Contents:
    """Return `contents` where METS and PREMIS of a representation speak of `files` as well: size and digest by name."""

    def in_mets(group: "etree._Element") -> None:
        for number, (name, (size, digest)) in enumerate(files.items()):
            stated = {"ID": f"ID-more-{number}", "MIMETYPE": "text/plain", "SIZE": str(size), "CHECKSUM": digest}
            file = etree.SubElement(group, f"{{{NS['m']}}}file", stated)
            file.set("CHECKSUMTYPE", "SHA-256")
            file.set("CREATED", "2026-11-22T10:00:00Z")
            place = etree.SubElement(file, f"{{{NS['m']}}}FLocat", LOCTYPE="URL")
            place.set(f"{{{NS['x']}}}type", "simple")
            place.set(f"{{{NS['x']}}}href", f"data/{name}")

    def in_premis(first: "etree._Element") -> None:
        for name, (size, digest) in files.items():
            first.addprevious(
                etree.fromstring(
                    f"""<object xmlns="{NS["p"]}" xmlns:xsi="{NS["xsi"]}" xsi:type="file"><objectIdentifier>
                    <objectIdentifierType>local</objectIdentifierType>
                    <objectIdentifierValue>representations/sidor/data/{name}</objectIdentifierValue></objectIdentifier>
                    <objectCharacteristics><fixity><messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>
                    <messageDigest>{digest}</messageDigest></fixity><size>{size}</size><format><formatDesignation>
                    <formatName>Plain text</formatName></formatDesignation></format></objectCharacteristics></object>"""
                )
            )

    premis, mets = f"{_PART}/metadata/preservation/premis.xml", f"{_PART}/METS.xml"
    grown: tuple[tuple[str, str, Change], ...] = (
        (mets, "//m:fileGrp", in_mets),
        (premis, "//p:event[1]", in_premis),
    )
    for document, xpath, change in grown:
        contents = edited(contents, document, (xpath, change))
    contents = _restated(contents, premis, mets, "//m:mdRef[@MDTYPE='PREMIS']")
    group = "//m:fileGrp[@USE='Representations/sidor']/m:file"
    return _restated(contents, mets, f"{_ROOT}/METS.xml", group)


@pytest.fixture(scope="module")
def contents(_sealed: Package) -> Contents:
    return contents_of(_sealed.path)


def test_a_hundred_thousand_files_cost_no_memory(contents: Contents, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    names = {f"mapp-{number % 100:02}/inlagg-{number:06}.txt": (1, digest) for number in range(100_000)}
    package = tmp_path / "many.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for path, data in _with_files(contents, names).items():
            archive.writestr(path, data)
        for name in names:
            archive.writestr(f"{_PART}/data/{name}", b"x")
    valid, files, rules, peak = _measured(package)
    assert (valid, rules) == (True, [])
    assert files > 100_000
    assert peak < _MOST_KILOBYTES


def test_twenty_gigabytes_cost_no_memory(contents: Contents, tmp_path: Path) -> None:
    """One film of 6 GB and two of 7, in a ZIP that is sparse on disk."""
    sizes = {"film-1.txt": 6 << 30, "film-2.txt": 7 << 30, "film-3.txt": 7 << 30}
    zeros = bytes(1 << 20)
    digests: dict[int, str] = {}
    digest = hashlib.sha256()
    for megabyte in range(1, (7 << 10) + 1):
        digest.update(zeros)
        digests[megabyte << 20] = digest.hexdigest() if megabyte in (6 << 10, 7 << 10) else ""
    package = tmp_path / "large.zip"
    stated = {name: (size, digests[size]) for name, size in sizes.items()}
    with _Sparse(package, "w") as raw, zipfile.ZipFile(raw, "w") as archive:
        for path, data in _with_files(contents, stated).items():
            archive.writestr(path, data)
        for name, size in sizes.items():
            with archive.open(zipfile.ZipInfo(f"{_PART}/data/{name}"), "w", force_zip64=True) as entry:
                for _ in range(size >> 20):
                    entry.write(zeros)
    assert package.stat().st_size > 20 << 30
    assert package.stat().st_blocks * 512 < 64 << 20
    valid, files, rules, peak = _measured(package)
    assert (valid, rules) == (True, [])
    assert files > 3
    assert peak < _MOST_KILOBYTES
