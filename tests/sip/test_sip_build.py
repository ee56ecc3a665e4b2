"""Building a package: what lies in it, that it is always the same, and that no half or invalid one is ever left."""

import dataclasses
import hashlib
import os
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from register.errors import BadInputError, DiskFullError, FolderBlockedError, PackageInvalidError
from register.format_profile import PackageKind, PackageWishes
from register.model import Event, Package, Submission
from sip.build import build
from sip.standards import schemas
from sip.validate import validate

Make = Callable[..., Submission]
GOLDEN = Path(__file__).parent / "golden"
_NS = {"p": "http://www.loc.gov/premis/v3", "m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink"}


def _xml(package: Package, inside: str) -> "etree._Element":
    with zipfile.ZipFile(package.path) as archive:
        return etree.fromstring(archive.read(f"{package.object_id}/{inside}"))


def test_the_package_is_what_it_says_it_is(package: Package) -> None:
    assert package.path.name == f"{package.object_id}.zip"
    assert package.size == package.path.stat().st_size
    assert package.sha256 == hashlib.sha256(package.path.read_bytes()).hexdigest()
    with zipfile.ZipFile(package.path) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert {entry.filename.partition("/")[0] for entry in entries} == {package.object_id}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(2026, 11, 22, 12, 30, 8)}


def test_every_source_file_is_in_the_package_under_a_safe_name_with_its_own_name_kept(
    package: Package, make_submission: Make
) -> None:
    submission = make_submission("again")
    for representation in submission.representations:
        folder = f"representations/{representation.name}"
        premis = _xml(package, f"{folder}/metadata/preservation/premis.xml")
        objects = premis.xpath("//p:object[p:objectCharacteristics]", namespaces=_NS)
        told = {each.findtext("p:originalName", namespaces=_NS): each for each in objects}
        assert len(objects) == len(told) == len(representation.files)
        for artefact in representation.files:
            described = told[artefact.name.replace("\x0b", "\ufffd").replace("\x1b", "\ufffd")]
            content = artefact.path.read_bytes()
            path = described.findtext(".//p:objectIdentifierValue", namespaces=_NS)
            with zipfile.ZipFile(package.path) as archive:
                assert archive.read(f"{package.object_id}/{path}") == content
            assert described.findtext(".//p:messageDigest", namespaces=_NS) == hashlib.sha256(content).hexdigest()
            assert described.findtext(".//p:size", namespaces=_NS) == str(len(content))
            assert described.findtext(".//p:formatName", namespaces=_NS) == artefact.format_name
            assert described.findtext(".//p:formatVersion", namespaces=_NS) == artefact.format_version


def test_premis_tells_who_did_what_to_which_files(package: Package) -> None:
    premis = _xml(package, "representations/sidor/metadata/preservation/premis.xml")
    kinds = premis.xpath("//p:eventType/text()", namespaces=_NS)
    assert kinds == ["capture", "validation", "message digest calculation", "format identification", "packaging"]
    linked = premis.xpath("//p:event[p:eventType='validation']//p:linkingObjectIdentifierValue/text()", namespaces=_NS)
    data = "representations/sidor/data/mapp_o"
    assert sorted(linked) == [f"{data}/a_b-2.pdf", f"{data}/a_b-3.pdf"]
    assert premis.xpath("//p:agentName/text()", namespaces=_NS) == ["Chromium", "Kanalarkiv", "Siegfried"]


def test_a_media_type_that_archives_do_not_know_becomes_octet_stream_and_premis_keeps_the_format(
    package: Package,
) -> None:
    mets = _xml(package, "representations/sidor/METS.xml")
    assert mets.xpath("//m:file[@OWNERID='klipp.webm']/@MIMETYPE", namespaces=_NS) == ["application/octet-stream"]
    premis = _xml(package, "representations/sidor/metadata/preservation/premis.xml")
    assert premis.xpath("//p:object[p:originalName='klipp.webm']//p:formatName/text()", namespaces=_NS) == ["WebM"]


def test_the_same_submission_gives_the_same_bytes(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    packages = []
    for number in (1, 2):
        submission = make_submission(f"source-{number}")
        for artefact in submission.representations[0].files:
            os.utime(artefact.path, (number * 1000, number * 1000))
        shuffled = dataclasses.replace(submission, representations=submission.representations[:: 3 - 2 * number])
        into = tmp_path / f"into-{number}"
        into.mkdir()
        packages.append(build(shuffled, into, now=now))
    assert packages[0].sha256 == packages[1].sha256


@pytest.mark.parametrize(
    "inside",
    [
        "METS.xml",
        "metadata/descriptive/dc.xml",
        "metadata/descriptive/ead.xml",
        "metadata/preservation/premis.xml",
        "representations/sidor/METS.xml",
        "representations/sidor/metadata/preservation/premis.xml",
    ],
)
def test_what_is_written_is_what_was_agreed(package: Package, inside: str) -> None:
    """The golden files change only on purpose: with KANALARKIV_WRITE_GOLDEN=1."""
    golden = GOLDEN / inside.replace("/", "--")
    with zipfile.ZipFile(package.path) as archive:
        written = archive.read(f"{package.object_id}/{inside}")
    if os.environ.get("KANALARKIV_WRITE_GOLDEN") == "1":
        golden.write_bytes(written)
    assert written == golden.read_bytes()


def test_building_again_changes_nothing(package: Package, make_submission: Make, now: datetime) -> None:
    before = package.path.stat().st_mtime_ns
    assert build(make_submission("again"), package.path.parent, now=now) == package
    assert package.path.stat().st_mtime_ns == before


def test_another_package_of_the_same_name_is_never_overwritten(
    package: Package, make_submission: Make, now: datetime
) -> None:
    with pytest.raises(FolderBlockedError):
        build(make_submission("again", label="Något annat"), package.path.parent, now=now)
    assert hashlib.sha256(package.path.read_bytes()).hexdigest() == package.sha256
    assert _hidden(package.path.parent) == []


@pytest.mark.parametrize("name", ["../ute", "a b", "", "a/b", "å", ".", "x.y"])
def test_an_id_that_cannot_be_a_folder_is_refused(
    make_submission: Make, tmp_path: Path, now: datetime, name: str
) -> None:
    with pytest.raises(BadInputError):
        build(make_submission(object_id=name), tmp_path, now=now)


def test_an_invalid_package_leaves_a_report_and_no_package(
    make_submission: Make, tmp_path: Path, now: datetime
) -> None:
    """An event that names a file nobody has ever seen must stop the package."""
    submission = make_submission()
    first = submission.representations[0]
    stray = dataclasses.replace(first.events[0], identifier="stray", objects=("finns inte.pdf",))
    broken = dataclasses.replace(first, events=(*first.events, stray))
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(PackageInvalidError, match="KA-PREMIS-LINK"):
        build(dataclasses.replace(submission, representations=(broken,)), into, now=now)
    assert [path.name for path in into.iterdir()] == ["exempelkommun-facebook-2026.validation.json"]


def test_two_events_of_one_identity_stop_the_package(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    submission = make_submission()
    first = submission.representations[0]
    twice: tuple[Event, ...] = (first.events[0], first.events[0])
    broken = dataclasses.replace(first, events=twice)
    with pytest.raises(PackageInvalidError, match="KA-PREMIS-LINK"):
        build(dataclasses.replace(submission, representations=(broken,)), tmp_path, now=now)


def test_two_files_of_one_name_stop_the_package(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    submission = make_submission()
    twice = submission.documentation * 2
    with pytest.raises(PackageInvalidError, match="Två filer heter"):
        build(dataclasses.replace(submission, documentation=twice), tmp_path, now=now)
    assert _hidden(tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (PackageKind.FGS_2_0, "sidor"),
        (PackageKind.FGS_2_0, "Sidor"),
        (PackageKind.FGS_1_2, "Sidor"),
        (PackageKind.FGS_1_2, "documentation"),
    ],
)
def test_two_parts_of_one_name_stop_the_package(
    make_submission: Make, tmp_path: Path, now: datetime, kind: PackageKind, name: str
) -> None:
    submission = make_submission()
    first, second = submission.representations
    twice = dataclasses.replace(submission, representations=(dataclasses.replace(first, name=name), second))
    with pytest.raises(PackageInvalidError, match="Två mappar heter"):
        build(twice, tmp_path, now=now, wishes=PackageWishes(profil=kind, webbarkiv=False))
    assert _hidden(tmp_path) == []


@pytest.mark.parametrize("name", ["mets.xsd", "METS.XSD", "mëts.xsd"])
def test_a_schema_that_takes_the_name_of_an_official_one_stops_the_package(
    make_submission: Make, tmp_path: Path, now: datetime, name: str
) -> None:
    submission = make_submission()
    false = dataclasses.replace(submission.schemas[0], name=name)
    with pytest.raises(PackageInvalidError, match=r"(?i)mets\.xsd"):
        build(dataclasses.replace(submission, schemas=(false,)), tmp_path, now=now)


def test_a_missing_source_file_leaves_no_package(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    submission = make_submission()
    submission.documentation[0].path.unlink()
    with pytest.raises(FolderBlockedError):
        build(submission, tmp_path, now=now)
    assert list(tmp_path.glob("*.zip")) == []
    assert _hidden(tmp_path) == []


def test_a_package_without_documentation_is_valid_with_a_warning(
    make_submission: Make, tmp_path: Path, now: datetime
) -> None:
    package = build(make_submission(documentation=()), tmp_path, now=now)
    assert [finding.rule for finding in validate(package.path).findings] == ["CSIPSTR16"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_is_said_and_leaves_nothing(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    """Every size of disk from none to almost enough: the fault may strike anywhere in the writing."""
    disk = tmp_path / "disk"
    disk.mkdir()
    submission = make_submission()
    for kilobytes in (4, 20, 60, 100, 200, 216):
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", disk], capture_output=True, check=False
        )
        if mounted.returncode != 0:
            pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
        try:
            with pytest.raises(DiskFullError):
                build(submission, disk, now=now)
            assert list(disk.iterdir()) == []
        finally:
            subprocess.run(["umount", disk], check=True)


def test_the_official_schemas_accept_what_we_write(package: Package, official_schemas: Path) -> None:
    judged = {
        "METS.xml": "mets1_12.xsd",
        "representations/sidor/METS.xml": "mets1_12.xsd",
        "metadata/preservation/premis.xml": "premis-v3-0.xsd",
        "representations/sidor/metadata/preservation/premis.xml": "premis-v3-0.xsd",
        "metadata/descriptive/ead.xml": "ead3.xsd",
    }
    for inside, name in judged.items():
        _official(official_schemas, name).assertValid(_xml(package, inside))


def test_the_schemas_in_a_package_judge_it_without_a_network(unpacked: Path) -> None:
    """Whoever opens the package in fifty years has the schemas beside the METS, importing one another by name."""
    parser = etree.XMLParser(no_network=True)
    for schema, document in (
        ("mets.xsd", "METS.xml"),
        ("kanalarkiv-premis-3_0.xsd", "metadata/preservation/premis.xml"),
    ):
        compiled = etree.XMLSchema(etree.parse(str(unpacked / "schemas" / schema), parser))
        compiled.assertValid(etree.parse(str(unpacked / document), parser))
    assert {path.name for path in (unpacked / "schemas").iterdir()} == {*schemas(), "kanalarkiv-record-1_0.xsd"}


def _official(folder: Path, name: str) -> etree.XMLSchema:
    class Beside(etree.Resolver):
        def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(folder / url.rpartition("/")[2]), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.parse(str(folder / name), parser))


def _hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]
