"""The third stage of a run: recording, pages, record and statement, all without the channel."""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from capture import artefacts, preserving
from capture.documents.cover import Commission
from capture.inventory import EXTRACT
from capture.pages import Flavour, PageProfile, Pictures, Volume
from capture.recording import Film, FilmProfile, Master, Recorded
from flows.clock import now
from flows.progress import current
from flows.workspace import Run
from register.extract.nouns import Extract
from register.format_profile import FilmWishes, FormatProfile, PageWishes
from register.language import Text
from register.model import Channel
from sip.fgs import Layout, profile_of

if TYPE_CHECKING:
    from capture.pages.seal import Seal

_WAYS = {Layout.E_ARK: "../representations/{}/data/", Layout.FGS_1_2: "../{}/"}
"""How files of a representation are reached from the documentation, where the package lies so."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms a channel was walked: what the register `said` (None: it was not asked), and by whose permission.

    `permission` is as the cover says it, None where that is not known.
    """

    said: Extract | None = None
    permission: Text | None = None


_NOBODY_ASKED = Terms()


@task(name="inspelning", cache_policy=NO_CACHE, persist_result=False)
async def make_recording(run: Run, channel: Channel, wanted: FilmWishes) -> Recorded:
    """Make the recording, every frame of it proved. Taken up again, it does not make again what is proved."""
    return await artefacts.film(channel, run.folder, _film(wanted))


@task(name="sidor", cache_policy=NO_CACHE, persist_result=False)
async def make_pages(run: Run, channel: Channel, wanted: FormatProfile, seal: "Seal | None") -> tuple[Volume, ...]:
    """Make the pages, PDF/A, and have veraPDF judge them; with a `seal` they are sealed, at the run's own time."""
    sealed = None if seal is None else replace(seal, at=run.entered_at)
    return await artefacts.paginate(channel, run.folder, _pages(wanted.sidor), film=_film(wanted.film), seal=sealed)


@task(name="webbarkiv", cache_policy=NO_CACHE, persist_result=False)
async def prove_web_archive(run: Run) -> None:
    """Pack the web archive of a closure, and see with the channel out of reach that it shows what was captured."""
    current().say(Text("Spelar upp webbarkivet utan kanalen.", "Replaying the web archive without the channel."))
    tried = await preserving.archive(run.folder, clock=now, software=artefacts.PROGRAM)
    current().say(tried.told)


@task(name="uppgifter-intyg", cache_policy=NO_CACHE, persist_result=False)
async def make_record(
    run: Run,
    channel: Channel,
    wanted: FormatProfile,
    shown_in: tuple[Recorded, tuple[Volume, ...]],
    terms: Terms,
) -> None:
    """Make the record, the statement of what is missing, the package's cover, and the page to begin with.

    Where the register was asked, the extract of it goes with them.
    """
    rules = profile_of(wanted.paket.profil)
    await artefacts.account(
        channel,
        run.folder,
        shown_in,
        commission=Commission(
            run_id=run.run_id,
            rules=rules.name,
            checksum=wanted.paket.kontrollsumma.value,
            permission=terms.permission,
            extract=f"{EXTRACT}.html" if terms.said is not None else None,
        ),
        said=terms.said,
        clock=now,
        flavour=_pages(wanted.sidor).flavour,
        way=_WAYS[rules.layout],
    )


async def make_artefacts(
    run: Run, channel: Channel, wanted: FormatProfile, terms: Terms = _NOBODY_ASKED, *, seal: "Seal | None" = None
) -> None:
    """Make the recording and the pages side by side (the one waits for ffmpeg while the other builds), then the rest.

    `terms` are those that the channel was walked on, for the package to say; the pages are sealed with `seal`.

    Raises:
        KanalarkivError: the first thing that went wrong; what the others made is kept.
    """
    current().enter(Text("Gör inspelning, PDF/A, uppgifter och intyg", "Making recording, PDF/A, record and statement"))
    recorded, volumes = await asyncio.gather(
        make_recording(run, channel, wanted.film), make_pages(run, channel, wanted, seal)
    )
    if preserving.for_closure(run.folder):
        await prove_web_archive(run)
    await make_record(run, channel, wanted, (recorded, volumes), terms)


def _film(wanted: FilmWishes) -> FilmProfile:
    return FilmProfile(film=Film[wanted.format.name], master=Master[wanted.mellanled.name])


def _pages(wanted: PageWishes) -> PageProfile:
    return PageProfile(flavour=Flavour(wanted.pdfa), pictures=Pictures[wanted.bilder.name])
