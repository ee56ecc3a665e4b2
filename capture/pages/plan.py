"""Which post stands where: volumes and pages are laid out, and the pictures encoded, before anything is drawn.

Only when all volumes are known can a cover say "volym 2 av 3". What is kept of a post meanwhile is small: its images
are files, and what was read of it stays in the spool.
"""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from capture.pages import spool
from capture.pages.document import safe_target
from capture.pages.join import joined
from capture.pages.layout import CAPTION, TOP, WIDTH, Cursor, Cuts, Piece, place
from capture.pages.picture import Bands, Picture, encode
from capture.pages.profile import PageProfile, Pictures
from capture.pages.spool import Caption, Shot

FIRST = Cursor(page=1, y=TOP)
"""Where a volume's first post begins; page 0 is the cover."""

UNPICTURED = 84
"""Height of what stands instead of a picture that was left out."""

_AT_ONCE = 6
"""Posts that wait for their encoded pictures: enough for every processor, few in memory."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A post with its place and its pictures. `descriptions` are its shots in the spool.

    `pictured` False: it has no pictures, and its only piece is where the pages say why.
    """

    descriptions: tuple[Path, ...]
    caption: Caption
    pieces: tuple[Piece, ...]
    pictures: tuple[Picture, ...]
    unread: Mapping[str, int]
    dropped_links: int
    unsteady: bool
    pictured: bool

    @property
    def blank(self) -> int:
        """The number of words that the page holds and nobody can see."""
        return sum(len(picture.blank) for picture in self.pictures)

    def shot(self) -> Shot:
        """Return the whole of it, read anew."""
        return shot_of(self.descriptions)


@dataclass(frozen=True, kw_only=True)
class _Laid:
    descriptions: tuple[Path, ...]
    shot: Shot
    pieces: list[Piece]
    begins: bool


def in_order(shots: Path, order: Sequence[str]) -> list[tuple[Path, ...]]:
    """Return the descriptions of each post in the channel's order, which a feed that is scrolled to and fro loses.

    Nor do the ordinals keep it, where new posts came above a walk that was broken off and taken up again. A post whose
    last part was not taken is left out.
    """
    found: dict[str, list[Path]] = {}
    ordinals: dict[str, int] = {}
    whole: set[str] = set()
    for path in spool.descriptions(shots):
        shot = spool.read(path)
        if shot.caption is not None:
            found.setdefault(shot.caption.key, []).append(path)
            ordinals[shot.caption.key] = shot.caption.ordinal
            whole |= {shot.caption.key} if shot.last else set()
    places = {key: place for place, key in enumerate(order)}
    keys = sorted(whole, key=lambda key: (places.get(key, len(places)), ordinals[key], found[key][0]))
    return [tuple(found[key]) for key in keys]


def plan(shots: Path, posts: Sequence[tuple[Path, ...]], work: Path, profile: PageProfile) -> list[list[Planned]]:
    """Return the volumes of `posts`, with their pictures encoded into files in `work`; there is always one."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        planner = _Planner(shots, work, profile, pool)
        for descriptions in posts:
            planner.add(descriptions)
        planner.finish()
    return planner.volumes


class _Planner:
    """Lays posts out one after another; a few of them are encoded meanwhile, and find their volume when that is done.

    Only then is it known how large they are: where that begins a volume, those that wait are laid out anew.
    """

    def __init__(self, shots: Path, work: Path, profile: PageProfile, pool: ThreadPoolExecutor) -> None:
        self._shots, self._work, self._profile, self._pool = shots, work, profile, pool
        self.volumes: list[list[Planned]] = [[]]
        self._size = 0  # of the last volume
        self._waiting: deque[tuple[_Laid, Future[tuple[Picture, ...]]]] = deque()
        self._cursor, self._count = FIRST, 0  # where the next post is laid out, and after how many of its volume

    def add(self, descriptions: tuple[Path, ...]) -> None:
        """Lay a post out behind those before it."""
        while len(self._waiting) >= _AT_ONCE:
            self._settle()
        self._lay(descriptions)

    def finish(self) -> None:
        """Let all find their place."""
        while self._waiting:
            self._settle()

    def _lay(self, descriptions: tuple[Path, ...]) -> None:
        shot = shot_of(descriptions)
        pieces, after = laid_out(shot, self._cursor)
        full = self._count >= self._profile.most_posts or pieces[-1].page >= self._profile.most_pages
        begins = full and self._count > 0
        if begins:
            pieces, after = laid_out(shot, FIRST)
        laid = _Laid(descriptions=descriptions, shot=shot, pieces=pieces, begins=begins)
        job = self._pool.submit(encoded, self._shots, shot, pieces, self._work, self._profile.pictures)
        self._waiting.append((laid, job))
        self._cursor, self._count = after, 1 if begins else self._count + 1

    def _settle(self) -> None:
        """Give the first that waits its place; where it would make its volume too large, it begins one instead."""
        laid, job = self._waiting.popleft()
        size = sum(picture.size for picture in job.result())
        if not laid.begins and self.volumes[-1] and self._size + size > self._profile.most_bytes:
            others = [one for one, _ in self._waiting]
            wait([job for _, job in self._waiting])  # they write files of the same names as those that follow
            self._waiting.clear()
            self._begin()
            self._cursor, self._count = FIRST, 0
            for one in (laid, *others):
                self._lay(one.descriptions)
            return
        if laid.begins:
            self._begin()
        self.volumes[-1].append(_planned(laid, job.result()))
        self._size += size

    def _begin(self) -> None:
        self.volumes.append([])
        self._size = 0


def shot_of(descriptions: Sequence[Path]) -> Shot:
    """Return a post's shots as one."""
    return joined([spool.read(path) for path in descriptions])


def laid_out(shot: Shot, cursor: Cursor) -> tuple[list[Piece], Cursor]:
    """Return where a post lies that begins at `cursor`, and where the next one begins."""
    if shot.unpictured is not None:
        return place(cursor, width=WIDTH, height=UNPICTURED, cuts=Cuts(shot.reading.tree, ()), caption=CAPTION)
    cuts = Cuts(shot.reading.tree, shot.reading.panels)
    return place(cursor, width=shot.width, height=shot.height, cuts=cuts, caption=CAPTION)


def encoded(shots: Path, shot: Shot, pieces: Sequence[Piece], work: Path, pictures: Pictures) -> tuple[Picture, ...]:
    """Return the pictures of a shot's pieces, as files in `work`; none of a shot without a picture."""
    if shot.unpictured is not None:
        return ()
    bands, tree = Bands(shots, shot), shot.reading.tree
    return tuple(
        encode(bands, piece, tree, work / f"{shot.number:05d}-{index}", scale=shot.scale, pictures=pictures)
        for index, piece in enumerate(pieces)
    )


def _planned(laid: _Laid, pictures: tuple[Picture, ...]) -> Planned:
    shot = laid.shot
    assert shot.caption  # noqa: S101 -- in_order leaves only posts, which have one
    return Planned(
        descriptions=laid.descriptions,
        caption=shot.caption,
        pieces=tuple(laid.pieces),
        pictures=pictures,
        unread=shot.reading.unread,
        dropped_links=sum(safe_target(link.url) is None for link in shot.reading.links),
        unsteady=not shot.steady,
        pictured=shot.unpictured is None,
    )
