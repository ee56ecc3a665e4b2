"""Makes the index (CDXJ) of WARC files: for each answer, what it is known by and where it begins."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from capture.web_archive import matching

_ANSWERS = ("response", "revisit", "resource")


@dataclass(kw_only=True)
class _Record:
    url: str
    timestamp: str
    about: dict[str, str]
    key: str = ""


def lines_of(warcs: Sequence[Path]) -> list[str]:
    """Return the index of WARC files, sorted, each line without its end."""
    return sorted(line for path in warcs for line in _lines(path))


def _lines(path: Path) -> Iterator[str]:
    found: dict[str, _Record] = {}
    with path.open("rb") as opened:
        walking = ArchiveIterator(opened)
        for record in walking:
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            if record.rec_type in _ANSWERS:
                one = found[record_id] = _answer(record)
                _drain(record)
                one.about |= {
                    "length": str(walking.get_record_length()),
                    "offset": str(walking.get_record_offset()),
                    "filename": path.name,
                }
            elif record.rec_type == "request":
                asked_for = found.get(record.rec_headers.get_header("WARC-Concurrent-To"))
                if asked_for is not None:
                    _asked(asked_for, record)
    for one in found.values():
        yield f"{one.key} {one.timestamp} {json.dumps(one.about, ensure_ascii=False)}"


def _answer(record: ArcWarcRecord) -> _Record:
    url = record.rec_headers.get_header("WARC-Target-URI")
    http = record.http_headers
    kind = record.rec_headers.get_header("Content-Type") if http is None else http.get_header("content-type", "")
    about = {
        "url": url,
        "mime": "warc/revisit" if record.rec_type == "revisit" else str(kind).partition(";")[0].strip(),
        "digest": record.rec_headers.get_header("WARC-Payload-Digest"),
    }
    if http is not None:
        about["status"] = http.get_statuscode()
    if not about["mime"]:
        del about["mime"]
    date = record.rec_headers.get_header("WARC-Date")
    return _Record(
        url=url, timestamp="".join(filter(str.isdigit, date))[:14], about=about, key=matching.indexed("GET", url, "")
    )


def _asked(one: _Record, request: ArcWarcRecord) -> None:
    """Write into the index what was asked for, where that was by another method than GET."""
    method = request.http_headers.protocol
    if method == "GET":
        return
    sent = matching.query_of(
        method, request.http_headers.get_header("content-type", ""), request.content_stream().read()
    )
    one.about |= {"method": method, "requestBody": sent}
    one.key = matching.indexed(method, one.url, sent)


def _drain(record: ArcWarcRecord) -> None:
    stream = record.content_stream()
    while stream.read(65536):
        pass
