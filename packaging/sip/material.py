"""Puts the files themselves into a package, each read once, while another process recognises their formats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from register.format_profile import Checksum, NameRule
from register.language import Text
from register.model import Agent, Artefact, Event, Submission
from sip.agents import SOFTWARE
from sip.archive import PackageArchive, StoredFile
from sip.fgs import PackageProfile
from sip.identify import Recognised, recognising
from sip.names import safe_paths


class NameTakenError(Exception):
    """Two files of one folder, or two folders, bear the same name; `text` says which."""

    def __init__(self, name: str) -> None:
        sv, en = ("Två mappar", "Two folders") if name.endswith("/") else ("Två filer", "Two files")
        self.text = Text(f"{sv} heter {name}.", f"{en} are called {name}.")
        super().__init__(self.text.en)


@dataclass(frozen=True, kw_only=True)
class Work:
    """One package being written. `left_out` names what its format profile keeps out of it."""

    archive: PackageArchive
    submission: Submission
    left_out: tuple[str, ...]
    now: datetime
    profile: PackageProfile
    algorithm: Checksum
    names: NameRule

    @property
    def object_id(self) -> str:
        """The package's OBJID."""
        return self.profile.identity(self.submission.object_id)


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where the parts of a submission lie in a package; `data` holds `{name}`, a representation's name."""

    data: str
    documentation: str
    schemas: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """The submission's files as they lie in the package, and what recognised their formats."""

    data: dict[str, tuple[StoredFile, ...]]
    documentation: tuple[StoredFile, ...]
    schemas: tuple[StoredFile, ...]
    recognised: Recognised


@dataclass(frozen=True, kw_only=True)
class _Planned:
    """Artefacts with the paths that they are to have, in the order of those."""

    paths: tuple[str, ...]
    artefacts: tuple[Artefact, ...]


def store(work: Work, folders: Folders, *, reserved: Sequence[str]) -> Material:
    """Write the submission's files into the package.

    Args:
        work: The package.
        folders: Where they go.
        reserved: Names in the schemas folder that the builder needs for its own.

    Raises:
        NameTakenError: Two files or two folders bear one name, or a schema takes a reserved one.
        SourceChangedError: A file did not keep still.
        IdentificationError: The formats could not be asked for.
        OSError: A file cannot be read, or the package not be written.
    """
    submission = work.submission
    names = sorted(each.name for each in submission.representations)
    _check_folders([*(folders.data.format(name=name) for name in names), folders.documentation, folders.schemas])
    files = {each.name: each.files for each in submission.representations}
    plans = [_planned(work, folders.data.format(name=name), files[name]) for name in names]
    plans += [_planned(work, folders.documentation, submission.documentation)]
    plans += [_planned(work, folders.schemas, submission.schemas)]
    _check_reserved(plans[-1], folders.schemas, reserved)
    with recognising([artefact for plan in plans for artefact in plan.artefacts]) as recognised:
        stored = [_stored(work, plan) for plan in plans]
        answer = recognised.result()
    keys = iter(answer.keys)
    for each in stored:
        _key(each, keys)
    *data, documentation, schemas = map(tuple, stored)
    return Material(
        data=dict(zip(names, data, strict=True)), documentation=documentation, schemas=schemas, recognised=answer
    )


def _planned(work: Work, folder: str, artefacts: tuple[Artefact, ...]) -> _Planned:
    named: dict[str, Artefact] = {}
    for artefact in artefacts:
        if artefact.name in named:
            raise NameTakenError(artefact.name)
        named[artefact.name] = artefact
    paths = safe_paths([(artefact.name, artefact.media_type) for artefact in artefacts], work.names)
    in_order = sorted((path, name) for name, path in paths.items())
    return _Planned(
        paths=tuple(f"{folder}{path}" for path, _ in in_order), artefacts=tuple(named[name] for _, name in in_order)
    )


def _check_folders(folders: Sequence[str]) -> None:
    """Refuse two representations of one name, and one that is called as another part of the package."""
    taken: set[str] = set()
    for folder in folders:
        if folder.casefold() in taken:
            raise NameTakenError(folder)
        taken.add(folder.casefold())


def _check_reserved(plan: _Planned, folder: str, reserved: Sequence[str]) -> None:
    taken = {f"{folder}{name}".casefold() for name in reserved}
    for path in plan.paths:
        if path.casefold() in taken:
            raise NameTakenError(path.removeprefix(folder))


def _stored(work: Work, plan: _Planned) -> list[StoredFile]:
    return [work.archive.add_file(*each) for each in zip(plan.paths, plan.artefacts, strict=True)]


def _key(files: list[StoredFile], keys: Iterator[str | None]) -> None:
    """Give each file its PRONOM key, in place: there may be a hundred thousand."""
    for at, file in enumerate(files):
        files[at] = replace(file, format_key=next(keys))


def own_agents(work: Work, recognised: Recognised) -> tuple[Agent, ...]:
    """Return who packaged: this program, and the one that recognised the formats."""
    return _self(work.submission), _siegfried(recognised)


def own_events(work: Work, folder: str, recognised: Recognised, files: Sequence[StoredFile]) -> tuple[Event, ...]:
    """Return what the builder itself did to `files` (Library of Congress event types); `folder` tells them apart."""
    known = sum(file.format_key is not None for file in files)

    def event(kind: str, detail: str, outcome: str, agent: Agent) -> Event:
        return Event(
            identifier=f"{work.submission.object_id}/{folder}{kind.replace(' ', '-')}",
            kind=kind,
            at=work.now,
            detail=detail,
            outcome=outcome,
            agents=(agent.identifier,),
            objects=(),
        )

    profile, software = work.profile, _self(work.submission)
    e_ark = f" (E-ARK CSIP and SIP {profile.specification})" if profile.specification is not None else ""
    return (
        event(
            "message digest calculation",
            f"{work.algorithm.value} of every file, calculated while it was written into the package",
            "success",
            software,
        ),
        event(
            "format identification",
            f"PRONOM keys by {recognised.signatures}, from content, of large files from both ends",
            f"{known} of {len(files)} files recognised",
            _siegfried(recognised),
        ),
        event("packaging", f"Packaged as {profile.name}{e_ark}{_left_out(work)}", "success", software),
    )


def _left_out(work: Work) -> str:
    if not work.left_out:
        return ""
    return f". The format profile takes no web archive (WACZ); left out: {', '.join(work.left_out)}"


def _self(submission: Submission) -> Agent:
    version = submission.software_version
    return Agent(identifier=f"{SOFTWARE}-{version}", name=SOFTWARE, kind="software", version=version)


def _siegfried(recognised: Recognised) -> Agent:
    version = recognised.version
    return Agent(identifier=f"Siegfried-{version}", name="Siegfried", kind="software", version=version)
