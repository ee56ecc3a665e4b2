"""The way to the e-archive: whom packages go to, and one package handed over once, with the ledger knowing it.

Prefect is imported only where a secret of its own is asked for, so that a package is delivered by hand without it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, is_zipfile

from delivery import ledger, timestamp_queue
from delivery.folder import Folder, leftovers
from delivery.ledger import Consignment, Delivered
from delivery.timestamp import TimeAuthority
from delivery.timestamp_queue import StampStep
from delivery.transport import Sidecar, Transport
from flows.clock import now
from flows.progress import current
from flows.settings import Settings
from flows.workspace import ARCHIVE
from register.language import Text
from register.store.opening import FILE_NAME, Store, opened

if TYPE_CHECKING:
    from capture.pages.seal import Seal

_MANIFESTS = ("METS.xml", "sip.xml")


@dataclass(frozen=True, kw_only=True)
class Consignee:
    """Whom packages go to, and where it is kept account of.

    `way` is the way there. `database` is where the ledger is. `record_type` is the *handlingstyp* whose
    gallringsbeslut the working copies follow, None where they are kept. `authorities` time stamp the packages.
    """

    way: Transport
    database: str | Path
    record_type: str | None
    authorities: tuple[TimeAuthority, ...]


def consignee_of(declared: Settings | None, workspace: Path, *, folder: Path | None = None) -> Consignee:
    """Return whom these settings deliver to; `folder` instead where it is given, else the one in `workspace`.

    Every secret is fetched now, so that one that is missing is told before anything is captured. It blocks.

    Raises:
        BadInputError: a secret is not where it is said to be, or a time authority cannot be used.
    """
    if declared is None:
        way = Folder(archive=folder or workspace / ARCHIVE)
        return Consignee(way=way, database=workspace / FILE_NAME, record_type=None, authorities=())
    return Consignee(
        way=declared.e_arkiv.transport(block) if folder is None else Folder(archive=folder),
        database=declared.database.databas or workspace / FILE_NAME,
        record_type=declared.leverans.handlingstyp,
        authorities=tuple(each.authority(block) for each in declared.tidsstampel),
    )


def seal_of(declared: Settings | None) -> "Seal | None":
    """Return the seal that these settings name, unlocked and in force now; None where they name none. It blocks.

    Raises:
        BadInputError: it cannot be used, or its password is not where it is said to be.
    """
    return None if declared is None or declared.sigill is None else declared.sigill.seal(block, at=now())


def block(name: str) -> str:
    """Return what Prefect's Secret block `name` holds. Call it where no event loop runs.

    Raises:
        LookupError: there is no such block.
    """
    from prefect.blocks.system import Secret  # noqa: PLC0415 - see the module docstring

    try:
        loaded: Any = Secret.load(name)  # a coroutine only where a loop runs
    except ValueError as error:
        raise LookupError(name) from error
    return str(loaded.get())


def tell_of_leftovers(to: Consignee) -> None:
    """Say what a killed delivery left in the archive's folder; the next delivery of that package goes on with it."""
    if not isinstance(to.way, Folder) or not to.way.archive.is_dir():
        return
    for leftover in leftovers(to.way.archive):
        current().say(
            Text(
                f"En avbruten leverans lämnade {leftover.name}; den har inget paketnamn, och fortsätts.",
                f"An interrupted delivery left {leftover.name}; it bears no package's name, and is gone on with.",
            )
        )


def consign(
    consignment: Consignment, papers: Sequence[Sidecar], to: Consignee, *, by: str, tell: Callable[[Text], None]
) -> Delivered:
    """Enter a package in the ledger, deliver it with its papers, and have it time stamped. It blocks.

    `tell` is called with what somebody should know though it stopped nothing.

    Raises:
        KanalarkivError: see `ledger.enter` and `ledger.deliver`.
    """
    package = consignment.package
    with opened(to.database) as store:
        ledger.enter(store, consignment, at=now(), by=by)
        delivered = ledger.deliver(store, package, to.way, papers, clock=now, by=by)
        timestamp_queue.want(store, package.object_id, to.authorities, at=now())
        obtain_stamps(store, to, tell=tell)
    return delivered


def obtain_stamps(store: Store, to: Consignee, *, tell: Callable[[Text], None]) -> None:
    """Have what is queued time stamped; what cannot be had now stays queued, and is told."""
    for line in timestamp_queue.obtain(store, to.authorities, clock=now, nonce=lambda: secrets.randbits(63) + 1):
        if line.step is StampStep.FAILED:
            tell(
                Text(
                    f"{line.authority} gav ingen tidsstämpel ({line.said}); den begärs igen nästa gång.",
                    f"{line.authority} gave no time stamp ({line.said}); it is asked for again the next time.",
                )
            )


def manifest_of(package: Path) -> str | None:
    """Return the SHA-256 of a package's own METS, which holds the checksums of all the rest; None if it is no ZIP."""
    if not is_zipfile(package):
        return None
    with ZipFile(package) as archive:
        named = [name for name in archive.namelist() if name.rpartition("/")[2] in _MANIFESTS]
        mets = min(named, key=lambda name: name.count("/"))  # representations have their own, further down
        with archive.open(mets) as file:
            digest = sha256()
            while read := file.read(1 << 20):
                digest.update(read)
    return digest.hexdigest()
