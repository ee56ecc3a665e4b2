"""The third stage of a run: recording, pages, record and statement, all without the channel."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from capture import artefacts
from capture.documents.cover import Commission
from capture.pages import Flavour, PageProfile, Pictures, Seal, Volume
from capture.recording import Film, FilmProfile, Master, Recorded
from capture.session.permit import Permit
from flows.clock import now
from flows.progress import current
from flows.settings import Settings, undeclared
from flows.workspace import Run
from register.format_profile import FilmWishes, FormatProfile, PageWishes
from register.language import Text
from register.model import Channel
from sip.fgs import Layout, profile_of

_WAYS = {Layout.E_ARK: "../representations/{}/data/", Layout.FGS_1_2: "../{}/"}
"""How files of a representation are reached from the documentation, where the package lies so."""


def channel_of(
    url: str,
    declared: Settings | None,
    permit: Permit,
    wanted: FormatProfile,
    *,
    name: str,
    platform: str | None,
) -> Channel:
    """Return the channel as its artefacts and package are to call it.

    `name` and `platform` are what it is called; without a platform the register says it, else the address.
    """
    entry, where = permit.entry, urlsplit(url).hostname or ""
    platform = platform or (entry.platform_name if entry else None) or where
    if declared is None:
        return wanted.applied(undeclared(name=name, platform=platform, url=url))
    return wanted.applied(declared.channel(name=name, platform=platform, url=url, entry=entry))


@task(name="inspelning", cache_policy=NO_CACHE, persist_result=False)
async def make_recording(run: Run, channel: Channel, wanted: FilmWishes) -> Recorded:
    """Make the recording, every frame of it proved. Taken up again, it does not make again what is proved."""
    return await artefacts.film(channel, run.folder, _film(wanted))


@task(name="sidor", cache_policy=NO_CACHE, persist_result=False)
async def make_pages(run: Run, channel: Channel, wanted: FormatProfile, seal: Seal | None) -> tuple[Volume, ...]:
    """Make the pages, PDF/A, and have veraPDF judge them; with a `seal` they are sealed, at the run's own time."""
    sealed = None if seal is None else replace(seal, at=run.entered_at)
    return await artefacts.paginate(channel, run.folder, _pages(wanted.sidor), film=_film(wanted.film), seal=sealed)


@task(name="uppgifter-intyg", cache_policy=NO_CACHE, persist_result=False)
async def make_record(
    run: Run,
    channel: Channel,
    wanted: FormatProfile,
    shown_in: tuple[Recorded, tuple[Volume, ...]],
    permit: Permit | None,
) -> None:
    """Make the record, the statement of what is missing, the package's cover, and the page to begin with."""
    rules = profile_of(wanted.paket.profil)
    await artefacts.account(
        channel,
        run.folder,
        shown_in,
        commission=Commission(
            run_id=run.run_id,
            rules=rules.name,
            checksum=wanted.paket.kontrollsumma.value,
            permission=permission_told(permit),
        ),
        clock=now,
        flavour=_pages(wanted.sidor).flavour,
        way=_WAYS[rules.layout],
    )


def permission_told(permit: Permit | None) -> Text | None:
    """Return on what terms the channel was captured, as the cover says it; None where that is not known."""
    if permit is None:
        return None
    if permit.attended:
        return Text(
            "assisterad: en människa startade och såg på, som riktlinjen beskriver",
            "assisted: a person started it and watched, as the guideline describes",
        )
    if permit.entry is None:
        return Text(
            "inget beslut krävs: kanalen finns på den egna datorn",
            "none is needed: the channel is on this computer itself",
        )
    decision = permit.entry.permission
    if decision is None:
        return None
    until = decision.valid_until
    during = Text(f", gäller till {until}", f", in force until {until}") if until is not None else Text("", "")
    told = f"{decision.diary_number}, {decision.decided}, {decision.decided_by}"
    return Text(f"automatisk enligt {told}{during.sv}", f"automatic by {told}{during.en}")


async def make_artefacts(
    run: Run, channel: Channel, wanted: FormatProfile, permit: Permit | None = None, *, seal: Seal | None = None
) -> None:
    """Make the recording and the pages side by side (the one waits for ffmpeg while the other builds), then the rest.

    `permit` is on what terms the channel was captured, for the cover to say; the pages are sealed with `seal`.

    Raises:
        KanalarkivError: the first thing that went wrong; what the others made is kept.
    """
    current().enter(Text("Gör inspelning, PDF/A, uppgifter och intyg", "Making recording, PDF/A, record and statement"))
    recorded, volumes = await asyncio.gather(
        make_recording(run, channel, wanted.film), make_pages(run, channel, wanted, seal)
    )
    await make_record(run, channel, wanted, (recorded, volumes), permit)


def _film(wanted: FilmWishes) -> FilmProfile:
    return FilmProfile(film=Film[wanted.format.name], master=Master[wanted.mellanled.name])


def _pages(wanted: PageWishes) -> PageProfile:
    return PageProfile(flavour=Flavour(wanted.pdfa), pictures=Pictures[wanted.bilder.name])
