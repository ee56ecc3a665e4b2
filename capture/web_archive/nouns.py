"""The nouns of a web archive: what was asked and answered, what is missing from it, and how much it may take."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from register.language import Text

MEBIBYTE = 1024 * 1024
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one recording may take; what is more is said to be missing.

    `whole` bytes of a body are held in memory, a larger one goes over the disk; `body` is the largest that is kept at
    all, `archive` all of them together, as received. `address` is in characters. A body is waited for in `patience`
    seconds, before the page is let have it unrecorded; `afterwards` is how long what is asked for once more may take.
    `at_once` bodies that are large, or of unknown length, are read at the same time.
    """

    whole: int = 16 * MEBIBYTE
    body: int = 512 * MEBIBYTE
    archive: int = 32 * 1024 * MEBIBYTE
    address: int = 32_768
    patience: float = 20.0
    afterwards: float = 120.0
    at_once: int = 12


class Reason(StrEnum):
    """Why something that went over the network is not in the archive."""

    FAILED = "failed"
    CUT_SHORT = "cut-short"
    STREAM = "stream"
    WEBSOCKET = "websocket"
    SHARED_WORKER = "shared-worker"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    FULL = "full"
    GONE = "gone"
    DISCREET = "discreet"

    @property
    def label(self) -> Text:
        """The reason as a person reads it."""
        return _LABELS[self]


_LABELS = {
    Reason.FAILED: Text("inget svar kom", "there was no answer"),
    Reason.CUT_SHORT: Text("svaret bröts innan det var helt", "the answer was broken off before it was whole"),
    Reason.STREAM: Text("ett flöde som inte tar slut", "a stream without an end"),
    Reason.WEBSOCKET: Text("WebSocket, som inte kan spelas in", "a WebSocket, which cannot be recorded"),
    Reason.SHARED_WORKER: Text(
        "vad en delad bakgrundsprocess (SharedWorker) hämtar", "what a shared worker (SharedWorker) asks for"
    ),
    Reason.TOO_LARGE: Text("svaret var för stort", "the answer was too large"),
    Reason.TOO_LONG: Text("adressen var för lång", "the address was too long"),
    Reason.FULL: Text("webbarkivet nådde sin största storlek", "the web archive reached its largest size"),
    Reason.GONE: Text("sidan lämnades innan svaret var läst", "the page was left before the answer was read"),
    Reason.DISCREET: Text(
        "inget spelas in medan en person har webbläsaren", "nothing is recorded while a person has the browser"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Something that is not in the archive, or not whole; `address` is without secrets, and may be shortened."""

    reason: Reason
    method: str
    address: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request and what it was answered with, as the browser saw them; nothing of it is redacted yet.

    `body` is decoded: without transfer and content encodings. A `Path` is a file of the caller's own, who removes it.
    `whole` False: it was broken off. `sent` None: the browser does not say what was sent.
    """

    at: datetime
    method: str
    url: str
    asked: Headers
    sent: bytes | None
    status: int
    phrase: str
    answered: Headers
    body: bytes | Path
    whole: bool = True

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty if the server gave none."""
        return header(self.answered, "content-type").partition(";")[0].strip().lower()


def header(headers: Sequence[tuple[str, str]], name: str) -> str:
    """Return the first value of a header, whose `name` is in lower case; empty if there is none."""
    return next((value for given, value in headers if given.lower() == name), "")


def sha256_of(opened: IO[bytes]) -> str:
    """Return the digest of what is left to read, as a WACZ writes it."""
    digest = hashlib.sha256()
    while part := opened.read(MEBIBYTE):
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"
