"""Judges of the duties about documenting channels (52-58, 62), where no finding says that something is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from register.attention.channels import HALF_A_YEAR, months_before
from register.attention.documented import holes, last_days, packaged
from register.attention.finding import day_of
from register.attention.since import in_use_since
from register.duties import vouched
from register.duties.duty import State
from register.duties.judging import NO_CHANNEL, NOBODY_ASKED, Answer, Judge, Question, named
from register.evidence import Evidence
from register.known import Segment
from register.language import Text
from register.model import Verdict
from register.store.captures import CaptureRow
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.debates import Debate


def _captures(evidence: Evidence, channel: ChannelRecord) -> list[CaptureRow]:
    return packaged(evidence.captures.get(channel.entry, ()))


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """The channels in use that have been captured, and those that have not; by when each is to be, at the latest."""

    evidence: Evidence
    made: list[ChannelRecord]
    not_yet: list[ChannelRecord]
    last_days: Mapping[str, date]
    today: date

    @property
    def all(self) -> int:
        return len(self.made) + len(self.not_yet)

    def first(self) -> Text:
        """Return which channels are not yet captured, and by when the first of them is to be."""
        days = [self.last_days[channel.entry] for channel in self.not_yet if channel.entry in self.last_days]
        by = min(days, default=None)
        told = named([channel.entry for channel in self.not_yet])
        until = Text(f", senast {by}", f", by {by}") if by is not None else Text("", "")
        return Text(f"ännu inte dokumenterade: {told}{until.sv}", f"not yet captured: {told}{until.en}")

    def concluded(self, why: Text) -> Answer:
        """Return that it is so of what was captured; what was not, and need not be yet, is said."""
        if not self.not_yet:
            return Answer(state=State.MET, why=why)
        late = any(self.today > self.last_days.get(channel.entry, self.today) for channel in self.not_yet)
        first = self.first()
        return Answer(
            state=State.OVERDUE if late else State.DUE, why=Text(f"{why.sv}; {first.sv}", f"{why.en}; {first.en}")
        )


def _seen(question: Question) -> _Seen | Answer:
    """Return what has been captured, or why nothing can be said of it."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not question.in_use:
        return NO_CHANNEL
    in_use = question.in_use
    return _Seen(
        evidence=evidence,
        made=[channel for channel in in_use if _captures(evidence, channel)],
        not_yet=[channel for channel in in_use if not _captures(evidence, channel)],
        last_days=last_days(question.register, evidence, question.at),
        today=day_of(question.at),
    )


def recorded(question: Question) -> Answer:
    """Judge 52: every channel in use has been captured; one that is new is not yet due."""
    seen = _seen(question)
    if isinstance(seen, Answer):
        return seen
    latest = max((_captures(seen.evidence, channel)[-1].ended for channel in seen.made), default=None)
    last = Text(f", senast {day_of(latest)}", f", last on {day_of(latest)}") if latest is not None else Text("", "")
    return seen.concluded(
        Text(
            f"{len(seen.made)} av {seen.all} kanaler har dokumenterats{last.sv}",
            f"{len(seen.made)} of {seen.all} channels have been captured{last.en}",
        )
    )


def opened(question: Question) -> Answer:
    """Judge 53: the latest capture of each channel is complete, or its gaps are explained."""
    seen = _seen(question)
    if isinstance(seen, Answer):
        return seen
    latest = [seen.evidence.captures[channel.entry][-1] for channel in seen.made]
    explained = sum(row.verdict == Verdict.EXPLAINED_GAPS for row in latest)
    return seen.concluded(
        Text(
            f"de senaste insamlingarna: {len(latest) - explained} fullständiga, {explained} med förklarade luckor",
            f"the latest captures: {len(latest) - explained} complete, {explained} with explained gaps",
        )
    )


def half_yearly(question: Question) -> Answer:
    """Judge 54: no half-year went by, and none ends within a month, without a capture of each channel."""
    seen = _seen(question)
    if isinstance(seen, Answer):
        return seen
    first = min(seen.last_days.values(), default=None)
    return seen.concluded(
        Text(
            f"{len(seen.made)} kanaler har dokumenterats; nästa gång senast {first}",
            f"{len(seen.made)} channels have been captured; the next time by {first}",
        )
    )


def joined(question: Question) -> Answer:
    """Judge 55: what the captures of each channel cover hangs together; incomplete ones cover nothing."""
    seen = _seen(question)
    if isinstance(seen, Answer):
        return seen
    covered: list[datetime] = []
    for channel in seen.made:
        whole = [row for row in _captures(seen.evidence, channel) if row.verdict != Verdict.INCOMPLETE]
        began = in_use_since(question.register, channel.entry, question.at) or question.at
        if whole and not holes(whole, began):
            covered.append(max(row.period_end for row in whole))
    lacking = len(seen.made) - len(covered)
    if lacking:
        return Answer(
            state=State.DUE,
            why=Text(
                f"{lacking} kanaler har ingen insamling som inte är ofullständig",
                f"{lacking} channels have no capture that is not incomplete",
            ),
        )
    day = day_of(min(covered)) if covered else None
    until = Text(f", den som ligger längst efter till {day}", f", the one furthest behind up to {day}") if day else None
    return seen.concluded(
        Text(
            f"{len(covered)} kanaler utan lucka{until.sv if until else ''}",
            f"{len(covered)} channels without a gap{until.en if until else ''}",
        )
    )


def debated(question: Question) -> Answer:
    """Judge 56: what was said to be debated in the last half-year was captured then, more often than else.

    That nothing was debated is for people to say; how often was captured all the same, the register knows.
    """
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    since = months_before(question.at, HALF_A_YEAR)
    debates = [
        segment
        for segment in question.register.segments(Debate)
        if segment.start <= question.at and (segment.end is None or segment.end > since)
    ]
    if not debates:
        return _often(question, evidence, since)
    made = [(segment, _during(evidence, segment, question.at)) for segment in debates]
    told = ", ".join(f"{segment.said.channel} {segment.said.case}: {number}" for segment, number in made)
    missed = any(
        not number and question.at - segment.start > timedelta(minutes=segment.said.minutes) for segment, number in made
    )
    return Answer(
        state=State.OVERDUE if missed else State.MET,
        why=Text(f"insamlingar under debatter: {told}", f"captures during debates: {told}"),
    )


def _during(evidence: Evidence, segment: Segment[Debate], at: datetime) -> int:
    rows = evidence.captures.get(segment.said.channel, ())
    return sum(segment.start <= row.started <= (segment.end or at) for row in rows)


def _often(question: Question, evidence: Evidence, since: datetime) -> Answer:
    often = {
        channel.entry: number
        for channel in question.in_use
        if (number := sum(row.ended > since for row in evidence.captures.get(channel.entry, ()))) > 1
    }
    told = named([f"{entry} {number} ggr" for entry, number in sorted(often.items())]) or "ingen"
    times = named([f"{entry} {number} times" for entry, number in sorted(often.items())]) or "none"
    by = vouched.answer(question)
    return Answer(
        state=by.state,
        why=Text(
            f"{by.why.sv}; ingen debatt är antecknad; dokumenterade mer än en gång det senaste halvåret: {told}",
            f"{by.why.en}; no debate is on record; captured more than once in the last half-year: {times}",
        ),
    )


def in_formats(question: Question) -> Answer:
    """Judge 58: that the format profile is what the archive guideline says, only an archivist can attest."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    packages = {
        row.object_id
        for channel in question.in_use
        for row in evidence.captures.get(channel.entry, ())
        if row.object_id is not None
    }
    received = sum(evidence.received(object_id) for object_id in packages)
    by = vouched.answer(question)
    return Answer(
        state=by.state,
        why=Text(
            f"{by.why.sv}; {len(packages)} paket prövade mot formatprofilen när de gjordes, {received} mottagna",
            f"{by.why.en}; {len(packages)} packages held against the format profile when made, {received} received",
        ),
    )


def preserved(question: Question) -> Answer:
    """Judge 62: every channel that was closed had been preserved."""
    if question.register.evidence is None:
        return NOBODY_ASKED
    closed = question.channels(ChannelStatus.CLOSED)
    if not closed:
        return Answer(state=State.NOT_APPLICABLE, why=NONE_CLOSED)
    return Answer(
        state=State.MET,
        why=Text(
            f"{len(closed)} avslutade kanaler: hela historiken mottagen av e-arkivet, eller bevarandet intygat",
            f"{len(closed)} closed channels: the whole history received by the archive, or its preservation attested",
        ),
    )


NONE_CLOSED = Text("ingen kanal är avslutad", "no channel is closed")

JUDGES: Mapping[int, Judge] = {
    52: recorded,
    53: opened,
    54: half_yearly,
    55: joined,
    56: debated,
    58: in_formats,
    62: preserved,
}
