"""The witness: when a post is finished, every file that it and its comments show is kept as it is.

First what the browser has received already, then what is written in the page, and only then one request of our own.
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from playwright.async_api import ElementHandle, Page

from capture.items import Item, Step
from capture.media import guard, journal
from capture.media.fetch import Limits, NotKeptError
from capture.media.guard import Resolve
from capture.media.journal import Contents
from capture.media.look import Sight, UnreadableError, in_view, look
from capture.media.nouns import MediaFile, PostMedia, Shown
from capture.media.shelf import shelf
from capture.media.sources import Sources, Wish, told
from capture.media.store import Store
from register.errors import DiskFullError, FolderBlockedError, KanalarkivError
from register.language import Text


class Media:
    """A witness that keeps the original files of what posts show in `folder`, which must hold none before.

    Close it when the walk is over (`async with`, or `close()`): what was finished before is whole even if that never
    happens.

    Args:
        folder: where they go; made if absent.
        clock: gives the time now, UTC.
        limits: how much may be fetched.
        resolve: gives the IP addresses of a host's name.
        resuming: the folder may hold what a killed run left, which is gone on with: what it kept is not asked for
            again.

    Raises:
        FolderBlockedError: the folder cannot take new files.
        BadInputError: what a killed run left is damaged.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        limits: Limits = Limits(),  # noqa: B008  # frozen
        resolve: Resolve = guard.resolve,
        resuming: bool = False,
    ) -> None:
        self._folder = folder
        left = _recovered(folder) if resuming else Contents(lines=(), end=0)
        self._store = Store(folder, left, clock=clock)
        self._sources = Sources(self._store, left.files, limits=limits, resolve=resolve, clock=clock)
        self._finished = {post.post_key for post in left.posts}
        self._limits = limits
        self._parts: list[PostMedia] = []
        self._passed: dict[tuple[str, str, str], tuple[Sight, Page, str]] = {}

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, also when the walk failed."""
        await self.close()

    async def on_step(self, page: Page, step: Step) -> None:
        """Remember what the post at work shows.

        Some pages remove comments as soon as they have passed, and a post may show other pictures in the feed than on
        its own page.
        """
        if step.post_key is None or step.post_key in self._finished:
            return
        try:
            sights = await in_view(page, step.post_key, limits=self._limits)
        except UnreadableError:  # what was missed so is held against the record in the end: see `kept.losses`
            return
        for sight in sights.shown:
            self._passed.setdefault((sight.item, sight.medium, sight.address), (sight, page, _document(page)))

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Keep the files of what the post and its comments show, and journal each, kept or not.

        On return the disk has all of it. A post that a killed run had finished is not looked at again.

        Raises:
            DiskFullError: a file had no room; nothing of it is left, and those before are kept.
            FolderBlockedError: a file could not be written.
            PlaywrightError: the page is gone.
        """
        await self.on_part(page, post, root)
        parts = [part for part in self._parts if part.post_key == post.post_key]
        self._parts.clear()
        if parts:
            with _faults_named(self._folder):
                await self._store.finish(_together(parts))
            self._finished.add(post.post_key)

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Keep the files of what `root` holds of the post, which is not at its end; raises as `on_post`."""
        passed, self._passed = self._passed, {}
        if post.post_key in self._finished:
            return
        places, unread = await look(page, post.post_key, root, limits=self._limits)
        wishes = [Wish(sight=sight, frame=place.frame) for place in places for sight in place.sights.shown]
        there = {wish.sight.item for wish in wishes}
        wishes += [
            Wish(sight=sight, frame=where.main_frame)
            for sight, where, document in passed.values()
            if sight.item not in there or document != _document(page)
        ]
        pages = dict.fromkeys([page, *(where for _, where, _ in passed.values() if not where.is_closed())])
        with _faults_named(self._folder):
            async with shelf(pages, [place.frame for place in places if place.frame is not page.main_frame]) as held:
                found = await self._sources.get(page, held, wishes)
        self._parts.append(
            PostMedia(
                post_key=post.post_key,
                shown=_shown(wishes, found),
                decorations=sum(place.sights.decorations for place in places),
                hidden=sum(place.sights.hidden for place in places),
                unread=unread,
                unlisted=sum(place.sights.unlisted for place in places),
            )
        )

    async def close(self) -> None:
        """Put everything on the disk and close the journal.

        Raises:
            DiskFullError: the disk could not take the last of it.
        """
        try:
            with _faults_named(self._folder):
                await self._store.sync()
        finally:
            self._store.close()


def _document(page: Page) -> str:
    return page.url.split("#")[0]


def _shown(wishes: Sequence[Wish], found: Sequence[MediaFile | NotKeptError]) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            item_key=wish.sight.item,
            medium=wish.sight.medium,
            address=told(wish.sight.address),
            alt=wish.sight.alt,
            width=wish.sight.width,
            height=wish.sight.height,
            sha256=got.sha256 if isinstance(got, MediaFile) else None,
            reason=None if isinstance(got, MediaFile) else got.reason,
            detail="" if isinstance(got, MediaFile) else got.detail,
        )
        for wish, got in zip(wishes, found, strict=True)
    )


def _together(parts: Sequence[PostMedia]) -> PostMedia:
    """Return a post's parts as one, with what an item shows in several of them once."""
    every = enumerate(one for part in parts for one in part.shown)
    shown = {(one.item_key, one.medium, one.address or place, one.sha256): one for place, one in every}
    return PostMedia(
        post_key=parts[0].post_key,
        shown=tuple(shown.values()),
        decorations=sum(part.decorations for part in parts),
        hidden=sum(part.hidden for part in parts),
        unread=sum(part.unread for part in parts),
        unlisted=sum(part.unlisted for part in parts),
    )


def _recovered(folder: Path) -> Contents:
    with _faults_named(folder):
        return journal.recover(folder)


@contextmanager
def _faults_named(folder: Path) -> Iterator[None]:
    """Let what the disk says reach a person."""
    try:
        yield
    except OSError as fault:
        raise _unwritten(fault, folder) from fault


def _unwritten(fault: OSError, folder: Path) -> KanalarkivError:
    kept = Text("Mediefilerna till och med förra inlägget är sparade.", "The media up to the post before are stored.")
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(
            happened=Text(
                f"Disken blev full när mediefiler sparades ({folder}).",
                f"The disk filled while media were stored ({folder}).",
            ),
            safe=kept,
            next_step=Text("Frigör plats och kör igen.", "Free some space and run again."),
        )
    return FolderBlockedError(
        happened=Text(
            f"En mediefil kunde inte sparas i {folder}: {fault.strerror}.",
            f"A media file could not be stored in {folder}: {fault.strerror}.",
        ),
        safe=kept,
        next_step=Text("Kontrollera mappen och kör igen.", "Check the folder and run again."),
    )
