"""Delivers once, and keeps account of it: a liggare that is true whenever the program or the machine stops.

That a package is about to be sent is on the disk before anything is sent; that it arrived, after it was read back. A
program that was killed in between does not know how it ended, and neither does the ledger: the next one asks. First
the archive's receipts, for an archive may have taken the package away already, then what lies there under its name.
Only if neither knows of the package it is sent again. (An archive that takes a package away and gives no receipt, just
when the program is killed, would get it twice; it has the same name and the same digest.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.journey import ARRIVAL, Journey, Step, happened, journey_of
from delivery.receipts_taken import take_returns
from delivery.transport import Arrival, Sidecar, Transport
from register.errors import BadInputError, DeliveryConflictError, KanalarkivError
from register.language import Text
from register.model import Channel, DeliveryOutcome, Package, Period, RecordStatus
from register.store.deliveries import PackageRow
from register.store.opening import Store

_NOTHING_SENT = Text("Inget har skickats.", "Nothing was sent.")


@dataclass(frozen=True, kw_only=True)
class Consignment:
    """A sealed package and what the ledger is to know of it (*försändelse*).

    `manifest` is the SHA-256 of its METS, lower-case hex; it is what is time stamped. `record_type` is the
    *handlingstyp* whose gallringsbeslut its working copies fall under. A package that somebody hands over as a file may
    have neither channel nor period known; then its working copies are never disposed of.
    """

    package: Package
    record_status: RecordStatus
    earlier_package: str | None = None
    channel: Channel | None = None
    period: Period | None = None
    manifest: str | None = None
    record_type: str | None = None


def enter(store: Store, consignment: Consignment, *, at: datetime, by: str) -> None:
    """Enter a sealed package in the ledger; the same once more changes nothing.

    Args:
        store: The register's database.
        consignment: The package.
        at: The time, with a zone.
        by: Who enters it: a person, or the program and its version.

    Raises:
        DeliveryConflictError: the ledger has another package under the same id.
        BadInputError: it replaces or adds to another and does not name it, or names itself.
    """
    package, channel, period = consignment.package, consignment.channel, consignment.period
    if consignment.record_status in (RecordStatus.REPLACEMENT, RecordStatus.SUPPLEMENT):
        _require_earlier(consignment)
    with store.writing() as session:
        known = session.get(PackageRow, package.object_id)
        if known is not None:
            if (known.sha256, known.size) != (package.sha256, package.size):
                raise _another_under(package.object_id)
            return
        session.add(
            PackageRow(
                object_id=package.object_id,
                sha256=package.sha256,
                size=package.size,
                record_status=consignment.record_status,
                recorded_at=at,
                recorded_by=by,
                earlier_package=consignment.earlier_package,
                manifest=consignment.manifest,
                channel=channel.url if channel else None,
                channel_name=channel.name if channel else None,
                period_start=period.start if period else None,
                period_end=period.end if period else None,
                record_type=consignment.record_type,
            )
        )


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a delivery came to. `journey.arrival` is the proof, None if only the archive's answer tells that it came."""

    journey: Journey
    outcome: DeliveryOutcome


def deliver(
    store: Store,
    package: Package,
    transport: Transport,
    sidecars: Sequence[Sidecar] = (),
    *,
    clock: Callable[[], datetime],
    by: str,
) -> Delivered:
    """Deliver a package that has been entered: once, however often this is called.

    1. If the ledger knows that it arrived, say so; nothing is sent.
    2. If an earlier attempt may have come through, ask the archive: its receipts, then what it has.
    3. Write that it is about to be sent; send it; write that it arrived, and how the archive's copy was checked.

    Args:
        store: The register's database.
        package: The package, as it was entered.
        transport: The way to the archive.
        sidecars: The papers that travel with it; the same each time.
        clock: What the time is, with a zone: the sending has a beginning and an end.
        by: Who sends it.

    Raises:
        BadInputError: it is not in the ledger, was rejected, or was delivered to another place.
        KanalarkivError: see `delivery.transport.Transport.deliver`. The ledger has what happened.
    """
    before = _deliverable(store, package, transport)
    if before.unsure:
        take_returns(store, transport, now=clock())
        before = _deliverable(store, package, transport)
    if before.state in (Step.SENT, Step.CHECKED, Step.RECEIVED):
        return Delivered(journey=before, outcome=DeliveryOutcome.ALREADY_DELIVERED)
    found = transport.verify(package, now=clock()) if before.unsure else None
    if found is None:
        found = _sent(store, package, transport, sidecars, clock=clock, by=by)
        said = None
    else:
        said = "låg i e-arkivet efter ett avbrott"
    after = _arrived(store, found, at=clock(), by=by, place=transport.place, said=said)
    return Delivered(journey=after, outcome=found.outcome)


def _sent(
    store: Store,
    package: Package,
    transport: Transport,
    sidecars: Sequence[Sidecar],
    *,
    clock: Callable[[], datetime],
    by: str,
) -> Arrival:
    """Send the package, with a line in the ledger before, and one after if it failed."""
    place = transport.place
    with store.writing() as session:
        happened(session, package.object_id, Step.SENDING, at=clock(), by=by, place=place)
    try:
        return transport.deliver(package, sidecars, now=clock())
    except Exception as error:
        said = error.happened.sv if isinstance(error, KanalarkivError) else type(error).__name__
        with store.writing() as session:
            happened(session, package.object_id, Step.STOPPED, at=clock(), by=by, place=place, said=said)
        raise


def _arrived(store: Store, arrival: Arrival, *, at: datetime, by: str, place: str, said: str | None) -> Journey:
    """Write that it arrived and was checked, unless another program that sent the same has written it already."""
    with store.writing() as session:
        if _known(session, arrival.object_id).state not in (Step.SENT, Step.CHECKED, Step.RECEIVED, Step.REJECTED):
            proof = ARRIVAL.dump_python(arrival, mode="json")
            happened(session, arrival.object_id, Step.SENT, at=at, by=by, place=place, said=said, evidence=proof)
            checks = ", ".join(arrival.checks)
            happened(session, arrival.object_id, Step.CHECKED, at=at, by=by, place=place, said=checks)
        return _known(session, arrival.object_id)


def _known(session: Session, object_id: str) -> Journey:
    journey = journey_of(session, object_id)
    if journey is None:
        raise _refused(
            Text(f"{object_id} finns inte i liggaren.", f"{object_id} is not in the ledger."),
            Text("För in paketet först.", "Enter the package first."),
        )
    return journey


def _deliverable(store: Store, package: Package, transport: Transport) -> Journey:
    """Return the package's journey as it is now, if it may go on to this place."""
    with store.reading() as session:
        journey = _known(session, package.object_id)
    if (journey.sha256, journey.size) != (package.sha256, package.size):
        raise _another_under(package.object_id)
    if journey.state is Step.REJECTED:
        raise _rejected(journey)
    arrived = next((each.place for each in journey.happenings if each.step is Step.SENT), transport.place)
    if arrived != transport.place:
        raise _refused(
            Text(
                f"{package.object_id} är redan levererat till {arrived}.",
                f"{package.object_id} has already been delivered to {arrived}.",
            ),
            Text("Ett paket levereras en gång, till ett e-arkiv.", "A package is delivered once, to one archive."),
        )
    return journey


def _require_earlier(consignment: Consignment) -> None:
    package, earlier = consignment.package.object_id, consignment.earlier_package
    if earlier is None or earlier == package:
        status = consignment.record_status
        raise _refused(
            Text(f"{package} är {status} men anger inte vilket paket.", f"{package} is {status} and names no package."),
            Text("Ange det tidigare paketets id.", "Name the earlier package."),
        )


def _rejected(journey: Journey) -> BadInputError:
    said = journey.answer.said if journey.answer else None
    return _refused(
        Text(f"E-arkivet har avvisat {journey.object_id}: {said}", f"{journey.object_id} was rejected: {said}"),
        Text(
            "Rättelsen är ett nytt paket, med RECORDSTATUS=REPLACEMENT, som anger det avvisade.",
            "The correction is a new package, with RECORDSTATUS=REPLACEMENT, that names the rejected one.",
        ),
    )


def _another_under(object_id: str) -> DeliveryConflictError:
    return DeliveryConflictError(
        happened=Text(
            f"Liggaren har ett annat paket med id {object_id}.", f"The ledger has another package under {object_id}."
        ),
        safe=_NOTHING_SENT,
        next_step=Text(
            "Jämför paketen. En rättelse har ett eget id.", "Compare them. A correction has an id of its own."
        ),
    )


def _refused(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(happened=happened, safe=_NOTHING_SENT, next_step=next_step)
