"""Every rule, broken once in an otherwise valid package: the validator must say so, under the rule's own id."""

import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from register.language import Language
from sip.report import Evidence, Severity
from sip.rules import METS_RULES, RULES, Level
from sip.validate import validate

_NS = {
    "m": "http://www.loc.gov/METS/",
    "csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "x": "http://www.w3.org/1999/xlink",
    "p": "http://www.loc.gov/premis/v3",
}
Change = Callable[["etree._Element"], None]


def _name(attribute: str) -> str:
    prefix, _, local = attribute.rpartition(":")
    return f"{{{_NS[prefix]}}}{local}" if prefix else local


def drop(attribute: str) -> Change:
    def change(node: "etree._Element") -> None:
        del node.attrib[_name(attribute)]

    return change


def put(attribute: str, value: str) -> Change:
    def change(node: "etree._Element") -> None:
        node.set(_name(attribute), value)

    return change


def gone(node: "etree._Element") -> None:
    node.getparent().remove(node)


def twice(node: "etree._Element") -> None:
    node.addnext(deepcopy(node))


def emptied(node: "etree._Element") -> None:
    node.text = None


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
    "CSIP14": (f"{_SOFTWARE}/m:name", emptied),
    "CSIP15": (f"{_SOFTWARE}/m:note", emptied),
    "CSIP16": (f"{_SOFTWARE}/m:note", put("csip:NOTETYPE", "IDENTIFICATIONCODE")),
    "SIP11": (_ARCHIVIST, put("TYPE", "OTHER")),
    "SIP14": (f"{_ARCHIVIST}/m:note", drop("csip:NOTETYPE")),
    "SIP15": (_SUBMITTER, gone),
    "SIP18": (f"{_SUBMITTER}/m:name", emptied),
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


def _edit(document: Path, xpath: str, change: Change) -> None:
    tree = etree.parse(str(document))
    nodes = tree.xpath(xpath, namespaces=_NS)
    assert nodes, f"nothing to break at {xpath}"
    for node in nodes:
        change(node)
    tree.write(str(document))


@pytest.fixture
def with_rights(unpacked: Path) -> Path:
    """Return an unpacked package that also uses what we never write ourselves: rightsMD."""

    def add(digiprov: "etree._Element") -> None:
        rights = deepcopy(digiprov)
        rights.tag = f"{{{_NS['m']}}}rightsMD"
        rights.set("ID", "ID-rights")
        digiprov.addprevious(rights)

    _edit(unpacked / "METS.xml", "//m:digiprovMD", add)
    return unpacked


def test_the_package_that_is_broken_below_is_valid_before(with_rights: Path) -> None:
    report = validate(with_rights)
    assert report.findings == ()
    assert report.valid


@pytest.mark.parametrize("rule", METS_RULES, ids=lambda rule: rule.id)
def test_a_broken_mets_rule_is_found(with_rights: Path, rule) -> None:  # type: ignore[no-untyped-def]
    xpath, change = METS_BREAKS[rule.id]
    _edit(with_rights / "METS.xml", xpath, change)
    report = validate(with_rights)
    found = [finding for finding in report.findings if finding.rule == rule.id]
    assert found
    assert {finding.severity for finding in found} == {rule.level.severity}
    assert found[0].expected == rule.says
    if rule.level is Level.MUST:
        assert not report.valid


def test_a_rule_is_also_held_against_the_mets_of_a_representation(unpacked: Path) -> None:
    _edit(unpacked / "representations" / "sidor" / "METS.xml", "//m:metsHdr", drop("csip:OAISPACKAGETYPE"))
    places = {finding.rule: finding.place for finding in validate(unpacked).findings}
    assert places["CSIP9"].startswith("exempelkommun-facebook-2026/representations/sidor/METS.xml:")


# --- everything that is not said in METS alone -------------------------------------------------------------------


def _data(root: Path) -> Path:
    return root / "representations" / "sidor" / "data" / "klipp.webm"


def _tampered(root: Path) -> Path:
    content = _data(root).read_bytes()
    _data(root).write_bytes(content[:-1] + b"!")
    return root


def _longer(root: Path) -> Path:
    _data(root).write_bytes(_data(root).read_bytes() + b"!")
    return root


def _removed(root: Path) -> Path:
    _data(root).unlink()
    return root


def _added(root: Path) -> Path:
    (root / "metadata" / "stray.xml").write_text("<x/>")
    return root


def _ill_named(root: Path) -> Path:
    (root / "metadata" / "å ä.xml").write_text("<x/>")
    return root


def _linked(root: Path) -> Path:
    (root / "documentation" / "link.txt").symlink_to("/etc/passwd")
    return root


def _loose(root: Path) -> Path:
    archive = root.parent / "loose.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(root / "METS.xml", "p/METS.xml")
        out.writestr("another/x.txt", "x")
    return archive


def _renamed(root: Path) -> Path:
    return Path(shutil.move(root, root.with_name("another-name")))


def _without(folder: str) -> Callable[[Path], Path]:
    def change(root: Path) -> Path:
        shutil.rmtree(root / folder)
        return root

    return change


def _without_file(path: str) -> Callable[[Path], Path]:
    def change(root: Path) -> Path:
        (root / path).unlink()
        return root

    return change


def _mets(xpath: str, change: Change) -> Callable[[Path], Path]:
    def apply(root: Path) -> Path:
        _edit(root / "METS.xml", xpath, change)
        return root

    return apply


def _premis(xpath: str, change: Change) -> Callable[[Path], Path]:
    def apply(root: Path) -> Path:
        _edit(root / "representations" / "sidor" / "metadata" / "preservation" / "premis.xml", xpath, change)
        return root

    return apply


def _to(text: str) -> Change:
    def change(node: "etree._Element") -> None:
        node.text = text

    return change


def _retagged(node: "etree._Element") -> None:
    node.tag = "{https://example.org}premis"


def _with_dtd(root: Path) -> Path:
    mets = root / "METS.xml"
    mets.write_bytes(mets.read_bytes().replace(b"<mets ", b"<!DOCTYPE mets>\n<mets ", 1))
    return root


def _written(write: Callable[[zipfile.ZipFile, Path], None]) -> Callable[[Path], Path]:
    """Return a change that zips the package and then adds what a bad packer or an attacker would."""

    def change(root: Path) -> Path:
        archive = root.parent / "written.zip"
        with zipfile.ZipFile(archive, "w") as out:
            for path in sorted(root.rglob("*")):
                out.write(path, path.relative_to(root.parent))
            write(out, root)
        return archive

    return change


def _bomb(out: zipfile.ZipFile, root: Path) -> None:
    out.writestr(f"{root.name}/documentation/bomb.bin", b"\0" * (20 << 20), zipfile.ZIP_DEFLATED)


def _overlapping(out: zipfile.ZipFile, root: Path) -> None:
    """Many entries that share the same bytes: small on disk, endless when unpacked."""
    large = max(out.filelist, key=lambda entry: entry.file_size)
    for number in range(20):
        copy = zipfile.ZipInfo(f"{root.name}/documentation/copy-{number}.txt")
        copy.compress_size, copy.file_size, copy.CRC = large.compress_size, large.file_size, large.CRC
        copy.header_offset = large.header_offset
        out.filelist.append(copy)


def _duplicate(out: zipfile.ZipFile, root: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr(f"{root.name}/METS.xml", "<mets/>")


def _symlink(out: zipfile.ZipFile, root: Path) -> None:
    entry = zipfile.ZipInfo(f"{root.name}/documentation/link.txt")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    out.writestr(entry, "/etc/passwd")


def _encrypted(root: Path) -> Path:
    """Set the encryption flag of one entry, as an encrypting packer does, in both of its headers."""
    archive = _written(lambda out, folder: None)(root)
    content = bytearray(archive.read_bytes())
    name = f"{root.name}/METS.xml".encode()
    with zipfile.ZipFile(archive) as readable:
        local = readable.getinfo(name.decode()).header_offset
    content[local + 6] |= 1
    central = content.rindex(name) - 46
    assert content[central : central + 4] == b"PK\1\2"
    content[central + 8] |= 1
    archive.write_bytes(content)
    return archive


def _truncated(root: Path) -> Path:
    archive = _written(lambda out, folder: None)(root)
    archive.write_bytes(archive.read_bytes()[:-1000])
    return archive


def _no_zip(root: Path) -> Path:
    path = root.parent / "text.zip"
    path.write_text("ingen ZIP")
    return path


def _damaged_in_the_middle(root: Path) -> Path:
    archive = _written(lambda out, folder: None)(root)
    content = bytearray(archive.read_bytes())
    at = content.index(b"sidor klipp.webm")
    content[at] ^= 0xFF
    archive.write_bytes(content)
    return archive


def _escaping(name: str) -> Callable[[Path], Path]:
    return _written(lambda out, root: out.writestr(zipfile.ZipInfo(name), "x"))


BREAKS: list[tuple[str, str, Callable[[Path], Path]]] = [
    ("KA-ARCHIVE", "truncated", _truncated),
    ("KA-ARCHIVE", "no ZIP", _no_zip),
    ("KA-ARCHIVE", "not there", lambda root: root.parent / "nowhere.zip"),
    ("KA-ARCHIVE", "damaged data", _damaged_in_the_middle),
    ("KA-ENCRYPTED", "flag", _encrypted),
    ("KA-ESCAPE", "parent", _escaping("exempelkommun-facebook-2026/../../x.txt")),
    ("KA-ESCAPE", "absolute", _escaping("/etc/cron.d/x")),
    ("KA-ESCAPE", "backslash", _escaping("exempelkommun-facebook-2026\\..\\x")),
    ("KA-ESCAPE", "drive", _escaping("C:/x")),
    ("KA-ESCAPE", "reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "../../etc/passwd"))),
    ("KA-ESCAPE", "absolute reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "/etc/passwd"))),
    ("KA-ESCAPE", "encoded reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "%2e%2e/%2e%2e/etc/passwd"))),
    ("KA-ESCAPE", "web reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "https://example.org/x"))),
    ("KA-ESCAPE", "file reference", _mets(f"{_FILE}/m:FLocat", put("x:href", "file:///etc/passwd"))),
    ("KA-LINK", "in a folder", _linked),
    ("KA-LINK", "in a ZIP", _written(_symlink)),
    ("KA-DUPLICATE", "METS twice", _written(_duplicate)),
    ("KA-BOMB", "zeros", _written(_bomb)),
    ("KA-BOMB", "overlapping", _written(_overlapping)),
    ("KA-XML", "DTD", _with_dtd),
    ("KA-XML", "not well formed", lambda root: _overwritten(root, b"<mets><a></mets>")),
    ("KA-XML", "empty", lambda root: _overwritten(root, b"")),
    ("CSIPSTR1", "two roots", _loose),
    ("CSIPSTR2", "renamed", _renamed),
    ("CSIPSTR4", "no METS", _without_file("METS.xml")),
    ("CSIPSTR5", "no metadata", _without("metadata")),
    ("CSIPSTR6", "no preservation", _without("metadata/preservation")),
    ("CSIPSTR7", "no descriptive", _without("metadata/descriptive")),
    ("CSIPSTR9", "no representations", _without("representations")),
    ("CSIPSTR12", "no representation METS", _without_file("representations/sidor/METS.xml")),
    ("CSIPSTR15", "no schemas", _without("schemas")),
    ("CSIPSTR16", "no documentation", _without("documentation")),
    ("KA-METS-XSD", "element", _mets("//m:metsHdr/m:agent/m:name", twice)),
    ("KA-METS-XSD", "extension", _mets("/m:mets", put("csip:CONTENTINFORMATIONTYPE", "Facebook"))),
    ("KA-PRESENT", "removed", _removed),
    ("KA-PRESENT", "representation", _without_file("representations/sidor/METS.xml")),
    ("KA-SIZE", "longer", _longer),
    ("KA-CHECKSUM", "tampered", _tampered),
    ("KA-CHECKSUM", "algorithm", _mets(_FILE, put("CHECKSUMTYPE", "Adler-32"))),
    ("KA-ORPHAN", "added", _added),
    ("KA-NAME", "added", _ill_named),
    ("KA-PREMIS", "another root", _premis("/p:premis", _retagged)),
    ("KA-PREMIS-XSD", "unknown agent", _premis("//p:agentIdentifierValue", _to("somebody else"))),
    ("KA-PREMIS-FILE", "other size", _premis("//p:size", _to("1"))),
    ("KA-PREMIS-FILE", "other digest", _premis("//p:messageDigest", _to("0" * 64))),
    ("KA-PREMIS-FILE", "not described", _premis("//p:object[p:objectCharacteristics][1]", gone)),
]


def _overwritten(root: Path, content: bytes) -> Path:
    (root / "METS.xml").write_bytes(content)
    return root


@pytest.mark.parametrize(("rule", "broken"), [pytest.param(r, b, id=f"{r} {name}") for r, name, b in BREAKS])
def test_a_broken_package_is_found(unpacked: Path, rule: str, broken: Callable[[Path], Path]) -> None:
    known = RULES[rule]
    report = validate(broken(unpacked))
    found = [finding for finding in report.findings if finding.rule == rule]
    assert found
    assert {finding.severity for finding in found} == {known.level.severity}
    if known.level is Level.MUST:
        assert not report.valid


def test_every_rule_has_a_package_that_breaks_it() -> None:
    assert set(METS_BREAKS) == {rule.id for rule in METS_RULES}
    assert {rule for rule, _, _ in BREAKS} | set(METS_BREAKS) == set(RULES)


def test_nothing_seen_is_never_valid(tmp_path: Path) -> None:
    """An empty ZIP breaks few rules; it is the missing evidence that condemns it."""
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    report = validate(path)
    assert not report.valid
    assert report.unseen
    assert "EJ STYRKT" in report.as_text(Language.SWEDISH)


def test_a_package_without_representations_is_not_valid(unpacked: Path) -> None:
    shutil.rmtree(unpacked / "representations")
    _edit(unpacked / "METS.xml", "//m:fileGrp[starts-with(@USE,'Representations')]", gone)
    _edit(unpacked / "METS.xml", "//m:div[starts-with(@LABEL,'Representations')]", gone)
    report = validate(unpacked)
    assert {each.rule for each in report.findings if each.severity is Severity.ERROR} == {"CSIP114"}
    assert report.unseen == (Evidence.REPRESENTATIONS,)
    assert not report.valid


def test_a_package_without_premis_is_not_valid(unpacked: Path) -> None:
    for document in (unpacked / "METS.xml", *unpacked.glob("representations/*/METS.xml")):
        _edit(document, "//m:amdSec", gone)
    assert not validate(unpacked).valid


def test_nothing_is_unpacked(package, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert validate(package.path).valid
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
