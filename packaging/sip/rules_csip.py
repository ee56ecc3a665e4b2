"""E-ARK CSIP's requirements of a METS document, by id, as data."""

from collections.abc import Iterator

from register.language import Text
from sip.rule import Level, Rule, may, must, needs, of_files, package_only, should, since_2_2

_SOFTWARE = "m:agent[@ROLE='CREATOR'][@TYPE='OTHER'][@OTHERTYPE='SOFTWARE']"
_HEADER = "/m:mets/m:metsHdr"
_GROUP = "/m:mets/m:fileSec//m:fileGrp"
_FILE = "/m:mets/m:fileSec//m:file"
_TOP = "/m:mets/m:structMap[@LABEL='CSIP']/m:div"
_POINTING = f"{_TOP}/m:div[starts-with(@LABEL,'Representations/')]"
_FORMS = ("CURRENT", "SUPERSEDED")
_LISTED = f"contains(concat(' ',{_TOP}/m:div[@LABEL='Metadata']/@{{}},' '),concat(' ',@ID,' '))"
_OF_OTHER_NAME = "translate(@LABEL,'ACDEHIMNOPRSTU','acdehimnoprstu')"


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
        yield must(f"CSIP{number}", needs(f"{name}/mdRef", attribute), each, holds)


def _section_rules(section: str, numbers: tuple[int, int, int], name: str) -> Iterator[Rule]:
    """Yield what CSIP demands of a section around such a reference."""
    identifier, status, reference = numbers
    each = f"/m:mets/{section}"
    allowed = " or ".join(f"@STATUS='{form}'" for form in _FORMS)
    yield must(f"CSIP{identifier}", needs(name, "ID"), each, "@ID")
    yield should(f"CSIP{status}", Text(f"{name} bör ha STATUS CURRENT eller SUPERSEDED.",
                                        f"{name} should have STATUS CURRENT or SUPERSEDED."),
                  each, allowed)  # fmt: skip
    yield should(f"CSIP{reference}", Text(f"{name} bör hänvisa till en fil med mdRef.",
                                           f"{name} should refer to a file by mdRef."), each, "m:mdRef")  # fmt: skip


def _division_rules(use: str, files: str, numbers: tuple[int, int, int, int, int]) -> Iterator[Rule]:
    """Yield what CSIP demands of the division of `use`: that it is there, ID, name, that it points, and where."""
    present, identifier, label, pointing, where = numbers
    division = f"{_TOP}/m:div[@LABEL='{use}']"
    yield package_only(should(f"CSIP{present}", Text(f"structMap bör ha en div {use}.",
                                                     f"structMap should have one div {use}."),
                              f"{_TOP}[{files}]", f"count(m:div[@LABEL='{use}'])=1"))  # fmt: skip
    yield must(f"CSIP{identifier}", needs(f"div {use}", "ID"), division, "@ID")
    yield must(f"CSIP{label}", Text(f"LABEL ska stavas {use}.", f"LABEL must be spelt {use}."),
               f"{_TOP}/m:div[{_OF_OTHER_NAME}='{use.lower()}']", f"@LABEL='{use}'")  # fmt: skip
    yield since_2_2(must(f"CSIP{pointing}", Text(f"div {use} ska peka på sin fileGrp (från 2.2.0: bör).",
                                                 f"div {use} must point to its fileGrp (from 2.2.0: should)."),
                         division, "m:fptr"), Level.SHOULD)  # fmt: skip
    yield must(f"CSIP{where}", Text(f"fptr i {use} ska hänvisa till ID för en fileGrp {use}.",
                                    f"fptr in {use} must refer to the ID of a fileGrp {use}."),
               f"{division}/m:fptr", f"@FILEID = {_GROUP}[starts-with(@USE,'{use}')]/@ID")  # fmt: skip


_ROOT_RULES = (
    must("CSIP1", needs("mets", "OBJID"), "/m:mets", "normalize-space(@OBJID)"),
    must("CSIP2", needs("mets", "TYPE"), "/m:mets", "normalize-space(@TYPE)"),
    should("CSIP3", Text("TYPE=OTHER bör förtydligas med csip:OTHERTYPE.",
                         "TYPE=OTHER should be explained by csip:OTHERTYPE."),
           "/m:mets[@TYPE='OTHER' or @TYPE='Other']", "normalize-space(@csip:OTHERTYPE)"),
    should("CSIP4", Text("mets bör ha csip:CONTENTINFORMATIONTYPE.", "mets should have csip:CONTENTINFORMATIONTYPE."),
           "/m:mets", "@csip:CONTENTINFORMATIONTYPE"),
    may("CSIP5", Text("Innehållstypen OTHER bör få ett namn.", "The content type OTHER should be named."),
        "/m:mets[@csip:CONTENTINFORMATIONTYPE='OTHER']", "normalize-space(@csip:OTHERCONTENTINFORMATIONTYPE)"),
    must("CSIP6", needs("mets", "PROFILE"), "/m:mets", "normalize-space(@PROFILE)"),
    must("CSIP117", Text("mets ska ha ett metsHdr.", "mets must have one metsHdr."), "/m:mets", "count(m:metsHdr)=1"),
    must("CSIP7", needs("metsHdr", "CREATEDATE"), _HEADER, "@CREATEDATE"),
    should("CSIP8", Text("metsHdr bör ha LASTMODDATE.", "metsHdr should have LASTMODDATE."), _HEADER, "@LASTMODDATE"),
    must("CSIP9", needs("metsHdr", "csip:OAISPACKAGETYPE"), _HEADER, "@csip:OAISPACKAGETYPE"),
    must("CSIP10", Text("Precis en agent ska vara programmet som skapade paketet.",
                        "Exactly one agent must be the software that made the package."),
         _HEADER, f"count({_SOFTWARE})=1"),
    must("CSIP11", Text("Någon agent ska ha ROLE=CREATOR.", "An agent must have ROLE=CREATOR."),
         _HEADER, "m:agent[@ROLE='CREATOR']"),
    must("CSIP12", Text("En CREATOR ska ha TYPE=OTHER.", "A CREATOR must have TYPE=OTHER."),
         _HEADER, "m:agent[@ROLE='CREATOR'][@TYPE='OTHER']"),
    must("CSIP13", Text("En CREATOR av TYPE=OTHER ska ha OTHERTYPE=SOFTWARE.",
                        "A CREATOR of TYPE=OTHER must have OTHERTYPE=SOFTWARE."), _HEADER, _SOFTWARE),
    must("CSIP14", Text("Programmet ska ha ett namn.", "The software must have a name."),
         f"{_HEADER}/{_SOFTWARE}", "normalize-space(m:name)"),
    must("CSIP15", Text("Programmet ska ha en anteckning med version.",
                        "The software must have a note of its version."),
         f"{_HEADER}/{_SOFTWARE}", "count(m:note)=1 and normalize-space(m:note)"),
    must("CSIP16", Text("Programmets anteckning ska ha csip:NOTETYPE SOFTWARE VERSION.",
                        "The software's note must have csip:NOTETYPE SOFTWARE VERSION."),
         f"{_HEADER}/{_SOFTWARE}", "m:note[@csip:NOTETYPE='SOFTWARE VERSION']"),
)  # fmt: skip

_METADATA_RULES = (
    package_only(should("CSIP17", Text("Paketet bör ha beskrivande metadata.", "The package should be described."),
                        "/m:mets", "m:dmdSec")),
    must("CSIP19", needs("dmdSec", "CREATED"), "/m:mets/m:dmdSec", "@CREATED"),
    *_section_rules("m:dmdSec", (18, 20, 21), "dmdSec"),
    *_reference_rules("m:dmdSec", 22, "dmdSec"),
    should("CSIP31", Text("Det bör finnas ett enda amdSec.", "There should be a single amdSec."),
           "/m:mets", "count(m:amdSec)=1"),
    should("CSIP32", Text("amdSec bör ha digiprovMD.", "amdSec should have digiprovMD."),
           "/m:mets/m:amdSec", "m:digiprovMD"),
    *_section_rules("m:amdSec/m:digiprovMD", (33, 34, 35), "digiprovMD"),
    *_reference_rules("m:amdSec/m:digiprovMD", 36, "digiprovMD"),
    *_section_rules("m:amdSec/m:rightsMD", (46, 47, 48), "rightsMD"),
    *_reference_rules("m:amdSec/m:rightsMD", 49, "rightsMD"),
)  # fmt: skip

_GROUP_RULES = (
    should("CSIP58", Text("mets bör ha fileSec.", "mets should have fileSec."), "/m:mets", "m:fileSec"),
    must("CSIP59", needs("fileSec", "ID"), "/m:mets/m:fileSec", "@ID"),
    package_only(must("CSIP60", Text("Dokumentationen ska ha en fileGrp med USE=Documentation.",
                                     "The documentation must have a fileGrp with USE=Documentation."),
                      f"{_GROUP}[m:file/m:FLocat[starts-with(@xlink:href,'documentation/')]]",
                      "starts-with(@USE,'Documentation')")),
    package_only(must("CSIP113", Text("Schemana ska ha en fileGrp med USE=Schemas.",
                                      "The schemas must have a fileGrp with USE=Schemas."),
                      f"{_GROUP}[m:file/m:FLocat[starts-with(@xlink:href,'schemas/')]]",
                      "starts-with(@USE,'Schemas')")),
    package_only(must("CSIP114", Text("Representationerna ska ha en fileGrp vars USE börjar med Representations.",
                                      "The representations must have a fileGrp whose USE begins with Representations."),
                      "/m:mets/m:fileSec", ".//m:fileGrp[starts-with(@USE,'Representations')]")),
    may("CSIP61", Text("ADMID på en fileGrp bör peka på amdSec.", "ADMID of a fileGrp should point to amdSec."),
        f"{_GROUP}[@ADMID]", "normalize-space(@ADMID)"),
    should("CSIP62", Text("En representations fileGrp bör ange innehållstyp.",
                          "The fileGrp of a representation should state its content type."),
           f"{_GROUP}[starts-with(@USE,'Representations')]",
           "@csip:CONTENTINFORMATIONTYPE or /m:mets/@csip:CONTENTINFORMATIONTYPE='MIXED'"),
    may("CSIP63", Text("Innehållstypen OTHER i en fileGrp bör få ett namn.",
                       "The content type OTHER of a fileGrp should be named."),
        f"{_GROUP}[@csip:CONTENTINFORMATIONTYPE='OTHER']", "normalize-space(@csip:OTHERCONTENTINFORMATIONTYPE)"),
    must("CSIP64", needs("fileGrp", "USE"), _GROUP, "normalize-space(@USE)"),
    must("CSIP65", needs("fileGrp", "ID"), _GROUP, "@ID"),
    must("CSIP66", Text("fileGrp ska innehålla minst en fil.", "fileGrp must hold at least one file."),
         _GROUP, ".//m:file"),
)  # fmt: skip

_FILE_RULES = tuple(of_files(rule) for rule in (
    must("CSIP67", needs("file", "ID"), _FILE, "@ID"),
    must("CSIP68", needs("file", "MIMETYPE"), _FILE, "normalize-space(@MIMETYPE)"),
    must("CSIP69", needs("file", "SIZE"), _FILE, "@SIZE"),
    must("CSIP70", needs("file", "CREATED"), _FILE, "@CREATED"),
    must("CSIP71", needs("file", "CHECKSUM"), _FILE, "normalize-space(@CHECKSUM)"),
    must("CSIP72", needs("file", "CHECKSUMTYPE"), _FILE, "normalize-space(@CHECKSUMTYPE)"),
    may("CSIP73", Text("OWNERID bör inte vara tomt.", "OWNERID should not be empty."),
        f"{_FILE}[@OWNERID]", "normalize-space(@OWNERID)"),
    may("CSIP74", Text("ADMID på en fil bör inte vara tomt.", "ADMID of a file should not be empty."),
        f"{_FILE}[@ADMID]", "normalize-space(@ADMID)"),
    may("CSIP75", Text("DMDID på en fil bör inte vara tomt.", "DMDID of a file should not be empty."),
        f"{_FILE}[@DMDID]", "normalize-space(@DMDID)"),
    must("CSIP76", Text("file ska ha precis en FLocat.", "file must have exactly one FLocat."),
         _FILE, "count(m:FLocat)=1"),
    must("CSIP77", needs("FLocat", "LOCTYPE=URL"), f"{_FILE}/m:FLocat", "@LOCTYPE='URL'"),
    must("CSIP78", needs("FLocat", "xlink:type=simple"), f"{_FILE}/m:FLocat", "@xlink:type='simple'"),
    must("CSIP79", needs("FLocat", "xlink:href"), f"{_FILE}/m:FLocat", "normalize-space(@xlink:href)"),
    since_2_2(must("KA-MEDIATYPE", Text("MIMETYPE ska finnas i IANA:s lista (från 2.2.0: bör).",
                                        "MIMETYPE must be in IANA's list (from 2.2.0: should)."),
                   f"{_FILE}[@MIMETYPE] | //m:mdRef[@MIMETYPE]", "ka:is-media-type(@MIMETYPE)"), Level.SHOULD),
))  # fmt: skip

_STRUCTURE_RULES = (
    must("CSIP80", Text("mets ska ha structMap.", "mets must have structMap."), "/m:mets", "m:structMap"),
    must("CSIP81", needs("structMap", "TYPE=PHYSICAL"), "/m:mets/m:structMap[@LABEL='CSIP']", "@TYPE='PHYSICAL'"),
    must("CSIP82", Text("Precis en structMap ska ha LABEL=CSIP.", "Exactly one structMap must have LABEL=CSIP."),
         "/m:mets", "count(m:structMap[@LABEL='CSIP'])=1"),
    must("CSIP83", needs("structMap", "ID"), "/m:mets/m:structMap[@LABEL='CSIP']", "@ID"),
    must("CSIP84", Text("structMap ska ha en enda div överst.", "structMap must have a single div on top."),
         "/m:mets/m:structMap[@LABEL='CSIP']", "count(m:div)=1"),
    must("CSIP85", needs("div", "ID"), _TOP, "@ID"),
    must("CSIP88", Text("structMap ska ha en div Metadata.", "structMap must have one div Metadata."),
         _TOP, "count(m:div[@LABEL='Metadata'])=1"),
    must("CSIP89", needs("div Metadata", "ID"), f"{_TOP}/m:div[@LABEL='Metadata']", "@ID"),
    must("CSIP90", Text("LABEL ska stavas Metadata.", "LABEL must be spelt Metadata."),
         f"{_TOP}/m:div[{_OF_OTHER_NAME}='metadata']", "@LABEL='Metadata'"),
    should("CSIP91", Text("Metadata bör hänvisa till varje gällande digiprovMD och rightsMD med ADMID.",
                          "Metadata should refer to each current digiprovMD and rightsMD by ADMID."),
           "/m:mets/m:amdSec/*[@STATUS='CURRENT']", _LISTED.format("ADMID")
           + f" or contains(concat(' ',{_TOP}/m:div[@LABEL='Metadata']/@ADMID,' '),concat(' ',../@ID,' '))"),
    should("CSIP92", Text("Metadata bör hänvisa till varje gällande dmdSec med DMDID.",
                          "Metadata should refer to each current dmdSec by DMDID."),
           "/m:mets/m:dmdSec[@STATUS='CURRENT']", _LISTED.format("DMDID")),
    *_division_rules("Documentation", f"{_GROUP}[@USE='Documentation']", (93, 94, 95, 96, 116)),
    *_division_rules("Schemas", f"{_GROUP}[@USE='Schemas']", (97, 98, 99, 100, 118)),
    *_division_rules("Representations", f"{_GROUP}[@USE='Representations']", (101, 102, 103, 104, 119)),
    package_only(should("CSIP105", Text("Varje representation bör ha en div.",
                                        "Each representation should have a div."),
                        f"{_GROUP}[starts-with(@USE,'Representations/')]", f"@USE = {_TOP}/m:div/@LABEL")),
    must("CSIP106", needs("div", "ID"), _POINTING, "@ID"),
    must("CSIP107", needs("div", "LABEL"), f"{_TOP}/m:div", "normalize-space(@LABEL)"),
    must("CSIP108", Text("mptr ska ha en xlink:title som är ID för representationens fileGrp.",
                         "mptr must have an xlink:title that is the ID of the representation's fileGrp."),
         f"{_POINTING}/m:mptr", f"@xlink:title = {_GROUP}/@ID"),
    must("CSIP109", Text("En representations div ska ha precis en mptr.",
                         "The div of a representation must have exactly one mptr."), _POINTING, "count(m:mptr)=1"),
    must("CSIP110", needs("mptr", "xlink:href"), f"{_POINTING}/m:mptr", "normalize-space(@xlink:href)"),
    must("CSIP111", needs("mptr", "xlink:type=simple"), f"{_POINTING}/m:mptr", "@xlink:type='simple'"),
    must("CSIP112", needs("mptr", "LOCTYPE=URL"), f"{_POINTING}/m:mptr", "@LOCTYPE='URL'"),
)  # fmt: skip

METS_RULES: tuple[Rule, ...] = (*_ROOT_RULES, *_METADATA_RULES, *_GROUP_RULES, *_FILE_RULES, *_STRUCTURE_RULES)
