"""`kanalarkiv capture`: the whole road, once, with a kill on it; and the honest ends of it.

One channel, in the register, is captured three times by its short name: killed in its walk, gone on to the end, and run
again. All that the command line does on that road is asked of what these runs left; tests/walk and the others ask more.
"""

import asyncio
import json
import shutil
import signal
import time
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess

import lxml.html
import pytest
from lxml import etree
from pydantic import TypeAdapter

from capture import channel as capture
from capture import kept
from capture.items import Cause, Item, Walk
from capture.programs.verapdf import find_java
from capture.recording import journal
from flows.workspace import Stage, opened
from register.errors import ExitCode
from register.extract.nouns import Extract
from register.sheets.transfer import import_from, read
from register.store import opening
from register.store.captures import CaptureRow
from register.store.mandates import Mandate
from sample_channel import Behaviour, serve
from sip import commons_ip
from sip.validate import validate
from tests.flows.conftest import PATIENCE, CommandLine, municipality

POSTS = 5
FINISHED = 2
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NAME, WHO = "fb", "anna.ek"
RECORD = {"r": "urn:kanalarkiv:record:1.0"}
STATEMENT = {"c": "urn:kanalarkiv:completeness:1.0"}
EAD = {"e": "http://ead3.archivists.org/schema/"}


@dataclass(frozen=True)
class Story:
    """What three runs of the same channel left: killed in its walk, gone on to the end, and run again.

    `left` is a copy of the workspace as the kill left it, with the processes that were still there; `uninterrupted` is
    the walk that one run alone makes; `permalinks` are those of the channel's posts, comments and replies.
    """

    url: str
    permalinks: frozenset[str]
    newest: datetime
    left: Path
    killed_at: datetime
    survivors: dict[int, str]
    workspace: Path
    settings: Path
    resumed: CompletedProcess[str]
    uninterrupted: Walk
    again: CompletedProcess[str]

    @property
    def runs(self) -> list[Path]:
        return sorted((self.workspace / "arbete").iterdir(), key=lambda folder: folder.name)

    @property
    def package(self) -> Path:
        """The first package, of the walk that was killed and went on."""
        return self.workspace / "e-arkiv" / f"{self.runs[0].name}.zip"


def _words(workspace: Path, settings: Path) -> tuple[str, ...]:
    return ("capture", NAME, "--into", str(workspace), "--settings", str(settings), "--who", WHO)


@pytest.fixture(scope="module")
def story(prefect_home, prefect_server, tmp_path_factory) -> Story:
    line = CommandLine(prefect_home=prefect_home, server=prefect_server)
    alone = CommandLine(prefect_home=prefect_home)  # as a person meets it, with a server of its own
    workspace, folder = tmp_path_factory.mktemp("insamling"), tmp_path_factory.mktemp("runtom")
    left, undisturbed = folder / "kvar", folder / "ostörd"
    undisturbed.mkdir()
    with serve(posts=POSTS) as channel:
        municipality(folder / "blad", workspace / "register.db", address=channel.url)
        settings = _delivering(folder / "kanalarkiv.toml", workspace)
        process = alone.start(*_words(workspace, settings))
        deadline = time.monotonic() + PATIENCE
        while _finished(workspace) < FINISHED:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert any("chrom" in name for name in alone.processes().values())
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said
        killed_at = datetime.now(UTC)
        survivors = alone.settle()
        shutil.copytree(workspace, left)
        resumed = alone.run(*_words(workspace, settings))
        uninterrupted = asyncio.run(
            capture.visit(channel.url, undisturbed, platform=None, since=None, clock=lambda: datetime.now(UTC))
        )
        again = line.run(*_words(workspace, settings))
        assert channel.mutations == []
        permalinks = frozenset(channel.address(permalink) for permalink in channel.truth.permalinks)
        newest = max(post.published for post in channel.truth.posts)
    return Story(
        url=channel.url,
        permalinks=permalinks,
        newest=newest,
        left=left,
        killed_at=killed_at,
        survivors=survivors,
        workspace=workspace,
        settings=settings,
        resumed=resumed,
        uninterrupted=uninterrupted,
        again=again,
    )


def _delivering(path: Path, workspace: Path) -> Path:
    """Say who delivers, by which agreement and where to: what the register does not."""
    path.write_text(
        '[arkivbildare]\nnamn = "Exempelkommun"\nidentitetskod = "ORG:212000-0000"\n'
        f'[e_arkiv]\nnamn = "E-arkivet"\nidentitetskod = "ORG:212000-0000"\nmapp = "{workspace / "e-arkiv"}"\n'
        '[leverans]\noverenskommelse = "KS 2026/123; 2026-01-01"\n'
        'gallring = "gallras"\ngallringsbeslut = "KS 1999/1"\n',
        encoding="utf-8",
    )
    return path


def _finished(workspace: Path) -> int:
    return sum(kept.finished_posts(folder) for folder in (workspace / "arbete").glob("*"))


def _inside(package: Path, end: str) -> bytes:
    """Return the bytes of the one file in `package` whose path ends with `end`."""
    with zipfile.ZipFile(package) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(end)]
        return archive.read(name)


def _statement(package: Path) -> etree._Element:
    return etree.fromstring(_inside(package, "fullstandighetsintyg.xml"))


def _timeless(walk: Walk) -> tuple[Item, ...]:
    return tuple(replace(item, first_seen=LONG_AGO) for item in walk.items)


# --- the kill, and how it goes on ---------------------------------------------------------------------------------


def test_a_kill_leaves_nothing_running_and_no_half_package(story):
    assert story.survivors == {}
    assert list((story.left / "e-arkiv").iterdir()) == []
    assert list((story.left / "paket").iterdir()) == []


def test_a_killed_walk_goes_on_in_its_folder_and_ends_complete(story):
    assert story.resumed.returncode == ExitCode.OK, story.resumed.stderr
    assert "avbröts under steget genomgång av kanalen" in story.resumed.stderr
    said = int(story.resumed.stderr.split("Genomgången fortsätter: ")[1].split(" ")[0])
    assert FINISHED <= said <= POSTS
    assert [run.name for run in (story.left / "arbete").iterdir()] == [story.runs[0].name]
    statement = _statement(story.package)
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
    done = command_line.run(*_words(workspace, story.settings))
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
    done = command_line.run(*_words(workspace, story.settings))
    assert done.returncode == ExitCode.CHANNEL_UNREACHABLE, done.stderr
    assert f"Inspelningens journal i {folder / 'recording'} går inte att använda (rad/line" in done.stderr
    assert "Genomgången börjar därför om" in done.stderr
    assert _stages(workspace) == [Stage.ABANDONED, Stage.ABANDONED]


# --- the road from the page to the receipt ------------------------------------------------------------------------


def test_the_package_holds_all_that_the_channel_has_and_both_judges_accept_it(story):
    assert "FULLSTÄNDIG" in story.resumed.stdout
    assert validate(story.package).valid
    opinion = commons_ip.judge(story.package, java=find_java())
    assert (opinion.valid, opinion.errors, opinion.warnings) == (True, (), ())

    record = etree.fromstring(_inside(story.package, "data/uppgifter.xml"))
    items = [element for element in record.iter() if element.get("key")]
    assert {item.get("key") for item in items} == story.permalinks
    seconds = [float(post.get("recordingSecond")) for post in record.findall("r:post", RECORD)]
    assert seconds == sorted(seconds)
    assert all(float(item.get("recordingSecond")) >= 3 for item in items), "every one is shown, after the title card"

    assert len(_statement(story.package).findall("c:post", STATEMENT)) == POSTS
    for end in ("data/inspelning.mp4", "data/volym-01.pdf", "data/uppgifter.csv", "fullstandighetsintyg.pdf"):
        assert len(_inside(story.package, end)) > 1000
    for pdf in ("volym-01", "registerutdrag"):
        verdicts = json.loads(_inside(story.package, f"{pdf}_verapdf.json"))["verdicts"]
        assert {verdict["flavour"] for verdict in verdicts if verdict["compliant"]} == {"2a", "ua1"}
    cover = lxml.html.fromstring(_inside(story.package, "documentation/forsattsblad.html"))
    assert story.url in cover.text_content()


def test_what_was_delivered_is_in_the_ledger_and_is_delivered_once(story, command_line):
    package, into = story.package, ("--into", str(story.workspace))
    beside = {path.name.removeprefix(f"{package.stem}.") for path in package.parent.glob(f"{package.stem}.*")}
    assert beside == {"zip", "zip.sha256", "leverans.json", "validering.json"}
    journeys = json.loads(command_line.run("deliveries", "list", "--json", *into).stdout)
    (journey,) = [each for each in journeys if each["object_id"] == package.stem]
    assert journey["state"] == "checked"
    assert journey["manifest"] == sha256(_inside(package, f"{package.stem}/METS.xml")).hexdigest()
    again = command_line.run("deliver", str(package), "--to", str(package.parent), *into)
    assert again.returncode == 0
    assert "Inget skrevs" in again.stdout
    spoken = command_line.run("package", "validate", str(package), KANALARKIV_LANGUAGE="en")
    assert (spoken.returncode, "VALID" in spoken.stdout) == (0, True)


# --- the register: asked before, told after, and in the package ----------------------------------------------------


def test_what_the_register_says_of_the_channel_is_what_the_package_says(story):
    """The settings say only who delivers. Where the two differ the register holds, and it is told."""
    assert "gallring: registret säger bevaras, leverans.gallring i kanalarkiv.toml gallras." in story.resumed.stderr
    assert "arkivbildare: registret säger Kommunstyrelsen (ORG:212000-0000), " in story.resumed.stderr
    assert "tillfrågats" not in story.resumed.stderr
    ead = etree.fromstring(_inside(story.package, "ead.xml"))
    assert ead.findtext(".//e:origination/e:corpname/e:part", namespaces=EAD) == "Kommunstyrelsen"
    assert "Kommunens Facebooksida" in ead.findtext(".//e:titleproper", namespaces=EAD)
    told = {
        name: ead.xpath(f"//e:{name}/e:p/text()", namespaces=EAD) for name in ("appraisal", "custodhist", "acqinfo")
    }
    assert told["appraisal"] == ["Handlingarna bevaras."]  # and not by the decision to dispose
    assert "Dagligt ansvarig: Anna Ek, Kommunikatör" in told["custodhist"]
    assert "Beslut: tillstånd: KS 2024/9, 2024-01-20, Kommunstyrelsen" in told["custodhist"]
    assert (
        "Insamlad av: Anna Ek, Kommunikatör; uppdrag som administratör från Cia Berg, Enhetschef, 2024-01-25"
        in (told["acqinfo"])
    )


def test_the_extract_says_what_held_when_the_walk_ended_and_names_nobody_s_address(story):
    content = _inside(story.package, "documentation/registerutdrag.json")
    said = TypeAdapter(Extract).validate_json(content)
    assert content == (story.runs[0] / "registerutdrag.json").read_bytes()
    assert (said.at, said.address) == (kept.seen_in(story.runs[0]).ended, story.url)
    assert [(each.person.name, each.appointment is None) for each in said.authorised] == [
        ("Anna Ek", False),
        ("Eva Sjö", True),
    ]  # Bo Lind's mandate has ended
    assert (said.ground.permission.reference, said.ground.guideline) == ("KS 2024/9", "KS 2020-05-25 § 94")
    assert [each.field for each in said.differences] == ["gallring", "arkivbildare"]
    page = lxml.html.fromstring(_inside(story.package, "documentation/registerutdrag.html")).text_content()
    assert "Anna Ek" in page
    index = lxml.html.fromstring(_inside(story.package, "documentation/index.html"))
    assert "registerutdrag.html" in index.xpath("//a/@href")
    assert "registerutdrag" in lxml.html.fromstring(_inside(story.package, "forsattsblad.html")).text_content()
    assert b"@exempelkommun.se" not in content + page.encode()


def test_the_capture_is_on_record_with_what_it_rested_on(story):
    with opening.opened(story.workspace / "register.db") as store, store.reading() as session:
        first, second = session.query(CaptureRow).order_by(CaptureRow.started).all()
        assert session.get_one(Mandate, first.mandate).person == WHO
    assert (first.run, first.object_id, first.address) == (story.package.stem, story.package.stem, story.url)
    assert (first.channel, first.person, first.mode, first.verdict) == (NAME, WHO, "automatisk", "complete")
    assert (first.posts, first.latest_post, first.guideline) == (POSTS, story.newest, "KS 2020-05-25 § 94")
    assert (second.run, second.posts) == (story.runs[1].name, 0)


def test_years_later_the_register_says_the_same_of_the_package_as_its_extract(story, command_line, tmp_path):
    """Also when all has been changed since."""
    database = shutil.copy(story.workspace / "register.db", tmp_path / "register.db")
    with opening.opened(database) as store:
        (tmp_path / "kanaler.csv").write_text(
            "kanal;namn;plattform;adress;förvaltning;status;gäller från\n"
            f"fb;Nytt namn;annat;{story.url};ks;aktiv;2024-02-01\n",
            encoding="utf-8",
        )
        plan = import_from(
            store, read(tmp_path / "kanaler.csv"), at=datetime.now(UTC), by="Bo Lind", why="nytt", dry_run=False
        )
        assert plan.faults == ()
    done = command_line.run("register", "package", story.package.stem, "--into", str(tmp_path), "--json")
    then = json.loads(done.stdout)
    said = TypeAdapter(Extract).validate_json(_inside(story.package, "registerutdrag.json"))
    for field in ("name", "platform", "address", "status", "mode", "unit", "purpose", "target_group", "appraisal"):
        assert then["kanal"][field] == getattr(said.channel, field), field
    assert then["kanal"]["responsible"] == said.channel.responsible.entry == WHO
    people = [
        (each.person.entry, each.person.name, each.mandate.capacity, each.appointment is not None)
        for each in said.authorised
    ]
    told = [(each["person"], each["namn"], each["behörighet"], each["fullt_behörig"]) for each in then["behöriga"]]
    assert told == people
    decided = sorted((each["kind"], each["reference"], each["decided"]) for each in then["beslut"])
    assert decided == sorted((each.kind, each.reference, each.decided.isoformat()) for each in said.decisions)


@pytest.mark.slow  # ten seconds, and packaging knows that it delivers once
def test_a_run_that_somebody_else_ends_rests_on_what_it_rested_on(story, command_line, tmp_path):
    workspace = shutil.copytree(story.workspace, tmp_path / "w")
    note = workspace / "arbete" / story.runs[1].name / "korning.json"
    said = json.loads(note.read_text(encoding="utf-8"))
    note.write_text(json.dumps({**said, "stage": "DELIVERY"}), encoding="utf-8")
    done = command_line.run(*_words(workspace, story.settings)[:-1], "Eva Sjö")
    assert done.returncode == ExitCode.OK, done.stderr
    with opening.opened(workspace / "register.db") as store, store.reading() as session:
        assert [(row.person, row.mode) for row in session.query(CaptureRow)] == [(WHO, "automatisk")] * 2


# --- what is missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts", "behaviour", "said"),
    [
        pytest.param(2, Behaviour(overclaim=1), "plattformen visar färre än den uppger", id="overclaim"),
        pytest.param(
            6,
            Behaviour(stall=True, posts_per_batch=3),
            "flödet slutade leverera innan slutet nåddes",
            id="stall",
            marks=pytest.mark.slow,  # a minute; the walk's own tests have the stall itself
        ),
    ],
)
def test_what_is_missing_makes_it_incomplete_and_says_which(command_line, tmp_path, posts, behaviour, said):
    with serve(posts=posts, behaviour=behaviour) as channel:
        short = [channel.address(p.permalink) for p in channel.truth.posts if p.claimed > p.reachable]
        done = command_line.run("capture", channel.url, "--into", str(tmp_path))
    assert done.returncode == 3, done.stderr
    assert "OFULLSTÄNDIG" in done.stdout
    assert said in done.stdout
    assert all(key in done.stdout for key in short)
    (package,) = (tmp_path / "e-arkiv").glob("*.zip")
    statement = etree.fromstring(_inside(package, "fullstandighetsintyg.xml"))
    assert statement.find("c:verdict", STATEMENT).get("code") == "incomplete"
    missing = [post.get("key") for post in statement.findall("c:post", STATEMENT) if post.get("missing") != "0"]
    assert missing == short
    assert said in " ".join(statement.xpath("c:loss/c:sv/text()", namespaces=STATEMENT))
