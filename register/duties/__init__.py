"""The 62 duties of the guideline, and what the register can say of each on a day.

What the register keeps is judged by its findings. What captures, cases, packages and the web site keep is not asked
here, and that is said: *ej prövad* is no *uppfylld*. What people keep by conduct and judgement, no program vouches for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from register.attention import findings
from register.attention.finding import Finding
from register.known import Known
from register.language import Text
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.guidelines import Guideline


class Keeper(StrEnum):
    """By what a duty is kept."""

    REGISTER = "register"
    CAPTURES = "captures"
    SITE = "site"
    PEOPLE = "people"


class State(StrEnum):
    """How it is with a duty."""

    MET = "uppfylld"
    DUE = "att göra"
    OVERDUE = "försenad"
    NOT_APPLICABLE = "ej tillämplig"
    BY_PEOPLE = "sköts av människor"
    NOT_ASKED = "ej prövad"


class Duty(BaseModel):
    """A duty: its number, what it asks for, how strongly (*ska* or *bör*), who answers for it, by what it is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    strength: str
    who: str
    kept: Keeper
    sv: str
    en: str

    @property
    def asks(self) -> Text:
        """What it asks for."""
        return Text(self.sv, self.en)


@dataclass(frozen=True, kw_only=True)
class DutyThen:
    """How it was with a duty on a day: its state, why, and the findings that it rests on."""

    duty: Duty
    state: State
    why: Text
    findings: tuple[Finding, ...]


@cache
def duties() -> tuple[Duty, ...]:
    """Return the duties, in the order of the guideline."""
    text = files("register.duties").joinpath("duties.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Duty, ...]).validate_python(yaml.safe_load(text))


def evaluated(register: Known, at: datetime) -> tuple[DutyThen, ...]:
    """Return how it is with each duty at a moment, today's or a past one."""
    found = findings(register, at)
    in_use = any(
        record.status in (ChannelStatus.ACTIVE, ChannelStatus.DORMANT) for record in register.holding(ChannelRecord, at)
    )
    unguided = not register.holding(Guideline, at)
    return tuple(
        _evaluated(duty, [finding for finding in found if finding.duty == duty.number], in_use, unguided, at)
        for duty in duties()
    )


def _evaluated(duty: Duty, found: list[Finding], in_use: bool, unguided: bool, at: datetime) -> DutyThen:
    state, why = _state(duty, found, in_use, at)
    if duty.number in (13, 21) and unguided:
        state, why = (
            State.OVERDUE,
            Text("ingen riktlinje i registret gäller", "no guideline in the register is in force"),
        )
    return DutyThen(duty=duty, state=state, why=why, findings=tuple(found))


def _state(duty: Duty, found: list[Finding], in_use: bool, at: datetime) -> tuple[State, Text]:
    if found:
        overdue = any(finding.overdue(at) for finding in found)
        number = len(found)
        return State.OVERDUE if overdue else State.DUE, Text(f"{number} att åtgärda", f"{number} to be mended")
    if duty.kept is Keeper.PEOPLE:
        return State.BY_PEOPLE, Text("omdöme och uppträdande, inte program", "judgement and conduct, not programs")
    if duty.kept is not Keeper.REGISTER:
        return State.NOT_ASKED, _ELSEWHERE[duty.kept]
    if not in_use:
        return State.NOT_APPLICABLE, Text("ingen kanal är i bruk", "no channel is in use")
    return State.MET, Text("registret har inget att anmärka", "the register finds nothing")


_ELSEWHERE = {
    Keeper.CAPTURES: Text(
        "visas av insamlingar, ärenden och paket", "shown by captures, cases of removal and packages"
    ),
    Keeper.SITE: Text("visas av kommunens webbplats", "shown by the municipality's web site"),
}
