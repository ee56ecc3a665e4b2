"""Where the files go: under their digest, each whole before it has that name, each named before its line is written."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

from capture.media import journal
from capture.media.fetch import NotKeptError, recognised
from capture.media.formats import ENOUGH, Format
from capture.media.journal import FILES, Contents
from capture.media.nouns import MediaFile, Medium, PostMedia, Reason, Way

_PARTIAL = ".partial"


class Store:
    """The files of one capture and their journal, after what `left` says is there already. `clock` gives the time, UTC.

    Every method raises OSError where the disk does not take it, and then leaves nothing of it.
    """

    def __init__(self, folder: Path, left: Contents, *, clock: Callable[[], datetime]) -> None:
        self._folder = folder / FILES
        self._journal = journal.Writer(folder, end=left.end)
        self._clock = clock
        self._known = {line.file for line in left.files}
        self._unsynced: list[Path] = []
        self._begun = 0

    def beginning(self) -> Path:
        """Return a path to write a file to that is to be kept."""
        self._begun += 1
        return self._folder / f"{self._begun}{_PARTIAL}"

    async def keep_parts(self, parts: AsyncIterator[bytes], address: str, medium: Medium, way: Way) -> MediaFile:
        """Keep what comes in parts, shown as `medium` under `address`.

        Raises:
            NotKeptError: it is nothing that can be shown so.
        """
        path, digest, size, found = self.beginning(), hashlib.sha256(), 0, None
        try:
            with path.open("wb") as file:
                async for part in parts:
                    found = found or recognised(part[:ENOUGH], medium)
                    digest.update(part)
                    size += file.write(part)
            if found is None:
                raise NotKeptError(Reason.NOT_MEDIA, "0 byte")
            return self.keep(path, digest.hexdigest(), size, found, address=address, answered_from=None, way=way)
        finally:
            path.unlink(missing_ok=True)

    def keep(  # noqa: PLR0913 - a file has that many facts
        self,
        path: Path,
        sha256: str,
        size: int,
        found: Format,
        *,
        address: str,
        answered_from: str | None,
        way: Way,
    ) -> MediaFile:
        """Give a file that was written to `path` its name, and journal it."""
        line = MediaFile(
            address=address,
            answered_from=answered_from,
            sha256=sha256,
            size=size,
            media_type=found.media_type,
            extension=found.extension,
            format_name=found.name,
            way=way,
            obtained=self._clock(),
        )
        named = self._folder / line.file
        if line.file in self._known:
            path.unlink()
        else:
            path.replace(named)
            self._unsynced.append(named)
        try:
            self._journal.append(line)
        except OSError:
            if line.file not in self._known:
                self._unsynced.remove(named)
                named.unlink()
            raise
        self._known.add(line.file)
        return line

    async def finish(self, post: PostMedia) -> None:
        """Journal a finished post; on return the disk has all of it."""
        self._journal.append(post)
        await self.sync()

    async def sync(self) -> None:
        """Let the disk confirm files before the journal that names them, without holding up the event loop."""
        await asyncio.to_thread(_confirm, tuple(self._unsynced), self._folder)
        self._unsynced.clear()
        await asyncio.to_thread(self._journal.sync)

    def close(self) -> None:
        """Close the journal; a second call does nothing."""
        self._journal.close()


def _confirm(paths: tuple[Path, ...], folder: Path) -> None:
    for path in (*paths, *((folder,) if os.name == "posix" and paths else ())):  # Windows confirms no folders
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
