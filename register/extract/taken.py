"""Takes the extract of the register: what it says of a channel at a moment, and what a capture rested on."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from register.answers import Authorised, authorised
from register.extract.basis import Basis
from register.extract.nouns import (
    AuthorisedSaid,
    CaseSaid,
    ChannelSaid,
    DecisionSaid,
    Employee,
    Extract,
    Ground,
    GuidelineSaid,
    MandateSaid,
    VanishedSaid,
)
from register.known import Known
from register.model import Appraisal, Restriction
from register.store.cases import RemovalCase
from register.store.changes import UnexplainedRemoval
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import ChannelRecord
from register.store.guidelines import Guideline
from register.store.history import Versioned, in_force
from register.store.mandates import Mandate
from register.store.organisation import Administration, Person

V = TypeVar("V", bound=Versioned)


def taken(session: Session, register: Known, basis: Basis, *, address: str, at: datetime) -> Extract:
    """Return what the register says of the channel that a capture concerns.

    Args:
        session: of `Store.reading`.
        register: what is read of it.
        basis: what the capture rested on.
        address: what was captured: the channel's address, or one below it.
        at: aware; the moment that is asked of.
    """
    record = register.one(ChannelRecord, basis.channel, at)
    cases = in_force(session, RemovalCase, RemovalCase.channel == basis.channel, at=at)
    gone = in_force(session, UnexplainedRemoval, UnexplainedRemoval.channel == basis.channel, at=at)
    return Extract(
        at=at,
        address=address,
        channel=_channel(register, record, at) if record is not None else None,
        ground=_ground(register, basis, at),
        authorised=tuple(_authorised(register, each, at) for each in authorised(register, basis.channel, at)),
        decisions=_decisions(register, basis.channel, record, at),
        guidelines=tuple(
            GuidelineSaid(
                name=said.name,
                edition=said.edition,
                reference=said.reference,
                adopted_by=said.adopted_by,
                adopted=said.adopted,
            )
            for said in sorted(register.holding(Guideline, at), key=lambda said: said.entry)
        ),
        cases=_cases(cases),
        vanished=_vanished(gone),
    )


def _channel(register: Known, record: ChannelRecord, at: datetime) -> ChannelSaid:
    whose = register.one(Administration, record.administration, at)
    return ChannelSaid(
        entry=record.entry,
        name=record.name,
        platform=record.platform,
        address=record.address,
        status=record.status,
        mode=record.mode,
        administration=whose.name if whose is not None else record.administration,
        board=whose.board if whose is not None else None,
        identity_code=whose.identity_code if whose is not None else None,
        unit=record.unit,
        purpose=record.purpose,
        goal=record.goal,
        target_group=record.target_group,
        responsible=_employee(register, record.responsible, at) if record.responsible else None,
        capture_responsible=_employee(register, record.capture_responsible, at) if record.capture_responsible else None,
        capture_source=record.capture_source,
        source_system=record.source_system,
        reference_code=record.reference_code,
        appraisal=Appraisal(record.appraisal) if record.appraisal is not None else None,
        appraisal_decision=record.appraisal_decision,
        restriction=Restriction(record.restriction) if record.restriction is not None else None,
        restriction_note=record.restriction_note,
        information_class=record.information_class,
        case_number=record.case_number,
    )


def _ground(register: Known, basis: Basis, at: datetime) -> Ground:
    mandate, opening = _version(register, Mandate, basis.mandate), _version(register, ChannelDecision, basis.opening)
    permission = None if basis.permission is None else _version(register, ChannelDecision, basis.permission)
    return Ground(
        person=_employee(register, basis.person, at),
        mode=basis.mode.value,
        mandate=_mandate(register, mandate, at),
        opening=_decision(register, opening, at),
        permission=_decision(register, permission, at) if permission is not None else None,
        guideline=basis.guideline,
    )


def _version(register: Known, table: type[V], version: int) -> V:
    """Return a statement as it was made; statements are never removed."""
    rows = register.rows[table].values()
    (said,) = (row for of_entry in rows for row in of_entry if row.version == version and isinstance(row, table))
    return said


def _authorised(register: Known, each: Authorised, at: datetime) -> AuthorisedSaid:
    appointment = each.appointment
    return AuthorisedSaid(
        person=_employee(register, each.entry, at),
        employed=each.person is not None,
        mandate=_mandate(register, each.mandate, at),
        appointment=_decision(register, appointment, at) if appointment is not None else None,
        stands_in_for=tuple(_employee(register, entry, at) for entry in each.stands_in_for),
    )


def _decisions(register: Known, channel: str, record: ChannelRecord | None, at: datetime) -> tuple[DecisionSaid, ...]:
    """Return the decisions in force: on the channel itself, and those that permit its platform."""
    found = list(register.holding(ChannelDecision, at, channel=channel))
    if record is not None:
        platform = record.platform.casefold()
        permissions = register.holding(ChannelDecision, at, kind=DecisionKind.PERMISSION, channel=None)
        found += [said for said in permissions if (said.platform or "").casefold() == platform]
    said = (_decision(register, each, at) for each in found)
    return tuple(sorted(said, key=lambda each: (each.decided, each.reference, each.kind, each.version)))


def _decision(register: Known, said: ChannelDecision, at: datetime) -> DecisionSaid:
    return DecisionSaid(
        version=said.version,
        kind=said.kind,
        reference=said.reference,
        decided=said.decided,
        decided_by=said.decided_by,
        delegation=said.delegation,
        platform=said.platform,
        person=_employee(register, said.person, at) if said.person is not None else None,
        consulted=said.consulted,
        consulted_on=said.consulted_on,
        consulted_outcome=said.consulted_outcome,
        start=said.valid_from,
        end=said.valid_to,
    )


def _mandate(register: Known, said: Mandate, at: datetime) -> MandateSaid:
    return MandateSaid(
        version=said.version,
        capacity=said.capacity,
        decided_by=_employee(register, said.decided_by, at),
        decided=said.decided,
        reference=said.reference,
        as_employee=said.as_employee,
        start=said.valid_from,
        end=said.valid_to,
    )


def _employee(register: Known, entry: str, at: datetime) -> Employee:
    """Return somebody as the register says, or last said, who they are; by their entry alone where it never did."""
    made = register.rows.get(Person, {}).get(entry, ())
    said = register.one(Person, entry, at) or (made[-1] if made else None)
    if not isinstance(said, Person):
        return Employee(entry=entry, name=entry, title=None)
    return Employee(entry=entry, name=said.name, title=said.title)


def _cases(cases: Sequence[RemovalCase]) -> tuple[CaseSaid, ...]:
    return tuple(
        CaseSaid(
            entry=case.entry,
            kind=case.kind,
            outcome=case.outcome,
            measure=case.measure,
            grounds=case.grounds,
            decision=case.decision,
            decided=case.decided,
            decided_by=case.decided_by,
            diary_number=case.diary_number,
            collecting_case=case.collecting_case,
            number=case.number,
            removed=case.removed,
            closed=case.closed,
        )
        for case in sorted(cases, key=lambda case: case.entry)
    )


def _vanished(gone: Sequence[UnexplainedRemoval]) -> tuple[VanishedSaid, ...]:
    return tuple(
        VanishedSaid(
            entry=said.entry,
            what=said.what,
            kind=said.kind,
            own=said.own,
            text_sha256=said.text_sha256,
            earlier=said.earlier,
            later=said.later,
            seen=said.seen,
            missed=said.missed,
        )
        for said in sorted(gone, key=lambda said: said.entry)
    )
