"""The papers that travel with a package: its checksum file, what it is, and what was found when it was judged."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

from delivery.transport import Sidecar
from register.language import Text, swedish_time
from register.model import Channel, Package, Period


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


def submission_description(package: Package, channel: Channel, period: Period) -> Sidecar:
    """Return what a package is, in brief, for whoever receives it: JSON with keys in English and a sentence in both.

    It tells whose records they are, by which agreement they come, and what the package is to be compared with.
    """
    end = swedish_time(period.end)
    start = None if period.start is None else swedish_time(period.start)
    span = Text(
        f"hela historiken till {end}" if start is None else f"tiden {start} till {end}",
        f"the whole history to {end}" if start is None else f"the time {start} to {end}",
    )
    said = Text(
        f"{channel.records_creator.name} överlämnar {channel.name} ({channel.url}), {span.sv} (svensk tid).",
        f"{channel.records_creator.name} submits {channel.name} ({channel.url}), {span.en} (Swedish time).",
    )
    content = {
        "object_id": package.object_id,
        "record_status": channel.record_status,
        "earlier_package": channel.earlier_package,
        "records_creator": asdict(channel.records_creator),
        "submitting": asdict(channel.submitting),
        "archive": asdict(channel.archive),
        "submission_agreement": channel.submission_agreement,
        "reference_code": channel.reference_code,
        "channel": {"name": channel.name, "platform": channel.platform, "url": channel.url},
        "period": {
            "start": None if period.start is None else period.start.astimezone(UTC).isoformat(),
            "end": period.end.astimezone(UTC).isoformat(),
        },
        "package": {"name": package_name(package), "size": package.size, "sha256": package.sha256},
        "text": said._asdict(),
    }
    written = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return Sidecar(name=f"{package.object_id}.leverans.json", content=written.encode())


def validation_report(package: Package) -> Sidecar:
    """Return the report that was kept beside the package when it was judged and sealed.

    Raises:
        FileNotFoundError: there is none; a package is not delivered without.
    """
    kept = package.path.with_name(f"{package.path.stem}.validation.json")
    return Sidecar(name=f"{package.object_id}.validering.json", content=kept.read_bytes())


def sync(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
