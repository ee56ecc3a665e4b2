"""The ledger: delivered once, and true whenever a program stops."""

import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from delivery import journey, ledger
from delivery.folder import Folder
from delivery.journey import Step
from delivery.transport import Check
from register.errors import BadInputError, DeliveryConflictError, FolderBlockedError
from register.model import DeliveryOutcome, RecordStatus
from register.store.opening import opened
from tests.delivery import ledger_child
from tests.delivery.ledger_desk import CHANNEL, PERIOD, START, Desk, desk_of
from tests.register.children import Child
from tests.register.databases import BOTH

_WHOLE = [Step.SENDING, Step.SENT, Step.CHECKED]


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(request.param, request.config, tmp_path) as desk:
        yield desk


def test_a_package_goes_from_sealed_to_checked(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package, manifest="ab" * 32, record_type="arbetskopior")
    assert desk.journey().state is Step.SEALED
    delivered = desk.deliver(package)
    found = desk.journey()
    assert delivered.journey == found
    assert delivered.outcome is DeliveryOutcome.DELIVERED
    assert desk.steps() == _WHOLE
    assert found.state is Step.CHECKED
    assert (found.sha256, found.size, found.manifest) == (package.sha256, package.size, "ab" * 32)
    assert (found.channel, found.channel_name, found.period) == (CHANNEL.url, CHANNEL.name, PERIOD)
    assert found.arrival is not None
    assert (found.arrival.sha256, found.arrival.checks) == (package.sha256, (Check.READ_BACK,))
    assert found.entered_at == START
    assert [each.at for each in found.happenings] == sorted(each.at for each in found.happenings)
    assert {each.by for each in found.happenings} == {"anna"}


def test_a_second_delivery_sends_nothing_also_when_the_archive_took_the_package_away(desk: Desk) -> None:
    package = desk.delivered()
    (desk.root / "in" / "kanal-1.zip").unlink()
    again = desk.deliver(package)
    assert again.outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert desk.steps() == _WHOLE
    assert not (desk.root / "in" / "kanal-1.zip").exists()


def test_the_same_package_is_entered_once_and_another_under_its_id_is_refused(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    desk.enter(package)
    other = replace(package, sha256="0" * 64)
    with pytest.raises(DeliveryConflictError):
        desk.enter(other)
    with pytest.raises(DeliveryConflictError):
        desk.deliver(other)
    assert desk.steps() == []


def test_a_package_that_is_not_in_the_ledger_is_not_delivered(desk: Desk) -> None:
    with pytest.raises(BadInputError, match="finns inte i liggaren"):
        desk.deliver(desk.package())
    assert list((desk.root / "in").iterdir()) == []


def test_a_failed_attempt_is_on_record_and_the_next_one_goes_on(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    (desk.root / "in").rmdir()
    with pytest.raises(FolderBlockedError):
        desk.deliver(package)
    assert desk.steps() == [Step.SENDING, Step.STOPPED]
    assert "finns inte" in str(desk.journey().happenings[-1].said)
    (desk.root / "in").mkdir()
    assert desk.deliver(package).outcome is DeliveryOutcome.DELIVERED
    assert desk.steps() == [Step.SENDING, Step.STOPPED, *_WHOLE]


def test_what_came_through_before_an_interruption_is_found_and_not_sent_again(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    with desk.store.writing() as session:
        journey.happened(session, "kanal-1", Step.SENDING, at=START, by="anna", place=desk.transport.place)
    desk.transport.deliver(package, now=START)
    before = _written(desk)
    assert desk.deliver(package).outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert _written(desk) == before
    assert desk.steps() == _WHOLE
    assert desk.journey().happenings[1].said == "låg i e-arkivet efter ett avbrott"


def _written(desk: Desk) -> tuple[int, int]:
    found = (desk.root / "in" / "kanal-1.zip").stat()
    return found.st_ino, found.st_mtime_ns


def test_what_the_archive_took_and_receipted_before_an_interruption_is_not_sent_again(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    with desk.store.writing() as session:
        journey.happened(session, "kanal-1", Step.SENDING, at=START, by="anna", place=desk.transport.place)
    desk.answer("kanal-1.zip.ok", package.sha256)
    delivered = desk.deliver(package)
    assert delivered.outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert delivered.journey.arrival is None
    assert list((desk.root / "in").iterdir()) == []
    assert desk.steps() == [Step.SENDING, Step.SENT, Step.RECEIVED]


def test_other_content_under_the_name_is_a_conflict_on_record(desk: Desk) -> None:
    package = desk.package()
    desk.enter(package)
    (desk.root / "in" / "kanal-1.zip").write_bytes(b"theirs")
    with pytest.raises(DeliveryConflictError):
        desk.deliver(package)
    assert desk.steps() == [Step.SENDING, Step.STOPPED]
    assert (desk.root / "in" / "kanal-1.zip").read_bytes() == b"theirs"


def test_a_package_is_delivered_to_one_archive(desk: Desk, tmp_path: Path) -> None:
    package = desk.delivered()
    (tmp_path / "annat").mkdir()
    with pytest.raises(BadInputError, match="redan levererat till"):
        ledger.deliver(desk.store, package, Folder(archive=tmp_path / "annat"), clock=desk.clock, by="anna")
    assert list((tmp_path / "annat").iterdir()) == []


@pytest.mark.parametrize("status", [RecordStatus.REPLACEMENT, RecordStatus.SUPPLEMENT])
@pytest.mark.parametrize("earlier", [None, "kanal-1"])
def test_a_correction_names_the_package_it_corrects(desk: Desk, status: RecordStatus, earlier: str | None) -> None:
    with pytest.raises(BadInputError, match="anger inte vilket paket"):
        desk.enter(desk.package(), record_status=status, earlier_package=earlier)


def test_all_packages_are_listed_in_the_order_they_came(desk: Desk) -> None:
    for object_id in ("b", "a", "c"):
        desk.enter(desk.package(object_id))
    with desk.store.reading() as session:
        assert [each.object_id for each in journey.journeys(session)] == ["b", "a", "c"]


def _killed_at_random(desk: Desk, *, moments: int, size: int, seed: int) -> None:
    """Kill programs at moments spread over a delivery; then one finishes, and the ledger and the archive agree.

    The archive takes away what has come, as an archive does, and answers: what is sent twice would be taken twice.
    """
    chance = random.Random(seed)
    whole = _seconds(desk, size)
    states: set[str] = set()
    for number in range(moments):
        object_id = f"kanal-{number}"
        child = Child(ledger_child.run, desk.address, str(desk.root), object_id, size)
        assert child.next() == "ready"
        time.sleep(whole * 1.2 * (number + chance.random()) / moments)
        child.kill()
        assert child.process.exitcode in (-signal.SIGKILL, 0)
        states.add(_true(desk, object_id))
        taken = _take(desk, object_id)
        finisher = Child(ledger_child.run, desk.address, str(desk.root), object_id, size)
        finisher.rest()
        assert finisher.process.exitcode == 0
        taken += _take(desk, object_id)
        assert taken == 1, object_id
        assert desk.steps(object_id).count(Step.SENT) == 1
        assert desk.journey(object_id).state in (Step.CHECKED, Step.RECEIVED)
    assert len(states) > 1, "all were killed at the same place"


def _true(desk: Desk, object_id: str) -> str:
    """Assert that what the ledger says of a killed delivery is so, and return it."""
    final, package = desk.root / "in" / f"{object_id}.zip", desk.package(object_id)
    with desk.store.reading() as session:
        found = journey.journey_of(session, object_id)
    if found is None or found.state is Step.SEALED:
        assert not final.exists()
        return "nothing"
    if found.state is Step.CHECKED:
        assert final.read_bytes() == package.path.read_bytes()
        return "there"
    assert found.state is Step.SENDING  # nobody knows, and nobody says
    assert not final.exists() or final.read_bytes() == package.path.read_bytes()
    return "came, unsaid" if final.exists() else "under way"


def _take(desk: Desk, object_id: str) -> int:
    """Take a package away as an archive does, and answer; return how many there were."""
    final = desk.root / "in" / f"{object_id}.zip"
    if not final.exists():
        return 0
    desk.answer(f"{object_id}.zip.ok", desk.package(object_id).sha256)
    final.unlink()
    return 1


def _seconds(desk: Desk, size: int) -> float:
    child = Child(ledger_child.run, desk.address, str(desk.root), "matt", size)
    child.next()
    started = time.monotonic()
    assert child.next() == "delivered"
    took = time.monotonic() - started
    child.rest()
    return took


def test_killed_at_any_moment_the_ledger_is_true_and_the_package_comes_once(desk: Desk) -> None:
    _killed_at_random(desk, moments=6, size=4 << 20, seed=7)


@pytest.mark.slow
def test_killed_at_any_of_sixty_moments_the_ledger_is_true_and_the_package_comes_once(desk: Desk) -> None:
    _killed_at_random(desk, moments=60, size=4 << 20, seed=11)


def test_two_programs_that_deliver_the_same_package_at_once_deliver_it_once(desk: Desk) -> None:
    children = [Child(ledger_child.run, desk.address, str(desk.root), "kanal-1", 4 << 20) for _ in range(3)]
    for child in children:
        child.rest()
    assert 0 in {child.process.exitcode for child in children}  # the others may have been told to wait
    assert desk.deliver(desk.package("kanal-1", 4 << 20)).outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert desk.steps().count(Step.SENT) == 1
    assert desk.journey().state is Step.CHECKED


def test_nothing_in_the_ledger_can_be_changed(desk: Desk) -> None:
    desk.delivered()
    with pytest.raises(Exception, match="never changed and never removed"), desk.store.writing() as session:
        session.execute(text("UPDATE journeys SET step = 'received'"))
    assert desk.journey().state is Step.CHECKED


def test_the_ledger_survives_its_program(desk: Desk) -> None:
    desk.delivered()
    with opened(desk.address) as again, again.reading() as session:
        assert journey.journey_of(session, "kanal-1") == desk.journey()
