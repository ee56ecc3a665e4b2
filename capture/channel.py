"""Capture one channel: read this first.

`visit` is the only part that touches the channel. It leaves in the run's folder all that the artefacts are made from:

    walk.jsonl     what the walk has finished so far, one line at a time
    walk.json      what was seen, and how the walk went
    previous.json  the walk of the capture that this one continues, if there is one
    recording/     one lossless frame a step, with their journal
    pages/         one picture and its text a post
    evidence/      pictures of posts that something is missing from

A visit that was killed goes on in the same folder: nothing that was finished is captured again.

`develop` makes the artefacts of that, and can be repeated without the channel. What it made, and what PREMIS is to
tell of it, is in captured.json.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from playwright.async_api import Page, Playwright, async_playwright
from pydantic import TypeAdapter

from capture import provenance
from capture.attendance import Attendant, Nobody
from capture.items import ItemKind, Walk, Witness
from capture.pages import Cover, Pages, Volume, build, print_document
from capture.programs import chromium
from capture.recording import Recorded, Recording, TitleCard, encode
from capture.records import losses, record, statement, statement_page
from capture.walk import Identity, Pace, open_page, walk
from register.errors import BadInputError, KanalarkivError, NoPostsError, RecordingError
from register.language import Text
from register.model import Agent, Artefact, Channel, Period, Representation, Verdict

PROGRAM_VERSION = version("kanalarkiv")
PROGRAM = f"Kanalarkiv {PROGRAM_VERSION}"
RECORDING, STATEMENT = "inspelning.mp4", "fullstandighetsintyg"
JOURNAL = "walk.jsonl"
_WALK_FILE, _CAPTURED_FILE, _PREVIOUS_FILE, _EVIDENCE = "walk.json", "captured.json", "previous.json", "evidence"

PageOpener = Callable[[Playwright], AbstractAsyncContextManager[Page]]
"""Opens the page that is walked, and closes its browser afterwards."""


@dataclass(frozen=True, kw_only=True)
class Captured:
    """What a visit became: its verdict, and the files with what is to be said of them.

    `channel` is as it was named when the files were made. `losses` are the known losses, in words.
    """

    channel: Channel
    period: Period
    verdict: Verdict
    posts: int
    comments: int
    claimed_comments: int
    losses: tuple[Text, ...]
    representations: tuple[Representation, ...]
    documentation: tuple[Artefact, ...]


_walk_type = TypeAdapter(Walk)
_captured_type = TypeAdapter(Captured)


@asynccontextmanager
async def unattended_page(playwright: Playwright) -> AsyncIterator[Page]:
    """Open a page in a browser of our own that nobody sees and nobody is logged in to."""
    browser = await chromium.launch(playwright)
    try:
        yield await open_page(browser)
    finally:
        await browser.close()


class VisitDamagedError(BadInputError):
    """What a killed visit left is damaged, so that the visit cannot go on; it was not touched."""


async def visit(  # noqa: PLR0913 - a visit is told that much
    url: str,
    folder: Path,
    *,
    platform: str | None,
    since: datetime | None,
    clock: Callable[[], datetime],
    witnesses: Sequence[Witness] = (),
    attendant: Attendant = Nobody(),  # noqa: B008  # it keeps nothing
    identity: Identity | None = None,
    pace: Pace | None = None,
    open_page: PageOpener = unattended_page,
) -> Walk:
    """Walk the channel at `url` and keep all that its artefacts are made from in `folder`.

    Args:
        url: the channel's address.
        folder: a folder of this run's own: empty, or as a visit that was killed left it, which then goes on.
        platform: the name of a platform's profile; None to know the platform by its page.
        since: the start of the period to cover, UTC; None for the whole history.
        clock: gives the time, UTC.
        witnesses: who else is to follow the walk; the recording and the pages always do.
        attendant: who looks after the walk.
        identity: says what is wrong with whom the page says is logged in; None where it does not matter.
        pace: how long to rest between steps; None for the platform's own.
        open_page: opens the page to walk on.

    Raises:
        VisitDamagedError: what a killed visit left is damaged.
        NoPostsError: the whole history was asked for, and no post was captured.
        KanalarkivError: the channel, the browser or the disk did not allow it; see `capture.walk`.
    """
    evidence = folder / _EVIDENCE
    evidence.mkdir(exist_ok=True)
    begun = (folder / JOURNAL).exists()
    with _damage_named(RecordingError, BadInputError):
        pages = Pages(folder / "pages", clock=clock, resuming=True)
        recording = Recording(folder / "recording", clock=clock, resuming=True)
    async with recording, async_playwright() as playwright, open_page(playwright) as page:
        # Of a diary that was there, bad input is what the diary says; of a new one, what the person asked for.
        with _damage_named(BadInputError) if begun else nullcontext():
            seen = await walk(
                page,
                url,
                platform=platform,
                since=since,
                witnesses=(recording, pages, *witnesses),
                evidence=evidence,
                clock=clock,
                journal=folder / JOURNAL,
                steps_before=recording.steps,
                attendant=attendant,
                identity=identity,
                pace=pace,
            )
    if not seen.items and since is None:
        raise _no_posts(url)
    _keep(folder / _WALK_FILE, _walk_type.dump_json(seen, indent=1))
    return seen


def finished_posts(folder: Path) -> int:
    """Return how many posts the visit in `folder` has finished, whether or not it is over."""
    journal = folder / JOURNAL
    return journal.read_bytes().count(b'{"line":"post"') if journal.exists() else 0


def seen_in(folder: Path) -> Walk:
    """Return the walk that `visit` kept in `folder`."""
    return _walk_type.validate_json((folder / _WALK_FILE).read_bytes())


def captured_in(folder: Path) -> Captured:
    """Return what `develop` kept in `folder`."""
    return _captured_type.validate_json((folder / _CAPTURED_FILE).read_bytes())


def follow(folder: Path, previous: Path) -> None:
    """Let the capture in `folder` continue the one in the folder `previous`; a second time changes nothing.

    The walk is copied: what is said of how the two join must not depend on a folder that may be cleared away.
    """
    if not (folder / _PREVIOUS_FILE).exists():
        _keep(folder / _PREVIOUS_FILE, (previous / _WALK_FILE).read_bytes())


def _followed_by(folder: Path) -> Walk | None:
    path = folder / _PREVIOUS_FILE
    return _walk_type.validate_json(path.read_bytes()) if path.exists() else None


async def develop(channel: Channel, folder: Path, *, run_id: str, clock: Callable[[], datetime]) -> Captured:
    """Make the artefacts of the visit kept in `folder`.

    1. The recording and the pages, side by side: the one waits for ffmpeg while the other builds.
    2. The record, which points into the recording.
    3. The statement of completeness, as XML, as a page, and as PDF/A.
    4. What PREMIS is to tell of it all.
    """
    seen = seen_in(folder)
    made = folder / "artefacts"
    made.mkdir(exist_ok=True)

    recorded, volumes = await asyncio.gather(
        encode(folder / "recording", _title_card(seen, channel), made / RECORDING),
        asyncio.to_thread(
            build,
            folder / "pages",
            _cover(seen, channel),
            made,
            created=seen.ended,
            order=[ledger.post_key for ledger in seen.ledgers],
        ),
    )

    shown_at = ((item.key, recorded.second_of(item.key)) for item in seen.items)
    seconds = {key: second for key, second in shown_at if second is not None}
    record.write_xml(seen, channel, seconds, made / "uppgifter.xml")
    record.write_csv(seen, seconds, made / "uppgifter.csv")

    concluded = statement.conclude(
        seen,
        channel,
        previous=_followed_by(folder),
        further_losses=losses.not_pictured(
            seen,
            filmed=seconds.keys(),
            paged={place.key for volume in volumes for place in volume.posts},
        ),
        further_remarks=losses.of_the_pages(
            unsteady=sum(len(volume.unsteady) for volume in volumes),
            dropped=sum(volume.dropped_links for volume in volumes),
        ),
        issued=clock(),
        program=PROGRAM,
    )
    await _write_statement(concluded, made)

    parts = _Parts(seen=seen, recorded=recorded, volumes=volumes, made=made, run_id=run_id, at=clock())
    captured = Captured(
        channel=channel,
        period=concluded.coverage.period,
        verdict=concluded.verdict,
        posts=concluded.posts,
        comments=concluded.comments,
        claimed_comments=concluded.claimed_comments,
        losses=tuple(loss.told for loss in concluded.losses),
        representations=(_facts(parts), _view(parts)),
        documentation=tuple(_documentation(parts, folder / _EVIDENCE)),
    )
    _keep(folder / _CAPTURED_FILE, _captured_type.dump_json(captured, indent=1))
    return captured


def _period(seen: Walk) -> Period:
    """From the period's start, or the whole history as shown, to when the walk began."""
    return Period(start=seen.since, end=seen.started)


@contextmanager
def _damage_named(*faults: type[KanalarkivError]) -> Iterator[None]:
    """Let those of `faults` that arise mean that what a killed visit left is damaged."""
    try:
        yield
    except faults as damage:
        raise VisitDamagedError(happened=damage.happened, safe=damage.safe, next_step=damage.next_step) from damage


def _no_posts(url: str) -> NoPostsError:
    return NoPostsError(
        happened=Text(f"Inget inlägg på {url} hann samlas in.", f"No post of {url} was captured."),
        safe=Text("Inget paket har gjorts.", "No package was made."),
        next_step=Text("Kör igen.", "Run again."),
    )


def _title_card(seen: Walk, channel: Channel) -> TitleCard:
    return TitleCard(
        channel_name=channel.name,
        url=seen.url,
        recorded=seen.started,
        operator=channel.submitting.name,
        tools=(PROGRAM, seen.browser),
    )


def _cover(seen: Walk, channel: Channel) -> Cover:
    return Cover(
        channel=channel,
        period=_period(seen),
        started=seen.started,
        ended=seen.ended,
        tools=(PROGRAM, seen.browser),
        without_posts=not any(item.kind is ItemKind.POST for item in seen.items),
    )


async def _write_statement(concluded: statement.Statement, made: Path) -> None:
    statement.write_xml(concluded, made / f"{STATEMENT}.xml")
    page = statement_page.write_page(concluded, made / f"{STATEMENT}.html").read_text(encoding="utf-8")
    async with async_playwright() as playwright:
        browser = await chromium.launch(playwright)
        try:
            title = f"Fullständighetsintyg – {concluded.channel.name}"
            await print_document(browser, page, made / f"{STATEMENT}.pdf", title=title, created=concluded.issued)
        finally:
            await browser.close()


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What the package's inventory is drawn up from; `at` (UTC) is when the artefacts were finished."""

    seen: Walk
    recorded: Recorded
    volumes: tuple[Volume, ...]
    made: Path
    run_id: str
    at: datetime

    @property
    def agents(self) -> tuple[Agent, ...]:
        judge = self.volumes[0].verdicts[0].engine
        return provenance.agents(self.seen, self.recorded, judge, program_version=PROGRAM_VERSION)


def _facts(parts: _Parts) -> Representation:
    """What was said, item by item."""
    return Representation(
        name="rep1-uppgifter",
        label="Uppgifter om varje inlägg, kommentar och svar",
        files=(
            _file(parts, "uppgifter.xml", "application/xml", "Kanalarkiv record", "1.0"),
            _file(parts, "uppgifter.csv", "text/csv", "CSV (RFC 4180)", None),
            _file(parts, "uppgifter.csv-metadata.json", "application/json", "W3C Tabular Metadata", "1.0"),
        ),
        events=provenance.captured(parts.seen, parts.run_id),
        agents=parts.agents,
    )


def _view(parts: _Parts) -> Representation:
    """What a visitor saw."""
    volumes = [volume.path.name for volume in parts.volumes]
    verdicts = [(volume.path.name, verdict) for volume in parts.volumes for verdict in volume.verdicts]
    return Representation(
        name="rep2-visning",
        label="Kanalen så som en besökare såg den: inspelning och sidor",
        files=(
            _file(parts, RECORDING, "video/mp4", "MPEG-4, H.264", None),
            _file(parts, parts.recorded.subtitles.name, "text/vtt", "WebVTT", None),
            *(_file(parts, name, "application/pdf", "PDF/A", "2a") for name in volumes),
        ),
        events=(
            *provenance.captured(parts.seen, parts.run_id),
            provenance.encoded(parts.recorded, parts.run_id, RECORDING, parts.at),
            *provenance.judged(verdicts, parts.run_id, parts.at),
        ),
        agents=parts.agents,
    )


def _documentation(parts: _Parts, evidence: Path) -> Iterator[Artefact]:
    """The statement, what the judge of the pages said, and the pictures of what is missing."""
    yield _file(parts, f"{STATEMENT}.html", "text/html", "HTML", "5")
    yield _file(parts, f"{STATEMENT}.pdf", "application/pdf", "PDF/A", "2a")
    yield _file(parts, f"{STATEMENT}.xml", "application/xml", "Kanalarkiv completeness statement", "1.0")
    for report in sorted(parts.made.glob("*.verapdf.json")):
        yield _file(parts, report.name, "application/json", "JSON", None)
    for picture in sorted(evidence.glob("*.png")):
        yield Artefact(
            path=picture,
            name=f"bevis/{picture.name}",
            media_type="image/png",
            format_name="PNG",
            format_version=None,
            created=parts.seen.ended,
        )


def _file(parts: _Parts, name: str, media_type: str, format_name: str, format_version: str | None) -> Artefact:
    return Artefact(
        path=parts.made / name,
        name=name,
        media_type=media_type,
        format_name=format_name,
        format_version=format_version,
        created=parts.at,
    )


def _keep(path: Path, content: bytes) -> None:
    """Write `content` so that a file of that name is always whole."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
