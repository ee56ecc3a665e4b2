"""What of a recording is made and proven already, so that a finishing that was broken off does not do it again.

`made.json` in the recording's folder notes each finished file with its digest and with what it was made of. A file
counts only if both still hold; a list that is gone or damaged means that all is made again, to the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from capture.recording.whole import whole

NAME = "made.json"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One finished thing: `of` stands for all that it was made of, `sha256` is the file's (None: it is no file)."""

    of: str
    sha256: str | None


_entries_type = TypeAdapter(dict[str, Entry])


class MadeList:
    """The list in `folder`, as it was left."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        try:
            self._entries = _entries_type.validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            self._entries = {}

    def holds(self, name: str, *, of: str, file: Path | None = None) -> bool:
        """Return whether `name` was finished from just this, and its `file` is still what it was then."""
        entry = self._entries.get(name)
        if entry is None or entry.of != of:
            return False
        return file is None or (file.is_file() and sha256_of(file) == entry.sha256)

    def sha256(self, name: str) -> str:
        """Return the digest of a finished file. Raises KeyError."""
        digest = self._entries[name].sha256
        if digest is None:
            raise KeyError(name)
        return digest

    def note(self, name: str, *, of: str, file: Path | None = None) -> None:
        """Note that `name` is finished. Raises OSError."""
        self._entries[name] = Entry(of=of, sha256=None if file is None else sha256_of(file))
        with whole(self._path) as unfinished:
            unfinished.write_bytes(_entries_type.dump_json(self._entries, indent=1))


def fingerprint(parts: Mapping[str, str | int | Sequence[str]]) -> str:
    """Return a digest that stands for all of `parts`."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
