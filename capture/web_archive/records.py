"""Writes WARC 1.1 (ISO 28500:2017) with sha-256 digests: what was answered, what was asked for it, and our pictures."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from uuid import UUID

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from capture.web_archive.nouns import Exchange, Headers, header
from capture.web_archive.redaction import Redaction

_PROTOCOL = "HTTP/1.1"  # the browser does not say which it was
_ENCODINGS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]+")
_NAME = re.compile("[^!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCRIPTS = ("javascript", "ecmascript", "wasm", "css")
_MEDIA = ("image/", "video/", "audio/", "font/")
_PART = 1024 * 1024


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio publishes no types
    """warcio's writer, with the digest that the rest of a package uses."""

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


class WarcFile:
    """One WARC file, written record by record; made new.

    Args:
        path: where; its name is in the file.
        redaction: what takes secrets away.
        new_id: gives record ids.
        software: what the file says that it was made by.
        at: when it was begun, UTC.

    Raises:
        OSError: it cannot be written; so does every method.
    """

    def __init__(
        self, path: Path, *, redaction: Redaction, new_id: Callable[[], UUID], software: str, at: datetime
    ) -> None:
        self._out: IO[bytes] = path.open("xb")
        self._writer = _Writer(self._out, gzip=True, warc_version="1.1")
        self._redaction = redaction
        self._new_id = new_id
        self._seen: dict[tuple[str, str], str] = {}
        info = {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": "Bodies are decoded; secrets are replaced by REDACTED or by as many x",
        }
        written = "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()
        headers = self._headers(at, {"WARC-Filename": path.name, "Content-Type": "application/warc-fields"})
        self._write("", "warcinfo", headers, written)

    def exchange(self, one: Exchange) -> None:
        """Write an answer and its request; an answer that was given before at the same address, as a revisit."""
        url = self._redaction.address(one.url)
        body = self._body(one)
        digest = _digest(body)
        seen = self._seen.get((url, digest))
        answered = self._redaction.headers(_answered(one.answered, _size(body)))
        http = StatusAndHeaders(f"{one.status} {_clean(one.phrase)}".rstrip(), list(answered), protocol=_PROTOCOL)
        about = self._headers(one.at, {} if one.whole else {"WARC-Truncated": "disconnect"})
        if seen is not None and _size(body) > 0:
            about["WARC-Profile"] = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
            about["WARC-Refers-To-Target-URI"] = url
            about["WARC-Refers-To-Date"] = seen
            about["WARC-Payload-Digest"] = digest
            self._write(url, "revisit", about, b"", http)
        else:
            about["WARC-Payload-Digest"] = digest
            self._write(url, "response", about, body, http)
            self._seen[url, digest] = about["WARC-Date"]
        self._request(one, url, about["WARC-Record-ID"])

    def resource(self, address: str, media_type: str, content: bytes, *, at: datetime) -> None:
        """Write something of our own making."""
        self._write(address, "resource", self._headers(at, {"Content-Type": media_type}), content)

    def close(self) -> None:
        """Have the file written out and closed."""
        self._out.close()

    def _request(self, one: Exchange, url: str, answer_id: str) -> None:
        kind = header(one.asked, "content-type").partition(";")[0].strip().lower()
        sent = self._redaction.sent(one.sent or b"", kind)
        asked = [(_name(name), _clean(value)) for name, value in one.asked if name.lower() not in _ENCODINGS]
        parts = urlsplit(url)
        if not header(one.asked, "host"):
            asked.insert(0, ("Host", parts.netloc))
        if sent:
            asked.append(("Content-Length", str(len(sent))))
        line = f"{one.method} {parts.path or '/'}{'?' + parts.query if parts.query else ''} {_PROTOCOL}"
        http = StatusAndHeaders(line, list(self._redaction.headers(tuple(asked))), is_http_request=True)
        about = self._headers(one.at, {"WARC-Concurrent-To": answer_id})
        self._write(url, "request", about, sent, http)

    def _body(self, one: Exchange) -> bytes | Path:
        if isinstance(one.body, Path):
            self._redaction.file(one.body)
            return one.body
        return self._redaction.body(one.body, textual=is_textual(one.media_type))

    def _headers(self, at: datetime, more: Mapping[str, str]) -> dict[str, str]:
        date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"WARC-Record-ID": f"<urn:uuid:{self._new_id()}>", "WARC-Date": date, **more}

    def _write(
        self,
        url: str,
        kind: str,
        headers: Mapping[str, str],
        content: bytes | Path,
        http: StatusAndHeaders | None = None,
    ) -> None:
        with content.open("rb") if isinstance(content, Path) else BytesIO(content) as payload:
            record = self._writer.create_warc_record(
                url,
                kind,
                payload=payload,
                length=_size(content),
                warc_headers_dict=dict(headers),
                warc_content_type=headers.get("Content-Type", ""),
                http_headers=http,
            )
            self._writer.write_record(record)


def is_textual(media_type: str) -> bool:
    """Return whether secrets are looked for by name in such a body: in pages and data, not in programs or pictures."""
    return not media_type.startswith(_MEDIA) and not any(kind in media_type for kind in _SCRIPTS)


def recover(path: Path) -> bool:
    """Cut a WARC file that a killed run left after its last whole record; return whether any record is left."""
    good, records = 0, 0
    with path.open("r+b") as opened:
        try:
            for start, end, _ in _members(opened):
                good, records = end, records + 1
                if end <= start:
                    break
        except (zlib.error, EOFError):
            pass  # what follows is what was being written
        opened.truncate(good)
    if records == 0:
        path.unlink()
    return records > 0


def scrub(path: Path, redaction: Redaction) -> bool:
    """Take out of a finished WARC file what was not known to be a secret when it was written; return if there was any.

    Raises:
        OSError: the disk did not take it; the file is then as it was.
    """
    values = redaction.values
    if not values or not _holds(path, values):
        return False
    cleaned = path.with_suffix(".scrubbed")
    with path.open("rb") as opened, cleaned.open("wb") as out:
        writer = _Writer(out, gzip=True, warc_version="1.1")
        for record in ArchiveIterator(opened, no_record_parse=False):
            writer.write_record(_without(record, redaction))
    cleaned.replace(path)
    return True


def _without(record: ArcWarcRecord, redaction: Redaction) -> ArcWarcRecord:
    about = record.rec_headers
    about.headers = [(name, redaction.text(value)) for name, value in about.headers]
    content = redaction.body(record.raw_stream.read(), textual=False)
    if record.http_headers is not None:
        http = record.http_headers
        http.headers = list(redaction.headers(tuple(http.headers)))
        http.statusline = redaction.text(http.statusline)
        http.headers_buff = None
    if record.rec_type != "revisit":
        about.headers = [pair for pair in about.headers if pair[0] not in ("WARC-Payload-Digest", "WARC-Block-Digest")]
    record.raw_stream = BytesIO(content)
    record.length = record.payload_length = len(content)
    return record


def _holds(path: Path, values: tuple[bytes, ...]) -> bool:
    longest, kept = max(map(len, values)), b""
    with gzip.open(path, "rb") as opened:
        while part := opened.read(_PART):
            window = kept + part
            if any(value in window for value in values):
                return True
            kept = window[-longest:]
    return False


def _members(opened: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield where each gzip member of a file begins and ends, and how many bytes it holds.

    Raises:
        zlib.error: what follows is no gzip member.
        EOFError: the last one is not whole.
    """
    start, rest = 0, opened.read(_PART)
    while rest:
        unpacking, size, end = zlib.decompressobj(zlib.MAX_WBITS | 16), 0, start
        while True:
            size += len(unpacking.decompress(rest))
            end += len(rest) - len(unpacking.unused_data)
            rest = unpacking.unused_data or opened.read(_PART)
            if unpacking.eof:
                break
            if not rest:
                raise EOFError(start)
        yield start, end, size
        start = end


def _answered(headers: Headers, size: int) -> Headers:
    kept = [
        (f"X-Archive-Orig-{_name(name)}" if name.lower() in _ENCODINGS else _name(name), _clean(value))
        for name, value in headers
    ]
    return (*kept, ("Content-Length", str(size)))


def _name(name: str) -> str:
    return _NAME.sub("-", name) or "-"


def _clean(value: str) -> str:
    return _CONTROL.sub(" ", value).encode("utf-8", "replace").decode()


def _size(content: bytes | Path) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def _digest(content: bytes | Path) -> str:
    digester = Digester("sha256")
    if isinstance(content, bytes):
        digester.update(content)
        return str(digester)
    with content.open("rb") as opened:
        while part := opened.read(_PART):
            digester.update(part)
    return str(digester)
