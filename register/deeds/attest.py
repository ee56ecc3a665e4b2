"""That somebody vouches for a duty that no program can see the keeping of, and that they no longer do."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from register.attention.finding import day_of
from register.deeds.refusal import unusable, worded
from register.duties.duty import Duty, Scope, duties
from register.known import Known
from register.language import SWEDEN, Text
from register.rules import record
from register.sheets.layout import BY_NAME
from register.store.attestations import Attestation
from register.store.history import said_of
from register.store.organisation import Person


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """What is vouched for: the fields of `Attestation`."""

    duty: int
    day: date | None = None
    channel: str | None = None
    administration: str | None = None
    about: str | None = None
    reference: str | None = None
    note: str | None = None


def attest(session: Session, register: Known, vouched: Vouched, person: Person, *, at: datetime) -> Attestation:
    """Take down that a person vouches for a duty; the same said again of the same day changes nothing.

    Args:
        session: Of `Store.writing`.
        register: As it is known.
        vouched: What is vouched for; a day that is not given is today.
        person: Who vouches.
        at: Aware; the moment that it is taken down.

    Raises:
        BadInputError: no such duty is attested, it is of something else, or the day has not been.
        NotAllowedError: a name leads nowhere.
    """
    day = vouched.day or day_of(at)
    if day > day_of(at):
        raise unusable(Text(f"{day} har inte varit än.", f"{day} has not been yet."))
    duty = _duty(vouched)
    if register.one(Person, person.entry, datetime.combine(day, time(12), SWEDEN)) is None:
        raise unusable(
            Text(f"{person.name} var inte anställd {day}.", f"{person.name} was not employed on {day}."),
        )
    fields: dict[str, Any] = {
        "duty": duty.number,
        "channel": vouched.channel,
        "administration": vouched.administration,
        "about": vouched.about,
        "day": day,
        "person": person.entry,
    }
    with worded():
        said = Attestation(
            entry=BY_NAME["intyg"].entry_of(fields),
            valid_from=datetime.combine(day, time(), SWEDEN),
            recorded_at=at,
            recorded_by=person.entry,
            reference=vouched.reference,
            note=vouched.note,
            **fields,
        )
    before = said_of(session, Attestation, said.entry, at=at)
    if before is not None and (before.reference, before.note) == (said.reference, said.note):
        return before
    record(session, said)
    return said


def retract(session: Session, entry: str, *, reason: str, at: datetime, by: str) -> Attestation:
    """Take down that an attestation is taken back: it never held.

    Raises:
        BadInputError: there is none of that name, or no reason is given.
    """
    found = said_of(session, Attestation, entry, at=at)
    if found is None:
        raise unusable(
            Text(f"Inget intyg {entry} gäller.", f"No attestation {entry} is in force."),
            Text("Se kanalarkiv register show intyg.", "See kanalarkiv register show intyg."),
        )
    if not reason.strip():
        raise unusable(Text("Att ett intyg tas tillbaka har en orsak.", "That it is taken back has a reason."))
    said = Attestation(
        entry=entry,
        valid_from=found.valid_from,
        recorded_at=at,
        recorded_by=by,
        ended=True,
        reason=reason.strip(),
        duty=found.duty,
        day=found.day,
        person=found.person,
        channel=found.channel,
        administration=found.administration,
        about=found.about,
        reference=found.reference,
        note=found.note,
    )
    session.add(said)
    session.flush()
    return said


def _duty(vouched: Vouched) -> Duty:
    duty = next((duty for duty in duties() if duty.number == vouched.duty), None)
    if duty is None:
        raise unusable(
            Text(f"Plikt {vouched.duty} finns inte.", f"There is no duty {vouched.duty}."),
            Text("Se kanalarkiv duties.", "See kanalarkiv duties."),
        )
    if duty.attest is None:
        raise unusable(
            Text(
                f"Plikt {duty.number} intygas inte: registret, insamlingarna eller ärendena visar den.",
                f"Duty {duty.number} is not attested: the register, the captures or the cases show it.",
            ),
            Text("Se kanalarkiv duties.", "See kanalarkiv duties."),
        )
    narrower = (vouched.channel is not None and duty.attest.of is not Scope.CHANNEL) or (
        vouched.administration is not None and duty.attest.of is Scope.MUNICIPALITY
    )
    if narrower and vouched.about is None:
        raise unusable(
            Text(
                f"Plikt {duty.number} intygas för varje {duty.attest.of.value}, inte för mindre.",
                f"Duty {duty.number} is attested of each {duty.attest.of.value}, not of less.",
            )
        )
    return duty
