"""Every rule of folders, files and PREMIS, broken once in an otherwise valid package."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from register.language import Language
from register.model import Package
from sip.report import Evidence, Severity
from sip.rule import Level
from sip.rules import RULES
from sip.validate import validate
from tests.sip.mutating import (
    Change,
    Contents,
    after,
    contents_of,
    drop,
    edited,
    gone,
    judged,
    put,
    to,
    twice,
)
from tests.sip.test_sip_rules import METS_BREAKS
from tests.sip.test_sip_rules_container import CONTAINER_BREAKS
from tests.sip.test_sip_rules_fgs12 import FGS12_BREAKS

_ROOT = "exempelkommun-facebook-2026"
_METS = f"{_ROOT}/METS.xml"
_PREMIS = f"{_ROOT}/representations/sidor/metadata/preservation/premis.xml"
_DATA = f"{_ROOT}/representations/sidor/data/klipp.webm"
_FILE = "//m:fileGrp[@USE='Documentation']/m:file"
_SUBMITTER = "//m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"
_DESCRIBED = "//p:object[p:objectCharacteristics][1]"
Breaking = Callable[[Contents], Contents]


@pytest.fixture(scope="module")
def contents(_sealed: Package) -> Contents:
    return contents_of(_sealed.path)


def _mets(xpath: str, change: Change) -> Breaking:
    return lambda contents: edited(contents, _METS, (xpath, change))


def _premis(xpath: str, change: Change) -> Breaking:
    return lambda contents: edited(contents, _PREMIS, (xpath, change))


def _with(path: str, content: bytes) -> Breaking:
    return lambda contents: {**contents, f"{_ROOT}/{path}": content}


def _without(folder: str) -> Breaking:
    """Return the change that takes a file, or a folder with all in it, away."""
    gone_from = f"{_ROOT}/{folder}"
    return lambda contents: {
        path: data for path, data in contents.items() if path != gone_from and not path.startswith(f"{gone_from}/")
    }


def _tampered(contents: Contents) -> Contents:
    return {**contents, _DATA: contents[_DATA][:-1] + b"!"}


def _longer(contents: Contents) -> Contents:
    return {**contents, _DATA: contents[_DATA] + b"!"}


def _renamed(contents: Contents) -> Contents:
    return {path.replace(_ROOT, "another-name", 1): data for path, data in contents.items()}


def _with_dtd(contents: Contents) -> Contents:
    return {**contents, _METS: contents[_METS].replace(b"<mets ", b"<!DOCTYPE mets>\n<mets ", 1)}


def _retagged(node) -> None:  # type: ignore[no-untyped-def]
    node.tag = "{https://example.org}premis"


def _as_foreign(change: Breaking) -> Breaking:
    """Return `change`, made in a PREMIS document that does not promise our schema."""

    def both(contents: Contents) -> Contents:
        return edited(change(contents), _PREMIS, ("/p:premis", drop("xsi:schemaLocation")))

    return both


_PERSON = "<m:agent ROLE='CREATOR' TYPE='INDIVIDUAL'><m:name>Anna</m:name></m:agent>"

BREAKS: list[tuple[str, str, Breaking]] = [
    ("CSIPSTR1", "two roots", lambda contents: {**contents, "another/x.txt": b"x"}),
    ("CSIPSTR1", "loose", lambda contents: {**contents, "x.txt": b"x"}),
    ("CSIPSTR2", "renamed", _renamed),
    ("CSIPSTR4", "no METS", _without("METS.xml")),
    ("CSIPSTR5", "no metadata", _without("metadata")),
    ("CSIPSTR6", "no preservation", _without("metadata/preservation")),
    ("CSIPSTR7", "no descriptive", _without("metadata/descriptive")),
    ("CSIPSTR9", "no representations", _without("representations")),
    ("CSIPSTR10", "loose file", _with("representations/x.txt", b"x")),
    ("CSIPSTR11", "no data", _without("representations/sidor/data")),
    ("CSIPSTR12", "no representation METS", _without("representations/sidor/METS.xml")),
    ("CSIPSTR13", "no metadata of a representation", _without("representations/sidor/metadata")),
    ("CSIPSTR15", "no schemas", _without("schemas")),
    ("CSIPSTR16", "no documentation", _without("documentation")),
    ("CSIP1", "a representation of another name", lambda contents: edited(
        contents, f"{_ROOT}/representations/sidor/METS.xml", ("/m:mets", put("OBJID", "annan")))),
    ("KA-XML", "DTD", _with_dtd),
    ("KA-XML", "not well formed", _with("METS.xml", b"<mets><a></mets>")),
    ("KA-XML", "empty", _with("METS.xml", b"")),
    ("KA-ESCAPE", "reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "../../etc/passwd"))),
    ("KA-ESCAPE", "absolute reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "/etc/passwd"))),
    ("KA-ESCAPE", "encoded reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "%2e%2e/%2e%2e/etc/passwd"))),
    ("KA-ESCAPE", "web reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "https://example.org/x"))),
    ("KA-ESCAPE", "file reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "file:///etc/passwd"))),
    ("KA-CASE", "upper case", _with("documentation/FULLSTANDIGHETSINTYG.html", b"x")),
    ("KA-METS-XSD", "element", _mets("//m:metsHdr/m:agent/m:name", twice)),
    ("KA-METS-XSD", "extension", _mets("/m:mets", put("csip:CONTENTINFORMATIONTYPE", "Facebook"))),
    ("KA-PRESENT", "removed", _without("representations/sidor/data/klipp.webm")),
    ("KA-PRESENT", "representation", _without("representations/sidor/METS.xml")),
    ("KA-SIZE", "longer", _longer),
    ("KA-CHECKSUM", "tampered", _tampered),
    ("KA-CHECKSUM", "algorithm", _mets(_FILE, put("CHECKSUMTYPE", "Adler-32"))),
    ("KA-ORPHAN", "added", _with("metadata/stray.xml", b"<x/>")),
    ("KA-NAME", "added", _with("metadata/å ä.xml", b"<x/>")),
    ("KA-FORMAT", "no PDF", _mets(_FILE, put("MIMETYPE", "application/pdf"))),
    ("KA-CONTACT", "person", _mets(_SUBMITTER, after(_PERSON))),
    ("KA-PROFILE", "no version", _mets("/m:mets", put("PROFILE", "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"))),
    ("KA-ID", "agent", _mets("//m:altRecordID[1] | //m:metsHdr", put("ID", "ID-same"))),
    ("CSIP67", "the same ID", _mets("//m:file", put("ID", "ID-same"))),
    ("KA-POINTER", "ADMID", _mets(_FILE, put("ADMID", "ID-nowhere"))),
    ("KA-POINTER", "FILEID", _mets("//m:div[@LABEL='Documentation']/m:fptr", put("FILEID", "ID-nowhere"))),
    ("KA-PREMIS", "another root", _premis("/p:premis", _retagged)),
    ("KA-PREMIS-XSD", "unknown element", _premis("//p:agentName", _retagged)),
    ("KA-PREMIS-XSD", "no agent", _premis("//p:agent", gone)),
    ("KA-PREMIS-OTHER", "foreign", _as_foreign(lambda contents: contents)),
    ("KA-PREMIS-LINK", "unknown agent", _premis("//p:agentIdentifierValue", to("somebody else"))),
    ("KA-PREMIS-LINK", "unknown agent, foreign", _as_foreign(_premis("//p:agentIdentifierValue", to("somebody")))),
    ("KA-PREMIS-LINK", "unknown object", _premis("//p:linkingObjectIdentifierValue", to("nothing"))),
    ("KA-PREMIS-LINK", "object twice", _premis(_DESCRIBED, twice)),
    ("KA-PREMIS-LINK", "event twice", _premis("//p:event[1]", twice)),
    ("KA-PREMIS-FILE", "other size", _premis("//p:size", to("1"))),
    ("KA-PREMIS-FILE", "other digest", _premis("//p:messageDigest", to("0" * 64))),
    ("KA-PREMIS-FILE", "other digest, foreign", _as_foreign(_premis("//p:messageDigest", to("0" * 64)))),
    ("KA-PREMIS-FILE", "not described", _premis(_DESCRIBED, gone)),
    ("KA-PREMIS-FILE", "not in METS", _premis(f"{_DESCRIBED}//p:objectIdentifierValue", to("nothing.pdf"))),
    ("PM28", "no kind", _premis(_DESCRIBED, drop("xsi:type"))),
    ("PM29", "no identifier", _premis(f"{_DESCRIBED}/p:objectIdentifier", gone)),
    ("PM30", "no type", _premis(f"{_DESCRIBED}//p:objectIdentifierType", to(" "))),
    ("PM31", "no value", _premis(f"{_DESCRIBED}//p:objectIdentifierValue", to(" "))),
    ("PM32", "no characteristics", _premis(f"{_DESCRIBED}/p:objectCharacteristics", gone)),
    ("PM33", "no fixity", _premis(f"{_DESCRIBED}//p:fixity", gone)),
    ("PM34", "no algorithm", _premis(f"{_DESCRIBED}//p:messageDigestAlgorithm", to(""))),
    ("PM35", "no digest", _premis(f"{_DESCRIBED}//p:messageDigest", to(""))),
    ("PM37", "no format", _premis(f"{_DESCRIBED}//p:format", gone)),
    ("PM41", "empty format", _premis(f"{_DESCRIBED}//p:formatDesignation", gone)),
    ("KA-PREMIS-EVENT", "no time", _premis("//p:eventDateTime", gone)),
    ("KA-PREMIS-AGENT", "no name", _premis("//p:agentName", to(""))),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken"), [pytest.param(r, b, id=f"{r} {name}") for r, name, b in BREAKS])
def test_a_broken_package_is_found(contents: Contents, rule: str, broken: Breaking) -> None:
    known = RULES[rule]
    report = judged(broken(contents))
    found = [finding for finding in report.findings if finding.rule == rule]
    assert found
    assert {finding.severity for finding in found} == {known.level.severity}
    assert all(finding.place for finding in found)
    if known.level is Level.MUST:
        assert not report.valid


def test_every_rule_has_a_package_that_breaks_it() -> None:
    broken = {rule for rule, _, _ in (*BREAKS, *CONTAINER_BREAKS)}
    assert broken | METS_BREAKS.keys() | FGS12_BREAKS.keys() == RULES.keys()


# --- absence ------------------------------------------------------------------------------------------------------


def test_nothing_seen_is_never_valid(tmp_path: Path) -> None:
    """An empty ZIP breaks few rules; it is the missing evidence that condemns it."""
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    report = validate(path)
    assert not report.valid
    assert report.unseen
    assert "EJ STYRKT" in report.as_text(Language.SWEDISH)


def test_a_package_of_ours_without_representations_is_not_valid(contents: Contents) -> None:
    bare = edited(
        _without("representations")(contents),
        _METS,
        ("//m:fileGrp[starts-with(@USE,'Representations')]", gone),
        ("//m:div[starts-with(@LABEL,'Representations')]", gone),
    )
    report = judged(bare)
    assert {each.rule for each in report.findings if each.severity is Severity.ERROR} == {"CSIP114"}
    assert report.unseen == (Evidence.REPRESENTATIONS,)
    assert not report.valid


def test_a_package_of_ours_without_premis_is_not_valid(contents: Contents) -> None:
    for document in (_METS, *(path for path in contents if path.endswith("/METS.xml") and path != _METS)):
        contents = edited(contents, document, ("//m:amdSec", gone))
    report = judged(contents)
    assert Evidence.PREMIS in report.unseen
    assert not report.valid


def test_what_of_anybody_elses_premis_was_not_checked_is_said(contents: Contents) -> None:
    """It is a note: what the other promises may well be so. What can be checked still is, as the breaks above show."""
    report = judged(edited(contents, _PREMIS, ("/p:premis", drop("xsi:schemaLocation"))))
    (note,) = [each for each in report.findings if each.rule == "KA-PREMIS-OTHER"]
    assert (note.severity, note.place) == (Severity.NOTE, _PREMIS)
    assert note.found.sv.startswith("ej prövat: PREMIS mot det officiella schemat")
    assert note.found.en.startswith("not checked: PREMIS against the official schema")
    assert note.found.sv.endswith("storlek och kontrollsumma.")  # not cut
    assert note.found.en.endswith("each file described.")
    assert "NOTERING KA-PREMIS-OTHER" in report.as_text(Language.SWEDISH)


def test_a_rule_broken_everywhere_is_told_so_often_and_counted_for_the_rest(contents: Contents) -> None:
    strays = {f"{_ROOT}/documentation/stray-{number}.txt": b"x" for number in range(250)}
    report = judged({**contents, **strays})
    assert len([finding for finding in report.findings if finding.rule == "KA-ORPHAN"]) == 200
    assert report.further == {"KA-ORPHAN": 50}
    assert "och 210 till" in report.as_text(Language.SWEDISH)
