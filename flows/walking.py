"""The second stage of a run, and the only one that touches the channel."""

from collections.abc import Callable
from uuid import uuid4

from prefect import task
from prefect.cache_policies import NO_CACHE

from capture import artefacts, kept, preserving
from capture import channel as capture
from capture.programs import chromium, ffmpeg, verapdf
from capture.session.permit import Permit
from capture.walk import Pace, load_profiles
from capture.web_archive import Recorder
from flows import opening
from flows.clock import now
from flows.progress import current
from flows.settings import Settings
from flows.workspace import Run, Stage
from register import address
from register.errors import ChannelTouchedError, KanalarkivError
from register.language import Text


def find_programs() -> None:
    """See that every program is there before the channel is touched: a walk is not to be thrown away for want of one.

    Raises:
        MissingProgramError: one is missing; the error says which, and what to do.
    """
    chromium.find()
    chromium.driver()
    ffmpeg.find()
    verapdf.find_java()


def profile_of(*platforms: str | None) -> str | None:
    """Return the profile of the first platform that has one; None to know the platform by its page."""
    known = {profile.name for profile in load_profiles()}
    return next((name for platform in platforms if (name := (platform or "").casefold()) in known), None)


async def walked(run: Run, declared: Settings | None, permit: Permit, *, anew: Callable[[], Run]) -> Run:
    """Walk the channel, and return the run that did it.

    What cannot be gone on from is left as it is, and the walk begins `anew`, in another run.

    Raises:
        KanalarkivError: the walk ended without its end; see `capture.channel.visit`. What it has finished is kept.
    """
    try:
        await _walked_or_left(run, declared, permit)
    except capture.VisitDamagedError as damage:
        current().say(damage.happened)
        current().say(
            Text(
                f"Genomgången börjar därför om. Det som hann sparas ligger kvar i {run.folder}.",
                f"The walk therefore begins anew. What it had saved is kept in {run.folder}.",
            )
        )
        run.entered(Stage.ABANDONED, now=now())
        run = anew()
        await _walked_or_left(run, declared, permit)
    return run


async def _walked_or_left(run: Run, declared: Settings | None, permit: Permit) -> None:
    """Walk the channel. A walk that ended with a word to the person goes on the next time if there is anything to it.

    One that touched the channel does not: what made it do so would do it again.
    """
    try:
        await walk_channel(run, declared, permit)
    except capture.VisitDamagedError:
        raise
    except KanalarkivError as ended:
        posts = kept.finished_posts(run.folder)
        if not posts or isinstance(ended, ChannelTouchedError):
            run.entered(Stage.ABANDONED, now=now())
        else:
            current().say(
                Text(
                    f"{posts} inlägg är klara och ligger kvar i {run.folder}; nästa körning fortsätter efter dem.",
                    f"{posts} posts are finished and kept in {run.folder}; the next run goes on after them.",
                )
            )
        raise


@task(name="genomgang", cache_policy=NO_CACHE, persist_result=False)
async def walk_channel(run: Run, declared: Settings | None, permit: Permit) -> None:
    """Walk the channel and keep everything its artefacts are made from.

    A walk that was broken off goes on in the run's folder: what it had finished is not captured again.

    Raises:
        VisitDamagedError: what it left cannot be gone on from.
        SessionError: a kept session is needed, and there is none that opens.
    """
    if run.previous is not None:
        kept.follow(run.folder, run.folder.with_name(run.previous))
    current().enter(Text("Går igenom kanalen", "Walking the channel"), posts=kept.finished_posts(run.folder))
    seat = opening.seat(permit, declared, run.url)
    entry = permit.entry
    pace = Pace(least=entry.pace[0], most=entry.pace[1]) if entry is not None and entry.pace is not None else None
    recorder = _recorder(run, pace)
    await capture.visit(
        run.url,
        run.folder,
        platform=run.profile,
        since=run.since,
        clock=now,
        witnesses=(current(), *([recorder] if recorder else [])),
        attendant=recorder.discreet(seat.attendant) if recorder else seat.attendant,
        identity=opening.who_is_to_be_logged_in(permit),
        pace=pace,
        open_page=recorder.opening(seat.open_page) if recorder else seat.open_page,
    )
    if recorder is not None:
        current().say(Text("Avbildar layouten på en dator och i en telefon.", "Picturing the layout, wide and narrow."))
        await preserving.picture(run.folder, run.url, session=opening.kept_state(permit), clock=now)


def _recorder(run: Run, pace: Pace | None) -> Recorder | None:
    """Return what records the visit of a run that is made for a closure, at the walk's own `pace`; else None."""
    if not preserving.for_closure(run.folder):
        return None
    if pace is None and not address.is_loopback(run.url):
        pace = next((one.pace for one in load_profiles() if one.name == run.profile), load_profiles()[-1].pace)
    rest = pace.least if pace is not None else 0.0
    return preserving.recorder(run.folder, clock=now, new_id=uuid4, software=artefacts.PROGRAM, rest=rest)
