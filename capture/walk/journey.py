"""What the walk does to a screen, step by step: each one counted, bounded, taken in and shown to the witnesses."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from playwright.async_api import Page

from capture.attendance import Attendant, Challenge
from capture.items import Cause, Pause, PostLedger, Step, StopReason, Witness
from capture.walk import claims, faults, obstacles
from capture.walk.bounds import Bounds
from capture.walk.catalogue import Catalogue
from capture.walk.journal import Finished, Journal, Line, PassedOver, Resumed, Tally
from capture.walk.look import Look, Order
from capture.walk.page import Nuisances
from capture.walk.profile import Pace
from capture.walk.screen import Screen
from capture.walk.traffic import Watch
from register.language import Text

STRIDE = 300.0  # CSS pixels: a third of the window, so that whatever passes is on three frames
STRIDE_UNSEEN = 720.0  # where nobody looks: four fifths of the window


_TAKEN_OVER = Text(
    "den som övervakade hade webbläsaren; bara det som sägs vara filmat spelades in",
    "the person attending had the browser; only what is said to be filmed was recorded",
)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why the walk stopped; `detail` in Swedish."""

    reason: StopReason
    detail: str


class EndedEarlyError(Exception):
    """The walk ends before the feed does; caught where the walk ends."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.detail)
        self.ending = ending


@dataclass(kw_only=True)
class Journey:
    """The walk's state: what has been seen and done so far, on whichever page."""

    witnesses: Sequence[Witness]
    attendant: Attendant
    clock: Callable[[], datetime]
    bounds: Bounds
    started: datetime
    catalogue: Catalogue
    journal: Journal
    watch: Watch
    identity: obstacles.Identity | None = None
    pace: Pace | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    unrest: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - an irregular pace, no secret
    number: int = 0
    clicks: int = 0
    late: int = 0
    undated: int = 0
    limits: list[str] = field(default_factory=list)
    unmatched: dict[str, None] = field(default_factory=dict)
    strayed: Counter[str] = field(default_factory=Counter)
    pauses: list[Pause] = field(default_factory=list)
    resumed: list[datetime] = field(default_factory=list)
    claimed_posts: str | None = None
    shown: set[str] = field(default_factory=set)
    strikes: int = 0
    again: bool = False

    @property
    def stride(self) -> float:
        """How far to scroll in one step, in CSS pixels."""
        return STRIDE if self.witnesses else STRIDE_UNSEEN

    async def do(self, screen: Screen, cause: Cause | None, order: Order) -> Look:
        """Do `order` on `screen`, take in what it brought, and show it to the witnesses.

        `cause` None is only a look: no step.

        Raises:
            EndedEarlyError: A bound of the whole walk is reached, whoever attends the walk ends it, or something stands
                in the way and is not got past.
            ChannelTouchedError: A request went out that changes something on the channel.
        """
        if cause is not None:
            await self._rest(screen, order)
        timed = order.model_copy(update={"bound": order.bound or self.bounds.effect_seconds * 1000})
        look = await screen.do(timed)
        self.take_in(look)
        while look.more:
            rest = await screen.do(order.model_copy(update={"deed": "look"}))
            self.take_in(rest)
            look = rest.model_copy(update={"pressed": look.pressed})
        if self.clicks and self.watch.changing:
            raise faults.touched(screen.page.url, self.watch.told().changing)
        if cause is not None:
            await self._show(screen.page, cause, look, order.post)
        self._stay_within()
        if cause is not None:
            challenge = obstacles.found(look, self.watch, self.clock())
            if challenge is not None:
                return await self.pause(screen, challenge, order)
        return look

    async def pause(self, screen: Screen, challenge: Challenge, order: Order) -> Look:
        """Stand still until somebody has dealt with `challenge`, then look again from where the walk was.

        Nothing is shown to the witnesses meanwhile: what a person types at a login is not recorded.

        Raises:
            EndedEarlyError: Nobody can deal with it, or it was the third.
        """
        self.strikes += 1
        began = self.clock()
        answered = self.strikes <= obstacles.STRIKES and await self.attendant.answer(screen.page, challenge)
        self.pauses.append(Pause(began=began, ended=self.clock() if answered else None, why=challenge.sign))
        if not answered:
            raise EndedEarlyError(Ending(reason=StopReason.CHALLENGED, detail=challenge.sign.sv))
        self.watch.refusals.clear()
        self.again = True
        look = await self.do(screen, None, Order(post=order.post))
        if look.posts == 0 and look.post is None:
            await screen.go(screen.home)
            wait = Order(deed="wait", armed=False, bound=self.bounds.arrival_seconds * 1000, patience=1_000)
            await self.do(screen, None, wait)
        return await self.do(screen, Cause.RESUME, Order(post=order.post, done=order.done))

    def check_identity(self, look: Look) -> Challenge | None:
        """Return a challenge where the page shows another account than the walk is to be made with."""
        wrong = None if self.identity is None else self.identity(look.account)
        return None if wrong is None else Challenge(sign=wrong, url=look.url, retry_after=None)

    async def _rest(self, screen: Screen, order: Order) -> None:
        """Wait for the attendant, and as long as the platform's pace asks for.

        Where somebody else has had the page, the witnesses are shown where they left it.
        """
        began = self.clock()
        if not await self.attendant.may_go_on(screen.page):
            raise EndedEarlyError(Ending(reason=StopReason.STOPPED, detail="avslutad av den som övervakade"))
        if self.attendant.was_away():
            self.pauses.append(Pause(began=began, ended=self.clock(), why=_TAKEN_OVER))
            look = await screen.do(Order(post=order.post))
            self.take_in(look)
            await self._show(screen.page, Cause.RESUME, look, order.post)
        if self.pace is not None and self.pace.most > 0:
            await self.sleep(self.unrest.uniform(self.pace.least, self.pace.most))

    async def clear(self, screen: Screen, look: Look, post: str | None = None) -> Look:
        """Close cookie banners and nagging dialogs for as long as new ones come, within reason."""
        for _ in range(5):
            if not (look.cookie or look.nag):
                break
            look = await self.do(screen, Cause.DISMISS, Order(deed="cookie" if look.cookie else "nag", post=post))
        return look

    def take_in(self, look: Look) -> None:
        """Keep what a look brought."""
        self.catalogue.add(look)
        self.clicks += len(look.pressed)
        self.late += look.late
        for stray in look.strayed:
            self.strayed[stray.control or stray.to] += 1
        if look.post is not None:
            self.unmatched.update(dict.fromkeys(look.post.unknown))
        for address in look.unread_frames:
            self.limit(f"en inbäddad ram från en annan webbplats lästes inte: {address}")
        self.claimed_posts = look.claimed_posts or self.claimed_posts
        if look.cut:
            self.limit("minst en text var längre än en miljon tecken och kortades")

    async def _show(self, page: Page, cause: Cause, look: Look, post_key: str | None) -> None:
        self.number += 1
        self.shown.update(look.in_view)
        step = Step(
            number=self.number,
            cause=cause,
            label=_label(look.pressed),
            post_key=post_key,
            url=look.url,
            at=self.clock(),
            scroll_y=look.scroll_y,
            in_view=look.in_view,
            posts_seen=self.catalogue.posts_seen,
            comments_seen=len(self.catalogue) - self.catalogue.posts_seen,
            posts_claimed=None if self.claimed_posts is None else claims.parse(self.claimed_posts).number,
        )
        for witness in self.witnesses:
            await witness.on_step(page, step)

    async def show_part(self, screen: Screen, key: str) -> None:
        """Show the witnesses what the page holds of a post that another page continues."""
        root = await screen.root(key)
        if root is not None and key in self.catalogue:
            for witness in self.witnesses:
                await witness.on_part(screen.page, self.catalogue.post(key), root)

    def unshown(self, post_key: str) -> list[str]:
        """Return the keys of what was read of a post and has been on the screen in no step."""
        return [key for key in self.catalogue.keys_of(post_key) if key not in self.shown]

    async def end(self, screen: Screen) -> None:
        """Show the witnesses the last picture."""
        look = await screen.do(Order())
        self.take_in(look)
        await self._show(screen.page, Cause.END, look, None)

    def finish(self, ledger: PostLedger) -> None:
        """Write a finished post into the diary."""
        records, first_seen = self.catalogue.finished(ledger.post_key)
        self.journal.write(
            Finished(
                ledger=ledger,
                records=records,
                first_seen=first_seen,
                order=self.catalogue.order,
                tally=self._tally(),
            )
        )

    def pass_over(self, key: str) -> None:
        """Write a post that is not to be walked into the diary."""
        self.journal.write(PassedOver(key=key))

    def take_up(self, lines: Sequence[Line]) -> tuple[dict[str, PostLedger], list[str]]:
        """Go back to where a broken-off walk stood; return its finished posts, and the keys that it passed over."""
        ledgers: dict[str, PostLedger] = {}
        passed: list[str] = []
        for line in lines:
            if isinstance(line, Finished):
                self.catalogue.restore(line.records, line.first_seen, line.order)
                ledgers[line.ledger.post_key] = line.ledger
                self._recall(line.tally)
            elif isinstance(line, PassedOver):
                passed.append(line.key)
            elif isinstance(line, Resumed):
                self.resumed.append(line.at)
        return ledgers, passed

    def _tally(self) -> Tally:
        return Tally(
            steps=self.number,
            clicks=self.clicks,
            late=self.late,
            limits=tuple(self.limits),
            unmatched=tuple(self.unmatched),
            strayed=dict(self.strayed),
            undated=self.undated,
            pauses=tuple(self.pauses),
            claimed_posts=self.claimed_posts,
        )

    def _recall(self, tally: Tally) -> None:
        self.number, self.clicks, self.late = tally.steps, tally.clicks, tally.late
        self.undated = tally.undated
        self.limits = list(tally.limits)
        self.unmatched = dict.fromkeys(tally.unmatched)
        self.strayed = Counter(tally.strayed)
        self.pauses = list(tally.pauses)
        self.claimed_posts = tally.claimed_posts

    def remarks(self, nuisances: Nuisances) -> tuple[Text, ...]:
        """Return what a reader of the account should know beside the reason for the stop."""
        strayed = ", ".join(f"”{name}”" for name in list(self.strayed)[:5])
        said = (
            (self.late, "gånger hann skärmen inte bli stilla i tid", "times the screen did not come to rest in time"),
            (nuisances.dialogs, "webbläsardialoger avfärdades", "browser dialogs were dismissed"),
            (nuisances.popups, "nya fönster stängdes", "new windows were closed"),
            (nuisances.downloads, "nedladdningar nekades", "downloads were refused"),
            (
                len(self.strayed),
                f"försök att lämna kanalen stoppades: {strayed}",
                f"attempts to leave were stopped: {strayed}",
            ),
            (
                len(self.catalogue.rounded_posts()),
                "inlägg anger bara ett avrundat antal kommentarer",
                "posts state only a rounded number of comments",
            ),
            (
                self.undated,
                "inlägg har ingen maskinläsbar tid och togs med oavsett period",
                "posts have no machine-readable time and were taken in whatever their period",
            ),
        )
        return tuple(Text(f"{number} {sv}", f"{number} {en}") for number, sv, en in said if number)

    def limit(self, said: str) -> None:
        """Report, once, a ceiling that was reached."""
        if said not in self.limits:
            self.limits.append(said)

    def _stay_within(self) -> None:
        reached = None
        if self.number >= self.bounds.steps:
            reached = f"högst {self.bounds.steps} steg"
        elif len(self.catalogue) >= self.bounds.items:
            reached = f"högst {self.bounds.items} inlägg och kommentarer"
        elif self.clock() - (self.resumed[-1] if self.resumed else self.started) >= timedelta(
            seconds=self.bounds.seconds
        ):
            reached = f"högst {self.bounds.seconds:.0f} sekunder"
        if reached:
            self.limit(reached)
            raise EndedEarlyError(Ending(reason=StopReason.CEILING, detail=reached))


def _label(pressed: Sequence[str]) -> str:
    """Name what was pressed, the same names together: "Visa fler kommentarer, Se mer (3)"."""
    counted = Counter(pressed)
    return ", ".join(name if times == 1 else f"{name} ({times})" for name, times in counted.items())[:500]
