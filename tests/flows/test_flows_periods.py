"""Which period a capture covers, and which interrupted run it goes on from."""

import asyncio
import io
import time
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from capture import artefacts
from capture.items import Cause, Step, StopReason, Traffic, Walk
from flows import leftovers, periods, progress
from flows.on_demand import Order, is_of
from flows.settings import undeclared
from flows.workspace import Run, Stage, Workspace, opened
from register.errors import BadInputError
from register.language import Language, Text
from register.model import Period, Verdict

MAY, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6))
URL = "https://exempel.invalid/"


@pytest.fixture
def said():
    """What is told to the person, as it grows."""
    words = io.StringIO()
    console = Console(file=words, width=400)
    progress.use(progress.Progress(console, clock=lambda: JUNE, language=Language.SWEDISH))
    return words


def _done(workspace: Workspace, run_id: str, *, end: datetime, verdict: Verdict) -> Run:
    """A run that came to its end: its note, its walk and what was made of it, as the programs write them."""
    run = workspace.new_run(URL, run_id=run_id, now=end).entered(Stage.DONE, now=end)
    walked = Walk(
        url=URL,
        title="Exempelkommun",
        profile="semantics",
        by_semantics=True,
        started=end,
        ended=end,
        items=(),
        ledgers=(),
        claimed_posts=None,
        since=MAY,
        resumed=(),
        pauses=(),
        traffic=Traffic(requests=1, reading=0, changing=(), unknown=()),
        stop=StopReason.PERIOD_START,
        stop_detail="",
        remarks=(),
        steps=1,
        clicks=0,
        unmatched_controls=(),
        limits=(),
        browser="Chromium 1",
        user_agent="Mozilla/5.0",
        viewport=(1280, 900),
    )
    captured = artefacts.Captured(
        channel=undeclared(name="Exempelkommun", platform="Exempelkanalen", url=URL),
        period=Period(start=MAY, end=end),
        verdict=verdict,
        posts=0,
        comments=0,
        claimed_comments=0,
        losses=(),
        representations=(),
        documentation=(),
    )
    (run.folder / "walk.json").write_bytes(TypeAdapter(Walk).dump_json(walked))
    (run.folder / "captured.json").write_bytes(TypeAdapter(artefacts.Captured).dump_json(captured))
    return run


def _begun(workspace: Workspace, url: str = URL, *, since: datetime | None = None, whole: bool = False) -> Run:
    return periods.begun(workspace, url, since=since, whole=whole, profile=None)


def test_a_capture_starts_where_the_last_one_that_was_not_incomplete_ended(said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.EXPLAINED_GAPS)
        _done(workspace, "b", end=JUNE, verdict=Verdict.INCOMPLETE)
        run = _begun(workspace)
        elsewhere = _begun(workspace, "https://annan.invalid/")
    assert (run.since, run.previous) == (MAY - periods.OVERLAP, "a")
    assert "den föregående omfattar tiden till 2026-05-01 02:00:00" in said.getvalue()
    assert (elsewhere.since, elsewhere.previous) == (None, None)
    assert "hela historiken; ingen tidigare är känd" in said.getvalue()


def test_a_date_or_the_whole_history_may_be_asked_for_instead(said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.COMPLETE)
        dated = _begun(workspace, since=JUNE)
        time.sleep(1)  # runs are named by the second
        whole = _begun(workspace, whole=True)
    assert (dated.since, dated.previous) == (JUNE, "a")
    assert (whole.since, whole.previous) == (None, "a")
    with pytest.raises(BadInputError, match="Både ett datum och hela historiken"):
        Order(url=URL, workspace=tmp_path, since=JUNE, whole=True)


def test_an_earlier_capture_that_cannot_be_read_is_said_and_does_not_count(said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.COMPLETE)
        spoilt = _done(workspace, "b", end=JUNE, verdict=Verdict.COMPLETE)
        (spoilt.folder / "walk.json").write_text("{}", encoding="utf-8")
        run = _begun(workspace)
    assert run.previous == "a"
    assert f"{spoilt.folder} går inte att läsa" in said.getvalue()


@pytest.mark.parametrize(
    ("stage", "asked", "taken"),
    [
        (Stage.WALK, {}, True),
        (Stage.WALK, {"since": MAY}, True),
        (Stage.WALK, {"since": JUNE}, False),
        (Stage.WALK, {"since": MAY, "closing": True}, False),  # it has no web archive
        (Stage.WALK, {"whole": True}, False),
        (Stage.ARTEFACTS, {"whole": True}, True),
    ],
)
def test_a_walk_of_something_else_than_what_is_asked_for_is_abandoned(said, tmp_path, stage, asked, taken):
    with opened(tmp_path) as workspace:
        left = workspace.new_run(URL, run_id="a", now=JUNE, since=MAY).entered(stage, now=JUNE)
        run = leftovers.taken_up(workspace, URL, is_of(Order(url=URL, workspace=tmp_path, **asked)))
        assert run == (left if taken else None)
        assert [one.run_id for one in workspace.abandoned()] == ([] if taken else ["a"])
    assert ("Den gäller något annat" in said.getvalue()) == ("whole" in asked or not taken)


def test_abandoned_runs_are_told_of_when_they_take_room(said, tmp_path):
    with opened(tmp_path) as workspace:
        small, large = (workspace.new_run("https://x.invalid/", run_id=name, now=JUNE) for name in ("a", "b"))
        for run, size in ((small, 10), (large, 12_000_000)):
            (run.folder / "frames").write_bytes(bytes(size))
            run.entered(Stage.ABANDONED, now=JUNE)
        leftovers.tell_of_abandoned(workspace)
        assert "2 övergivna körningar tar 12 MB." in said.getvalue()
        assert f"12 MB  {large.folder}" in said.getvalue()
        assert large.folder.exists()
        (large.folder / "frames").unlink()
        before = said.getvalue()
        leftovers.tell_of_abandoned(workspace)
        assert said.getvalue() == before


def test_progress_counts_what_an_earlier_run_finished(said):
    counted = progress.current()
    counted.enter(Text("Går igenom", "Walking"), posts=19)
    seen = Step(
        number=1,
        cause=Cause.RESUME,
        label="",
        post_key=None,
        url="",
        at=JUNE,
        scroll_y=0,
        in_view=(),
        posts_seen=60,
        comments_seen=7,
        posts_claimed=60,
    )
    asyncio.run(counted.on_step(None, seen))
    for _ in range(10):
        asyncio.run(counted.on_post(None, None, None))
    assert said.getvalue().splitlines()[-1] == "Går igenom: 29/60 inlägg, 7 kommentarer, cirka 0:00 kvar"
