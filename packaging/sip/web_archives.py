"""Keeps web archives (WACZ) out of a package whose format profile takes none, and remembers what was left out."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from register.model import Artefact, Representation, Submission

_ENDING = ".wacz"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What goes into a package. `left_out` names what does not, each as `representation/name`, in order."""

    submission: Submission
    left_out: tuple[str, ...]


def choose(submission: Submission, *, web_archives: bool) -> Chosen:
    """Return what of `submission` goes into its package.

    Without `web_archives`, each file whose name ends in `.wacz` stays out, and so does the event that spoke of nothing
    else; a representation that held nothing else is no longer there.
    """
    if web_archives:
        return Chosen(submission=submission, left_out=())
    left_out = {each.name: {file.name for file in each.files if _is_one(file)} for each in submission.representations}
    kept = tuple(_without(each, left_out[each.name]) for each in submission.representations)
    return Chosen(
        submission=replace(
            submission,
            representations=tuple(each for each in kept if each.files or not left_out[each.name]),
            documentation=tuple(file for file in submission.documentation if not _is_one(file)),
        ),
        left_out=tuple(
            sorted(
                [f"{name}/{file}" for name, gone in left_out.items() for file in gone]
                + [f"documentation/{file.name}" for file in submission.documentation if _is_one(file)]
            )
        ),
    )


def _is_one(file: Artefact) -> bool:
    return file.name.lower().endswith(_ENDING)


def _without(representation: Representation, gone: Collection[str]) -> Representation:
    if not gone:
        return representation
    events = (
        replace(event, objects=tuple(name for name in event.objects if name not in gone))
        for event in representation.events
        if not event.objects or not set(event.objects).issubset(gone)
    )
    files = tuple(file for file in representation.files if file.name not in gone)
    return replace(representation, files=files, events=tuple(events))
