"""Findings: what in the register is not as the guideline wants it, who is to mend it, and by when.

finding    what a finding is, and who answers for it
channels   keys, substitutes, custody, permission, silence, closure
people     mandates, mail, the guideline read
documented captured often enough, whole, without gaps; preserved before it was closed
watched    the daily watch, and the weekly question about private messages
listed     the list that the municipality publishes
consented  consents that were withdrawn
removals   cases of removal that wait for something
vanished   removals that nobody explains, and unanswered questions
since      since when a channel is in use

What documented, watched, listed, consented, removals and vanished find is asked only where the register was read with
what had happened (`register.known.known`, `of`).
"""

from collections.abc import Iterator
from datetime import datetime

from register.attention import channels, consented, documented, listed, people, removals, vanished, watched
from register.attention.finding import Finding
from register.due import IN_USE
from register.evidence import Evidence
from register.known import Known
from register.store.channels import ChannelRecord, ChannelStatus


def findings(register: Known, at: datetime) -> tuple[Finding, ...]:
    """Return all findings at a moment, today's or a past one, what is due first."""
    found: list[Finding] = []
    for segment in register.segments(ChannelRecord):
        if not segment.covers(at):
            continue
        found += channels.of_one(register, segment, at)
        if segment.said.status in IN_USE:
            found += people.of_mandates(register, segment.said, at)
            found += people.of_mail(register, segment, at)
    found += people.of_guidelines(register, at)
    if register.evidence is not None:
        found += _of_what_happened(register, register.evidence, at)
    return tuple(sorted(found, key=lambda each: (each.due, each.kind, each.channel or "", each.person or "")))


def _of_what_happened(register: Known, evidence: Evidence, at: datetime) -> Iterator[Finding]:
    for segment in register.segments(ChannelRecord):
        if not segment.covers(at):
            continue
        yield from vanished.of_removals(register, evidence.changes, segment.said, at)
        if segment.said.status in IN_USE:
            yield from documented.of_captures(register, evidence, segment.said, at)
            yield from watched.of_watch(register, evidence, segment.said, at)
            yield from watched.of_messages(register, segment.said, at)
            yield from vanished.of_questions(register, evidence.changes, segment.said, at)
        elif segment.said.status == ChannelStatus.CLOSED:
            yield from documented.of_closed(register, evidence, segment, at)
    yield from documented.of_half_years(register, evidence, at)
    yield from listed.of_list(register, evidence, at)
    yield from consented.of_consents(register, at)
    yield from removals.of_cases(register, evidence, at)
