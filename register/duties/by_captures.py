"""Judges of the duties about documenting channels (52-58, 62), where no finding says that something is wrong."""

from collections.abc import Mapping
from datetime import datetime

from register.attention.channels import HALF_A_YEAR, months_before
from register.attention.documented import holes, next_due, packaged
from register.attention.finding import day_of
from register.attention.since import active_since
from register.duties import vouched
from register.duties.duty import State
from register.duties.judging import NO_CHANNEL, NOBODY_ASKED, Answer, Judge, Question, named
from register.evidence import Evidence
from register.language import Text
from register.model import Verdict
from register.store.captures import CaptureRow
from register.store.channels import ChannelRecord, ChannelStatus


def _captures(evidence: Evidence, channel: ChannelRecord) -> list[CaptureRow]:
    return packaged(evidence.captures.get(channel.entry, ()))


def _begun(question: Question) -> tuple[Evidence, list[ChannelRecord], list[ChannelRecord]] | Answer:
    """Return the active channels that have been captured and those that have not, or why nothing can be said."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not question.active:
        return NO_CHANNEL
    made = [channel for channel in question.active if _captures(evidence, channel)]
    not_yet = [channel for channel in question.active if channel not in made]
    if not made:
        return Answer(state=State.DUE, why=_first(question, not_yet))
    return evidence, made, not_yet


def _first(question: Question, channels: list[ChannelRecord]) -> Text:
    """Return by when channels that were never captured are to be, the first of them."""
    days = [day for channel in channels if (day := next_due(question.register, channel.entry, (), question.at))]
    by = day_of(min(days)) if days else None
    told = named([channel.entry for channel in channels])
    until = Text(f", senast {by}", f", by {by}") if by is not None else Text("", "")
    return Text(f"ännu inte dokumenterade: {told}{until.sv}", f"not yet captured: {told}{until.en}")


def recorded(question: Question) -> Answer:
    """Judge 52: every active channel has been captured; one that is new is not yet due."""
    begun = _begun(question)
    if isinstance(begun, Answer):
        return begun
    evidence, made, not_yet = begun
    overdue = [c for c in not_yet if _is_overdue(question, c)]
    if overdue:
        return Answer(state=State.OVERDUE, why=_first(question, overdue))
    latest = max(_captures(evidence, channel)[-1].ended for channel in made)
    why = Text(
        f"{len(made)} av {len(question.active)} kanaler har dokumenterats, senast {day_of(latest)}",
        f"{len(made)} of {len(question.active)} channels have been captured, last on {day_of(latest)}",
    )
    if not not_yet:
        return Answer(state=State.MET, why=why)
    first = _first(question, not_yet)
    return Answer(state=State.DUE, why=Text(f"{why.sv}; {first.sv}", f"{why.en}; {first.en}"))


def _is_overdue(question: Question, channel: ChannelRecord) -> bool:
    due = next_due(question.register, channel.entry, (), question.at)
    return due is not None and day_of(question.at) > day_of(due)


def opened(question: Question) -> Answer:
    """Judge 53: the latest capture of each channel is complete, or its gaps are explained."""
    begun = _begun(question)
    if isinstance(begun, Answer):
        return begun
    evidence, made, not_yet = begun
    latest = [evidence.captures[channel.entry][-1] for channel in made]
    explained = sum(row.verdict == Verdict.EXPLAINED_GAPS for row in latest)
    why = Text(
        f"de senaste insamlingarna: {len(latest) - explained} fullständiga, {explained} med förklarade luckor",
        f"the latest captures: {len(latest) - explained} complete, {explained} with explained gaps",
    )
    return _unless_new(question, why, not_yet)


def half_yearly(question: Question) -> Answer:
    """Judge 54: no channel is to be captured within a month."""
    begun = _begun(question)
    if isinstance(begun, Answer):
        return begun
    evidence, _, _ = begun
    dues = [
        due
        for channel in question.active
        if (due := next_due(question.register, channel.entry, evidence.captures.get(channel.entry, ()), question.at))
    ]
    first = day_of(min(dues)) if dues else None
    return Answer(
        state=State.MET,
        why=Text(
            f"{len(question.active)} aktiva kanaler; nästa ska dokumenteras senast {first}",
            f"{len(question.active)} active channels; the next is to be captured by {first}",
        ),
    )


def joined(question: Question) -> Answer:
    """Judge 55: what the captures of each channel cover hangs together."""
    begun = _begun(question)
    if isinstance(begun, Answer):
        return begun
    evidence, made, not_yet = begun
    covered: list[datetime] = []
    for channel in made:
        rows = _captures(evidence, channel)
        since = active_since(question.register, channel.entry, question.at) or question.at
        if any(row.verdict != Verdict.INCOMPLETE for row in rows) and not holes(rows, since):
            covered.append(max(row.period_end for row in rows if row.verdict != Verdict.INCOMPLETE))
    if len(covered) < len(made):
        return Answer(
            state=State.DUE,
            why=Text(
                f"{len(made) - len(covered)} kanaler har ingen insamling som inte är ofullständig",
                f"{len(made) - len(covered)} channels have no capture that is not incomplete",
            ),
        )
    day = day_of(min(covered))
    why = Text(
        f"{len(made)} kanaler utan lucka, den som ligger längst efter till {day}",
        f"{len(made)} channels without a gap, the one furthest behind up to {day}",
    )
    return _unless_new(question, why, not_yet)


def _unless_new(question: Question, why: Text, not_yet: list[ChannelRecord]) -> Answer:
    """Return that it is so of what was captured; what was not yet captured, and need not be yet, is said."""
    if not not_yet:
        return Answer(state=State.MET, why=why)
    first = _first(question, not_yet)
    state = State.OVERDUE if any(_is_overdue(question, channel) for channel in not_yet) else State.DUE
    return Answer(state=state, why=Text(f"{why.sv}; {first.sv}", f"{why.en}; {first.en}"))


def debated(question: Question) -> Answer:
    """Judge 56: whether a question was debated is for people to say; how often was captured, the register knows."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    since = months_before(question.at, HALF_A_YEAR)
    often = {
        channel.entry: number
        for channel in question.active
        if (number := sum(row.ended > since for row in evidence.captures.get(channel.entry, ()))) > 1
    }
    told = named([f"{entry} {number} ggr" for entry, number in sorted(often.items())]) or "ingen"
    times = named([f"{entry} {number} times" for entry, number in sorted(often.items())]) or "none"
    by = vouched.answer(question)
    return Answer(
        state=by.state,
        why=Text(
            f"{by.why.sv}; dokumenterade mer än en gång det senaste halvåret: {told}",
            f"{by.why.en}; captured more than once in the last half-year: {times}",
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
