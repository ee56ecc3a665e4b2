"""One bucket and the requests made to it: repeated with patience, and refused in words a person can act on."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError
from botocore.exceptions import ConnectionError as NoConnectionError

from delivery import refusals
from delivery.secrets import Secret
from register.errors import KanalarkivError
from register.language import Text

_BLOCK = 1 << 20
_LONGEST_PAUSE = 8.0
_TRIES_IF_SPOILT = 4
_SPOILT = frozenset(
    {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody"}
)
_FULL = frozenset({"XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded"})
_BUSY = frozenset(
    {"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "TooManyRequests", "RequestLimitExceeded",
     "ServiceUnavailable", "InternalError", "OperationAborted", "ConditionalRequestConflict"}
)  # fmt: skip
_NOT_THERE, _NOT_SAID = "404", "403"
TAKEN = "PreconditionFailed"
GONE = "NoSuchUpload"

_PAGES = {
    "list_objects_v2": {"ContinuationToken": "NextContinuationToken"},
    "list_parts": {"PartNumberMarker": "NextPartNumberMarker"},
    "list_multipart_uploads": {"KeyMarker": "NextKeyMarker", "UploadIdMarker": "NextUploadIdMarker"},
}

Answer = dict[str, Any]
"""What boto3 returns; it publishes no types of its own."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An object that is there; `version` is None in a bucket without versions."""

    size: int
    etag: str
    version: str | None
    metadata: dict[str, str]
    lock_mode: str | None
    locked_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a bucket is reached; see `s3.S3`."""

    bucket: str
    place: str
    endpoint: str | None
    region: str
    ca_file: str | None
    key_id: Secret
    secret_key: Secret
    patience: float


class Bucket:
    """The requests of one delivery. May be used by several threads at once."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._s3 = boto3.session.Session().client(
            "s3",
            endpoint_url=access.endpoint,
            region_name=access.region,
            verify=access.ca_file,
            aws_access_key_id=access.key_id.reveal(),
            aws_secret_access_key=access.secret_key.reveal(),
            config=Config(
                connect_timeout=10,
                read_timeout=60,
                max_pool_connections=10,
                retries={"total_max_attempts": 1},  # the patience is ours: it lasts as long as an outage may
                response_checksum_validation="when_required",  # the SHA-256 of what is read is computed by the caller
                s3={"addressing_style": "path" if access.endpoint else "auto"},
            ),
        )

    def ask(self, operation: str, *, allowed: tuple[str, ...] = (), **said: Any) -> Answer | str:
        """Make a request of this bucket, again while the server is away, overloaded, or received it spoilt.

        Returns:
            The answer, or the code of an error that is `allowed`.

        Raises:
            KanalarkivError: the server is away for longer than our patience, or refuses.
        """
        request: Callable[..., Answer] = getattr(self._s3, operation)
        return self._patiently(lambda: request(Bucket=self._access.bucket, **said), allowed)

    def answer(self, operation: str, **said: Any) -> Answer:
        """Make a request none of whose errors is expected; see `ask`."""
        answer = self.ask(operation, **said)
        assert not isinstance(answer, str)  # noqa: S101 - no code was allowed
        return answer

    def find(self, key: str) -> Found | None:
        """Return the object under `key`, None where there is none."""
        head = self.ask("head_object", allowed=(_NOT_THERE, _NOT_SAID), Key=key)
        if isinstance(head, str):
            # Of a HEAD that fails S3 does not say why: the bucket may be missing, or the key wrong. A list says it.
            self.answer("list_objects_v2", Prefix=key, MaxKeys=1)
            if head == _NOT_SAID:
                raise self._no_right()
            return None
        return Found(
            size=head["ContentLength"],
            etag=head["ETag"],
            version=head.get("VersionId"),
            metadata=head["Metadata"],
            lock_mode=head.get("ObjectLockMode"),
            locked_until=head.get("ObjectLockRetainUntilDate"),
        )

    def read(self, key: str, found: Found) -> Iterator[bytes]:
        """Read an object in blocks; where the connection breaks, on from the byte where it did."""
        offset = 0
        version = {"VersionId": found.version} if found.version else {}
        pause = _Pause(self._access.patience)
        while offset < found.size:
            body = self.answer("get_object", Key=key, Range=f"bytes={offset}-", IfMatch=found.etag, **version)["Body"]
            try:
                for block in body.iter_chunks(_BLOCK):
                    yield block
                    offset += len(block)
                    pause.over()
            except (BotoCoreError, OSError) as error:
                self._wait(pause, error)
            finally:
                body.close()

    def entries(self, operation: str, entries: str, **said: Any) -> Iterator[Answer]:
        """Return the entries of a list, page after page."""
        marks: dict[str, Any] = {}
        while True:
            page = self.answer(operation, **said, **marks)
            yield from page.get(entries, ())
            if not page["IsTruncated"]:
                return
            following = {mark: page.get(name) for mark, name in _PAGES[operation].items()}
            if not all(following.values()) or following == marks:  # it would begin again, for ever
                what = f"{operation}: IsTruncated"
                raise refusals.refused(self._access.place, Text(what, what), _ASK_ARCHIVE)
            marks = following

    def _patiently(self, request: Callable[[], Answer], allowed: tuple[str, ...]) -> Answer | str:
        pause = _Pause(self._access.patience)
        spoilt = 0
        while True:
            try:
                return request()
            except ClientError as error:
                code = str(error.response["Error"]["Code"])
                if code in allowed:
                    return code
                spoilt += code in _SPOILT
                if (final := self._final(code, error, spoilt=spoilt)) is not None:
                    raise final from error
                self._wait(pause, error)
            except SSLError as error:
                raise self._untrusted(error) from error
            except (HTTPClientError, NoConnectionError, OSError) as error:
                self._wait(pause, error)

    def _final(self, code: str, error: ClientError, *, spoilt: int) -> KanalarkivError | None:
        """Return what an error means that no patience helps against; None where asking again may."""
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        if code in _FULL or status == 507:
            return refusals.full(self._access.place)
        if code in _SPOILT:
            return refusals.damaged(self._access.place) if spoilt >= _TRIES_IF_SPOILT else None
        return None if code in _BUSY or status >= 500 else self._refused(code, error)

    def _wait(self, pause: "_Pause", error: Exception) -> None:
        if not pause.take():
            raise refusals.unreachable(self._access.place, str(error)) from error

    def _untrusted(self, error: Exception) -> KanalarkivError:
        return refusals.refused(
            self._access.place,
            Text(f"dess certifikat är inte betrott: {error}", f"its certificate is not trusted: {error}"),
            Text("Ange dess utfärdare som ca_fil.", "Give its issuer as ca_fil."),
        )

    def _no_right(self) -> KanalarkivError:
        what, next_step = _EXPLAINED["AccessDenied"]
        return refusals.refused(self._access.place, what, next_step)

    def _refused(self, code: str, error: ClientError) -> KanalarkivError:
        said = str(error.response["Error"].get("Message") or code)
        explained = _EXPLAINED.get(code)
        if explained is None:
            what, next_step = Text(f"{code}: {said}", f"{code}: {said}"), _ASK_ARCHIVE
        else:
            what = Text(f"{explained[0].sv} ({code})", f"{explained[0].en} ({code})")
            next_step = explained[1]
        return refusals.refused(self._access.place, what, next_step)


class _Pause:
    """Longer and longer waits, until patience is out."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.over()

    def over(self) -> None:
        """Something came: the next fault is a new one."""
        self._number = 0
        self._until: float | None = None

    def take(self) -> bool:
        """Wait; tell whether there was patience left for it."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + self._patience
        length = min(_LONGEST_PAUSE, 0.25 * 2**self._number) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        self._number += 1
        if now + length > self._until:
            return False
        time.sleep(length)
        return True


_ASK_ARCHIVE = Text("Fråga den som sköter e-arkivet.", "Ask whoever runs the e-archive.")
_CHECK_KEYS = Text(
    "Kontrollera nycklarna där de ligger, och att de hör till e-arkivet.",
    "Check the keys where they are kept, and that they are this archive's.",
)
_WRONG_KEY = Text("nyckeln är fel", "the key is wrong")
_EXPLAINED = {
    "NoSuchBucket": (
        Text("hinken finns inte", "there is no such bucket"),
        Text("Kontrollera hink och adress i kanalarkiv.toml.", "Check the bucket and address in kanalarkiv.toml."),
    ),
    "InvalidAccessKeyId": (_WRONG_KEY, _CHECK_KEYS),
    "SignatureDoesNotMatch": (_WRONG_KEY, _CHECK_KEYS),
    "ExpiredToken": (_WRONG_KEY, _CHECK_KEYS),
    "InvalidToken": (_WRONG_KEY, _CHECK_KEYS),
    "AccessDenied": (
        Text("rätten att göra detta saknas", "we have no right to do this"),
        Text("Be om rätt att skriva och läsa där.", "Ask for the right to write and read there."),
    ),
    "RequestTimeTooSkewed": (
        Text("datorns klocka går fel", "this computer's clock is wrong"),
        Text("Ställ klockan och kör igen.", "Set the clock and run again."),
    ),
}
