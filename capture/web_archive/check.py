"""Our own check of a web archive, which can fail: py-wacz's takes one without pages and records for valid."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from capture.web_archive import faults, shelf
from capture.web_archive.nouns import sha256_of
from capture.web_archive.shelf import Line, Shelf
from register.language import Text

_PAGES = Text("sidor", "pages")
_ANSWERS = ("response", "revisit", "resource")


class Rule(StrEnum):
    """What a web archive is to be."""

    WHOLE = "whole"  # the ZIP's own checksums hold
    STORED = "stored"  # WARC files are not compressed once more, so that a reader can go to any record
    LISTED = "listed"  # every file is listed, with its size and digest
    SEALED = "sealed"  # the list itself has its digest
    DIGESTS = "digests"  # every record has the digests it says
    INDEXED = "indexed"  # every answer is in the index, and every line of it leads to one
    PAGES = "pages"  # every page has an answer


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that an archive breaks, and how."""

    rule: Rule
    said: Text


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a whole web archive holds: pages, and records by their WARC type."""

    pages: int
    records: dict[str, int]
    missed: int


class UnsoundError(Exception):
    """A web archive breaks rules: `findings`, at least one."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(one.rule for one in findings))
        self.findings = findings


def checked(path: Path) -> Contents:
    """Return what the web archive at `path` holds, having seen that it is whole.

    Raises:
        WebArchiveEmptyError: it has no page, or no answer that a page could be shown from.
        WebArchiveDamagedError: it breaks a rule; caused by an `UnsoundError` with all findings.
        OSError: it cannot be read.
    """
    with Shelf(path) as opened:
        if shelf.PAGES not in opened.entries:
            raise faults.empty(path, _PAGES)
        if not any(name.startswith(shelf.ARCHIVE) for name in opened.entries):
            raise faults.empty(path, Text("poster", "records"))
        for rules in _RULES:
            findings = tuple(one for rule in rules for one in rule(opened))
            if findings:
                raise faults.damaged(path, [one.said for one in findings]) from UnsoundError(findings)
        pages = list(opened.pages())
        if not pages:
            raise faults.empty(path, _PAGES)
        records = _records(opened)
        if not any(line.status == "200" for line in opened.index()):
            raise faults.empty(path, Text("svar att visa en sida av", "answers to show a page from"))
        if not opened.item_keys():
            raise faults.empty(path, Text("inlägg", "posts"))
        return Contents(pages=len(pages), records=dict(records), missed=len(opened.missed()))


def _whole(archive: Shelf) -> Iterator[Finding]:
    for name in archive.entries:
        try:
            with archive.open(name) as opened:
                sha256_of(opened)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
            yield Finding(rule=Rule.WHOLE, said=Text(f"{name} är skadad", f"{name} is damaged"))


def _stored(archive: Shelf) -> Iterator[Finding]:
    for name, about in archive.entries.items():
        if name.startswith(shelf.ARCHIVE) and about.compress_type != zipfile.ZIP_STORED:
            yield Finding(rule=Rule.STORED, said=Text(f"{name} är komprimerad", f"{name} is compressed"))


def _listed(archive: Shelf) -> Iterator[Finding]:
    resources = archive.package().get("resources")
    listed = {str(one.get("path")): one for one in resources if isinstance(one, dict)} if resources else {}
    there = set(archive.entries) - {shelf.PACKAGE, shelf.DIGEST}
    for name in sorted(there ^ set(listed)):
        yield Finding(rule=Rule.LISTED, said=Text(f"{name} finns bara på ett ställe", f"{name} is in one place only"))
    for name in sorted(there & set(listed)):
        with archive.open(name) as opened:
            digest = sha256_of(opened)
        if (listed[name].get("hash"), listed[name].get("bytes")) != (digest, archive.entries[name].file_size):
            yield Finding(rule=Rule.LISTED, said=Text(f"{name} är ändrad", f"{name} was changed"))


def _sealed(archive: Shelf) -> Iterator[Finding]:
    with archive.open(shelf.PACKAGE) as opened:
        digest = sha256_of(opened)
    with archive.open(shelf.DIGEST) as opened:
        try:
            said = json.load(opened)
        except ValueError:
            said = None
    if not isinstance(said, dict) or said.get("hash") != digest:
        yield Finding(rule=Rule.SEALED, said=Text("förteckningen är ändrad", "the list of files was changed"))


def _digests(archive: Shelf) -> Iterator[Finding]:
    for name in sorted(one for one in archive.entries if one.startswith(shelf.ARCHIVE)):
        try:
            with archive.open(name) as opened:
                for record in ArchiveIterator(opened, check_digests="raise"):
                    while record.content_stream().read(65536):
                        pass
        except (ArchiveLoadFailed, ValueError, EOFError) as fault:
            said = Text(f"en post i {name} är skadad: {fault}"[:200], f"a record of {name} is damaged: {fault}"[:200])
            yield Finding(rule=Rule.DIGESTS, said=said)


def _indexed(archive: Shelf) -> Iterator[Finding]:
    lines = list(archive.index())
    where = {(line.filename, line.offset): line for line in lines}
    answers: dict[tuple[str, int], str] = {}
    for name in (one for one in archive.entries if one.startswith(shelf.ARCHIVE)):
        with archive.open(name) as opened:
            walking = ArchiveIterator(opened)
            for record in walking:
                if record.rec_type in _ANSWERS:
                    place = (name.removeprefix(shelf.ARCHIVE), walking.get_record_offset())
                    answers[place] = record.rec_headers.get_header("WARC-Target-URI")
    for place in sorted(set(where) ^ set(answers)):
        told = f"{place[0]}:{place[1]}"
        yield Finding(rule=Rule.INDEXED, said=Text(f"{told} saknas eller finns inte", f"{told} is missing or unknown"))
    for place in sorted(set(where) & set(answers)):
        if where[place].url != answers[place]:
            told = where[place].url[:100]
            yield Finding(rule=Rule.INDEXED, said=Text(f"{told} leder fel", f"{told} leads elsewhere"))


def _paged(archive: Shelf) -> Iterator[Finding]:
    answered = {line.url for line in archive.index() if line.method == "GET" and _shows(line)}
    for page in archive.pages():
        if page.url.partition("#")[0] not in answered:
            said = Text(f"sidan {page.url[:150]} är inte inspelad", f"the page {page.url[:150]} was not recorded")
            yield Finding(rule=Rule.PAGES, said=said)


def _shows(line: Line) -> bool:
    return line.status[:1] in ("2", "3")


def _records(archive: Shelf) -> Counter[str]:
    found: Counter[str] = Counter()
    for name in (one for one in archive.entries if one.startswith(shelf.ARCHIVE)):
        with archive.open(name) as opened:
            found.update(record.rec_type for record in ArchiveIterator(opened))
    return found


# What a later group looks into has to be whole by then.
_RULES: tuple[tuple[Callable[[Shelf], Iterator[Finding]], ...], ...] = (
    (_whole,),
    (_stored, _listed, _sealed, _digests),
    (_indexed, _paged),
)
