"""What a duty is, and what can be said of one on a day."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from register.attention.finding import Finding
from register.language import Text


class Keeper(StrEnum):
    """By what a duty is kept."""

    REGISTER = "register"
    CAPTURES = "captures"
    SITE = "site"
    PEOPLE = "people"


class State(StrEnum):
    """How it is with a duty."""

    MET = "uppfylld"
    ATTESTED = "intygad"
    DUE = "att göra"
    OVERDUE = "försenad"
    NOT_APPLICABLE = "ej tillämplig"
    BY_PEOPLE = "sköts av människor"
    NOT_ASKED = "ej prövad"


class Scope(StrEnum):
    """What an attestation speaks of: each channel in use, each förvaltning that has one, or the whole municipality."""

    CHANNEL = "kanal"
    ADMINISTRATION = "förvaltning"
    MUNICIPALITY = "kommun"


class Attested(BaseModel):
    """That a duty can be vouched for: of what, and for how long an attestation holds (for ever, if not said)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Scope
    months: int | None = None
    days: int | None = None


class Duty(BaseModel):
    """A duty: its number, what it asks for, how strongly (*ska* or *bör*), who answers for it, by what it is kept.

    `attest`: how it can be vouched for by a person, None if it is shown by something else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    strength: str
    who: str
    kept: Keeper
    sv: str
    en: str
    attest: Attested | None = None

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
