"""Packs what was recorded into one file by the WACZ format 1.1.1, byte for byte the same each time.

Our own writer, not py-wacz, which names the time of packing in every entry, prints, and takes a WACZ without pages or
records for valid; it judges ours in the tests, and so does its index. Beside what the format asks for there is
`kanalarkiv/`: the keys of what was captured, which a replay has to show, and what the archive says it has not.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from capture.items import ItemKind, Walk
from capture.web_archive import faults, indexing, shelf
from capture.web_archive.nouns import sha256_of
from capture.web_archive.recorder import MISSED
from capture.web_archive.redaction import Redaction
from register.language import Text

_VERSION = "1.1.1"
_EARLIEST = 1980  # of a ZIP


@dataclass(frozen=True, kw_only=True)
class Wacz:
    """A packed web archive: its pages, its index lines, and how many different things it says that it has not."""

    path: Path
    sha256: str
    pages: int
    lines: int
    missed: int


@dataclass(frozen=True, kw_only=True)
class _Part:
    name: str
    content: bytes | Path


def packed(folder: Path, path: Path, *, seen: Walk, now: datetime, software: str) -> Wacz:
    """Pack what a recorder left in `folder` as `path`, with a page for the channel and one for each post's permalink.

    Args:
        folder: the recorder's folder, the visit being over.
        path: where the archive goes; it is there whole or not at all.
        seen: what the visit saw.
        now: the time of packing, UTC; nothing else of it depends on when it is made.
        software: what it says that it was made by.

    Raises:
        WebArchiveEmptyError: nothing was recorded.
        DiskFullError, FolderBlockedError: it could not be written.
    """
    warcs = sorted(folder.glob("[0-9]*.warc.gz"))
    with faults.named(path.parent):
        lines = indexing.lines_of(warcs)
        if not lines:
            raise faults.empty(path, Text("poster: inget spelades in", "records: nothing was recorded"))
        missed = _missed(folder)
        pages = _pages(seen, lines)
        parts = [
            *(_Part(name=shelf.ARCHIVE + warc.name, content=warc) for warc in warcs),
            _Part(name=shelf.INDEX, content="".join(f"{line}\n" for line in lines).encode()),
            _Part(name=shelf.PAGES, content="".join(_json_lines(pages)).encode()),
            _Part(name=shelf.ITEMS, content=_json([_address(item.key) for item in seen.items])),
            _Part(name=shelf.MISSED, content=_json(missed)),
        ]
        about = _package(seen, parts, now=now, software=software)
        digest = _json({"path": shelf.PACKAGE, "hash": f"sha256:{hashlib.sha256(about).hexdigest()}"})
        parts += [_Part(name=shelf.PACKAGE, content=about), _Part(name=shelf.DIGEST, content=digest)]
        unfinished = path.with_name(path.name + ".partial")
        _write(unfinished, parts, now)
        unfinished.replace(path)
        return Wacz(
            path=path, sha256=_sha256(path)[0], pages=len(pages) - 1, lines=len(lines), missed=len(missed)
        )  # fmt: skip


def _missed(folder: Path) -> list[dict[str, object]]:
    """Return what the recorder said is missing, in all its parts, each thing once."""
    told = folder / MISSED
    if not told.exists():
        return []
    times: dict[str, int] = {}
    for line in told.read_text("utf-8").splitlines():
        said = json.loads(line)
        number = said.pop("times")
        about = json.dumps(said, ensure_ascii=False, sort_keys=True)
        times[about] = times.get(about, 0) + number
    return [{**json.loads(about), "times": number} for about, number in sorted(times.items())]


def _pages(seen: Walk, lines: Sequence[str]) -> list[dict[str, str]]:
    came: dict[str, str] = {}
    for line in lines:
        _, timestamp, said = line.split(" ", 2)
        came.setdefault(json.loads(said)["url"], timestamp)
    posts = [(item.key, item.text or item.author) for item in seen.items if item.kind is ItemKind.POST]
    every = [(seen.url, seen.title), *((key, title) for key, title in posts if key.startswith("http"))]
    listed = {_address(url): title for url, title in reversed(every)}
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Sidor"}
    return [head, *(_page(url, title, came.get(url), seen) for url, title in reversed(listed.items()))]


def _address(url: str) -> str:
    """Return an address as the records have it: without what is secret in it."""
    return Redaction().address(url)


def _page(url: str, title: str, timestamp: str | None, seen: Walk) -> dict[str, str]:
    moment = seen.started if timestamp is None else datetime.strptime(f"{timestamp}+0000", "%Y%m%d%H%M%S%z")
    shown = " ".join(title.split())[:120] or url
    return {"id": hashlib.sha256(url.encode()).hexdigest()[:20], "url": url, "title": shown, "ts": _iso(moment)}


def _package(seen: Walk, parts: Sequence[_Part], *, now: datetime, software: str) -> bytes:
    resources = []
    for part in parts:
        digest, size = _sha256(part.content)
        resources.append({"name": part.name.rpartition("/")[2], "path": part.name, "hash": digest, "bytes": size})
    return _json(
        {
            "profile": "data-package",
            "wacz_version": _VERSION,
            "title": seen.title or seen.url,
            "mainPageUrl": _address(seen.url),
            "mainPageDate": _iso(seen.started),
            "created": _iso(now),
            "software": software,
            "resources": resources,
        }
    )


def _write(path: Path, parts: Sequence[_Part], now: datetime) -> None:
    moment = now.astimezone(UTC)
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            about = zipfile.ZipInfo(part.name, (max(moment.year, _EARLIEST), *moment.timetuple()[1:6]))
            about.create_system = 3  # Unix, on every system, for the next line
            about.external_attr = 0o100644 << 16
            about.compress_type = zipfile.ZIP_STORED if part.name.startswith(shelf.ARCHIVE) else zipfile.ZIP_DEFLATED
            size = part.content.stat().st_size if isinstance(part.content, Path) else len(part.content)
            with archive.open(about, "w", force_zip64=size > 2**31) as out, _opened(part.content) as source:
                shutil.copyfileobj(source, out)


def _opened(content: bytes | Path) -> IO[bytes]:
    return content.open("rb") if isinstance(content, Path) else BytesIO(content)


def _sha256(content: bytes | Path) -> tuple[str, int]:
    with _opened(content) as opened:
        return sha256_of(opened), opened.tell()


def _json(said: object) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _json_lines(said: Sequence[object]) -> Iterator[str]:
    return (json.dumps(one, ensure_ascii=False) + "\n" for one in said)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
