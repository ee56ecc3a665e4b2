"""Where a file that a page shows is to be had from, and why it is not to be had."""

import asyncio
import binascii
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from capture.media import guard
from capture.media.fetch import Fetcher, Limits, NotKeptError, Wanted
from capture.media.guard import Reach, Resolve
from capture.media.look import Sight
from capture.media.nouns import MediaFile, Medium, Reason, Way
from capture.media.shelf import Shelf, open_object, written_in
from capture.media.store import Store
from capture.session import retry_after

_PICTURES = frozenset({Medium.PICTURE, Medium.BACKGROUND, Medium.POSTER})
_TOLD = 200
_FOR_EVER = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Something to get: what is seen, and the document that shows it."""

    sight: Sight
    frame: Frame


class Sources:
    """Gets files into `store`, each address once. `known` are files of an earlier run, by their address.

    What did not come is not asked for again under the same address. A server that says that it is asked too often is
    asked nothing more until the time that it names, or at all where it names none. `clock` gives the time, UTC.
    """

    def __init__(
        self,
        store: Store,
        known: Sequence[MediaFile],
        *,
        limits: Limits,
        resolve: Resolve,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._limits = limits
        self._resolve = resolve
        self._clock = clock
        self._got: dict[str, MediaFile | NotKeptError] = {line.address: line for line in known if _is_web(line.address)}
        self._silent: dict[str, datetime] = {}
        self._mute: Counter[str] = Counter()
        self._homes: dict[str, Reach] = {}

    async def get(self, page: Page, held: Shelf, wishes: Sequence[Wish]) -> list[MediaFile | NotKeptError]:
        """Return what became of each wish, in their order: its file, or why there is none.

        Raises:
            OSError: the disk did not take it.
            PlaywrightError: the page is gone.
        """
        fetcher = await self._fetcher(page, held)
        gate = asyncio.Semaphore(self._limits.at_once)
        ends = self._clock() + timedelta(seconds=self._limits.post_seconds)
        found: dict[tuple[str, bool], MediaFile | NotKeptError] = {}

        async def get_one(wish: Wish) -> None:
            async with gate:
                in_time = fetcher if self._clock() < ends else None
                try:
                    found[_identity(wish)] = await self._one(page, held, in_time, wish)
                except NotKeptError as error:
                    found[_identity(wish)] = error

        first: dict[tuple[str, bool], Wish] = {}
        for wish in wishes:
            first.setdefault(_identity(wish), wish)
        results = await asyncio.gather(*map(get_one, first.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return [found[_identity(wish)] for wish in wishes]

    async def _fetcher(self, page: Page, held: Shelf) -> Fetcher:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        if origin not in self._homes:
            self._homes[origin] = await guard.home_of(page.url, self._resolve)

        async def cookies(address: str) -> str:
            try:
                found = await page.context.cookies(address)
            except PlaywrightError:  # no address that a browser would ask
                if page.is_closed():
                    raise
                return ""
            return "; ".join(f"{one['name']}={one['value']}" for one in found)

        return Fetcher(
            limits=self._limits, agent=held.agent, home=self._homes[origin], cookies=cookies, resolve=self._resolve
        )

    async def _one(self, page: Page, held: Shelf, fetcher: Fetcher | None, wish: Wish) -> MediaFile:
        address = wish.sight.address
        known = self._got.get(address)
        if isinstance(known, MediaFile):
            return known
        if known is not None:
            raise known
        _see_to_address(wish.sight)
        content = await self._at_hand(held, wish.sight)
        if content is not None:
            way = Way.BROWSER if _is_web(address) else Way.PAGE
            return self._remember(await self._store.keep_parts(_whole(content), told(address), wish.sight.medium, way))
        if address.startswith("blob:"):
            return await self._from_object(page, wish)
        if not _is_web(address):
            raise NotKeptError(Reason.FORBIDDEN)
        if fetcher is None:
            raise NotKeptError(Reason.OUT_OF_TIME)
        return await self._fetched(fetcher, wish)

    async def _at_hand(self, held: Shelf, sight: Sight) -> bytes | None:
        if sight.address.startswith("data:"):
            content = written_in(sight.address)
            if content is None:
                raise NotKeptError(Reason.NOT_MEDIA)
            return content
        if sight.medium not in _PICTURES:
            return None
        return await held.picture(sight.address, most_bytes=self._limits.most_bytes)

    async def _from_object(self, page: Page, wish: Wish) -> MediaFile:
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._of_object(wish)
        except (PlaywrightError, TimeoutError, binascii.Error) as error:
            if page.is_closed():
                raise
            raise NotKeptError(Reason.UNREACHABLE, "sidan lämnade inte ut den") from error

    async def _of_object(self, wish: Wish) -> MediaFile:
        found = await open_object(wish.frame, wish.sight.address)
        if found is None:
            raise NotKeptError(Reason.LIVE if wish.sight.live else Reason.STREAM)
        if found.size > self._limits.most_bytes:
            raise NotKeptError(Reason.TOO_LARGE, f"{found.size} byte, gränsen är {self._limits.most_bytes}")
        return await self._store.keep_parts(found.parts(), told(wish.sight.address), wish.sight.medium, Way.PAGE)

    async def _fetched(self, fetcher: Fetcher, wish: Wish) -> MediaFile:
        sight = wish.sight
        host = urlsplit(sight.address).hostname or ""
        if host in self._silent and self._clock() < self._silent[host]:
            raise NotKeptError(Reason.TOO_OFTEN, f"{host} har sagt ifrån")
        if self._mute[host] >= self._limits.attempts:
            raise NotKeptError(Reason.UNREACHABLE, f"{host} har inte svarat på {self._mute[host]} försök")
        path = self._store.beginning()
        wanted = Wanted(address=sight.address, medium=sight.medium, page=wish.frame.url, live=sight.live)
        try:
            came = await fetcher.fetch(wanted, path)
        except NotKeptError as error:
            self._learn(host, sight.address, error)
            raise
        self._mute.pop(host, None)
        return self._remember(
            self._store.keep(
                path,
                came.sha256,
                came.size,
                came.format,
                address=sight.address,
                answered_from=None if came.answered_from == sight.address else came.answered_from,
                way=Way.FETCHED,
            )
        )

    def _learn(self, host: str, address: str, error: NotKeptError) -> None:
        """Know what not to ask for again."""
        if error.reason is Reason.TOO_OFTEN:
            now = self._clock()
            asked_for = retry_after.seconds(error.retry_after, now=now)
            self._silent[host] = now + (_FOR_EVER if asked_for is None else timedelta(seconds=min(asked_for, 1e7)))
            return
        self._got[address] = error
        if error.reason is Reason.UNREACHABLE:
            self._mute[host] += 1
        else:
            self._mute.pop(host, None)

    def _remember(self, line: MediaFile) -> MediaFile:
        if _is_web(line.address):
            self._got[line.address] = line
        return line


def _identity(wish: Wish) -> tuple[str, bool]:
    """Return what tells wishes apart: the address, or what is said in its place."""
    return wish.sight.address, not wish.sight.address and wish.sight.live


def _see_to_address(sight: Sight) -> None:
    """Let pass what has an address.

    Raises:
        NotKeptError: it has none, or one that is too long.
    """
    if sight.cut:
        raise NotKeptError(Reason.TOO_LARGE if sight.address.startswith("data:") else Reason.FORBIDDEN)
    if not sight.address:
        raise NotKeptError(Reason.LIVE if sight.live else Reason.NO_ADDRESS)


def told(address: str) -> str:
    """Return an address as it is written down: of one that holds its file itself, what it says of that."""
    return address.partition(",")[0][:_TOLD] if address.startswith("data:") else address


def _is_web(address: str) -> bool:
    return address.startswith(("http:", "https:"))


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
