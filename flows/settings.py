"""Who answers for the records, and which channels are theirs: `kanalarkiv.toml`, in the archivist's own words.

    [arkivbildare]
    namn = "Exempelkommun, Kommunstyrelsen"
    identitetskod = "ORG:212000-0000"

    [e_arkiv]
    namn = "Exempelkommuns e-arkiv"
    identitetskod = "ORG:212000-0000"
    mapp = "/mnt/e-arkiv/mottagning"         # eller [e_arkiv.s3] eller [e_arkiv.sftp]: se `delivery.targets`

    [leverans]
    organisation = "Exempelkommun"           # levererande organisation; annars arkivbildaren
    identitetskod = "ORG:212000-0000"
    overenskommelse = "KS 2026/123; 2026-01-01"
    formatprofil = "modern"                  # eller "ra-fs-2009-2", eller en egen fil; får utelämnas, liksom resten
    referenskod = "SE/EXK/1"
    gallring = "bevaras"                     # eller "gallras", och då gallringsbeslut
    skydd = "personuppgifter"                # eller "ingen", "sekretess", "sekretess och personuppgifter"
    informationsklass = "K1 R2 T1"
    diarienummer = "KS 2026/9"               # ärendet som samlar leveranserna
    handlingstyp = "Sociala medier"          # vars gallringsbeslut arbetskopiorna följer; utan den sparas de
    informationsagare = { namn = "Kommunstyrelsen", identitetskod = "ORG:212000-0000" }
    kontaktperson = { namn = "Åsa Öberg", kontakt = "arkivet@exempelkommun.se" }

    [register]                               # får utelämnas; annars register.db i arbetsmappen
    databas = "postgresql://kanalarkiv@db.exempel.se/kanalarkiv"

    [sigill]                                 # får utelämnas; sidornas PDF/A förseglas då (PAdES)
    fil = "/etc/kanalarkiv/sigill.p12"       # eller en nyckel i PEM, och då certifikat
    losenord = "nyckelring:kanalarkiv/sigill"

    [[tidsstampel]]                          # får utelämnas; två för säkerhets skull
    namn = "Exempel TSA"
    adress = "https://tsa.exempel.se"
    rot = "/etc/ssl/tsa-rot.pem"             # certifikatet som stämplarna ska gå tillbaka till
    anvandare = "exempelkommun"              # får utelämnas, liksom losenord och policy
    losenord = "miljo:KANALARKIV_TSA"        # var det ligger, aldrig lösenordet självt

    [[kanal]]                                # utan register: bara de kanaler som står här dokumenteras; med ett
                                             # register: bara det som det inte säger (inloggning, konto, takt)
    namn = "Kommunens Facebooksida"
    plattform = "facebook"
    adress = "https://www.facebook.com/exempelkommun"
    lage = "automatisk"                      # annars "assisterad": en människa startar och ser på
    inloggning = true                        # sidan ses av en inloggad
    konto = "Exempelkommun"                  # vem som då ska vara inloggad; får utelämnas
    takt = [2.0, 5.0]                        # sekunder mellan stegen, minst och högst; får utelämnas
    kallsystem = "Facebook"                  # får utelämnas, liksom gallring, skydd ... som leveransen annars säger

    [kanal.tillstand]                        # beslutet som automatisk insamling kräver, om inget register finns
    diarienummer = "KS 2026/456"
    datum = 2026-05-04
    beslutsfattare = "Kommunstyrelsen"
    galler_till = 2027-12-31                 # får utelämnas

    [assisterad]                             # får utelämnas
    webblasare = "edge"                      # eller "chrome" eller "chromium"; annars den första som finns
    profil = "/home/anna/kanalarkiv-profil"  # en egen profilmapp, inte webbläsarens vanliga
    anslut = "http://127.0.0.1:9222"         # en webbläsare som redan är startad; då gäller inte de två ovan

Without the file a capture still runs, and its package says so: RECORDSTATUS is TEST and the creator is *ej angiven*.
Where the register has the channel, its word holds: see `flows.permitting` (who may) and `flows.naming` (what is said).
What stands under [halvar], [paminnelser] and [samtidigt] is told by `flows.schedule_settings`.
"""

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from capture.session.entry import ChannelEntry, FaultError
from capture.session.permit import Permit, find, permit
from delivery.secrets import Block, fetch
from delivery.targets import SecretPlace, Target
from delivery.timestamp import TimeAuthority
from flows.schedule_settings import AtATime, HalfYears, Reminders
from register import address, format_profile
from register.errors import BadInputError
from register.faults import told
from register.format_profile import FormatProfile
from register.language import Text
from register.model import Channel, Organisation, RecordStatus
from register.terms import CODE, Body, DeliveryTerms

if TYPE_CHECKING:
    from capture.pages.seal import Seal

FILE_NAME = "kanalarkiv.toml"
_NOTHING = Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed.")


class _Section(BaseModel):
    # What stood in the file is not repeated: somebody may have written a secret where its place should be said.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Archive(Body, Target):
    """The e-archive: who it is, and the way to it."""


class _Delivery(DeliveryTerms):
    organisation: str | None = None
    identitetskod: str | None = Field(default=None, pattern=CODE)
    overenskommelse: str = Field(min_length=1)
    formatprofil: str = format_profile.DEFAULT
    handlingstyp: str | None = Field(default=None, min_length=1)


def _on_this_machine(value: str) -> str:
    """Whoever reaches the port of a browser is logged in as its owner: it may only be on this machine."""
    try:
        local = address.is_loopback(value)
    except ValueError:
        local = False
    if not local:
        raise FaultError(
            "ska vara en adress på den egna datorn, som http://127.0.0.1:9222",
            "is to be an address on this computer, like http://127.0.0.1:9222",
        )
    return value


class _Attended(_Section):
    webblasare: Literal["edge", "chrome", "chromium"] | None = None
    profil: Path | None = None
    anslut: Annotated[str, AfterValidator(_on_this_machine)] | None = None


class _Register(_Section):
    databas: str | None = Field(default=None, min_length=1)


class _Sealing(_Section):
    fil: Path
    certifikat: Path | None = None
    losenord: SecretPlace | None = None

    def seal(self, block: Block, *, at: datetime) -> "Seal":
        """Return the seal, unlocked, as it holds `at` (UTC).

        Raises:
            BadInputError: it cannot be used, or its password is not where it is said to be.
        """
        from capture.pages.seal import Seal  # noqa: PLC0415 - pyHanko takes a second, and few seal

        password = None if self.losenord is None else fetch(self.losenord, block=block).reveal().encode()
        if self.certifikat is None:
            return Seal.from_pkcs12(self.fil, password, at=at)
        return Seal.from_pem(self.fil, self.certifikat, password, at=at)


class _TimeAuthority(_Section):
    namn: str = Field(min_length=1)
    adress: str = Field(pattern="^https?://")
    rot: Path
    policy: str | None = None
    anvandare: str | None = None
    losenord: SecretPlace | None = None

    def authority(self, block: Block) -> TimeAuthority:
        """Return the time authority, its password fetched.

        Raises:
            BadInputError: it cannot be used as it is described, or its password is not where it is said to be.
        """
        try:
            return TimeAuthority(
                name=self.namn,
                url=self.adress,
                roots=self.rot.read_bytes(),
                policy=self.policy,
                user=self.anvandare,
                password=None if self.losenord is None else fetch(self.losenord, block=block),
            )
        except (OSError, ValueError) as error:
            raise BadInputError(
                happened=Text(
                    f"Tidsstämplingstjänsten {self.namn} går inte att använda: {error}",
                    f"The time authority {self.namn} cannot be used: {error}",
                ),
                safe=_NOTHING,
                next_step=Text("Rätta [[tidsstampel]] i kanalarkiv.toml.", "Mend [[tidsstampel]] in kanalarkiv.toml."),
            ) from error


def _told_apart(entries: tuple[ChannelEntry, ...]) -> tuple[ChannelEntry, ...]:
    told_by = ([entry.name.casefold() for entry in entries], [address.canonical(e.address) for e in entries])
    for word, times in (pair for words in told_by for pair in Counter(words).items()):
        if times > 1:
            raise FaultError(f"{word} står {times} gånger i registret", f"{word} is in the register {times} times")
    return entries


class Settings(_Section):
    """The settings file, checked. Unknown keys are errors."""

    arkivbildare: Body
    e_arkiv: _Archive
    leverans: _Delivery
    kanal: Annotated[tuple[ChannelEntry, ...], AfterValidator(_told_apart)] = ()
    assisterad: _Attended = _Attended()
    database: _Register = Field(default=_Register(), alias="register")
    sigill: _Sealing | None = None
    tidsstampel: tuple[_TimeAuthority, ...] = ()
    halvar: HalfYears = HalfYears()
    paminnelser: Reminders = Reminders()
    samtidigt: AtATime = AtATime()

    def channel(self, *, name: str, platform: str, url: str, entry: ChannelEntry | None = None) -> Channel:
        """Return the channel as these settings answer for it; `entry` is what the register says of it alone."""
        creator = self.arkivbildare.organisation()
        own = entry.reference_code if entry is not None else None
        return Channel(
            name=name,
            platform=platform,
            url=url,
            records_creator=creator,
            submitting=Organisation(
                name=self.leverans.organisation or creator.name,
                identity_code=self.leverans.identitetskod or creator.identity_code,
            ),
            archive=self.e_arkiv.organisation(),
            submission_agreement=self.leverans.overenskommelse,
            reference_code=own or self.leverans.reference_code,
            record_status=RecordStatus.NEW,
            terms=self.leverans.terms(entry, source_system=entry.source_system if entry is not None else None),
        )


def load(path: Path | None) -> Settings | None:
    """Read the settings from `path`, or from `kanalarkiv.toml` in the current folder; None where there is none.

    Raises:
        BadInputError: the named file is not there, is not TOML, or does not say what it must.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.exists():
            return None
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(path, Text(str(error), str(error))) from error
    except ValidationError as error:
        raise _unusable(path, told(error, Settings)) from error


def wanted_of(declared: Settings | None) -> FormatProfile:
    """Return the format profile that these settings name, or the one that holds where nobody says otherwise.

    Raises:
        BadInputError: there is no such profile, or it does not say what it must.
    """
    return format_profile.load(declared.leverans.formatprofil if declared else format_profile.DEFAULT)


def undeclared(*, name: str, platform: str, url: str) -> Channel:
    """Return a channel that nobody has answered for yet; what is packaged of it is marked TEST."""
    nobody = Organisation(name="Ej angiven", identity_code="Local:ej-angiven")
    return Channel(
        name=name,
        platform=platform,
        url=url,
        records_creator=nobody,
        submitting=nobody,
        archive=nobody,
        submission_agreement="Ej angiven",
        reference_code=None,
        record_status=RecordStatus.TEST,
    )


def allowed(declared: Settings | None, url: str, *, today: date, attended: bool = False) -> Permit:
    """Return on what terms these settings allow `url` to be captured, where no register is asked: `flows.permitting`.

    Raises:
        BadInputError: `url` is no web address.
        NotAllowedError: it is not in them, or it would be captured automatically without a decision in force.
    """
    return permit(declared.kanal if declared else None, url, today=today, attended=attended)


def registered(declared: Settings | None, word: str) -> ChannelEntry:
    """Return the `[[kanal]]` that `word` names: its name or its address.

    Raises:
        BadInputError: there is none, or no such channel.
    """
    return find(declared.kanal if declared else (), word)


def named(declared: Settings | None, word: str) -> ChannelEntry | None:
    """Return the `[[kanal]]` whose name `word` is, None where there is none."""
    bearing = (entry for entry in (declared.kanal if declared else ()) if entry.name.casefold() == word.casefold())
    return next(bearing, None)


def covering(declared: Settings | None, url: str) -> ChannelEntry | None:
    """Return the `[[kanal]]` that `url` is or lies below, the nearest one; None where there is none."""
    found = [entry for entry in (declared.kanal if declared else ()) if address.covers(entry.address, url)]
    return max(found, key=lambda entry: len(address.canonical(entry.address)), default=None)


def _unusable(path: Path, why: Text) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"Inställningsfilen {path} går inte att använda: {why.sv}", f"Unusable settings in {path}: {why.en}"
        ),
        safe=_NOTHING,
        next_step=Text("Rätta filen och kör igen.", "Correct the file and run again."),
    )
