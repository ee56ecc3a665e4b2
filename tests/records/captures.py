"""Captures made by hand: a channel's posts with their threads, as a walk saw them, written down and read back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from capture.items import Item, ItemKind, LossReason, PostLedger, StopReason, Traffic, Walk
from capture.records import reading, record, statement
from capture.records.reading import Record
from register.model import Channel, Organisation, RecordStatus

URL = "https://exempel.invalid/sida"
OWN, VISITOR = "Exempelkommun", "Åsa Öberg"
NOON = datetime(2026, 3, 2, 11, 7, 30, tzinfo=UTC)
BEGAN = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@dataclass
class Said:
    """An item to be seen: `name` makes its permalink, `answers` are below it; the rest as in `Item` and its ledger."""

    name: str
    text: str = ""
    author: str = VISITOR
    at: datetime | None = NOON
    answers: Sequence["Said"] = ()
    source: str = "permalink"
    missing: int = 0
    reason: LossReason | None = None
    silent: bool = False
    key: str = field(default="")

    def __post_init__(self) -> None:
        self.key = self.key or f"{URL}/{self.name}"


def post(name: str, *answers: Said, **changes) -> Said:
    return Said(name, **{"text": f"Inlägg {name}", "author": OWN, "answers": answers, **changes})


def walk_of(posts: Sequence[Said], **changes) -> Walk:
    """Return the walk that saw these posts, the whole history, to its end."""
    items, ledgers = [], []
    for said in posts:
        thread = list(_items(said, None, said, len(items) + 1))
        items += thread
        ledgers.append(
            PostLedger(
                post_key=said.key,
                claimed=None if said.silent else len(thread) - 1 + said.missing,
                captured=len(thread) - 1,
                duplicates=0,
                deleted=0,
                missing_reason=said.reason,
                evidence=None,
            )
        )
    made = Walk(
        url=URL,
        title=OWN,
        profile="facebook",
        by_semantics=False,
        started=BEGAN,
        ended=BEGAN + timedelta(minutes=10),
        items=tuple(items),
        ledgers=tuple(ledgers),
        claimed_posts=None,
        since=None,
        resumed=(),
        pauses=(),
        traffic=Traffic(requests=1, reading=0, changing=(), unknown=()),
        stop=StopReason.END_MARKER,
        stop_detail="slut",
        remarks=(),
        steps=1,
        clicks=0,
        unmatched_controls=(),
        limits=(),
        browser="Chromium 1",
        user_agent="Mozilla/5.0",
        viewport=(1280, 900),
    )
    return replace(
        made, **({"ended": changes["started"] + timedelta(minutes=10)} if "started" in changes else {}) | changes
    )


def _items(said: Said, above: Said | None, of: Said, ordinal: int) -> Iterator[Item]:
    kind = ItemKind.POST if above is None else ItemKind.COMMENT if above is of else ItemKind.REPLY
    yield Item(
        key=said.key,
        key_source=said.source,
        kind=kind,
        post_key=of.key,
        parent_key=None if above is None else above.key,
        ordinal=ordinal,
        author=said.author,
        text=said.text,
        published=said.at,
        published_shown="",
        claimed=None,
        links=(),
        pictures=(),
        first_seen=BEGAN,
    )
    for answer in said.answers:
        for item in _items(answer, said, of, ordinal):
            ordinal += 1
            yield replace(item, ordinal=ordinal)


def channel() -> Channel:
    board = Organisation(name="Exempelkommun, Kommunstyrelsen", identity_code="ORG:212000-0000")
    return Channel(
        name=OWN,
        platform="facebook",
        url=URL,
        records_creator=board,
        submitting=board,
        archive=board,
        submission_agreement="KS 2026/1; 2026-01-01",
        reference_code=None,
        record_status=RecordStatus.NEW,
    )


def write(walk: Walk, folder: Path) -> Path:
    """Write a walk's record and statement in a folder, by their names, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    record.write_xml(walk, channel(), {}, folder / reading.RECORD)
    concluded = statement.conclude(walk, channel(), previous=None, issued=walk.ended, program="Kanalarkiv")
    statement.write_xml(concluded, folder / reading.STATEMENT)
    return folder


def read_back(folder: Path) -> Record:
    with (folder / reading.RECORD).open("rb") as items, (folder / reading.STATEMENT).open("rb") as told:
        return reading.read(items, told)


def captured(folder: Path, posts: Sequence[Said], **changes) -> Record:
    """Return a capture that saw these posts, read back from what it wrote."""
    return read_back(write(walk_of(posts, **changes), folder / f"{len(list(folder.iterdir()))}"))
