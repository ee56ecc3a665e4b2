"""What a finding is: something that is not as the guideline wants it, who answers for that, and by when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from register.known import Known, Segment
from register.language import SWEDEN, Text
from register.store.channels import ChannelRecord
from register.store.history import Versioned
from register.store.organisation import Person, Role, RoleHeld

GRACE = timedelta(days=30)
"""How long a finding that nothing else dates has to be mended, from when it arose."""


class FindingKind(StrEnum):
    """What a finding is about."""

    UNOPENED = "öppnad-utan-beslut"
    WITHOUT_CONSULTATION = "öppnad-utan-samråd"
    NOBODY_AUTHORISED = "ingen-behörig"
    FEW_ADMINISTRATORS = "färre-än-två-administratörer"
    WITHOUT_APPOINTMENT = "uppdrag-utan-utseende"
    NOT_AS_EMPLOYEE = "uppdrag-säger-inte-tjänsteperson"
    PERSON_LEFT = "uppdrag-för-någon-som-slutat"
    NO_RESPONSIBLE = "dagligt-ansvarig-saknas"
    NOBODY_DOCUMENTS = "ingen-ansvarar-för-dokumentation"
    NO_SUBSTITUTE = "ersättare-saknas"
    SUBSTITUTE_WITHOUT_MANDATE = "ersättare-utan-uppdrag"
    MANDATE_EXPIRES = "uppdrag-löper-ut"
    PERMISSION_EXPIRES = "tillstånd-löper-ut"
    PERSONAL_EMAIL = "personlig-e-post"
    CUSTODY = "inloggning-obekräftad"
    INACTIVE = "inaktiv-kanal"
    CLOSURE_NOT_TOLD = "stängning-ej-meddelad"
    NOT_ACKNOWLEDGED = "riktlinje-okvitterad"
    GUIDELINE_REVIEW = "riktlinje-ska-ses-över"
    WATCH_GAP = "uppsikt-saknas"
    MESSAGES = "meddelanden-obekräftade"
    CAPTURE_DUE = "insamling-ska-göras"
    CAPTURE_INCOMPLETE = "insamling-ofullständig"
    PERIOD_GAP = "lucka-i-perioden"
    PACKAGE_REJECTED = "paket-avvisat"
    CLOSED_UNPRESERVED = "avslutad-utan-bevarande"
    LIST_UNCHECKED = "förteckning-ej-prövad"
    LIST_DRIFT = "förteckning-avviker"
    LIST_AFTER_CLOSURE = "förteckning-efter-avslut"
    CONSENT_WITHDRAWN = "samtycke-återkallat"
    REMOVAL_WAITS = "borttagning-väntar"
    REMOVAL_UNDECIDED = "borttagning-utan-beslut"
    REMOVAL_UNGROUNDED = "borttagning-utan-grund"
    REMOVAL_UNSAVED = "borttagning-osparad"
    REMOVAL_UNREGISTERED = "borttagning-odiarieförd"
    REMOVAL_UNPRINTED = "borttagning-ej-på-papper"
    REMOVAL_UNCOLLECTED = "borttagning-utan-samlingsärende"
    REMOVAL_STILL_THERE = "borttagning-kvar"
    REMOVAL_UNSEEN = "borttagning-ej-eftersökt"
    UNEXPLAINED_REMOVAL = "oförklarat-borttagande"
    COMPARISON_OPEN = "jämförelse-oavgjord"
    UNANSWERED = "frågor-obesvarade"


@dataclass(frozen=True, kw_only=True)
class Responsible:
    """Who answers for that a finding is mended: `people`, as holders of `role`; empty if nobody holds it."""

    role: str
    people: tuple[Person, ...]

    @property
    def told(self) -> Text:
        """Who it is, as a person reads it."""
        if self.people:
            names = ", ".join(f"{person.name} ({self.role})" for person in self.people)
            return Text(names, names)
        return Text(f"ingen är {self.role} i registret", f"nobody is {self.role} in the register")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to mend. `since` is when it became so (UTC), `due` the last Swedish day to mend it.

    `duty` is the number of the duty in the guideline. `channel` and `person` are their entries, where it concerns one.
    """

    kind: FindingKind
    said: Text
    responsible: Responsible
    since: datetime
    due: date
    duty: int
    channel: str | None = None
    person: str | None = None

    def overdue(self, at: datetime) -> bool:
        """Return whether the day has gone."""
        return self.due < day_of(at)


def day_of(at: datetime) -> date:
    """Return the day that it was in Sweden."""
    return at.astimezone(SWEDEN).date()


def last_day(end: datetime) -> date:
    """Return the last whole Swedish day, or part of one, before `end`."""
    return day_of(end - timedelta(microseconds=1))


def since(holds: Callable[[datetime], bool], segments: Iterable[Segment[Versioned]], at: datetime) -> datetime:
    """Return since when `holds` has been true, without a break, up to `at`.

    Args:
        holds: what is true at `at`; between two ends of segments it does not change.
        segments: all that it depends on.
        at: the moment that is asked of.
    """
    ends = {end for segment in segments for end in (segment.start, segment.end) if end is not None and end <= at}
    began = at
    for moment in sorted(ends, reverse=True):
        if not holds(moment):
            break
        began = moment
    return began


def of_channel(register: Known, channel: ChannelRecord, at: datetime, *roles: Role) -> Responsible:
    """Return who answers for a channel: of `roles` the first that somebody holds, in its förvaltning or for all.

    Where nobody holds any, the head of communication answers: they lead and coordinate.
    """
    for role in (*roles, Role.HEAD_OF_COMMUNICATION):
        found = holders(register, role, at, administration=channel.administration)
        if found:
            return Responsible(role=role, people=found)
    return Responsible(role=roles[0], people=())


def holders(register: Known, role: Role, at: datetime, *, administration: str | None) -> tuple[Person, ...]:
    """Return who holds a role at `at`: in a förvaltning, or where nobody does there, in the whole municipality."""
    held = register.holding(RoleHeld, at, role=role)
    for where in (administration, None):
        people = [register.one(Person, said.person, at) for said in held if said.administration == where]
        found = tuple(sorted((person for person in people if person is not None), key=lambda person: person.name))
        if found:
            return found
    return ()
