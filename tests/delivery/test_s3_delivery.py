"""Delivery to a bucket, against SeaweedFS: resumed, never over anything, locked where it can be."""

import hashlib
import random
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.s3 import S3, LockWish
from delivery.transport import RETURN_LIMIT, Check, Lock, LockMode, Sidecar
from delivery.upload import part_size
from register.errors import (
    ArchiveRefusedError,
    ArchiveUnreachableError,
    ArrivedDamagedError,
    DeliveryConflictError,
    FolderBlockedError,
    PackageInvalidError,
)
from register.model import DeliveryOutcome, Package
from tests.delivery.peers import S3Server, Wire, elsewhere, ended, secret

Make = Callable[..., Package]
_PAPER = Sidecar(name="kanal-2026.validering.json", content=b"{}")
_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>.</Message></Error>"
_BROKEN = b"<Error><Code>InternalError</Code><Message>.</Message></Error>"


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close"
    return head.encode() + b"\r\n\r\n" + body


def _names(server: S3Server, bucket: str, prefix: str) -> list[str]:
    listed = server.client().list_objects_v2(Bucket=bucket, Prefix=prefix)
    return sorted(each["Key"].removeprefix(prefix) for each in listed.get("Contents", ()))


def _left(server: S3Server, bucket: str, prefix: str) -> list[Any]:
    listed: list[Any] = server.client().list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
    return listed


def _object(server: S3Server, bucket: str, prefix: str) -> str | None:
    """Return the SHA-256 of what bears the package's name, None if nothing does."""
    if "kanal-2026.zip" not in _names(server, bucket, prefix):
        return None
    body = server.client().get_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip")["Body"].read()
    return hashlib.sha256(body).hexdigest()


def test_a_package_and_its_papers_arrive_and_are_compared_by_server_and_by_us(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    package = make_package(size=12_000_000)
    arrival = s3_server.target(bucket, prefix=prefix).deliver(package, (_PAPER,), now=now)
    assert (arrival.outcome, arrival.sent, arrival.size, arrival.sha256, arrival.at) == (
        DeliveryOutcome.DELIVERED, package.size, package.size, package.sha256, now,
    )  # fmt: skip
    assert arrival.place == f"s3://{bucket}/{prefix}kanal-2026.zip"
    assert arrival.checks == (Check.SERVER_CHECKSUM, Check.READ_BACK)
    assert arrival.lock == Lock(mode=LockMode.NOT_OFFERED)
    assert _names(s3_server, bucket, prefix) == [
        "kanal-2026.validering.json", "kanal-2026.zip", "kanal-2026.zip.sha256",
    ]  # fmt: skip
    s3 = s3_server.client()
    assert s3.head_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip")["Metadata"] == {"sha256": package.sha256}
    line = s3.get_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip.sha256")["Body"].read()
    assert line == f"{package.sha256}  kanal-2026.zip\n".encode()
    dated = {each["Key"]: each["LastModified"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]}
    assert max(dated, key=lambda key: (dated[key], key.endswith(".zip"))) == f"{prefix}kanal-2026.zip"


def test_a_second_delivery_sends_nothing_and_says_so(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    package, target = make_package(), s3_server.target(bucket, prefix=prefix)
    target.deliver(package, (_PAPER,), now=now)
    head = s3_server.client().head_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip")
    arrival = target.deliver(package, (_PAPER,), now=now + timedelta(days=1))
    assert (arrival.outcome, arrival.sent, arrival.checks) == (
        DeliveryOutcome.ALREADY_DELIVERED, 0, (Check.READ_BACK,),
    )  # fmt: skip
    again = s3_server.client().head_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip")
    assert (again["ETag"], again["LastModified"]) == (head["ETag"], head["LastModified"])
    assert target.verify(package, now=now) == replace(arrival, at=now)


def test_verify_says_that_nothing_is_there(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    assert s3_server.target(bucket, prefix=prefix).verify(make_package(), now=now) is None


@pytest.mark.parametrize("size", [100_000, 99_999])
def test_other_content_under_the_packages_name_is_a_conflict(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime, size: int
) -> None:
    first, target = make_package(), s3_server.target(bucket, prefix=prefix)
    target.deliver(first, now=now)
    other = make_package(seed=2, size=size)
    with pytest.raises(DeliveryConflictError, match=r"kanal-2026\.zip"):
        target.deliver(other, now=now)
    with pytest.raises(DeliveryConflictError):
        target.verify(other, now=now)
    assert _object(s3_server, bucket, prefix) == first.sha256


def test_other_content_under_a_papers_name_is_a_conflict_and_no_package_appears(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    s3_server.client().put_object(Bucket=bucket, Key=f"{prefix}{_PAPER.name}", Body=b"annat")
    with pytest.raises(DeliveryConflictError, match=r"kanal-2026\.validering\.json"):
        s3_server.target(bucket, prefix=prefix).deliver(make_package(), (_PAPER,), now=now)
    assert _object(s3_server, bucket, prefix) is None


def test_a_name_taken_while_the_parts_were_sent_is_not_overwritten(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody puts another object there between our look and our last step: the server's condition holds."""
    lay = S3._lay

    def somebody_is_faster(self: S3, *given: Any) -> None:
        s3_server.client().put_object(Bucket=bucket, Key=f"{prefix}kanal-2026.zip", Body=b"deras")
        lay(self, *given)

    monkeypatch.setattr(S3, "_lay", somebody_is_faster)
    with pytest.raises(DeliveryConflictError):
        s3_server.target(bucket, prefix=prefix).deliver(make_package(), now=now)
    assert _object(s3_server, bucket, prefix) == hashlib.sha256(b"deras").hexdigest()
    assert _left(s3_server, bucket, prefix) == []


def test_a_package_that_changed_since_it_was_sealed_is_not_delivered(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    package, target = make_package(), s3_server.target(bucket, prefix=prefix)
    package.path.write_bytes(b"!" + package.path.read_bytes()[1:])
    with pytest.raises(PackageInvalidError):
        target.deliver(package, now=now)
    package.path.write_bytes(b"kort")
    with pytest.raises(PackageInvalidError):
        target.deliver(package, now=now)
    package.path.unlink()
    with pytest.raises(FolderBlockedError):
        target.deliver(package, now=now)
    assert (_names(s3_server, bucket, prefix), _left(s3_server, bucket, prefix)) == ([], [])


def test_only_the_missing_parts_are_sent_again(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime, wire: Callable[[int], Wire]
) -> None:
    """The wire breaks after about three parts of six; the uploads that others left are not ours to go on with."""
    package, line = make_package(size=30_000_000), wire(s3_server.port)
    other = s3_server.client().create_multipart_upload(Bucket=bucket, Key=f"{prefix}kanal-2026.zip")["UploadId"]
    line.cut_after, line.stays_down = 26_000_000, True
    with pytest.raises(ArchiveUnreachableError):
        s3_server.target(bucket, port=line.port, prefix=prefix, patience=0.1).deliver(package, now=now)
    assert _object(s3_server, bucket, prefix) is None
    assert len(_left(s3_server, bucket, prefix)) == 2
    arrival = s3_server.target(bucket, prefix=prefix).deliver(package, now=now)
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert 0 < arrival.sent <= 25_000_000
    assert _object(s3_server, bucket, prefix) == package.sha256
    assert _left(s3_server, bucket, prefix) == [], other


def test_a_server_that_goes_away_and_comes_back_is_waited_for(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime, wire: Callable[[int], Wire]
) -> None:
    package, line = make_package(size=20_000_000), wire(s3_server.port)
    line.cut_after = 12_000_000
    arrival = s3_server.target(bucket, port=line.port, prefix=prefix).deliver(package, now=now)
    assert line.cut_after is None
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert _object(s3_server, bucket, prefix) == package.sha256


@pytest.mark.parametrize(
    ("touching", "body"),
    [(b"partNumber=2", _SLOW_DOWN), (b"POST /", _BROKEN), (b"GET /", _BROKEN)],
    ids=["slow down", "500 when begun", "500 when read back"],
)
def test_errors_of_the_server_are_waited_out(  # noqa: PLR0917
    s3_server: S3Server,
    bucket: str,
    prefix: str,
    make_package: Make,
    now: datetime,
    wire: Callable[[int], Wire],
    touching: bytes,
    body: bytes,
) -> None:
    package, line = make_package(size=6_000_000), wire(s3_server.port)
    line.touching, line.busy, line.busy_answer = touching, 2, _answer("503 Service Unavailable", body)
    arrival = s3_server.target(bucket, port=line.port, prefix=prefix).deliver(package, now=now)
    assert line.busy == 0
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert _object(s3_server, bucket, prefix) == package.sha256


def test_errors_that_do_not_end_are_said(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime, wire: Callable[[int], Wire]
) -> None:
    line = wire(s3_server.port)
    line.touching, line.busy, line.busy_answer = b"partNumber=1", 10**6, _answer("503 Service Unavailable", _SLOW_DOWN)
    with pytest.raises(ArchiveUnreachableError, match="SlowDown"):
        s3_server.target(bucket, port=line.port, prefix=prefix, patience=1).deliver(make_package(), now=now)
    assert _names(s3_server, bucket, prefix) == []


@pytest.mark.parametrize(("times", "arrives"), [(2, True), (10**6, False)])
def test_a_spoilt_part_is_refused_by_the_server_and_sent_again(  # noqa: PLR0917
    s3_server: S3Server,
    bucket: str,
    prefix: str,
    make_package: Make,
    now: datetime,
    wire: Callable[[int], Wire],
    times: int,
    arrives: bool,
) -> None:
    package, line = make_package(size=6_000_000), wire(s3_server.port)
    line.touching, line.spoil = b"partNumber=1", times
    target = s3_server.target(bucket, port=line.port, prefix=prefix)
    if arrives:
        assert target.deliver(package, now=now).checks == (Check.SERVER_CHECKSUM, Check.READ_BACK)
        assert line.spoil == 0
        assert _object(s3_server, bucket, prefix) == package.sha256
    else:
        with pytest.raises(ArrivedDamagedError):
            target.deliver(package, now=now)
        assert _names(s3_server, bucket, prefix) == []


def test_wrong_keys_a_missing_bucket_and_no_right_to_write_are_refusals(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    package = make_package()
    for said, changes in (
        ("SignatureDoesNotMatch", {"secret_key": secret("fel-nyckel")}),
        ("InvalidAccessKeyId", {"key_id": secret("okand-nyckel")}),
        ("hinken finns inte", {"bucket": "finns-inte"}),
        ("AccessDenied", {"key_id": secret(s3_server.reader_id)}),
    ):
        with pytest.raises(ArchiveRefusedError, match=said):
            s3_server.target(**({"bucket": bucket, "prefix": prefix} | changes)).deliver(package, now=now)
    assert _names(s3_server, bucket, prefix) == []


def test_an_archive_that_does_not_answer_is_said(make_package: Make, now: datetime, s3_server: S3Server) -> None:
    target = s3_server.target("arkiv", port=1, patience=0.5)
    with pytest.raises(ArchiveUnreachableError):
        target.deliver(make_package(), now=now)
    with pytest.raises(ArchiveUnreachableError):
        replace(target, returned="retur/").returns()


def test_a_list_of_several_pages_is_read_whole(s3_server: S3Server, bucket: str, prefix: str) -> None:
    s3 = s3_server.client()
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"{prefix}{number}.ok", Body=b"")
        s3.create_multipart_upload(Bucket=bucket, Key=f"{prefix}{number}.zip")
    opened = s3_server.target(bucket)._open()
    listed = opened.entries("list_objects_v2", "Contents", Prefix=prefix, MaxKeys=2)
    assert [each["Key"].removeprefix(prefix) for each in listed] == [f"{number}.ok" for number in range(5)]
    with pytest.raises(ArchiveRefusedError, match="IsTruncated"):  # SeaweedFS does not say where that list goes on
        list(opened.entries("list_multipart_uploads", "Uploads", Prefix=prefix, MaxUploads=2))


@pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime: scripts/system-deps for-tests installs it")
@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_five_minutes_off_does_not_stop_a_delivery(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, minutes: int
) -> None:
    package = make_package()
    process = elsewhere(s3_server.target(bucket, prefix=prefix), package, ("faketime", "-f", f"{minutes:+}m"))
    out, err = process.communicate()
    assert out.decode().split() == ["ready", "delivered", str(package.size)], err.decode()
    assert _object(s3_server, bucket, prefix) == package.sha256


@pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime: scripts/system-deps for-tests installs it")
def test_a_clock_that_is_an_hour_off_is_said(s3_server: S3Server, bucket: str, prefix: str, make_package: Make) -> None:
    process = elsewhere(s3_server.target(bucket, prefix=prefix), make_package(), ("faketime", "-f", "+60m"))
    _, err = process.communicate()
    assert "datorns klocka går fel" in err.decode()
    assert _names(s3_server, bucket, prefix) == []


def test_where_the_bucket_has_object_lock_the_package_is_locked_and_what_holds_is_said(
    s3_server: S3Server, prefix: str, make_package: Make, now: datetime
) -> None:
    locked = s3_server.bucket("last", lock=True)
    package, at = make_package(), datetime.now(UTC)
    wish = LockWish(mode=LockMode.GOVERNANCE, days=2)
    target = s3_server.target(locked, prefix=prefix, lock=wish)
    until = (at + timedelta(days=2)).replace(microsecond=0)
    assert target.deliver(package, now=at).lock == Lock(mode=LockMode.GOVERNANCE, until=until)
    again = s3_server.target(locked, prefix=prefix).deliver(package, now=at)
    assert (again.outcome, again.lock.mode) == (DeliveryOutcome.ALREADY_DELIVERED, LockMode.GOVERNANCE)
    unasked = s3_server.target(locked, prefix=f"{prefix}2/").deliver(package, now=at)
    assert unasked.lock == Lock(mode=LockMode.NOT_LOCKED)
    versions = s3_server.client().list_object_versions(Bucket=locked, Prefix=f"{prefix}kanal-2026.zip")["Versions"]
    assert [each["Key"] for each in versions if each["Key"].endswith(".zip")] == [f"{prefix}kanal-2026.zip"]


def test_a_lock_that_is_wished_where_there_is_none_is_said(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make, now: datetime
) -> None:
    target = s3_server.target(bucket, prefix=prefix, lock=LockWish(mode=LockMode.COMPLIANCE, days=2))
    assert target.deliver(make_package(), now=now).lock == Lock(mode=LockMode.NOT_OFFERED)


def test_what_the_archive_returns_is_read_within_bounds(s3_server: S3Server, bucket: str, prefix: str) -> None:
    s3 = s3_server.client()
    for name, content in (
        ("b.ok", b""), ("a.json", b"{}"), ("under/c.ok", b""), (".dold", b""), ("stor.xml", bytes(RETURN_LIMIT + 1)),
    ):  # fmt: skip
        s3.put_object(Bucket=bucket, Key=f"{prefix}{name}", Body=content)
    found = s3_server.target(bucket, returned=prefix).returns()
    assert [(each.name, each.size, each.content) for each in found] == [
        ("a.json", 2, b"{}"), ("b.ok", 0, b""), ("stor.xml", RETURN_LIMIT + 1, None),
    ]  # fmt: skip
    assert s3_server.target(bucket).returns() == ()


def test_no_package_has_more_parts_than_s3_takes() -> None:
    megabyte = 1 << 20
    assert part_size(100, 16 * megabyte) == 16 * megabyte
    for size in (16 * megabyte * 10_000, 16 * megabyte * 10_000 + 1, 5 << 40):
        assert -(-size // part_size(size, 16 * megabyte)) <= 10_000


def _killed(server: S3Server, bucket: str, prefix: str, package: Package, *, times: int) -> None:
    """Kill deliveries at random moments; whatever is there is whole, and in the end there is one whole package."""
    target, chance, seen = server.target(bucket, prefix=prefix), random.Random(7), set()
    whole = 1.5
    for _ in range(times):
        process = elsewhere(target, package)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=whole * chance.random())
        ended(process)
        found = _object(server, bucket, prefix)
        assert found in (None, package.sha256)
        seen.add(found)
        if found is not None:
            for name in _names(server, bucket, prefix):
                server.client().delete_object(Bucket=bucket, Key=prefix + name)
    assert None in seen
    arrival = target.deliver(package, now=datetime.now(UTC))
    assert arrival.outcome is DeliveryOutcome.DELIVERED
    assert _object(server, bucket, prefix) == package.sha256
    assert _names(server, bucket, prefix) == ["kanal-2026.zip", "kanal-2026.zip.sha256"]
    assert _left(server, bucket, prefix) == []


def test_killed_at_any_moment_there_is_nothing_or_the_whole_package(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make
) -> None:
    _killed(s3_server, bucket, prefix, make_package(size=24_000_000), times=5)


@pytest.mark.slow
def test_killed_at_fifty_moments_there_is_nothing_or_the_whole_package(
    s3_server: S3Server, bucket: str, prefix: str, make_package: Make
) -> None:
    _killed(s3_server, bucket, prefix, make_package(size=24_000_000), times=50)
