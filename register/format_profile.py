"""The archivist's format profile: what one e-archive wants of packages, pages and films, in one TOML file.

    namn = "modern"
    beskrivning = "..."

    [paket]                                  # profil, kontrollsumma, filnamn, webbarkiv
    [sidor]                                  # pdfa, bilder
    [film]                                   # format, mellanled
    [leverans]                               # overenskommelse, avtalsform; får utelämnas, då gäller kanalarkiv.toml

    [[agent]]                                # hur många som helst, eller ingen
    roll = "informationsagare"               # producent, avsandare, konsult, kontaktperson
    namn = "Exempelkommun, Kommunstyrelsen"
    identitetskod = "ORG:212000-0000"        # för en kontaktperson i stället kontakt = "0123-45 67 89"

Two are part of the program (`register/format_profiles/`): `modern`, which holds where nobody says otherwise, and
`ra-fs-2009-2`. Unknown keys are errors.
"""

import tomllib
from dataclasses import replace
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from register.errors import BadInputError
from register.faults import nearest, told
from register.language import Text
from register.model import AgreementForm, Channel, Contact, Organisation
from register.terms import CODE

SHIPPED = ("modern", "ra-fs-2009-2")
DEFAULT = SHIPPED[0]


class PackageKind(StrEnum):
    """Which rules a package follows; `packaging/sip/profiles/` has a file for each."""

    FGS_2_0 = "fgs-2.0"
    E_ARK_2_2_0 = "e-ark-2.2.0"
    FGS_1_2 = "fgs-1.2"
    RIKSARKIVET = "riksarkivet"


class Checksum(StrEnum):
    """The algorithm of every checksum in a package, as METS and PREMIS write it."""

    SHA_256 = "SHA-256"
    SHA_512 = "SHA-512"


class NameRule(StrEnum):
    """What a file may be called in a package; always in A-Z, a-z, 0-9, `_` and `-`."""

    ONE_EXTENSION = "en-andelse"  # precisely one dot, as ESSArch's default demands
    EXTENSIONS = "flera-andelser"


class PictureMode(StrEnum):
    """How exact the pictures in the pages are; named as `capture.pages.Pictures`."""

    MIX = "blandade"
    LOSSLESS = "exakta"


class FilmFormat(StrEnum):
    """Which films are delivered; named as `capture.recording.Film`."""

    MP4 = "mp4"
    MKV = "mkv"
    BOTH = "bada"


class FilmMaster(StrEnum):
    """What films are made from; named as `capture.recording.Master`."""

    FFV1 = "ffv1"
    FRAMES = "bildrutor"


class Role(StrEnum):
    """What an agent is to a delivery, beside who the channel's own settings name."""

    INFORMATION_OWNER = "informationsagare"
    PRODUCER = "producent"
    SENDER = "avsandare"
    ADVISER = "konsult"
    CONTACT = "kontaktperson"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackageWishes(_Section):
    """`[paket]`: `webbarkiv` says whether a WACZ goes in where one was made."""

    profil: PackageKind
    kontrollsumma: Checksum = Checksum.SHA_256
    filnamn: NameRule = NameRule.ONE_EXTENSION
    webbarkiv: bool


class PageWishes(_Section):
    """`[sidor]`."""

    pdfa: Literal["1a", "1b", "2a", "2u", "3a"]
    bilder: PictureMode = PictureMode.MIX


class FilmWishes(_Section):
    """`[film]`."""

    format: FilmFormat
    mellanled: FilmMaster = FilmMaster.FFV1

    @model_validator(mode="after")
    def _can_be_made(self) -> "FilmWishes":
        if self.format is not FilmFormat.MP4 and self.mellanled is not FilmMaster.FFV1:
            raise ValueError(
                Text(
                    f'format = "{self.format}" är den förlustfria filmen: då måste mellanled vara "ffv1"',
                    f'format = "{self.format}" is the lossless film: mellanled must then be "ffv1"',
                )
            )
        return self


class DeliveryWishes(_Section):
    """`[leverans]`."""

    overenskommelse: str | None = Field(default=None, min_length=1)
    avtalsform: AgreementForm | None = None


class AgentWish(_Section):
    """One `[[agent]]`."""

    roll: Role
    namn: str = Field(min_length=1)
    identitetskod: str | None = Field(default=None, pattern=CODE)
    kontakt: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _is_told_apart(self) -> "AgentWish":
        is_person = self.roll is Role.CONTACT
        needed, other = ("kontakt", "identitetskod") if is_person else ("identitetskod", "kontakt")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise ValueError(
                Text(
                    f"en agent med roll = {self.roll.value} ska ha {needed} och inte {other}",
                    f"an agent with roll = {self.roll.value} is to have {needed} and not {other}",
                )
            )
        return self


class FormatProfile(_Section):
    """A format profile, checked."""

    namn: str = Field(min_length=1)
    beskrivning: str = ""
    paket: PackageWishes
    sidor: PageWishes
    film: FilmWishes
    leverans: DeliveryWishes = DeliveryWishes()
    agent: tuple[AgentWish, ...] = ()

    @model_validator(mode="after")
    def _one_agent_a_role(self) -> "FormatProfile":
        roles = [each.roll for each in self.agent]
        for role in sorted({role for role in roles if roles.count(role) > 1}):
            raise ValueError(Text(f"agent: {role.value} anges flera gånger", f"agent: {role.value} more than once"))
        return self

    def applied(self, channel: Channel) -> Channel:
        """Return `channel` with the agreement and the agents that this profile names; it wins over what was said."""
        named = {each.roll: Organisation(name=each.namn, identity_code=each.identitetskod) for each in self.agent
                 if each.identitetskod is not None}  # fmt: skip
        contacts = [Contact(name=each.namn, details=each.kontakt) for each in self.agent if each.kontakt is not None]
        terms = channel.terms
        return replace(
            channel,
            submission_agreement=self.leverans.overenskommelse or channel.submission_agreement,
            terms=replace(
                terms,
                agreement_form=self.leverans.avtalsform or terms.agreement_form,
                information_owner=named.get(Role.INFORMATION_OWNER, terms.information_owner),
                producer=named.get(Role.PRODUCER, terms.producer),
                sender=named.get(Role.SENDER, terms.sender),
                adviser=named.get(Role.ADVISER, terms.adviser),
                contact=contacts[0] if contacts else terms.contact,
            ),
        )


def load(name: str = DEFAULT) -> FormatProfile:
    """Read a format profile.

    Args:
        name: One of `SHIPPED`, or the path of a TOML file.

    Raises:
        BadInputError: There is no such profile, the file is not TOML, or it does not say what it must.
    """
    try:
        return FormatProfile.model_validate(tomllib.loads(_text(name)))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(name, Text(str(error), str(error))) from error
    except ValidationError as error:
        raise _unusable(name, told(error, FormatProfile)) from error


def _text(name: str) -> str:
    if name in SHIPPED:
        return (files("register") / "format_profiles" / f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name)
    if not path.exists() and path.suffix != ".toml":
        meant = nearest(name, list(SHIPPED))
        raise _unusable(name, Text(f"finns inte; {meant.sv}", f"there is no such profile; {meant.en}"))
    return path.read_text(encoding="utf-8")


def _unusable(name: str, why: Text) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"Formatprofilen {name} går inte att använda: {why.sv}", f"Unusable format profile {name}: {why.en}"
        ),
        safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
        next_step=Text("Rätta filen och kör igen.", "Correct the file and run again."),
    )
