"""Delivery to a folder: once, whole, never over anything, and never said before it is true."""

import errno
import fcntl
import hashlib
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from delivery.folder import Folder, leftovers
from delivery.transport import RETURN_LIMIT, Check, Sidecar
from register.errors import (
    AnotherRunError,
    ArrivedDamagedError,
    DeliveryConflictError,
    DiskFullError,
    FolderBlockedError,
    PackageInvalidError,
)
from register.model import DeliveryOutcome, Package

Make = Callable[..., Package]
_NAMES = ["kanal-2026.zip", "kanal-2026.zip.sha256"]


def _state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in folder.iterdir()}


def _whole(archive: Path, package: Package) -> bool:
    path = archive / "kanal-2026.zip"
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == package.sha256


def test_a_delivery_puts_the_package_and_its_checksum(make_package: Make, archive: Path, now: datetime) -> None:
    package = make_package()
    receipt = Folder(archive=archive).deliver(package, now=now)
    assert receipt.outcome is DeliveryOutcome.DELIVERED
    assert (receipt.object_id, receipt.size, receipt.sha256, receipt.at) == (
        package.object_id,
        package.size,
        package.sha256,
        now,
    )
    assert Path(receipt.place).read_bytes() == package.path.read_bytes()
    assert sorted(path.name for path in archive.iterdir()) == _NAMES
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "kanal-2026.zip.sha256"], cwd=archive, capture_output=True, check=False
    )
    assert checked.returncode == 0


def test_a_second_delivery_changes_nothing_and_says_so(make_package: Make, archive: Path, now: datetime) -> None:
    package = make_package()
    Folder(archive=archive).deliver(package, now=now)
    before, folder = _state(archive), archive.stat().st_mtime_ns
    receipt = Folder(archive=archive).deliver(package, now=now + timedelta(days=1))
    assert receipt.outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert _state(archive) == before
    assert archive.stat().st_mtime_ns == folder


@pytest.mark.parametrize("size", [100_000, 99_999])
def test_other_content_under_the_same_name_is_a_conflict(
    make_package: Make, archive: Path, now: datetime, size: int
) -> None:
    Folder(archive=archive).deliver(make_package(seed=1), now=now)
    before = _state(archive)
    with pytest.raises(DeliveryConflictError):
        Folder(archive=archive).deliver(make_package(seed=2, size=size), now=now)
    assert _state(archive) == before


def test_a_package_that_changed_since_it_was_sealed_is_not_delivered(
    make_package: Make, archive: Path, now: datetime
) -> None:
    package = make_package()
    package.path.write_bytes(b"!" + package.path.read_bytes()[1:])
    with pytest.raises(PackageInvalidError):
        Folder(archive=archive).deliver(package, now=now)
    assert list(archive.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_blocks(make_package: Make, tmp_path: Path, now: datetime) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("kvar")
    with pytest.raises(FolderBlockedError, match="är en fil"):
        Folder(archive=blocked).deliver(make_package(), now=now)
    with pytest.raises(FolderBlockedError):
        Folder(archive=blocked / "under").deliver(replace(make_package(seed=3)), now=now)
    assert blocked.read_text() == "kvar"


def test_a_share_that_is_not_mounted_is_not_taken_for_an_empty_one(
    make_package: Make, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(FolderBlockedError, match="finns inte"):
        Folder(archive=tmp_path / "not-mounted").deliver(make_package(), now=now)
    assert not (tmp_path / "not-mounted").exists()


def test_a_missing_package_file_blocks(make_package: Make, archive: Path, now: datetime) -> None:
    package = make_package()
    package.path.unlink()
    with pytest.raises(FolderBlockedError):
        Folder(archive=archive).deliver(package, now=now)
    assert list(archive.iterdir()) == []


def test_no_right_to_write_blocks(make_package: Make, archive: Path, now: datetime, tmp_path: Path) -> None:
    package = make_package()
    if os.geteuid() != 0:
        archive.chmod(0o555)
        with pytest.raises(FolderBlockedError):
            Folder(archive=archive).deliver(package, now=now)
        return
    # Root may write anywhere: the delivery is made by somebody else, in a process of its own.
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o755)
    done = _deliver_elsewhere(package, archive, as_user=65534)
    assert "FolderBlockedError" in done.stderr.decode()
    assert list(archive.iterdir()) == []


_PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from delivery.folder import Folder
from register.model import Package
path, size, sha256, archive = sys.argv[1:]
package = Package(object_id="kanal-2026", path=Path(path), size=int(size), sha256=sha256)
print("ready", flush=True)
receipt = Folder(archive=Path(archive)).deliver(package, now=datetime(2026, 11, 22, 13, tzinfo=UTC))
print(receipt.outcome.value, flush=True)
"""


def _command(package: Package, archive: Path) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, str(package.path), str(package.size), package.sha256, str(archive)]


def _deliver_elsewhere(
    package: Package, archive: Path, *, as_user: int | None = None
) -> "subprocess.CompletedProcess[bytes]":
    # Loaded before the user is changed: another user may not be allowed to read where Python's packages lie.
    program = (
        _PROGRAM
        if as_user is None
        else _PROGRAM.replace('print("ready"', f'import os; os.setuid({as_user}); print("ready"')
    )
    command = [sys.executable, "-c", program, str(package.path), str(package.size), package.sha256, str(archive)]
    return subprocess.run(command, capture_output=True, check=False)


def _killed(package: Package, archive: Path, now: datetime, *, times: int) -> None:
    """Kill deliveries at moments spread over a whole one; then let one finish."""
    whole = _seconds(package, archive)
    chance = random.Random(7)
    for number in range(times):
        process = subprocess.Popen(_command(package, archive), stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(whole * 1.15 * (number + chance.random()) / times)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if (archive / "kanal-2026.zip").exists():
            assert _whole(archive, package)
            for path in archive.iterdir():
                path.unlink()
        else:
            assert {path.name for path in leftovers(archive)} <= {".kanal-2026.zip.part", ".kanal-2026.zip.sha256.part"}
    Folder(archive=archive).deliver(package, now=now)
    assert _whole(archive, package)
    assert leftovers(archive) == ()
    assert sorted(path.name for path in archive.iterdir()) == _NAMES


def test_killed_at_any_moment_there_is_nothing_or_the_whole_package(
    make_package: Make, archive: Path, now: datetime
) -> None:
    _killed(make_package(size=24 << 20), archive, now, times=6)


@pytest.mark.slow
def test_killed_at_fifty_moments_there_is_nothing_or_the_whole_package(
    make_package: Make, archive: Path, now: datetime
) -> None:
    _killed(make_package(size=24 << 20), archive, now, times=50)


def _seconds(package: Package, archive: Path) -> float:
    """Return how long a delivery takes in a process of its own, from ready to done; nothing is left of it."""
    process = subprocess.Popen(_command(package, archive), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.monotonic()
    assert process.stdout.readline() == b"delivered\n"
    took = time.monotonic() - started
    process.wait()
    process.stdout.close()
    for path in archive.iterdir():
        path.unlink()
    return took


def test_a_half_copy_of_a_killed_run_is_reported_and_replaced(make_package: Make, archive: Path, now: datetime) -> None:
    half = archive / ".kanal-2026.zip.part"
    half.write_bytes(b"half")
    assert leftovers(archive) == (half,)
    assert Folder(archive=archive).deliver(make_package(), now=now).outcome is DeliveryOutcome.DELIVERED
    assert leftovers(archive) == ()


def test_a_run_killed_between_name_and_papers_is_made_good(make_package: Make, archive: Path, now: datetime) -> None:
    package = make_package()
    Folder(archive=archive).deliver(package, now=now)
    os.link(archive / "kanal-2026.zip", archive / ".kanal-2026.zip.part")
    (archive / "kanal-2026.zip.sha256").unlink()
    receipt = Folder(archive=archive).deliver(package, now=now)
    assert receipt.outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert _whole(archive, package)
    assert sorted(path.name for path in archive.iterdir()) == _NAMES


def test_a_left_part_that_is_also_the_archives_own_copy_is_never_written_into(
    make_package: Make, archive: Path, now: datetime, tmp_path: Path
) -> None:
    """The archive took the package away by renaming it; the killed run's second name for it still lies there."""
    first = make_package(seed=1)
    Folder(archive=archive).deliver(first, now=now)
    os.link(archive / "kanal-2026.zip", archive / ".kanal-2026.zip.part")
    taken = (archive / "kanal-2026.zip").rename(tmp_path / "ingested.zip")
    (archive / "kanal-2026.zip.sha256").unlink()
    Folder(archive=archive).deliver(make_package(seed=2), now=now)
    assert hashlib.sha256(taken.read_bytes()).hexdigest() == first.sha256


def test_two_programs_do_not_deliver_the_same_package_at_once(make_package: Make, archive: Path, now: datetime) -> None:
    part = archive / ".kanal-2026.zip.part"
    with part.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AnotherRunError):
            Folder(archive=archive).deliver(make_package(), now=now)
        assert part.exists()


def test_a_name_taken_at_the_last_moment_is_not_overwritten(
    make_package: Make, archive: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def somebody_was_faster(source: Path, target: Path) -> None:
        if target.suffix == ".zip":
            target.write_bytes(b"theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", somebody_was_faster)
    with pytest.raises(AnotherRunError):
        Folder(archive=archive).deliver(make_package(), now=now)
    assert (archive / "kanal-2026.zip").read_bytes() == b"theirs"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
@pytest.mark.parametrize("room", ["half", "papers"])
def test_a_full_archive_is_said_and_left_clean(make_package: Make, archive: Path, now: datetime, room: str) -> None:
    package = make_package(size=256 * 1024)
    kilobytes = 100 if room == "half" else 256
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", archive], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        with pytest.raises(DiskFullError):
            Folder(archive=archive).deliver(package, now=now)
        assert list(archive.iterdir()) == []
    finally:
        subprocess.run(["umount", archive], check=True)


def test_what_does_not_come_back_the_same_is_not_called_delivered(
    make_package: Make, archive: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that lies: what it wrote is changed between the writing and the reading back."""
    sync = os.fsync

    def spoil(handle: int) -> None:
        sync(handle)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.pwrite(handle, b"!", 1000)

    monkeypatch.setattr(os, "fsync", spoil)
    with pytest.raises(ArrivedDamagedError, match="inte tillbaka likadant"):
        Folder(archive=archive).deliver(make_package(), now=now)
    assert list(archive.iterdir()) == []


_PAPER = Sidecar(name="kanal-2026.validering.json", content=b"{}")


def test_papers_travel_with_the_package_and_are_never_overwritten(
    make_package: Make, archive: Path, now: datetime
) -> None:
    package, target = make_package(), Folder(archive=archive)
    (archive / _PAPER.name).write_bytes(b"annat")
    with pytest.raises(DeliveryConflictError, match=r"kanal-2026\.validering\.json"):
        target.deliver(package, (_PAPER,), now=now)
    assert not (archive / "kanal-2026.zip").exists()
    (archive / _PAPER.name).unlink()
    arrival = target.deliver(package, (_PAPER,), now=now)
    assert (arrival.sent, arrival.checks) == (package.size, (Check.READ_BACK,))
    assert (archive / _PAPER.name).read_bytes() == b"{}"
    assert target.verify(package, now=now) == replace(arrival, sent=0, outcome=DeliveryOutcome.ALREADY_DELIVERED)


@pytest.mark.parametrize("name", ["annat.json", "kanal-2026.zip", "kanal-2026.ZIP.SHA256"])
def test_a_paper_bears_a_name_of_its_own_after_the_package(
    make_package: Make, archive: Path, now: datetime, name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        Folder(archive=archive).deliver(make_package(), (Sidecar(name=name, content=b""),), now=now)


@pytest.mark.parametrize("name", [".dold", "../kanal-2026.x", "kanal-2026\\x"])
def test_a_paper_is_never_laid_somewhere_else(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        Sidecar(name=name, content=b"")


def test_only_what_a_killed_copy_lacks_is_written_and_what_it_has_is_compared(
    make_package: Make, archive: Path, now: datetime
) -> None:
    package, target = make_package(size=5 << 20), Folder(archive=archive)
    half = archive / ".kanal-2026.zip.part"
    half.write_bytes(package.path.read_bytes()[: 3 << 20])
    assert target.deliver(package, now=now).sent == 2 << 20
    (archive / "kanal-2026.zip").unlink()
    half.write_bytes(package.path.read_bytes()[: 1 << 20] + bytes(4 << 20))
    assert target.deliver(package, now=now).sent == 4 << 20
    assert _whole(archive, package)
    assert leftovers(archive) == ()


def test_a_share_without_links_gets_the_package_by_a_rename_that_replaces_nothing(
    make_package: Make, archive: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT and many SMB shares have no links; none can be mounted where the tests run, so link() alone is barred."""

    def no_links(source: Path, target: Path) -> None:
        if target.suffix == ".zip" and taken:
            target.write_bytes(b"deras")
        raise PermissionError(errno.EPERM, "no links", source)

    taken = False
    monkeypatch.setattr(os, "link", no_links)
    package, target = make_package(), Folder(archive=archive)
    assert target.deliver(package, (_PAPER,), now=now).outcome is DeliveryOutcome.DELIVERED
    assert target.deliver(package, (_PAPER,), now=now).outcome is DeliveryOutcome.ALREADY_DELIVERED
    assert _whole(archive, package)
    (archive / "kanal-2026.zip").unlink()
    taken = True
    with pytest.raises(AnotherRunError):
        target.deliver(package, (_PAPER,), now=now)
    assert (archive / "kanal-2026.zip").read_bytes() == b"deras"
    assert leftovers(archive) == ()


def test_what_the_archive_returns_is_read_within_bounds(archive: Path, tmp_path: Path) -> None:
    (archive / "b.ok").touch()
    (archive / "a.json").write_bytes(b"{}")
    (archive / ".dold").touch()
    (archive / "under").mkdir()
    (archive / "lank.ok").symlink_to("/etc/hostname")
    os.mkfifo(archive / "ror.ok")
    (archive / "stor.xml").write_bytes(bytes(RETURN_LIMIT + 1))
    found = Folder(archive=tmp_path, returned=archive).returns()
    assert [(each.name, each.size, each.content) for each in found] == [
        ("a.json", 2, b"{}"),
        ("b.ok", 0, b""),
        ("stor.xml", RETURN_LIMIT + 1, None),
    ]
    assert Folder(archive=tmp_path).returns() == ()
    with pytest.raises(FolderBlockedError):
        Folder(archive=tmp_path, returned=tmp_path / "finns-inte").returns()
