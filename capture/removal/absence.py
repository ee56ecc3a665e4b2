"""Looks for what was removed, where it had stood: it is gone, it is there, or that cannot be told.

*Gone* is said when its address answers that it is no more and the channel itself is still shown, or when all of its
thread was opened and it was not in it. Whatever else happens (a login, a fault of the server, a thread that was not
opened to its end, a channel that is closed) tells nothing of the item, and nothing is said of it then.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urldefrag

from playwright.async_api import Page

from capture.items import Item
from capture.removal.visit import Visitor, arrived, item_at, post_at, spelt, visiting
from capture.walk import post
from capture.walk.feed import Feed
from capture.walk.journey import EndedEarlyError
from capture.walk.look import Order
from capture.walk.profile import Profile
from register.case_words import CheckResult
from register.errors import ChallengedError, ChannelUnreachableError, NoPostsError
from register.language import Text


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for: where it stood, the walk's name of it and of its post, whose channel, who wrote what.

    `hidden`: it was unpublished, so that whoever looks after the channel may still see it.
    """

    permalink: str
    post_key: str
    channel_url: str
    author: str
    text: str
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What was found at `at` (UTC), and by what that was seen."""

    result: CheckResult
    said: Text
    at: datetime


async def look_for(page: Page, wanted: Wanted, visitor: Visitor) -> Sighting:
    """Look for an item where it stood.

    Args:
        page: an open page.
        wanted: what is looked for.
        visitor: who looks.

    Raises:
        ChannelTouchedError: a request went out that changes something on the channel.
        BrowserLostError: the browser ended; nothing is known then.
    """
    async with visiting(page, visitor) as feed:
        found = await _found(feed, wanted.permalink, wanted, visitor)
    if found is not None and found.elsewhere and wanted.permalink != wanted.post_key:
        async with visiting(page, visitor) as feed:
            found = await _found(feed, wanted.post_key, wanted, visitor)
    if found is None:
        found = await _beside_a_living_channel(page, wanted, visitor)
    if found.result is CheckResult.STILL_THERE and wanted.hidden and not visitor.unknown:
        found = _Seen(CheckResult.CANNOT_BE_TOLD, _SEEN_BY_ITS_OWN)
    return Sighting(result=found.result, said=found.said, at=visitor.clock())


class _Seen(NamedTuple):
    """What was found; `elsewhere`: the address led to something else, so that the thread itself may tell more."""

    result: CheckResult
    said: Text
    elsewhere: bool = False


async def _found(feed: Feed, start: str, wanted: Wanted, visitor: Visitor) -> _Seen | None:
    """Return what is found at an address; None where that answers that there is no such page."""
    try:
        _, profile = await arrived(feed, start, visitor)
    except ChannelUnreachableError as error:
        gone = feed.journey.watch.documents.get(feed.screen.page.url) in post.GONE
        return None if gone else _Seen(CheckResult.CANNOT_BE_TOLD, error.happened)
    except (ChallengedError, NoPostsError) as error:
        led = urldefrag(feed.screen.page.url).url != urldefrag(start).url
        return _Seen(CheckResult.CANNOT_BE_TOLD, error.happened, elsewhere=led)
    key = post_at(feed, profile, start, wanted.permalink)
    if key is None or spelt(profile, key) != spelt(profile, wanted.post_key):
        return _Seen(CheckResult.CANNOT_BE_TOLD, _ANOTHER_POST, elsewhere=True)
    return await _in_the_thread(feed, key, profile, wanted)


async def _in_the_thread(feed: Feed, key: str, profile: Profile, wanted: Wanted) -> _Seen:
    """Say whether the item is in a thread: at once if it is seen, else when all of the thread has been opened."""
    if _there(feed, key, profile, wanted) is not None:
        return _Seen(CheckResult.STILL_THERE, _SEEN)
    lacking: Text | None
    try:
        lacking = await _opened(feed, key)
    except EndedEarlyError as early:
        lacking = Text(early.ending.detail, early.ending.detail)
    if _there(feed, key, profile, wanted) is not None:
        return _Seen(CheckResult.STILL_THERE, _SEEN)
    if _twin(feed, key, wanted) is not None:
        return _Seen(CheckResult.CANNOT_BE_TOLD, _TWIN)
    if lacking is not None:
        return _Seen(
            CheckResult.CANNOT_BE_TOLD,
            Text(
                f"den syns inte, men hela tråden visades inte: {lacking.sv}",
                f"it is not seen, but not all of the thread was shown: {lacking.en}",
            ),
        )
    number = feed.journey.catalogue.captured(key)
    return _Seen(
        CheckResult.ABSENT,
        Text(
            f"hela tråden öppnades ({number} kommentarer och svar), och den är inte bland dem",
            f"all of the thread was opened ({number} comments and replies), and it is not among them",
        ),
    )


async def _opened(feed: Feed, key: str) -> Text | None:
    """Open all of a post; return what of it was not to be seen, None where nothing is known to be missing."""
    journey, screen = feed.journey, feed.screen
    look = await post.approach(journey, screen, key, await journey.do(screen, None, Order(post=key)))
    opened = await post.open_up(journey, screen, key, look, own_page=True)
    return _left(opened) or await _beyond(feed, key)


def _left(opened: post.Opened) -> Text | None:
    if opened.left or opened.ceiling or not opened.reached:
        left = ", ".join(opened.left) or "inlägget visades inte till slutet"
        return Text(f"kvar att öppna: {left}", f"left to open: {left}")
    if opened.withheld:
        return Text("plattformen säger att den håller inne en del", "the platform says that it holds some back")
    return None


async def _beyond(feed: Feed, key: str) -> Text | None:
    journey, screen = feed.journey, feed.screen
    if (await journey.do(screen, None, Order(post=key))).next_page is not None:
        return Text("tråden fortsätter på en annan sida", "the thread is continued on another page")
    if journey.limits:
        limits = "; ".join(journey.limits)
        return Text(limits, limits)
    if journey.catalogue.short_of(key):
        return Text(
            "plattformen uppger fler kommentarer än den visar", "the platform claims more comments than it shows"
        )
    return None


async def _beside_a_living_channel(page: Page, wanted: Wanted, visitor: Visitor) -> _Seen:
    """Its page is gone: say so if the channel is still shown, for where all is gone that tells nothing."""
    async with visiting(page, visitor) as feed:
        try:
            await arrived(feed, wanted.channel_url, visitor)
        except (ChannelUnreachableError, ChallengedError, NoPostsError) as error:
            return _Seen(
                CheckResult.CANNOT_BE_TOLD,
                Text(
                    f"dess sida finns inte, men kanalen visas inte heller: {error.happened.sv}",
                    f"its page is no more, but the channel is not shown either: {error.happened.en}",
                ),
            )
    return _Seen(CheckResult.ABSENT, _NO_SUCH_PAGE)


def _there(feed: Feed, key: str, profile: Profile, wanted: Wanted) -> Item | None:
    return item_at(feed, key, profile, wanted.permalink)


def _twin(feed: Feed, key: str, wanted: Wanted) -> Item | None:
    """Return what the same author says in the same words at another address."""
    items = feed.journey.catalogue.items([key])
    return next((one for one in items if (one.author, one.text) == (wanted.author, wanted.text)), None)


_NO_SUCH_PAGE = Text(
    "adressen svarar att sidan inte finns, och kanalen visas som vanligt",
    "its address answers that there is no such page, and the channel is shown as ever",
)
_SEEN = Text("den visas på sin adress", "it is shown at its address")
_ANOTHER_POST = Text("adressen visar något annat", "its address shows something else")
_TWIN = Text(
    "samma ord av samma avsändare står på en annan adress: titta efter om det är samma",
    "the same words by the same author stand at another address: look whether it is the same",
)
_SEEN_BY_ITS_OWN = Text(
    "den visas för den som är inloggad; om andra ser den går inte att säga: titta utan inloggning",
    "it is shown to whoever is logged in; whether others see it cannot be told: look without a login",
)
