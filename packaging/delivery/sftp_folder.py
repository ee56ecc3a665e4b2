"""What is done in a folder of an SFTP server on one connection; why, is told in `sftp`."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from posixpath import join
from typing import cast

import asyncssh
from asyncssh import SFTPClient, SFTPClientFile

from delivery import refusals
from delivery.papers import package_name
from delivery.transport import RETURN_LIMIT, RETURNS_LIMIT, Returned, Sidecar
from register.model import DeliveryOutcome, Package

_BLOCK = 4 << 20
_AHEAD = 2
_ROUNDS = 3
_WRITE = asyncssh.FXF_READ | asyncssh.FXF_WRITE | asyncssh.FXF_CREAT


@dataclass
class Laying:
    """One package on one connection. `sent` gets how many bytes of it each writing sent."""

    sftp: SFTPClient
    package: Package
    folder: str
    place: str
    sent: list[int]
    part: str = field(init=False)
    final: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the package and its hidden file."""
        self.final = join(self.folder, package_name(self.package))
        self.part = self._hidden(package_name(self.package), self.package.sha256)

    async def carry_out(self, papers: Sequence[Sidecar]) -> DeliveryOutcome:
        """Deliver; see `Sftp.deliver`."""
        if await self.is_there():
            with suppress(asyncssh.SFTPNoSuchFile):
                await self.sftp.remove(self.part)
            await self._lay(papers)
            return DeliveryOutcome.ALREADY_DELIVERED
        refusals.require_whole(self.package)
        with self.package.path.open("rb", buffering=0) as source:
            try:
                await self._write(source)
            except asyncssh.SFTPFailure as error:  # the protocol's old version has no word for a full disk
                if await self._is_full():
                    await self.sftp.remove(self.part)  # it takes the room that others need
                    raise refusals.full(self.place) from error
                raise
        await self._lay(papers)
        if not await self._give_name(self.part, self.final):
            await self.is_there()
            return DeliveryOutcome.ALREADY_DELIVERED
        return DeliveryOutcome.DELIVERED

    async def is_there(self) -> bool:
        """Tell whether the archive has the package.

        Raises:
            DeliveryConflictError: it has something else under the package's name.
        """
        if not await self.sftp.exists(self.final):
            return False
        if await self.sftp.getsize(self.final) == self.package.size:
            digest = hashlib.sha256()
            async with self.sftp.open(self.final, "rb", block_size=-1) as file:
                async for block in _read(file, self.package.size):
                    digest.update(block)
            if digest.hexdigest() == self.package.sha256:
                return True
        raise refusals.conflict(package_name(self.package))

    def _hidden(self, name: str, sha256: str) -> str:
        return join(self.folder, f".{name}.{sha256[:16]}.part")

    async def _write(self, source: FileIO) -> None:
        """Write what is missing of the hidden file, and read it back; what differs is written again, twice at most."""
        async with self.sftp.open(self.part, _WRITE, encoding=None, block_size=-1) as file:
            size = (await file.stat()).size or 0
            missing = [(min(size, self.package.size), self.package.size)]
            for _ in range(_ROUNDS):
                for start, end in missing:
                    await self._send(file, source, start, end)
                with suppress(asyncssh.SFTPOpUnsupported):
                    await file.fsync()
                missing, digest = await self._differing(file, source)
                if not missing:
                    if digest == self.package.sha256:
                        return
                    await self.sftp.remove(self.part)
                    raise refusals.changed(self.package)
        raise refusals.damaged(self.place)

    async def _send(self, file: SFTPClientFile, source: FileIO, start: int, end: int) -> None:
        """Write a piece of the package. Never makes the file shorter: somebody may have named it meanwhile."""
        source.seek(start)
        writing: list[asyncio.Task[int]] = []
        try:
            for offset in range(start, end, _BLOCK):
                block = source.read(min(_BLOCK, end - offset))
                writing.append(asyncio.create_task(file.write(block, offset)))
                if len(writing) >= _AHEAD:
                    self.sent.append(await writing.pop(0))
            while writing:
                self.sent.append(await writing.pop(0))
        finally:
            for each in writing:
                each.cancel()
            await asyncio.gather(*writing, return_exceptions=True)

    async def _differing(self, file: SFTPClientFile, source: FileIO) -> tuple[list[tuple[int, int]], str]:
        """Read the hidden file back; return where it is not the package, and its digest."""
        digest = hashlib.sha256()
        differing: list[tuple[int, int]] = []
        offset = 0
        source.seek(0)
        async for block in _read(file, self.package.size):
            digest.update(block)
            if source.read(len(block)) != block:
                differing.append((offset, offset + len(block)))
            offset += len(block)
        if offset < self.package.size:
            differing.append((offset, self.package.size))
        return differing, digest.hexdigest()

    async def _lay(self, papers: Sequence[Sidecar]) -> None:
        for paper in papers:
            final = join(self.folder, paper.name)
            part = self._hidden(paper.name, hashlib.sha256(paper.content).hexdigest())
            if not await self.sftp.exists(final):
                async with self.sftp.open(part, _WRITE, encoding=None, block_size=-1) as file:
                    await file.write(paper.content, 0)
                    with suppress(asyncssh.SFTPOpUnsupported):
                        await file.fsync()
                    if await _bytes(file, len(paper.content) + 1, 0) != paper.content:
                        raise refusals.damaged(self.place)
                await self._give_name(part, final)
            with suppress(asyncssh.SFTPNoSuchFile):
                await self.sftp.remove(part)  # a run was killed after the paper got its name
            async with self.sftp.open(final, "rb") as file:
                if await _bytes(file, len(paper.content) + 1, 0) != paper.content:
                    raise refusals.conflict(paper.name)

    async def _is_full(self) -> bool:
        try:
            return (await self.sftp.statvfs(self.folder)).bavail * 4096 < _BLOCK
        except asyncssh.SFTPOpUnsupported:
            return False

    async def _give_name(self, part: str, final: str) -> bool:
        """Let the hidden file appear under its name, unless that is taken; tell whether it did."""
        try:
            await self.sftp.link(part, final)
        except asyncssh.SFTPOpUnsupported:
            # The protocol's own rename, unlike posix-rename, is to fail where the name is taken.
            await self.sftp.rename(part, final)
            return True
        except asyncssh.SFTPFailure:
            if not await self.sftp.exists(final):
                raise
            named = False
        else:
            named = True
        with suppress(asyncssh.SFTPNoSuchFile):
            await self.sftp.remove(part)
        return named


async def _read(file: SFTPClientFile, size: int) -> AsyncIterator[bytes]:
    """Read a file block after block, the next being on its way; ends early where the file does."""
    reading: list[asyncio.Task[bytes]] = []
    try:
        offset = 0
        while offset < size or reading:
            while offset < size and len(reading) < _AHEAD:
                length = min(_BLOCK, size - offset)
                reading.append(asyncio.create_task(_bytes(file, length, offset)))
                offset += length
            block = await reading.pop(0)
            if block:
                yield block
            else:
                return
    finally:
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


async def _bytes(file: SFTPClientFile, length: int, offset: int) -> bytes:
    return cast("bytes", await file.read(length, offset))  # asyncssh's types know files of text only


async def returned_in(sftp: SFTPClient, folder: str) -> AsyncIterator[Returned]:
    """Read the files in a return folder, by name."""
    regular = asyncssh.FILEXFER_TYPE_REGULAR
    entries = [entry async for entry in sftp.scandir(folder) if entry.attrs.type == regular]
    names = sorted(_name(entry.filename) for entry in entries)
    for name in [each for each in names if not each.startswith(".") and "/" not in each][:RETURNS_LIMIT]:
        with suppress(asyncssh.SFTPNoSuchFile):  # taken away meanwhile
            async with sftp.open(join(folder, name), "rb") as file:
                content = await _bytes(file, RETURN_LIMIT + 1, 0)
                size = max((await file.stat()).size or 0, len(content))
            yield Returned(name=name, size=size, content=content if len(content) <= RETURN_LIMIT else None)


def _name(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", errors="backslashreplace")
