"""What may be wrong with how a channel is documented: too seldom, not whole, with gaps; or not before it was closed.

The guideline: "Detta bör göras minst en gång i halvåret." A channel is to be captured again within half a year of what
the previous capture covered; a month before, whoever captures it is told, and when the day has gone, the director.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from register.attention.channels import HALF_A_YEAR, months_before
from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, of_channel
from register.attention.since import active_since, answerable_since
from register.evidence import Evidence
from register.known import Known, Segment
from register.language import Text, swedish_time
from register.model import Verdict
from register.store.attestations import Attestation
from register.store.captures import CaptureRow
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.organisation import Person, Role

TOLD_BEFORE = timedelta(days=30)
TOLD_AGAIN = timedelta(days=7)
PRESERVATION = 62


def of_captures(register: Known, evidence: Evidence, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with how an active channel is documented, and what will soon be."""
    began = active_since(register, channel.entry, at)
    if began is None:
        return
    captures = evidence.captures.get(channel.entry, ())
    yield from _half_year(register, channel, captures, at)
    if captures:
        yield from _incomplete(register, channel, captures[-1], at)
        yield from _gaps(register, channel, captures, began, at)
        yield from _rejected(register, evidence, channel, captures, at)


def next_due(register: Known, channel: str, captures: Sequence[CaptureRow], at: datetime) -> datetime | None:
    """Return by when an active channel is to be captured again; None where the register cannot answer for it then."""
    made = packaged(captures)
    covered = made[-1].period_end if made else answerable_since(register, channel, at)
    return months_before(covered, -HALF_A_YEAR) if covered is not None else None


def packaged(captures: Sequence[CaptureRow]) -> list[CaptureRow]:
    """Return the captures that became packages, by the end of what they cover."""
    return sorted((row for row in captures if row.object_id is not None), key=lambda row: row.period_end)


def holes(captures: Sequence[CaptureRow], began: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times since `began`, up to the last one covered, that no whole capture covers."""
    found, covered = [], began
    whole = [row for row in packaged(captures) if row.verdict != Verdict.INCOMPLETE]
    for row in sorted(whole, key=lambda row: row.period_start or began):
        start = row.period_start or began
        if start > covered:
            found.append((covered, start))
        covered = max(covered, row.period_end)
    return found


def of_closed(register: Known, evidence: Evidence, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    """Yield that a channel was closed without its content being preserved first."""
    channel = segment.said
    closed = min(
        part.start
        for part in register.segments(ChannelRecord, status=ChannelStatus.CLOSED)
        if part.said.entry == channel.entry
    )
    attested = register.holding(Attestation, at, duty=PRESERVATION, channel=channel.entry)
    if attested or any(_preserves(evidence, row, closed) for row in evidence.captures.get(channel.entry, ())):
        return
    yield Finding(
        kind=FindingKind.CLOSED_UNPRESERVED,
        channel=channel.entry,
        said=Text(
            f"{channel.name} är avslutad, och e-arkivet har inte tagit emot hela dess historik, insamlad som tidigast "
            f"{GRACE.days} dagar före avslutet",
            f"{channel.name} is closed, and the archive has not received its whole history, captured at the earliest "
            f"{GRACE.days} days before the closure",
        ),
        responsible=of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR),
        since=closed,
        due=day_of(closed),
        duty=PRESERVATION,
    )


def _preserves(evidence: Evidence, row: CaptureRow, closed: datetime) -> bool:
    whole = row.period_start is None and row.verdict != Verdict.INCOMPLETE
    return whole and row.ended >= closed - GRACE and evidence.received(row.object_id)


def _half_year(
    register: Known, channel: ChannelRecord, captures: Sequence[CaptureRow], at: datetime
) -> Iterator[Finding]:
    due = next_due(register, channel.entry, captures, at)
    if due is None or at < due - TOLD_BEFORE:
        return
    overdue = day_of(at) > day_of(due)
    made = packaged(captures)
    before = (
        Text(f"senast till {day_of(made[-1].period_end)}", f"last up to {day_of(made[-1].period_end)}")
        if made
        else Text("aldrig förut", "never before")
    )
    if overdue:
        said = Text("skulle ha dokumenterats", "should have been captured")
    elif due - at <= TOLD_AGAIN:
        said = Text("ska dokumenteras inom sju dagar,", "is to be captured within seven days,")
    else:
        said = Text("ska dokumenteras", "is to be captured")
    yield Finding(
        kind=FindingKind.CAPTURE_DUE,
        channel=channel.entry,
        said=Text(
            f"{channel.name} {said.sv} senast {day_of(due)} ({before.sv})",
            f"{channel.name} {said.en} by {day_of(due)} ({before.en})",
        ),
        responsible=of_channel(register, channel, at, Role.DIRECTOR)
        if overdue
        else _who_captures(register, channel, at),
        since=due - TOLD_BEFORE,
        due=day_of(due),
        duty=54,
    )


def _incomplete(register: Known, channel: ChannelRecord, latest: CaptureRow, at: datetime) -> Iterator[Finding]:
    if latest.verdict != Verdict.INCOMPLETE:
        return
    ended = swedish_time(latest.ended)
    yield Finding(
        kind=FindingKind.CAPTURE_INCOMPLETE,
        channel=channel.entry,
        said=Text(
            f"{channel.name}: den senaste insamlingen ({ended}) är ofullständig; dess fullständighetsintyg säger vad "
            "som saknas",
            f"{channel.name}: the latest capture ({ended}) is incomplete; its completeness statement says what is "
            "missing",
        ),
        responsible=_who_captures(register, channel, at),
        since=latest.ended,
        due=day_of(latest.ended + GRACE),
        duty=53,
    )


def _gaps(
    register: Known, channel: ChannelRecord, captures: Sequence[CaptureRow], began: datetime, at: datetime
) -> Iterator[Finding]:
    for start, end in holes(captures, began):
        shown = min(row.ended for row in captures if row.period_end >= end)
        between = Text(
            f"{swedish_time(start)} till {swedish_time(end)}", f"{swedish_time(start)} to {swedish_time(end)}"
        )
        yield Finding(
            kind=FindingKind.PERIOD_GAP,
            channel=channel.entry,
            said=Text(
                f"{channel.name}: ingen insamling omfattar tiden {between.sv}",
                f"{channel.name}: no capture covers the time from {between.en}",
            ),
            responsible=_who_captures(register, channel, at),
            since=shown,
            due=day_of(shown + GRACE),
            duty=55,
        )


def _rejected(
    register: Known, evidence: Evidence, channel: ChannelRecord, captures: Sequence[CaptureRow], at: datetime
) -> Iterator[Finding]:
    for row in captures:
        if not evidence.rejected(row.object_id) or row.object_id in evidence.replaced:
            continue
        _, answered = evidence.answers[row.object_id or ""]
        yield Finding(
            kind=FindingKind.PACKAGE_REJECTED,
            channel=channel.entry,
            said=Text(
                f"{channel.name}: e-arkivet har avvisat {row.object_id}, och inget har ersatt det",
                f"{channel.name}: the archive has rejected {row.object_id}, and nothing has replaced it",
            ),
            responsible=of_channel(register, channel, at, Role.ARCHIVIST),
            since=answered,
            due=day_of(answered + GRACE),
            duty=12,
        )


def _who_captures(register: Known, channel: ChannelRecord, at: datetime) -> Responsible:
    person = register.one(Person, channel.capture_responsible or channel.responsible, at)
    if person is None:
        return of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    return Responsible(role="den som dokumenterar", people=(person,))
