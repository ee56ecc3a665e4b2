"""Delivers to an e-archive that is a bucket: S3 at AWS, or what speaks it (Ceph, MinIO, SeaweedFS ...).

A package is sent in parts, each with its SHA-256 for the server to compare, and appears when the last step completes
it, under the condition that nothing has its name yet. Parts of an upload that was killed are found and kept. The
checksum that the server has in the end is one of the parts' checksums, so the file's own stands in the object's
metadata, and the whole is read back. Where the bucket has Object Lock, what holds for the object is read and said.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from delivery import refusals
from delivery.bucket import GONE, TAKEN, Access, Bucket, Found
from delivery.papers import package_name, with_checksum
from delivery.secrets import Secret
from delivery.transport import (
    RETURN_LIMIT,
    RETURNS_LIMIT,
    Arrival,
    Check,
    Lock,
    LockMode,
    Returned,
    Sidecar,
)
from delivery.upload import Upload, part_size
from register.model import DeliveryOutcome, Package

_ROUNDS = 3
_MEGABYTE = 1 << 20
_NO_LOCK_HERE = ("ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed", "NoSuchConfiguration")
_MAY_NOT_ASK = "AccessDenied"


@dataclass(frozen=True, kw_only=True)
class LockWish:
    """The protection that packages are to get where the bucket has Object Lock: until `days` after the delivery."""

    mode: LockMode
    days: int


@dataclass(frozen=True, kw_only=True)
class S3:
    """A bucket as the way to the archive; see `transport.Transport`.

    `endpoint` is None for AWS itself. `prefix` and `returned` end in `/`, or are empty and None. `part` is how large a
    part is, in bytes, where the package does not demand larger ones; `patience` how many seconds one request is
    repeated while the server does not answer or asks us to slow down. `ca_file` holds the certificates to trust
    instead of the system's. `lock` is None where the bucket's own rule is to hold.
    """

    bucket: str
    key_id: Secret
    secret_key: Secret
    endpoint: str | None = None
    region: str = "us-east-1"
    prefix: str = ""
    returned: str | None = None
    lock: LockWish | None = None
    ca_file: str | None = None
    part: int = 16 * _MEGABYTE
    patience: float = 120.0

    @property
    def place(self) -> str:
        """The bucket and the prefix, and the server where it is not AWS's."""
        return f"s3://{self.bucket}/{self.prefix}" + (f" ({self.endpoint})" if self.endpoint else "")

    def deliver(self, package: Package, sidecars: Sequence[Sidecar] = (), *, now: datetime) -> Arrival:
        """Deliver a package and its papers.

        1. If the archive has the package already, compare, and change nothing.
        2. Otherwise send its parts, those that a killed upload has not left there.
        3. Lay the papers; then complete the package, unless its name is taken.
        4. Read it back, and see whether it is locked.

        Raises:
            KanalarkivError: see `transport.Transport`.
        """
        papers = with_checksum(package, sidecars)
        bucket, key = self._open(), self.prefix + package_name(package)
        upload = Upload(bucket, package, key, part=part_size(package.size, self.part))
        is_ours = False
        found = bucket.find(key)
        for _ in range(_ROUNDS):  # more than one only where somebody broke our upload off
            if found is not None:
                break
            upload.begin(self._lock_headers(bucket, now))
            if upload.send():
                self._lay(bucket, papers)
                is_ours = upload.complete()
            found = bucket.find(key)
        if found is None:
            raise refusals.unreachable(self.place, f"{_ROUNDS} × {GONE}")
        _compare(bucket, package, key, found, ours=is_ours)
        if not is_ours:
            self._lay(bucket, papers)
        outcome = DeliveryOutcome.DELIVERED if is_ours else DeliveryOutcome.ALREADY_DELIVERED
        summed = is_ours and upload.summed
        return self._arrival(bucket, package, found, outcome=outcome, summed=summed, sent=upload.sent, at=now)

    def verify(self, package: Package, *, now: datetime) -> Arrival | None:
        """Read the archive's copy back and compare it; see `transport.Transport`."""
        bucket, key = self._open(), self.prefix + package_name(package)
        found = bucket.find(key)
        if found is None:
            return None
        _compare(bucket, package, key, found, ours=False)
        outcome = DeliveryOutcome.ALREADY_DELIVERED
        return self._arrival(bucket, package, found, outcome=outcome, summed=False, sent=0, at=now)

    def returns(self) -> tuple[Returned, ...]:
        """Read what the archive has laid under its return prefix; see `transport.Transport`."""
        if self.returned is None:
            return ()
        bucket = self._open()
        return tuple(_returned(bucket, self.returned))

    def _open(self) -> Bucket:
        return Bucket(
            Access(
                bucket=self.bucket,
                place=self.place,
                endpoint=self.endpoint,
                region=self.region,
                ca_file=self.ca_file,
                key_id=self.key_id,
                secret_key=self.secret_key,
                patience=self.patience,
            )
        )

    def _lay(self, bucket: Bucket, papers: Sequence[Sidecar]) -> None:
        for paper in papers:
            key = self.prefix + paper.name
            digest = hashlib.sha256(paper.content)
            answer = bucket.ask(
                "put_object",
                allowed=(TAKEN,),
                Key=key,
                Body=paper.content,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
            )
            if answer == TAKEN:
                there = bucket.find(key)
                if there is None or _sha256(bucket, key, there) != digest.hexdigest():
                    raise refusals.conflict(paper.name)

    def _lock_headers(self, bucket: Bucket, now: datetime) -> dict[str, object]:
        """Return how the object is to be locked from when it appears."""
        if self.lock is None or _lock_of(bucket) is not LockMode.NOT_LOCKED:
            return {}
        until = now.astimezone(UTC) + timedelta(days=self.lock.days)
        return {"ObjectLockMode": self.lock.mode.value.upper(), "ObjectLockRetainUntilDate": until}

    def _arrival(  # noqa: PLR0913 - what an arrival says
        self,
        bucket: Bucket,
        package: Package,
        found: Found,
        *,
        outcome: DeliveryOutcome,
        summed: bool,
        sent: int,
        at: datetime,
    ) -> Arrival:
        if found.lock_mode is not None and found.locked_until is not None:
            lock = Lock(mode=LockMode(found.lock_mode.lower()), until=found.locked_until.astimezone(UTC))
        else:
            lock = Lock(mode=_lock_of(bucket))
        return Arrival(
            object_id=package.object_id,
            place=f"s3://{self.bucket}/{self.prefix}{package_name(package)}",
            size=package.size,
            sha256=package.sha256,
            outcome=outcome,
            checks=(Check.SERVER_CHECKSUM, Check.READ_BACK) if summed else (Check.READ_BACK,),
            lock=lock,
            sent=sent,
            at=at.astimezone(UTC),
        )


def _compare(bucket: Bucket, package: Package, key: str, found: Found, *, ours: bool) -> None:
    """See that what bears the package's name is the package; `ours` tells that it was just put there."""
    if found.size != package.size or _sha256(bucket, key, found) != package.sha256:
        raise refusals.damaged(key) if ours else refusals.conflict(package_name(package))


def _sha256(bucket: Bucket, key: str, found: Found) -> str:
    digest = hashlib.sha256()
    for block in bucket.read(key, found):
        digest.update(block)
    return digest.hexdigest()


def _lock_of(bucket: Bucket) -> LockMode:
    """Return what the bucket says of Object Lock, where an object says nothing."""
    answer = bucket.ask("get_object_lock_configuration", allowed=(*_NO_LOCK_HERE, _MAY_NOT_ASK))
    if isinstance(answer, str):
        return LockMode.UNKNOWN if answer == _MAY_NOT_ASK else LockMode.NOT_OFFERED
    enabled = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"
    return LockMode.NOT_LOCKED if enabled else LockMode.NOT_OFFERED


def _returned(bucket: Bucket, prefix: str) -> Iterator[Returned]:
    entries = bucket.entries("list_objects_v2", "Contents", Prefix=prefix, Delimiter="/")
    for each, _ in zip(entries, range(RETURNS_LIMIT), strict=False):
        key, name = each["Key"], each["Key"].removeprefix(prefix)
        if not name or name.startswith("."):
            continue
        found = bucket.find(key)
        if found is not None:
            content = b"".join(bucket.read(key, found)) if found.size <= RETURN_LIMIT else None
            yield Returned(name=name, size=found.size, content=content)
