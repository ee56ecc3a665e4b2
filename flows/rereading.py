"""Captures read back from where they lie: the records in the folders of runs, or in packages."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from capture.records import reading
from capture.records.reading import Record
from flows.workspace import Workspace
from register.errors import BadInputError
from register.language import Text
from sip import opening
from sip.findings import Findings
from sip.shelf import UNREADABLE

_MADE = "artefacts"
_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """The captures of a channel whose records could be read, oldest first, by the name of their run.

    `missing` says which could not be read, None if there are none.
    """

    captures: tuple[tuple[str, Record], ...]
    missing: Text | None


def record_at(path: Path) -> Record:
    """Return the capture at `path`: a package (ZIP, TAR or folder), a run's folder, or a folder with the two files.

    Raises:
        DamagedRecordError: there is none, or it is not as this program writes it.
    """
    for folder in (path, path / _MADE):
        if (folder / reading.RECORD).is_file() and (folder / reading.STATEMENT).is_file():
            with (folder / reading.RECORD).open("rb") as items, (folder / reading.STATEMENT).open("rb") as told:
                return reading.read(items, told)
    if not path.exists():
        raise reading.damaged(str(path), Text("det finns inte", "it is not there"))
    try:
        return _packed(path)
    except UNREADABLE as error:
        raise reading.damaged(path.name, Text(str(error), str(error))) from error


def read(workspace: Workspace, wanted: Iterable[tuple[str, str | None]]) -> AtHand:
    """Return the captures of these runs, each with the id of its package, if that is known."""
    captures: list[tuple[str, Record]] = []
    missing: list[Text] = []
    for run_id, object_id in wanted:
        try:
            captures.append((run_id, _found(workspace, run_id, object_id)))
        except (BadInputError, OSError) as error:
            why = error.happened if isinstance(error, BadInputError) else Text(str(error), str(error))
            missing.append(Text(f"insamlingen {run_id}: {why.sv}", f"the capture {run_id}: {why.en}"))
    in_order = sorted(captures, key=lambda each: each[1].started)
    return AtHand(captures=tuple(in_order), missing=together(missing))


def together(missing: list[Text]) -> Text | None:
    """Return several things that are missing as one, not all if they are many; None if nothing is."""
    if not missing:
        return None
    more = Text(f" ({len(missing)} i allt)", f" ({len(missing)} in all)") if len(missing) > _NAMED else Text("", "")
    told = Text("; ".join(text.sv for text in missing[:_NAMED]), "; ".join(text.en for text in missing[:_NAMED]))
    return Text(told.sv + more.sv, told.en + more.en)


def _found(workspace: Workspace, run_id: str, object_id: str | None) -> Record:
    folder = workspace.folder_of(run_id)
    if (folder / _MADE / reading.RECORD).is_file():
        return record_at(folder)
    return record_at(workspace.packages / f"{object_id or run_id}.zip")


def _packed(path: Path) -> Record:
    findings = Findings()
    with opening.opened(path, findings) as shelf:
        if shelf is None:
            raise reading.damaged(path.name, Text("det är inget läsbart paket", "it is no readable package"))
        names = []
        for wanted in (reading.RECORD, reading.STATEMENT):
            found = [name for name in shelf.files if name.rpartition("/")[2] == wanted]
            if len(found) != 1:
                said = Text(f"{wanted} finns {len(found)} gånger", f"{wanted} is there {len(found)} times")
                raise reading.damaged(path.name, said)
            names += found
        with shelf.open(names[0]) as items, shelf.open(names[1]) as told:
            return reading.read(items, told)
