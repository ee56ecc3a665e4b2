"""What a package looks like once it is open, be it a ZIP, a TAR or a folder, and what keeps opening it harmless."""

import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, BinaryIO

from register.language import Text
from sip.findings import Findings

UNREADABLE = (
    zipfile.BadZipFile,
    tarfile.TarError,
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

MOST_ENTRIES = 300_000
_AT_ONCE = 128 << 20  # the directory of 1,000,000 entries
NO_FILE = Text("ingen vanlig fil", "not a regular file")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A package that can be read.

    `files` gives the size of every file, by its path from the container's top. `own` gives, for the path of a file that
    is there, the one text that all who remember it are to share.
    """

    files: Mapping[str, int]
    open: Callable[[str], IO[bytes]]
    own: Callable[[str], str] = sys.intern


class Guarded:
    """A file that gives no more at once than a true archive's reader ever asks for."""

    def __init__(self, raw: BinaryIO, size: int) -> None:
        self._raw = raw
        self._size = size
        self.seek, self.tell, self.close = raw.seek, raw.tell, raw.close

    def read(self, count: int = -1) -> bytes:
        """Read `count` bytes, or what is left.

        Raises:
            ValueError: It is too much, whatever an archive's header says.
        """
        left = max(self._size - self._raw.tell(), 0)
        wanted = left if count < 0 else min(count, left)
        if wanted > _AT_ONCE:
            raise ValueError(f"{wanted} bytes of directory or header")
        return self._raw.read(wanted)

    def seekable(self) -> bool:
        """Say that it can be read in any order."""
        return True


def leads_out(name: str) -> bool:
    """Tell whether an entry's name is anything but a plain path inside the package."""
    parts = name.removesuffix("/").split("/")
    return any(part in ("", ".", "..") for part in parts) or any(char in name for char in "\\\0:")


def within_number(count: int, findings: Findings) -> bool:
    """Tell whether an archive's entries can be counted; note it if not."""
    if count > MOST_ENTRIES:
        found = Text(f"{count} poster, högst {MOST_ENTRIES}", f"{count} entries, at most {MOST_ENTRIES}")
        findings.add("KA-BOMB", ".", found)
    return count <= MOST_ENTRIES
