"""What may be wrong with how a channel is documented: too seldom, not whole, with gaps; or not before it was closed.

The guideline: "minst en gång varje halvår". Which half-year owes a capture is the calendar's (`register.calendar`); a
month before it ends, whoever captures is told, and when it has ended, the director.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, of_channel
from register.attention.since import in_use_since, midnight_of
from register.calendar.halves import HalfYear
from register.due import Standing, due
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
    """Yield what is wrong with how a channel in use is documented."""
    began = in_use_since(register, channel.entry, at)
    if began is None:
        return
    captures = evidence.captures.get(channel.entry, ())
    if captures:
        yield from _incomplete(register, channel, captures[-1], at)
        yield from _gaps(register, channel, captures, began, at)
        yield from _rejected(register, evidence, channel, captures, at)


def of_half_years(register: Known, evidence: Evidence, at: datetime) -> Iterator[Finding]:
    """Yield which channels are to be captured before the half-year ends, and which half-years went by without."""
    for owed in due(register, _all(evidence), at):
        if not owed.open or at < midnight_of(owed.last) - TOLD_BEFORE:
            continue
        channel, overdue = owed.channel, owed.standing is Standing.OVERDUE
        if overdue:
            said = Text("dokumenterades inte under", "was not captured in")
        elif midnight_of(owed.last) - at <= TOLD_AGAIN:
            said = Text("ska dokumenteras inom en vecka, för", "is to be captured within a week, for")
        else:
            said = Text("ska dokumenteras för", "is to be captured for")
        yield Finding(
            kind=FindingKind.CAPTURE_DUE,
            channel=channel.entry,
            said=Text(
                f"{channel.name} {said.sv} {owed.half.told.sv}, senast {owed.last}",
                f"{channel.name} {said.en} {owed.half.told.en}, by {owed.last}",
            ),
            responsible=of_channel(register, channel, at, Role.DIRECTOR)
            if overdue
            else _who_captures(register, channel, at),
            since=midnight_of(owed.last) - TOLD_BEFORE,
            due=owed.last,
            duty=54,
        )


def last_days(register: Known, evidence: Evidence, at: datetime) -> dict[str, date]:
    """Return the last day that each channel in use is to be captured again on, also where that day has gone."""
    found: dict[str, date] = {}
    all_owed = due(register, _all(evidence), at)
    for owed in all_owed:
        if owed.open:
            found.setdefault(owed.channel.entry, owed.last)
    for owed in all_owed:
        found.setdefault(owed.channel.entry, HalfYear.of(at).next.last)
    return found


def _all(evidence: Evidence) -> list[CaptureRow]:
    return [row for rows in evidence.captures.values() for row in rows]


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
