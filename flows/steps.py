"""The steps that occasions are made of: plain functions of the layers below, wrapped as Prefect tasks and no more.

Capture, package and delivery do not know of one another; they meet here. A step reads what the step before it left in
the run's folder, so that it can be taken up by another process than the one that began.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Playwright
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import TypeAdapter, ValidationError

from capture import channel as capture
from capture.attendance import Attendant, Nobody
from capture.programs import chromium, ffmpeg, verapdf
from capture.session import identity, own_browser
from capture.session.attended import Attended
from capture.session.permit import Permit
from capture.session.store import Session
from capture.walk import Identity, Pace, load_profiles
from capture.walk.page import VIEWPORT, open_beside
from delivery import folder
from flows import attended, login
from flows.progress import current
from flows.settings import Settings, undeclared
from flows.summary import Outcome, size_told
from flows.workspace import Run, Workspace
from register.errors import ExitCode, KanalarkivError, PackageInvalidError
from register.language import SWEDEN, Text
from register.model import Artefact, Package, Period, RecordStatus, Submission, Verdict
from sip import commons_ip
from sip.build import build

_SCHEMAS = ("record-1.0.xsd", "completeness-1.0.xsd")
_SEALED_FILE = "paket.json"


def now() -> datetime:
    """Return the time, UTC. Occasions are the rim where time comes from; everything below is given it."""
    return datetime.now(UTC)


def name_of_run(url: str, started: datetime) -> str:
    """Return a name for a run that sorts by time and fits a folder, a package and a file: A-Z, a-z, 0-9, -."""
    parts = urlsplit(url)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{parts.hostname or ''}{parts.path}".lower()).strip("-")[:40].strip("-")
    return f"{slug or 'kanal'}-{started:%Y%m%dT%H%M%SZ}-{sha256(url.encode()).hexdigest()[:6]}"


def find_programs() -> None:
    """See that every program is there before the channel is touched: a walk is not to be thrown away for want of one.

    Raises:
        MissingProgramError: one is missing; the error says which, and what to do.
    """
    chromium.find()
    chromium.driver()
    ffmpeg.find()
    verapdf.find_java()


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The capture that a new one continues: its run, and to when (UTC) it covers the channel."""

    run_id: str
    end: datetime


def previous_capture(workspace: Workspace, url: str) -> Previous | None:
    """Return the latest finished capture of `url` whose verdict was not incomplete, None where there is none.

    What an incomplete capture was to cover is not covered: the next one starts where the last good one ended.
    """
    for run in workspace.done(url):
        try:
            captured = capture.captured_in(run.folder)
            capture.seen_in(run.folder)
        except (OSError, ValidationError) as unreadable:
            current().say(
                Text(
                    f"Den tidigare insamlingen i {run.folder} går inte att läsa, och räknas därför inte "
                    f"({type(unreadable).__name__}).",
                    f"The earlier capture in {run.folder} cannot be read, and does therefore not count "
                    f"({type(unreadable).__name__}).",
                )
            )
            continue
        if captured.verdict is not Verdict.INCOMPLETE:
            return Previous(run_id=run.run_id, end=captured.period.end)
    return None


def profile_of(platform: str | None, permit: Permit) -> str | None:
    """Return the platform's profile: as asked for, else by the register; None to know the platform by its page."""
    known = {profile.name for profile in load_profiles()}
    wanted = (platform or "").casefold()
    registered = permit.entry.platform_name if permit.entry is not None else None
    return next((name for name in (wanted, registered) if name in known), None)


@task(name="genomgang", cache_policy=NO_CACHE, persist_result=False)
async def walk_channel(run: Run, declared: Settings | None, permit: Permit) -> None:
    """Walk the channel and keep everything its artefacts are made from.

    A walk that was broken off goes on in the run's folder: what it had finished is not captured again.

    Raises:
        VisitDamagedError: what it left cannot be gone on from.
        SessionError: a kept session is needed, and there is none that opens.
    """
    if run.previous is not None:
        capture.follow(run.folder, run.folder.with_name(run.previous))
    current().enter(Text("Går igenom kanalen", "Walking the channel"), posts=capture.finished_posts(run.folder))
    attendant: Attendant = Nobody()
    open_page: capture.PageOpener = capture.unattended_page
    session = login.session_for(permit)
    if permit.attended:
        attendant = person = attended.attendant()
        open_page = _their_page(run.url, attended.own_browser(declared), person)
    elif session is not None:
        open_page = _page_with(session)
    entry = permit.entry
    await capture.visit(
        run.url,
        run.folder,
        platform=run.profile,
        since=run.since,
        clock=now,
        witnesses=(current(),),
        attendant=attendant,
        identity=_who_is_to_be_logged_in(permit),
        pace=Pace(least=entry.pace[0], most=entry.pace[1]) if entry is not None and entry.pace is not None else None,
        open_page=open_page,
    )


def _who_is_to_be_logged_in(permit: Permit) -> Identity | None:
    """Return what judges whom a page says is logged in; None where the register expects nobody.

    A page that does not say who it is passes only where a person is there to see it.
    """
    entry = permit.entry
    if entry is None or not entry.login:
        return None
    expected = identity.Expectation(account=entry.account, login=True)
    good = {identity.Identity.OK} | ({identity.Identity.UNKNOWN} if permit.attended else set())

    def wrong(named: str | None) -> Text | None:
        compared = identity.compare(expected, named, login_offered=False)
        return None if compared.result in good else compared.said

    return wrong


def _page_with(session: Session) -> capture.PageOpener:
    """Return what opens a page that nobody sees, logged in by a kept session."""

    @asynccontextmanager
    async def opened(playwright: Playwright) -> AsyncIterator[Page]:
        async with capture.unattended_page(playwright) as page:
            await page.context.set_storage_state(session.state.revealed())
            yield page

    return opened


def _their_page(url: str, own: own_browser.OwnBrowser, person: Attended) -> capture.PageOpener:
    """Return what opens a page in the administrator's own browser, and waits for them to begin the walk."""

    @asynccontextmanager
    async def opened(playwright: Playwright) -> AsyncIterator[Page]:
        async with own_browser.opened(playwright, own, size=VIEWPORT) as context:
            theirs = set(context.pages)
            page = await open_beside(context)
            try:
                await page.set_viewport_size({"width": VIEWPORT[0], "height": VIEWPORT[1]})
                with suppress(PlaywrightError):  # the walk goes there itself, and says why where it cannot
                    await page.goto(url)
                if not await person.begins(page):
                    raise _not_begun()
                yield page
            finally:  # a browser that they started stays open, with what they had in it
                for ours in set(context.pages) - theirs:
                    await ours.close()

    return opened


@task(name="inspelning-sidor-uppgifter", cache_policy=NO_CACHE, persist_result=False)
async def make_artefacts(
    run: Run, declared: Settings | None, permit: Permit, *, name: str | None, platform: str | None
) -> None:
    """Make the recording, the pages, the record and the statement.

    `name` and `platform` are what a person wants the channel called; else the register says it, else the page.
    """
    current().enter(Text("Gör inspelning, PDF/A, uppgifter och intyg", "Making recording, PDF/A, record and statement"))
    seen = capture.seen_in(run.folder)
    registered, where = permit.entry, urlsplit(run.url).hostname or ""
    called = {
        "name": name or (registered.name if registered else seen.title),
        "platform": platform or (registered.platform_name if registered else None) or where,
        "url": run.url,
    }
    channel = declared.channel(**called) if declared else undeclared(**called)
    await capture.develop(channel, run.folder, run_id=run.run_id, clock=now)


@task(name="paketering", cache_policy=NO_CACHE, persist_result=False)
async def make_package(run: Run, packages: Path) -> None:
    """Package what was captured, and have somebody else's validator judge the package.

    Raises:
        PackageInvalidError: either judge says no; nothing is delivered.
    """
    current().enter(Text("Paketerar enligt FGS 2.0", "Packaging by FGS 2.0"))
    captured = capture.captured_in(run.folder)
    with as_file(files("schemas").joinpath("kanalarkiv")) as schemas:
        submission = Submission(
            object_id=run.run_id,
            label=f"{captured.channel.platform} – {captured.channel.name}, {_days(captured.period)}",
            abstract=f"{captured.posts} inlägg och {captured.comments} kommentarer; {captured.verdict.label.sv}.",
            channel=captured.channel,
            period=captured.period,
            verdict=captured.verdict,
            representations=captured.representations,
            documentation=captured.documentation,
            schemas=tuple(_schema(schemas / name, captured.period.end) for name in _SCHEMAS),
            software_version=capture.PROGRAM_VERSION,
        )
        package = await asyncio.to_thread(build, submission, packages, now=run.entered_at)

    current().enter(Text("Låter commons-ip pröva paketet", "Having commons-ip judge the package"))
    opinion = await asyncio.to_thread(commons_ip.judge, package.path, java=verapdf.find_java())
    if not opinion.valid:
        raise _refused(opinion)
    sealed = _Sealed(package=package, opinion=opinion)
    (run.folder / _SEALED_FILE).write_bytes(_sealed_type.dump_json(sealed, indent=1))


@task(name="leverans", cache_policy=NO_CACHE, persist_result=False)
async def deliver_package(run: Run, archive: Path) -> Outcome:
    """Deliver the sealed package, read it back, and tell what the whole run came to."""
    current().enter(Text("Levererar till e-arkivet", "Delivering to the e-archive"))
    captured = capture.captured_in(run.folder)
    sealed = _sealed_type.validate_json((run.folder / _SEALED_FILE).read_bytes())
    receipt = await asyncio.to_thread(folder.deliver, sealed.package, archive, now=now())
    return Outcome(
        verdict=captured.verdict,
        posts=captured.posts,
        comments=captured.comments,
        claimed_comments=captured.claimed_comments,
        period=captured.period,
        losses=captured.losses,
        look_at=_worth_a_look(run, sealed.package),
        package=sealed.package,
        judge=sealed.opinion.judge,
        warnings=len(sealed.opinion.warnings),
        receipt=receipt,
        is_test=captured.channel.record_status is RecordStatus.TEST,
    )


def _worth_a_look(run: Run, package: Package) -> tuple[tuple[Text, Path], ...]:
    made = run.folder / "artefacts"
    return (
        (Text("Intyg", "Statement"), made / f"{capture.STATEMENT}.html"),
        (Text("Inspelning", "Recording"), made / capture.RECORDING),
        *((Text("Sidor, PDF/A", "Pages, PDF/A"), volume) for volume in sorted(made.glob("volym-*[0-9].pdf"))),
        (Text("Uppgifter", "Record"), made / "uppgifter.xml"),
        (Text("Paket", "Package"), package.path),
    )


_WORTH_TELLING = 10_000_000  # bytes
_TOLD_AT_MOST = 5


def tell_of_abandoned(workspace: Workspace) -> None:
    """Say how much room abandoned runs take and how to be rid of them; nothing is removed by itself."""
    sizes = {run.folder: run.size for run in workspace.abandoned()}
    if sum(sizes.values()) < _WORTH_TELLING:
        return
    largest = sorted(sizes, key=lambda folder: sizes[folder], reverse=True)[:_TOLD_AT_MOST]
    room, folders = size_told(sum(sizes.values())), "".join(f"\n  {size_told(sizes[one])}  {one}" for one in largest)
    current().say(
        Text(
            f"{len(sizes)} övergivna körningar tar {room}. Ta bort mapparna när de inte behövs längre; de största:"
            f"{folders}",
            f"{len(sizes)} abandoned runs take {room}. Remove the folders when they are needed no longer; the largest:"
            f"{folders}",
        )
    )


def clear_leftovers(archive: Path) -> None:
    """Say what a killed delivery left in the archive's folder; the next delivery replaces it."""
    for leftover in folder.leftovers(archive) if archive.is_dir() else ():
        current().say(
            Text(
                f"En avbruten leverans lämnade {leftover.name}; den har inget paketnamn och ersätts.",
                f"An interrupted delivery left {leftover.name}; it bears no package's name and is replaced.",
            )
        )


@dataclass(frozen=True, kw_only=True)
class _Sealed:
    package: Package
    opinion: commons_ip.SecondOpinion


_sealed_type = TypeAdapter(_Sealed)


def _days(period: Period) -> str:
    """Return a period as a label states it: by its days in Sweden."""
    start, end = (None if at is None else f"{at.astimezone(SWEDEN):%Y-%m-%d}" for at in (period.start, period.end))
    return f"till {end}" if start is None else f"{start} – {end}"


def _schema(path: Path, created: datetime) -> Artefact:
    return Artefact(
        path=path,
        name=path.name,
        media_type="application/xml",
        format_name="XML Schema",
        format_version="1.0",
        created=created,
    )


class NotBegunError(KanalarkivError):
    """The person at the screen did not want the walk to begin."""

    exit_code = ExitCode.INTERRUPTED


def _not_begun() -> NotBegunError:
    return NotBegunError(
        happened=Text("Genomgången påbörjades inte.", "The walk was not begun."),
        safe=Text("Inget har samlats in.", "Nothing was captured."),
        next_step=Text("Kör samma kommando igen när det passar.", "Run the same command again when it suits."),
    )


def _refused(opinion: commons_ip.SecondOpinion) -> PackageInvalidError:
    said = "; ".join((opinion.failure.sv,) if opinion.failure else opinion.errors)
    return PackageInvalidError(
        happened=Text(f"commons-ip godkänner inte paketet: {said}", f"commons-ip refuses the package: {said}"),
        safe=Text(
            "Inget har levererats; arbetsmappen är orörd.", "Nothing was delivered; the work folder is as it was."
        ),
        next_step=Text(
            "Kör kanalarkiv package validate på paketet och skicka utskriften till den som sköter Kanalarkiv.",
            "Run kanalarkiv package validate on the package; send what it says to whoever looks after Kanalarkiv.",
        ),
    )
