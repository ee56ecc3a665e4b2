"""Reads a record and its completeness statement back, as `record` and `statement` wrote them.

They come from a package that has lain somewhere, so they are read as a stranger's: as a stream, without DTD or
entities, within limits, and what they count is counted again. Texts stay as they were; whoever shows them escapes them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO
from xml.parsers import expat

from capture.items import ItemKind, LossReason, StopReason
from capture.records import record, statement
from register.errors import BadInputError
from register.language import Text
from register.model import Verdict

RECORD, STATEMENT = "uppgifter.xml", "fullstandighetsintyg.xml"
_LARGEST = 256 << 20  # bytes; 100,000 comments take 60 MB
_MOST_ITEMS = 500_000
_LONGEST = 1 << 20  # characters of one text; the walk itself shortens what is longer
_DEEPEST = 5_000  # a thread's nesting is for strangers to decide
_CHUNK = 1 << 18
_KINDS = {"post": ItemKind.POST, "comment": ItemKind.COMMENT, "reply": ItemKind.REPLY}
_TEXTS = frozenset({"author", "published", "text", "name", "platform", "url"})
_CUT_SHORT = ("Gränsen ", "Sidan skickade ")  # how `losses_of` says that the walk was not let see all there was


class DamagedRecordError(BadInputError):
    """A record or a statement that is not as this program writes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An item as a record keeps it; see `capture.items.Item`."""

    key: str
    key_source: str
    kind: ItemKind
    post_key: str
    parent_key: str | None
    author: str
    text: str
    published: datetime | None

    @property
    def permalink(self) -> str | None:
        """Its own address, None where it has none."""
        return self.key if self.key_source == "permalink" else None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostAccount:
    """What the statement says of a post: see `capture.items.PostLedger`."""

    claimed: int | None
    missing: int
    reason: LossReason | None


@dataclass(frozen=True, kw_only=True)
class Account:
    """What the statement concludes.

    `cut_short`: a limit was reached, or the walk ended because it might change something. `posts` are by key.
    """

    verdict: Verdict
    stop: StopReason
    claimed_posts: int | None
    cut_short: bool
    posts: Mapping[str, PostAccount]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A capture read back: what it saw, by key in the channel's order, and what it says that it missed.

    `since` is the start of its period, None for the whole history; all times are UTC.
    """

    name: str
    platform: str
    url: str
    started: datetime
    ended: datetime
    since: datetime | None
    profile: str
    items: Mapping[str, Seen]
    account: Account


def read(record_file: IO[bytes], statement_file: IO[bytes]) -> Record:
    """Return the capture whose record and statement these are.

    Raises:
        DamagedRecordError: one of them is not as this program writes it, or they are not of one capture.
    """
    told = _Statement(STATEMENT)
    account = told.read(statement_file)
    items = _Items(RECORD)
    items.read(record_file)
    seen = items.record(account)
    if told.posts != {item.key for item in seen.items.values() if item.kind is ItemKind.POST}:
        raise damaged(RECORD, Text("intyget gäller andra inlägg", "the statement is of other posts"))
    return seen


def damaged(name: str, why: Text) -> DamagedRecordError:
    """Return that `name` cannot be used, and why."""
    return DamagedRecordError(
        happened=Text(f"{name} går inte att läsa: {why.sv}.", f"{name} cannot be read: {why.en}."),
        safe=Text("Inget har jämförts och inget har ändrats.", "Nothing was compared and nothing was changed."),
        next_step=Text(
            "Ange ett paket eller en körning som Kanalarkiv har gjort, eller hämta paketet ur e-arkivet igen.",
            "Give a package or a run that Kanalarkiv made, or fetch the package from the e-archive again.",
        ),
    )


class _Document(ABC):
    """One document being read; `namespace` and `root` are what it must be."""

    namespace: str
    root: str

    def __init__(self, name: str) -> None:
        self.name = name
        self.path: list[str] = []
        self.said: list[str] = []
        self.length = 0

    def _consume(self, file: IO[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        size = 0
        try:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > _LARGEST:
                    raise self.bad(f"mer än {_LARGEST >> 20} MB", f"more than {_LARGEST >> 20} MB")
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self.bad(f"ingen välformad XML ({error})", f"no well-formed XML ({error})") from error
        except (KeyError, ValueError, TypeError) as error:
            raise self.bad(f"oväntat innehåll ({error})", f"unexpected content ({error})") from error

    def bad(self, sv: str, en: str) -> DamagedRecordError:
        """Return that the document cannot be read, and why."""
        return damaged(self.name, Text(sv, en))

    def _refuse_doctype(self, *_named: object) -> None:
        raise self.bad("har en DTD", "has a DTD")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        if namespace != self.namespace or (not self.path and name != self.root):
            raise self.bad(f"elementet {tag[:80]!r} hör inte hit", f"the element {tag[:80]!r} does not belong here")
        if len(self.path) >= _DEEPEST:
            raise self.bad(f"djupare än {_DEEPEST} led", f"deeper than {_DEEPEST} levels")
        self.path.append(name)
        if name in _TEXTS or name == "sv":
            self.said, self.length = [], 0
        self.begin(name, attributes)

    def _text(self, text: str) -> None:
        self.length += len(text)
        if self.length <= _LONGEST:
            self.said.append(text)
        elif self.path[-1] in _TEXTS:
            raise self.bad("en orimligt lång text", "a text of unreasonable length")

    def _end(self, _tag: str) -> None:
        self.finish(self.path.pop(), "".join(self.said))

    @abstractmethod
    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    @abstractmethod
    def finish(self, name: str, said: str) -> None:
        """Take the end of an element; `said` is what it said, if it is one that says something."""


class _Statement(_Document):
    namespace, root = statement.NAMESPACE, "completenessStatement"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.facts: dict[str, dict[str, str]] = {}
        self.accounts: dict[str, PostAccount] = {}
        self.cut_short = False

    @property
    def posts(self) -> set[str]:
        return set(self.accounts)

    def read(self, file: IO[bytes]) -> Account:
        self._consume(file)
        try:
            totals = self.facts["totals"]
            return Account(
                verdict=Verdict(self.facts["verdict"]["code"]),
                stop=StopReason(self.facts["stop"]["reason"]),
                claimed_posts=_number(totals.get("claimedPosts")),
                cut_short=self.cut_short,
                posts=self.accounts,
            )
        except (KeyError, ValueError) as error:
            raise self.bad(f"ofullständigt ({error})", f"not whole ({error})") from error

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("verdict", "stop", "totals"):
            self.facts[name] = attributes
        elif name == "post":
            if len(self.accounts) >= _MOST_ITEMS:
                raise self.bad("orimligt många inlägg", "unreasonably many posts")
            reason = attributes.get("reason")
            self.accounts[attributes["key"]] = PostAccount(
                claimed=_number(attributes.get("claimed")),
                missing=int(attributes["missing"]),
                reason=None if reason is None else LossReason(reason),
            )

    def finish(self, name: str, said: str) -> None:
        if name == "sv" and self.path[-1] == "loss" and said.startswith(_CUT_SHORT):
            self.cut_short = True


@dataclass(slots=True)
class _Open:
    """An item whose element has begun and not ended."""

    key: str
    source: str
    kind: ItemKind
    texts: dict[str, str] = field(default_factory=dict)
    instant: datetime | None = None


class _Items(_Document):
    namespace, root = record.NAMESPACE, "record"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.open: list[_Open] = []
        self.items: dict[str, Seen | None] = {}
        self.channel: dict[str, str] = {}
        self.capture: dict[str, str] = {}

    def read(self, file: IO[bytes]) -> None:
        self._consume(file)

    def record(self, account: Account) -> Record:
        items = {key: item for key, item in self.items.items() if item is not None}
        posts = sum(item.kind is ItemKind.POST for item in items.values())
        try:
            if (posts, len(items) - posts) != (int(self.capture["posts"]), int(self.capture["comments"])):
                raise self.bad("antalet inlägg och kommentarer stämmer inte", "the number of items is not as stated")
            since = self.capture.get("since")
            return Record(
                name=self.channel["name"],
                platform=self.channel["platform"],
                url=self.channel["url"],
                started=_moment(self.capture["started"]),
                ended=_moment(self.capture["ended"]),
                since=None if since is None else _moment(since),
                profile=self.capture["profile"],
                items=items,
                account=account,
            )
        except (KeyError, ValueError) as error:
            raise self.bad(f"ofullständigt ({error})", f"not whole ({error})") from error

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name in _KINDS:
            key = attributes["key"]
            if key in self.items or len(self.items) >= _MOST_ITEMS:
                raise self.bad("samma post två gånger, eller orimligt många", "an item twice, or unreasonably many")
            self.items[key] = None  # its place in the order
            self.open.append(_Open(key=key, source=attributes["keySource"], kind=_KINDS[name]))
        elif name == "published" and self.open:
            instant = attributes.get("instant")
            self.open[-1].instant = None if instant is None else _moment(instant)
        elif name == "capture":
            self.capture = attributes

    def finish(self, name: str, said: str) -> None:
        if name in _KINDS:
            self._close(self.open.pop())
        elif name in _TEXTS and self.open:
            self.open[-1].texts[name] = said
        elif name in _TEXTS:
            self.channel[name] = said

    def _close(self, one: _Open) -> None:
        above = self.open
        if (one.kind is ItemKind.POST) == bool(above):
            raise self.bad("en tråd hör inte till något inlägg", "a thread belongs to no post")
        self.items[one.key] = Seen(
            key=one.key,
            key_source=one.source,
            kind=one.kind,
            post_key=above[0].key if above else one.key,
            parent_key=above[-1].key if above else None,
            author=one.texts["author"],
            text=one.texts["text"],
            published=one.instant,
        )


def _number(said: str | None) -> int | None:
    return None if said is None else int(said)


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {said[:40]}")
    return moment
