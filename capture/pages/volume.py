"""From the spool to volumes: PDF/A of what a visitor saw, in the channel's order.

The plan is made first, post by post: where each lies, and its images, encoded into files. Only when all volumes are
known are they written, one at a time, so that a cover can say "volym 2 av 3" and memory holds one volume.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from capture.pages import gate, spool
from capture.pages.compose import Composer
from capture.pages.cover import Cover, Extent, draw_cover, draw_footer, in_sweden, shortened
from capture.pages.document import Document, points, safe_target
from capture.pages.layout import CAPTION, LEFT, TOP, WIDTH, Cursor, Cuts, Piece, on_page, place
from capture.pages.picture import Bands, Picture, encode, photographs
from capture.pages.spool import Box, Caption, Shot
from capture.pages.structure import Element
from capture.programs.verapdf import PdfVerdict
from register.errors import NoPostsError
from register.language import Text

MOST_POSTS, MOST_PAGES, MOST_BYTES = 250, 300, 100_000_000
"""A volume ends before the post that would exceed the first two; the third is looked at after every eight posts."""

_BATCH = 8
_FIRST = Cursor(page=1, y=TOP)  # page 0 is the cover
_CAPTION_SIZE = 10.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a post is found: `page` and `last_page` are counted from 1, `box` is in points on the first of them."""

    key: str
    page: int
    last_page: int
    box: Box


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A finished volume, which the judge called PDF/A-2a and PDF/UA-1; `report` is what it said, as JSON.

    `unread` counts what is only in the picture, by kind; `dropped_links` the links that lead nowhere here; `unsteady`
    the keys of posts that moved while they were pictured. `sha256` is lower-case hex.
    """

    number: int
    of: int
    path: Path
    report: Path
    sha256: str
    pages: int
    posts: tuple[Place, ...]
    unread: Mapping[str, int]
    dropped_links: int
    unsteady: tuple[str, ...]
    verdicts: tuple[PdfVerdict, ...]


@dataclass(frozen=True, kw_only=True)
class _Planned:
    description: Path
    caption: Caption
    pieces: tuple[Piece, ...]
    pictures: tuple[Picture, ...]
    unread: Mapping[str, int]
    dropped_links: int
    unsteady: bool


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    extent: Extent
    part: Path
    path: Path
    sha256: str
    pages: int
    posts: tuple[Place, ...]
    unsteady: tuple[str, ...]


def build(
    folder: Path, cover: Cover, into: Path, *, created: datetime, order: Sequence[str] = ()
) -> tuple[Volume, ...]:
    """Build all volumes of a spool; the same spool and arguments give the same bytes.

    Args:
        folder: what `Pages` was given.
        cover: what the covers say.
        into: where `volym-01.pdf`, its report `volym-01.verapdf.json` and the following go.
        created: aware; the time the files state.
        order: the posts' keys in the channel's order, as it was when the walk was over; others follow, in the order
            in which they stood when they were taken.

    Returns:
        The volumes, in order, each validated.

    Raises:
        NoPostsError: if no post was taken, and the cover does not say that there was none to take.
        NotPdfAError: if a volume is no valid PDF/A; it is left as `volym-01.rejected.pdf`.
        JavaMissingError: if there is no Java to judge with.
        BadInputError: if a picture in the spool is no longer what was taken.
    """
    shots = folder / "shots"
    descriptions = _in_order(shots, order)
    if not descriptions and not cover.without_posts:
        raise _no_posts()
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as work:
        volumes = _plan(shots, descriptions, Path(work))
        arrival = _arrival(shots, Path(work))
        drawn: list[_Drawn] = []
        for number, posts in enumerate(volumes, 1):
            extent = _extent(number, volumes, previous=drawn[-1].sha256 if drawn else None)
            drawn.append(_draw(posts, cover, extent, arrival, into=into, created=created))
    verdicts = gate.admit([(volume.part, volume.path) for volume in drawn])
    return tuple(_volume(volume, verdicts[volume.path]) for volume in drawn)


def _in_order(shots: Path, order: Sequence[str]) -> list[Path]:
    """Return the descriptions in the channel's order, which a feed that is scrolled to and fro does not keep.

    Nor do the ordinals, where new posts came above a walk that was broken off and taken up again.
    """
    places = {key: place for place, key in enumerate(order)}
    numbered = []
    for path in spool.descriptions(shots):
        caption = spool.read(path).caption
        if caption is not None:
            numbered.append((places.get(caption.key, len(places)), caption.ordinal, path))
    return [path for *_, path in sorted(numbered)]


def _plan(shots: Path, order: Sequence[Path], work: Path) -> list[list[_Planned]]:
    volumes: list[list[_Planned]] = [[]]
    cursor, size = _FIRST, 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(order), _BATCH):
            if size >= MOST_BYTES:
                volumes.append([])
                cursor, size = _FIRST, 0
            batch: list[tuple[Path, Shot, list[Piece], bool]] = []
            count = len(volumes[-1])
            for path in order[start : start + _BATCH]:
                shot = spool.read(path)
                pieces, after = _laid_out(shot, cursor)
                begins = count > 0 and (count >= MOST_POSTS or pieces[-1].page >= MOST_PAGES)
                if begins:
                    count, size = 0, 0
                    pieces, after = _laid_out(shot, _FIRST)
                batch.append((path, shot, pieces, begins))
                cursor, count = after, count + 1
            jobs = [pool.submit(_encoded, shots, shot, pieces, work) for _, shot, pieces, _ in batch]
            for (path, shot, pieces, begins), job in zip(batch, jobs, strict=True):
                if begins:
                    volumes.append([])
                pictures = job.result()
                size += sum(picture.size for picture in pictures)
                volumes[-1].append(_planned(path, shot, pieces, pictures))
    return volumes


def _laid_out(shot: Shot, cursor: Cursor) -> tuple[list[Piece], Cursor]:
    return place(
        cursor, width=shot.width, height=shot.height, cuts=Cuts(shot.reading.tree, shot.reading.panels), caption=CAPTION
    )


def _encoded(shots: Path, shot: Shot, pieces: Sequence[Piece], work: Path) -> tuple[Picture, ...]:
    bands, photos = Bands(shots, shot), photographs(shot.reading.tree)
    stems = (work / f"{shot.number:05d}-{index}" for index in range(len(pieces)))
    return tuple(encode(bands, piece, photos, shot.scale, stem) for piece, stem in zip(pieces, stems, strict=True))


def _planned(path: Path, shot: Shot, pieces: Sequence[Piece], pictures: tuple[Picture, ...]) -> _Planned:
    assert shot.caption  # noqa: S101 -- _in_order leaves only posts, which have one
    return _Planned(
        description=path,
        caption=shot.caption,
        pieces=tuple(pieces),
        pictures=pictures,
        unread=shot.reading.unread,
        dropped_links=sum(safe_target(link.url) is None for link in shot.reading.links),
        unsteady=not shot.steady,
    )


def _arrival(shots: Path, work: Path) -> tuple[Shot, Picture] | None:
    path = shots / f"{spool.ARRIVAL:05d}.json"
    if not path.exists():
        return None
    shot = spool.read(path)
    whole = Piece(page=0, y=0, top=0, bottom=shot.height, factor=1, first=True)
    return shot, _encoded(shots, shot, [whole], work)[0]


def _extent(number: int, volumes: Sequence[Sequence[_Planned]], *, previous: str | None) -> Extent:
    posts = volumes[number - 1]
    before = sum(len(volume) for volume in volumes[: number - 1])
    unread: Counter[str] = Counter()
    for post in posts:
        unread.update(post.unread)
    return Extent(
        number=number,
        of=len(volumes),
        first=before + 1,
        last=before + len(posts),
        posts=sum(len(volume) for volume in volumes),
        previous=previous,
        unread=dict(unread),
        dropped_links=sum(post.dropped_links for post in posts),
    )


def _draw(
    posts: Sequence[_Planned],
    cover: Cover,
    extent: Extent,
    arrival: tuple[Shot, Picture] | None,
    *,
    into: Path,
    created: datetime,
) -> _Drawn:
    name = f"Volym {extent.number} av {extent.of}"
    document = Document(title=f"{cover.channel.name} – {name.lower()}", created=created)
    draw_cover(document, cover, extent, arrival)
    while posts and len(document.sheets) <= posts[-1].pieces[-1].page:
        document.add_sheet()
    for number, post in enumerate(posts, extent.first):
        _draw_post(document, post, number, extent.posts)
    draw_footer(document, f"{cover.channel.name} · {cover.channel.url}", f"{name} · ")
    path = into / f"volym-{extent.number:02d}.pdf"
    part = path.with_suffix(".pdf.part")
    document.save(part)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _Drawn(
        extent=extent,
        part=part,
        path=path,
        sha256=digest,
        pages=len(document.sheets),
        posts=tuple(_place(post) for post in posts),
        unsteady=tuple(post.caption.key for post in posts if post.unsteady),
    )


def _draw_post(document: Document, post: _Planned, number: int, of: int) -> None:
    shot, first = spool.read(post.description), post.pieces[0]
    sheet, article = document.sheets[first.page], document.structure.add("Art")
    document.bookmark(f"{number}. {post.caption.author}: {post.caption.text}", sheet, first.y - CAPTION)
    _draw_caption(document, article, shot, post, f"Inlägg {number} av {of}")
    composer = Composer(
        document, shot, pieces=post.pieces, pictures=post.pictures, headings=("H2", "H3"), titled_by_first=True
    )
    composer.draw(article)


def _draw_caption(document: Document, article: Element, shot: Shot, post: _Planned, said: str) -> None:
    """Say above the picture what it cannot: absolute times and the permanent address."""
    first, caption = post.pieces[0], post.caption
    sheet, y = document.sheets[first.page], first.y - CAPTION
    with document.artifact(sheet):
        document.rectangle(sheet, Box(LEFT, y, WIDTH, 0.75), 0.75)
    note = "sidan rörde sig när bilden togs" if not shot.steady else ""
    if caption.published and not note:
        note = f"publicerat {in_sweden(caption.published, seconds=False)}"
    said = " · ".join(filter(None, (said, f"fångat {in_sweden(shot.taken)}", note)))
    for offset, text in ((13, said), (26, caption.key)):
        target = safe_target(text)
        holder = article.add("P")
        if target:
            holder = holder.add("Link")
        with document.marked(sheet, holder):
            line = shortened(document, text, size=_CAPTION_SIZE, width=WIDTH)
            width = document.text(sheet, (LEFT, y + offset), line, size=_CAPTION_SIZE)
        if target:
            document.link(sheet, holder, Box(LEFT, y + offset - 10, width, 13), target=target, label=text)


def _place(post: _Planned) -> Place:
    first, last = post.pieces[0], post.pieces[-1]
    box = post.pictures[0].flat.box
    return Place(key=post.caption.key, page=first.page + 1, last_page=last.page + 1, box=points(on_page(box, first)))


def _volume(drawn: _Drawn, admitted: gate.Admitted) -> Volume:
    return Volume(
        number=drawn.extent.number,
        of=drawn.extent.of,
        path=drawn.path,
        report=admitted.report,
        sha256=drawn.sha256,
        pages=drawn.pages,
        posts=drawn.posts,
        unread=drawn.extent.unread,
        dropped_links=drawn.extent.dropped_links,
        unsteady=drawn.unsteady,
        verdicts=admitted.verdicts,
    )


def _no_posts() -> NoPostsError:
    return NoPostsError(
        happened=Text("Inget inlägg avbildades.", "No post was pictured."),
        safe=Text("Inga sidor har byggts.", "No pages have been built."),
        next_step=Text("Gör om fångsten.", "Capture again."),
    )
