"""What a run keeps of the register, and enters there when it has ended.

befogenhet.json     what the capture rested on, when it was allowed
registerutdrag.json what the register said of the channel when the walk had ended; it lies in the package, as it is

Both are of the walk: a run that is taken up again weeks later says what held when its channel was seen.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from capture import artefacts, kept
from capture.items import ItemKind
from flows import naming
from flows.permitting import Leave
from flows.progress import current
from flows.settings import Settings, covering
from flows.workspace import Run
from register import capturing, holding
from register.extract.basis import Basis
from register.extract.nouns import Extract
from register.extract.written import read, written
from register.language import Text
from register.store import opening
from register.store.captures import CaptureRow

EXTRACT_FILE = "registerutdrag.json"
_BASIS_FILE = "befogenhet.json"
_basis_type = TypeAdapter(Basis)


def tell(leave: Leave, declared: Settings | None) -> None:
    """Say why the register was not asked, or where the settings contradict it."""
    if isinstance(leave.register, Text):
        current().say(leave.register)
        return
    for each in naming.differences(declared, leave.permit.entry, leave.register.extract):
        current().say(naming.told(each))


def note(run: Run, leave: Leave, declared: Settings | None) -> None:
    """Keep with `run` what its walk rested on, and what the register said of the channel when that was asked."""
    if isinstance(leave.register, capturing.Found):
        kept.keep(run.folder / _BASIS_FILE, _basis_type.dump_json(leave.register.basis, indent=1))
        _keep(run, leave.register.extract, declared)


async def note_the_end(run: Run, leave: Leave, declared: Settings | None) -> None:
    """Keep with `run` what the register said of the channel when the walk had ended.

    Raises:
        BadInputError: the register cannot be asked any more; what it said before the walk is kept.
    """
    if isinstance(leave.register, capturing.Found):
        ended = kept.seen_in(run.folder).ended
        said = await asyncio.to_thread(
            capturing.extract_at, leave.register.basis, leave.url, database=leave.database, at=ended
        )
        _keep(run, said, declared)


def said_in(run: Run) -> Extract | None:
    """Return what the register said of the channel that `run` walked; None where it was not asked."""
    path = run.folder / EXTRACT_FILE
    return read(path.read_bytes()) if path.exists() else None


def enter(run: Run, database: str | Path, *, object_id: str) -> None:
    """Tell the register, if its walk rested on it, that the capture has ended as the package `object_id`."""
    path = run.folder / _BASIS_FILE
    if not path.exists():
        return
    basis = _basis_type.validate_json(path.read_bytes())
    captured, seen = artefacts.captured_in(run.folder), kept.seen_in(run.folder)
    published = [item.published for item in seen.items if item.kind is ItemKind.POST and item.published is not None]
    row = CaptureRow(
        run=run.run_id,
        channel=basis.channel,
        address=run.url,
        mode=basis.mode,
        person=basis.person,
        started=run.started,
        ended=run.entered_at,
        period_start=captured.period.start,
        period_end=captured.period.end,
        verdict=captured.verdict,
        posts=captured.posts,
        comments=captured.comments,
        latest_post=max(published, default=None),
        object_id=object_id,
        mandate=basis.mandate,
        opening=basis.opening,
        permission=basis.permission,
        guideline=basis.guideline,
    )
    with opening.opened(database) as store:
        capturing.entered(store, row)


def dispose_of_spool(run: Run, database: str | Path, *, at: datetime) -> None:
    """Remove the working frames, unless a gallringsstopp concerns at `at` (UTC) what they show; then that is said."""
    stops = holding.stopping(database, channel=run.url, period=artefacts.captured_in(run.folder).period, at=at)
    if stops:
        told = holding.told(stops)
        current().say(
            Text(f"Arbetsbilderna sparas: gallringsstopp {told}.", f"The working frames are kept: hold {told}.")
        )
        return
    run.dispose_of_spool()


def _keep(run: Run, said: Extract, declared: Settings | None) -> None:
    differing = naming.differences(declared, covering(declared, run.url), said)
    kept.keep(run.folder / EXTRACT_FILE, written(replace(said, differences=differing)))
