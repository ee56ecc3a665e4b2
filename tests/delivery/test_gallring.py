"""Gallring of working copies: only what may go, only when two have said so, and the log tells the truth."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from delivery import gallring, receipts_taken
from delivery.gallring import Copies, DisposalRefusedError, DisposalStep, Proposal
from delivery.gallring_execute import execute
from delivery.journey import Step
from register.store.decisions import DisposalDecision
from register.store.holds import Hold
from tests.delivery import gallring_child
from tests.delivery.ledger_desk import CHANNEL, START, Desk, desk_of
from tests.register.children import Child
from tests.register.databases import BOTH

LATER = datetime(2027, 6, 1, tzinfo=UTC)
TYPE = "arbetskopior av insamling"


class Gallring(Desk):
    """A desk with received packages, and their working copies in a workspace."""

    def copies(self, object_id: str) -> Copies | None:
        folder = self.root / "arbete" / object_id
        paths = tuple(path for path in (folder, self.root / "paket" / f"{object_id}.zip") if path.exists())
        return Copies(root=self.root, paths=paths) if paths else None

    def received(self, object_id: str = "kanal-1", files: int = 3, **more: object) -> None:
        self.delivered(object_id, **({"record_type": TYPE} | more))
        for number in range(files):
            path = self.root / "arbete" / object_id / f"mapp-{number % 5}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * number)
        receipts_taken.answer(self.store, object_id, received=True, reason=None, at=self.clock(), by="Åsa")

    def decide(self, days: int = 90, entry: str = "beslut-1", **more: object) -> None:
        said: dict[str, object] = {"valid_from": START, "recorded_at": START, "recorded_by": "Åsa"}
        said |= {"record_type": TYPE, "decided_by": "Kommunstyrelsen", "reference": "KS 2026/77 § 12"}
        with self.store.writing() as session:
            session.add(DisposalDecision(entry=entry, retention_days=days, **(said | more)))  # type: ignore[arg-type]

    def hold(self, entry: str = "stopp-1", **more: object) -> None:
        said: dict[str, object] = {"valid_from": START, "recorded_at": START, "recorded_by": "Åsa"}
        said |= {"ground": "begäran om allmän handling KS 2027/3", "channel": CHANNEL.url}
        with self.store.writing() as session:
            session.add(Hold(entry=entry, **(said | more)))  # type: ignore[arg-type]

    def propose(self, at: datetime = LATER, proposal: str = "f-1") -> Proposal | None:
        return gallring.propose(
            self.store, lambda each: self.copies(each.object_id), proposal=proposal, at=at, by="kanalarkiv 0.2.0"
        )

    def approved(self, proposal: str = "f-1") -> None:
        assert self.propose(proposal=proposal) is not None
        for who in ("Anna Arkivarie", "Bo Registrator"):
            gallring.approve(self.store, proposal, at=LATER, by=who)

    def execute(self, proposal: str = "f-1") -> Proposal:
        return execute(self.store, proposal, self.root, clock=lambda: LATER, by="anna")

    def files(self, object_id: str = "kanal-1") -> int:
        copies = self.copies(object_id)
        return len(gallring.list_files(copies)) if copies else 0

    def log(self, object_id: str = "kanal-1", proposal: str = "f-1") -> list[DisposalStep]:
        with self.store.reading() as session:
            entries = gallring.proposal_of(session, proposal).log
        return [entry.step for entry in entries if entry.object_id == object_id]


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gallring]:
    with desk_of("sqlite", request.config, tmp_path) as desk:
        yield Gallring(store=desk.store, root=desk.root, address=desk.address)


@pytest.fixture(params=BOTH)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gallring]:
    with desk_of(request.param, request.config, tmp_path) as desk:
        yield Gallring(store=desk.store, root=desk.root, address=desk.address)


def test_what_the_archive_received_is_disposed_of_after_its_time_by_two_persons(either: Gallring) -> None:
    either.received()
    either.decide()
    proposal = either.propose()
    assert proposal is not None
    (package,) = proposal.packages
    received = either.journey().answer
    assert received is not None
    assert package.due == received.at + timedelta(days=90)
    assert [name for name, _ in package.copies] == [
        *(f"arbete/kanal-1/mapp-{number}/{number}.png" for number in range(3)),
        "paket/kanal-1.zip",
    ]
    gallring.approve(either.store, "f-1", at=LATER, by="Anna Arkivarie")
    gallring.approve(either.store, "f-1", at=LATER, by="Bo Registrator")
    assert either.files() == 4
    done = either.execute()
    assert either.files() == 0
    assert not (either.root / "arbete" / "kanal-1").exists()
    assert (either.root / "in" / "kanal-1.zip").exists()  # the archive's copy is the archive's
    assert either.journey().state is Step.RECEIVED
    assert [(entry.step, entry.by) for entry in done.log] == [
        (DisposalStep.PROPOSED, "kanalarkiv 0.2.0"),
        (DisposalStep.APPROVED, "Anna Arkivarie"),
        (DisposalStep.APPROVED, "Bo Registrator"),
        (DisposalStep.BEGUN, "anna"),
        (DisposalStep.DISPOSED, "anna"),
    ]
    begun = done.log[3].evidence
    assert begun is not None
    assert (begun["reference"], begun["decided_by"]) == ("KS 2026/77 § 12", "Kommunstyrelsen")
    assert begun["approved_by"] == ["Anna Arkivarie", "Bo Registrator"]
    assert len(begun["files"]) == 4
    assert done.log[4].evidence == {"files": 4, "left": []}


@pytest.mark.parametrize(
    "lacking",
    ["answer", "rejected", "decision", "ended", "other-type", "time", "type", "channel", "hold", "contradiction"],
)
def test_what_lacks_anything_is_not_even_proposed(desk: Gallring, lacking: str) -> None:
    if lacking == "answer":
        desk.delivered(record_type=TYPE)
    elif lacking == "rejected":
        desk.delivered(record_type=TYPE)
        receipts_taken.answer(desk.store, "kanal-1", received=False, reason="fel", at=desk.clock(), by="Åsa")
    else:
        missing = {"type": {"record_type": None}, "channel": {"channel": None}}
        desk.received(**missing.get(lacking, {}))
    if lacking != "decision":
        desk.decide(record_type="annat" if lacking == "other-type" else TYPE)
    if lacking == "ended":
        desk.decide(ended=True)
    if lacking == "hold":
        desk.hold()
    if lacking == "contradiction":
        desk.answer("kanal-1.err", "gick inte att läsa in")
        receipts_taken.take_returns(desk.store, desk.transport, now=desk.clock())
    at = START + timedelta(days=90) if lacking == "time" else LATER  # received some seconds after START
    assert desk.propose(at=at) is None
    assert desk.files() > 0


def test_of_two_decisions_the_one_that_keeps_longer_holds(desk: Gallring) -> None:
    desk.received()
    desk.decide(days=1)
    desk.decide(days=3650, entry="beslut-2")
    assert desk.propose() is None


def test_one_person_is_not_two(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.propose()
    gallring.approve(desk.store, "f-1", at=LATER, by="Anna Arkivarie")
    for same in ("Anna Arkivarie", " anna  ARKIVARIE "):
        with pytest.raises(DisposalRefusedError, match="redan godkänt"):
            gallring.approve(desk.store, "f-1", at=LATER, by=same)
    for nobody in ("", "kanalarkiv 0.2.0"):
        with pytest.raises(DisposalRefusedError):
            gallring.approve(desk.store, "f-1", at=LATER, by=nobody)
    with pytest.raises(DisposalRefusedError, match="inte godkänt av två"):
        desk.execute()
    assert desk.files() == 4
    assert desk.log() == []


def test_a_refused_proposal_is_never_carried_out(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    with pytest.raises(DisposalRefusedError, match="har en orsak"):
        gallring.refuse(desk.store, "f-1", reason=" ", at=LATER, by="Chefen")
    gallring.refuse(desk.store, "f-1", reason="revision pågår", at=LATER, by="Chefen")
    with pytest.raises(DisposalRefusedError, match="inte godkänt"):
        desk.execute()
    with pytest.raises(DisposalRefusedError, match="avgjort"):
        gallring.approve(desk.store, "f-1", at=LATER, by="Cecilia")
    assert desk.files() == 4
    assert desk.propose(proposal="f-2") is not None


def test_what_is_proposed_is_not_proposed_again(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    assert desk.propose() is not None
    assert desk.propose(proposal="f-2") is None
    desk.received("kanal-2")
    second = desk.propose(proposal="f-2")
    assert second is not None
    assert [each.object_id for each in second.packages] == ["kanal-2"]


HELD: dict[str, dict[str, object]] = {
    "hold": {},
    "hold-spelled": {"channel": "HTTPS://www.Facebook.com:443/./exempelkommun/"},
    "hold-on-all": {"channel": None},
    "hold-on-item": {"item": f"{CHANNEL.url}/posts/7"},
    "hold-on-part": {"channel": f"{CHANNEL.url}/posts"},
}


@pytest.mark.parametrize("change", [*HELD, "decision-ended", "longer", "contradiction"])
def test_what_changed_after_the_approval_stops_it_at_the_last_moment(either: Gallring, change: str) -> None:
    either.received()
    either.decide()
    either.approved()
    match change:
        case "decision-ended":
            either.decide(ended=True)
        case "longer":
            either.decide(days=3650)
        case "contradiction":
            either.answer("kanal-1.err", "gick inte att läsa in")
            receipts_taken.take_returns(either.store, either.transport, now=LATER)
        case _:
            either.hold(**HELD[change])
    done = either.execute()
    assert either.files() == 4
    assert either.log() == [DisposalStep.STOPPED]
    assert done.log[-1].said
    assert done.log[-1].evidence == {"kept": 4, "gone": 0}


def test_a_hold_elsewhere_stops_nothing(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    desk.hold(channel="https://example.org/annan")
    desk.execute()
    assert desk.log() == [DisposalStep.BEGUN, DisposalStep.DISPOSED]


def test_what_may_not_go_does_not_stop_the_others(desk: Gallring) -> None:
    desk.received("kanal-1")
    desk.received("kanal-2", channel=None)
    desk.decide()
    assert desk.propose() is not None
    with desk.store.reading() as session:
        assert [each.object_id for each in gallring.proposal_of(session, "f-1").packages] == ["kanal-1"]


def test_a_file_that_is_not_the_approved_one_is_left_and_said(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    (desk.root / "arbete/kanal-1/mapp-0/0.png").write_bytes(b"new")
    (desk.root / "arbete/kanal-1/mapp-0/later.png").write_bytes(b"new")
    done = desk.execute()
    assert done.log[-1].evidence == {"files": 3, "left": ["arbete/kanal-1/mapp-0/0.png"]}
    assert sorted(path.name for path in (desk.root / "arbete/kanal-1/mapp-0").iterdir()) == ["0.png", "later.png"]


def test_links_are_removed_and_never_followed(desk: Gallring, tmp_path: Path) -> None:
    outside = tmp_path / "utanför"
    outside.mkdir()
    (outside / "kvar.txt").write_text("kvar")
    desk.received()
    (desk.root / "arbete/kanal-1/länk").symlink_to(outside)
    (desk.root / "arbete/kanal-1/fil").symlink_to(outside / "kvar.txt")
    desk.decide()
    desk.approved()
    desk.execute()
    assert (outside / "kvar.txt").read_text() == "kvar"
    assert not (desk.root / "arbete/kanal-1").exists()


def test_a_folder_that_became_a_link_out_is_left(desk: Gallring, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    folder, elsewhere = desk.root / "arbete/kanal-1/mapp-1", tmp_path_factory.mktemp("ute") / "mapp-1"
    shutil.move(folder, elsewhere)
    folder.symlink_to(elsewhere)
    done = desk.execute()
    assert (elsewhere / "1.png").exists()
    assert done.log[-1].evidence == {"files": 3, "left": ["arbete/kanal-1/mapp-1/1.png"]}


@pytest.mark.parametrize("path", ["../ute.txt", "register.db", ".", "arbete/../../ute.txt"])
def test_nothing_outside_the_working_copies_can_be_named(desk: Gallring, path: str) -> None:
    (desk.root.parent / "ute.txt").write_text("kvar")
    with pytest.raises(DisposalRefusedError, match="ligger inte i arbetsmappen"):
        gallring.list_files(Copies(root=desk.root, paths=(desk.root / path,)))


def test_the_log_is_kept_whoever_asks(either: Gallring) -> None:
    either.received()
    either.decide()
    either.approved()
    either.execute()
    for act in ("DELETE FROM disposal_log", "UPDATE disposal_log SET step = 'proposed'"):
        with pytest.raises(Exception, match="never changed and never removed"), either.store.writing() as session:
            session.execute(text(act))
    with either.store.reading() as session:
        (found,) = gallring.proposals(session)
    assert found.step_of("kanal-1") is DisposalStep.DISPOSED


def test_carried_out_again_nothing_happens(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    assert desk.execute() == desk.execute()


def test_a_hold_that_comes_while_it_is_cut_off_keeps_what_is_left(desk: Gallring) -> None:
    desk.received()
    desk.decide()
    desk.approved()
    with desk.store.writing() as session:
        gallring.log(session, "f-1", DisposalStep.BEGUN, at=LATER, by="anna", object_id="kanal-1")
    (desk.root / "arbete/kanal-1/mapp-0/0.png").unlink()
    desk.hold()
    done = desk.execute()
    assert desk.files() == 3
    assert desk.log() == [DisposalStep.BEGUN, DisposalStep.STOPPED]
    assert done.log[-1].evidence == {"kept": 3, "gone": 1}


def _killed_at_random(desk: Gallring, moments: int, seed: int) -> None:
    """Kill gallring at moments spread over it: what the log says of the files is so, each time; then it goes on."""
    chance, files = random.Random(seed), 800
    desk.decide()
    seen = set()
    whole = _seconds(desk, files)
    for number in range(moments):
        object_id, proposal = f"kanal-{number}", f"f-{number}"
        desk.received(object_id, files=files)
        desk.approved(proposal)
        child = Child(gallring_child.run, desk.address, str(desk.root), proposal)
        assert child.next() == "ready"
        time.sleep(whole * 1.2 * (number + chance.random()) / moments)
        child.kill()
        assert child.process.exitcode in (-signal.SIGKILL, 0)
        log, left = desk.log(object_id, proposal), desk.files(object_id)
        seen.add((len(log), 0 < left < files + 1))
        if not log:
            assert left == files + 1
        elif log == [DisposalStep.BEGUN, DisposalStep.DISPOSED]:
            assert left == 0
        else:
            assert log == [DisposalStep.BEGUN]
        desk.execute(proposal)
        assert desk.files(object_id) == 0
        assert desk.log(object_id, proposal) == [DisposalStep.BEGUN, DisposalStep.DISPOSED]
    assert len(seen) > 1, "all were killed at the same place"


def _seconds(desk: Gallring, files: int) -> float:
    desk.received("matt", files=files)
    desk.approved("f-matt")
    child = Child(gallring_child.run, desk.address, str(desk.root), "f-matt")
    child.next()
    started = time.monotonic()
    assert child.next() == "done"
    took = time.monotonic() - started
    child.rest()
    return took


def test_killed_at_any_moment_the_log_is_true(desk: Gallring) -> None:
    _killed_at_random(desk, moments=5, seed=3)


@pytest.mark.slow
def test_killed_at_any_of_fifty_moments_the_log_is_true(either: Gallring) -> None:
    _killed_at_random(either, moments=50, seed=5)


def test_gallring_can_reach_neither_network_nor_browser() -> None:
    """Never anything on the platform: what could reach one is not even loaded."""
    code = (
        "import sys, delivery.gallring_execute\n"
        "reach = ('playwright', 'boto3', 'asyncssh', 'httpx', 'urllib.request', 'http.client')\n"
        "sys.exit(' '.join(name for name in reach if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
