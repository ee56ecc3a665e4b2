"""A file that only grows, a line at a time: what diaries and journals are made of."""

import errno
import os
from pathlib import Path


class GrowingFile:
    """The file `path`, after its first `end` bytes; a new one, that must not be there yet, where `end` is 0.

    Raises:
        OSError: it is there already, or cannot be written.
    """

    def __init__(self, path: Path, *, end: int) -> None:
        self._file = path.open("r+b" if end else "xb", buffering=0)
        self._file.seek(end)
        self._end = end

    def append(self, line: bytes) -> None:
        """Write `line` and a line break, or raise OSError and leave none of it."""
        encoded = line + b"\n"
        try:
            self._write_whole(encoded)
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise
        self._end += len(encoded)

    def _write_whole(self, encoded: bytes) -> None:
        if self._file.write(encoded) != len(encoded):  # the disk took a part and no more
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def sync(self) -> None:
        """Put what is written on the disk itself. Raises OSError."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._file.close()
