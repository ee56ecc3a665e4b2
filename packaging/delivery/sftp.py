"""Delivers to an e-archive by SFTP: to the one host whose key the settings name, with a key of ours.

A package is written under a hidden name that also bears its digest, so that whoever writes there writes the same bytes:
a killed delivery, or a second one at the same time, can be gone on with and never spoils another. It is brought to the
disk, read back whole, and then linked to its name, which fails if that is taken. The protocol's *posix-rename* is not
used for that: it replaces what is there.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import FileIO
from posixpath import join
from typing import Any, TypeVar, cast

import asyncssh
from asyncssh import SFTPClient, SFTPClientFile

from delivery import refusals
from delivery.papers import package_name, with_checksum
from delivery.secrets import Secret
from delivery.transport import RETURN_LIMIT, RETURNS_LIMIT, Arrival, Check, Lock, LockMode, Returned, Sidecar
from register.errors import ArchiveUnreachableError, BadInputError, KanalarkivError
from register.language import Text
from register.model import DeliveryOutcome, Package

_BLOCK = 4 << 20
_AHEAD = 2
_ROUNDS = 3
_LONGEST_PAUSE = 8.0
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes128-ctr")
_WRITE = asyncssh.FXF_READ | asyncssh.FXF_WRITE | asyncssh.FXF_CREAT
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Sftp:
    """An SFTP server as the way to the archive; see `transport.Transport`.

    `host_keys` are the fingerprints of the keys that the host may show, as `ssh-keygen -l` writes them (`SHA256:...`);
    any other is refused. `key` is our private key, not encrypted: it lies where secrets lie. `folder` is where packages
    are laid, `returned` where the archive answers. `patience` is how many seconds a server that is away is waited for.
    """

    host: str
    user: str
    host_keys: tuple[str, ...]
    key: Secret
    folder: str
    port: int = 22
    returned: str | None = None
    patience: float = 120.0

    @property
    def place(self) -> str:
        """The server and the folder."""
        return f"sftp://{self.host}:{self.port}/{self.folder.lstrip('/')}"

    def deliver(self, package: Package, sidecars: Sequence[Sidecar] = (), *, now: datetime) -> Arrival:
        """Deliver a package and its papers.

        1. If the archive has the package already, compare, and change nothing.
        2. Otherwise write it under a hidden name, from where a killed delivery ended, and read it back.
        3. Lay the papers beside it; then give the package its name, unless that is taken.

        Raises:
            KanalarkivError: see `transport.Transport`.
        """
        papers = with_checksum(package, sidecars)
        sent: list[int] = []  # over all connections that it took

        async def hand_over(sftp: SFTPClient) -> DeliveryOutcome:
            return await _Delivery(sftp, package, self.folder, self.place, sent).carry_out(papers)

        outcome = self._run(hand_over)
        return self._arrival(package, outcome=outcome, sent=sum(sent), at=now)

    def verify(self, package: Package, *, now: datetime) -> Arrival | None:
        """Read the archive's copy back and compare it; see `transport.Transport`."""

        async def compare(sftp: SFTPClient) -> bool:
            return await _Delivery(sftp, package, self.folder, self.place, []).is_there()

        if not self._run(compare):
            return None
        return self._arrival(package, outcome=DeliveryOutcome.ALREADY_DELIVERED, sent=0, at=now)

    def returns(self) -> tuple[Returned, ...]:
        """Read what the archive has laid in its return folder; see `transport.Transport`."""
        if self.returned is None:
            return ()
        folder = self.returned

        async def read(sftp: SFTPClient) -> tuple[Returned, ...]:
            return tuple([each async for each in _returned(sftp, folder)])

        return self._run(read)

    def _arrival(self, package: Package, *, outcome: DeliveryOutcome, sent: int, at: datetime) -> Arrival:
        return Arrival(
            object_id=package.object_id,
            place=join(self.place, package_name(package)),
            size=package.size,
            sha256=package.sha256,
            outcome=outcome,
            checks=(Check.READ_BACK,),
            lock=Lock(mode=LockMode.NOT_OFFERED),
            sent=sent,
            at=at.astimezone(UTC),
        )

    def _run(self, work: Callable[[SFTPClient], Coroutine[Any, Any, _T]]) -> _T:
        return asyncio.run(self._patiently(work))

    async def _patiently(self, work: Callable[[SFTPClient], Coroutine[Any, Any, _T]]) -> _T:
        """Do some work on a connection, and again on a new one while the server is away and patience lasts."""
        loop = asyncio.get_running_loop()
        until: float | None = None
        pause = 0.25
        while True:
            reached = False
            try:
                async with self._connected() as sftp:
                    reached = True
                    return await work(sftp)
            except ArchiveUnreachableError:
                if until is None or reached:
                    until, pause = loop.time() + self.patience, 0.25
                if loop.time() + pause > until:
                    raise
                await asyncio.sleep(pause)
                pause = min(_LONGEST_PAUSE, pause * 2)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SFTPClient]:
        shown = _HostKeys(self.host_keys)
        try:
            async with (
                asyncssh.connect(
                    self.host,
                    self.port,
                    username=self.user,
                    client_factory=lambda: shown,
                    known_hosts=lambda *_: ([], [], []),  # none is trusted but those that `shown` knows
                    client_keys=[self._private_key()],
                    config=None,
                    agent_path=None,
                    preferred_auth="publickey",
                    encryption_algs=_CIPHERS,
                    compression_algs=["none"],
                    connect_timeout=20,
                    login_timeout=30,
                    keepalive_interval=15,
                    keepalive_count_max=4,
                ) as connection,
                connection.start_sftp_client() as sftp,
            ):
                yield sftp
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._wrong_host(shown.fingerprint) from error
        except asyncssh.PermissionDenied as error:
            raise self._wrong_key() from error
        except asyncssh.SFTPError as error:
            raise _in_words(error, self.place) from error
        except (asyncssh.Error, OSError) as error:
            raise refusals.unreachable(self.place, str(error) or type(error).__name__) from error

    def _private_key(self) -> asyncssh.SSHKey:
        try:
            return asyncssh.import_private_key(self.key.reveal())
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            pass  # raised below, without what was being read: it is the key
        raise BadInputError(
            happened=Text(
                f"{self.key!r} är ingen privat nyckel, eller den är krypterad.",
                f"{self.key!r} is no private key, or it is encrypted.",
            ),
            safe=refusals.OURS_KEPT,
            next_step=Text(
                "Lägg nyckeln där, okrypterad, i OpenSSH:s eller PEM:s form.",
                "Put the key there, not encrypted, in OpenSSH's form or PEM's.",
            ),
        )

    def _wrong_host(self, fingerprint: str) -> KanalarkivError:
        known = ", ".join(self.host_keys)
        return refusals.refused(
            self.place,
            Text(
                f"värden visar en nyckel som inte är angiven: {fingerprint} (angivet: {known})",
                f"the host shows a key that is not named: {fingerprint} (named: {known})",
            ),
            Text(
                "Det kan vara en annan dator som svarar. Fråga e-arkivet om dess fingeravtryck innan något ändras.",
                "Another computer may be answering. Ask the archive for its fingerprint before you change anything.",
            ),
        )

    def _wrong_key(self) -> KanalarkivError:
        return refusals.refused(
            self.place,
            Text(f"nyckeln godtas inte för användaren {self.user}", f"the key is not accepted for user {self.user}"),
            Text("Lämna den publika nyckeln till e-arkivet.", "Hand the public key to the archive."),
        )


class _HostKeys(asyncssh.SSHClient):
    """Accepts the host keys that are named, and remembers what was shown."""

    def __init__(self, named: tuple[str, ...]) -> None:
        self._named = named
        self.fingerprint = "-"

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Tell whether the host's key is one of those named."""
        self.fingerprint = key.get_fingerprint("sha256")
        return self.fingerprint in self._named


@dataclass
class _Delivery:
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


async def _returned(sftp: SFTPClient, folder: str) -> AsyncIterator[Returned]:
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


def _in_words(error: asyncssh.SFTPError, place: str) -> KanalarkivError:
    if isinstance(error, asyncssh.SFTPNoSpaceOnFilesystem | asyncssh.SFTPQuotaExceeded):
        return refusals.full(place)
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection | asyncssh.SFTPEOFError):
        return refusals.unreachable(place, error.reason)
    what = Text(f"{type(error).__name__}: {error.reason}", f"{type(error).__name__}: {error.reason}")
    return refusals.refused(
        place,
        what,
        Text(
            "Kontrollera mappen, rättigheterna och att det finns plats där.",
            "Check the folder, the permissions, and that there is room.",
        ),
    )
