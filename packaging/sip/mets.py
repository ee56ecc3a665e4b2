"""Writes METS as a package profile says: E-ARK CSIP and SIP for a package and its representations, or a `sip.xml`.

Clauses are named where they decide something. What the profiles name differently, `sip/profiles/` says; only the
structMap is built differently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote
from uuid import UUID, uuid5

from register.format_profile import Checksum
from register.language import SWEDEN
from register.model import Submission
from sip.agents import NamedAgent, agents
from sip.archive import StoredFile
from sip.fgs import Layout, PackageProfile, Said
from sip.fields import FIELDS
from sip.premis import REGISTRY, timestamp
from sip.xmlstream import Sink, XmlStream, document

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_IDS = UUID("3f0b7a54-6d0e-5a55-9d0c-2f6f5d3c1b7e")


@dataclass(frozen=True, kw_only=True)
class Description:
    """A metadata file, with METS's name of its kind (`DC`, `EAD`, `PREMIS`) and the version of that."""

    file: StoredFile
    kind: str
    version: str


@dataclass(frozen=True, kw_only=True)
class FileGroup:
    """Files of one use. `pointer` is the path of a representation's METS document, where the group stands for one."""

    use: str
    files: tuple[StoredFile, ...]
    holds_content: bool
    pointer: str | None


@dataclass(frozen=True, kw_only=True)
class MetsDocument:
    """What one METS document says. `folder` is where it lies in the package: empty, or `representations/<name>/`."""

    object_id: str
    label: str
    folder: str
    submission: Submission
    profile: PackageProfile
    algorithm: Checksum
    now: datetime
    descriptive: tuple[Description, ...]
    preservation: tuple[Description, ...]
    groups: tuple[FileGroup, ...]
    schemas: str

    def identifier(self, of: str) -> str:
        """Return the xml:id of a part: the same for the same package, and unique across it (CSIP67)."""
        return f"ID-{uuid5(_IDS, f'{self.submission.object_id}/{self.folder}#{of}')}"

    def href(self, path: str) -> str:
        """Return how this document refers to the file at `path` of the package."""
        prefix = self.profile.href
        return f"{prefix}{quote(path if prefix else path.removeprefix(self.folder))}"

    @cached_property
    def file_attributes(self) -> tuple[tuple[str, str], ...]:
        """How a file's own facts are called, by the name of the fact."""
        return tuple((self.profile.qualified(name), fact) for name, fact in self.profile.file.items())


def write(sink: Sink, mets: MetsDocument) -> None:
    """Write a METS document into `sink`."""
    profile = mets.profile
    uris = {"mets": METS, "xlink": XLINK, **profile.namespaces}
    places = (f"{uris[prefix]} {_schema(mets, name)}" for prefix, name in profile.schemas.items())
    nsmap: dict[str | None, str] = {
        None: METS,
        "xlink": XLINK,
        "xsi": _XSI,
    }
    nsmap.update(profile.namespaces)
    root = {
        "OBJID": mets.object_id,  # CSIP1
        "LABEL": mets.label,  # SIP1
        "TYPE": profile.content_category,  # CSIP2
        "PROFILE": profile.profile,  # CSIP6, SIP2
        **_said(mets, profile.root),
        f"{{{_XSI}}}schemaLocation": " ".join(places),
    }
    with document(sink, "mets", nsmap=nsmap, attributes=root) as xml:
        _write_header(xml, mets)
        for description in mets.descriptive:
            _write_metadata(xml, mets, description, section="dmdSec")
        with xml.element("amdSec", {"ID": mets.identifier("amdSec")}):  # CSIP31: a single one
            for description in mets.preservation:
                _write_metadata(xml, mets, description, section="digiprovMD")
        with xml.element("fileSec", {"ID": mets.identifier("fileSec")}):
            for group in mets.groups:
                _write_group(xml, mets, group)
        if profile.layout is Layout.E_ARK:
            _write_structure(xml, mets)
        else:
            _write_list(xml, mets)


def _schema(mets: MetsDocument, name: str) -> str:
    return name if "://" in name else f"{mets.schemas}{name}"


def _said(mets: MetsDocument, attributes: Mapping[str, Said]) -> dict[str, str | None]:
    return {mets.profile.qualified(name): _value(mets, said) for name, said in attributes.items()}


def _value(mets: MetsDocument, said: Said) -> str | None:
    if said.field is None:
        return said.text
    value = _field(mets.submission, said.field)
    return value if said.words is None or value is None else said.words.get(value)


def _field(submission: Submission, name: str) -> str | None:
    period = submission.period
    match name:
        case "start_date":
            return period.start.astimezone(SWEDEN).date().isoformat() if period.start is not None else None
        case "end_date":
            return period.end.astimezone(SWEDEN).date().isoformat()
        case _:
            return FIELDS[name].of(submission.channel)


def _write_header(xml: XmlStream, mets: MetsDocument) -> None:
    profile, channel = mets.profile, mets.submission.channel
    written = timestamp(mets.now)
    header = {
        "CREATEDATE": written,  # CSIP7
        "LASTMODDATE": written,  # CSIP8
        "RECORDSTATUS": channel.record_status.value,  # SIP3
        **_said(mets, profile.header),
    }
    with xml.element("metsHdr", header):
        for agent in agents(mets.submission, profile):
            _write_agent(xml, agent)
        earlier = channel.earlier_package if profile.earlier_package is not None else None
        for kind, value in (
            ("SUBMISSIONAGREEMENT", channel.submission_agreement),  # SIP5
            ("PREVIOUSSUBMISSIONAGREEMENT", channel.terms.previous_agreement),  # SIP6
            ("REFERENCECODE", channel.reference_code),  # SIP7
            ("PREVIOUSREFERENCECODE", channel.terms.previous_reference_code),  # SIP8
            (profile.earlier_package, earlier),
        ):
            if value:
                xml.leaf("altRecordID", value, {"TYPE": kind})
        xml.leaf("metsDocumentID", profile.document)


def _write_agent(xml: XmlStream, agent: NamedAgent) -> None:
    row = agent.row
    attributes = {"ROLE": row.role, "OTHERROLE": row.other_role, "TYPE": row.type, "OTHERTYPE": row.other_type}
    with xml.element("agent", attributes):
        xml.leaf("name", agent.name)
        if agent.note is not None:
            kind = {} if row.note_type is None else {f"{{{CSIP}}}NOTETYPE": row.note_type}
            xml.leaf("note", agent.note, kind)


def _write_metadata(xml: XmlStream, mets: MetsDocument, description: Description, *, section: str) -> None:
    """Write a dmdSec (CSIP17-30) or a digiprovMD (CSIP32-44) that refers to a metadata file."""
    file = description.file
    attributes = {"ID": mets.identifier(file.path), "CREATED": timestamp(file.created), "STATUS": "CURRENT"}
    reference = {
        **_locator(mets, file.path),
        "MDTYPE": description.kind,
        "MDTYPEVERSION": description.version,
        **_measures(mets, file),
    }
    with xml.element(section, attributes):
        xml.leaf("mdRef", None, reference)


def _write_group(xml: XmlStream, mets: MetsDocument, group: FileGroup) -> None:
    """Write a fileGrp (CSIP60-66, 113, 114) with its files (CSIP66-79, SIP32-35)."""
    profile = mets.profile
    repeated = {name: profile.root[name] for name in profile.content_group} if group.holds_content else {}
    with xml.element("fileGrp", {"ID": mets.identifier(group.use), "USE": group.use, **_said(mets, repeated)}):
        for file in group.files:
            facts: dict[str, str | None] = {
                "original_name": file.original_name,
                "format_name": file.format_name,
                "format_version": file.format_version,
                "format_registry": REGISTRY if file.format_key is not None else None,
                "format_key": file.format_key,
            }
            attributes = {
                "ID": mets.identifier(file.path),
                **_measures(mets, file),
                **{name: facts[fact] for name, fact in mets.file_attributes},
            }
            with xml.element("file", attributes):
                xml.leaf("FLocat", None, _locator(mets, file.path))


def _write_structure(xml: XmlStream, mets: MetsDocument) -> None:
    """Write the structMap named CSIP (CSIP80-118)."""
    described = " ".join(mets.identifier(description.file.path) for description in mets.descriptive)
    preserved = " ".join(mets.identifier(description.file.path) for description in mets.preservation)
    with (
        xml.element("structMap", {"ID": mets.identifier("structMap"), "TYPE": "PHYSICAL", "LABEL": "CSIP"}),
        xml.element("div", {"ID": mets.identifier("div"), "LABEL": mets.object_id}),
    ):
        metadata = {"ID": mets.identifier("div Metadata"), "LABEL": "Metadata", "ADMID": preserved}
        xml.leaf("div", None, {**metadata, "DMDID": described or None})
        for group in mets.groups:
            with xml.element("div", {"ID": mets.identifier(f"div {group.use}"), "LABEL": group.use}):
                if group.pointer is None:
                    xml.leaf("fptr", None, {"FILEID": mets.identifier(group.use)})
                else:  # CSIP108: the title of the pointer is the file group's ID
                    title = {f"{{{XLINK}}}title": mets.identifier(group.use)}
                    xml.leaf("mptr", None, {**_locator(mets, group.pointer), **title})


def _write_list(xml: XmlStream, mets: MetsDocument) -> None:
    """Write the structMap of a `sip.xml`: one division a group, each pointing to its files."""
    with (
        xml.element("structMap", {"LABEL": "Profilestructmap"}),
        xml.element("div", {"LABEL": mets.label}),
    ):
        for group in mets.groups:
            with xml.element("div", {"LABEL": group.use}):
                for file in group.files:
                    xml.leaf("fptr", None, {"FILEID": mets.identifier(file.path)})


def _locator(mets: MetsDocument, path: str) -> dict[str, str | None]:
    return {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": mets.href(path)}


def _measures(mets: MetsDocument, file: StoredFile) -> dict[str, str | None]:
    return {
        "MIMETYPE": file.media_type,
        "SIZE": str(file.size),
        "CREATED": timestamp(file.created),
        "CHECKSUM": file.checksum,
        "CHECKSUMTYPE": mets.algorithm.value,
    }
