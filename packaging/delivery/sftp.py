"""Delivers to an e-archive by SFTP: to the one host whose key the settings name, with a key of ours.

A package is written under a hidden name that also bears its digest, so that whoever writes there writes the same bytes:
a killed delivery, or a second one at the same time, can be gone on with and never spoils another. It is brought to the
disk, read back whole, and then linked to its name, which fails if that is taken. The protocol's *posix-rename* is not
used for that: it replaces what is there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from posixpath import join
from typing import Any, TypeVar

import asyncssh
from asyncssh import SFTPClient

from delivery import refusals
from delivery.papers import package_name, with_checksum
from delivery.secrets import Secret
from delivery.sftp_folder import Laying, returned_in
from delivery.transport import Arrival, Check, Lock, LockMode, Returned, Sidecar
from register.errors import ArchiveUnreachableError, BadInputError, KanalarkivError
from register.language import Text
from register.model import DeliveryOutcome, Package

_LONGEST_PAUSE = 8.0
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr", "aes128-ctr")
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
            return await Laying(sftp, package, self.folder, self.place, sent).carry_out(papers)

        outcome = self._run(hand_over)
        return self._arrival(package, outcome=outcome, sent=sum(sent), at=now)

    def verify(self, package: Package, *, now: datetime) -> Arrival | None:
        """Read the archive's copy back and compare it; see `transport.Transport`."""

        async def compare(sftp: SFTPClient) -> bool:
            return await Laying(sftp, package, self.folder, self.place, []).is_there()

        if not self._run(compare):
            return None
        return self._arrival(package, outcome=DeliveryOutcome.ALREADY_DELIVERED, sent=0, at=now)

    def returns(self) -> tuple[Returned, ...]:
        """Read what the archive has laid in its return folder; see `transport.Transport`."""
        if self.returned is None:
            return ()
        folder = self.returned

        async def read(sftp: SFTPClient) -> tuple[Returned, ...]:
            return tuple([each async for each in returned_in(sftp, folder)])

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

    def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
        """Tell whether the host's key is one of those named."""
        self.fingerprint = key.get_fingerprint("sha256")
        return self.fingerprint in self._named


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
