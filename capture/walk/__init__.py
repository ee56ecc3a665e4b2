"""The walk through a channel: everything opened, every item recorded as it appears, and an honest end.

Platforms and names are data (`profiles/*.yaml`, `patterns.yaml`); what works inside the page is in `engine/`; the order
of things is in `feed.py` and `post.py`; what stands in the way in `obstacles.py`; what outlives a crash in
`journal.py`.
"""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from capture.attendance import Attendant, Nobody
from capture.items import StopReason, Walk, Witness
from capture.walk import claims, faults
from capture.walk.bounds import Bounds
from capture.walk.catalogue import Catalogue
from capture.walk.feed import Feed
from capture.walk.journal import Begin, Journal
from capture.walk.journey import Ending, Journey
from capture.walk.look import Order
from capture.walk.obstacles import Identity
from capture.walk.page import VIEWPORT, nuisances, open_page
from capture.walk.patterns import load_patterns
from capture.walk.profile import Pace, Profile, load_profiles
from capture.walk.screen import Screen, engine
from capture.walk.traffic import Watch

__all__ = ["Bounds", "Identity", "Pace", "load_profiles", "open_page", "walk"]


@dataclass(frozen=True, kw_only=True)
class _Errand:
    url: str
    since: datetime | None
    pace: Pace | None


async def walk(  # noqa: PLR0913 - who takes part, where it is kept, and what is wanted
    page: Page,
    url: str,
    *,
    witnesses: Sequence[Witness],
    evidence: Path,
    clock: Callable[[], datetime],
    platform: str | None = None,
    since: datetime | None = None,
    identity: Identity | None = None,
    attendant: Attendant | None = None,
    journal: Path | None = None,
    steps_before: int = 0,
    pace: Pace | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    bounds: Bounds = Bounds(),  # noqa: B008  # frozen
) -> Walk:
    """Go through the whole channel, changing nothing on it.

    Args:
        page: An open page, best from `open_page`.
        url: The channel's feed.
        witnesses: Called after every step and every finished post, in this order.
        evidence: A folder for pictures of posts in which something is missing; made when needed.
        clock: Gives the time (UTC).
        platform: The name of the platform's profile; None to find it by the page.
        since: The start of the period to be covered (UTC): a post published before it is not walked; None for all.
        identity: Says what is wrong with whom the page says is logged in; None where it does not matter.
        attendant: Who looks after the walk; None: nobody.
        journal: A file for the walk's diary. Where it exists the walk goes on from it: finished posts are passed over.
        steps_before: How many steps the witnesses have seen already, of a walk that was broken off.
        pace: How long to rest between steps; None for the platform's own, and none on this computer itself.
        sleep: Waits for a number of seconds.
        bounds: Ceilings; each one reached is reported.

    Returns:
        The walk, whatever it missed: `ledgers`, `stop` and `limits` say what.

    Raises:
        BadInputError: There is no such platform, or the diary is another walk's.
        ChannelUnreachableError: Nothing usable answered.
        ChallengedError: A login, a captcha or a checkpoint stands in the way of the first post.
        NoPostsError: The page shows no post.
        ChannelTouchedError: A request went out that changes something on the channel.
        BrowserLostError: The browser or the page ended, or answered no more.
    """
    profiles = load_profiles()
    if platform not in (None, *(profile.name for profile in profiles)):
        raise faults.no_such_platform(str(platform), [profile.name for profile in profiles])
    diary = Journal(journal)
    order = Begin(url=url, platform=platform, since=since, at=clock())
    begun, lines = diary.begin(order, clock)
    journey = Journey(
        witnesses=witnesses,
        attendant=attendant or Nobody(sleep),
        clock=clock,
        bounds=bounds,
        started=begun.at,
        catalogue=Catalogue(clock),
        journal=diary,
        watch=Watch(),
        identity=identity,
        sleep=sleep,
    )
    ledgers, passed = journey.take_up(lines)
    journey.number = max(journey.number, steps_before)
    drawn = Screen(
        page,
        engine=engine(load_patterns(), profiles, platform=platform),
        bounds=bounds,
        drawn=bool(witnesses),
    )
    feed = Feed(
        journey=journey,
        screen=drawn,
        evidence=evidence,
        profiles=profiles,
        since=since,
        ledgers=ledgers,
        passed=dict.fromkeys(passed),
        resuming=bool(ledgers or passed),
    )
    journey.watch.over(page.context)
    try:
        return await _walk(feed, _Errand(url=url, since=since, pace=pace))
    except PlaywrightError as error:
        if page.is_closed() or faults.is_lost(error):
            raise faults.browser_lost(error) from error
        raise
    finally:
        journey.watch.no_more(page.context)


async def _walk(feed: Feed, errand: _Errand) -> Walk:
    journey, page = feed.journey, feed.screen.page
    arrived = await feed.arrive(errand.url)
    profile = next(profile for profile in feed.profiles if profile.name == arrived.profile)
    journey.pace = errand.pace or (None if _here(errand.url) else profile.pace)
    ending = await feed.walk(arrived)
    await journey.end(feed.screen)
    return _told(feed, errand, profile, arrived.title, await _still_the_same(feed, ending), await _agent(page))


async def _still_the_same(feed: Feed, ending: Ending) -> Ending:
    """Return how the walk ended, having seen once more who is logged in."""
    challenge = feed.journey.check_identity(await feed.screen.do(Order()))
    return ending if challenge is None else Ending(reason=StopReason.CHALLENGED, detail=challenge.sign.sv)


async def _agent(page: Page) -> str:
    agent: str = await page.evaluate("navigator.userAgent")
    return agent


def _told(feed: Feed, errand: _Errand, profile: Profile, title: str, ending: Ending, agent: str) -> Walk:
    journey, page = feed.journey, feed.screen.page
    walked = journey.catalogue.posts_in_order(feed.ledgers)
    browser = page.context.browser
    return Walk(
        url=errand.url,
        title=title,
        profile=profile.name,
        by_semantics=profile.by_semantics,
        started=journey.started,
        ended=journey.clock(),
        items=journey.catalogue.items(walked),
        ledgers=tuple(feed.ledgers[key] for key in walked),
        claimed_posts=None if journey.claimed_posts is None else claims.parse(journey.claimed_posts).at_least,
        since=errand.since,
        resumed=tuple(journey.resumed),
        pauses=tuple(journey.pauses),
        traffic=journey.watch.told(),
        stop=ending.reason,
        stop_detail=ending.detail,
        remarks=journey.remarks(nuisances(page.context)),
        steps=journey.number,
        clicks=journey.clicks,
        unmatched_controls=tuple(sorted(journey.unmatched)),
        limits=tuple(journey.limits),
        browser="" if browser is None else f"{browser.browser_type.name} {browser.version}",
        user_agent=agent,
        viewport=VIEWPORT,
    )


def _here(url: str) -> bool:
    """Say whether an address is on this computer itself: nobody is spared by going slowly there."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
