"""The walk through a channel: everything opened, every item recorded as it appears, and an honest end.

Platforms and names are data (`profiles/*.yaml`, `patterns.yaml`); the engine in the page is `quiet.js`, `tree.js`,
`names.js`, `items.js` and `hands.js`; the order of things is in `feed.py` and `post.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from capture.items import Walk, Witness
from capture.walk import claims, faults
from capture.walk.bounds import Bounds
from capture.walk.catalogue import Catalogue
from capture.walk.feed import Feed
from capture.walk.journey import Journey
from capture.walk.page import VIEWPORT, nuisances, open_page
from capture.walk.patterns import load_patterns
from capture.walk.profile import load_profiles
from capture.walk.screen import Screen, engine

__all__ = ["Bounds", "load_profiles", "open_page", "walk"]


async def walk(
    page: Page,
    url: str,
    *,
    witnesses: Sequence[Witness],
    evidence: Path,
    clock: Callable[[], datetime],
    bounds: Bounds = Bounds(),  # noqa: B008  # frozen
) -> Walk:
    """Go through the whole channel at `url`, changing nothing on it.

    Args:
        page: An open page, best from `open_page`.
        url: The channel's feed.
        witnesses: Called after every step and every finished post, in this order.
        evidence: A folder for pictures of posts in which something is missing; made when needed.
        clock: Gives the time (UTC).
        bounds: Ceilings; each one reached is reported.

    Returns:
        The walk, whatever it missed: `ledgers`, `stop` and `limits` say what.

    Raises:
        ChannelUnreachableError: Nothing usable answered.
        ChallengedError: A login, a captcha or a checkpoint stands in the way.
        NoPostsError: The page shows no post.
        BrowserLostError: The browser or the page ended, or answered no more.
    """
    try:
        return await _walk(
            page,
            url,
            Journey(witnesses=witnesses, clock=clock, bounds=bounds, started=clock(), catalogue=Catalogue(clock)),
            evidence,
        )
    except PlaywrightError as error:
        if page.is_closed() or faults.is_lost(error):
            raise faults.browser_lost(error) from error
        raise


async def _walk(page: Page, url: str, journey: Journey, evidence: Path) -> Walk:
    profiles = load_profiles()
    screen = Screen(page, engine=engine(load_patterns(), profiles), bounds=journey.bounds)
    feed = Feed(journey=journey, screen=screen, evidence=evidence)
    arrived = await feed.arrive(url)
    ending = await feed.walk(arrived)
    await journey.end(screen)
    profile = next(profile for profile in profiles if profile.name == arrived.profile)
    walked = journey.catalogue.posts_in_order(feed.ledgers)
    browser = page.context.browser
    return Walk(
        url=url,
        title=arrived.title,
        profile=profile.name,
        by_semantics=profile.by_semantics,
        started=journey.started,
        ended=journey.clock(),
        items=journey.catalogue.items(walked),
        ledgers=tuple(feed.ledgers[key] for key in walked),
        claimed_posts=None if journey.claimed_posts is None else claims.parse(journey.claimed_posts).at_least,
        stop=ending.reason,
        stop_detail=ending.detail,
        remarks=journey.remarks(nuisances(page.context)),
        steps=journey.number,
        clicks=journey.clicks,
        unmatched_controls=tuple(sorted(journey.unmatched)),
        limits=tuple(journey.limits),
        browser="" if browser is None else f"{browser.browser_type.name} {browser.version}",
        user_agent=await page.evaluate("navigator.userAgent"),
        viewport=VIEWPORT,
    )
