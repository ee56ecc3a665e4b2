"""One post: its order switched, everything in it opened, all of it shown, its account made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FloatRect

from capture.items import Cause, LossReason, PostLedger
from capture.walk.journey import CeilingReachedError, Journey
from capture.walk.page import open_beside
from capture.walk.screen import Look, Order, Screen

STRIDE = 300.0  # CSS pixels: a third of the window, so that whatever passes is on three frames
TALLEST = 12_000.0  # CSS pixels of a picture; a longer post is pictured from its top
HEADROOM = 100.0  # a fixed bar at the top of the window may hide this much


@dataclass(frozen=True, kw_only=True)
class Opened:
    """How a post was left.

    `left` are controls that gave nothing, `ceiling` says that a limit of ours ended the opening, `withheld` that the
    platform says beside the post that it holds something back.
    """

    left: tuple[str, ...]
    ceiling: bool = False
    withheld: bool = False


Fork = Callable[[], Awaitable[Screen]]


async def approach(journey: Journey, screen: Screen, key: str, look: Look) -> Look:
    """Scroll until the post's top is under the headroom, or the page ends."""
    while look.post is not None and look.post.key == key and look.post.top > HEADROOM + 1 and not look.at_end:
        look = await _scroll(journey, screen, key, min(STRIDE, look.post.top - HEADROOM))
    return look


async def open_up(journey: Journey, screen: Screen, key: str, look: Look) -> Opened:
    """Switch the order, open all that opens, and scroll through the whole post.

    Every row is on the screen in some step after it was opened: opening happens with the post's top, or the place
    reached, in view, and scrolling only ever goes on from there.
    """
    rounds, switched = 0, False
    while (seen := look.post) is not None:
        if rounds >= journey.bounds.rounds:
            journey.limit(f"högst {journey.bounds.rounds} omgångar i ett inlägg")
            return Opened(left=seen.left, ceiling=True)
        if seen.order and not switched:
            switched = True
            look = await _switch_order(journey, screen, key)
        elif seen.open:
            rounds += 1
            cause = Cause.TEXT if seen.texts else Cause.EXPAND
            look = await journey.do(screen, cause, Order(deed="open", post=key, bound=_bound(journey)))
        elif seen.bottom > look.visible_height and not look.at_end:
            look = await _scroll(journey, screen, key, min(STRIDE, seen.bottom - look.visible_height + 8))
        else:
            return Opened(left=seen.left, withheld=seen.withheld is not None)
        look = await journey.clear(screen, look, key)
    return Opened(left=("inlägget försvann ur flödet",))


async def _switch_order(journey: Journey, screen: Screen, key: str) -> Look:
    bound = _bound(journey)
    await journey.do(screen, Cause.ORDER, Order(deed="open-order", post=key, bound=bound))
    return await journey.do(screen, Cause.ORDER, Order(deed="choose-order", post=key, bound=bound))


async def _scroll(journey: Journey, screen: Screen, key: str, by: float) -> Look:
    look = await journey.do(screen, Cause.SCROLL, Order(deed="scroll", post=key, by=by))
    return await journey.clear(screen, look, key)


def _bound(journey: Journey) -> float:
    return journey.bounds.effect_seconds * 1000


async def visit(journey: Journey, fork: Fork, key: str) -> tuple[Screen, Opened] | None:
    """Open a post's own page beside the feed and walk it; None where there is no such page with that post.

    The feed stays as it is: a page that is left and come back to would begin from its top.
    """
    screen = await fork()
    try:
        look = await _arrive(journey, screen, key)
        if look is not None and look.post is not None:
            look = await approach(journey, screen, key, look)
            return screen, await open_up(journey, screen, key, look)
    except CeilingReachedError:
        await screen.page.close()
        raise
    await screen.page.close()
    return None


async def _arrive(journey: Journey, screen: Screen, key: str) -> Look | None:
    try:
        answer = await screen.go(key)
    except PlaywrightError:
        if screen.page.is_closed():
            raise
        return None  # no such page: the account says what is missing
    if answer is None or not answer.ok:
        return None
    wait = Order(deed="wait", post=key, armed=False, bound=_arrival(journey), patience=1_000)
    await journey.do(screen, None, wait)
    look = await journey.do(screen, Cause.VISIT, Order(post=key))
    return await journey.clear(screen, look, key)


def _arrival(journey: Journey) -> float:
    return journey.bounds.arrival_seconds * 1000


async def account(journey: Journey, screen: Screen, key: str, opened: Opened, evidence: Path) -> PostLedger:
    """Conclude what is missing of a post, with a picture of it where something is.

    `evidence` is the picture's path without the part of its name that tells posts of several walks apart.
    """
    reason = _reason(journey, key, opened)
    picture = None
    if reason is not None:
        picture = f"{evidence.name}-{sha256(key.encode()).hexdigest()[:8]}.png"
        evidence.parent.mkdir(parents=True, exist_ok=True)
        await _photograph(screen, key, evidence.with_name(picture))
    return journey.catalogue.ledger(key, reason, picture)


async def _photograph(screen: Screen, key: str, path: Path) -> None:
    """Picture the whole post, from what it claims to where it ends; the window where the post is gone."""
    root = await screen.root(key)
    box = None if root is None else await root.bounding_box()
    if box is None or not box["width"] or not box["height"]:
        await screen.page.screenshot(path=path)
        return
    left, top = await screen.page.evaluate("[scrollX, scrollY]")
    x, y = max(0.0, box["x"] + left), max(0.0, box["y"] + top)
    area = FloatRect(x=x, y=y, width=box["width"], height=min(box["height"], TALLEST))
    # From the post's top, so that a bar fixed to the window does not lie across its middle; then back.
    await screen.page.evaluate("y => scrollTo({ top: y, behavior: 'instant' })", y - HEADROOM)
    await screen.page.screenshot(path=path, full_page=True, clip=area)
    await screen.page.evaluate("y => scrollTo({ top: y, behavior: 'instant' })", top)


def _reason(journey: Journey, key: str, opened: Opened) -> LossReason | None:
    claim = journey.catalogue.claim(key)
    short = journey.catalogue.short_of(key)
    proved = claim is not None and not claim.rounded and not short and not journey.catalogue.shortened(key)
    if opened.ceiling and not proved:
        return LossReason.CEILING
    if opened.left and not proved:
        return LossReason.NOT_OPENED
    if opened.withheld and not proved:
        return LossReason.HIDDEN_BY_PLATFORM
    return LossReason.NOT_SHOWN if short else None


def has_page_of_its_own(journey: Journey, key: str, url: str) -> bool:
    """Say whether the post's key is the address of another page than the one at `url`, on the same server."""
    own, here = urlsplit(key), urlsplit(url)
    elsewhere = (own.path, own.query) != (here.path, here.query)
    same_server = (own.scheme, own.netloc) == (here.scheme, here.netloc)
    return journey.catalogue.post(key).key_source == "permalink" and elsewhere and same_server


async def beside(screen: Screen) -> Screen:
    """Return a new page in the same context, with the same engine."""
    return screen.on(await open_beside(screen.page.context))
