"""The papers that travel with a package: the same each time, readable by people and programs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from delivery.folder import Folder
from delivery.papers import submission_description, validation_report
from register.model import Channel, Organisation, Package, Period, RecordStatus

CREATOR = Organisation(name="Exempelkommun, Kommunstyrelsen", identity_code="ORG:212000-0000")
CHANNEL = Channel(
    name="Kommunens <sida>",
    platform="facebook",
    url="https://www.facebook.com/exempelkommun",
    records_creator=CREATOR,
    submitting=CREATOR,
    archive=Organisation(name="E-arkivet", identity_code="ORG:212000-1111"),
    submission_agreement="KS 2026/123; 2026-01-01",
    reference_code=None,
    record_status=RecordStatus.REPLACEMENT,
    earlier_package="kanal-2025",
)
PERIOD = Period(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 7, 1, tzinfo=UTC))


def test_whose_records_they_are_and_what_to_compare_with(make_package: Callable[..., Package]) -> None:
    package = make_package()
    paper = submission_description(package, CHANNEL, PERIOD)
    said = json.loads(paper.content)
    assert paper.name == "kanal-2026.leverans.json"
    assert said["package"] == {"name": "kanal-2026.zip", "size": package.size, "sha256": package.sha256}
    assert (said["record_status"], said["earlier_package"]) == ("REPLACEMENT", "kanal-2025")
    assert said["records_creator"] == {"name": CREATOR.name, "identity_code": "ORG:212000-0000"}
    assert said["period"] == {"start": "2026-01-01T00:00:00+00:00", "end": "2026-07-01T00:00:00+00:00"}
    assert "tiden 2026-01-01 01:00" in said["text"]["sv"]
    assert submission_description(package, CHANNEL, PERIOD) == paper
    whole = submission_description(package, CHANNEL, Period(start=None, end=PERIOD.end))
    assert "hela historiken till 2026-07-01 02:00" in json.loads(whole.content)["text"]["sv"]


def test_a_package_travels_with_what_was_found_when_it_was_judged(
    make_package: Callable[..., Package], archive: Path, now: datetime
) -> None:
    package = make_package()
    with pytest.raises(FileNotFoundError):
        validation_report(package)
    (package.path.parent / "kanal-2026.validation.json").write_bytes(b'{"valid": true}')
    papers = (submission_description(package, CHANNEL, PERIOD), validation_report(package))
    Folder(archive=archive).deliver(package, papers, now=now)
    assert sorted(path.name for path in archive.iterdir()) == [
        "kanal-2026.leverans.json",
        "kanal-2026.validering.json",
        "kanal-2026.zip",
        "kanal-2026.zip.sha256",
    ]
    assert (archive / "kanal-2026.validering.json").read_bytes() == b'{"valid": true}'
