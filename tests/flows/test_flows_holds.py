"""What a gallringsstopp keeps when a package has been delivered: the working frames, at the moment they would go."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from capture import artefacts
from flows import progress, registering
from flows.settings import undeclared
from flows.workspace import Run, Stage, opened
from register import holding
from register.language import Language
from register.model import Period, Verdict
from register.store.opening import FILE_NAME
from register.store.opening import opened as register_at

URL = "https://exempel.invalid/kommunen"
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
SPOOLS = ("recording/frames", "pages/shots")


@pytest.fixture
def said() -> io.StringIO:
    words = io.StringIO()
    console = Console(file=words, width=400)
    progress.use(progress.Progress(console, clock=lambda: JUNE, language=Language.SWEDISH))
    return words


def _delivered(root: Path) -> Run:
    """A run that has come to its end, with its working frames and what it became."""
    with opened(root) as workspace:
        run = workspace.new_run(URL, run_id="a", now=JUNE).entered(Stage.DONE, now=JUNE)
    captured = artefacts.Captured(
        channel=undeclared(name="K", platform="semantics", url=URL), period=Period(start=None, end=JUNE),
        verdict=Verdict.COMPLETE, posts=1, comments=0, claimed_comments=0, losses=(), representations=(),
        documentation=(),
    )  # fmt: skip
    made = TypeAdapter(artefacts.Captured).dump_json(captured)
    (run.folder / "captured.json").write_bytes(made)
    for spool in SPOOLS:
        (run.folder / spool).mkdir(parents=True)
        (run.folder / spool / "1.png").write_bytes(b"frame")
    return run


def _left(run: Run) -> list[bool]:
    return [(run.folder / spool / "1.png").exists() for spool in SPOOLS]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (None, False),
        ({"channel": "https://EXEMPEL.invalid/kommunen/"}, True),
        ({"item": f"{URL}/posts/1"}, True),
        ({"channel": URL, "covers_from": JUNE + timedelta(days=1)}, False),
        ({"channel": "https://exempel.invalid/annan"}, False),
    ],
    ids=["none", "channel", "item", "another-time", "another-channel"],
)
def test_working_frames_are_kept_where_a_hold_asks(tmp_path, said, wanted, kept):
    run, database = _delivered(tmp_path), tmp_path / FILE_NAME
    with register_at(database) as store, store.writing() as session:
        if wanted is not None:
            hold = holding.Wanted(entry="stopp", ground="begäran om allmän handling, KS 1", **wanted)
            holding.set_hold(session, hold, at=JUNE, by="Åsa")
    registering.dispose_of_spool(run, database, at=JUNE)
    assert _left(run) == [kept, kept]
    assert ("gallringsstopp stopp (begäran om allmän handling, KS 1)" in said.getvalue()) is kept
    if kept:
        with register_at(database) as store, store.writing() as session:
            holding.lift_hold(session, "stopp", reason="utlämnad", at=JUNE + timedelta(hours=1), by="Åsa")
        registering.dispose_of_spool(run, database, at=JUNE + timedelta(hours=2))
        assert _left(run) == [False, False]
