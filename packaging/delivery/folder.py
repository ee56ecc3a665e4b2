"""Delivers to an e-archive that is a folder, often a mounted share.

What is visible under a package's name is the whole package, whenever the program or the machine stops: it is written
under a hidden name, read back, and only then linked to its own. Nothing that is there is ever replaced. The receipt is
written last, for before that it would be untrue.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from delivery.papers import checksum_line, lay, receipt_text, sync
from register.errors import (
    AnotherRunError,
    DeliveryConflictError,
    DiskFullError,
    FolderBlockedError,
    KanalarkivError,
    PackageInvalidError,
)
from register.language import Text
from register.model import DeliveryOutcome, Package, Receipt

_BUFFER = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_OURS_KEPT = Text("Paketet i arbetsmappen är orört.", "The package in the work folder is untouched.")
_CHECK_FOLDER = Text("Kontrollera e-arkivets mapp och rättigheterna.", "Check the archive's folder and permissions.")


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where everything of one delivery lies in the archive's folder."""

    package: Path
    part: Path
    checksum: Path
    receipt: Path


def deliver(package: Package, archive: Path, *, now: datetime) -> Receipt:
    """Deliver a package to a folder.

    1. If the archive has the package already, compare, and change nothing.
    2. Otherwise copy it under a hidden name, to the disk, and read it back.
    3. Lay the checksum file beside it; then give the package its name, unless that is taken.
    4. Write the receipt.

    Args:
        package: A sealed package; its file must still have its digest.
        archive: The e-archive's folder. It must exist: a share that is not mounted must not be mistaken for one.
        now: When the delivery takes place, with a time zone.

    Returns:
        The receipt. `path` is its file, `place` the package's in the archive.

    Raises:
        DeliveryConflictError: The archive has other content under the package's name.
        PackageInvalidError: The package's file no longer has its digest.
        FolderBlockedError: The folder is missing, is a file, or cannot be written in.
        DiskFullError: The archive's disk filled. The half copy is removed.
        AnotherRunError: Another program is delivering the same package.
    """
    places = _places(package, archive)
    with _spoken(archive):
        _require_folder(archive)
        outcome = _compare(package, places) if places.package.exists() else _hand_over(package, places)
        receipt = Receipt(
            object_id=package.object_id,
            place=str(places.package),
            size=package.size,
            sha256=package.sha256,
            outcome=outcome,
            at=now,
            path=places.receipt,
        )
        # A run may have been killed just after the package got its name: what is missing beside it is put there.
        if not places.checksum.exists():
            lay(places.checksum, checksum_line(package))
        if outcome is DeliveryOutcome.DELIVERED or not places.receipt.exists():
            lay(places.receipt, receipt_text(receipt))
    return receipt


def leftovers(archive: Path) -> tuple[Path, ...]:
    """Return the half copies that killed deliveries left in `archive`, sorted by name.

    They are hidden, no archive takes them for packages, and the next delivery of the same package replaces them.
    """
    return tuple(sorted(path for path in archive.glob(".*.part") if path.is_file() and not path.is_symlink()))


def _places(package: Package, archive: Path) -> _Places:
    name = f"{package.object_id}.zip"
    return _Places(
        package=archive / name,
        part=archive / f".{name}.part",
        checksum=archive / f"{name}.sha256",
        receipt=archive / f"{package.object_id}.kvitto.json",
    )


def _require_folder(archive: Path) -> None:
    if not archive.is_dir():
        is_there = archive.exists()
        raise FolderBlockedError(
            happened=Text(
                f"{archive} är en fil, inte en mapp." if is_there else f"Mappen {archive} finns inte.",
                f"{archive} is a file, not a folder." if is_there else f"The folder {archive} does not exist.",
            ),
            safe=_OURS_KEPT,
            next_step=_CHECK_FOLDER,
        )


def _compare(package: Package, places: _Places) -> DeliveryOutcome:
    """Tell that the package is there already, or refuse if something else is."""
    if places.package.stat().st_size != package.size or _sha256(places.package) != package.sha256:
        raise DeliveryConflictError(
            happened=Text(
                f"E-arkivet har redan {places.package.name}, med annat innehåll.",
                f"The e-archive already has {places.package.name}, with other content.",
            ),
            safe=Text("Båda paketen är orörda.", "Both packages are untouched."),
            next_step=Text(
                "Jämför dem. En rättelse levereras under ett eget paket-id.",
                "Compare them. A correction is delivered under an id of its own.",
            ),
        )
    if places.part.exists():  # the run was killed after the package got its name
        places.part.unlink()
    return DeliveryOutcome.ALREADY_DELIVERED


def _hand_over(package: Package, places: _Places) -> DeliveryOutcome:
    with _part(places.part) as handle:
        _copy(package, handle)
        if _read_back(handle) != package.sha256:
            raise FolderBlockedError(
                happened=Text(
                    f"Det som skrevs till {places.package.parent} kom inte tillbaka likadant.",
                    f"What was written to {places.package.parent} did not come back the same.",
                ),
                safe=_OURS_KEPT,
                next_step=Text("Kontrollera e-arkivets disk eller nät.", "Check the archive's disk or network."),
            )
        lay(places.checksum, checksum_line(package))
        _give_name(places)
    return DeliveryOutcome.DELIVERED


@contextmanager
def _part(part: Path) -> Iterator[int]:
    """Give the handle of a new hidden file, held for this program alone, and leave none behind.

    A file left by a killed run is removed, never written into: it may already bear the package's name as well.
    """
    _remove_stale(part)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        _hold(handle, part)
        try:
            yield handle
        finally:
            part.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _remove_stale(part: Path) -> None:
    try:
        handle = os.open(part, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        _hold(handle, part)
        part.unlink()
    finally:
        os.close(handle)


def _hold(handle: int, part: Path) -> None:
    """Lock the file, and make sure that it still is the one at `part`."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _another_run(part) from error
    if not part.exists() or not os.path.samestat(os.fstat(handle), part.stat()):
        raise _another_run(part)


def _another_run(part: Path) -> AnotherRunError:
    return AnotherRunError(
        happened=Text(
            f"Ett annat program levererar samma paket ({part.name}).",
            f"Another program is delivering the same package ({part.name}).",
        ),
        safe=_OURS_KEPT,
        next_step=Text("Vänta tills det är klart och kör igen.", "Wait until it is done and run again."),
    )


def _copy(package: Package, handle: int) -> None:
    """Copy the package to the disk behind `handle`, making sure that it still is what was sealed."""
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_BUFFER))
    with package.path.open("rb", buffering=0) as source, os.fdopen(handle, "wb", buffering=0, closefd=False) as target:
        while count := source.readinto(buffer):
            digest.update(buffer[:count])
            rest = buffer[:count]
            while rest:
                rest = rest[target.write(rest) :]
        os.fsync(handle)
    if digest.hexdigest() != package.sha256:
        raise PackageInvalidError(
            happened=Text(
                f"{package.path.name} har ändrats sedan paketet förseglades.",
                f"{package.path.name} has changed since the package was sealed.",
            ),
            safe=Text("Ingenting har levererats.", "Nothing has been delivered."),
            next_step=Text("Bygg paketet på nytt.", "Build the package again."),
        )


def _read_back(handle: int) -> str:
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, not from memory, where that is possible
    with os.fdopen(handle, "rb", buffering=0, closefd=False) as written:
        written.seek(0)
        return hashlib.file_digest(written, "sha256").hexdigest()


def _give_name(places: _Places) -> None:
    """Let the hidden file appear under its name; fails if the name is taken, however late that happened."""
    try:
        os.link(places.part, places.package)
    except FileExistsError as error:
        raise _another_run(places.part) from error
    sync(places.package.parent)


def _sha256(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _spoken(archive: Path) -> Iterator[None]:
    """Say what the operating system refuses in words a person can act on."""
    try:
        yield
    except OSError as error:
        raise _in_words(error, archive) from error


def _in_words(error: OSError, archive: Path) -> KanalarkivError:
    if error.errno in _FULL:
        return DiskFullError(
            happened=Text(f"E-arkivets disk är full ({archive}).", f"The e-archive's disk is full ({archive})."),
            safe=Text(
                "Ingen halv leverans finns kvar. Paketet i arbetsmappen är orört.",
                "No half delivery is left. The package in the work folder is untouched.",
            ),
            next_step=Text("Frigör utrymme och leverera igen.", "Free some space and deliver again."),
        )
    return FolderBlockedError(
        happened=Text(f"Leveransen till {archive} stoppades: {error}", f"Delivery to {archive} was stopped: {error}"),
        safe=_OURS_KEPT,
        next_step=_CHECK_FOLDER,
    )
