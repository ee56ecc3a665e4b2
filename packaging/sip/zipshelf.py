"""Opens a ZIP for reading, entry by entry, without trusting what its directory says."""

import stat
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from register.language import Text
from sip.findings import Findings
from sip.shelf import NO_FILE, UNREADABLE, Guarded, Shelf, leads_out, within_number

_RATIO = 200  # deflate reaches 1,030 on zeros; text and XML stay below 50
_RATIO_FROM = 16 << 20
_ENCRYPTED = 0x1 | 0x40 | 0x2000


def shelf(raw: BinaryIO, size: int, name: str, findings: Findings) -> Shelf | None:
    """Return what the ZIP in `raw`, of `size` bytes, holds, or None after noting why it cannot be read."""
    try:
        archive = zipfile.ZipFile(cast("BinaryIO", Guarded(raw, size)))
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", name, str(error))
        return None
    entries = archive.filelist
    if not _keeps_measure(entries, size, findings):
        return None
    files: dict[str, int] = {}
    known: dict[str, zipfile.ZipInfo] = archive.NameToInfo
    seen: set[str] = set()
    for entry in entries:
        path = entry.filename.removesuffix("/")
        if path in seen:
            findings.add("KA-DUPLICATE", entry.filename, Text("finns flera gånger", "occurs more than once"))
            files.pop(path, None)
        elif _may_be_read(entry, findings) and not entry.is_dir():
            files[path] = entry.file_size
        seen.add(path)
    return Shelf(files=files, open=lambda inside: archive.open(known[inside]))


def _keeps_measure(entries: list[zipfile.ZipInfo], size: int, findings: Findings) -> bool:
    """Tell whether the archive as a whole may be read: its entries must fit into it, and be countable."""
    packed = sum(entry.compress_size for entry in entries)
    if packed > size:
        found = Text(
            f"posterna upptar {packed} byte i en fil på {size}", f"the entries take {packed} bytes of a file of {size}"
        )
        findings.add("KA-BOMB", ".", found)
    return within_number(len(entries), findings) and packed <= size


def _may_be_read(entry: zipfile.ZipInfo, findings: Findings) -> bool:
    faults = dict(_faults(entry))
    for rule, found in faults.items():
        findings.add(rule, entry.orig_filename, found)
    return not faults


def _faults(entry: zipfile.ZipInfo) -> Iterator[tuple[str, Text]]:
    if leads_out(entry.orig_filename):  # as stored: zipfile itself cuts names at NUL
        yield "KA-ESCAPE", Text("leder ut ur paketet", "leads out of the package")
    if entry.flag_bits & _ENCRYPTED:
        yield "KA-ENCRYPTED", Text("krypterad", "encrypted")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "KA-LINK", NO_FILE
    if entry.file_size > _RATIO_FROM and entry.file_size > _RATIO * entry.compress_size:
        packed, full = entry.compress_size, entry.file_size
        yield "KA-BOMB", Text(f"{packed} byte blir {full}", f"{packed} bytes become {full}")
