"""A small walk, made by hand, for the records to be made of."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from capture.items import Item, ItemKind, Picture, PostLedger, StopReason, Traffic, Walk
from register.model import Channel, Organisation, RecordStatus

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
BASE = "https://exempel.invalid/inlagg/1"


def item(key: str, kind: ItemKind, parent: str | None, ordinal: int, **changes) -> Item:
    made = Item(
        key=key,
        key_source="permalink",
        kind=kind,
        post_key=BASE,
        parent_key=parent,
        ordinal=ordinal,
        author="Åsa Öberg",
        text="Tack för snabb snöröjning! ❄️",
        published=NOON,
        published_shown="3 tim",
        claimed=2 if kind is ItemKind.POST else None,
        links=("https://exempel.invalid/mer",),
        pictures=(Picture(url="https://exempel.invalid/b.png", alt="En plogbil"),),
        first_seen=NOON,
    )
    return replace(made, **changes)


@pytest.fixture
def channel() -> Channel:
    board = Organisation(name="Exempelkommun, Kommunstyrelsen", identity_code="ORG:212000-0000")
    return Channel(
        name="Exempelkommun",
        platform="Exempelkanalen",
        url="https://exempel.invalid/",
        records_creator=board,
        submitting=board,
        archive=board,
        submission_agreement="KS 2026/1; 2026-01-01",
        reference_code=None,
        record_status=RecordStatus.NEW,
    )


@pytest.fixture
def walk() -> Walk:
    """One post that claims two comments: a comment, and a reply to it."""
    items = (
        item(BASE, ItemKind.POST, None, 1),
        item(f"{BASE}?k=1", ItemKind.COMMENT, BASE, 2),
        item(f"{BASE}?k=1&s=2", ItemKind.REPLY, f"{BASE}?k=1", 3),
    )
    ledger = PostLedger(
        post_key=BASE, claimed=2, captured=2, duplicates=0, deleted=0, missing_reason=None, evidence=None
    )
    return Walk(
        url="https://exempel.invalid/",
        title="Exempelkommun",
        profile="semantics",
        by_semantics=False,
        started=NOON,
        ended=NOON,
        items=items,
        ledgers=(ledger,),
        claimed_posts=1,
        since=None,
        resumed=(),
        pauses=(),
        traffic=Traffic(requests=12, reading=0, changing=(), unknown=()),
        stop=StopReason.END_MARKER,
        stop_detail="Det finns inga fler inlägg att visa",
        remarks=(),
        steps=3,
        clicks=1,
        unmatched_controls=(),
        limits=(),
        browser="Chromium 1",
        user_agent="Mozilla/5.0",
        viewport=(1280, 900),
    )
