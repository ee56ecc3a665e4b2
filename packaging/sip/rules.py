"""The requirements a package is held against, as data: id, level, our own sentence, and where it can be, the test.

CSIP and SIP ids are those of E-ARK CSIP and SIP 2.1.0; ids that begin with KA are ours, for what those specifications
presuppose without saying it (that an archive can be read, that a reference stays inside). A rule with `each` and
`holds` is tested by XPath: every node that `each` selects must satisfy `holds`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from register.language import Text
from sip.report import Severity


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"

    @property
    def severity(self) -> Severity:
        """How grave it is to break a requirement of this level."""
        return {Level.MUST: Severity.ERROR, Level.SHOULD: Severity.WARNING, Level.MAY: Severity.NOTE}[self]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One requirement. `package_only`: it does not hold for the METS of a representation."""

    id: str
    level: Level
    says: Text
    each: str | None = None
    holds: str | None = None
    package_only: bool = False


def _must(identifier: str, says: Text, each: str | None = None, holds: str | None = None) -> Rule:
    return Rule(id=identifier, level=Level.MUST, says=says, each=each, holds=holds)


def _should(identifier: str, says: Text, each: str | None = None, holds: str | None = None) -> Rule:
    return Rule(id=identifier, level=Level.SHOULD, says=says, each=each, holds=holds)


def _package(rule: Rule) -> Rule:
    return Rule(id=rule.id, level=rule.level, says=rule.says, each=rule.each, holds=rule.holds, package_only=True)


def _needs(node: str, attribute: str) -> Text:
    return Text(f"{node} ska ha {attribute}.", f"{node} must have {attribute}.")


_SOFTWARE = "m:agent[@ROLE='CREATOR'][@TYPE='OTHER'][@OTHERTYPE='SOFTWARE']"
_SUBMITTER = "m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION' or @TYPE='INDIVIDUAL']"
_HEADER = "/m:mets/m:metsHdr"
_GROUP = "/m:mets/m:fileSec/m:fileGrp"
_CSIP_MAP = "/m:mets/m:structMap[@LABEL='CSIP']"
_POINTING = f"{_CSIP_MAP}/m:div/m:div[starts-with(@LABEL,'Representations/')]"
_FORMS = ("CURRENT", "SUPERSEDED")

CONTAINER_RULES = (
    _must("KA-ARCHIVE", Text("Paketet ska vara en hel, läsbar ZIP-fil eller mapp.",
                             "The package must be a whole, readable ZIP file or folder.")),
    _must("KA-ENCRYPTED", Text("Inget i paketet får vara krypterat.", "Nothing in the package may be encrypted.")),
    _must("KA-ESCAPE", Text("Varje sökväg och hänvisning ska stanna inom paketet.",
                            "Every path and reference must stay inside the package.")),
    _must("KA-LINK", Text("Paketet får bara innehålla filer och mappar, inga länkar.",
                          "The package may hold only files and folders, no links.")),
    _must("KA-DUPLICATE", Text("Varje sökväg får finnas en gång.", "Each path may occur once.")),
    _must("KA-BOMB", Text("Paketet får inte svälla orimligt när det läses.",
                          "The package must not swell beyond reason when read.")),
    _must("KA-XML", Text("XML ska vara välformad, utan DTD, entiteter och orimliga mått.",
                         "XML must be well formed, without DTD, entities and excessive measures.")),
    _must("CSIPSTR1", Text("Allt ska ligga i en enda rotmapp.", "Everything must lie in a single root folder.")),
    _should("CSIPSTR2", Text("Rotmappen bör heta som paketets OBJID.",
                             "The root folder should be called as the package's OBJID.")),
    _must("CSIPSTR4", Text("Rotmappen ska innehålla METS.xml.", "The root folder must hold METS.xml.")),
    _should("CSIPSTR5", Text("Mappen metadata bör finnas.", "The folder metadata should be there.")),
    _should("CSIPSTR6", Text("Mappen metadata/preservation bör finnas.",
                             "The folder metadata/preservation should be there.")),
    _should("CSIPSTR7", Text("Mappen metadata/descriptive bör finnas.",
                             "The folder metadata/descriptive should be there.")),
    _should("CSIPSTR9", Text("Mappen representations bör finnas.", "The folder representations should be there.")),
    _should("CSIPSTR12", Text("Varje representation bör ha en egen METS.xml.",
                              "Each representation should have a METS.xml of its own.")),
    _should("CSIPSTR15", Text("Mappen schemas bör finnas.", "The folder schemas should be there.")),
    _should("CSIPSTR16", Text("Mappen documentation bör finnas.", "The folder documentation should be there.")),
)  # fmt: skip

CONTENT_RULES = (
    _must("KA-METS-XSD", Text("METS ska följa METS 1.12 och DILCIS tillägg.",
                              "METS must follow METS 1.12 and the DILCIS extensions.")),
    _must("KA-PRESENT", Text("Varje fil som METS hänvisar till ska finnas.",
                             "Every file that METS refers to must be there.")),
    _must("KA-SIZE", Text("Filens storlek ska vara den som METS anger.",
                          "The file's size must be the one METS states.")),
    _must("KA-CHECKSUM", Text("Filens kontrollsumma ska vara den som METS anger.",
                              "The file's checksum must be the one METS states.")),
    _must("KA-ORPHAN", Text("Ingen fil får ligga i paketet utan att METS hänvisar till den.",
                            "No file may lie in the package without METS referring to it.")),
    _must("KA-PREMIS", Text("Bevarandemetadata ska vara PREMIS 3.", "Preservation metadata must be PREMIS 3.")),
    _must("KA-PREMIS-XSD", Text("PREMIS ska följa det schema som paketet lovar.",
                                "PREMIS must follow the schema that the package promises.")),
    _must("KA-PREMIS-FILE", Text("PREMIS ska beskriva varje fil med METS storlek och kontrollsumma.",
                                 "PREMIS must describe each file with the size and checksum of METS.")),
    _should("KA-NAME", Text("Filnamn bör bestå av A-Z, a-z, 0-9, _ och - med en filändelse.",
                            "File names should consist of A-Z, a-z, 0-9, _ and - with an extension.")),
)  # fmt: skip


def _reference_rules(section: str, first: int, name: str) -> Iterator[Rule]:
    """Yield what CSIP demands of a reference to a metadata file: nine rules in a row, alike for three sections."""
    each = f"/m:mets/{section}/m:mdRef"
    tests = (
        ("LOCTYPE=URL", "@LOCTYPE='URL'"),
        ("xlink:type=simple", "@xlink:type='simple'"),
        ("xlink:href", "normalize-space(@xlink:href)"),
        ("MDTYPE", "normalize-space(@MDTYPE)"),
        ("MIMETYPE", "normalize-space(@MIMETYPE)"),
        ("SIZE", "@SIZE"),
        ("CREATED", "@CREATED"),
        ("CHECKSUM", "normalize-space(@CHECKSUM)"),
        ("CHECKSUMTYPE", "normalize-space(@CHECKSUMTYPE)"),
    )
    for number, (attribute, holds) in enumerate(tests, start=first):
        yield _must(f"CSIP{number}", _needs(f"{name}/mdRef", attribute), each, holds)


def _section_rules(section: str, numbers: tuple[int, int, int], name: str) -> Iterator[Rule]:
    """Yield what CSIP demands of a section around such a reference."""
    identifier, status, reference = numbers
    each = f"/m:mets/{section}"
    allowed = " or ".join(f"@STATUS='{form}'" for form in _FORMS)
    yield _must(f"CSIP{identifier}", _needs(name, "ID"), each, "@ID")
    yield _should(f"CSIP{status}", Text(f"{name} bör ha STATUS CURRENT eller SUPERSEDED.",
                                        f"{name} should have STATUS CURRENT or SUPERSEDED."),
                  each, allowed)  # fmt: skip
    yield _should(f"CSIP{reference}", Text(f"{name} bör hänvisa till en fil med mdRef.",
                                           f"{name} should refer to a file by mdRef."), each, "m:mdRef")  # fmt: skip


METS_RULES = (
    _must("CSIP1", _needs("mets", "OBJID"), "/m:mets", "normalize-space(@OBJID)"),
    _must("CSIP2", _needs("mets", "TYPE"), "/m:mets", "normalize-space(@TYPE)"),
    _should("CSIP3", Text("TYPE=OTHER bör förtydligas med csip:OTHERTYPE.",
                          "TYPE=OTHER should be explained by csip:OTHERTYPE."),
            "/m:mets[@TYPE='OTHER']", "normalize-space(@csip:OTHERTYPE)"),
    _should("CSIP4", Text("mets bör ha csip:CONTENTINFORMATIONTYPE.", "mets should have csip:CONTENTINFORMATIONTYPE."),
            "/m:mets", "@csip:CONTENTINFORMATIONTYPE"),
    Rule(id="CSIP5", level=Level.MAY, says=Text("Innehållstypen OTHER kan få ett namn.",
                                                "The content type OTHER may be named."),
         each="/m:mets[@csip:CONTENTINFORMATIONTYPE='OTHER']",
         holds="normalize-space(@csip:OTHERCONTENTINFORMATIONTYPE)"),
    _must("CSIP6", _needs("mets", "PROFILE"), "/m:mets", "normalize-space(@PROFILE)"),
    _must("SIP2", Text("PROFILE ska vara E-ARK:s SIP-profil.", "PROFILE must be the SIP profile of E-ARK."),
          "/m:mets", "starts-with(@PROFILE,'https://earksip.dilcis.eu/profile/E-ARK-SIP')"),
    _must("CSIP117", Text("mets ska ha ett metsHdr.", "mets must have one metsHdr."),
          "/m:mets", "count(m:metsHdr)=1"),
    _must("CSIP7", _needs("metsHdr", "CREATEDATE"), _HEADER, "@CREATEDATE"),
    _should("CSIP8", Text("metsHdr bör ha LASTMODDATE.", "metsHdr should have LASTMODDATE."), _HEADER, "@LASTMODDATE"),
    _must("CSIP9", _needs("metsHdr", "csip:OAISPACKAGETYPE"), _HEADER, "@csip:OAISPACKAGETYPE"),
    _must("SIP4", Text("csip:OAISPACKAGETYPE ska vara SIP.", "csip:OAISPACKAGETYPE must be SIP."),
          _HEADER, "@csip:OAISPACKAGETYPE='SIP'"),
    Rule(id="SIP3", level=Level.MAY, says=Text("RECORDSTATUS bör vara ett av E-ARK:s värden.",
                                               "RECORDSTATUS should be one of E-ARK's values."),
         each=f"{_HEADER}[@RECORDSTATUS]",
         holds="contains(' NEW SUPPLEMENT REPLACEMENT TEST VERSION DELETE OTHER ',concat(' ',@RECORDSTATUS,' '))"),
    _must("CSIP10", Text("Precis en agent ska vara programmet som skapade paketet.",
                         "Exactly one agent must be the software that made the package."),
          _HEADER, f"count({_SOFTWARE})=1"),
    _must("CSIP11", Text("Någon agent ska ha ROLE=CREATOR.", "An agent must have ROLE=CREATOR."),
          _HEADER, "m:agent[@ROLE='CREATOR']"),
    _must("CSIP12", Text("En CREATOR ska ha TYPE=OTHER.", "A CREATOR must have TYPE=OTHER."),
          _HEADER, "m:agent[@ROLE='CREATOR'][@TYPE='OTHER']"),
    _must("CSIP13", Text("En CREATOR av TYPE=OTHER ska ha OTHERTYPE=SOFTWARE.",
                         "A CREATOR of TYPE=OTHER must have OTHERTYPE=SOFTWARE."), _HEADER, _SOFTWARE),
    _must("CSIP14", Text("Programmet ska ha ett namn.", "The software must have a name."),
          f"{_HEADER}/{_SOFTWARE}", "normalize-space(m:name)"),
    _must("CSIP15", Text("Programmet ska ha en anteckning med version.",
                         "The software must have a note of its version."),
          f"{_HEADER}/{_SOFTWARE}", "count(m:note)=1 and normalize-space(m:note)"),
    _must("CSIP16", Text("Programmets anteckning ska ha csip:NOTETYPE SOFTWARE VERSION.",
                         "The software's note must have csip:NOTETYPE SOFTWARE VERSION."),
          f"{_HEADER}/{_SOFTWARE}", "m:note[@csip:NOTETYPE='SOFTWARE VERSION']"),
    _must("SIP11", Text("Arkivbildaren ska vara ORGANIZATION eller INDIVIDUAL.",
                        "The records creator must be ORGANIZATION or INDIVIDUAL."),
          f"{_HEADER}/m:agent[@ROLE='ARCHIVIST'][not(@OTHERTYPE='SOFTWARE')]",
          "@TYPE='ORGANIZATION' or @TYPE='INDIVIDUAL'"),
    _must("SIP14", Text("Arkivbildarens anteckning ska vara en IDENTIFICATIONCODE.",
                        "The records creator's note must be an IDENTIFICATIONCODE."),
          f"{_HEADER}/m:agent[@ROLE='ARCHIVIST'][not(@OTHERTYPE='SOFTWARE')]/m:note",
          "@csip:NOTETYPE='IDENTIFICATIONCODE'"),
    _must("SIP15", Text("En levererande organisation eller person ska anges.",
                        "A submitting organisation or person must be stated."), _HEADER, _SUBMITTER),
    _must("SIP18", Text("Den som levererar ska ha ett namn.", "Who submits must have a name."),
          f"{_HEADER}/{_SUBMITTER}", "normalize-space(m:name)"),
    _must("SIP20", Text("Den levererande organisationens anteckning ska vara en IDENTIFICATIONCODE.",
                        "The submitting organisation's note must be an IDENTIFICATIONCODE."),
          f"{_HEADER}/m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']/m:note", "@csip:NOTETYPE='IDENTIFICATIONCODE'"),
    _must("SIP28", Text("Den som bevarar ska vara ORGANIZATION.", "Who preserves must be ORGANIZATION."),
          f"{_HEADER}/m:agent[@ROLE='PRESERVATION']", "@TYPE='ORGANIZATION'"),
    _must("SIP31", Text("Den bevarande organisationens anteckning ska vara en IDENTIFICATIONCODE.",
                        "The preserving organisation's note must be an IDENTIFICATIONCODE."),
          f"{_HEADER}/m:agent[@ROLE='PRESERVATION']/m:note", "@csip:NOTETYPE='IDENTIFICATIONCODE'"),
    _package(_should("CSIP17", Text("Paketet bör ha beskrivande metadata.", "The package should be described."),
                     "/m:mets", "m:dmdSec")),
    _must("CSIP19", _needs("dmdSec", "CREATED"), "/m:mets/m:dmdSec", "@CREATED"),
    *_section_rules("m:dmdSec", (18, 20, 21), "dmdSec"),
    *_reference_rules("m:dmdSec", 22, "dmdSec"),
    _should("CSIP31", Text("Det bör finnas ett enda amdSec.", "There should be a single amdSec."),
            "/m:mets", "count(m:amdSec)=1"),
    _should("CSIP32", Text("amdSec bör ha digiprovMD.", "amdSec should have digiprovMD."),
            "/m:mets/m:amdSec", "m:digiprovMD"),
    *_section_rules("m:amdSec/m:digiprovMD", (33, 34, 35), "digiprovMD"),
    *_reference_rules("m:amdSec/m:digiprovMD", 36, "digiprovMD"),
    *_section_rules("m:amdSec/m:rightsMD", (46, 47, 48), "rightsMD"),
    *_reference_rules("m:amdSec/m:rightsMD", 49, "rightsMD"),
    _should("CSIP58", Text("mets bör ha fileSec.", "mets should have fileSec."), "/m:mets", "m:fileSec"),
    _must("CSIP59", _needs("fileSec", "ID"), "/m:mets/m:fileSec", "@ID"),
    _package(_must("CSIP60", Text("Dokumentationen ska ha en fileGrp med USE=Documentation.",
                                  "The documentation must have a fileGrp with USE=Documentation."),
                   f"{_GROUP}[.//m:FLocat[starts-with(@xlink:href,'documentation/')]]",
                   "starts-with(@USE,'Documentation')")),
    _package(_must("CSIP113", Text("Schemana ska ha en fileGrp med USE=Schemas.",
                                   "The schemas must have a fileGrp with USE=Schemas."),
                   f"{_GROUP}[.//m:FLocat[starts-with(@xlink:href,'schemas/')]]", "starts-with(@USE,'Schemas')")),
    _package(_must("CSIP114", Text("Representationerna ska ha en fileGrp vars USE börjar med Representations.",
                                   "The representations must have a fileGrp whose USE begins with Representations."),
                   "/m:mets/m:fileSec", "m:fileGrp[starts-with(@USE,'Representations')]")),
    _should("CSIP62", Text("En representations fileGrp bör ange innehållstyp.",
                           "The fileGrp of a representation should state its content type."),
            f"{_GROUP}[starts-with(@USE,'Representations')]",
            "@csip:CONTENTINFORMATIONTYPE or /m:mets/@csip:CONTENTINFORMATIONTYPE='MIXED'"),
    _must("CSIP64", _needs("fileGrp", "USE"), _GROUP, "normalize-space(@USE)"),
    _must("CSIP65", _needs("fileGrp", "ID"), _GROUP, "@ID"),
    _must("CSIP66", Text("fileGrp ska innehålla minst en fil.", "fileGrp must hold at least one file."),
          _GROUP, ".//m:file"),
    _must("CSIP67", _needs("file", "ID"), f"{_GROUP}//m:file", "@ID"),
    _must("CSIP68", _needs("file", "MIMETYPE"), f"{_GROUP}//m:file", "normalize-space(@MIMETYPE)"),
    _must("CSIP69", _needs("file", "SIZE"), f"{_GROUP}//m:file", "@SIZE"),
    _must("CSIP70", _needs("file", "CREATED"), f"{_GROUP}//m:file", "@CREATED"),
    _must("CSIP71", _needs("file", "CHECKSUM"), f"{_GROUP}//m:file", "normalize-space(@CHECKSUM)"),
    _must("CSIP72", _needs("file", "CHECKSUMTYPE"), f"{_GROUP}//m:file", "normalize-space(@CHECKSUMTYPE)"),
    _must("CSIP76", Text("file ska ha precis en FLocat.", "file must have exactly one FLocat."),
          f"{_GROUP}//m:file", "count(m:FLocat)=1"),
    _must("CSIP77", _needs("FLocat", "LOCTYPE=URL"), f"{_GROUP}//m:file/m:FLocat", "@LOCTYPE='URL'"),
    _must("CSIP78", _needs("FLocat", "xlink:type=simple"), f"{_GROUP}//m:file/m:FLocat", "@xlink:type='simple'"),
    _must("CSIP79", _needs("FLocat", "xlink:href"), f"{_GROUP}//m:file/m:FLocat", "normalize-space(@xlink:href)"),
    _must("CSIP80", Text("mets ska ha structMap.", "mets must have structMap."), "/m:mets", "m:structMap"),
    _must("CSIP81", _needs("structMap", "TYPE=PHYSICAL"), _CSIP_MAP, "@TYPE='PHYSICAL'"),
    _must("CSIP82", Text("Precis en structMap ska ha LABEL=CSIP.", "Exactly one structMap must have LABEL=CSIP."),
          "/m:mets", "count(m:structMap[@LABEL='CSIP'])=1"),
    _must("CSIP83", _needs("structMap", "ID"), _CSIP_MAP, "@ID"),
    _must("CSIP84", Text("structMap ska ha en enda div överst.", "structMap must have a single div on top."),
          _CSIP_MAP, "count(m:div)=1"),
    _must("CSIP85", _needs("div", "ID"), f"{_CSIP_MAP}/m:div", "@ID"),
    _must("CSIP88", Text("structMap ska ha en div Metadata.", "structMap must have a div Metadata."),
          f"{_CSIP_MAP}/m:div", "count(m:div[@LABEL='Metadata'])=1"),
    _should("CSIP91", Text("Metadata bör hänvisa till amdSec med ADMID.", "Metadata should refer to amdSec by ADMID."),
            f"{_CSIP_MAP}/m:div/m:div[@LABEL='Metadata'][/m:mets/m:amdSec]", "@ADMID"),
    _should("CSIP92", Text("Metadata bör hänvisa till dmdSec med DMDID.", "Metadata should refer to dmdSec by DMDID."),
            f"{_CSIP_MAP}/m:div/m:div[@LABEL='Metadata'][/m:mets/m:dmdSec]", "@DMDID"),
    _should("CSIP93", Text("structMap bör ha en div Documentation.", "structMap should have a div Documentation."),
            f"{_CSIP_MAP}/m:div[{_GROUP}[@USE='Documentation']]", "m:div[@LABEL='Documentation']"),
    _must("CSIP96", Text("Documentation ska peka på sin fileGrp.", "Documentation must point to its fileGrp."),
          f"{_CSIP_MAP}/m:div/m:div[@LABEL='Documentation']", "m:fptr"),
    _must("CSIP116", Text("Documentation ska hänvisa till ID för fileGrp Documentation.",
                          "Documentation must refer to the ID of the fileGrp Documentation."),
          f"{_CSIP_MAP}/m:div/m:div[@LABEL='Documentation']/m:fptr",
          f"@FILEID = {_GROUP}[starts-with(@USE,'Documentation')]/@ID"),
    _should("CSIP97", Text("structMap bör ha en div Schemas.", "structMap should have a div Schemas."),
            f"{_CSIP_MAP}/m:div[{_GROUP}[@USE='Schemas']]", "m:div[@LABEL='Schemas']"),
    _must("CSIP100", Text("Schemas ska peka på sin fileGrp.", "Schemas must point to its fileGrp."),
          f"{_CSIP_MAP}/m:div/m:div[@LABEL='Schemas']", "m:fptr"),
    _must("CSIP118", Text("Schemas ska hänvisa till ID för fileGrp Schemas.",
                          "Schemas must refer to the ID of the fileGrp Schemas."),
          f"{_CSIP_MAP}/m:div/m:div[@LABEL='Schemas']/m:fptr", f"@FILEID = {_GROUP}[starts-with(@USE,'Schemas')]/@ID"),
    _package(_should("CSIP105", Text("Varje representation bör ha en div.", "Each representation should have a div."),
                     f"{_GROUP}[starts-with(@USE,'Representations/')]",
                     "@USE = /m:mets/m:structMap[@LABEL='CSIP']/m:div/m:div/@LABEL")),
    _must("CSIP106", _needs("div", "ID"), f"{_CSIP_MAP}/m:div/m:div", "@ID"),
    _must("CSIP107", _needs("div", "LABEL"), f"{_CSIP_MAP}/m:div/m:div", "normalize-space(@LABEL)"),
    _must("CSIP108", Text("mptr ska ha en xlink:title som är ID för representationens fileGrp.",
                          "mptr must have an xlink:title that is the ID of the representation's fileGrp."),
          f"{_POINTING}/m:mptr", f"@xlink:title = {_GROUP}/@ID"),
    _must("CSIP109", Text("En representations div ska ha precis en mptr.",
                          "The div of a representation must have exactly one mptr."), _POINTING, "count(m:mptr)=1"),
    _must("CSIP110", _needs("mptr", "xlink:href"), f"{_POINTING}/m:mptr", "normalize-space(@xlink:href)"),
    _must("CSIP111", _needs("mptr", "xlink:type=simple"), f"{_POINTING}/m:mptr", "@xlink:type='simple'"),
    _must("CSIP112", _needs("mptr", "LOCTYPE=URL"), f"{_POINTING}/m:mptr", "@LOCTYPE='URL'"),
)  # fmt: skip

RULES = {rule.id: rule for rule in (*CONTAINER_RULES, *CONTENT_RULES, *METS_RULES)}
