"""Reads a web archive: its index, its pages, and any one of its records; everything in it is taken for hostile."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from capture.web_archive import faults
from capture.web_archive.nouns import Headers
from register.language import Text

INDEX, PAGES, PACKAGE, DIGEST = "indexes/index.cdx", "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"
ITEMS, MISSED = "kanalarkiv/items.json", "kanalarkiv/missed.json"
ARCHIVE = "archive/"
_LARGEST = 1024**3  # bytes of what is compressed: an index of millions of lines
_LONGEST = 1_000_000  # characters of a line


class Line(BaseModel):
    """One line of the index: an answer, and where it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    url: str
    mime: str = ""
    status: str = ""
    digest: str
    length: int
    offset: int
    filename: str
    method: str = "GET"
    requestBody: str = ""  # noqa: N815 - the name in the format
    timestamp: str = ""


class PageLine(BaseModel):
    """One line of the list of pages."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    url: str
    title: str
    ts: str


class MissedLine(BaseModel):
    """One thing that the archive says is not in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str
    method: str
    address: str
    detail: str
    times: int


_Model = TypeVar("_Model", bound=BaseModel)
_Said = TypeVar("_Said")
_missed_type = TypeAdapter(tuple[MissedLine, ...])
_keys_type = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered: `body` is whole."""

    status: int
    phrase: str
    headers: Headers
    body: bytes


class Shelf:
    """An open web archive; close it, or use it as a context.

    Raises:
        WebArchiveDamagedError: it is no web archive; so does whatever reads from it.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile as fault:
            raise self._damaged("ingen ZIP-fil", "no ZIP file") from fault

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self._zip.close()

    @property
    def entries(self) -> Mapping[str, zipfile.ZipInfo]:
        """What the ZIP holds, by name."""
        return {one.filename: one for one in self._zip.infolist() if not one.is_dir()}

    def open(self, name: str) -> IO[bytes]:
        """Open what is called `name`."""
        about = self.entries.get(name)
        if about is not None and about.compress_type != zipfile.ZIP_STORED and about.file_size > _LARGEST:
            raise self._damaged(f"{name} är orimligt stor", f"{name} is unreasonably large")
        try:
            return self._zip.open(name)
        except (KeyError, zipfile.BadZipFile) as fault:
            raise self._damaged(f"{name} saknas", f"{name} is missing") from fault

    def index(self) -> Iterator[Line]:
        """Yield the lines of the index."""
        for text in self._lines(INDEX):
            _, _, rest = text.partition(" ")
            timestamp, _, said = rest.partition(" ")
            yield self._read(Line, said, INDEX).model_copy(update={"timestamp": timestamp})

    def pages(self) -> Iterator[PageLine]:
        """Yield the pages, without the first line, which says what the list is."""
        for number, text in enumerate(self._lines(PAGES)):
            if number:
                yield self._read(PageLine, text, PAGES)

    def item_keys(self) -> tuple[str, ...]:
        """Return the keys of what was captured."""
        return self._typed(_keys_type, ITEMS)

    def missed(self) -> tuple[MissedLine, ...]:
        """Return what the archive says is not in it."""
        return self._typed(_missed_type, MISSED)

    def package(self) -> Mapping[str, Any]:
        """Return what the archive says of itself."""
        with self.open(PACKAGE) as opened:
            try:
                said = json.load(opened)
            except ValueError as fault:
                raise self._damaged(f"{PACKAGE} är oläslig", f"{PACKAGE} is unreadable") from fault
        if not isinstance(said, dict):
            raise self._damaged(f"{PACKAGE} är oläslig", f"{PACKAGE} is unreadable")
        return said

    def answer(self, line: Line) -> Answer:
        """Return what a line of the index leads to."""
        record = self.record(line)
        http = record.http_headers
        if http is None:
            return Answer(status=200, phrase="OK", headers=(), body=record.content_stream().read())
        code, _, phrase = http.statusline.partition(" ")
        if not code.isdecimal():
            raise self._damaged(f"{line.url[:100]} har ingen status", f"{line.url[:100]} has no status")
        return Answer(status=int(code), phrase=phrase, headers=tuple(http.headers), body=record.content_stream().read())

    def record(self, line: Line) -> ArcWarcRecord:
        """Return the record that a line of the index leads to."""
        with self.open(ARCHIVE + line.filename) as opened:
            try:
                opened.seek(line.offset)
                found = next(iter(ArchiveIterator(BytesIO(opened.read(line.length)))))
            except (ArchiveLoadFailed, StopIteration, OSError, EOFError, ValueError) as fault:
                raise self._damaged(f"{line.url[:100]} går inte att läsa", f"{line.url[:100]} is unreadable") from fault
        return found

    def _lines(self, name: str) -> Iterator[str]:
        with self.open(name) as opened:
            while line := opened.readline(_LONGEST):
                yield line.decode("utf-8", "replace").rstrip("\n")

    def _read(self, model: type[_Model], text: str, name: str) -> _Model:
        try:
            return model.model_validate_json(text)
        except ValidationError as fault:
            raise self._damaged(f"en rad i {name} är oläslig", f"a line of {name} is unreadable") from fault

    def _typed(self, kind: TypeAdapter[_Said], name: str) -> _Said:
        with self.open(name) as opened:
            try:
                return kind.validate_json(opened.read())
            except ValidationError as fault:
                raise self._damaged(f"{name} är oläslig", f"{name} is unreadable") from fault

    def _damaged(self, sv: str, en: str) -> faults.WebArchiveDamagedError:
        return faults.damaged(self.path, [Text(sv, en)])
