"""Every rule of the container, broken once; and the same package in another shape."""

import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from register.model import Package
from sip.report import Evidence, Severity
from sip.validate import validate
from tests.sip.mutating import (
    Contents,
    contents_of,
    judged,
    rules_of,
)

_ROOT = "exempelkommun-facebook-2026"
_METS = f"{_ROOT}/METS.xml"


@pytest.fixture(scope="module")
def contents(_sealed: Package) -> Contents:
    return contents_of(_sealed.path)


def _written(write: Callable[[zipfile.ZipFile], None]) -> Callable[[Contents, Path], Path]:
    """Return a change that zips the package and then adds what a bad packer or an attacker would."""

    def change(contents: Contents, folder: Path) -> Path:
        archive = folder / "written.zip"
        with zipfile.ZipFile(archive, "w") as out:
            for path, data in contents.items():
                out.writestr(path, data)
            write(out)
        return archive

    return change


def _whole(contents: Contents, folder: Path) -> Path:
    return _written(lambda out: None)(contents, folder)


def _as_tar(contents: Contents, folder: Path, *more: tarfile.TarInfo) -> Path:
    archive = folder / "package.tar"
    with tarfile.open(archive, "w") as out:
        for path, data in contents.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
        for entry in more:
            out.addfile(entry)
    return archive


def _in_tar(name: str, **changes: object) -> Callable[[Contents, Path], Path]:
    entry = tarfile.TarInfo(name)
    for attribute, value in changes.items():
        setattr(entry, attribute, value)
    return lambda contents, folder: _as_tar(contents, folder, entry)


def _cut_tar(contents: Contents, folder: Path) -> Path:
    archive = _as_tar(contents, folder)
    archive.write_bytes(archive.read_bytes()[:-20_000])
    return archive


def _compressed_tar(contents: Contents, folder: Path) -> Path:
    archive = folder / "package.tar.gz"
    with tarfile.open(archive, "w:gz") as out:
        out.add(_as_tar(contents, folder), "x")
    return archive


def _bomb(out: zipfile.ZipFile) -> None:
    out.writestr(f"{_ROOT}/documentation/bomb.bin", b"\0" * (20 << 20), zipfile.ZIP_DEFLATED)


def _overlapping(out: zipfile.ZipFile) -> None:
    """Many entries that share the same bytes: small on disk, endless when unpacked."""
    large = max(out.filelist, key=lambda entry: entry.file_size)
    for number in range(20):
        copy = zipfile.ZipInfo(f"{_ROOT}/documentation/copy-{number}.txt")
        copy.compress_size, copy.file_size, copy.CRC = large.compress_size, large.file_size, large.CRC
        copy.header_offset = large.header_offset
        out.filelist.append(copy)


def _duplicate(out: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr(_METS, "<mets/>")


def _file_and_folder(out: zipfile.ZipFile) -> None:
    out.writestr(f"{_METS}/", "")


def _symlink(out: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo(f"{_ROOT}/documentation/link.txt")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    out.writestr(entry, "/etc/passwd")


def _encrypted(contents: Contents, folder: Path) -> Path:
    """Set the encryption flag of one entry, as an encrypting packer does, in both of its headers."""
    archive = _whole(contents, folder)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as readable:
        local = readable.getinfo(_METS).header_offset
    content[local + 6] |= 1
    central = content.rindex(_METS.encode()) - 46
    while content[central : central + 4] != b"PK\1\2":
        central = content.rindex(_METS.encode(), 0, central + 46) - 46
    content[central + 8] |= 1
    archive.write_bytes(content)
    return archive


def _truncated(contents: Contents, folder: Path) -> Path:
    archive = _whole(contents, folder)
    archive.write_bytes(archive.read_bytes()[:-1000])
    return archive


def _no_zip(_contents: Contents, folder: Path) -> Path:
    path = folder / "text.zip"
    path.write_text("ingen ZIP")
    return path


def _damaged_in_the_middle(contents: Contents, folder: Path) -> Path:
    archive = _whole(contents, folder)
    content = bytearray(archive.read_bytes())
    content[content.index(b"sidor klipp.webm")] ^= 0xFF
    archive.write_bytes(content)
    return archive


def _escaping(name: str) -> Callable[[Contents, Path], Path]:
    return _written(lambda out: out.writestr(zipfile.ZipInfo(name), "x"))


def _linked(contents: Contents, folder: Path) -> Path:
    with zipfile.ZipFile(_whole(contents, folder)) as archive:
        archive.extractall(folder)
    (folder / _ROOT / "documentation" / "link.txt").symlink_to("/etc/passwd")
    return folder / _ROOT


CONTAINER_BREAKS: list[tuple[str, str, Callable[[Contents, Path], Path]]] = [
    ("KA-ARCHIVE", "truncated", _truncated),
    ("KA-ARCHIVE", "no ZIP", _no_zip),
    ("KA-ARCHIVE", "not there", lambda _contents, folder: folder / "nowhere.zip"),
    ("KA-ARCHIVE", "damaged data", _damaged_in_the_middle),
    ("KA-ARCHIVE", "truncated TAR", _cut_tar),
    ("KA-ARCHIVE", "compressed TAR", _compressed_tar),
    ("KA-ENCRYPTED", "flag", _encrypted),
    ("KA-ESCAPE", "parent", _escaping(f"{_ROOT}/../../x.txt")),
    ("KA-ESCAPE", "absolute", _escaping("/etc/cron.d/x")),
    ("KA-ESCAPE", "backslash", _escaping(f"{_ROOT}\\..\\x")),
    ("KA-ESCAPE", "drive", _escaping("C:/x")),
    ("KA-ESCAPE", "parent in a TAR", _in_tar(f"{_ROOT}/../../x.txt")),
    ("KA-ESCAPE", "absolute in a TAR", _in_tar("/etc/cron.d/x")),
    ("KA-LINK", "in a folder", _linked),
    ("KA-LINK", "in a ZIP", _written(_symlink)),
    ("KA-LINK", "symbolic in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    ("KA-LINK", "hard in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.LNKTYPE, linkname="/etc/passwd")),
    ("KA-LINK", "device in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.CHRTYPE)),
    ("KA-DUPLICATE", "METS twice", _written(_duplicate)),
    ("KA-DUPLICATE", "file and folder", _written(_file_and_folder)),
    ("KA-DUPLICATE", "METS twice in a TAR", _in_tar(_METS)),
    ("KA-BOMB", "zeros", _written(_bomb)),
    ("KA-BOMB", "overlapping", _written(_overlapping)),
]


@pytest.mark.parametrize(("rule", "broken"), [pytest.param(r, b, id=f"{r} {name}") for r, name, b in CONTAINER_BREAKS])
def test_a_broken_container_is_found(
    contents: Contents, tmp_path: Path, rule: str, broken: Callable[[Contents, Path], Path]
) -> None:
    report = validate(broken(contents, tmp_path))
    assert {finding.severity for finding in report.findings if finding.rule == rule} == {Severity.ERROR}
    assert not report.valid
    assert Evidence.ARCHIVE in report.unseen


def test_nothing_is_unpacked(package: Package, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert validate(package.path).valid
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("shape", ["folder", "tar", "tar with dots"])
def test_the_same_package_in_another_shape_is_as_valid(contents: Contents, tmp_path: Path, shape: str) -> None:
    archive = _whole(contents, tmp_path)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    path = tmp_path / _ROOT
    if shape != "folder":
        tar = tmp_path / "package.tar"
        with tarfile.open(tar, "w") as out:
            out.add(path, f"./{_ROOT}" if shape == "tar with dots" else _ROOT)
        shutil.rmtree(path)
        path = tar
    report = validate(path)
    assert report.findings == ()
    assert report.valid
    assert report.files == judged(contents).files
    assert rules_of(report) == set()
