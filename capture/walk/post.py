"""One post: its order switched, everything in it opened, all of it shown, its account made."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FloatRect

from capture.items import Cause, LossReason, PostLedger
from capture.walk.journey import Journey
from capture.walk.look import Look, Order, SeenPost
from capture.walk.screen import Screen

TALLEST = 12_000.0  # CSS pixels of a picture; a longer post is pictured from its top
HEADROOM = 100.0  # a fixed bar at the top of the window may hide this much
GONE = frozenset({404, 410})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """How a post was left.

    `left` are controls that gave nothing, `ceiling` says that a limit of ours ended the opening, `withheld` that the
    platform says beside the post that it holds something back, `gone` that its own page is no more, `walled` that
    something stood in the way, `reached` that it was on the page to the end.
    """

    left: tuple[str, ...]
    ceiling: bool = False
    withheld: bool = False
    gone: bool = False
    walled: bool = False
    reached: bool = False


async def approach(journey: Journey, screen: Screen, key: str, look: Look) -> Look:
    """Scroll until the post's top is under the headroom, or the page ends."""
    while _at(look, key) and look.post is not None and look.post.top > HEADROOM + 1 and not look.post.at_end:
        look = await _scroll(journey, screen, key, min(journey.stride, look.post.top - HEADROOM))
    return look


def _at(look: Look, key: str) -> bool:
    return look.post is not None and look.post.key == key


async def open_up(journey: Journey, screen: Screen, key: str, look: Look, *, own_page: bool) -> Opened:
    """Switch the order, open all that opens, and scroll through the whole post.

    Every row is on the screen in some step after it was opened: opening happens with the post's top, or the place
    reached, in view, and scrolling only ever goes on from there. `own_page`: there is nothing else on the page, so
    whatever its end can be made to give belongs to the post.
    """
    rounds, switched, coaxed = 0, False, 0
    while (seen := look.post) is not None:
        if rounds >= journey.bounds.rounds:
            journey.limit(f"högst {journey.bounds.rounds} omgångar i ett inlägg")
            return Opened(left=seen.left, ceiling=True, reached=True)
        if seen.order and not switched:
            switched = True
            look = await _switch_order(journey, screen, key)
        elif seen.open or (journey.again and seen.left):
            rounds += 1
            look = await _open(journey, screen, key, seen)
        elif seen.below > 1 and not seen.at_end:
            look = await _scroll(journey, screen, key, min(journey.stride, seen.below + 8))
        elif (
            coaxed < journey.bounds.jiggles
            and (own_page or seen.dialog or seen.alone)
            and _may_hold_more(journey, key, look)
        ):
            before = journey.catalogue.captured(key)
            look = await _coax(journey, screen, key, coaxed)
            coaxed = coaxed + 1 if journey.catalogue.captured(key) == before else 0
        else:
            left = seen.left or (("sidan sade fortfarande att den laddade",) if seen.spinning else ())
            return Opened(left=left, withheld=seen.withheld is not None, reached=True)
        look = await journey.clear(screen, look, key)
    return Opened(left=("inlägget försvann ur flödet",))


async def bring_into_view(journey: Journey, screen: Screen, key: str) -> None:
    """Go back to what was read of the post and has been on no step: it came above the place that was reached."""
    tried: set[str] = set()
    dropped = False
    while journey.witnesses and (unshown := [one for one in journey.unshown(key) if one not in tried]):
        tried.add(unshown[0])
        look = await journey.do(screen, None, Order(deed="bring", post=key, item=unshown[0]))
        dropped = dropped or look.absent
        if unshown[0] in look.in_view:
            await journey.do(screen, Cause.SCROLL, Order(post=key))
    if dropped:
        await _look_through_again(journey, screen, key, -journey.stride)
        await _look_through_again(journey, screen, key, journey.stride)


async def _look_through_again(journey: Journey, screen: Screen, key: str, by: float) -> None:
    """Scroll through a post whose page drops what is out of sight, and stop where something not yet shown comes up.

    It ends with the post, where there is more on the page, with the page, or where all of the post has been on a step.
    """
    place: tuple[float, ...] = ()
    still = 0
    for _ in range(journey.bounds.rounds):
        if still > 1 or not journey.unshown(key):
            return
        look = await journey.do(screen, None, Order(deed="scroll", post=key, by=by))
        if not journey.shown.issuperset(look.in_view):
            await journey.do(screen, Cause.SCROLL, Order(post=key))
        if look.post is None or (not (look.post.alone or look.post.dialog) and _beyond(look.post, by)):
            return
        reached = (look.scroll_y, look.post.top, look.post.below)
        if reached == place:
            still += 1
            await journey.do(screen, None, Order(deed="rest", post=key, bound=_bound(journey), patience=300))
        else:
            place, still = reached, 0


def _beyond(post: SeenPost, by: float) -> bool:
    """Say whether scrolling has come past a post's first line (going up) or its last (going down)."""
    return post.top > HEADROOM if by < 0 else post.below < 0


def _may_hold_more(journey: Journey, key: str, look: Look) -> bool:
    """Say whether the end of a post's page may give more: it claims more, says nothing, or still seems to load."""
    if look.next_page is not None:
        return False
    spinning = look.post is not None and look.post.spinning
    return spinning or journey.catalogue.claim(key) is None or journey.catalogue.short_of(key)


async def _open(journey: Journey, screen: Screen, key: str, seen: SeenPost) -> Look:
    cause = Cause.TEXT if seen.texts else Cause.EXPAND
    again, journey.again = journey.again, False
    return await journey.do(screen, cause, Order(deed="open", post=key, bound=_bound(journey), again=again))


async def _coax(journey: Journey, screen: Screen, key: str, attempt: int) -> Look:
    """Wait at the end, then go away from it and back."""
    patience = 300 if attempt == 0 else 600
    order = Order(deed="jiggle" if attempt else "rest", post=key, bound=_bound(journey), patience=patience)
    return await journey.do(screen, Cause.SCROLL if attempt else None, order)


async def _switch_order(journey: Journey, screen: Screen, key: str) -> Look:
    bound = _bound(journey)
    await journey.do(screen, Cause.ORDER, Order(deed="open-order", post=key, bound=bound))
    return await journey.do(screen, Cause.ORDER, Order(deed="choose-order", post=key, bound=bound))


async def _scroll(journey: Journey, screen: Screen, key: str, by: float) -> Look:
    look = await journey.do(screen, Cause.SCROLL, Order(deed="scroll", post=key, by=by))
    return await journey.clear(screen, look, key)


def _bound(journey: Journey) -> float:
    return journey.bounds.effect_seconds * 1000


async def close_dialog(journey: Journey, screen: Screen, key: str) -> Look:
    """Close the dialog that a post was opened in; the feed behind it is where it was."""
    look = await journey.do(screen, Cause.LEAVE, Order(deed="leave", post=key, bound=_bound(journey)))
    if look.post is not None and look.post.dialog:
        await screen.page.keyboard.press("Escape")
        look = await journey.do(screen, Cause.LEAVE, Order(deed="rest", post=key, bound=_bound(journey)))
    return look


async def visit(journey: Journey, screen: Screen, key: str, *, continued: bool) -> Opened:
    """Open a post's own page on `screen` and walk it, with every page that continues it if there may be such.

    The feed stays as it is on its own screen: a page that is left and come back to would begin from its top.
    """
    address: str | None = key
    visited: set[str] = set()
    opened = Opened(left=())
    while address is not None and address not in visited:
        visited.add(address)
        status, look = await _arrive(journey, screen, key, address)
        if look is None or look.post is None:
            return _not_shown(opened, status)
        look = await approach(journey, screen, key, look)
        part = await open_up(journey, screen, key, look, own_page=True)
        opened = _together(opened, part)
        after = await journey.do(screen, None, Order(post=key))
        address = after.next_page if continued else None
        if address is not None and address not in visited:
            await journey.show_part(screen, key)
    return opened


def _together(one: Opened, other: Opened) -> Opened:
    return Opened(
        left=(*one.left, *other.left),
        ceiling=one.ceiling or other.ceiling,
        withheld=one.withheld or other.withheld,
        reached=other.reached,
    )


def _not_shown(before: Opened, status: int | None) -> Opened:
    if status in GONE:
        return Opened(left=before.left, gone=True)
    said = f"inläggets egen sida svarade {status}" if status and status >= 400 else "inläggets egen sida visar det inte"
    return Opened(left=(*before.left, said))


async def _arrive(journey: Journey, screen: Screen, key: str, address: str) -> tuple[int | None, Look | None]:
    try:
        answer = await screen.go(address)
    except PlaywrightError:
        if screen.page.is_closed():
            raise
        return journey.watch.documents.get(address), None  # no such page: the account says what is missing
    status = None if answer is None else answer.status
    if status in GONE:
        return status, None
    await journey.do(screen, None, Order(deed="wait", armed=False, bound=_arrival(journey), patience=600))
    look = await journey.do(screen, Cause.VISIT, Order(post=key))
    if look.post is None and answer is not None and not answer.ok:
        return status, None
    return status, await journey.clear(screen, look, key)


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
    catalogue = journey.catalogue
    claim = catalogue.claim(key)
    short = catalogue.short_of(key)
    proved = claim is not None and not claim.rounded and not short and not catalogue.shortened(key)
    if not proved:
        for true, reason in (
            (opened.gone, LossReason.DELETED),
            (opened.walled, LossReason.CHALLENGED),
            (opened.ceiling, LossReason.CEILING),
            (opened.left, LossReason.NOT_OPENED),
            (opened.withheld, LossReason.HIDDEN_BY_PLATFORM),
        ):
            if true:
                return reason
    return LossReason.NOT_SHOWN if short else None


def has_page_of_its_own(journey: Journey, key: str, url: str) -> bool:
    """Say whether the post's key is the address of another page than the one at `url`, on the same server."""
    own, here = urlsplit(key), urlsplit(url)
    elsewhere = (own.path, own.query) != (here.path, here.query)
    same_server = (own.scheme, own.netloc) == (here.scheme, here.netloc)
    return journey.catalogue.post(key).key_source == "permalink" and elsewhere and same_server
