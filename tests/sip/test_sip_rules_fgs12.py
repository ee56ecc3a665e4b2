"""FGS 1.2: every rule broken once in a valid sip.xml; and Riksarkivet's own schema says no where we say error."""

import hashlib
from pathlib import Path

import pytest
from lxml import etree

from sip.rule import Level
from sip.rules_fgs12 import FGS12_RULES
from tests.sip.mutating import (
    NS,
    Change,
    Contents,
    after,
    drop,
    edited,
    gone,
    judged,
    put,
    rules_of,
    twice,
)

_SIP = "leverans/sip.xml"
_PAGE = b"%PDF-1.7\n"
_DESCRIPTION = b"<ead/>"
_NOW = "2026-11-22T17:00:00+01:00"
_DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="{NS["m"]}" xmlns:ext="ExtensionMETS" xmlns:xlink="{NS["x"]}" OBJID="UUID:1" LABEL="Sidan" TYPE="Webpages"
  PROFILE="http://xml.ra.se/e-arkiv/METS/CommonSpecificationSwedenPackageProfile.xml" ext:APPRAISAL="No"
  ext:ACCESSRESTRICT="GDPR" ext:STARTDATE="2026-01-01" ext:ENDDATE="2026-11-22">
 <metsHdr CREATEDATE="{_NOW}" RECORDSTATUS="NEW" ext:OAISSTATUS="SIP" ext:AGREEMENTFORM="AGREEMENT">
  <agent ROLE="ARCHIVIST" TYPE="ORGANIZATION"><name>Nämnden</name><note>ORG:212000-0000</note></agent>
  <agent ROLE="ARCHIVIST" TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>Facebook</name></agent>
  <agent ROLE="CREATOR" TYPE="ORGANIZATION"><name>Kommunen</name><note>ORG:212000-0000</note></agent>
  <agent ROLE="OTHER" OTHERROLE="PRODUCER" TYPE="ORGANIZATION"><name>Kommunen</name></agent>
  <altRecordID TYPE="SUBMISSIONAGREEMENT">KS 2026/123; 2026-01-01</altRecordID>
  <metsDocumentID>sip.xml</metsDocumentID>
 </metsHdr>
 <dmdSec ID="D1"><mdRef LOCTYPE="URL" MDTYPE="OTHER" OTHERMDTYPE="EAG" MIMETYPE="application/xml"
  SIZE="{len(_DESCRIPTION)}" CREATED="{_NOW}" CHECKSUM="{hashlib.sha256(_DESCRIPTION).hexdigest()}"
  CHECKSUMTYPE="SHA-256" xlink:type="simple" xlink:href="file:///metadata/eag.xml"/></dmdSec>
 <amdSec ID="A1"/>
 <fileSec><fileGrp><file ID="F1" MIMETYPE="application/pdf" SIZE="{len(_PAGE)}" CREATED="{_NOW}"
  CHECKSUM="{hashlib.sha256(_PAGE).hexdigest()}" CHECKSUMTYPE="SHA-256" ext:FORMATREGISTRY="PRONOM"
  ext:FORMATREGISTRYKEY="fmt/276"><FLocat LOCTYPE="URL" xlink:type="simple" xlink:href="file:///content/sida.pdf"/>
 </file></fileGrp></fileSec>
 <structMap><div LABEL="files"><fptr FILEID="F1"/></div></structMap>
</mets>""".encode()
CONTENTS: Contents = {
    _SIP: _DOCUMENT,
    "leverans/content/sida.pdf": _PAGE,
    "leverans/metadata/eag.xml": _DESCRIPTION,
}
_AGENT = "//m:agent[@OTHERROLE]"
_FILE = "//m:file"
_REFERENCE = "//m:mdRef"

# Errors of ours that Riksarkivet's schema lets pass: a reference to no file at all.
_BEYOND = {"FGS12-REF-HREF", "FGS12-FILE-HREF"}

FGS12_BREAKS: dict[str, tuple[str, Change]] = {
    "FGS12-OBJID": ("/m:mets", drop("OBJID")),
    "FGS12-TYPE": ("/m:mets", drop("TYPE")),
    "FGS12-TYPE-VALUE": ("/m:mets", put("TYPE", "Social media")),
    "FGS12-PROFILE": ("/m:mets", drop("PROFILE")),
    "FGS12-PROFILE-VALUE": ("/m:mets", put("PROFILE", "http://xml.ra.se/e-arkiv/METS/annan.xml")),
    "FGS12-APPRAISAL": ("/m:mets", put("ext:APPRAISAL", "Ja")),
    "FGS12-ACCESSRESTRICT": ("/m:mets", put("ext:ACCESSRESTRICT", "Sekretess")),
    "FGS12-STARTDATE": ("/m:mets", put("ext:STARTDATE", _NOW)),
    "FGS12-ENDDATE": ("/m:mets", put("ext:ENDDATE", "2026")),
    "FGS12-EXT": ("/m:mets", put("ext:DELIVERYTYPE", "x")),
    "FGS12-HEADER": ("//m:metsHdr", gone),
    "FGS12-CREATEDATE": ("//m:metsHdr", drop("CREATEDATE")),
    "FGS12-RECORDSTATUS": ("//m:metsHdr", put("RECORDSTATUS", "DELETE")),
    "FGS12-STATUS": ("//m:metsHdr", drop("RECORDSTATUS")),
    "FGS12-OAISSTATUS": ("//m:metsHdr", put("ext:OAISSTATUS", "Paket")),
    "FGS12-SIP": ("//m:metsHdr", put("ext:OAISSTATUS", "AIP")),
    "FGS12-AGREEMENTFORM": ("//m:metsHdr", put("ext:AGREEMENTFORM", "Avtal")),
    "FGS12-AGENTS": ("//m:agent[@ROLE='ARCHIVIST']", gone),
    "FGS12-ROLE": (_AGENT, drop("ROLE")),
    "FGS12-ROLE-VALUE": (_AGENT, put("ROLE", "PRODUCER")),
    "FGS12-KIND": (_AGENT, drop("TYPE")),
    "FGS12-KIND-VALUE": (_AGENT, put("TYPE", "SOFTWARE")),
    "FGS12-OTHERROLE": (_AGENT, put("OTHERROLE", "KONSULT")),
    "FGS12-OTHERTYPE": ("//m:agent[@OTHERTYPE]", put("OTHERTYPE", "HARDWARE")),
    "FGS12-NAME": (f"{_AGENT}/m:name", gone),
    "FGS12-ARCHIVIST": ("//m:agent[@ROLE='ARCHIVIST'][@TYPE='ORGANIZATION']/m:note", gone),
    "FGS12-SYSTEM": ("//m:agent[@OTHERTYPE]", gone),
    "FGS12-SENDER": ("//m:agent[@ROLE='CREATOR']", gone),
    "FGS12-RECORDID": ("//m:altRecordID", gone),
    "FGS12-RECORDID-VALUE": ("//m:altRecordID", put("TYPE", "DELIVERYTYPE")),
    "FGS12-AGREEMENT": ("//m:altRecordID", put("TYPE", "REFERENCECODE")),
    "FGS12-DOCUMENTID": ("//m:metsDocumentID", twice),
    "FGS12-DMDSEC": ("//m:dmdSec", drop("ID")),
    "FGS12-AMDSEC": ("//m:amdSec", drop("ID")),
    "FGS12-REF-MDTYPE": (_REFERENCE, drop("MDTYPE")),
    "FGS12-REF-LOCTYPE": (_REFERENCE, drop("LOCTYPE")),
    "FGS12-REF-MIMETYPE": (_REFERENCE, drop("MIMETYPE")),
    "FGS12-REF-SIZE": (_REFERENCE, drop("SIZE")),
    "FGS12-REF-CREATED": (_REFERENCE, drop("CREATED")),
    "FGS12-REF-OTHERMDTYPE": (_REFERENCE, put("OTHERMDTYPE", "RiC")),
    "FGS12-REF-HREF": (_REFERENCE, drop("x:href")),
    "FGS12-GROUP": ("//m:fileGrp", gone),
    "FGS12-FILES": (_FILE, gone),
    "FGS12-FILE-ID": (_FILE, drop("ID")),
    "FGS12-FILE-MIMETYPE": (_FILE, drop("MIMETYPE")),
    "FGS12-FILE-SIZE": (_FILE, drop("SIZE")),
    "FGS12-FILE-CREATED": (_FILE, drop("CREATED")),
    "FGS12-FILE-FLOCAT": ("//m:FLocat", twice),
    "FGS12-FILE-LOCTYPE": ("//m:FLocat", drop("LOCTYPE")),
    "FGS12-FILE-HREF": ("//m:FLocat", drop("x:href")),
    "FGS12-FILE-REGISTRY": (_FILE, put("ext:FORMATREGISTRY", "Wikidata")),
    "FGS12-FILE-CHECKSUM": (_FILE, drop("CHECKSUM")),
    "FGS12-DIGEST": (_FILE, put("CHECKSUMTYPE", "CRC32")),
    "FGS12-LOCTYPE": ("//m:FLocat", put("LOCTYPE", "ARK")),
    "FGS12-MAP": ("//m:structMap", gone),
    "FGS12-DIV": ("//m:structMap/m:div", after("<m:div/>")),
    "FGS12-FPTR": ("//m:fptr", drop("FILEID")),
}


def test_the_package_that_is_broken_below_is_valid_before() -> None:
    report = judged(CONTENTS)
    assert report.findings == ()
    assert report.valid
    assert (report.version, report.files) == ("1.2", 2)


def test_a_package_without_a_root_folder_is_as_valid() -> None:
    loose = {path.partition("/")[2]: data for path, data in CONTENTS.items()}
    assert judged(loose).valid


def test_the_name_that_essarch_gives_is_known_too() -> None:
    mets = {("leverans/mets.xml" if path == _SIP else path): data for path, data in CONTENTS.items()}
    report = judged(mets)
    assert report.valid
    assert report.version == "1.2"


@pytest.mark.parametrize("rule", FGS12_RULES, ids=lambda rule: rule.id)
def test_a_broken_rule_is_found(rule) -> None:  # type: ignore[no-untyped-def]
    report = judged(edited(CONTENTS, _SIP, FGS12_BREAKS[rule.id]))
    found = [finding for finding in report.findings if finding.rule == rule.id]
    assert found
    assert {finding.severity for finding in found} == {rule.level.severity}
    assert found[0].expected == rule.says
    if rule.level is Level.MUST:
        assert not report.valid


def test_a_missing_file_and_a_changed_one_are_found() -> None:
    assert "KA-PRESENT" in rules_of(judged({path: data for path, data in CONTENTS.items() if "sida" not in path}))
    assert "KA-CHECKSUM" in rules_of(judged({**CONTENTS, "leverans/content/sida.pdf": b"%PDF-1.4\n"}))
    assert "KA-ORPHAN" in rules_of(judged({**CONTENTS, "leverans/content/x.txt": b"x"}))


def test_without_any_checksum_it_is_not_valid() -> None:
    bare = edited(CONTENTS, _SIP, ("//*[@CHECKSUM]", drop("CHECKSUM")), ("//*[@CHECKSUMTYPE]", drop("CHECKSUMTYPE")))
    report = judged(bare)
    assert not report.valid
    assert [each.value for each in report.unseen] == ["fixity"]


def test_a_reference_that_leads_out_is_found() -> None:
    out = edited(CONTENTS, _SIP, ("//m:FLocat", put("x:href", "file:///../../etc/passwd")))
    assert "KA-ESCAPE" in rules_of(judged(out))


# --- Riksarkivet's own schema -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def riksarkivet() -> etree.XMLSchema:
    folder = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "fgs-1.2"
    if not folder.is_dir():
        pytest.skip("Riksarkivet's schema is not beside the repository (../shared/schemas/fgs-1.2)")

    class Beside(etree.Resolver):
        def resolve(self, url, _public_id, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(folder / url.rpartition("/")[2]), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    both = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:import namespace="{NS["m"]}" schemaLocation="CSPackageMETS.xsd"/>
      <xs:import namespace="ExtensionMETS" schemaLocation="CSPackageExtensionMETS.xsd"/></xs:schema>"""
    return etree.XMLSchema(etree.fromstring(both, parser))


@pytest.mark.parametrize("rule", ["nothing", *FGS12_BREAKS])
def test_our_errors_are_what_riksarkivets_schema_refuses(riksarkivet: etree.XMLSchema, rule: str) -> None:
    broken = CONTENTS if rule == "nothing" else edited(CONTENTS, _SIP, FGS12_BREAKS[rule])
    report = judged(broken)
    ours = {each.rule for each in report.findings if each.rule.startswith("FGS12") and each.severity.value == "error"}
    refused = not riksarkivet.validate(etree.fromstring(broken[_SIP]))
    assert bool(ours) == (refused or rule in _BEYOND)
