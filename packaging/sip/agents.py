"""Who is named in a METS header: the rows of a package profile, filled from the submission."""

from collections.abc import Iterator
from dataclasses import dataclass

from register.model import Channel, Contact, Organisation, Submission
from sip.fgs import AgentRow, PackageProfile
from sip.fields import information_owner, source_system

SOFTWARE = "Kanalarkiv"


@dataclass(frozen=True, kw_only=True)
class NamedAgent:
    """An agent of the header: its row in the profile, its name, and what its note says, if it has one."""

    row: AgentRow
    name: str
    note: str | None


def agents(submission: Submission, profile: PackageProfile) -> Iterator[NamedAgent]:
    """Yield the agents that `profile` names and `submission` knows, in the profile's order."""
    for row in profile.agents:
        who = _who(row.of, submission)
        match who:
            case Organisation():
                yield NamedAgent(row=row, name=who.name, note=who.identity_code if row.note == "code" else None)
            case Contact():
                yield NamedAgent(row=row, name=who.name, note=who.details if row.note == "contact" else None)
            case str():
                version = submission.software_version if row.note == "version" else None
                yield NamedAgent(row=row, name=who, note=version)
            case None:
                continue


def _who(of: str, submission: Submission) -> Organisation | Contact | str | None:
    if of == "software":
        return SOFTWARE
    channel: Channel = submission.channel
    known: dict[str, Organisation | Contact | str | None] = {
        "records_creator": channel.records_creator,
        "submitting": channel.submitting,
        "archive": channel.archive,
        "information_owner": information_owner(channel),
        "producer": channel.terms.producer,
        "sender": channel.terms.sender,
        "adviser": channel.terms.adviser,
        "contact": channel.terms.contact,
        "source_system": source_system(channel),
    }
    return known[of]
