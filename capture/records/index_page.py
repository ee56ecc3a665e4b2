"""index.html: every post and comment in order, to be read without us, each with its second of film and its page.

Self-contained HTML without script (WCAG 2.2 AA). What a stranger wrote stays text: it is escaped, and the page's own
policy lets nothing run or be fetched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from capture.items import Item, ItemKind
from capture.records.page import safe_href, template
from capture.records.shown import MediaElement, Shown
from capture.records.statement import Statement
from register.language import playing_time

_PICTURES = frozenset({"picture", "background", "poster"})
_MEDIA_NAMES = {
    "picture": "Bild",
    "background": "Bild",
    "poster": "Filmens bild",
    "video": "Film",
    "audio": "Ljud",
    "subtitles": "Undertexter",
}
_DEEPEST = 5  # levels that are indented; deeper ones say whom they answer


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What lies around the page in the package.

    `view` is the way from the page's folder to that of film and volumes, ending in a slash or empty, `facts` that to
    the folder of the record and the original files. `film`, `poster` and `subtitles` are names of files in the first.
    `files` are more files worth opening: name, and the way to it. `statement` is the way to the statement's page.
    """

    view: str
    facts: str
    film: str
    poster: str
    subtitles: str
    statement: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class _File:
    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class _Media:
    """An original file that an item shows; without `href` it could not be kept."""

    kind: str
    alt: str
    href: str | None

    @property
    def name(self) -> str:
        return _MEDIA_NAMES.get(self.kind, "Fil")

    @property
    def is_picture(self) -> bool:
        return self.kind in _PICTURES

    @property
    def missing(self) -> bool:
        return self.href is None


@dataclass(frozen=True, kw_only=True)
class _Line:
    """An item as the page shows it; `answers` are all comments and replies of a post, in the channel's order."""

    item: Item
    level: int
    film: str | None
    clock: str
    page: str | None
    page_number: int | None
    volume: str | None
    answered: "_Line | None"
    media: tuple[_Media, ...]
    answers: "tuple[_Line, ...]" = ()

    @property
    def anchor(self) -> str:
        return f"nr-{self.item.ordinal}"

    @property
    def href(self) -> str | None:
        return safe_href(self.item.key)


def write_index(statement: Statement, shown: Mapping[str, Shown], around: Surroundings, into: Path) -> Path:
    """Write the page for the capture that `statement` is of, and return its path.

    `shown` says by key where each item is shown; one that is not in it is said to be in neither film nor pages.
    """
    posts = tuple(_posts(statement.walk.items, shown, around))
    page = template("index.html").render(
        statement=statement,
        walk=statement.walk,
        channel=statement.channel,
        posts=posts,
        film=_way(around, around.film),
        poster=_way(around, around.poster),
        subtitles=_way(around, around.subtitles),
        statement_page=quote(around.statement),
        files=[_File(name=name, href=quote(way)) for name, way in around.files],
    )
    into.write_text(page, encoding="utf-8")
    return into


def _posts(items: Iterable[Item], shown: Mapping[str, Shown], around: Surroundings) -> Iterable[_Line]:
    lines: dict[str, _Line] = {}
    of_post: dict[str, list[_Line]] = {}
    for item in items:
        above = lines.get(item.parent_key) if item.parent_key is not None else None
        lines[item.key] = line = _line(item, above, shown.get(item.key), around)
        of_post.setdefault(item.post_key, []).append(line)
    for group in of_post.values():
        post = next(line for line in group if line.item.kind is ItemKind.POST)
        yield _line(
            post.item, None, shown.get(post.item.key), around, tuple(line for line in group if line is not post)
        )


def _line(
    item: Item, above: _Line | None, at: Shown | None, around: Surroundings, answers: tuple[_Line, ...] = ()
) -> _Line:
    second = at.second if at is not None else None
    volume, page = (at.volume, at.page) if at is not None else (None, None)
    is_reply = above is not None and above.item.kind is not ItemKind.POST
    return _Line(
        item=item,
        level=min(above.level + 1, _DEEPEST) if above is not None and is_reply else 0,
        film=None if second is None else f"{_way(around, around.film)}#t={second:.2f}",
        clock="" if second is None else playing_time(second),
        page=None if volume is None or page is None else f"{_way(around, volume)}#page={page}",
        page_number=page,
        volume=volume,
        answered=above if is_reply else None,
        media=tuple(_media(one, around) for one in at.media) if at is not None else (),
        answers=answers,
    )


def _media(one: MediaElement, around: Surroundings) -> _Media:
    file = one.attributes.get("file")
    return _Media(
        kind=one.attributes["kind"],
        alt=one.attributes["alt"],
        href=None if file is None else quote(around.facts + file),
    )


def _way(around: Surroundings, name: str) -> str:
    return quote(around.view + name)
