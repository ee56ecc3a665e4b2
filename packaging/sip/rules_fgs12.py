"""FGS Paketstruktur 1.2 (RAFGS1V1.2), as data: what its schema fixes, and what archives read beyond that.

The errors are what Riksarkivet's schema refuses (the tests hold both against each other); the warnings are what it
leaves open and an e-archive asks for all the same.
"""

from collections.abc import Iterator

from register.language import Text
from sip.rule import Rule, must, needs, of_files, should

_HEADER = "/m:mets/m:metsHdr"
_FILE = "/m:mets/m:fileSec//m:file"
_REFERENCE = "//m:mdRef"
_AGENT = f"{_HEADER}/m:agent"

_TYPES = ("ERMS", "Personnel", "Medical record", "Economics", "Databases", "Webpages", "GIS", "No specification", "AIC",
          "Publication", "Archival information", "Unstructured", "Single records")  # fmt: skip
_STATUSES = ("SUPPLEMENT", "REPLACEMENT", "NEW", "TEST", "VERSION", "OTHER")
_AGREEMENTS = (
    "SUBMISSIONAGREEMENT",
    "PREVIOUSSUBMISSIONAGREEMENT",
    "REFERENCECODE",
    "PREVIOUSREFERENCECODE",
)
_ROLES = ("CREATOR", "EDITOR", "ARCHIVIST", "PRESERVATION", "DISSEMINATOR", "CUSTODIAN", "IPOWNER", "OTHER")
_KINDS = ("INDIVIDUAL", "ORGANIZATION", "OTHER")
_DIGESTS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
_LOCATORS = ("URN", "URL", "HANDLE", "OTHER")
_OTHER_METADATA = ("ADDML", "BAGIT", "EAC-F", "EAG", "METS", "COMMENT", "SIARD")
_PACKAGES = ("SIP", "AIP", "DIP", "AIU", "AIC")
_RESTRICTIONS = ("Secrecy", "PuL", "Secrecy and PuL", "GDPR")
_FORMS = ("AGREEMENT", "DEPOSIT", "GIFT", "Not specified")
_REGISTRIES = ("PRONOM", "GDFR", "UDFR", "OTHER")


def _one_of(identifier: str, node: str, attribute: str, allowed: tuple[str, ...]) -> Rule:
    """Return the rule that an attribute, where it is there, has a value of a closed list."""
    known = ", ".join(allowed)
    says = Text(f"{attribute} ska vara ett av: {known}.", f"{attribute} must be one of: {known}.")
    return must(
        f"FGS12-{identifier}", says, f"{node}[@{attribute}]", " or ".join(f"@{attribute}='{v}'" for v in allowed)
    )


def _attribute(identifier: str, name: str, node: str, attribute: str) -> Rule:
    return must(f"FGS12-{identifier}", needs(name, attribute), node, f"@{attribute}")


def _reference_rules() -> Iterator[Rule]:
    for attribute in ("MDTYPE", "LOCTYPE"):
        yield _attribute(f"REF-{attribute}", "mdRef", _REFERENCE, attribute)
    for attribute in ("MIMETYPE", "SIZE", "CREATED"):
        says = Text(f"mdRef bör ha {attribute}.", f"mdRef should have {attribute}.")
        yield should(f"FGS12-REF-{attribute}", says, _REFERENCE, f"@{attribute}")
    yield _one_of("REF-OTHERMDTYPE", _REFERENCE, "OTHERMDTYPE", _OTHER_METADATA)
    yield must("FGS12-REF-HREF", needs("mdRef", "xlink:href"), _REFERENCE, "normalize-space(@xlink:href)")


def _file_rules() -> Iterator[Rule]:
    for attribute in ("ID", "MIMETYPE", "SIZE", "CREATED"):
        yield _attribute(f"FILE-{attribute}", "file", _FILE, attribute)
    yield must("FGS12-FILE-FLOCAT", Text("file ska ha precis en FLocat.", "file must have exactly one FLocat."),
               _FILE, "count(m:FLocat)=1")  # fmt: skip
    yield _attribute("FILE-LOCTYPE", "FLocat", f"{_FILE}/m:FLocat", "LOCTYPE")
    yield must("FGS12-FILE-HREF", needs("FLocat", "xlink:href"),
               f"{_FILE}/m:FLocat", "normalize-space(@xlink:href)")  # fmt: skip
    yield _one_of("FILE-REGISTRY", _FILE, "ext:FORMATREGISTRY", _REGISTRIES)
    yield should("FGS12-FILE-CHECKSUM", Text("file bör ha CHECKSUM och CHECKSUMTYPE.",
                                             "file should have CHECKSUM and CHECKSUMTYPE."),
                 _FILE, "normalize-space(@CHECKSUM) and @CHECKSUMTYPE")  # fmt: skip


_ROOT_RULES = (
    must("FGS12-OBJID", needs("mets", "OBJID"), "/m:mets", "@OBJID"),
    must("FGS12-TYPE", needs("mets", "TYPE"), "/m:mets", "@TYPE"),
    _one_of("TYPE-VALUE", "/m:mets", "TYPE", _TYPES),
    must("FGS12-PROFILE", needs("mets", "PROFILE"), "/m:mets", "@PROFILE"),
    should("FGS12-PROFILE-VALUE", Text("PROFILE bör vara FGS 1.2:s profil.",
                                       "PROFILE should be the profile of FGS 1.2."),
           "/m:mets[@PROFILE]", "contains(@PROFILE,'CommonSpecificationSwedenPackageProfile')"),
    _one_of("APPRAISAL", "/m:mets", "ext:APPRAISAL", ("Yes", "No")),
    _one_of("ACCESSRESTRICT", "/m:mets", "ext:ACCESSRESTRICT", _RESTRICTIONS),
    *(must(f"FGS12-{name}", Text(f"ext:{name} ska vara ett datum, ÅÅÅÅ-MM-DD.",
                                 f"ext:{name} must be a date, YYYY-MM-DD."),
           f"/m:mets[@ext:{name}]", f"ka:is-date(@ext:{name})") for name in ("STARTDATE", "ENDDATE")),
    should("FGS12-EXT", Text("Attribut i ExtensionMETS bör vara sådana som FGS 1.2 har.",
                             "Attributes of ExtensionMETS should be those that FGS 1.2 has."),
           "//*[@ext:*]", "ka:is-extension(@ext:*)"),
)  # fmt: skip

_HEADER_RULES = (
    must("FGS12-HEADER", Text("mets ska ha ett metsHdr.", "mets must have one metsHdr."),
         "/m:mets", "count(m:metsHdr)=1"),
    must("FGS12-CREATEDATE", needs("metsHdr", "CREATEDATE"), _HEADER, "@CREATEDATE"),
    _one_of("RECORDSTATUS", _HEADER, "RECORDSTATUS", _STATUSES),
    should("FGS12-STATUS", Text("metsHdr bör ha RECORDSTATUS.", "metsHdr should have RECORDSTATUS."),
           _HEADER, "@RECORDSTATUS"),
    _one_of("OAISSTATUS", _HEADER, "ext:OAISSTATUS", _PACKAGES),
    should("FGS12-SIP", Text("ext:OAISSTATUS bör vara SIP.", "ext:OAISSTATUS should be SIP."),
           _HEADER, "@ext:OAISSTATUS='SIP'"),
    _one_of("AGREEMENTFORM", _HEADER, "ext:AGREEMENTFORM", _FORMS),
    must("FGS12-AGENTS", Text("metsHdr ska ha minst tre agenter.", "metsHdr must have three agents at least."),
         _HEADER, "count(m:agent)>2"),
    must("FGS12-ROLE", needs("agent", "ROLE"), _AGENT, "@ROLE"),
    _one_of("ROLE-VALUE", _AGENT, "ROLE", _ROLES),
    must("FGS12-KIND", needs("agent", "TYPE"), _AGENT, "@TYPE"),
    _one_of("KIND-VALUE", _AGENT, "TYPE", _KINDS),
    _one_of("OTHERROLE", _AGENT, "OTHERROLE", ("SUBMITTER", "PRODUCER")),
    _one_of("OTHERTYPE", _AGENT, "OTHERTYPE", ("SOFTWARE",)),
    must("FGS12-NAME", Text("agent ska ha precis ett namn.", "agent must have exactly one name."),
         _AGENT, "count(m:name)=1"),
    should("FGS12-ARCHIVIST", Text("Arkivbildaren (ARCHIVIST, ORGANIZATION) bör anges med namn och identitetskod.",
                                   "The records creator (ARCHIVIST, ORGANIZATION) should have name and identity code."),
           _HEADER, "m:agent[@ROLE='ARCHIVIST'][@TYPE='ORGANIZATION']"
                    "[normalize-space(m:name)][normalize-space(m:note)]"),
    should("FGS12-SYSTEM", Text("Källsystemet (ARCHIVIST, OTHER, SOFTWARE) bör anges.",
                                "The source system (ARCHIVIST, OTHER, SOFTWARE) should be stated."),
           _HEADER, "m:agent[@ROLE='ARCHIVIST'][@TYPE='OTHER'][@OTHERTYPE='SOFTWARE'][normalize-space(m:name)]"),
    should("FGS12-SENDER", Text("Levererande organisation (CREATOR, ORGANIZATION) bör anges.",
                                "The submitting organisation (CREATOR, ORGANIZATION) should be stated."),
           _HEADER, "m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION'][normalize-space(m:name)]"),
    must("FGS12-RECORDID", Text("metsHdr ska ha altRecordID.", "metsHdr must have altRecordID."),
         _HEADER, "m:altRecordID"),
    _one_of("RECORDID-VALUE", f"{_HEADER}/m:altRecordID", "TYPE", _AGREEMENTS),
    should("FGS12-AGREEMENT", Text("Leveransöverenskommelsen (altRecordID SUBMISSIONAGREEMENT) bör anges.",
                                   "The submission agreement (altRecordID SUBMISSIONAGREEMENT) should be stated."),
           _HEADER, "m:altRecordID[@TYPE='SUBMISSIONAGREEMENT'][normalize-space()]"),
    must("FGS12-DOCUMENTID", Text("metsHdr får ha ett metsDocumentID.", "metsHdr may have one metsDocumentID."),
         _HEADER, "count(m:metsDocumentID)<2"),
)  # fmt: skip

_BODY_RULES = (
    must("FGS12-DMDSEC", needs("dmdSec", "ID"), "/m:mets/m:dmdSec", "@ID"),
    must("FGS12-AMDSEC", needs("amdSec", "ID"), "/m:mets/m:amdSec", "@ID"),
    *_reference_rules(),
    must("FGS12-GROUP", Text("fileSec ska ha minst en fileGrp.", "fileSec must have one fileGrp at least."),
         "/m:mets/m:fileSec", "m:fileGrp"),
    should("FGS12-FILES", Text("Paketet bör ha filer.", "The package should have files."),
           "/m:mets", "m:fileSec//m:file"),
    *(of_files(rule) for rule in _file_rules()),
    must("FGS12-DIGEST", Text(f"CHECKSUMTYPE ska vara ett av: {', '.join(_DIGESTS)}.",
                              f"CHECKSUMTYPE must be one of: {', '.join(_DIGESTS)}."),
         "//*[@CHECKSUMTYPE]", " or ".join(f"@CHECKSUMTYPE='{value}'" for value in _DIGESTS)),
    must("FGS12-LOCTYPE", Text(f"LOCTYPE ska vara ett av: {', '.join(_LOCATORS)}.",
                               f"LOCTYPE must be one of: {', '.join(_LOCATORS)}."),
         "//*[@LOCTYPE]", " or ".join(f"@LOCTYPE='{value}'" for value in _LOCATORS)),
    must("FGS12-MAP", Text("mets ska ha structMap.", "mets must have structMap."), "/m:mets", "m:structMap"),
    must("FGS12-DIV", Text("structMap ska ha en enda div överst.", "structMap must have a single div on top."),
         "/m:mets/m:structMap", "count(m:div)=1"),
    of_files(must("FGS12-FPTR", needs("fptr", "FILEID"), "//m:fptr", "@FILEID")),
)  # fmt: skip

FGS12_RULES: tuple[Rule, ...] = (*_ROOT_RULES, *_HEADER_RULES, *_BODY_RULES)
