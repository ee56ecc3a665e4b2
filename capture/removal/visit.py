"""Goes to the address of one post or comment, as a walk goes to a channel's: by the same profiles, names and rules.

A page often shows more than what it was opened for, and an item may stand in it under another spelling of its address.
Nothing is guessed: an item is the one that was asked for when its own permalink is the address.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from re import fullmatch, search
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from capture.attendance import Attendant, Nobody
from capture.items import Item
from capture.walk import Bounds, Identity, Pace, faults, load_profiles
from capture.walk.catalogue import Catalogue
from capture.walk.feed import Feed
from capture.walk.journal import Journal
from capture.walk.journey import Journey
from capture.walk.look import Look
from capture.walk.patterns import load_patterns
from capture.walk.profile import Profile
from capture.walk.screen import Screen, engine
from capture.walk.traffic import Watch
from register.address import is_loopback

ALONE, WATCHED = 25.0, 600.0
"""Seconds that the thread may take to open: where nobody is at the screen, and where a person may have to log in."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who goes there, and how.

    `clock` gives the time (UTC), `platform` names the profile (None: by the page), `attendant` looks after it,
    `identity` says what is wrong with who is logged in. `pace`: how long to rest between steps, None for the
    platform's own. `unknown`: nobody is logged in, so that the page shows what it shows to everybody.
    """

    clock: Callable[[], datetime]
    platform: str | None = None
    attendant: Attendant | None = None
    identity: Identity | None = None
    pace: Pace | None = None
    seconds: float = ALONE
    unknown: bool = True


@asynccontextmanager
async def visiting(page: Page, visitor: Visitor) -> AsyncIterator[Feed]:
    """Give what leads a visit on `page`; nothing has been opened yet.

    Raises:
        BadInputError: there is no such platform.
        BrowserLostError: the browser ended meanwhile.
    """
    profiles = load_profiles()
    if visitor.platform not in (None, *(profile.name for profile in profiles)):
        raise faults.no_such_platform(str(visitor.platform), [profile.name for profile in profiles])
    bounds = Bounds()
    journey = Journey(
        witnesses=(),
        attendant=visitor.attendant or Nobody(),
        clock=visitor.clock,
        bounds=bounds,
        started=visitor.clock(),
        catalogue=Catalogue(visitor.clock),
        journal=Journal(None),
        watch=Watch(),
        identity=visitor.identity,
    )
    script = engine(load_patterns(), profiles, platform=visitor.platform)
    screen = Screen(page, engine=script, bounds=bounds, drawn=True)
    journey.watch.over(page.context)
    try:
        yield Feed(journey=journey, screen=screen, evidence=Path(), profiles=profiles, since=None)
    except PlaywrightError as error:
        if page.is_closed() or faults.is_lost(error):
            raise faults.browser_lost(error) from error
        raise
    finally:
        journey.watch.no_more(page.context)


async def arrived(feed: Feed, url: str, visitor: Visitor) -> tuple[Look, Profile]:
    """Open `url` and wait for its first post; return the page, and the profile that it is read by.

    Raises:
        ChannelUnreachableError: nothing answered, or with an HTTP status of 400 or more.
        ChallengedError: a login or a proof is asked for, and nobody gave it.
        NoPostsError: the page shows no post.
    """
    if feed.screen.page.url != "about:blank":  # to the same page with another fragment no browser goes anew
        await feed.screen.page.goto("about:blank")
    look = await feed.arrive(url)
    profile = next(one for one in feed.profiles if one.name == look.profile)
    taken = (visitor.clock() - feed.journey.started).total_seconds()
    feed.journey.bounds = replace(feed.journey.bounds, seconds=taken + visitor.seconds)
    feed.journey.pace = visitor.pace or (None if is_loopback(url) else profile.pace)
    return look, profile


def post_at(feed: Feed, profile: Profile, *addresses: str) -> str | None:
    """Return the key of the post that is, or holds, what stands at one of `addresses`.

    Where none is known to, that is the one whose own address is a part of theirs, or the only post of the page; None
    where there is no such.
    """
    posts = feed.journey.catalogue.order
    for key in posts:
        if item_at(feed, key, profile, *addresses) is not None:
            return key
    around = [key for key in posts if any(_is_part(key, one) for one in addresses)] or posts
    return around[0] if len(around) == 1 else None


def item_at(feed: Feed, post_key: str, profile: Profile, *addresses: str) -> Item | None:
    """Return what of a post, itself or an answer, stands at one of `addresses`; None where nothing known does."""
    wanted = {spelt(profile, address) for address in addresses}
    items = feed.journey.catalogue.items([post_key])
    return next((item for item in items if spelt(profile, item.key) in wanted), None)


def spelt(profile: Profile, url: str) -> tuple[str, ...]:
    """Return `url` in the one form that all spellings of an item's address share on its platform.

    What follows an item's address is not dropped: it may be what tells a comment from its post.
    """
    parts = urlsplit(url)
    key, rest = _key_and_rest(profile, url)
    if key is not None:
        return parts.scheme, parts.netloc, key.rstrip("/"), rest
    pairs = "&".join(f"{name}={value}" for name, value in sorted(_kept(profile, parts.query)))
    return parts.scheme, parts.netloc, parts.path.rstrip("/"), pairs, parts.fragment


def is_item(profile: Profile, url: str) -> bool:
    """Return whether an address is an item's, and nothing more, by the forms that its platform gives them."""
    key, rest = _key_and_rest(profile, url)
    return key is not None and not rest


def thread_of(profile: Profile, url: str) -> str | None:
    """Return the address of the thread that an item's address lies in, None where it is not told by the address.

    It is what is left when words are taken from the end of its query, or what follows an item's address in its path.
    """
    parts = urlsplit(url)
    key, rest = _key_and_rest(profile, url)
    if key is None:
        return None
    if rest:
        return f"{parts.scheme}://{parts.netloc}{key}"
    path, *query = key.split("?", 1)
    words = query[0].split("&") if query else []
    for number in range(len(words)):
        shorter = path + ("?" if number else "") + "&".join(words[:number])
        if is_item(profile, f"{parts.scheme}://{parts.netloc}{shorter}"):
            return f"{parts.scheme}://{parts.netloc}{shorter}"
    return None


def _key_and_rest(profile: Profile, url: str) -> tuple[str | None, str]:
    """Return what of an address is an item's, by its platform's forms (None: nothing is), and what follows that."""
    parts = urlsplit(url)
    query = "&".join(f"{name}={value}" for name, value in _kept(profile, parts.query))
    whole = f"{parts.path}{'?' if query else ''}{query}{'#' if parts.fragment else ''}{parts.fragment}"
    for expression in profile.keys:
        found = search(expression, whole)
        if found is not None:
            return found[0], whole[found.end() :].strip("/")
    return None, ""


def _kept(profile: Profile, query: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(query, keep_blank_values=True) if not _dropped(profile, pair[0])]


def _is_part(key: str, url: str) -> bool:
    """Return whether a post's address is a part of another: the same page, and no word in its query that is not there.

    A comment's address is its post's and a word more, on the platforms where it is not a page of its own.
    """
    own, asked = urlsplit(key), urlsplit(url)
    same = (own.netloc, own.path.rstrip("/")) == (asked.netloc, asked.path.rstrip("/"))
    return same and set(parse_qsl(own.query)) <= set(parse_qsl(asked.query))


def _dropped(profile: Profile, name: str) -> bool:
    return any(fullmatch(expression, name) for expression in profile.drop_parameters)
