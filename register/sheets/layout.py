"""The sheets of the register: one a table, with the columns that a person fills in. `docs/registret.md` says them too.

A row says that something is so from one day to another. What names its entry is `key`: the first column, or, where the
thing has no name of its own, the fields that tell it from others.
"""

from dataclasses import dataclass
from typing import Any

from register.model import Appraisal, Restriction
from register.sheets.columns import DAY, FROM, LAST, MAIL, NUMBER, TEXT, TO, YES_NO, Column, Kind, choice
from register.store.attestations import Attestation
from register.store.cases import AgeBracket, Consent
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus, WatchDays
from register.store.custody import Custody
from register.store.decisions import DisposalDecision
from register.store.guidelines import Acknowledgement, Guideline
from register.store.history import Versioned
from register.store.holds import Hold
from register.store.mandates import Capacity, Mandate, Substitute
from register.store.organisation import Administration, Person, Role, RoleHeld

ENTRY = "entry"
VALID_FROM = Column(heading="gäller från", attribute="valid_from", kind=FROM, says="annars från i dag")
VALID_TO = Column(heading="gäller till och med", attribute="valid_to", kind=TO, says="annars tills vidare")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet: the name of its file, its table, its columns, and which of them name the entry."""

    name: str
    table: type[Versioned]
    columns: tuple[Column, ...]
    key: tuple[str, ...] = (ENTRY,)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns with those of the time, as they stand in a file."""
        return (*self.columns, VALID_FROM, VALID_TO)

    def entry_of(self, fields: dict[str, Any]) -> str:
        """Return the name of the entry that a row with these fields speaks of."""
        return " / ".join(str(fields[name]) for name in self.key if fields.get(name) is not None)


def _must(heading: str, attribute: str, says: str, kind: Kind = TEXT) -> Column:
    return Column(heading=heading, attribute=attribute, kind=kind, says=says, required=True)


def _may(heading: str, attribute: str, says: str, kind: Kind = TEXT) -> Column:
    return Column(heading=heading, attribute=attribute, kind=kind, says=says)


SHEETS = (
    Sheet(
        name="forvaltningar",
        table=Administration,
        columns=(
            _must("förvaltning", ENTRY, "kortnamn, som bou"),
            _must("namn", "name", "hela namnet"),
            _may("nämnd", "board", "nämnden, som är arkivbildare"),
            _may("identitetskod", "identity_code", "ORG:212000-0000"),
            _may("e-postdomäner", "email_domains", "med mellanslag mellan; annan e-post anmärks"),
        ),
    ),
    Sheet(
        name="personer",
        table=Person,
        columns=(
            _must("person", ENTRY, "kortnamn, helst kontonamnet, som anna.ek"),
            _must("namn", "name", "för- och efternamn"),
            _may("e-post", "email", "i tjänsten", MAIL),
            _may("titel", "title", "befattning"),
            _may("förvaltning", "administration", "kortnamn"),
        ),
    ),
    Sheet(
        name="roller",
        table=RoleHeld,
        key=("role", "administration", "person"),
        columns=(
            _must("roll", "role", "riktlinjens roller", choice(Role)),
            _must("person", "person", "kortnamn"),
            _may("förvaltning", "administration", "kortnamn; annars hela kommunen"),
        ),
    ),
    Sheet(
        name="kanaler",
        table=ChannelRecord,
        columns=(
            _must("kanal", ENTRY, "kortnamn, som facebook-kommunen"),
            _must("namn", "name", "som den heter för besökaren"),
            _must("plattform", "platform", "facebook, instagram ..."),
            _must("adress", "address", "med https:// först"),
            _must("förvaltning", "administration", "kortnamn"),
            _must("status", "status", "aktiv kräver beslut om öppning med samråd", choice(ChannelStatus)),
            _may("enhet", "unit", "del av förvaltningen"),
            _may("syfte", "purpose", "varför kanalen finns"),
            _may("mål", "goal", "vad den ska uppnå"),
            _may("målgrupp", "target_group", "vem den är till för"),
            _may("dagligt ansvarig", "responsible", "person: den som har det dagliga ansvaret"),
            _may("dokumenteras av", "capture_responsible", "person som ser till att kanalen dokumenteras"),
            _may("dokumenteras enligt", "capture_source", "handlingen som säger vem"),
            _may("läge", "mode", "hur den dokumenteras; annars assisterad", choice(CaptureMode)),
            _may("kontots e-post", "account_email", "adressen som kontot återställs med", MAIL),
            _may("senaste aktivitet", "last_activity", "senast något publicerades, om ingen insamling visar det", DAY),
            _may("källsystem", "source_system", "till paketet"),
            _may("referenskod", "reference_code", "till paketet"),
            _may("gallring", "appraisal", "till paketet", choice(Appraisal)),
            _may("gallringsbeslut", "appraisal_decision", "till paketet"),
            _may("skydd", "restriction", "till paketet", choice(Restriction)),
            _may("skydd, kommentar", "restriction_note", "till paketet"),
            _may("informationsklass", "information_class", "till paketet"),
            _may("diarienummer", "case_number", "ärendet som samlar leveranserna"),
            _may("tillsynsdagar", "watch_days", "när uppsikt hålls; annars alla dagar", choice(WatchDays)),
        ),
    ),
    Sheet(
        name="beslut",
        table=ChannelDecision,
        key=("kind", "channel", "platform", "person", "reference"),
        columns=(
            _must("slag", "kind", "vad som beslutas", choice(DecisionKind)),
            _must("beteckning", "reference", "diarienummer eller paragraf"),
            _must("beslutat", "decided", "dagen", DAY),
            _must("beslutat av", "decided_by", "vem, och som vad"),
            _may("kanal", "channel", "kortnamn; ett tillstånd kan i stället gälla en plattform"),
            _may("plattform", "platform", "som tillståndet gäller"),
            _may("person", "person", "kortnamn: den som utses"),
            _may("delegation", "delegation", "punkten i delegationsordningen"),
            _may("samråd med", "consulted", "vem på administrations- och kommunikationsenheten"),
            _may("samråd den", "consulted_on", "dagen", DAY),
            _may("samråd, utfall", "consulted_outcome", "vad enheten sade"),
            _may("chef informerad", "manager_informed", "dagen, vid stängning", DAY),
            _may("kommunikationschef informerad", "communication_informed", "dagen, vid stängning", DAY),
        ),
    ),
    Sheet(
        name="gallringsbeslut",
        table=DisposalDecision,
        columns=(
            _must("gallringsbeslut", ENTRY, "kortnamn"),
            _must("handlingstyp", "record_type", "som i dokumenthanteringsplanen"),
            _must("gallringsfrist, dagar", "retention_days", "efter e-arkivets kvitto", NUMBER),
            _must("beslutat av", "decided_by", "vem"),
            _must("beteckning", "reference", "diarienummer eller paragraf"),
        ),
    ),
    Sheet(
        name="uppdrag",
        table=Mandate,
        key=("person", "channel", "capacity"),
        columns=(
            _must("person", "person", "kortnamn"),
            _must("kanal", "channel", "kortnamn"),
            _must("behörighet", "capacity", "vad personen får göra", choice(Capacity)),
            _must("beslutat av", "decided_by", "chefens kortnamn"),
            _must("beslutat", "decided", "dagen", DAY),
            _may("beteckning", "reference", "diarienummer"),
            _may("som tjänsteperson", "as_employee", "om beslutet säger det", YES_NO),
            _may("verktyg", "equipped", "om chefen har gett verktygen", YES_NO),
        ),
    ),
    Sheet(
        name="ersattare",
        table=Substitute,
        key=("channel", "stands_in_for", "person"),
        columns=(
            _must("kanal", "channel", "kortnamn"),
            _must("ersättare", "person", "kortnamn"),
            _must("ersätter", "stands_in_for", "kortnamn: den som har det dagliga ansvaret"),
        ),
    ),
    Sheet(
        name="inloggningar",
        table=Custody,
        key=("channel", "what"),
        columns=(
            _must("kanal", "channel", "kortnamn"),
            _must("vad", "what", "vilken inloggning, som sidans administratörskonto"),
            _must("förvaras", "place", "var. Aldrig lösenordet: det avvisas"),
            _may("förvaras av", "keeper", "kortnamn"),
            _may("bekräftat av", "confirmed_by", "kortnamn"),
            _may("bekräftat", "confirmed", "dagen; varje halvår", DAY),
        ),
    ),
    Sheet(
        name="riktlinjer",
        table=Guideline,
        columns=(
            _must("riktlinje", ENTRY, "kortnamn, samma i alla versioner"),
            _must("namn", "name", "hela namnet"),
            _must("version", "edition", "som KS 2020-05-25 § 94"),
            _must("antagen av", "adopted_by", "vem"),
            _must("antagen", "adopted", "dagen", DAY),
            _may("diarienummer", "reference", ""),
            _may("dokumentansvarig", "responsible", "kortnamn"),
            _may("ses över", "review", "dagen", DAY),
        ),
    ),
    Sheet(
        name="kvittenser",
        table=Acknowledgement,
        key=("person", "guideline", "edition"),
        columns=(
            _must("person", "person", "kortnamn"),
            _must("riktlinje", "guideline", "kortnamn"),
            _must("version", "edition", "den som lästes"),
            _must("kvitterat", "acknowledged", "dagen", DAY),
        ),
    ),
    Sheet(
        name="gallringsstopp",
        table=Hold,
        columns=(
            _must("gallringsstopp", ENTRY, "kortnamn"),
            _must("grund", "ground", "begäran och dess diarienummer"),
            _may("kanal", "channel", "kanalens adress; annars alla"),
            _may("objekt", "item", "permalänk till ett inlägg eller en kommentar"),
            _may("avser från", "covers_from", "handlingar från den dagen", FROM),
            _may("avser till och med", "covers_to", "till och med den dagen", LAST),
            _may("diarienummer", "diary_number", "begäran om allmän handling, om en sådan satte stoppet"),
        ),
    ),
    Sheet(
        name="samtycken",
        table=Consent,
        key=("reference", "permalink"),
        columns=(
            _must("beteckning", "reference", "var blanketten finns; aldrig namnet"),
            _must("kanal", "channel", "kortnamn"),
            _must("inlägg", "permalink", "permalänk"),
            _must("ålder", "age", "på den avbildade", choice(AgeBracket)),
            _may("vårdnadshavare", "guardian", "har samtyckt; krävs under 13 år", YES_NO),
            _may("omfattning", "scope", "vad samtycket gäller"),
        ),
    ),
    Sheet(
        name="intyg",
        table=Attestation,
        key=("duty", "channel", "administration", "about", "day", "person"),
        columns=(
            _must("plikt", "duty", "numret i riktlinjen, 1 till 62", NUMBER),
            _must("intygat", "day", "dagen", DAY),
            _must("intygat av", "person", "kortnamn"),
            _may("kanal", "channel", "kortnamn; annars förvaltningen, eller hela kommunen"),
            _may("förvaltning", "administration", "kortnamn; annars hela kommunen"),
            _may("vad", "about", "vad särskilt, som en permalänk"),
            _may("underlag", "reference", "handlingen som visar det"),
            _may("anteckning", "note", "vad som gjordes"),
        ),
    ),
)
"""In the order that they are written: what others refer to stands first."""

BY_NAME = {sheet.name: sheet for sheet in SHEETS}
