"""A package's journey: *skickas → skickad → kontrollerad → mottagen* or *avvisad*, as the ledger has it.

What happened is never changed and never removed; where the package is follows from it. That a package is received or
rejected is said by the archive or by an archivist, never by the program and never by time.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.transport import Arrival
from register.language import Text
from register.model import Period, RecordStatus
from register.store.deliveries import JourneyRow, PackageRow

ARRIVAL = TypeAdapter(Arrival)


class Step(StrEnum):
    """What can happen to a package, and so also where it is."""

    SEALED = "sealed"  # it is in the ledger, and nothing has been done with it
    SENDING = "sending"  # about to be sent: written before anything is
    STOPPED = "stopped"  # an attempt ended with an error
    SENT = "sent"  # it lies in the archive under its name
    CHECKED = "checked"  # the archive's copy was read back and equals ours
    RECEIVED = "received"
    REJECTED = "rejected"

    @property
    def label(self) -> Text:
        """The step as a person reads it."""
        return _LABELS[self]


_LABELS = {
    Step.SEALED: Text("förseglad", "sealed"),
    Step.SENDING: Text("skickas", "being sent"),
    Step.STOPPED: Text("avbruten", "stopped"),
    Step.SENT: Text("skickad", "sent"),
    Step.CHECKED: Text("kontrollerad", "checked"),
    Step.RECEIVED: Text("mottagen", "received"),
    Step.REJECTED: Text("avvisad", "rejected"),
}
_ANSWERS = (Step.RECEIVED, Step.REJECTED)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the ledger. `at` is UTC; `by` who or what did it; `said` a reason or what was found, if any."""

    step: Step
    at: datetime
    by: str
    place: str | None
    said: str | None
    evidence: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A package and all that has happened to it, oldest first.

    `earlier_package` is what it replaces or adds to, `replaced_by` what has come in its place. `manifest` is the
    SHA-256 of its METS. What was not known when it was entered is None.
    """

    object_id: str
    sha256: str
    size: int
    record_status: RecordStatus
    earlier_package: str | None
    replaced_by: tuple[str, ...]
    manifest: str | None
    channel: str | None
    channel_name: str | None
    period: Period | None
    record_type: str | None
    entered_at: datetime
    entered_by: str
    happenings: tuple[Happening, ...]

    @property
    def answer(self) -> Happening | None:
        """The archive's latest answer."""
        return self._last(_ANSWERS)

    @property
    def state(self) -> Step:
        """Where the package is. A later attempt to send it does not take back that it arrived."""
        for happening in (self.answer, self._last((Step.CHECKED,)), self._last((Step.SENT,))):
            if happening is not None:
                return happening.step
        return self.happenings[-1].step if self.happenings else Step.SEALED

    @property
    def arrival(self) -> Arrival | None:
        """Proof of the delivery, None if it has not arrived or only the archive's answer told that it had."""
        sent = self._last((Step.SENT,))
        return ARRIVAL.validate_python(sent.evidence) if sent is not None and sent.evidence else None

    @property
    def unsure(self) -> bool:
        """Whether an attempt to send it was begun that may have come through: it was cut off, or ended in an error."""
        return self.state in (Step.SENDING, Step.STOPPED)

    def _last(self, steps: tuple[Step, ...]) -> Happening | None:
        return next((each for each in reversed(self.happenings) if each.step in steps), None)


def journey_of(session: Session, object_id: str) -> Journey | None:
    """Return the journey of a package, None if the ledger does not know it."""
    row = session.get(PackageRow, object_id)
    return None if row is None else _journey(session, row)


def journeys(session: Session) -> tuple[Journey, ...]:
    """Return all journeys, in the order the packages were entered."""
    rows = session.scalars(select(PackageRow).order_by(PackageRow.recorded_at, PackageRow.object_id)).all()
    return tuple(_journey(session, row) for row in rows)


def happened(  # noqa: PLR0913 - what a line of the ledger says
    session: Session,
    object_id: str,
    step: Step,
    *,
    at: datetime,
    by: str,
    place: str | None = None,
    said: str | None = None,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Write a line in the ledger."""
    session.add(JourneyRow(object_id=object_id, step=step, at=at, by=by, place=place, said=said, evidence=evidence))
    session.flush()


def _journey(session: Session, row: PackageRow) -> Journey:
    happenings = session.scalars(
        select(JourneyRow).where(JourneyRow.object_id == row.object_id).order_by(JourneyRow.number)
    )
    followers = session.scalars(
        select(PackageRow.object_id)
        .where(PackageRow.earlier_package == row.object_id, PackageRow.record_status == RecordStatus.REPLACEMENT)
        .order_by(PackageRow.recorded_at)
    )
    return Journey(
        object_id=row.object_id,
        sha256=row.sha256,
        size=row.size,
        record_status=RecordStatus(row.record_status),
        earlier_package=row.earlier_package,
        replaced_by=tuple(followers),
        manifest=row.manifest,
        channel=row.channel,
        channel_name=row.channel_name,
        period=None if row.period_end is None else Period(start=row.period_start, end=row.period_end),
        record_type=row.record_type,
        entered_at=row.recorded_at,
        entered_by=row.recorded_by,
        happenings=tuple(
            Happening(
                step=Step(each.step),
                at=each.at,
                by=each.by,
                place=each.place,
                said=each.said,
                evidence=each.evidence,
            )
            for each in happenings
        ),
    )
