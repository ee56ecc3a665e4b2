"""Writes what lies inside a package, in the order that lets every file be written once and described after.

Data, then each representation's PREMIS and METS; documentation, schemas and descriptions; the package's PREMIS, and
its METS last, for it refers to all of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from register.language import Text
from register.model import Agent, Artefact, Event, Representation, Submission
from sip import descriptive, mets, premis
from sip.archive import PackageArchive, StoredFile
from sip.fgs import FgsVersion
from sip.mets import SOFTWARE, Description, FileGroup, MetsDocument
from sip.names import safe_paths
from sip.premis import Provenance
from sip.standards import schemas
from sip.xmlstream import Sink

_PREMIS_PATH = "metadata/preservation/premis.xml"


class NameTakenError(Exception):
    """Two files of one folder bear the same name; `text` says which."""

    def __init__(self, name: str) -> None:
        self.text = Text(f"Två filer heter {name}.", f"Two files are called {name}.")
        super().__init__(self.text.en)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One package being written."""

    archive: PackageArchive
    submission: Submission
    now: datetime
    fgs: FgsVersion


def write_contents(archive: PackageArchive, submission: Submission, *, now: datetime, fgs: FgsVersion) -> None:
    """Write all of a package into `archive`.

    Raises:
        NameTakenError: The submission holds two files under one name.
        SourceChangedError: A source file did not keep still.
        OSError: A file cannot be read, or the package not be written.
    """
    work = _Work(archive=archive, submission=submission, now=now, fgs=fgs)
    groups = [_write_representation(work, each) for each in sorted(submission.representations, key=lambda r: r.name)]
    documentation = _add_files(work, "documentation/", submission.documentation)
    laws = _write_schemas(work)
    described = _write_descriptions(work)
    shelves = (("Documentation", documentation), ("Schemas", laws))
    groups = [_group(use, files) for use, files in shelves if files] + groups
    provenance = Provenance(
        whole=submission.object_id,
        label=submission.label,
        files=(*documentation, *laws, *(description.file for description in described)),
        identifiers={},
        events=_own_events(work, ""),
        agents=(_own_agent(submission),),
    )
    preserved = _write_premis(work, "", provenance)
    document = MetsDocument(
        object_id=submission.object_id,
        label=submission.label,
        folder="",
        submission=submission,
        fgs=fgs,
        now=now,
        descriptive=described,
        preservation=preserved,
        groups=tuple(groups),
    )
    _write_mets(work, document)


def _write_representation(work: _Work, representation: Representation) -> FileGroup:
    folder = f"representations/{representation.name}/"
    files = _add_files(work, f"{folder}data/", representation.files)
    provenance = Provenance(
        whole=folder.rstrip("/"),
        label=representation.label,
        files=files,
        identifiers={file.original_name: file.path for file in files if file.original_name is not None},
        events=(*representation.events, *_own_events(work, folder)),
        agents=premis.unique((*representation.agents, _own_agent(work.submission))),
    )
    document = MetsDocument(
        object_id=representation.name,  # CSIP1: for a representation, its folder's name
        label=representation.label,
        folder=folder,
        submission=work.submission,
        fgs=work.fgs,
        now=work.now,
        descriptive=(),
        preservation=_write_premis(work, folder, provenance),
        groups=(FileGroup(use="Data", files=files, holds_content=True, pointer=None),),
    )
    described = _write_mets(work, document)
    use = f"Representations/{representation.name}"
    return FileGroup(use=use, files=(described,), holds_content=True, pointer=described.path)


def _group(use: str, files: tuple[StoredFile, ...]) -> FileGroup:
    return FileGroup(use=use, files=files, holds_content=False, pointer=None)


def _add_files(work: _Work, folder: str, artefacts: tuple[Artefact, ...]) -> tuple[StoredFile, ...]:
    named: dict[str, Artefact] = {}
    for artefact in artefacts:
        if artefact.name in named:
            raise NameTakenError(artefact.name)
        named[artefact.name] = artefact
    paths = safe_paths([(artefact.name, artefact.media_type) for artefact in artefacts])
    in_order = sorted((path, named[name]) for name, path in paths.items())
    return tuple(work.archive.add_file(f"{folder}{path}", artefact) for path, artefact in in_order)


def _write_schemas(work: _Work) -> tuple[StoredFile, ...]:
    """Write the schemas that METS and PREMIS are judged by, and those that the capture brings for its own records."""
    taken = {name.casefold() for name in schemas()}
    for path in safe_paths([(artefact.name, artefact.media_type) for artefact in work.submission.schemas]).values():
        if path.casefold() in taken:
            raise NameTakenError(path)
    own = tuple(_write_schema(work, name, content) for name, content in sorted(schemas().items()))
    return tuple(sorted(own + _add_files(work, "schemas/", work.submission.schemas), key=lambda file: file.path))


def _write_schema(work: _Work, name: str, content: bytes) -> StoredFile:
    def copy(sink: Sink) -> None:
        sink.write(content)

    return work.archive.add_xml(f"schemas/{name}", copy, format_name="XML Schema Definition", format_version="1.0")


def _write_descriptions(work: _Work) -> tuple[Description, ...]:
    folder = "metadata/descriptive"
    dublin_core = partial(descriptive.write_dublin_core, submission=work.submission, now=work.now)
    ead = partial(descriptive.write_ead, submission=work.submission, now=work.now)
    dc_file = work.archive.add_xml(f"{folder}/dc.xml", dublin_core, format_name="Dublin Core", format_version="1.1")
    ead_file = work.archive.add_xml(f"{folder}/ead.xml", ead, format_name="EAD", format_version="3")
    return (
        Description(file=dc_file, kind="DC", version="1.1"),
        Description(file=ead_file, kind="EAD", version="EAD3"),
    )


def _write_premis(work: _Work, folder: str, provenance: Provenance) -> Description:
    path = f"{folder}{_PREMIS_PATH}"
    write = partial(premis.write, told=provenance, schemas="../" * path.count("/") + "schemas/")
    version = work.fgs.premis_version
    file = work.archive.add_xml(path, write, format_name="PREMIS", format_version=version)
    return Description(file=file, kind="PREMIS", version=version)


def _write_mets(work: _Work, document: MetsDocument) -> StoredFile:
    write = partial(mets.write, mets=document)
    return work.archive.add_xml(f"{document.folder}METS.xml", write, format_name="METS", format_version="1.12")


def _own_agent(submission: Submission) -> Agent:
    version = submission.software_version
    return Agent(identifier=f"{SOFTWARE}-{version}", name=SOFTWARE, kind="software", version=version)


def _own_events(work: _Work, folder: str) -> tuple[Event, ...]:
    """Return what the builder itself did: the digests and the packaging (Library of Congress event types)."""
    digest = Event(
        identifier=f"{work.submission.object_id}/{folder}message-digest-calculation",
        kind="message digest calculation",
        at=work.now,
        detail="SHA-256 of every file, calculated while it was written into the package",
        outcome="success",
        agents=(_own_agent(work.submission).identifier,),
        objects=(),
    )
    packaging = replace(
        digest,
        identifier=f"{work.submission.object_id}/{folder}packaging",
        kind="packaging",
        detail=f"Packaged as {work.fgs.name} (E-ARK CSIP and SIP {work.fgs.specification})",
    )
    return digest, packaging
