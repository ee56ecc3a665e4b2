"""What happens in the small municipality: captures, watches, readings of the list, attestations."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from register.store.attestations import Attestation
from register.store.captures import CaptureRow, WatchRow
from register.store.deliveries import JourneyRow, PackageRow
from register.store.list_checks import ListCheckRow
from register.store.opening import Store
from register.store.table import Table
from tests.register.municipality import FACEBOOK

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 14, 11, tzinfo=UTC)


def add(store: Store, *rows: Table) -> None:
    with store.writing() as session:
        for row in rows:  # one by one: what others refer to stands first
            session.add(row)
            session.flush()


def capture(ended: datetime, **said: Any) -> CaptureRow:
    """A complete capture of the whole history, which became a package."""
    fields: dict[str, Any] = {
        "run": f"run-{ended:%Y%m%d%H}", "channel": "fb", "address": FACEBOOK, "mode": "assisterad",
        "person": "anna.ek", "started": ended, "ended": ended, "period_end": ended, "verdict": "complete", "posts": 3,
        "comments": 9, "object_id": f"paket-{ended:%Y%m%d%H}",
    }  # fmt: skip
    return CaptureRow(**(fields | said))


def package(object_id: str, at: datetime, *steps: str, **said: Any) -> list[Table]:
    row = PackageRow(
        object_id=object_id, sha256="0" * 64, size=1, record_status="NEW", recorded_at=at, recorded_by="program",
        channel=FACEBOOK, **said,
    )  # fmt: skip
    return [row, *(JourneyRow(object_id=object_id, step=step, at=at, by="Åsa") for step in steps)]


def watches(first: date, last: date, *, but: tuple[date, ...] = ()) -> list[WatchRow]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        WatchRow(channel="fb", day=day, person="anna.ek", at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        for day in days
        if day not in but
    ]


def list_check(at: datetime, *drifts: dict[str, Any]) -> ListCheckRow:
    return ListCheckRow(at=at, by="eva", url="https://exempelkommun.se/kanaler", active=1, drifts=list(drifts))


def attested(duty: int, day: date, person: str = "anna.ek", **said: Any) -> Attestation:
    began = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Attestation(
        entry=f"{duty} / {person} / {day} / {said.get('channel')}{said.get('about')}", valid_from=began,
        recorded_at=began, recorded_by=person, duty=duty, day=day, person=person, **said,
    )  # fmt: skip


def in_order(store: Store) -> None:
    """All that has to have happened by the 14th of March, for nothing to be found."""
    add(
        store,
        capture(datetime(2026, 3, 1, 12, tzinfo=UTC)),
        *watches(date(2026, 2, 1), date(2026, 3, 13)),
        list_check(datetime(2026, 3, 2, 8, tzinfo=UTC)),
        attested(51, date(2026, 3, 12), channel="fb"),
    )
