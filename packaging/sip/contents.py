"""Writes what lies inside a package, in the order that lets every file be written once and described after.

The files first; then, as the profile's layout wants it, a PREMIS and a METS document for each representation and for
all of it (E-ARK), or one `sip.xml` (FGS 1.2). What refers to other files is written after them.
"""

from functools import partial

from register.model import RecordStatus, Representation
from sip import descriptive, mets, premis
from sip.archive import StoredFile
from sip.fgs import PREMIS_VERSION, Layout
from sip.material import Folders, Material, Work, own_agents, own_events, store
from sip.mets import Description, FileGroup, MetsDocument
from sip.premis import Provenance, Relationship
from sip.standards import PREMIS_SCHEMA, schemas
from sip.xmlstream import Sink

_PREMIS_PATH = "metadata/preservation/premis.xml"
_E_ARK = Folders(data="representations/{name}/data/", documentation="documentation/", schemas="schemas/")
_FGS_1_2 = Folders(data="content/{name}/", documentation="content/documentation/", schemas="metadata/schemas/")


def write_contents(work: Work) -> None:
    """Write all of a package.

    Raises:
        NameTakenError: The submission holds two files under one name.
        SourceChangedError: A source file did not keep still.
        IdentificationError: The formats could not be recognised.
        OSError: A file cannot be read, or the package not be written.
    """
    if work.profile.layout is Layout.E_ARK:
        _write_e_ark(work)
    else:
        _write_sip_xml(work)


def _write_e_ark(work: Work) -> None:
    material = store(work, _E_ARK, reserved=tuple(schemas()))
    in_order = sorted(work.submission.representations, key=lambda each: each.name)
    groups = [_write_representation(work, material, each) for each in in_order]
    laws = _write_schemas(work, _E_ARK, material, tuple(schemas()))
    described = _write_descriptions(work, "metadata/descriptive/", "../../representations/{name}/METS.xml")
    shelves = (("Documentation", material.documentation), ("Schemas", laws))
    groups = [_group(use, files) for use, files in shelves if files] + groups
    own = (*material.documentation, *laws, *(description.file for description in described))
    preserved = _write_premis(work, _PREMIS_PATH, _whole(work, material, own), "../../schemas/")
    _write_mets(work, _document(work, described, (preserved,), groups, "schemas/"))


def _write_representation(work: Work, material: Material, representation: Representation) -> FileGroup:
    folder = f"representations/{representation.name}/"
    files = material.data[representation.name]
    provenance = _part(work, material, representation, folder)
    document = MetsDocument(
        object_id=representation.name,  # CSIP1: for a representation, its folder's name
        label=representation.label,
        folder=folder,
        submission=work.submission,
        profile=work.profile,
        algorithm=work.algorithm,
        now=work.now,
        descriptive=(),
        preservation=(_write_premis(work, f"{folder}{_PREMIS_PATH}", provenance, "../../../../schemas/"),),
        groups=(FileGroup(use="Data", files=files, holds_content=True, pointer=None),),
        schemas="../../schemas/",
    )
    described = _write_mets(work, document)
    use = f"Representations/{representation.name}"
    return FileGroup(use=use, files=(described,), holds_content=True, pointer=described.path)


def _write_sip_xml(work: Work) -> None:
    ours = (PREMIS_SCHEMA,)
    material = store(work, _FGS_1_2, reserved=ours)
    laws = _write_schemas(work, _FGS_1_2, material, ours)
    described = _write_descriptions(work, "metadata/", "../content/{name}/")
    in_order = sorted(work.submission.representations, key=lambda each: each.name)
    parts = [
        _write_premis(
            work,
            f"metadata/premis-{each.name}.xml",
            _part(work, material, each, f"content/{each.name}/"),
            "schemas/",
        )
        for each in in_order
    ]
    own = (*material.documentation, *laws, *(description.file for description in described))
    whole = _write_premis(work, "metadata/premis.xml", _whole(work, material, own), "schemas/")
    shelves = (*((each.name, material.data[each.name]) for each in in_order),
               ("documentation", material.documentation), ("schemas", laws))  # fmt: skip
    groups = [_group(use, files) for use, files in shelves if files]
    _write_mets(work, _document(work, described, (whole, *parts), groups, "metadata/schemas/"))


def _document(
    work: Work,
    described: tuple[Description, ...],
    preserved: tuple[Description, ...],
    groups: list[FileGroup],
    schemas_folder: str,
) -> MetsDocument:
    """Return the METS document of the package as a whole.

    Where the header has no place for an earlier package, the label names it.
    """
    named_here = () if work.profile.earlier_package is not None else descriptive.earlier(work.submission)
    return MetsDocument(
        object_id=work.object_id,
        label=". ".join((work.submission.label, *named_here)),
        folder="",
        submission=work.submission,
        profile=work.profile,
        algorithm=work.algorithm,
        now=work.now,
        descriptive=described,
        preservation=preserved,
        groups=tuple(groups),
        schemas=schemas_folder,
    )


def _whole(work: Work, material: Material, files: tuple[StoredFile, ...]) -> Provenance:
    """Return what is told of the package and of the files that belong to no representation."""
    channel = work.submission.channel
    earlier = channel.earlier_package
    replaces = channel.record_status is RecordStatus.REPLACEMENT
    return Provenance(
        whole=work.object_id,
        label=work.submission.label,
        algorithm=work.algorithm,
        files=files,
        identifiers={},
        events=own_events(work, "", material.recognised, files),
        agents=own_agents(work, material.recognised),
        relationship=None if earlier is None else Relationship(
            kind="replacement" if replaces else "logical",
            subkind="replaces" if replaces else "supplements",
            to=earlier,
        ),
    )  # fmt: skip


def _part(work: Work, material: Material, representation: Representation, folder: str) -> Provenance:
    """Return what is told of a representation."""
    files = material.data[representation.name]
    return Provenance(
        whole=folder.rstrip("/"),
        label=representation.label,
        algorithm=work.algorithm,
        files=files,
        identifiers={file.original_name: file.path for file in files if file.original_name is not None},
        events=(*representation.events, *own_events(work, folder, material.recognised, files)),
        agents=premis.unique((*representation.agents, *own_agents(work, material.recognised))),
    )


def _group(use: str, files: tuple[StoredFile, ...]) -> FileGroup:
    return FileGroup(use=use, files=files, holds_content=False, pointer=None)


def _write_schemas(work: Work, folders: Folders, material: Material, names: tuple[str, ...]) -> tuple[StoredFile, ...]:
    """Write the schemas of ours called `names`; return them with those that the capture brought for its own records."""
    own = tuple(_write_schema(work, f"{folders.schemas}{name}", schemas()[name]) for name in sorted(names))
    return tuple(sorted(own + material.schemas, key=lambda file: file.path))


def _write_schema(work: Work, path: str, content: bytes) -> StoredFile:
    def copy(sink: Sink) -> None:
        sink.write(content)

    return work.archive.add_xml(path, copy, format_name="XML Schema Definition", format_version="1.0")


def _write_descriptions(work: Work, folder: str, data: str) -> tuple[Description, ...]:
    submission, profile, now = work.submission, work.profile, work.now
    dublin_core = partial(descriptive.write_dublin_core, submission=submission, profile=profile, now=now)
    ead = partial(descriptive.write_ead, submission=submission, profile=profile, now=now, data=data)
    dc_file = work.archive.add_xml(f"{folder}dc.xml", dublin_core, format_name="Dublin Core", format_version="1.1")
    ead_file = work.archive.add_xml(f"{folder}ead.xml", ead, format_name="EAD", format_version="3")
    return (
        Description(file=dc_file, kind="DC", version="1.1"),
        Description(file=ead_file, kind="EAD", version="EAD3"),
    )


def _write_premis(work: Work, path: str, provenance: Provenance, schemas_folder: str) -> Description:
    write = partial(premis.write, told=provenance, schemas=schemas_folder)
    file = work.archive.add_xml(path, write, format_name="PREMIS", format_version=PREMIS_VERSION)
    return Description(file=file, kind="PREMIS", version=PREMIS_VERSION)


def _write_mets(work: Work, document: MetsDocument) -> StoredFile:
    write = partial(mets.write, mets=document)
    path = f"{document.folder}{work.profile.document}"
    return work.archive.add_xml(path, write, format_name="METS", format_version="1.12")
