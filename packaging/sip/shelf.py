"""Opens anybody's package for reading, without unpacking a byte to disk and without trusting it.

Whatever is wrong with the container becomes a finding: broken, truncated or encrypted archives, paths that lead out,
links, duplicates, and archives made to swell. An entry with such a fault is never read.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from register.language import Text
from sip.findings import Findings

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What reading a damaged archive raises, in every layer of the standard library."""

_MOST_ENTRIES = 1_000_000
_RATIO = 200  # deflate reaches 1,030 on zeros; text and XML stay below 50
_RATIO_FROM = 16 << 20
_ENCRYPTED = 0x1 | 0x40


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A package that can be read. `files` gives the size of every file, by its path from the container's top."""

    files: dict[str, int]
    open: Callable[[str], IO[bytes]]


@contextmanager
def opened(path: Path, findings: Findings) -> Iterator[Shelf | None]:
    """Give the package at `path`, a ZIP or a folder, or None if it cannot be read at all."""
    if path.is_dir() and not path.is_symlink():
        yield _folder(path, findings)
        return
    archive = _opened_zip(path, findings)
    if archive is None:
        yield None
        return
    with archive:
        yield _zip(archive, path.stat().st_size, findings)


def _opened_zip(path: Path, findings: Findings) -> zipfile.ZipFile | None:
    if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
        findings.add("KA-ARCHIVE", path.name, Text("varken fil eller mapp", "neither file nor folder"))
        return None
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", path.name, str(error))
        return None


def _folder(top: Path, findings: Findings) -> Shelf:
    files: dict[str, int] = {}
    for folder, folders, names in os.walk(top, onerror=_raise):
        for name in sorted(folders + names):
            place = Path(folder, name)
            inside = f"{top.name}/{place.relative_to(top).as_posix()}"
            kind = place.lstat()
            if stat.S_ISREG(kind.st_mode):
                files[inside] = kind.st_size
            elif not stat.S_ISDIR(kind.st_mode):
                what = stat.filemode(kind.st_mode)
                findings.add("KA-LINK", inside, Text(f"ingen vanlig fil ({what})", f"not a regular file ({what})"))
    return Shelf(files=files, open=lambda inside: top.parent.joinpath(top.name, *inside.split("/")[1:]).open("rb"))


def _raise(error: OSError) -> None:
    raise error


def _zip(archive: zipfile.ZipFile, size: int, findings: Findings) -> Shelf | None:
    entries = archive.infolist()
    if not _keeps_measure(entries, size, findings):
        return None
    files: dict[str, int] = {}
    known: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        if entry.filename in known:
            findings.add("KA-DUPLICATE", entry.filename, Text("finns flera gånger", "occurs more than once"))
        elif _may_be_read(entry, findings) and not entry.is_dir():
            files[entry.filename] = entry.file_size
        known[entry.filename] = entry
    return Shelf(files=files, open=lambda name: archive.open(known[name]))


def _keeps_measure(entries: list[zipfile.ZipInfo], size: int, findings: Findings) -> bool:
    """Tell whether the archive as a whole may be read: its entries must fit into it, and be countable."""
    packed = sum(entry.compress_size for entry in entries)
    if packed > size:
        found = Text(
            f"posterna upptar {packed} byte i en fil på {size}", f"the entries take {packed} bytes of a file of {size}"
        )
        findings.add("KA-BOMB", ".", found)
    if len(entries) > _MOST_ENTRIES:
        found = Text(
            f"{len(entries)} poster, högst {_MOST_ENTRIES}", f"{len(entries)} entries, at most {_MOST_ENTRIES}"
        )
        findings.add("KA-BOMB", ".", found)
    return packed <= size and len(entries) <= _MOST_ENTRIES


def _may_be_read(entry: zipfile.ZipInfo, findings: Findings) -> bool:
    faults = dict(_faults(entry))
    for rule, found in faults.items():
        findings.add(rule, entry.orig_filename, found)
    return not faults


def _faults(entry: zipfile.ZipInfo) -> Iterator[tuple[str, Text]]:
    if _leads_out(entry.orig_filename):  # as stored: zipfile itself cuts names at NUL
        yield "KA-ESCAPE", Text("leder ut ur paketet", "leads out of the package")
    if entry.flag_bits & _ENCRYPTED:
        yield "KA-ENCRYPTED", Text("krypterad", "encrypted")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "KA-LINK", Text("ingen vanlig fil", "not a regular file")
    if entry.file_size > _RATIO_FROM and entry.file_size > _RATIO * entry.compress_size:
        packed, full = entry.compress_size, entry.file_size
        yield "KA-BOMB", Text(f"{packed} byte blir {full}", f"{packed} bytes become {full}")


def _leads_out(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return any(part in ("", ".", "..") for part in parts) or any(char in name for char in "\\\0:")
