"""Every E-ARK rule of METS, broken once in an otherwise valid package: the validator says so, under its own id."""

from copy import deepcopy

import pytest
from lxml import etree

from register.model import Package
from sip.rule import Level, Rule
from sip.rules import EARK_RULES
from tests.sip.mutating import (
    NS,
    Change,
    Contents,
    after,
    contents_of,
    drop,
    edited,
    gone,
    grown,
    judged,
    put,
    to,
    twice,
)

_METS = "exempelkommun-facebook-2026/METS.xml"
_PROFILE_2_2 = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml"
_SOFTWARE = "//m:agent[@OTHERTYPE='SOFTWARE']"
_ARCHIVIST = "//m:agent[@ROLE='ARCHIVIST']"
_SUBMITTER = "//m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"
_KEEPER = "//m:agent[@ROLE='PRESERVATION']"
_FILE = "//m:fileGrp[@USE='Documentation']/m:file"
_REPRESENTATION = "//m:div[@LABEL='Representations/sidor']"
_MAP = "//m:structMap[@LABEL='CSIP']"

# rule: (what to change in METS.xml, how)
METS_BREAKS: dict[str, tuple[str, Change]] = {
    "CSIP1": ("/m:mets", drop("OBJID")),
    "CSIP2": ("/m:mets", put("TYPE", " ")),
    "CSIP3": ("/m:mets", put("TYPE", "OTHER")),
    "CSIP4": ("/m:mets", drop("csip:CONTENTINFORMATIONTYPE")),
    "CSIP5": ("/m:mets", drop("csip:OTHERCONTENTINFORMATIONTYPE")),
    "CSIP6": ("/m:mets", drop("PROFILE")),
    "SIP2": ("/m:mets", put("PROFILE", "https://example.org/profile")),
    "CSIP117": ("//m:metsHdr", gone),
    "CSIP7": ("//m:metsHdr", drop("CREATEDATE")),
    "CSIP8": ("//m:metsHdr", drop("LASTMODDATE")),
    "CSIP9": ("//m:metsHdr", drop("csip:OAISPACKAGETYPE")),
    "SIP4": ("//m:metsHdr", put("csip:OAISPACKAGETYPE", "AIP")),
    "SIP3": ("//m:metsHdr", put("RECORDSTATUS", "OLD")),
    "CSIP10": (_SOFTWARE, twice),
    "CSIP11": ("//m:agent[@ROLE='CREATOR']", put("ROLE", "EDITOR")),
    "CSIP12": (_SOFTWARE, put("TYPE", "INDIVIDUAL")),
    "CSIP13": (_SOFTWARE, drop("OTHERTYPE")),
    "CSIP14": (f"{_SOFTWARE}/m:name", to(None)),
    "CSIP15": (f"{_SOFTWARE}/m:note", to(None)),
    "CSIP16": (f"{_SOFTWARE}/m:note", put("csip:NOTETYPE", "IDENTIFICATIONCODE")),
    "SIP11": (_ARCHIVIST, put("TYPE", "OTHER")),
    "SIP14": (f"{_ARCHIVIST}/m:note", drop("csip:NOTETYPE")),
    "SIP15": (_SUBMITTER, gone),
    "SIP18": (f"{_SUBMITTER}/m:name", to(None)),
    "SIP20": (f"{_SUBMITTER}/m:note", put("csip:NOTETYPE", "SOFTWARE VERSION")),
    "SIP28": (_KEEPER, put("TYPE", "INDIVIDUAL")),
    "SIP31": (f"{_KEEPER}/m:note", drop("csip:NOTETYPE")),
    "CSIP17": ("//m:dmdSec", gone),
    "CSIP18": ("//m:dmdSec", drop("ID")),
    "CSIP19": ("//m:dmdSec", drop("CREATED")),
    "CSIP20": ("//m:dmdSec", put("STATUS", "OLD")),
    "CSIP21": ("//m:dmdSec/m:mdRef", gone),
    "CSIP31": ("//m:amdSec", twice),
    "CSIP32": ("//m:digiprovMD", gone),
    "CSIP33": ("//m:digiprovMD", drop("ID")),
    "CSIP34": ("//m:digiprovMD", drop("STATUS")),
    "CSIP35": ("//m:digiprovMD/m:mdRef", gone),
    "CSIP46": ("//m:rightsMD", drop("ID")),
    "CSIP47": ("//m:rightsMD", drop("STATUS")),
    "CSIP48": ("//m:rightsMD/m:mdRef", gone),
    "CSIP58": ("//m:fileSec", gone),
    "CSIP59": ("//m:fileSec", drop("ID")),
    "CSIP60": ("//m:fileGrp[@USE='Documentation']", put("USE", "Papers")),
    "CSIP113": ("//m:fileGrp[@USE='Schemas']", put("USE", "Laws")),
    "CSIP114": ("//m:fileGrp[starts-with(@USE,'Representations')]", put("USE", "Data")),
    "CSIP62": ("//m:fileGrp[@USE='Representations/sidor']", drop("csip:CONTENTINFORMATIONTYPE")),
    "CSIP64": ("//m:fileGrp[@USE='Documentation']", drop("USE")),
    "CSIP65": ("//m:fileGrp[@USE='Documentation']", drop("ID")),
    "CSIP66": (_FILE, gone),
    "CSIP67": (_FILE, drop("ID")),
    "CSIP68": (_FILE, drop("MIMETYPE")),
    "CSIP69": (_FILE, drop("SIZE")),
    "CSIP70": (_FILE, drop("CREATED")),
    "CSIP71": (_FILE, drop("CHECKSUM")),
    "CSIP72": (_FILE, drop("CHECKSUMTYPE")),
    "CSIP76": (f"{_FILE}/m:FLocat", gone),
    "CSIP77": (f"{_FILE}/m:FLocat", put("LOCTYPE", "URN")),
    "CSIP78": (f"{_FILE}/m:FLocat", drop("x:type")),
    "CSIP79": (f"{_FILE}/m:FLocat", drop("x:href")),
    "CSIP80": ("//m:structMap", gone),
    "CSIP81": (_MAP, put("TYPE", "LOGICAL")),
    "CSIP82": (_MAP, twice),
    "CSIP83": (_MAP, drop("ID")),
    "CSIP84": (f"{_MAP}/m:div", twice),
    "CSIP85": (f"{_MAP}/m:div", drop("ID")),
    "CSIP88": ("//m:div[@LABEL='Metadata']", gone),
    "CSIP91": ("//m:div[@LABEL='Metadata']", drop("ADMID")),
    "CSIP92": ("//m:div[@LABEL='Metadata']", drop("DMDID")),
    "CSIP93": ("//m:div[@LABEL='Documentation']", gone),
    "CSIP96": ("//m:div[@LABEL='Documentation']/m:fptr", gone),
    "CSIP116": ("//m:div[@LABEL='Documentation']/m:fptr", put("FILEID", "ID-nowhere")),
    "CSIP97": ("//m:div[@LABEL='Schemas']", gone),
    "CSIP100": ("//m:div[@LABEL='Schemas']/m:fptr", gone),
    "CSIP118": ("//m:div[@LABEL='Schemas']/m:fptr", put("FILEID", "ID-nowhere")),
    "CSIP105": (_REPRESENTATION, gone),
    "CSIP106": (_REPRESENTATION, drop("ID")),
    "CSIP107": (_REPRESENTATION, drop("LABEL")),
    "CSIP108": (f"{_REPRESENTATION}/m:mptr", put("x:title", "ID-nowhere")),
    "CSIP109": (f"{_REPRESENTATION}/m:mptr", twice),
    "CSIP110": (f"{_REPRESENTATION}/m:mptr", drop("x:href")),
    "CSIP111": (f"{_REPRESENTATION}/m:mptr", drop("x:type")),
    "CSIP112": (f"{_REPRESENTATION}/m:mptr", put("LOCTYPE", "URN")),
}
for _first, _section in ((22, "dmdSec"), (36, "digiprovMD"), (49, "rightsMD")):
    for _number, _attribute in enumerate(
        ("LOCTYPE", "x:type", "x:href", "MDTYPE", "MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE"), _first
    ):
        METS_BREAKS[f"CSIP{_number}"] = (f"//m:{_section}/m:mdRef", drop(_attribute))

_PERSON = "<m:agent ROLE='CREATOR' TYPE='INDIVIDUAL'><m:name>{}</m:name><m:note>{}</m:note></m:agent>"
_ROOT_DIV = f"{_MAP}/m:div"


def _record(kind: str, text: str = " ") -> Change:
    return after(f"<m:altRecordID TYPE='{kind}'>{text}</m:altRecordID>")


_DOC_DIV = "//m:div[@LABEL='Documentation']"
_SCHEMA_DIV = "//m:div[@LABEL='Schemas']"
_CONTENT = "<m:div ID='ID-content' LABEL='Representations'><m:fptr FILEID='{}'/></m:div>"
METS_BREAKS |= {
    "CSIP61": ("//m:fileGrp[@USE='Documentation']", put("ADMID", " ")),
    "CSIP63": ("//m:fileGrp[@USE='Representations/sidor']", drop("csip:OTHERCONTENTINFORMATIONTYPE")),
    "CSIP73": (_FILE, put("OWNERID", "")),
    "CSIP74": (_FILE, put("ADMID", " ")),
    "CSIP75": (_FILE, put("DMDID", " ")),
    "KA-MEDIATYPE": (_FILE, put("MIMETYPE", "video/webm;codecs=vp9")),
    "CSIP89": ("//m:div[@LABEL='Metadata']", drop("ID")),
    "CSIP90": ("//m:div[@LABEL='Metadata']", put("LABEL", "metadata")),
    "CSIP94": (_DOC_DIV, drop("ID")),
    "CSIP95": (_DOC_DIV, put("LABEL", "documentation")),
    "CSIP98": (_SCHEMA_DIV, drop("ID")),
    "CSIP99": (_SCHEMA_DIV, put("LABEL", "SCHEMAS")),
    "CSIP101": ("//m:fileGrp[@USE='Representations/sidor']", put("USE", "Representations")),
    "CSIP102": (_ROOT_DIV, grown("<m:div LABEL='Representations'/>")),
    "CSIP103": (_ROOT_DIV, grown("<m:div ID='ID-content' LABEL='representations'/>")),
    "CSIP104": (_ROOT_DIV, grown("<m:div ID='ID-content' LABEL='Representations'/>")),
    "CSIP119": (_ROOT_DIV, grown(_CONTENT.format("ID-nowhere"))),
    "SIP1": ("/m:mets", put("LABEL", " ")),
    "SIP5": ("//m:altRecordID[@TYPE='SUBMISSIONAGREEMENT']", twice),
    "SIP6": ("//m:agent[last()]", _record("PREVIOUSSUBMISSIONAGREEMENT")),
    "SIP7": ("//m:altRecordID[@TYPE='REFERENCECODE']", to(" ")),
    "SIP8": ("//m:agent[last()]", _record("PREVIOUSREFERENCECODE")),
    "SIP9": (_ARCHIVIST, twice),
    "SIP12": (f"{_ARCHIVIST}/m:name", to(None)),
    "SIP15": (_SUBMITTER, gone),
    "SIP17": (_SUBMITTER, after("<m:agent ROLE='CREATOR' TYPE='OTHER' OTHERTYPE='ROBOT'><m:name>R</m:name></m:agent>")),
    "SIP24": (_SUBMITTER, after(_PERSON.format("", "Telefon: 0"))),
    "SIP25": (_SUBMITTER, after(_PERSON.format("Anna", " "))),
    "SIP26": (_KEEPER, twice),
    "SIP29": (f"{_KEEPER}/m:name", to(None)),
    "SIP32": (_FILE, put("sip:FILEFORMATNAME", "")),
    "SIP33": (_FILE, put("sip:FILEFORMATVERSION", "")),
    "SIP34": (_FILE, put("sip:FORMATREGISTRYKEY", "fmt/1")),
    "SIP35": (_FILE, put("sip:FORMATREGISTRY", "PRONOM")),
}


@pytest.fixture(scope="module")
def contents(_sealed: Package) -> Contents:
    """Return a package that also uses what we never write ourselves: rightsMD."""

    def add(digiprov: "etree._Element") -> None:
        rights = deepcopy(digiprov)
        rights.tag = f"{{{NS['m']}}}rightsMD"
        rights.set("ID", "ID-rights")
        rights.set("STATUS", "SUPERSEDED")
        digiprov.addprevious(rights)

    return edited(contents_of(_sealed.path), _METS, ("//m:digiprovMD", add))


def _as_2_2_0(contents: Contents) -> Contents:
    """Return the package as one of E-ARK 2.2.0: only its profile's address differs."""
    return edited(contents, _METS, ("/m:mets", put("PROFILE", _PROFILE_2_2)))


def test_the_package_that_is_broken_below_is_valid_before(contents: Contents) -> None:
    for version, package in (("2.1.0", contents), ("2.2.0", _as_2_2_0(contents))):
        report = judged(package)
        assert report.findings == ()
        assert report.valid
        assert report.version == version


@pytest.mark.parametrize("rule", EARK_RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("version", ["2.1.0", "2.2.0"])
def test_a_broken_mets_rule_is_found(contents: Contents, rule: Rule, version: str) -> None:
    """The profile's address says which version it is: where that is what is broken, it is held against 2.1.0."""
    if version == "2.2.0":
        contents = _as_2_2_0(contents)
    report = judged(edited(contents, _METS, METS_BREAKS[rule.id]))
    version = "2.1.0" if rule.id in {"CSIP6", "SIP2"} else version
    assert report.version == version
    found = [finding for finding in report.findings if finding.rule == rule.id]
    assert found
    assert {finding.severity for finding in found} == {rule.level_in(version).severity}
    assert found[0].expected == rule.says
    assert found[0].place.startswith(f"{_METS}:")
    if rule.level_in(version) is Level.MUST:
        assert not report.valid
