"""What something may be removed for: the guideline's grounds, by edition, with the provisions behind them."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from register.errors import BadInputError
from register.language import Text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Law(_Strict):
    """A provision, and whether the guideline names it or we do."""

    provision: str
    by: Literal["guideline", "ours"]


class Ground(_Strict):
    """A ground: its `code` in the guideline's list, what it says, and the provisions behind it."""

    code: str = Field(pattern="^[a-zåäö]$")
    sv: str
    en: str
    law: tuple[Law, ...]

    @property
    def label(self) -> Text:
        """What it says."""
        return Text(self.sv, self.en)

    @property
    def provision(self) -> str | None:
        """The provisions behind it, as one line; None where it has none but the guideline itself."""
        return "; ".join(law.provision for law in self.law) or None


class Edition(_Strict):
    """The grounds of one edition of the guideline, in force from a day."""

    guideline: str
    since: Annotated[date, Field(alias="from")]
    grounds: tuple[Ground, ...]

    def chosen(self, codes: Sequence[str]) -> tuple[Ground, ...]:
        """Return the grounds of these codes, in the guideline's order, each once.

        Raises:
            BadInputError: the edition has no such ground; those that it has are named.
        """
        known = {ground.code: ground for ground in self.grounds}
        unknown = sorted(set(codes) - set(known))
        if unknown:
            listed = "\n".join(f"  {ground.code}) {ground.sv}" for ground in self.grounds)
            listed_en = "\n".join(f"  {ground.code}) {ground.en}" for ground in self.grounds)
            raise BadInputError(
                happened=Text(
                    f"Riktlinjen har ingen grund {', '.join(unknown)}.",
                    f"The guideline has no ground {', '.join(unknown)}.",
                ),
                safe=Text("Inget har ändrats.", "Nothing was changed."),
                next_step=Text(f"Grunderna är:\n{listed}", f"The grounds are:\n{listed_en}"),
            )
        return tuple(ground for ground in self.grounds if ground.code in codes)


class _Lists(_Strict):
    editions: tuple[Edition, ...] = Field(min_length=1)


@cache
def editions() -> tuple[Edition, ...]:
    """Return all editions, the first adopted first."""
    text = files("register.removal").joinpath("grounds.yaml").read_text(encoding="utf-8")
    found = _Lists.model_validate(yaml.safe_load(text)).editions
    return tuple(sorted(found, key=lambda edition: edition.since))


def in_force_on(day: date) -> Edition:
    """Return the edition whose grounds hold on a day; before the first was adopted, the first."""
    held = [edition for edition in editions() if edition.since <= day]
    return held[-1] if held else editions()[0]


def edition_of(guideline: str) -> Edition:
    """Return the edition that a case names.

    Raises:
        KeyError: there is none: the case was written by a program that knew a later one.
    """
    return {edition.guideline: edition for edition in editions()}[guideline]
