"""What the tests of the ledger share: a database of each kind, a package, an archive; and programs to be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from delivery import ledger
from delivery.folder import Folder
from delivery.journey import Journey, Step, journey_of
from register.model import AgreementForm, Channel, Organisation, Package, Period, RecordStatus, Terms
from register.store.opening import Store, opened
from tests.delivery.ledger_child import package_of
from tests.register.databases import migrated

START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
CHANNEL = Channel(
    name="Kommunens Facebooksida",
    platform="facebook",
    url="https://www.facebook.com/exempelkommun",
    records_creator=Organisation(name="Kommunstyrelsen", identity_code="ORG:212000-0000"),
    submitting=Organisation(name="Kommunstyrelsen", identity_code="ORG:212000-0000"),
    archive=Organisation(name="Exempelkommuns e-arkiv", identity_code="ORG:212000-0000"),
    submission_agreement="KS 2026/123; 2026-01-01",
    reference_code=None,
    record_status=RecordStatus.NEW,
    terms=Terms(agreement_form=AgreementForm.TRANSFER),
)
PERIOD = Period(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 6, 30, tzinfo=UTC))


@dataclass
class Desk:
    """A ledger, a folder archive with a folder that it answers in, and a clock that goes a second each time."""

    store: Store
    root: Path
    address: str
    times: Iterator[datetime] = field(default_factory=lambda: _seconds(START))

    def __post_init__(self) -> None:
        for folder in (self.root / "in", self.root / "out", self.root / "arbete", self.root / "paket"):
            folder.mkdir(exist_ok=True)

    @property
    def transport(self) -> Folder:
        return Folder(archive=self.root / "in", returned=self.root / "out")

    def clock(self) -> datetime:
        return next(self.times)

    def package(self, object_id: str = "kanal-1", size: int = 1000) -> Package:
        return package_of(self.root, object_id, size)

    def enter(self, package: Package, **more: object) -> None:
        said: dict[str, object] = {"channel": CHANNEL, "period": PERIOD, "record_status": RecordStatus.NEW}
        consignment = ledger.Consignment(package=package, **(said | more))  # type: ignore[arg-type]
        ledger.enter(self.store, consignment, at=self.clock(), by="kanalarkiv 0.2.0")

    def deliver(self, package: Package) -> ledger.Delivered:
        return ledger.deliver(self.store, package, self.transport, clock=self.clock, by="anna")

    def delivered(self, object_id: str = "kanal-1", **more: object) -> Package:
        package = self.package(object_id)
        self.enter(package, **more)
        self.deliver(package)
        return package

    def answer(self, name: str, content: str | bytes) -> None:
        """Lay a file in the archive's return folder."""
        (self.root / "out" / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def journey(self, object_id: str = "kanal-1") -> Journey:
        with self.store.reading() as session:
            found = journey_of(session, object_id)
        assert found is not None
        return found

    def steps(self, object_id: str = "kanal-1") -> list[Step]:
        return [each.step for each in self.journey(object_id).happenings]


def _seconds(at: datetime) -> Iterator[datetime]:
    while True:
        yield at
        at += timedelta(seconds=1)


@contextmanager
def desk_of(kind: str, config: pytest.Config, root: Path) -> Iterator[Desk]:
    """Give a desk with a new database of a kind."""
    address = migrated(kind, config, root)
    with opened(address) as store:
        yield Desk(store=store, root=root, address=address)
