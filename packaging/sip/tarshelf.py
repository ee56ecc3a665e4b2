"""Opens a TAR for reading, entry by entry. A compressed one is refused: it cannot be read in any other order."""

import tarfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from register.language import Text
from sip.findings import Findings
from sip.shelf import NO_FILE, UNREADABLE, Guarded, Shelf, leads_out, within_number

_MAGIC_AT, _MAGIC = 257, b"ustar"


def is_tar(raw: BinaryIO) -> bool:
    """Tell whether `raw` begins as a TAR of POSIX or GNU kind does."""
    raw.seek(0)
    return raw.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC


def shelf(raw: BinaryIO, size: int, name: str, findings: Findings) -> Shelf | None:
    """Return what the TAR in `raw`, of `size` bytes, holds, or None after noting why it cannot be read."""
    files: dict[str, int] = {}
    starts: dict[str, int] = {}
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=cast("BinaryIO", Guarded(raw, size)), mode="r:") as archive:
            for entry in _entries(archive):
                path = entry.name
                if path in seen:
                    findings.add("KA-DUPLICATE", path, Text("finns flera gånger", "occurs more than once"))
                    files.pop(path, None)
                elif _may_be_read(entry, size, findings) and entry.isreg():
                    files[path], starts[path] = entry.size, entry.offset_data
                seen.add(path)
                if not within_number(len(seen), findings):
                    return None
            _whole(archive, size)
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", name, str(error))
        return None
    return Shelf(files=files, open=lambda inside: cast("IO[bytes]", _Part(raw, starts[inside], files[inside])))


def _entries(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the entries, "./" before their names left out, without letting the archive keep them."""
    while (entry := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # typeshed leaves it out
        entry.name = entry.name.removeprefix("./").removesuffix("/")
        if entry.name != ".":
            yield entry


def _may_be_read(entry: tarfile.TarInfo, size: int, findings: Findings) -> bool:
    faults: dict[str, Text] = {}
    if leads_out(entry.name):
        faults["KA-ESCAPE"] = Text("leder ut ur paketet", "leads out of the package")
    if entry.issparse() or not (entry.isreg() or entry.isdir()):
        faults["KA-LINK"] = NO_FILE
    if entry.isreg() and entry.offset_data + entry.size > size:
        faults["KA-ARCHIVE"] = Text("avklippt", "cut off")
    for rule, found in faults.items():
        findings.add(rule, entry.name, found)
    return not faults


def _whole(archive: tarfile.TarFile, size: int) -> None:
    """Raise ValueError unless the archive ends with the empty block that a TAR ends with.

    tarfile takes a cut at an entry's border for the end.
    """
    if archive.offset + tarfile.BLOCKSIZE > size:
        raise ValueError("no end of archive")


class _Part:
    """A file inside the archive, read from its place. Each knows its own position."""

    def __init__(self, raw: BinaryIO, start: int, size: int) -> None:
        self._raw = raw
        self._at = start
        self._end = start + size

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave the archive open: it is not ours."""

    def read(self, count: int = -1) -> bytes:
        left = self._end - self._at
        self._raw.seek(self._at)
        data = self._raw.read(left if count < 0 else min(count, left))
        self._at += len(data)
        if not data and left and count:
            raise EOFError("the archive ends inside this file")
        return data

    def readinto(self, buffer: memoryview) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
