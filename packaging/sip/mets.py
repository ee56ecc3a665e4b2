"""Writes METS as E-ARK CSIP and SIP 2.1.0 demand it, for a package and for each of its representations.

Clauses are named where they decide something. There is no contact agent: commons-ip counts every CREATOR that is a
person as a second submitter (SIP15), so contacts belong in the submission description beside the package.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID, uuid5

from register.model import Organisation, Submission
from sip.archive import StoredFile
from sip.fgs import FgsVersion
from sip.premis import timestamp
from sip.xmlstream import Sink, XmlStream, document

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"
SOFTWARE = "Kanalarkiv"

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NSMAP: dict[str | None, str] = {None: METS, "csip": CSIP, "sip": SIP, "xlink": XLINK, "xsi": _XSI}
_SCHEMAS = {METS: "mets.xsd", XLINK: "xlink.xsd", CSIP: "DILCISExtensionMETS.xsd", SIP: "DILCISExtensionSIPMETS.xsd"}
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
    fgs: FgsVersion
    now: datetime
    descriptive: tuple[Description, ...]
    preservation: Description
    groups: tuple[FileGroup, ...]

    def identifier(self, of: str) -> str:
        """Return the xml:id of a part: the same for the same package, and unique across it (CSIP67)."""
        return f"ID-{uuid5(_IDS, f'{self.submission.object_id}/{self.folder}#{of}')}"

    def href(self, path: str) -> str:
        """Return how this document refers to the file at `path` of the package."""
        return quote(path.removeprefix(self.folder))

    @property
    def schemas(self) -> str:
        """The relative path of the schemas folder."""
        return "../" * self.folder.count("/") + "schemas/"


def write(sink: Sink, mets: MetsDocument) -> None:
    """Write a METS document into `sink`."""
    fgs = mets.fgs
    root = {
        "OBJID": mets.object_id,  # CSIP1
        "LABEL": mets.label,  # SIP1
        "TYPE": fgs.content_category,  # CSIP2
        "PROFILE": fgs.profile,  # CSIP6, SIP2
        **_content_type(fgs),
        f"{{{_XSI}}}schemaLocation": " ".join(f"{uri} {mets.schemas}{name}" for uri, name in _SCHEMAS.items()),
    }
    with document(sink, "mets", nsmap=_NSMAP, attributes=root) as xml:
        _write_header(xml, mets)
        for description in mets.descriptive:
            _write_metadata(xml, mets, description, section="dmdSec")
        with xml.element("amdSec", {"ID": mets.identifier("amdSec")}):  # CSIP31: a single one
            _write_metadata(xml, mets, mets.preservation, section="digiprovMD")
        with xml.element("fileSec", {"ID": mets.identifier("fileSec")}):
            for group in mets.groups:
                _write_group(xml, mets, group)
        _write_structure(xml, mets)


def _content_type(fgs: FgsVersion) -> dict[str, str | None]:
    return {
        f"{{{CSIP}}}CONTENTINFORMATIONTYPE": fgs.content_information_type,  # CSIP4, CSIP62
        f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE": fgs.other_content_information_type,  # CSIP5, CSIP63
    }


def _write_header(xml: XmlStream, mets: MetsDocument) -> None:
    submission, channel = mets.submission, mets.submission.channel
    written = timestamp(mets.now)
    header = {
        "CREATEDATE": written,  # CSIP7
        "LASTMODDATE": written,  # CSIP8
        "RECORDSTATUS": channel.record_status.value,  # SIP3
        f"{{{CSIP}}}OAISPACKAGETYPE": "SIP",  # CSIP9, SIP4
    }
    with xml.element("metsHdr", header):
        software = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}  # CSIP10-16
        _write_agent(xml, software, SOFTWARE, note=("SOFTWARE VERSION", submission.software_version))
        _write_organisation(xml, "ARCHIVIST", channel.records_creator)  # SIP9-14
        _write_organisation(xml, "CREATOR", channel.submitting)  # SIP15-20
        _write_organisation(xml, "PRESERVATION", channel.archive)  # SIP26-31
        xml.leaf("altRecordID", channel.submission_agreement, {"TYPE": "SUBMISSIONAGREEMENT"})  # SIP5
        if channel.reference_code is not None:
            xml.leaf("altRecordID", channel.reference_code, {"TYPE": "REFERENCECODE"})  # SIP7
        xml.leaf("metsDocumentID", "METS.xml")


def _write_organisation(xml: XmlStream, role: str, body: Organisation) -> None:
    attributes = {"ROLE": role, "TYPE": "ORGANIZATION"}
    _write_agent(xml, attributes, body.name, note=("IDENTIFICATIONCODE", body.identity_code))


def _write_agent(xml: XmlStream, attributes: dict[str, str], name: str, *, note: tuple[str, str]) -> None:
    kind, text = note
    with xml.element("agent", attributes):
        xml.leaf("name", name)
        xml.leaf("note", text, {f"{{{CSIP}}}NOTETYPE": kind})


def _write_metadata(xml: XmlStream, mets: MetsDocument, description: Description, *, section: str) -> None:
    """Write a dmdSec (CSIP17-30) or a digiprovMD (CSIP32-44) that refers to a metadata file."""
    file = description.file
    attributes = {"ID": mets.identifier(file.path), "CREATED": timestamp(file.created), "STATUS": "CURRENT"}
    reference = {
        **_locator(mets, file.path),
        "MDTYPE": description.kind,
        "MDTYPEVERSION": description.version,
        **_measures(mets.fgs, file),
    }
    with xml.element(section, attributes):
        xml.leaf("mdRef", None, reference)


def _write_group(xml: XmlStream, mets: MetsDocument, group: FileGroup) -> None:
    """Write a fileGrp (CSIP60-66, 113, 114) with its files (CSIP66-79, SIP32, SIP33)."""
    content_type = _content_type(mets.fgs) if group.holds_content else {}
    with xml.element("fileGrp", {"ID": mets.identifier(group.use), "USE": group.use, **content_type}):
        for file in group.files:
            attributes = {
                "ID": mets.identifier(file.path),
                "OWNERID": file.original_name,  # CSIP73
                **_measures(mets.fgs, file),
                f"{{{SIP}}}FILEFORMATNAME": file.format_name,
                f"{{{SIP}}}FILEFORMATVERSION": file.format_version,
            }
            with xml.element("file", attributes):
                xml.leaf("FLocat", None, _locator(mets, file.path))


def _write_structure(xml: XmlStream, mets: MetsDocument) -> None:
    """Write the structMap named CSIP (CSIP80-118)."""
    described = " ".join(mets.identifier(description.file.path) for description in mets.descriptive)
    preserved = mets.identifier(mets.preservation.file.path)
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


def _locator(mets: MetsDocument, path: str) -> dict[str, str | None]:
    return {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": mets.href(path)}


def _measures(fgs: FgsVersion, file: StoredFile) -> dict[str, str | None]:
    return {
        "MIMETYPE": file.media_type,
        "SIZE": str(file.size),
        "CREATED": timestamp(file.created),
        "CHECKSUM": file.sha256,
        "CHECKSUMTYPE": fgs.checksum_type,
    }
