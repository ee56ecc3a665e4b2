"""What recording and picturing cost a capture: the same scroll and clicks of the sample channel, nobody watching."""

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from capture import artefacts
from capture import channel as capture
from capture.documents.cover import Commission
from capture.programs import chromium
from capture.walk import open_page, walk
from register.model import Channel, Organisation, RecordStatus
from sample_channel import serve
from tests.bench.measure import now, ratio, timed

POSTS = 32


def measure(folder: Path, *, rounds: int, posts: int) -> None:
    """Walk bare and capture in turn, and print the ratio."""
    bare, full, developed = [], [], []
    for number in range(rounds):
        place = folder / f"full{number}"
        place.mkdir()
        with serve(seed=1, posts=posts) as channel:
            bare.append(timed(asyncio.run, _bare(channel.url, folder / f"bare{number}")))
        with serve(seed=1, posts=posts) as channel:
            visit = capture.visit(channel.url, place, platform=None, since=None, clock=now)
            full.append(timed(asyncio.run, visit))
        developed.append(timed(asyncio.run, _develop(place)))
    ratio("bare walk", bare, bare)
    ratio("capture (frames and page pictures kept)", full, bare)
    ratio("… and the artefacts made of it", [a + b for a, b in zip(full, developed, strict=True)], bare)


async def _bare(url: str, evidence: Path) -> None:
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            await walk(await open_page(browser), url, witnesses=(), evidence=evidence, clock=now)
        finally:
            await browser.close()


async def _develop(place: Path) -> None:
    channel = example()
    made = await asyncio.gather(artefacts.film(channel, place), artefacts.paginate(channel, place))
    commission = Commission(run_id="b", rules="FGS 2.0", checksum="SHA-256", permission=None)
    await artefacts.account(channel, place, made, commission=commission, clock=now)


def example() -> Channel:
    """Return a channel that stands in for any."""
    board = Organisation(name="Exempelkommun", identity_code="ORG:212000-0000")
    return Channel(
        name="Exempelkommun",
        platform="Exempelkanalen",
        url="http://127.0.0.1/",
        records_creator=board,
        submitting=board,
        archive=board,
        submission_agreement="KS 2026/1; 2026-01-01",
        reference_code=None,
        record_status=RecordStatus.TEST,
    )
