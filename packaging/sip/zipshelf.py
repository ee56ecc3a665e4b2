"""Opens a ZIP for reading, entry by entry, without trusting what its directory says."""

import stat
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from typing import IO, BinaryIO, cast

from register.language import Text
from sip.findings import Findings
from sip.shelf import NO_FILE, UNREADABLE, Guarded, Shelf, leads_out, within_number

_RATIO = 200  # deflate reaches 1,030 on zeros; text and XML stay below 50
_RATIO_FROM = 16 << 20
_ENCRYPTED = 0x1 | 0x40 | 0x2000


class _Index(Mapping[str, int]):
    """The size of each file of an archive, by its path, and where it lies: in a tenth of what zipfile takes for it."""

    _FACTS = ("header_offset", "compress_size", "file_size", "CRC", "flag_bits", "compress_type", "_end_offset")

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Take over what `archive` remembers: it forgets each entry of `entries` that is taken out."""
        self._archive = archive
        self._numbers = array("Q")
        self._names: list[str] = []
        self._at: dict[str, int] = {}
        self.entries = archive.filelist
        archive.NameToInfo.clear()

    def __getitem__(self, path: str) -> int:
        return self._numbers[self._at[path] * len(self._FACTS) + 2]

    def __contains__(self, path: object) -> bool:
        return path in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def add(self, path: str, entry: zipfile.ZipInfo) -> None:
        """Remember a file.

        Raises:
            OverflowError: it lies before the archive's own beginning.
        """
        self._at[path] = len(self._names)
        self._names.append(path)
        self._numbers.extend(getattr(entry, fact, None) or 0 for fact in self._FACTS)

    def own(self, path: str) -> str:
        """Return the one text of a path that is kept here anyway."""
        return self._names[self._at[path]]

    def drop(self, path: str) -> None:
        """Forget a file, if it is known."""
        self._at.pop(path, None)

    def open(self, path: str) -> IO[bytes]:
        """Open a file."""
        at = self._at[path] * len(self._FACTS)
        entry = zipfile.ZipInfo(path)
        for number, fact in enumerate(self._FACTS):
            if fact != "_end_offset" or self._numbers[at + number]:  # some versions of zipfile have none
                setattr(entry, fact, self._numbers[at + number])
        return self._archive.open(entry)


def shelf(raw: BinaryIO, size: int, name: str, findings: Findings) -> Shelf | None:
    """Return what the ZIP in `raw`, of `size` bytes, holds, or None after noting why it cannot be read."""
    try:
        index = _Index(zipfile.ZipFile(cast("BinaryIO", Guarded(raw, size))))
        if not _keeps_measure(index.entries, size, findings):
            return None
        _fill(index, findings)
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", name, str(error))
        return None
    return Shelf(files=index, open=index.open, own=index.own)


def _fill(index: _Index, findings: Findings) -> None:
    """Put into the index each file that may be read; note why others may not."""
    others: set[str] = set()
    index.entries.reverse()
    while index.entries:
        entry = index.entries.pop()  # forgotten as it is taken over
        path = entry.filename.removesuffix("/")
        if path in index or path in others:
            findings.add("KA-DUPLICATE", entry.filename, Text("finns flera gånger", "occurs more than once"))
            index.drop(path)
        elif _may_be_read(entry, findings) and not entry.is_dir():
            index.add(path, entry)
            continue
        others.add(path)


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
