"""From the spool to volumes: PDF/A of what a visitor saw, in the channel's order.

All is planned first; then the volumes are drawn one at a time, so that memory holds one, and each tells the digest of
the one before.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from capture.pages import gate, spool
from capture.pages.compose import Composer
from capture.pages.cover import Cover, Extent, draw_cover, draw_footer, in_sweden, shortened, wrapped
from capture.pages.document import Attachment, Document, points, safe_target
from capture.pages.layout import CAPTION, LEFT, WIDTH, Piece, on_page
from capture.pages.picture import Picture
from capture.pages.plan import UNPICTURED, Planned, encoded, in_order, plan
from capture.pages.profile import Flavour, PageProfile
from capture.pages.spool import Box, Shot
from capture.pages.structure import Element
from capture.programs.verapdf import PdfVerdict
from register.errors import NoPostsError
from register.language import Text, playing_time

if TYPE_CHECKING:
    from capture.pages.seal import Seal

_CAPTION_SIZE, _REFUSAL_SIZE = 10.0, 12.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a post, a comment or a reply is found: `page` and `last_page` are counted from 1.

    `box` is in points from the lower left corner of the first of them: all of a post's picture there, but of a comment
    or a reply only what it says itself, not the answers to it.
    """

    key: str
    page: int
    last_page: int
    box: Box


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A finished volume; `report` is what its judges said, as JSON.

    `pdfa` says whether they found it to be of `flavour`: if not, it is called `.rejected.pdf`, claims nothing itself,
    and is not PDF/A. `answers` are the comments and replies that can be found on its pages. `unread` counts what is
    only in the picture, by kind; `blank` the words left out because no picture shows them; `dropped_links` the links
    that lead nowhere here; `unsteady` the keys of posts that moved while they were pictured. `unpictured` are those of
    posts too large to be pictured: the pages say so, and they are not among `posts`. `sha256` is lower-case hex.
    """

    number: int
    of: int
    path: Path
    report: Path
    sha256: str
    flavour: Flavour
    pdfa: bool
    pages: int
    posts: tuple[Place, ...]
    answers: tuple[Place, ...]
    unread: Mapping[str, int]
    blank: int
    dropped_links: int
    unsteady: tuple[str, ...]
    unpictured: tuple[str, ...]
    verdicts: tuple[PdfVerdict, ...]

    @property
    def format_name(self) -> str:
        """What the file may be called."""
        return "PDF/A" if self.pdfa else "PDF"

    @property
    def format_version(self) -> str:
        """The part and level of PDF/A; the version of PDF where it is none."""
        return self.flavour.value if self.pdfa else self.flavour.version


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    extent: Extent
    part: Path
    path: Path
    sha256: str
    pages: int
    posts: tuple[Place, ...]
    answers: tuple[Place, ...]
    unsteady: tuple[str, ...]
    unpictured: tuple[str, ...]


def build(  # noqa: PLR0913 - what is to be built is told by that much
    folder: Path,
    cover: Cover,
    into: Path,
    *,
    created: datetime,
    order: Sequence[str] = (),
    profile: PageProfile = PageProfile(),  # noqa: B008  # it is frozen
    attached: Sequence[Attachment] = (),
    film: Mapping[str, float] = MappingProxyType({}),
    keep_refused: bool = False,
    seal: "Seal | None" = None,
) -> tuple[Volume, ...]:
    """Build all volumes of a spool; the same spool and arguments give the same bytes, but for the seals.

    Args:
        folder: what `Pages` was given.
        cover: what the covers say.
        into: where `volym-01.pdf`, its report `volym-01.verapdf.json` and the following go.
        created: aware; the time the files state.
        order: the posts' keys in the channel's order, as it was when the walk was over; others follow, in the order
            in which they stood when they were taken.
        profile: which PDF/A, how exact the pictures, how large the volumes.
        attached: files that the first volume carries inside; only PDF/A-3 may.
        film: the second of the recording at which each post is shown, by its key; may lack posts.
        keep_refused: return also a volume that is no valid PDF/A, as one that is not.
        seal: put on each volume that is valid, last of all; what the next one tells is the digest of the sealed one.

    Returns:
        The volumes, in order, each judged.

    Raises:
        NoPostsError: if no post was taken, and the cover does not say that there was none to take.
        NotPdfAError: if a volume is no valid PDF/A, unless such are kept; it is left as `volym-01.rejected.pdf`.
        JavaMissingError: if there is no Java to judge with.
        BadInputError: if a picture in the spool is no longer what was taken.
    """
    shots = folder / "shots"
    posts = in_order(shots, order)
    if not posts and not cover.without_posts:
        raise _no_posts()
    into.mkdir(parents=True, exist_ok=True)
    if seal is not None:
        cover = replace(cover, sealed_by=seal.described)
    with TemporaryDirectory(dir=folder) as work:
        volumes = plan(shots, posts, Path(work), profile)
        arrival = _arrival(shots, Path(work), profile)
        artist = _Artist(cover, arrival, into, created=created, flavour=profile.flavour, film=film)
        finished: list[Volume] = []
        while len(finished) < len(volumes):
            # A refused one is changed, and with it the digest that the next one tells: those after it are drawn anew.
            # A seal changes every one.
            alone = seal is not None or any(not volume.pdfa for volume in finished)
            together = 1 if alone else len(volumes) - len(finished)
            drawn: list[_Drawn] = []
            for number in range(len(finished) + 1, len(finished) + together + 1):
                before: list[_Drawn | Volume] = [*finished, *drawn]
                extent = _extent(number, volumes, previous=before[-1].sha256 if before else None)
                drawn.append(artist.draw(volumes[number - 1], extent, attached if number == 1 else ()))
            finished += _judged(drawn, profile.flavour, keep_refused=keep_refused, seal=seal)
    return tuple(finished)


def _judged(drawn: Sequence[_Drawn], flavour: Flavour, *, keep_refused: bool, seal: "Seal | None") -> list[Volume]:
    """Judge volumes; return those up to the first refused one, and leave nothing of those after it."""
    files = [(one.part, one.path) for one in drawn]
    admitted = gate.admit(files, flavour, keep_refused=keep_refused, seal=seal)
    judged = [_volume(one, admitted[one.path], flavour) for one in drawn]
    whole = next((number for number, volume in enumerate(judged, 1) if not volume.pdfa), len(judged))
    for volume in judged[whole:]:
        volume.path.unlink()
        volume.report.unlink()
    return judged[:whole]


class _Artist:
    """Draws volumes that look alike."""

    def __init__(
        self,
        cover: Cover,
        arrival: tuple[Shot, Picture] | None,
        into: Path,
        *,
        created: datetime,
        flavour: Flavour,
        film: Mapping[str, float],
    ) -> None:
        self._cover, self._arrival, self._into = cover, arrival, into
        self._created, self._flavour, self._film = created, flavour, film

    def draw(self, posts: Sequence[Planned], extent: Extent, attached: Sequence[Attachment]) -> _Drawn:
        """Draw one volume into a file that nobody has judged yet."""
        name, channel = f"Volym {extent.number} av {extent.of}", self._cover.channel
        document = Document(
            title=f"{channel.name} – {name.lower()}", created=self._created, flavour=self._flavour, attached=attached
        )
        draw_cover(document, self._cover, extent, self._arrival)
        while posts and len(document.sheets) <= posts[-1].pieces[-1].page:
            document.add_sheet()
        answers: list[Place] = []
        for number, post in enumerate(posts, extent.first):
            shot = post.shot()
            second = self._film.get(post.caption.key)
            in_film = "" if second is None else f" · film {playing_time(second)}"
            _draw_post(document, post, shot, f"{number}", f"Inlägg {number} av {extent.posts}{in_film}")
            answers += _answers(post, shot)
        draw_footer(document, f"{channel.name} · {channel.url}", f"{name} · ")
        path = self._into / f"volym-{extent.number:02d}.pdf"
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
            posts=tuple(_place(post) for post in posts if post.pictured),
            answers=tuple(answers),
            unsteady=tuple(post.caption.key for post in posts if post.unsteady),
            unpictured=tuple(post.caption.key for post in posts if not post.pictured),
        )


def _arrival(shots: Path, work: Path, profile: PageProfile) -> tuple[Shot, Picture] | None:
    path = shots / f"{spool.ARRIVAL:05d}.json"
    if not path.exists():
        return None
    shot = spool.read(path)
    if shot.unpictured is not None:
        return None
    whole = Piece(page=0, y=0, top=0, bottom=shot.height, factor=1, first=True)
    return shot, encoded(shots, shot, [whole], work, profile.pictures)[0]


def _extent(number: int, volumes: Sequence[Sequence[Planned]], *, previous: str | None) -> Extent:
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
        blank=sum(post.blank for post in posts),
        dropped_links=sum(post.dropped_links for post in posts),
        unpictured=sum(not post.pictured for post in posts),
    )


def _draw_post(document: Document, post: Planned, shot: Shot, number: str, said: str) -> None:
    first = post.pieces[0]
    sheet, article = document.sheets[first.page], document.structure.add("Art")
    document.bookmark(f"{number}. {post.caption.author}: {post.caption.text}", sheet, first.y - CAPTION)
    _draw_caption(document, article, shot, post, said)
    if shot.unpictured is not None:
        _draw_refusal(document, article, first, shot.unpictured.sv)
        return
    composer = Composer(
        document, shot, pieces=post.pieces, pictures=post.pictures, headings=("H2", "H3"), titled_by_first=True
    )
    composer.draw(article)


def _draw_caption(document: Document, article: Element, shot: Shot, post: Planned, said: str) -> None:
    """Say above the picture what it cannot: absolute times and the permanent address."""
    first, caption = post.pieces[0], post.caption
    sheet, y = document.sheets[first.page], first.y - CAPTION
    with document.artifact(sheet):
        document.rectangle(sheet, Box(LEFT, y, WIDTH, 0.75), 0.75)
    note = "sidan rörde sig när bilden togs" if not shot.steady else ""
    if caption.published and not note:
        note = f"publicerat {in_sweden(caption.published, seconds=False)}"
    parts = f"i {len(post.descriptions)} delar" if len(post.descriptions) > 1 else ""
    said = " · ".join(filter(None, (said, f"fångat {in_sweden(shot.taken)}", parts, note)))
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


def _draw_refusal(document: Document, article: Element, piece: Piece, why: str) -> None:
    """Say where the picture would be why there is none."""
    sheet, paragraph = document.sheets[piece.page], article.add("P")
    with document.artifact(sheet):
        document.frame(sheet, Box(LEFT, piece.y, WIDTH, UNPICTURED))
    lines = wrapped(document, why, size=_REFUSAL_SIZE, bold=False, width=WIDTH - 32)
    for number, line in enumerate(lines, 1):
        with document.marked(sheet, paragraph):
            document.text(sheet, (LEFT + 16, piece.y + 4 + 18 * number), line, size=_REFUSAL_SIZE)


def _place(post: Planned) -> Place:
    first, last = post.pieces[0], post.pieces[-1]
    box = post.pictures[0].flat.box
    return Place(key=post.caption.key, page=first.page + 1, last_page=last.page + 1, box=points(on_page(box, first)))


def _answers(post: Planned, shot: Shot) -> Iterator[Place]:
    tops = [piece.top for piece in post.pieces]
    for key, box in shot.reading.items:
        if key == post.caption.key:
            continue
        first = post.pieces[max(0, bisect_right(tops, box.y) - 1)]
        last = post.pieces[max(0, bisect_left(tops, box.bottom) - 1)]
        seen = box._replace(height=min(box.bottom, first.bottom) - box.y)
        yield Place(key=key, page=first.page + 1, last_page=last.page + 1, box=points(on_page(seen, first)))


def _volume(drawn: _Drawn, admitted: gate.Admitted, flavour: Flavour) -> Volume:
    return Volume(
        number=drawn.extent.number,
        of=drawn.extent.of,
        path=admitted.path,
        report=admitted.report,
        sha256=admitted.sha256,
        flavour=flavour,
        pdfa=admitted.pdfa,
        pages=drawn.pages,
        posts=drawn.posts,
        answers=drawn.answers,
        unread=drawn.extent.unread,
        blank=drawn.extent.blank,
        dropped_links=drawn.extent.dropped_links,
        unsteady=drawn.unsteady,
        unpictured=drawn.unpictured,
        verdicts=admitted.verdicts,
    )


def _no_posts() -> NoPostsError:
    return NoPostsError(
        happened=Text("Inget inlägg avbildades.", "No post was pictured."),
        safe=Text("Inga sidor har byggts.", "No pages have been built."),
        next_step=Text("Gör om fångsten.", "Capture again."),
    )
