"""Delivery by SFTP, against OpenSSH's server: to the host that is named only, resumed, never over anything."""

import hashlib
import os
import random
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncssh
import pytest

from delivery.transport import RETURN_LIMIT, Check, Lock, LockMode, Sidecar
from register.errors import (
    ArchiveRefusedError,
    ArchiveUnreachableError,
    ArrivedDamagedError,
    BadInputError,
    DeliveryConflictError,
    DiskFullError,
    FolderBlockedError,
    PackageInvalidError,
)
from register.model import DeliveryOutcome, Package
from tests.delivery.peers import SftpServer, Wire, elsewhere, ended, secret
from tests.small_disk import small_disk_of

Make = Callable[..., Package]
_PAPER = Sidecar(name="kanal-2026.validering.json", content=b"{}")
_NAMES = ["kanal-2026.zip", "kanal-2026.zip.sha256"]


def _names(archive: Path) -> list[str]:
    return sorted(path.name for path in archive.iterdir())


def _object(archive: Path) -> str | None:
    path = archive / "kanal-2026.zip"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def test_a_package_and_its_papers_arrive_and_are_read_back(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    package = make_package(size=12_000_000)
    arrival = sftp_server.target(archive).deliver(package, (_PAPER,), now=now)
    assert (arrival.outcome, arrival.sent, arrival.size, arrival.sha256, arrival.at) == (
        DeliveryOutcome.DELIVERED, package.size, package.size, package.sha256, now,
    )  # fmt: skip
    assert arrival.place == f"sftp://127.0.0.1:{sftp_server.port}{archive}/kanal-2026.zip"
    assert (arrival.checks, arrival.lock) == ((Check.READ_BACK,), Lock(mode=LockMode.NOT_OFFERED))
    assert _object(archive) == package.sha256
    assert _names(archive) == ["kanal-2026.validering.json", *_NAMES]
    assert (archive / "kanal-2026.zip.sha256").read_text() == f"{package.sha256}  kanal-2026.zip\n"


def test_a_second_delivery_changes_nothing_and_says_so(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    package, target = make_package(), sftp_server.target(archive)
    assert target.verify(package, now=now) is None
    target.deliver(package, (_PAPER,), now=now)
    before = {path.name: path.stat().st_mtime_ns for path in (archive, *archive.iterdir())}
    arrival = target.deliver(package, (_PAPER,), now=now + timedelta(days=1))
    assert (arrival.outcome, arrival.sent) == (DeliveryOutcome.ALREADY_DELIVERED, 0)
    assert {path.name: path.stat().st_mtime_ns for path in (archive, *archive.iterdir())} == before
    assert target.verify(package, now=now) == replace(arrival, at=now)


@pytest.mark.parametrize("size", [100_000, 99_999])
def test_other_content_under_the_packages_name_is_a_conflict(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, size: int
) -> None:
    first, target = make_package(), sftp_server.target(archive)
    target.deliver(first, now=now)
    with pytest.raises(DeliveryConflictError, match=r"kanal-2026\.zip"):
        target.deliver(make_package(seed=2, size=size), now=now)
    assert (_object(archive), _names(archive)) == (first.sha256, _NAMES)


def test_other_content_under_a_papers_name_is_a_conflict_and_no_package_appears(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    (archive / _PAPER.name).write_bytes(b"annat")
    with pytest.raises(DeliveryConflictError, match=r"kanal-2026\.validering\.json"):
        sftp_server.target(archive).deliver(make_package(), (_PAPER,), now=now)
    assert _object(archive) is None


def test_a_name_taken_while_the_package_was_written_is_not_overwritten(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the name between our look and our last step; the server refuses the second link."""
    link = asyncssh.SFTPClient.link

    async def somebody_is_faster(self: asyncssh.SFTPClient, old: str, new: str) -> None:
        if new.endswith(".zip"):
            Path(new).write_bytes(b"deras")
        await link(self, old, new)

    monkeypatch.setattr(asyncssh.SFTPClient, "link", somebody_is_faster)
    with pytest.raises(DeliveryConflictError):
        sftp_server.target(archive).deliver(make_package(), now=now)
    assert (archive / "kanal-2026.zip").read_bytes() == b"deras"


def test_a_package_that_changed_since_it_was_sealed_is_not_delivered(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    package, target = make_package(), sftp_server.target(archive)
    package.path.write_bytes(b"!" + package.path.read_bytes()[1:])
    with pytest.raises(PackageInvalidError):
        target.deliver(package, now=now)
    package.path.write_bytes(b"kort")
    with pytest.raises(PackageInvalidError):
        target.deliver(package, now=now)
    package.path.unlink()
    with pytest.raises(FolderBlockedError):
        target.deliver(package, now=now)
    assert _names(archive) == []


def test_a_host_that_shows_another_key_is_refused_with_its_fingerprint(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    target = replace(sftp_server.target(archive), host_keys=("SHA256:nagon-annan",))
    with pytest.raises(ArchiveRefusedError, match="fingeravtryck") as refused:
        target.deliver(make_package(), now=now)
    assert sftp_server.fingerprint() in str(refused.value)
    assert "SHA256:nagon-annan" in str(refused.value)
    assert _names(archive) == []


def test_only_the_missing_end_is_sent_again(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, wire: Callable[[int], Wire]
) -> None:
    package, line = make_package(size=30_000_000), wire(sftp_server.port)
    line.cut_after, line.stays_down = 20_000_000, True
    with pytest.raises(ArchiveUnreachableError):
        sftp_server.target(archive, port=line.port, patience=0.1).deliver(package, now=now)
    (part,) = archive.iterdir()
    assert part.name == f".kanal-2026.zip.{package.sha256[:16]}.part"
    arrived = part.stat().st_size
    arrival = sftp_server.target(archive).deliver(package, now=now)
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert arrived > 0
    assert arrival.sent == package.size - arrived
    assert (_object(archive), _names(archive)) == (package.sha256, _NAMES)


def test_a_server_that_goes_away_and_comes_back_is_waited_for(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, wire: Callable[[int], Wire]
) -> None:
    package, line = make_package(size=20_000_000), wire(sftp_server.port)
    line.cut_after = 12_000_000
    arrival = sftp_server.target(archive, port=line.port).deliver(package, now=now)
    assert line.cut_after is None
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert (_object(archive), _names(archive)) == (package.sha256, _NAMES)


def test_an_archive_that_does_not_answer_is_said(sftp_server: SftpServer, archive: Path, now: datetime) -> None:
    with pytest.raises(ArchiveUnreachableError):
        sftp_server.target(archive, port=1, patience=0.5, returned=str(archive)).returns()


def test_what_a_killed_run_left_spoilt_is_made_good_before_it_gets_the_name(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime
) -> None:
    """A machine that stopped may leave anything in the half file; only the pieces that differ are sent again."""
    package = make_package(size=12_000_000)
    content = bytearray(package.path.read_bytes())
    content[5_000_000:5_000_100] = bytes(100)
    (archive / f".kanal-2026.zip.{package.sha256[:16]}.part").write_bytes(content)
    arrival = sftp_server.target(archive).deliver(package, now=now)
    assert arrival.sent == 4 << 20
    assert (_object(archive), _names(archive)) == (package.sha256, _NAMES)


def test_a_disk_that_lies_is_not_believed(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time that the server has brought the file to its disk, a byte of it is another."""
    package = make_package()
    part = archive / f".kanal-2026.zip.{package.sha256[:16]}.part"
    fsync = asyncssh.SFTPClientFile.fsync

    async def spoil(self: asyncssh.SFTPClientFile) -> None:
        await fsync(self)
        with part.open("r+b") as file:
            file.write(b"!!")

    monkeypatch.setattr(asyncssh.SFTPClientFile, "fsync", spoil)
    with pytest.raises(ArrivedDamagedError):
        sftp_server.target(archive).deliver(package, now=now)
    assert _object(archive) is None


def test_a_wrong_key_a_missing_folder_and_an_unusable_key_are_refusals(
    sftp_server: SftpServer, archive: Path, make_package: Make, now: datetime, tmp_path: Path
) -> None:
    package = make_package()
    stranger = secret(sftp_server.make_key(f"stranger-{tmp_path.name}").read_text())
    with pytest.raises(ArchiveRefusedError, match="nyckeln godtas inte"):
        sftp_server.target(archive, key=stranger).deliver(package, now=now)
    with pytest.raises(ArchiveRefusedError, match="SFTPNoSuchFile"):
        sftp_server.target(archive / "finns-inte").deliver(package, now=now)
    encrypted = secret(sftp_server.make_key(f"locked-{tmp_path.name}", "lösenfras").read_text())
    for unusable in (secret("inte en nyckel"), encrypted):
        with pytest.raises(BadInputError, match="ingen privat nyckel, eller den är krypterad"):
            sftp_server.target(archive, key=unusable).deliver(package, now=now)
    assert _names(archive) == []


def test_a_server_that_only_lets_us_read_is_a_refusal(
    archive: Path, make_package: Make, now: datetime, tmp_path: Path
) -> None:
    server = SftpServer(tmp_path / "bara-las", read_only=True)
    try:
        server.start()
        with pytest.raises(ArchiveRefusedError, match="SFTPPermissionDenied"):
            server.target(archive).deliver(make_package(), now=now)
    finally:
        server.stop()
    assert _names(archive) == []


def test_a_full_archive_is_said_and_gives_its_room_back(
    sftp_server: SftpServer, make_package: Make, now: datetime, tmp_path: Path
) -> None:
    with small_disk_of("6m", tmp_path / "liten") as small:
        with pytest.raises(DiskFullError):
            sftp_server.target(small).deliver(make_package(size=12_000_000), now=now)
        assert _names(small) == []


def test_what_the_archive_returns_is_read_within_bounds(sftp_server: SftpServer, archive: Path) -> None:
    (archive / "b.ok").touch()
    (archive / "a.json").write_bytes(b"{}")
    (archive / ".dold").touch()
    (archive / "under").mkdir()
    (archive / "lank.ok").symlink_to("/etc/hostname")
    os.mkfifo(archive / "ror.ok")
    (archive / "stor.xml").write_bytes(bytes(RETURN_LIMIT + 1))
    found = sftp_server.target(archive, returned=str(archive)).returns()
    assert [(each.name, each.size, each.content) for each in found] == [
        ("a.json", 2, b"{}"), ("b.ok", 0, b""), ("stor.xml", RETURN_LIMIT + 1, None),
    ]  # fmt: skip
    assert sftp_server.target(archive).returns() == ()


def _killed(server: SftpServer, archive: Path, package: Package, *, times: int) -> None:
    """Kill deliveries at random moments; whatever is there is whole, and in the end there is one whole package."""
    target, chance, seen = server.target(archive), random.Random(7), set()
    for _ in range(times):
        process = elsewhere(target, package)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.5 * chance.random())
        ended(process)
        found = _object(archive)
        assert found in (None, package.sha256)
        seen.add(found)
        if found is not None:
            for path in archive.iterdir():
                path.unlink(missing_ok=True)  # the server may still be at the last thing it was asked
    assert None in seen
    target.deliver(package, now=datetime.now(UTC))
    assert (_object(archive), _names(archive)) == (package.sha256, _NAMES)


def test_killed_at_any_moment_there_is_nothing_or_the_whole_package(
    sftp_server: SftpServer, archive: Path, make_package: Make
) -> None:
    _killed(sftp_server, archive, make_package(size=24_000_000), times=5)


@pytest.mark.slow
def test_killed_at_fifty_moments_there_is_nothing_or_the_whole_package(
    sftp_server: SftpServer, archive: Path, make_package: Make
) -> None:
    _killed(sftp_server, archive, make_package(size=24_000_000), times=50)
