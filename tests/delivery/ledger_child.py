"""A delivery as a program of its own, which tests kill. It imports little, so that it starts at once."""

import hashlib
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from delivery import ledger
from delivery.folder import Folder
from register.model import Package, RecordStatus
from register.store.opening import opened


def package_of(root: Path, object_id: str, size: int) -> Package:
    """Return a package of `size` bytes, made where it is not there yet; a delivery does not look inside."""
    path = root / "paket" / f"{object_id}.zip"
    if not path.exists():  # several programs may come to it at once, and each must see it whole
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(random.Random(object_id).randbytes(size))
        part.replace(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Package(object_id=object_id, path=path, size=size, sha256=digest)


def run(tell: Callable[[str], None], address: str, root: str, object_id: str, size: int) -> None:
    """Enter a package and deliver it, as a program that may be killed; tells when it begins, and its outcome."""
    folder, at = Path(root), datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    package = package_of(folder, object_id, size)
    transport = Folder(archive=folder / "in", returned=folder / "out")
    with opened(address) as store:
        tell("ready")
        entry = ledger.Consignment(package=package, record_status=RecordStatus.NEW)
        ledger.enter(store, entry, at=at, by="kanalarkiv")
        tell(ledger.deliver(store, package, transport, clock=lambda: at, by="anna").outcome.value)
