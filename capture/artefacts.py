"""The artefacts of a visit: recording, pages, record and statement. Each can be made again without the channel.

1. `film` and `paginate` make the recording and the pages. Neither needs the other: they can be made side by side.
2. `account` makes the record, which points into both, the statement of completeness, the package's cover page and the
   extract of the register, and draws up what the package is to hold. It notes that in captured.json.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from capture import inventory, media, preserving
from capture.documents import cover, extract, layout_sheet, statement_page
from capture.documents.cover import Commission, CoverPage
from capture.documents.press import Press
from capture.items import ItemKind, Walk
from capture.kept import EVIDENCE, LAYOUT, MEDIA, PAGES, RECORDING, followed_by, keep, seen_in
from capture.pages import Cover, Flavour, PageProfile, Volume, build
from capture.recording import FilmProfile, Recorded, TitleCard, finish, journal, storable, timeline
from capture.records import index_page, losses, record, statement
from capture.records.shown import Shown
from register.extract.nouns import Extract
from register.extract.written import written
from register.language import Text
from register.model import Artefact, Channel, Period, Representation, Verdict

if TYPE_CHECKING:
    from capture.pages.seal import Seal

PROGRAM_VERSION = version("kanalarkiv")
PROGRAM = f"Kanalarkiv {PROGRAM_VERSION}"
_CAPTURED_FILE, _MADE = "captured.json", "artefacts"
_FILM, _PAGES = FilmProfile(), PageProfile()


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


_captured_type = TypeAdapter(Captured)


def captured_in(folder: Path) -> Captured:
    """Return what `account` kept in `folder`."""
    return _captured_type.validate_json((folder / _CAPTURED_FILE).read_bytes())


async def film(channel: Channel, folder: Path, profile: FilmProfile = _FILM) -> Recorded:
    """Make the recording of the visit kept in `folder`. What was finished before is not made again.

    Raises:
        RecordingError: pictures or journal are damaged, or the film does not show what was captured.
        DiskFullError: the disk filled.
    """
    card = _title_card(seen_in(folder), channel)
    return await finish(folder / RECORDING, card, _made_in(folder), name=inventory.FILM, profile=profile)


async def paginate(
    channel: Channel,
    folder: Path,
    profile: PageProfile = _PAGES,
    *,
    film: FilmProfile = _FILM,
    seal: "Seal | None" = None,
) -> tuple[Volume, ...]:
    """Make the pages of the visit kept in `folder`; they say where in the recording each post is, made as `film`.

    With a `seal` each volume is sealed, last of all.
    """
    seen = seen_in(folder)
    seconds = timeline.seconds_in(journal.read(folder / RECORDING), px_per_second=film.px_per_second)
    return await asyncio.to_thread(
        build,
        folder / PAGES,
        _cover(seen, channel),
        _made_in(folder),
        created=seen.ended,
        order=[ledger.post_key for ledger in seen.ledgers],
        profile=profile,
        film={key: second for item in seen.items if (second := seconds.get(storable(key := item.key))) is not None},
        keep_refused=True,
        seal=seal,
    )


async def account(  # noqa: PLR0913 - what is told of it all comes from that many places
    channel: Channel,
    folder: Path,
    shown_in: tuple[Recorded, tuple[Volume, ...]],
    *,
    commission: Commission,
    said: Extract | None = None,
    clock: Callable[[], datetime],
    flavour: Flavour = _PAGES.flavour,
    way: str = "../representations/{}/data/",
) -> Captured:
    """Make record, statement and cover page of the visit kept in `folder`, and draw up what the package is to hold.

    `shown_in` is what `film` and `paginate` made; `said` what the register said, None where it was not asked; `flavour`
    is that of the documents' PDF; `way` leads from the documentation to the files of a representation, `{}`, in the
    package.

    Raises:
        NotPdfAError: one of the documents did not become valid PDF/A.
    """
    recorded, volumes = shown_in
    seen, made = seen_in(folder), _made_in(folder)
    stretches = journal.read(folder / RECORDING).stretches
    originals = media.kept(folder / MEDIA)
    preserved = preserving.preserved_in(folder)
    shown = _shown(seen, recorded, volumes, originals)
    record.write_xml(seen, channel, shown, made / "uppgifter.xml")
    record.write_csv(seen, shown, made / "uppgifter.csv")

    concluded = statement.conclude(
        seen,
        channel,
        previous=followed_by(folder),
        further_losses=(
            *losses.not_pictured(
                seen,
                filmed={key for key, place in shown.items() if place.second is not None},
                paged={key for key, place in shown.items() if place.page is not None},
            ),
            *losses.of_the_filming(stretches),
            *(_as_loss(one) for one in media.losses(originals, seen)),
            *(preserving.losses(preserved) if preserved is not None else ()),
        ),
        further_remarks=(
            *losses.on_the_filming(stretches),
            *media.remarks(originals),
            *losses.of_the_pages(
                unsteady=sum(len(volume.unsteady) for volume in volumes),
                dropped=sum(volume.dropped_links for volume in volumes),
                unplaced=sum(shown[item.key].page is None for item in seen.items if item.kind is not ItemKind.POST),
                refused=sum(not volume.pdfa for volume in volumes),
                unpictured=sum(len(volume.unpictured) for volume in volumes),
                embedded=sum(volume.unread.get(kind, 0) for volume in volumes for kind in ("frames", "closed")),
                misdrawn=sum(volume.unread.get("fonts", 0) for volume in volumes),
            ),
            *(preserving.remarks(preserved) if preserved is not None else ()),
        ),
        issued=clock(),
        program=PROGRAM,
    )
    around = inventory.around(recorded, way, registered=said is not None, preserved=preserved is not None)
    index_page.write_index(concluded, shown, around, made / inventory.INDEX)

    at = clock()
    parts = inventory.Parts(
        seen=seen,
        recorded=recorded,
        volumes=volumes,
        media=media.artefacts(originals),
        flavour=flavour,
        made=made,
        evidence=folder / EVIDENCE,
        run_id=commission.run_id,
        at=at,
        program_version=PROGRAM_VERSION,
        registered=said is not None,
        preserved=tuple(preserving.artefacts(folder, preserved, at=at)) if preserved is not None else (),
        replayed=preserved.web_archive.told if preserved is not None else None,
    )
    held = inventory.representations(parts)
    page = CoverPage(
        statement=concluded,
        commission=commission,
        judged=tuple(inventory.judged(parts)),
        digests=(
            *((volume.path.name, volume.sha256) for volume in volumes),
            *((film.path.name, film.sha256) for film in recorded.films),
        ),
        parts=tuple(inventory.contents(parts, held)),
        tools=(PROGRAM, seen.browser, recorded.encoder),
    )
    further = []
    if preserved is not None:
        name, run_id = channel.name, commission.run_id
        html = layout_sheet.render_layout(name, preserved.layout, folder / LAYOUT, run_id=run_id)
        further.append((inventory.LAYOUT, html, layout_sheet.title_of(name)))
    await _write_documents(page, said, made, flavour, further)
    captured = Captured(
        channel=channel,
        period=concluded.coverage.period,
        verdict=concluded.verdict,
        posts=concluded.posts,
        comments=concluded.comments,
        claimed_comments=concluded.claimed_comments,
        losses=tuple(loss.told for loss in concluded.losses),
        representations=held,
        documentation=tuple(inventory.documentation(parts)),
    )
    keep(folder / _CAPTURED_FILE, _captured_type.dump_json(captured, indent=1))
    return captured


def _as_loss(told: media.Missing) -> losses.Loss:
    return losses.Loss(said=told.said, explained=told.explained, post_key=told.post_key)


def _shown(
    seen: Walk, recorded: Recorded, volumes: tuple[Volume, ...], originals: media.MediaKept
) -> Mapping[str, Shown]:
    """Return where each item of the walk is shown, and what it shows, by its key."""
    places = {place.key: (volume, place) for volume in volumes for place in (*volume.posts, *volume.answers)}
    files = media.described(originals)

    def of(key: str) -> Shown:
        volume, place = places.get(key, (None, None))
        return Shown(
            second=recorded.second_of(key),
            volume=None if volume is None else volume.path.name,
            page=None if place is None else place.page,
            media=tuple(files.get(key, ())),
        )

    return {item.key: of(item.key) for item in seen.items}


def _made_in(folder: Path) -> Path:
    made = folder / _MADE
    made.mkdir(exist_ok=True)
    return made


def _period(seen: Walk) -> Period:
    """From the period's start, or the whole history as shown, to when the walk began."""
    return Period(start=seen.since, end=seen.started)


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


async def _write_documents(
    page: CoverPage, said: Extract | None, made: Path, flavour: Flavour, further: Sequence[tuple[str, str, str]]
) -> None:
    """Write statement, cover and extract, and `further` documents: the name, HTML and title of each."""
    concluded = page.statement
    statement.write_xml(concluded, made / f"{inventory.STATEMENT}.xml")
    documents = [
        (inventory.STATEMENT, statement_page.render(concluded), statement_page.title_of(concluded)),
        (inventory.COVER, cover.render_cover(page), cover.title_of(page)),
    ]
    if said is not None:
        (made / f"{inventory.EXTRACT}.json").write_bytes(written(said))
        html = extract.render_extract(said, run_id=page.commission.run_id)
        documents.append((inventory.EXTRACT, html, extract.title_of(said)))
    async with Press(flavour) as press:
        for name, html, title in (*documents, *further):
            await press.make(html, made / f"{name}.pdf", title=title, created=concluded.issued)
