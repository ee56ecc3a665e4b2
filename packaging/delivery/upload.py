"""One package on its way into a bucket, in parts; why, is told in `s3`."""

import base64
import hashlib
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from delivery import refusals
from delivery.bucket import GONE, TAKEN, Answer, Bucket
from register.model import Package

_AT_ONCE = 4
_MOST_PARTS = 10_000
_MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One part that the server has. `size` is 0 where it was sent now."""

    etag: str
    size: int = 0
    sha256: str | None = None


@dataclass(kw_only=True)
class _Sums:
    """Sums of one part, as S3 writes them."""

    sha256: str
    md5: str | None

    @classmethod
    def of(cls, content: bytes, *, md5: bool) -> Self:
        return cls(
            sha256=base64.b64encode(hashlib.sha256(content).digest()).decode(),
            md5=f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"' if md5 else None,
        )

    def are(self, part: _Part) -> bool:
        """Tell whether the server's part is this one. Not every server tells the SHA-256 of a part that it has."""
        return part.sha256 == self.sha256 if part.sha256 else part.etag == self.md5


@dataclass
class Upload:
    """One package on its way, in parts. `sent` counts bytes; `summed`: the server summed each part that was sent."""

    bucket: Bucket
    package: Package
    key: str
    part: int = field(kw_only=True)
    sent: int = field(default=0, init=False)
    summed: bool = field(default=True, init=False)
    _identity: str = field(default="", init=False)
    _has: dict[int, _Part] = field(default_factory=dict, init=False)
    _counting: threading.Lock = field(default_factory=threading.Lock, init=False)

    def begin(self, headers: dict[str, object]) -> None:
        """Find the upload that a killed delivery left, or begin one of which `headers` are said.

        Raises:
            KanalarkivError: see `refusals.require_whole`.
        """
        refusals.require_whole(self.package)
        for identity in self._left_behind():
            has = self._parts(identity)
            if has and self._are_ours(has):
                self._identity, self._has = identity, has
                return
        self._has = {}
        self._identity = self.bucket.answer(
            "create_multipart_upload",
            Key=self.key,
            ChecksumAlgorithm="SHA256",
            ContentType="application/zip",
            Metadata={"sha256": self.package.sha256},
            **headers,
        )["UploadId"]

    def send(self) -> bool:
        """Send the parts that are missing; tell whether the upload is still there to be completed.

        Raises:
            PackageInvalidError: the package's file no longer has its digest.
        """
        whole = hashlib.sha256()
        waiting: deque[Future[bool]] = deque()
        with ThreadPoolExecutor(_AT_ONCE) as senders:
            try:
                for number, content in self._contents():
                    waiting.append(senders.submit(self._send, number, content))
                    whole.update(content)
                    # No more of the package in memory than is being sent.
                    if len(waiting) >= _AT_ONCE and not waiting.popleft().result():
                        return False
                if not all(each.result() for each in waiting):
                    return False
            finally:
                senders.shutdown(cancel_futures=True)
        if whole.hexdigest() != self.package.sha256:
            self._abort(self._identity)
            raise refusals.changed(self.package)
        return True

    def complete(self) -> bool:
        """Let the package appear under its name; tell whether it was this upload that did."""
        parts = [
            {"PartNumber": number, "ETag": part.etag, "ChecksumSHA256": part.sha256}
            for number, part in sorted(self._has.items())
        ]
        answer = self.bucket.ask(
            "complete_multipart_upload",
            allowed=(TAKEN, GONE),  # somebody was faster, or the answer to our first try was lost
            Key=self.key,
            UploadId=self._identity,
            MultipartUpload={"Parts": parts},
            IfNoneMatch="*",
        )
        for identity in self._left_behind():  # the name is taken: none of them can be completed any more
            self._abort(identity)
        return not isinstance(answer, str)

    def _contents(self) -> Iterator[tuple[int, bytes]]:
        with self.package.path.open("rb", buffering=0) as source:
            for number in range(1, _MOST_PARTS + 1):
                content = source.read(self.part)
                if not content:
                    return
                yield number, content

    def _send(self, number: int, content: bytes) -> bool:
        there = self._has.get(number)
        sums = _Sums.of(content, md5=there is not None)
        if there is not None and sums.are(there):
            self._has[number] = _Part(etag=there.etag, sha256=sums.sha256)
            return True
        answer = self.bucket.ask(
            "upload_part",
            allowed=(GONE,),  # somebody who delivers the same was faster and cleared up
            Key=self.key,
            UploadId=self._identity,
            PartNumber=number,
            Body=content,
            ChecksumSHA256=sums.sha256,
        )
        if isinstance(answer, str):
            return False
        with self._counting:
            self._has[number] = _Part(etag=answer["ETag"], sha256=sums.sha256)
            self.summed = self.summed and answer.get("ChecksumSHA256") == sums.sha256
            self.sent += len(content)
        return True

    def _left_behind(self) -> list[str]:
        """Return the uploads of this key that nobody has completed, the youngest first."""
        uploads = [
            each
            for each in self.bucket.entries("list_multipart_uploads", "Uploads", Prefix=self.key)
            if each["Key"] == self.key
        ]
        return [str(each["UploadId"]) for each in sorted(uploads, key=_begun, reverse=True)]

    def _parts(self, identity: str) -> dict[int, _Part]:
        return {
            each["PartNumber"]: _Part(etag=each["ETag"], size=each["Size"], sha256=each.get("ChecksumSHA256"))
            for each in self.bucket.entries("list_parts", "Parts", Key=self.key, UploadId=identity)
        }

    def _are_ours(self, has: dict[int, _Part]) -> bool:
        """Tell whether all parts of an upload are parts of this package, cut as we cut it."""
        with self.package.path.open("rb", buffering=0) as source:
            for number, part in has.items():
                source.seek((number - 1) * self.part)
                content = source.read(self.part)
                if len(content) != part.size or not _Sums.of(content, md5=True).are(part):
                    return False
        return True

    def _abort(self, identity: str) -> None:
        self.bucket.ask("abort_multipart_upload", allowed=(GONE,), Key=self.key, UploadId=identity)


def part_size(size: int, wanted: int) -> int:
    """Return how large a part is: the same for the same package, or a killed upload could not be gone on with."""
    least = -(-size // _MOST_PARTS)
    return max(wanted, -(-least // _MEGABYTE) * _MEGABYTE)


def _begun(upload: Answer) -> datetime:
    begun: datetime = upload["Initiated"]
    return begun
