"""One capture after another: a walk that was killed goes on, and the next capture covers what came since."""

import asyncio
import io
import json
import shutil
import signal
import time
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from lxml import etree
from pydantic import TypeAdapter
from rich.console import Console

from capture import artefacts, kept
from capture import channel as capture
from capture.items import Cause, Item, Step, StopReason, Traffic, Walk
from capture.recording import journal
from capture.session.permit import Permit
from flows import embedded, progress
from flows.settings import undeclared
from flows.workspace import Run, Stage, Workspace, opened
from register.errors import BadInputError, ExitCode
from register.language import Language, Text
from register.model import Period, Verdict
from sample_channel import serve
from sip.validate import validate
from tests.flows.conftest import PATIENCE, CommandLine

POSTS = 5
FINISHED = 2
LONG_AGO, MAY, JUNE = (datetime(year, month, 1, tzinfo=UTC) for year, month in ((2000, 1), (2026, 5), (2026, 6)))
URL = "https://exempel.invalid/"
STATEMENT = {"c": "urn:kanalarkiv:completeness:1.0"}


@dataclass(frozen=True)
class Story:
    """What three runs of the same channel left: killed in its walk, gone on to the end, and run again.

    `left` is a copy of the workspace as the kill left it, `uninterrupted` the walk that one run alone makes.
    """

    url: str
    left: Path
    killed_at: datetime
    workspace: Path
    resumed: CompletedProcess[str]
    uninterrupted: Walk
    again: CompletedProcess[str]

    @property
    def runs(self) -> list[Path]:
        return sorted((self.workspace / "arbete").iterdir(), key=lambda folder: folder.name)


@pytest.fixture(scope="module")
def story(prefect_home, prefect_server, tmp_path_factory) -> Story:
    line = CommandLine(prefect_home=prefect_home, server=prefect_server)
    workspace = tmp_path_factory.mktemp("insamling")
    left, alone = tmp_path_factory.mktemp("kvar") / "kvar", tmp_path_factory.mktemp("ostörd")
    with serve(posts=POSTS) as channel:
        process = line.start("capture", channel.url, "--into", str(workspace))
        deadline = time.monotonic() + PATIENCE
        while _finished(workspace) < FINISHED:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        killed_at = datetime.now(UTC)
        assert line.settle() == {}
        shutil.copytree(workspace, left)
        resumed = line.run("capture", channel.url, "--into", str(workspace))
        uninterrupted = asyncio.run(
            capture.visit(channel.url, alone, platform=None, since=None, clock=lambda: datetime.now(UTC))
        )
        again = line.run("capture", channel.url, "--into", str(workspace))
        assert channel.mutations == []
    return Story(
        url=channel.url,
        left=left,
        killed_at=killed_at,
        workspace=workspace,
        resumed=resumed,
        uninterrupted=uninterrupted,
        again=again,
    )


def _finished(workspace: Path) -> int:
    return sum(kept.finished_posts(folder) for folder in (workspace / "arbete").glob("*"))


def _statement(package: Path) -> etree._Element:
    with zipfile.ZipFile(package) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("fullstandighetsintyg.xml")]
        return etree.fromstring(archive.read(name))


def _timeless(walk: Walk) -> tuple[Item, ...]:
    return tuple(replace(item, first_seen=LONG_AGO) for item in walk.items)


def test_a_killed_walk_goes_on_in_its_folder_and_ends_complete(story):
    assert story.resumed.returncode == ExitCode.OK, story.resumed.stderr
    assert "avbröts under steget genomgång av kanalen" in story.resumed.stderr
    said = int(story.resumed.stderr.split("Genomgången fortsätter: ")[1].split(" ")[0])
    assert FINISHED <= said <= POSTS
    assert [run.name for run in (story.left / "arbete").iterdir()] == [story.runs[0].name]
    package = story.workspace / "e-arkiv" / f"{story.runs[0].name}.zip"
    assert validate(package).valid
    statement = _statement(package)
    assert statement.find("c:verdict", STATEMENT).get("code") == "complete"
    assert len(statement.findall("c:resumed", STATEMENT)) == 1


def test_the_result_is_that_of_a_walk_that_nobody_killed(story):
    walk = kept.seen_in(story.runs[0])
    assert _timeless(walk) == _timeless(story.uninterrupted)
    assert walk.ledgers == story.uninterrupted.ledgers
    assert (len(walk.resumed), story.uninterrupted.resumed) == (1, ())


def test_what_was_finished_before_the_kill_is_not_captured_again(story):
    (left,) = (story.left / "arbete").iterdir()
    before = journal.read(left / "recording")
    after = journal.read(story.runs[0] / "recording")
    done = {json.loads(line)["ledger"]["post_key"] for line in _post_lines(left)}
    assert len(done) >= FINISHED
    assert after.frames[: len(before.frames)] == before.frames
    resumption = next(n for n, frame in enumerate(after.frames) if frame.cause is Cause.RESUME)
    assert {frame.cause for frame in after.frames[len(before.frames) : resumption]} <= {Cause.DISMISS}
    assert {frame.post_key for frame in after.frames[len(before.frames) :]} & done == set()
    assert all(frame.at < story.killed_at for frame in after.frames if frame.post_key in done)
    assert len({post.post_key for post in after.posts}) == len(after.posts) == POSTS
    steps = [frame.step for frame in after.frames if frame.cause is not Cause.ARRIVAL]
    assert steps == sorted(steps)


def _post_lines(folder: Path) -> list[str]:
    """The whole lines of the walk's diary that tell of a finished post."""
    whole, _, _ = (folder / kept.DIARY).read_text(encoding="utf-8").rpartition("\n")
    return [line for line in whole.split("\n") if json.loads(line)["line"] == "post"]


def test_the_next_capture_covers_what_came_since_and_says_that_nothing_did(story):
    """The sample's posts are all older than the first capture."""
    assert story.again.returncode == ExitCode.OK, story.again.stderr
    first, second = story.runs
    assert [run.name for run in story.runs] == [first.name, second.name]
    walked = kept.seen_in(first)
    statement = _statement(story.workspace / "e-arkiv" / f"{second.name}.zip")
    period = statement.find("c:period", STATEMENT)
    assert period.get("previousEnd") == walked.started.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert period.get("start") < period.get("previousEnd") < period.get("end")
    assert statement.find("c:verdict", STATEMENT).get("code") == "complete"
    assert "Inga nya inlägg under perioden." in statement.xpath("c:remark/c:sv/text()", namespaces=STATEMENT)
    assert validate(story.workspace / "e-arkiv" / f"{second.name}.zip").valid
    assert "0 inlägg" in story.again.stdout


def _stages(workspace: Path) -> list[Stage]:
    with opened(workspace) as held:
        return [
            Stage[json.loads(note.read_text(encoding="utf-8"))["stage"]]
            for note in sorted((held.root / "arbete").glob("*/korning.json"))
        ]


def test_a_walk_that_cannot_go_on_for_now_is_kept_for_the_next_run(story, command_line, tmp_path):
    """The channel does not answer any more."""
    workspace = shutil.copytree(story.left, tmp_path / "w")
    done = command_line.run("capture", story.url, "--into", str(workspace))
    assert done.returncode == ExitCode.CHANNEL_UNREACHABLE, done.stderr
    assert "nästa körning fortsätter efter dem" in done.stderr
    assert _stages(workspace) == [Stage.WALK]


def _damage(folder: Path, name: str) -> None:
    """Write nothing meaningful over the first line."""
    lines = (folder / name).read_bytes().split(b"\n")
    (folder / name).write_bytes(b"\n".join([b"\0" * 20, *lines[1:]]))


@pytest.mark.parametrize("name", ["recording/frames.jsonl", "walk.jsonl", "pages/shots/00001.json"])
def test_a_visit_does_not_go_on_from_what_is_damaged(story, tmp_path, name):
    workspace = shutil.copytree(story.left, tmp_path / "w")
    (folder,) = (workspace / "arbete").iterdir()
    _damage(folder, name)
    with pytest.raises(capture.VisitDamagedError):
        asyncio.run(capture.visit(story.url, folder, platform=None, since=None, clock=lambda: datetime.now(UTC)))
    assert (folder / name).read_bytes().startswith(b"\0")


def test_a_walk_that_is_damaged_is_abandoned_with_the_reason_and_begun_anew(story, command_line, tmp_path):
    """The channel does not answer any more, so that nothing comes of the new one either."""
    workspace = shutil.copytree(story.left, tmp_path / "w")
    (folder,) = (workspace / "arbete").iterdir()
    _damage(folder, "recording/frames.jsonl")
    done = command_line.run("capture", story.url, "--into", str(workspace))
    assert done.returncode == ExitCode.CHANNEL_UNREACHABLE, done.stderr
    assert f"Inspelningens journal i {folder / 'recording'} går inte att använda (rad/line" in done.stderr
    assert "Genomgången börjar därför om" in done.stderr
    assert _stages(workspace) == [Stage.ABANDONED, Stage.ABANDONED]


@pytest.fixture(scope="module")
def flow(prefect_home):
    """The occasion's module, imported when Prefect has been told where to live."""
    embedded.prepare(prefect_home)
    from flows import on_demand  # noqa: PLC0415 - see above

    return on_demand


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


ANYBODY = Permit(entry=None, attended=False)


def test_a_capture_starts_where_the_last_one_that_was_not_incomplete_ended(flow, said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.EXPLAINED_GAPS)
        _done(workspace, "b", end=JUNE, verdict=Verdict.INCOMPLETE)
        run = flow._begun(workspace, flow.Order(url=URL, workspace=tmp_path), ANYBODY)
        elsewhere = flow._begun(workspace, flow.Order(url="https://annan.invalid/", workspace=tmp_path), ANYBODY)
    assert (run.since, run.previous) == (MAY - flow.OVERLAP, "a")
    assert "den föregående omfattar tiden till 2026-05-01 02:00:00" in said.getvalue()
    assert (elsewhere.since, elsewhere.previous) == (None, None)
    assert "hela historiken; ingen tidigare är känd" in said.getvalue()


def test_a_date_or_the_whole_history_may_be_asked_for_instead(flow, said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.COMPLETE)
        dated = flow._begun(workspace, flow.Order(url=URL, workspace=tmp_path, since=JUNE), ANYBODY)
        time.sleep(1)  # runs are named by the second
        whole = flow._begun(workspace, flow.Order(url=URL, workspace=tmp_path, whole=True), ANYBODY)
    assert (dated.since, dated.previous) == (JUNE, "a")
    assert (whole.since, whole.previous) == (None, "a")
    with pytest.raises(BadInputError):
        flow.Order(url=URL, workspace=tmp_path, since=JUNE, whole=True)


def test_an_earlier_capture_that_cannot_be_read_is_said_and_does_not_count(flow, said, tmp_path):
    with opened(tmp_path) as workspace:
        _done(workspace, "a", end=MAY, verdict=Verdict.COMPLETE)
        spoilt = _done(workspace, "b", end=JUNE, verdict=Verdict.COMPLETE)
        (spoilt.folder / "walk.json").write_text("{}", encoding="utf-8")
        run = flow._begun(workspace, flow.Order(url=URL, workspace=tmp_path), ANYBODY)
    assert run.previous == "a"
    assert f"{spoilt.folder} går inte att läsa" in said.getvalue()


@pytest.mark.parametrize(
    ("stage", "asked", "taken"),
    [
        (Stage.WALK, {}, True),
        (Stage.WALK, {"since": MAY}, True),
        (Stage.WALK, {"since": JUNE}, False),
        (Stage.WALK, {"whole": True}, False),
        (Stage.ARTEFACTS, {"whole": True}, True),
    ],
)
def test_a_walk_of_another_period_than_the_one_asked_for_is_abandoned(flow, said, tmp_path, stage, asked, taken):
    with opened(tmp_path) as workspace:
        left = workspace.new_run(URL, run_id="a", now=JUNE, since=MAY).entered(stage, now=JUNE)
        run = flow._taken_up(workspace, flow.Order(url=URL, workspace=tmp_path, **asked))
        assert run == (left if taken else None)
        assert [one.run_id for one in workspace.abandoned()] == ([] if taken else ["a"])
    assert ("Den gäller en annan period" in said.getvalue()) == ("whole" in asked or not taken)


def test_abandoned_runs_are_told_of_when_they_take_room(flow, said, tmp_path):
    from flows import leftovers  # noqa: PLC0415 - see the fixture

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
