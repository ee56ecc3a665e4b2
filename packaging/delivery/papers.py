"""The papers that lie beside a delivered package: its checksum file and the receipt (*leveranskvitto*)."""

import json
import os
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from delivery.transport import Sidecar
from register.language import Text
from register.model import Package, Receipt


def package_name(package: Package) -> str:
    """Return the name that a package bears in every archive."""
    return f"{package.object_id}.zip"


def checksum_file(package: Package) -> Sidecar:
    """Return what `sha256sum --check` reads."""
    name = package_name(package)
    return Sidecar(name=f"{name}.sha256", content=f"{package.sha256}  {name}\n".encode())


def with_checksum(package: Package, sidecars: Sequence[Sidecar]) -> tuple[Sidecar, ...]:
    """Return all papers of a package, its checksum file first.

    Raises:
        ValueError: a paper is not named after the package, or two bear the same name.
    """
    papers = (checksum_file(package), *sidecars)
    names = [paper.name for paper in papers]
    if len({name.casefold() for name in names} | {package_name(package).casefold()}) <= len(names):
        raise ValueError(names)
    if not all(name.startswith(f"{package.object_id}.") for name in names):
        raise ValueError(names)
    return papers


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt as JSON: keys in English for programs, a sentence in both languages for people."""
    said = Text(
        f"Paketet {receipt.object_id} ligger i e-arkivets mapp. Det har lästs tillbaka och är likadant som det "
        f"avsända ({receipt.size} byte, SHA-256 {receipt.sha256}).",
        f"The package {receipt.object_id} lies in the e-archive's folder. It has been read back and equals the one "
        f"sent ({receipt.size} bytes, SHA-256 {receipt.sha256}).",
    )
    content = {
        "object_id": receipt.object_id,
        "place": receipt.place,
        "size": receipt.size,
        "sha256": receipt.sha256,
        "outcome": receipt.outcome.value,
        "at": receipt.at.astimezone(UTC).isoformat(),
        "text": said._asdict(),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def lay(path: Path, content: str) -> None:
    """Write a small file so that it is there whole or not at all, replacing an older one."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
