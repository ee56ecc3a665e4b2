"""Where a run works: one folder a run, one run at a time, and a note of how far it came.

    <workspace>/
      arbete/<run>/        what the run makes; `korning.json` says how far it has come
      paket/               sealed packages
      e-arkiv/             the folder e-archive, unless the settings name another
      prefect/             Prefect's own
      .las                 held while a run works here

The note is what makes an interruption harmless: the next run reads it, says what it found, and goes on from where it
was: in the middle of the walk, or from the last stage that was finished.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from register.errors import AnotherRunError, FolderBlockedError
from register.language import Text

_NOTE = "korning.json"


class Stage(IntEnum):
    """How far a run has come; each stage is entered when the one before it is safely on disk."""

    WALK = 1
    ARTEFACTS = 2
    PACKAGE = 3
    DELIVERY = 4
    DONE = 5
    ABANDONED = 9

    @property
    def label(self) -> Text:
        """The stage as a person reads it."""
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    Stage.WALK: Text("genomgång av kanalen", "walk through the channel"),
    Stage.ARTEFACTS: Text("inspelning, sidor och uppgifter", "recording, pages and records"),
    Stage.PACKAGE: Text("paketering", "packaging"),
    Stage.DELIVERY: Text("leverans", "delivery"),
    Stage.DONE: Text("klar", "done"),
    Stage.ABANDONED: Text("övergiven", "abandoned"),
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run and its folder.

    `started` and `entered_at` (when it came to `stage`) are UTC. A stage that is taken up again after an interruption
    uses `entered_at` where it writes a time, so that it makes the same bytes as before. `profile`, `since` (UTC, None
    for the whole history) and `previous`, the run that this one continues the period of, are decided once, when the
    run begins: a walk that is taken up again is the same walk.
    """

    run_id: str
    folder: Path
    url: str
    started: datetime
    stage: Stage
    entered_at: datetime
    profile: str | None = None
    since: datetime | None = None
    previous: str | None = None

    def entered(self, stage: Stage, *, now: datetime) -> "Run":
        """Note durably that the run has come to `stage` at `now` (UTC), and return it so."""
        run = replace(self, stage=stage, entered_at=now)
        _write_note(run)
        return run

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def dispose_of_spool(self) -> None:
        """Remove the single frames and shots: the master and the pages that were made of them have them all."""
        for spool in ("recording/frames", "pages/shots"):
            if (self.folder / spool).exists():
                shutil.rmtree(self.folder / spool)


ARCHIVE = "e-arkiv"


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace folder; `opened` makes sure that it can be worked in."""

    root: Path

    @property
    def packages(self) -> Path:
        """Where sealed packages are kept."""
        return self.root / "paket"

    @property
    def archive(self) -> Path:
        """The folder e-archive used where the settings name none."""
        return self.root / ARCHIVE

    @property
    def prefect_home(self) -> Path:
        """Prefect's own folder."""
        return self.root / "prefect"

    def new_run(
        self,
        url: str,
        *,
        run_id: str,
        now: datetime,
        profile: str | None = None,
        since: datetime | None = None,
        previous: str | None = None,
    ) -> Run:
        """Make the folder of a new run and note its beginning; see `Run`."""
        run = Run(
            run_id=run_id,
            folder=self.folder_of(run_id),
            url=url,
            started=now,
            stage=Stage.WALK,
            entered_at=now,
            profile=profile,
            since=since,
            previous=previous,
        )
        run.folder.mkdir(parents=True)
        _write_note(run)
        return run

    def folder_of(self, run_id: str) -> Path:
        """The folder of a run."""
        return self.root / "arbete" / run_id

    def interrupted(self, url: str) -> list[Run]:
        """Return the runs for `url` that were begun and not ended, oldest first."""
        return [run for run in self._runs() if run.url == url and run.stage < Stage.DONE]

    def done(self, url: str) -> list[Run]:
        """Return the runs for `url` that came to their end, the latest begun first."""
        return [run for run in reversed(self._runs()) if run.url == url and run.stage is Stage.DONE]

    def abandoned(self) -> list[Run]:
        """Return the runs that nothing goes on from any more, of every channel, oldest first."""
        return [run for run in self._runs() if run.stage is Stage.ABANDONED]

    def _runs(self) -> list[Run]:
        runs = [_read_note(note) for note in (self.root / "arbete").glob(f"*/{_NOTE}")]
        return sorted(runs, key=lambda run: (run.started, run.run_id))


@contextmanager
def opened(root: Path) -> Iterator[Workspace]:
    """Hold the workspace at `root` for one run.

    Raises:
        FolderBlockedError: a file is in the way, or the folder cannot be written in.
        AnotherRunError: another run holds it.
    """
    root = root.absolute()
    workspace = Workspace(root=root)
    try:
        for folder in (root / "arbete", workspace.packages, workspace.archive):
            folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(root / ".las", os.O_RDWR | os.O_CREAT, 0o600)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise _blocked(root, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise _busy(root) from error
    try:
        yield workspace
    finally:
        os.close(lock)  # the kernel lets go of the lock also when the process is killed


def _write_note(run: Run) -> None:
    note = run.folder / _NOTE
    part = note.with_suffix(".part")
    said = {
        "run_id": run.run_id,
        "url": run.url,
        "started": run.started.isoformat(),
        "stage": run.stage.name,
        "entered_at": run.entered_at.isoformat(),
        "profile": run.profile,
        "since": None if run.since is None else run.since.isoformat(),
        "previous": run.previous,
    }
    with part.open("w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(note)


def _read_note(note: Path) -> Run:
    said = json.loads(note.read_text(encoding="utf-8"))
    since = said.get("since")  # runs of version 0.1.0 have none of the last three
    return Run(
        run_id=said["run_id"],
        folder=note.parent,
        url=said["url"],
        started=datetime.fromisoformat(said["started"]).astimezone(UTC),
        stage=Stage[said["stage"]],
        entered_at=datetime.fromisoformat(said["entered_at"]).astimezone(UTC),
        profile=said.get("profile"),
        since=None if since is None else datetime.fromisoformat(since).astimezone(UTC),
        previous=said.get("previous"),
    )


def _blocked(root: Path, error: OSError) -> FolderBlockedError:
    return FolderBlockedError(
        happened=Text(
            f"Mappen {root} går inte att arbeta i: {error.strerror} ({error.filename}).",
            f"The folder {root} cannot be worked in: {error.strerror} ({error.filename}).",
        ),
        safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
        next_step=Text(
            "Flytta undan det som är i vägen, ge dig skrivrätt, eller välj en annan mapp med --into.",
            "Move what is in the way, give yourself the right to write, or choose another folder with --into.",
        ),
    )


def _busy(root: Path) -> AnotherRunError:
    return AnotherRunError(
        happened=Text(f"En annan körning arbetar redan i {root}.", f"Another run already works in {root}."),
        safe=Text("Den andra körningen är orörd.", "The other run was not touched."),
        next_step=Text(
            "Vänta tills den är klar, eller välj en annan mapp med --into.",
            "Wait until it is done, or choose another folder with --into.",
        ),
    )
