"""Every rule of container, folders, files and PREMIS, broken once in an otherwise valid package."""

import io
import shutil
import tarfile
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
    rules_of,
    to,
    twice,
)
from tests.sip.test_sip_rules import METS_BREAKS
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


# --- what only a real container can be ---------------------------------------------------------------------------


def _written(write: Callable[[zipfile.ZipFile], None]) -> Callable[[Contents, Path], Path]:
    """Return a change that zips the package and then adds what a bad packer or an attacker would."""

    def change(contents: Contents, folder: Path) -> Path:
        archive = folder / "written.zip"
        with zipfile.ZipFile(archive, "w") as out:
            for path, data in contents.items():
                out.writestr(path, data)
            write(out)
        return archive

    return change


def _whole(contents: Contents, folder: Path) -> Path:
    return _written(lambda out: None)(contents, folder)


def _as_tar(contents: Contents, folder: Path, *more: tarfile.TarInfo) -> Path:
    archive = folder / "package.tar"
    with tarfile.open(archive, "w") as out:
        for path, data in contents.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
        for entry in more:
            out.addfile(entry)
    return archive


def _in_tar(name: str, **changes: object) -> Callable[[Contents, Path], Path]:
    entry = tarfile.TarInfo(name)
    for attribute, value in changes.items():
        setattr(entry, attribute, value)
    return lambda contents, folder: _as_tar(contents, folder, entry)


def _cut_tar(contents: Contents, folder: Path) -> Path:
    archive = _as_tar(contents, folder)
    archive.write_bytes(archive.read_bytes()[:-20_000])
    return archive


def _compressed_tar(contents: Contents, folder: Path) -> Path:
    archive = folder / "package.tar.gz"
    with tarfile.open(archive, "w:gz") as out:
        out.add(_as_tar(contents, folder), "x")
    return archive


def _bomb(out: zipfile.ZipFile) -> None:
    out.writestr(f"{_ROOT}/documentation/bomb.bin", b"\0" * (20 << 20), zipfile.ZIP_DEFLATED)


def _overlapping(out: zipfile.ZipFile) -> None:
    """Many entries that share the same bytes: small on disk, endless when unpacked."""
    large = max(out.filelist, key=lambda entry: entry.file_size)
    for number in range(20):
        copy = zipfile.ZipInfo(f"{_ROOT}/documentation/copy-{number}.txt")
        copy.compress_size, copy.file_size, copy.CRC = large.compress_size, large.file_size, large.CRC
        copy.header_offset = large.header_offset
        out.filelist.append(copy)


def _duplicate(out: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr(_METS, "<mets/>")


def _file_and_folder(out: zipfile.ZipFile) -> None:
    out.writestr(f"{_METS}/", "")


def _symlink(out: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo(f"{_ROOT}/documentation/link.txt")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    out.writestr(entry, "/etc/passwd")


def _encrypted(contents: Contents, folder: Path) -> Path:
    """Set the encryption flag of one entry, as an encrypting packer does, in both of its headers."""
    archive = _whole(contents, folder)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as readable:
        local = readable.getinfo(_METS).header_offset
    content[local + 6] |= 1
    central = content.rindex(_METS.encode()) - 46
    while content[central : central + 4] != b"PK\1\2":
        central = content.rindex(_METS.encode(), 0, central + 46) - 46
    content[central + 8] |= 1
    archive.write_bytes(content)
    return archive


def _truncated(contents: Contents, folder: Path) -> Path:
    archive = _whole(contents, folder)
    archive.write_bytes(archive.read_bytes()[:-1000])
    return archive


def _no_zip(_contents: Contents, folder: Path) -> Path:
    path = folder / "text.zip"
    path.write_text("ingen ZIP")
    return path


def _damaged_in_the_middle(contents: Contents, folder: Path) -> Path:
    archive = _whole(contents, folder)
    content = bytearray(archive.read_bytes())
    content[content.index(b"sidor klipp.webm")] ^= 0xFF
    archive.write_bytes(content)
    return archive


def _escaping(name: str) -> Callable[[Contents, Path], Path]:
    return _written(lambda out: out.writestr(zipfile.ZipInfo(name), "x"))


def _linked(contents: Contents, folder: Path) -> Path:
    with zipfile.ZipFile(_whole(contents, folder)) as archive:
        archive.extractall(folder)
    (folder / _ROOT / "documentation" / "link.txt").symlink_to("/etc/passwd")
    return folder / _ROOT


CONTAINER_BREAKS: list[tuple[str, str, Callable[[Contents, Path], Path]]] = [
    ("KA-ARCHIVE", "truncated", _truncated),
    ("KA-ARCHIVE", "no ZIP", _no_zip),
    ("KA-ARCHIVE", "not there", lambda _contents, folder: folder / "nowhere.zip"),
    ("KA-ARCHIVE", "damaged data", _damaged_in_the_middle),
    ("KA-ARCHIVE", "truncated TAR", _cut_tar),
    ("KA-ARCHIVE", "compressed TAR", _compressed_tar),
    ("KA-ENCRYPTED", "flag", _encrypted),
    ("KA-ESCAPE", "parent", _escaping(f"{_ROOT}/../../x.txt")),
    ("KA-ESCAPE", "absolute", _escaping("/etc/cron.d/x")),
    ("KA-ESCAPE", "backslash", _escaping(f"{_ROOT}\\..\\x")),
    ("KA-ESCAPE", "drive", _escaping("C:/x")),
    ("KA-ESCAPE", "parent in a TAR", _in_tar(f"{_ROOT}/../../x.txt")),
    ("KA-ESCAPE", "absolute in a TAR", _in_tar("/etc/cron.d/x")),
    ("KA-LINK", "in a folder", _linked),
    ("KA-LINK", "in a ZIP", _written(_symlink)),
    ("KA-LINK", "symbolic in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    ("KA-LINK", "hard in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.LNKTYPE, linkname="/etc/passwd")),
    ("KA-LINK", "device in a TAR", _in_tar(f"{_ROOT}/x", type=tarfile.CHRTYPE)),
    ("KA-DUPLICATE", "METS twice", _written(_duplicate)),
    ("KA-DUPLICATE", "file and folder", _written(_file_and_folder)),
    ("KA-DUPLICATE", "METS twice in a TAR", _in_tar(_METS)),
    ("KA-BOMB", "zeros", _written(_bomb)),
    ("KA-BOMB", "overlapping", _written(_overlapping)),
]


@pytest.mark.parametrize(("rule", "broken"), [pytest.param(r, b, id=f"{r} {name}") for r, name, b in CONTAINER_BREAKS])
def test_a_broken_container_is_found(
    contents: Contents, tmp_path: Path, rule: str, broken: Callable[[Contents, Path], Path]
) -> None:
    report = validate(broken(contents, tmp_path))
    assert {finding.severity for finding in report.findings if finding.rule == rule} == {Severity.ERROR}
    assert not report.valid
    assert Evidence.ARCHIVE in report.unseen


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


def test_a_rule_broken_everywhere_is_told_so_often_and_counted_for_the_rest(contents: Contents) -> None:
    strays = {f"{_ROOT}/documentation/stray-{number}.txt": b"x" for number in range(250)}
    report = judged({**contents, **strays})
    assert len([finding for finding in report.findings if finding.rule == "KA-ORPHAN"]) == 200
    assert report.further == {"KA-ORPHAN": 50}
    assert "och 210 till" in report.as_text(Language.SWEDISH)


def test_nothing_is_unpacked(package: Package, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert validate(package.path).valid
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("shape", ["folder", "tar", "tar with dots"])
def test_the_same_package_in_another_shape_is_as_valid(contents: Contents, tmp_path: Path, shape: str) -> None:
    archive = _whole(contents, tmp_path)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    path = tmp_path / _ROOT
    if shape != "folder":
        tar = tmp_path / "package.tar"
        with tarfile.open(tar, "w") as out:
            out.add(path, f"./{_ROOT}" if shape == "tar with dots" else _ROOT)
        shutil.rmtree(path)
        path = tar
    report = validate(path)
    assert report.findings == ()
    assert report.valid
    assert report.files == judged(contents).files
    assert rules_of(report) == set()
