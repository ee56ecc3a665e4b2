"""Writes the package's ZIP: stored, ZIP64 where needed, each source file read once and hashed on its way in.

Pictures, video and PDF do not get smaller by deflating, only slower. Dates come from one given time, so the same
input gives the same bytes.
"""

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, Self

from register.format_profile import Checksum
from register.language import Text
from register.model import Artefact
from sip.digests import Buffers, Digest, digesting
from sip.standards import accepted_media_type
from sip.xmlstream import Sink

_ZIP64_FROM = 1 << 31
_XML = "fmt/101"  # Extensible Markup Language 1.0: what the builder writes needs no recognising
_PYTHON_NAMES = {Checksum.SHA_256: "sha256", Checksum.SHA_512: "sha512"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """One file as it lies in the package.

    `path` is relative to the package's root folder, `checksum` lower-case hex. `format_key` is PRONOM's, None where
    nothing was recognised. `original_name` is None for what the builder wrote itself.
    """

    path: str
    size: int
    checksum: str
    media_type: str
    format_name: str
    format_version: str | None
    format_key: str | None
    created: datetime
    original_name: str | None


class SourceChangedError(Exception):
    """A source file changed while it was being read; `text` says which."""

    def __init__(self, path: str) -> None:
        self.text = Text(f"{path} ändrades medan den packades.", f"{path} changed while it was being packaged.")
        super().__init__(self.text.en)


class _Hashing:
    """Passes bytes on to a ZIP entry, counting and hashing them."""

    def __init__(self, entry: IO[bytes], digest: Digest) -> None:
        self._entry = entry
        self._digest = digest
        self.size = 0

    def write(self, data: bytes | memoryview, /) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._entry.write(data)

    @property
    def checksum(self) -> str:
        return self._digest.value().hex()


class PackageArchive:
    """The ZIP being written into `raw`, everything under the folder `root`, every date `now` (UTC)."""

    def __init__(self, raw: BinaryIO, *, root: str, now: datetime, algorithm: Checksum = Checksum.SHA_256) -> None:
        if now.tzinfo is None:
            raise ValueError("the time of packaging needs a time zone")
        self._zip = zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED)
        self._root = root
        self._now = now.astimezone(UTC)
        self._date = self._now.timetuple()[:6]
        self._algorithm = _PYTHON_NAMES[algorithm]
        self._buffers = Buffers()

    def __enter__(self) -> Self:
        """Begin writing."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """Write the ZIP's directory; after an error only let go of the file."""
        if error is None:
            self._zip.close()
            return
        with suppress(OSError, ValueError):  # it still tries to write; the error under way says why it cannot
            self._zip.close()

    def add_file(self, path: str, artefact: Artefact) -> StoredFile:
        """Read `artefact` once, into the package at `path`.

        Raises:
            SourceChangedError: The file did not keep still.
            OSError: It cannot be read, or the package not be written.
        """
        # A Path keeps its text once it was asked for: a copy does so instead, and is gone after the file.
        with Path(artefact.path).open("rb", buffering=0) as source:
            before = os.fstat(source.fileno())
            with (
                self._zip.open(self._info(path), "w", force_zip64=before.st_size >= _ZIP64_FROM) as entry,
                digesting(self._algorithm, before.st_size) as digest,
            ):
                sink = _Hashing(entry, digest)
                while count := source.readinto(buffer := self._buffers.next()):
                    if sink.size + count > before.st_size:
                        break
                    sink.write(buffer[:count])
                checksum = sink.checksum
            after = os.fstat(source.fileno())
        if (sink.size, after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
            raise SourceChangedError(artefact.name)
        return StoredFile(
            path=path,
            size=sink.size,
            checksum=checksum,
            media_type=accepted_media_type(artefact.media_type),
            format_name=artefact.format_name,
            format_version=artefact.format_version,
            format_key=None,
            created=artefact.created,
            original_name=artefact.name,
        )

    def add_xml(
        self, path: str, write: Callable[[Sink], None], *, format_name: str, format_version: str | None
    ) -> StoredFile:
        """Let `write` write an XML document straight into the package at `path`."""
        with self._zip.open(self._info(path), "w") as entry:
            sink = _Hashing(entry, Digest(self._algorithm, None))
            write(sink)
        return StoredFile(
            path=path,
            size=sink.size,
            checksum=sink.checksum,
            media_type="application/xml",
            format_name=format_name,
            format_version=format_version,
            format_key=_XML,
            created=self._now,
            original_name=None,
        )

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._root}/{path}", self._date)
        info.create_system = 3  # Unix, wherever we run
        info.external_attr = 0o100644 << 16
        return info
