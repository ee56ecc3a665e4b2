"""A channel in the register: where it is, in which mode it may be captured, and by whose decision.

Platforms' terms forbid automated collection without their permission, and comments are personal data: so *automatisk*
needs a decision on record for that platform and channel, one's own blog included. *Assisterad* is the guideline's own
method, an administrator who records their own screen, and needs none.

The keys are the archivist's words; the nouns are English, for they go further than the settings file.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from register import address
from register.language import Text
from register.terms import ChannelTerms

_SHARED = ("facebook", "instagram", "youtube", "linkedin", "x", "tiktok", "mastodon", "bluesky")
_SHORTEST_PACE = 0.3  # seconds; what a shared platform is spared even where the register would have it faster
_NAMED_BY_QUERY = {"/profile.php": "id"}  # pages of Facebook that have no path of their own


class FaultError(ValueError):
    """A fault in the register, said in both languages."""

    def __init__(self, sv: str, en: str) -> None:
        self.said = Text(sv, en)
        super().__init__(self.said)


def _readable(value: str) -> str:
    try:
        address.canonical(value)
    except ValueError:
        raise FaultError("är ingen webbadress (https:// först)", "is no web address (https:// first)") from None
    return value


_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Mode(StrEnum):
    """How a channel is captured: a person starts and watches, or nobody does."""

    ASSISTED = "assisterad"
    AUTOMATIC = "automatisk"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Permission(_Section):
    """The decision that a channel may be captured with nobody watching."""

    diary_number: str = Field(alias="diarienummer", min_length=1)
    decided: date = Field(alias="datum")
    decided_by: str = Field(alias="beslutsfattare", min_length=1)
    valid_until: date | None = Field(default=None, alias="galler_till")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.decided:
            raise FaultError("galler_till är före datum", "galler_till is before datum")
        return self


class ChannelEntry(ChannelTerms):
    """A channel in the register.

    `platform` is a profile's name or `annan`; `account` is who is to be logged in where `login` says that somebody is;
    `pace` is the least and the most seconds between two steps. `source_system` is the *källsystem* where it is not the
    platform. The rest is what its packages say, where that differs from what all deliveries say.
    """

    name: str = Field(alias="namn", min_length=1)
    platform: Literal[
        "facebook", "instagram", "youtube", "linkedin", "x", "tiktok", "mastodon", "bluesky", "blog", "forum", "isso",
        "annan",
    ] = Field(alias="plattform")  # fmt: skip
    address: Annotated[str, AfterValidator(_readable)] = Field(alias="adress")
    mode: Mode = Field(default=Mode.ASSISTED, alias="lage")
    account: str | None = Field(default=None, alias="konto", min_length=1)
    login: StrictBool = Field(default=False, alias="inloggning")
    pace: tuple[_Seconds, _Seconds] | None = Field(default=None, alias="takt")
    permission: Permission | None = Field(default=None, alias="tillstand")
    source_system: str | None = Field(default=None, alias="kallsystem", min_length=1)

    @model_validator(mode="after")
    def _one_channel_only(self) -> Self:
        """On a platform that others share, the host alone would allow everybody's pages."""
        parts = urlsplit(address.canonical(self.address))
        wanted = _NAMED_BY_QUERY.get(parts.path)
        if self.platform in _SHARED and (parts.path == "/" or (wanted and wanted not in parse_qs(parts.query))):
            raise FaultError(
                f"adressen {self.address} är hela plattformen, inte en kanal",
                f"the address {self.address} is the whole platform, not a channel",
            )
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.account is not None and not self.login:
            raise FaultError("konto kräver inloggning = true", "konto needs inloggning = true")
        if self.pace is not None and self.pace[0] > self.pace[1]:
            raise FaultError("takt ska vara [minst, högst]", "takt is to be [least, most]")
        if self.pace is not None and self.platform in _SHARED and self.pace[0] < _SHORTEST_PACE:
            raise FaultError(
                f"takt får inte vara kortare än {_SHORTEST_PACE} sekunder på {self.platform}",
                f"takt must not be shorter than {_SHORTEST_PACE} seconds on {self.platform}",
            )
        return self

    @property
    def platform_name(self) -> str | None:
        """The platform's name, None where the register has none for it."""
        return None if self.platform == "annan" else self.platform

    def refusal(self, today: date) -> Text | None:
        """Return why the channel may not be captured automatically on `today`, None where it may."""
        if self.mode is not Mode.AUTOMATIC:
            return Text("läget är assisterad", "its mode is assisterad (assisted)")
        decision = self.permission
        if decision is None:
            return Text("beslut saknas i registret", "there is no decision in the register")
        if today < decision.decided:
            return Text(
                f"beslutet {decision.diary_number} gäller först från {decision.decided}",
                f"the decision {decision.diary_number} is in force from {decision.decided} only",
            )
        if decision.valid_until is not None and today > decision.valid_until:
            return Text(
                f"beslutet {decision.diary_number} gällde till {decision.valid_until}",
                f"the decision {decision.diary_number} was in force until {decision.valid_until}",
            )
        return None
