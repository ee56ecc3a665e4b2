"""E-ARK SIP's requirements of a METS document, by id, as data: who, by which agreement, in which formats."""

from register.language import Text
from sip.rule import Level, Rule, may, must, of_files, since_2_2

_HEADER = "/m:mets/m:metsHdr"
_CREATOR = f"{_HEADER}/m:agent[@ROLE='CREATOR'][not(@OTHERTYPE='SOFTWARE')]"
_SUBMITTERS = "m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"
_SENDER = f"{_CREATOR}[@TYPE='ORGANIZATION']"
_PERSON = f"{_CREATOR}[@TYPE='INDIVIDUAL']"
_ORIGIN = f"{_HEADER}/m:agent[@ROLE='ARCHIVIST'][not(@OTHERTYPE='SOFTWARE')]"
_KEEPER = f"{_HEADER}/m:agent[@ROLE='PRESERVATION']"
_FILE = "/m:mets/m:fileSec//m:file"
_STATUSES = " NEW SUPPLEMENT REPLACEMENT TEST VERSION DELETE OTHER "
_CODE = "@csip:NOTETYPE='IDENTIFICATIONCODE'"
_NAMED = "normalize-space(m:name)"


def _coded(identifier: str, who_sv: str, who_en: str, agent: str) -> Rule:
    says = Text(f"{who_sv} anteckning ska vara en IDENTIFICATIONCODE.", f"{who_en} note must be an IDENTIFICATIONCODE.")
    return must(identifier, says, f"{agent}/m:note", _CODE)


def _named(identifier: str, who_sv: str, who_en: str, agent: str) -> Rule:
    """Return the rule that an agent has a name: permitted in 2.1.0, demanded in 2.2.0."""
    says = Text(f"{who_sv} ska ha ett namn (2.1.0: får).", f"{who_en} must have a name (2.1.0: may).")
    return since_2_2(may(identifier, says, agent, _NAMED), Level.MUST)


def _stated(identifier: str, of: str, only_once: bool) -> Rule:
    once = f"count(../m:altRecordID[@TYPE='{of}'])=1 and " if only_once else ""
    says = Text(f"altRecordID {of} bör inte vara tom{' och bara finnas en gång' if only_once else ''}.",
                f"altRecordID {of} should not be empty{' and occur once only' if only_once else ''}.")  # fmt: skip
    return may(identifier, says, f"{_HEADER}/m:altRecordID[@TYPE='{of}']", f"{once}normalize-space()")


HEADER_RULES: tuple[Rule, ...] = (
    may("SIP1", Text("LABEL bör inte vara tom.", "LABEL should not be empty."),
        "/m:mets[@LABEL]", "normalize-space(@LABEL)"),
    must("SIP2", Text("PROFILE ska vara E-ARK:s SIP-profil.", "PROFILE must be the SIP profile of E-ARK."),
         "/m:mets", "starts-with(@PROFILE,'https://earksip.dilcis.eu/profile/E-ARK-SIP')"),
    may("SIP3", Text("RECORDSTATUS bör vara ett av E-ARK:s värden.", "RECORDSTATUS should be one of E-ARK's values."),
        f"{_HEADER}[@RECORDSTATUS]", f"contains('{_STATUSES}',concat(' ',@RECORDSTATUS,' '))"),
    must("SIP4", Text("csip:OAISPACKAGETYPE ska vara SIP.", "csip:OAISPACKAGETYPE must be SIP."),
         _HEADER, "@csip:OAISPACKAGETYPE='SIP'"),
    _stated("SIP5", "SUBMISSIONAGREEMENT", True),
    _stated("SIP6", "PREVIOUSSUBMISSIONAGREEMENT", False),
    _stated("SIP7", "REFERENCECODE", True),
    _stated("SIP8", "PREVIOUSREFERENCECODE", False),
    may("SIP9", Text("Det bör finnas högst en arkivbildare.", "There should be one records creator at most."),
        _HEADER, "count(m:agent[@ROLE='ARCHIVIST'][not(@OTHERTYPE='SOFTWARE')])<2"),
    must("SIP11", Text("Arkivbildaren ska vara ORGANIZATION eller INDIVIDUAL.",
                       "The records creator must be ORGANIZATION or INDIVIDUAL."),
         _ORIGIN, "@TYPE='ORGANIZATION' or @TYPE='INDIVIDUAL'"),
    _named("SIP12", "Arkivbildaren", "The records creator", _ORIGIN),
    _coded("SIP14", "Arkivbildarens", "The records creator's", _ORIGIN),
    must("SIP15", Text("Precis en levererande organisation (eller en person) ska anges.",
                       "Exactly one submitting organisation (or one person) must be stated."),
         _HEADER, f"count({_SUBMITTERS})=1 or "
         f"(count({_SUBMITTERS})=0 and count(m:agent[@ROLE='CREATOR'][@TYPE='INDIVIDUAL'])=1)"),
    must("SIP17", Text("Den som levererar ska vara ORGANIZATION eller INDIVIDUAL.",
                       "Who submits must be ORGANIZATION or INDIVIDUAL."),
         _CREATOR, "@TYPE='ORGANIZATION' or @TYPE='INDIVIDUAL'"),
    _named("SIP18", "Den levererande organisationen", "The submitting organisation", _SENDER),
    _coded("SIP20", "Den levererande organisationens", "The submitting organisation's", _SENDER),
    must("SIP24", Text("Kontaktpersonen ska ha ett namn.", "The contact person must have a name."), _PERSON, _NAMED),
    may("SIP25", Text("Kontaktpersonens anteckning bör inte vara tom.",
                      "The contact person's note should not be empty."),
        f"{_PERSON}/m:note", "normalize-space()"),
    may("SIP26", Text("Det bör finnas högst en som bevarar.", "There should be one who preserves at most."),
        _HEADER, "count(m:agent[@ROLE='PRESERVATION'])<2"),
    must("SIP28", Text("Den som bevarar ska vara ORGANIZATION.", "Who preserves must be ORGANIZATION."),
         _KEEPER, "@TYPE='ORGANIZATION'"),
    _named("SIP29", "Den som bevarar", "Who preserves", _KEEPER),
    _coded("SIP31", "Den bevarande organisationens", "The preserving organisation's", _KEEPER),
    *(of_files(may(f"SIP{number}", Text(f"sip:{name} bör inte vara tom.", f"sip:{name} should not be empty."),
        f"{_FILE}[@sip:{name}]", f"normalize-space(@sip:{name})"))
      for number, name in ((32, "FILEFORMATNAME"), (33, "FILEFORMATVERSION"))),
    of_files(may("SIP34", Text("En nyckel bör ange sitt formatregister.", "A key should state its format registry."),
                 f"{_FILE}[@sip:FORMATREGISTRYKEY]", "normalize-space(@sip:FORMATREGISTRY)")),
    of_files(may("SIP35", Text("Ett formatregister bör anges med nyckel.",
                               "A format registry should be stated by key."),
                 f"{_FILE}[@sip:FORMATREGISTRY]", "normalize-space(@sip:FORMATREGISTRYKEY)")),
)  # fmt: skip
