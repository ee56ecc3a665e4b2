"""Saves one post or comment as it stands, with what stands around it: pictures, texts, who, when, where.

The guideline's order begins here: "spara". What is saved is what the page shows to whoever looks, and what could not be
saved is said. Nothing on the channel is changed.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from PIL import Image
from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from capture.items import Item, ItemKind
from capture.pages import Pages, spool
from capture.pages.camera import Ceiling
from capture.pages.spool import Shot
from capture.removal.visit import Visitor, arrived, is_item, item_at, post_at, thread_of, visiting
from capture.walk import post
from capture.walk.feed import Feed
from capture.walk.journey import EndedEarlyError
from capture.walk.look import Look, Order
from capture.walk.profile import Profile
from capture.walk.screen import KEY
from register.errors import ChallengedError, KanalarkivError, NoPostsError
from register.language import Text

_MOST_PIXELS = 40_000_000  # of one picture; the sheet takes 60 million
_PATIENCE = 15.0  # seconds for one picture
_FROM_WITHOUT = 0o444  # evidence is not written in again

# The element of an item, also in open shadow roots. The engine knows which element it read an item from.
_ELEMENT = f"""(key) => {{
  const engine = window.{KEY};
  const seek = (root) => {{
    for (const one of root.querySelectorAll('*')) {{
      if (engine.keyOf(one) === key && one.checkVisibility()) return one;
      const found = one.shadowRoot ? seek(one.shadowRoot) : null;
      if (found) return found;
    }}
    return null;
  }};
  return seek(document);
}}"""


class ItemNotShownError(NoPostsError):
    """The page shows no item of that address."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A picture: a PNG, its SHA-256, when it was taken (UTC), and what it shows; nothing for the item itself."""

    path: Path
    sha256: str
    taken: datetime
    alt: str


@dataclass(frozen=True, kw_only=True)
class SavedItem:
    """An item as it was shown, at `saved` (UTC).

    `above` is what it answers, the post first; `below` is what answers it. `remarks` say what is not whole; `browser`
    is what it was seen with, `profile` what the page was read by.
    """

    item: Item
    above: tuple[Item, ...]
    below: tuple[Item, ...]
    pictures: tuple[Taken, ...]
    saved: datetime
    remarks: tuple[Text, ...]
    browser: str
    profile: str


async def save_item(page: Page, url: str, into: Path, visitor: Visitor) -> SavedItem:
    """Go to an item's permalink and save it as it stands.

    1. Open the address, and find the post that is, or holds, the item.
    2. Picture the item at once, if it is to be seen.
    3. Open all of its thread, as far as the time allows; picture the item if it first came now, and then the thread.
    4. Return the texts as they were when everything was open.

    Args:
        page: an open page.
        url: the permalink.
        into: an empty folder for the pictures.
        visitor: who goes there.

    Raises:
        ItemNotShownError: nothing of that address is on the page.
        ChannelUnreachableError: nothing answered, or with an HTTP status of 400 or more.
        ChallengedError: a login or a proof stands in the way.
        NoPostsError: the page shows no post.
        ChannelTouchedError: a request went out that changes something on the channel.
        BrowserLostError: the browser ended.
    """
    try:
        return await _saved(page, url, url, into, visitor)
    except _InThreadError as inside:
        return await _saved(page, inside.address, url, into, visitor)


class _InThreadError(Exception):
    """At its own address an item cannot be told from its thread, or does not stand with it: go to the thread's."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


async def _saved(page: Page, start: str, url: str, into: Path, visitor: Visitor) -> SavedItem:
    """Go to `start`, and save what stands at `url`."""
    async with visiting(page, visitor) as feed:
        try:
            look, profile = await arrived(feed, start, visitor)
        except (ChallengedError, NoPostsError):
            thread = _led_to(feed, visitor) if start == url else None
            if thread is None:
                raise
            raise _InThreadError(thread) from None
        addresses = (url,) if start != url or not profile.keys or is_item(profile, url) else (url, page.url)
        post_key = post_at(feed, profile, *addresses)
        if post_key is None:
            raise _not_shown(url, feed.journey.catalogue.order)
        work = _Work(feed=feed, profile=profile, post_key=post_key, addresses=addresses, into=into, visitor=visitor)
        thread = thread_of(profile, url)
        item = work.item()
        if start == url and thread is not None and item is not None and item.kind is ItemKind.POST:
            raise _InThreadError(thread)
        await work.picture_item()
        remarks = await work.open_thread(look)
        await work.picture_item()
        item = work.item()
        if item is None:
            raise _not_shown(url, feed.journey.catalogue.order)
        await work.picture_thread(item)
        return work.saved(item, remarks)


def _led_to(feed: Feed, visitor: Visitor) -> str | None:
    """Return the thread that an address led to a place in, None where it led to no such place."""
    profile = next((one for one in feed.profiles if one.name == visitor.platform), None)
    return None if profile is None else thread_of(profile, feed.screen.page.url)


@dataclass(kw_only=True)
class _Work:
    feed: Feed
    profile: Profile
    post_key: str
    addresses: tuple[str, ...]
    into: Path
    visitor: Visitor

    def __post_init__(self) -> None:
        self.pictures: list[Taken] = []
        self.remarks: list[Text] = []

    def item(self) -> Item | None:
        return item_at(self.feed, self.post_key, self.profile, *self.addresses)

    async def picture_item(self) -> None:
        item = self.item()
        if item is None or self.pictures:
            return
        await self._bring(item)
        element = await self._element(item.key)
        if element is not None:
            await self._take("bild-1", item, element, alt="", scale=2)

    async def open_thread(self, look: Look) -> list[Text]:
        journey, screen = self.feed.journey, self.feed.screen
        try:
            look = await post.approach(journey, screen, self.post_key, await journey.do(screen, None, self._order()))
            opened = await post.open_up(journey, screen, self.post_key, look, own_page=True)
        except EndedEarlyError as early:
            detail = early.ending.detail
            return [Text(f"hela tråden öppnades inte: {detail}", f"not all of the thread was opened: {detail}")]
        if opened.left or opened.ceiling or not opened.reached:
            left = ", ".join(opened.left)
            return [Text(f"hela tråden öppnades inte: {left}", f"not all of the thread was opened: {left}")]
        return []

    async def picture_thread(self, item: Item) -> None:
        if not self.pictures:
            self.remarks.append(Text("det fick ingen egen bild", "it has no picture of its own"))
        whole = await self.feed.screen.root(self.post_key)
        if whole is None:
            self.remarks.append(Text("tråden fick ingen bild", "the thread has no picture"))
            return
        kind = "Inlägget" if item.kind is ItemKind.POST else "Tråden"
        await self._take("bild-2", self.feed.journey.catalogue.post(self.post_key), whole, alt=f"{kind} i sin helhet")

    async def _bring(self, item: Item) -> None:
        await self.feed.screen.do(self._order().model_copy(update={"deed": "bring", "item": item.key}))

    def _order(self) -> Order:
        return Order(post=self.post_key)

    async def _element(self, key: str) -> ElementHandle | None:
        handle = await self.feed.screen.page.evaluate_handle(_ELEMENT, key)
        return handle.as_element()

    async def _take(self, name: str, item: Item, element: ElementHandle, *, alt: str, scale: float = 1) -> None:
        """Picture an element; where the pages' camera cannot, plainly; where nothing can, that is remarked upon."""
        folder, page = self.into / name, self.feed.screen.page
        ceiling = Ceiling(pixels=_MOST_PIXELS, seconds=_PATIENCE)
        try:
            pages = Pages(folder, clock=self.visitor.clock, scale=scale, ceiling=ceiling)
            await pages.on_post(page, item, element)
        except (KanalarkivError, PlaywrightError) as error:
            if page.is_closed():
                raise
            await self._take_plainly(name, element, alt=alt, why=_said(error))
        else:
            self._keep_shots(name, folder / "shots", alt)
        shutil.rmtree(folder)

    def _keep_shots(self, name: str, shots: Path, alt: str) -> None:
        for number, path in enumerate(spool.descriptions(shots), start=1):
            shot = spool.read(path)
            if shot.unpictured is not None:
                self.remarks.append(shot.unpictured)
                continue
            if not shot.steady:
                self.remarks.append(Text("det rörde sig medan bilden togs", "it moved while the picture was taken"))
            part = "" if shot.last and number == 1 else f" (del {number})"
            self.pictures.append(_joined(shot, shots, self.into / f"{name}-{number}.png", f"{alt}{part}"))

    async def _take_plainly(self, name: str, element: ElementHandle, *, alt: str, why: Text) -> None:
        into, taken = self.into / f"{name}-1.png", self.visitor.clock()
        self.remarks.append(
            Text(f"{name} är en enkel skärmbild: {why.sv}", f"{name} is a plain picture of the screen: {why.en}")
        )
        try:
            await element.screenshot(path=into, type="png", timeout=_PATIENCE * 1000)
        except PlaywrightError as error:
            if self.feed.screen.page.is_closed():
                raise
            said = _said(error)
            self.remarks.append(Text(f"{name} kunde inte tas: {said.sv}", f"{name} could not be taken: {said.en}"))
            return
        self.pictures.append(_taken(into, taken, alt))

    def saved(self, item: Item, remarks: Sequence[Text]) -> SavedItem:
        catalogue = self.feed.journey.catalogue
        items = {one.key: one for one in catalogue.items([self.post_key])}
        records, _ = catalogue.finished(self.post_key)
        cut = [
            Text("texten är förkortad: sidan öppnade inte resten", "the text is cut: the page did not open the rest")
            for record in records
            if record.key == item.key and record.shortened
        ]
        browser = self.feed.screen.page.context.browser
        return SavedItem(
            item=item,
            above=_above(item, items),
            below=tuple(one for one in items.values() if item in _above(one, items)),
            pictures=tuple(self.pictures),
            saved=self.visitor.clock(),
            remarks=tuple(dict.fromkeys([*self.remarks, *remarks, *cut])),
            browser="" if browser is None else f"{browser.browser_type.name} {browser.version}",
            profile=self.profile.name,
        )


def _above(item: Item, items: Mapping[str, Item]) -> tuple[Item, ...]:
    """Return what an item answers, the post first."""
    found: list[Item] = []
    at = item
    while at.parent_key is not None and at.parent_key in items and items[at.parent_key] not in found:
        at = items[at.parent_key]
        found.append(at)
    return tuple(reversed(found))


def _joined(shot: Shot, folder: Path, into: Path, alt: str) -> Taken:
    """Put the bands of a picture together in one file."""
    right = max(band.left for band in shot.bands)
    with Image.open(folder / shot.bands[0].name) as first:
        scale = first.height / shot.bands[0].height
    width = round(max(shot.width, right) * scale)
    height = round(max(band.top + band.height for band in shot.bands) * scale)
    whole = Image.new("RGB", (width, height), "white")
    for band in shot.bands:
        with Image.open(folder / band.name) as part:
            whole.paste(part.convert("RGB"), (round(band.left * scale), round(band.top * scale)))
    whole.save(into, "PNG", compress_level=3)
    return _taken(into, shot.taken, alt)


def _taken(path: Path, taken: datetime, alt: str) -> Taken:
    path.chmod(_FROM_WITHOUT)
    return Taken(path=path, sha256=sha256(path.read_bytes()).hexdigest(), taken=taken, alt=alt)


def _said(error: KanalarkivError | PlaywrightError) -> Text:
    if isinstance(error, KanalarkivError):
        return error.happened
    first = error.message.splitlines()[0][:200]
    return Text(first, first)


def _not_shown(url: str, posts: Sequence[str]) -> ItemNotShownError:
    only = posts[0] if len(posts) == 1 else None
    whole = Text(f" Menas hela inlägget: ange {only}", f" If all of the post is meant: give {only}")
    return ItemNotShownError(
        happened=Text(
            f"Sidan visar {len(posts)} inlägg, men inget inlägg och ingen kommentar med adressen {url}.",
            f"The page shows {len(posts)} posts, but no post and no comment at {url}.",
        ),
        safe=Text("Kanalen har bara lästs, och inget ärende är påbörjat.", "The channel was only read; no case begun."),
        next_step=Text(
            f"Kopiera adressen från tiden vid just det inlägget eller den kommentaren.{whole.sv if only else ''}",
            f"Copy the address from the time beside that post or comment.{whole.en if only else ''}",
        ),
    )
