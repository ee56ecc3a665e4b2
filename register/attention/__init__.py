"""Findings: what in the register is not as the guideline wants it, who is to mend it, and by when.

finding    what a finding is, and who answers for it
channels   keys, substitutes, custody, permission, silence, closure
people     mandates, mail, the guideline read
"""

from datetime import datetime

from register.attention import channels, people
from register.attention.finding import Finding
from register.known import Known
from register.store.channels import ChannelRecord, ChannelStatus

_IN_USE = (ChannelStatus.ACTIVE, ChannelStatus.DORMANT)


def findings(register: Known, at: datetime) -> tuple[Finding, ...]:
    """Return all findings at a moment, today's or a past one, what is due first."""
    found: list[Finding] = []
    for segment in register.segments(ChannelRecord):
        if not segment.covers(at):
            continue
        found += channels.of_one(register, segment, at)
        if segment.said.status in _IN_USE:
            found += people.of_mandates(register, segment.said, at)
            found += people.of_mail(register, segment, at)
    found += people.of_guidelines(register, at)
    return tuple(sorted(found, key=lambda each: (each.due, each.kind, each.channel or "", each.person or "")))
