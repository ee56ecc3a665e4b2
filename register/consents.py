"""Consents that were withdrawn, and the posts that they concern: what is still to be taken down.

The register holds references, never the forms and never the names. That a post is down is shown by its case of removal,
or vouched for by a person.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register import address
from register.known import Known
from register.language import SWEDEN, Text, swedish_time
from register.store.attestations import Attestation
from register.store.cases import Consent, RemovalCase

CONSENT = 45
"""The duty that is about consents."""


class PostState(StrEnum):
    """How it is with a post whose consent was withdrawn."""

    REMAINS = "kvar att ta ned"
    IN_CASE = "ärende pågår"
    DOWN = "nedtagen"


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """A post that a withdrawn consent concerned; `shown` is what its state rests on, `case` its case of removal."""

    consent: Consent
    withdrawn: datetime
    reason: str | None
    state: PostState
    shown: Text
    case: str | None


def concerned(register: Known, at: datetime, reference: str | None = None) -> tuple[Concerned, ...]:
    """Return the posts whose consents had been withdrawn at a moment (of one reference), the latest first.

    Cases of removal are those of the register's evidence; without it, no case is known.
    """
    found = []
    for entry, segments in register.timelines(Consent).items():
        past = [part for part in segments if part.start <= at]
        if not past or any(part.covers(at) for part in past) or (last := past[-1]).end is None:
            continue
        if reference not in (None, last.said.reference):
            continue
        ending = [said for said in register.rows[Consent][entry] if said.ended and said.valid_from == last.end]
        state, shown, case = _state(register, last.said, last.end, at)
        found.append(
            Concerned(
                consent=last.said,
                withdrawn=last.end,
                reason=ending[-1].reason if ending else None,
                state=state,
                shown=shown,
                case=case,
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.withdrawn.timestamp(), each.consent.entry)))


def _state(register: Known, consent: Consent, withdrawn: datetime, at: datetime) -> tuple[PostState, Text, str | None]:
    cases = [
        case
        for case in (register.evidence.removals if register.evidence is not None else ())
        if _same(case.permalink, consent.permalink)
    ]
    for case in cases:
        if (down := _down(case, at)) is not None:
            when = swedish_time(down)
            return PostState.DOWN, Text(f"{case.entry}: borta {when}", f"{case.entry}: gone at {when}"), case.entry
    day = withdrawn.astimezone(SWEDEN).date()
    for said in register.holding(Attestation, at, duty=CONSENT):
        if said.about is not None and _same(said.about, consent.permalink) and said.day >= day:
            told = Text(f"intygat av {said.person} {said.day}", f"attested by {said.person} on {said.day}")
            return PostState.DOWN, told, None
    if cases:
        return PostState.IN_CASE, Text(f"{cases[-1].entry} är öppet", f"{cases[-1].entry} is open"), cases[-1].entry
    return PostState.REMAINS, Text("inget ärende", "no case"), None


def _down(case: RemovalCase, at: datetime) -> datetime | None:
    """Return when a case says that its item was taken down, or was seen to be gone."""
    return min((moment for moment in (case.removed, case.absent) if moment is not None and moment <= at), default=None)


def _same(one: str, other: str) -> bool:
    try:
        return address.canonical(one) == address.canonical(other)
    except ValueError:  # not every key of an item is an address
        return one == other
