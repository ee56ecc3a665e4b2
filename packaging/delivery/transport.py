"""What every way to an e-archive does, be it a folder, S3 or SFTP: the promises, and the words for what came of it.

Whichever the way, and whenever the program, the machine or the server stops:

1. What bears a package's name in the archive is the whole package; a half one never does.
2. Nothing is overwritten. The same name with the same content is *already delivered*; with other content, an error.
3. The papers arrive before the package, for the package is what an archive waits for.
4. Nobody says that it arrived before the archive's copy has been read back and compared.
5. What had arrived before an interruption is not sent again.

That something has arrived is not that it is received (*mottagen*): only the archive says that, by a file among its
`returns`, or by an archivist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from register.model import DeliveryOutcome, Package

RETURN_LIMIT = 1 << 20
"""The most bytes that are read of one file the archive returned; a receipt is a thousandth of it."""

RETURNS_LIMIT = 10_000
"""The most files that are read of a return folder at a time, by name, the first in order."""


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """A paper that travels with a package, as a submission description or a validation report does.

    `name` is its whole name in the archive: that of the package, a full stop, and more (`kanal-2026.validering.json`).
    The content must be the same if the delivery is made again, for nothing is overwritten.

    Raises:
        ValueError: the name is no plain name of a visible file.
    """

    name: str
    content: bytes

    def __post_init__(self) -> None:
        """Refuse a name that would place the paper somewhere else."""
        if not self.name or self.name.startswith(".") or set(self.name) & set("/\\\0"):
            raise ValueError(self.name)


class Check(StrEnum):
    """How the archive's copy was compared with ours."""

    SERVER_CHECKSUM = "server-checksum"  # the server summed what arrived, and refuses what differs
    READ_BACK = "read-back"  # the whole copy was fetched and its SHA-256 computed here


class LockMode(StrEnum):
    """Whether the archive's storage itself protects the copy from being changed (S3 Object Lock)."""

    NOT_OFFERED = "not-offered"  # a folder, SFTP, or a bucket without Object Lock
    UNKNOWN = "unknown"  # the archive does not let us ask
    NOT_LOCKED = "not-locked"  # the bucket has it; neither its own rule nor our settings ask for it
    GOVERNANCE = "governance"
    COMPLIANCE = "compliance"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """The protection that was read back from the archive; `until` is UTC, None where nothing is locked."""

    mode: LockMode
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Proof that the archive's copy was read back and equals ours.

    `place` is where the package lies, for people and logs: a path, `s3://bucket/key` or `sftp://host:port/path`; never
    with a user, a key or a password. `sent` is how many bytes of the package this call sent: fewer than `size` where
    an interrupted delivery was gone on with, 0 where it was there already. `at` is UTC.
    """

    object_id: str
    place: str
    size: int
    sha256: str
    outcome: DeliveryOutcome
    checks: tuple[Check, ...]
    lock: Lock
    sent: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A file that the archive laid in its return folder. Hostile input, its name too.

    `name` is a plain name without a path. `content` is None where the file is larger than `RETURN_LIMIT`.
    """

    name: str
    size: int
    content: bytes | None


class Transport(Protocol):
    """A way to an e-archive. Its methods block: from a coroutine, call them by `asyncio.to_thread`.

    All raise ArchiveUnreachableError where nothing answers (any more), ArchiveRefusedError where the archive will not
    have us (credentials, an unknown host key, a missing bucket, no right to write), FolderBlockedError for a folder.
    No secret is in any of them.
    """

    @property
    def place(self) -> str:
        """Where packages are delivered to, for people; without any secret."""

    def deliver(self, package: Package, sidecars: Sequence[Sidecar] = (), *, now: datetime) -> Arrival:
        """Deliver a package with its checksum file and these papers. May be called again after any failure.

        Raises:
            DeliveryConflictError: the archive has other content under the package's name, or under a paper's.
            PackageInvalidError: the package's file no longer has its digest.
            ArrivedDamagedError: what arrived is not what was sent, and sending it again did not help.
            DiskFullError: the archive has no room.
            AnotherRunError: another program is delivering the same package.
        """

    def verify(self, package: Package, *, now: datetime) -> Arrival | None:
        """Read the archive's copy back now and compare it; None if it has nothing under the package's name.

        Raises:
            DeliveryConflictError: the archive has other content under the package's name.
        """

    def returns(self) -> tuple[Returned, ...]:
        """Read what the archive has laid in its return folder, by name; nothing where no such folder is configured.

        Nothing is removed there, and links are not followed.
        """
