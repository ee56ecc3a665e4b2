"""What an extract of the register says: of one channel, at one moment; of nobody more than name and role in service.

It is kept with the run and lies in the package as it stands here, so that program and archive read the same.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from register.language import SWEDEN
from register.model import Appraisal, Restriction

SPECIFICATION = "kanalarkiv-registerutdrag-1.0"


@dataclass(frozen=True, kw_only=True)
class Employee:
    """Somebody, as they are in service: their entry, their name, and as what they are employed."""

    entry: str
    name: str
    title: str | None

    @property
    def told(self) -> str:
        """Return them as a line of a document names them."""
        return self.name if self.title is None else f"{self.name}, {self.title}"


@dataclass(frozen=True, kw_only=True)
class ChannelSaid:
    """The channel's entry. `administration` is the förvaltning's name, `board` its nämnd with its `identity_code`."""

    entry: str
    name: str
    platform: str
    address: str
    status: str
    mode: str
    administration: str
    board: str | None
    identity_code: str | None
    unit: str | None
    purpose: str | None
    goal: str | None
    target_group: str | None
    responsible: Employee | None
    capture_responsible: Employee | None
    capture_source: str | None
    source_system: str | None
    reference_code: str | None
    appraisal: Appraisal | None
    appraisal_decision: str | None
    restriction: Restriction | None
    restriction_note: str | None
    information_class: str | None
    case_number: str | None


@dataclass(frozen=True, kw_only=True)
class DecisionSaid:
    """A decision on the channel, in force from `start` to before `end` (UTC); `consulted` tells of the *samråd*."""

    version: int
    kind: str
    reference: str
    decided: date
    decided_by: str
    delegation: str | None
    platform: str | None
    person: Employee | None
    consulted: str | None
    consulted_on: date | None
    consulted_outcome: str | None
    start: datetime
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class MandateSaid:
    """A mandate (*uppdrag*) that a manager gave, in force from `start` to before `end` (UTC)."""

    version: int
    capacity: str
    decided_by: Employee
    decided: date
    reference: str | None
    as_employee: bool
    start: datetime
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class AuthorisedSaid:
    """Somebody with a mandate; `employed` and `appointment` tell whether they were authorised in full."""

    person: Employee
    employed: bool
    mandate: MandateSaid
    appointment: DecisionSaid | None
    stands_in_for: tuple[Employee, ...]


@dataclass(frozen=True, kw_only=True)
class GuidelineSaid:
    """The edition of a guideline that held."""

    name: str
    edition: str
    reference: str | None
    adopted_by: str
    adopted: date


@dataclass(frozen=True, kw_only=True)
class CaseSaid:
    """A case of removal: its decision and where it is found in the diary. Whose the item was, and its text, are there.

    `grounds` are the codes of the guideline's grounds, `outcome` what was decided; `closed`: nothing remains.
    """

    entry: str
    kind: str
    outcome: str | None
    measure: str | None
    grounds: str | None
    decision: str | None
    decided: date | None
    decided_by: str | None
    diary_number: str | None
    collecting_case: str | None
    number: int | None
    removed: datetime | None
    closed: bool


@dataclass(frozen=True, kw_only=True)
class VanishedSaid:
    """An item that one capture had and a later one did not, and that nobody accounted for (*oförklarat borttaget*).

    `own`: the channel itself had written it. `earlier` is the run, and so the package, that has it: there the SHA-256
    of its text finds it. `seen` and `missed` (UTC) are when it was last there and first not.
    """

    entry: str
    what: str
    kind: str
    own: bool
    text_sha256: str
    earlier: str
    later: str
    seen: datetime
    missed: datetime


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the capture rested on: who made it, by which mandate and decisions, and which guideline then held.

    `mode` is *assisterad* or *automatisk*.
    """

    person: Employee
    mode: str
    mandate: MandateSaid
    opening: DecisionSaid
    permission: DecisionSaid | None
    guideline: str | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """That the register and the settings file say different things of the channel.

    `field` is the register's heading, `key` the place in the file. `register_holds` tells which of them the package
    follows.
    """

    field: str
    register: str
    settings: str
    key: str
    register_holds: bool = True


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What the register said of a channel at a moment (`at`, UTC), and what the capture of `address` rested on.

    `channel` is None if the register no longer had it then. `specification` names what it is written by.
    """

    at: datetime
    address: str
    channel: ChannelSaid | None
    ground: Ground
    authorised: tuple[AuthorisedSaid, ...]
    decisions: tuple[DecisionSaid, ...]
    guidelines: tuple[GuidelineSaid, ...]
    cases: tuple[CaseSaid, ...]
    vanished: tuple[VanishedSaid, ...]
    differences: tuple[Difference, ...] = ()
    specification: str = SPECIFICATION


def last_day(end: datetime | None) -> date | None:
    """Return the last Swedish day of a time that ends before `end`; None where it has no end."""
    return None if end is None else (end - timedelta(microseconds=1)).astimezone(SWEDEN).date()
