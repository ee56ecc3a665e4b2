"""The third stage of a run: recording, pages, record and statement, all without the channel."""

import asyncio
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from capture import artefacts, kept
from capture.pages import Volume
from capture.recording import Recorded
from capture.session.permit import Permit
from flows.clock import now
from flows.progress import current
from flows.settings import Settings, undeclared
from flows.workspace import Run
from register.language import Text
from register.model import Channel


def channel_of(
    run: Run, declared: Settings | None, permit: Permit, *, name: str | None, platform: str | None
) -> Channel:
    """Return the channel as its artefacts are to call it.

    `name` and `platform` are what a person wants it called; else the register says it, else the page.
    """
    seen = kept.seen_in(run.folder)
    registered, where = permit.entry, urlsplit(run.url).hostname or ""
    called = {
        "name": name or (registered.name if registered else seen.title),
        "platform": platform or (registered.platform_name if registered else None) or where,
        "url": run.url,
    }
    return declared.channel(**called) if declared else undeclared(**called)


@task(name="inspelning", cache_policy=NO_CACHE, persist_result=False)
async def make_recording(run: Run, channel: Channel) -> Recorded:
    """Make the recording, every frame of it proved. Taken up again, it does not make again what is proved."""
    return await artefacts.film(channel, run.folder)


@task(name="sidor", cache_policy=NO_CACHE, persist_result=False)
async def make_pages(run: Run, channel: Channel) -> tuple[Volume, ...]:
    """Make the pages, PDF/A, and have veraPDF judge them."""
    return await artefacts.paginate(channel, run.folder)


@task(name="uppgifter-intyg", cache_policy=NO_CACHE, persist_result=False)
async def make_record(run: Run, channel: Channel, recorded: Recorded, volumes: tuple[Volume, ...]) -> None:
    """Make the record, and the statement of what is missing."""
    await artefacts.account(channel, run.folder, recorded, volumes, run_id=run.run_id, clock=now)


async def make_artefacts(run: Run, channel: Channel) -> None:
    """Make the recording and the pages side by side (the one waits for ffmpeg while the other builds), then the rest.

    Raises:
        KanalarkivError: the first thing that went wrong; what the others made is kept.
    """
    current().enter(Text("Gör inspelning, PDF/A, uppgifter och intyg", "Making recording, PDF/A, record and statement"))
    recorded, volumes = await asyncio.gather(make_recording(run, channel), make_pages(run, channel))
    await make_record(run, channel, recorded, volumes)
