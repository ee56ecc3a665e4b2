"""What the walk does to a screen, step by step: each one counted, bounded, taken in and shown to the witnesses."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playwright.async_api import Page

from capture.items import Cause, Step, StopReason, Witness
from capture.walk import claims, faults
from capture.walk.bounds import Bounds
from capture.walk.catalogue import Catalogue
from capture.walk.page import Nuisances
from capture.walk.screen import Look, Order, Screen
from register.language import Text


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why the walk stopped; `detail` in Swedish."""

    reason: StopReason
    detail: str


class CeilingReachedError(Exception):
    """A bound of the whole walk was reached; caught where the walk ends."""


@dataclass(kw_only=True)
class Journey:
    """The walk's state: what has been seen and done so far, on whichever page."""

    witnesses: Sequence[Witness]
    clock: Callable[[], datetime]
    bounds: Bounds
    started: datetime
    catalogue: Catalogue
    number: int = 0
    clicks: int = 0
    late: int = 0
    dismissals: int = 0
    limits: list[str] = field(default_factory=list)
    unmatched: dict[str, None] = field(default_factory=dict)
    strayed: Counter[str] = field(default_factory=Counter)
    claimed_posts: str | None = None

    async def do(self, screen: Screen, cause: Cause | None, order: Order) -> Look:
        """Do `order` on `screen`, take in what it brought, and show it to the witnesses.

        `cause` None is only a look: no step. Raises CeilingReachedError when a bound of the whole walk is reached.
        """
        timed = order.model_copy(update={"bound": order.bound or self.bounds.effect_seconds * 1000})
        look = await screen.do(timed)
        self._take_in(look)
        while look.more:
            rest = await screen.do(order.model_copy(update={"deed": "look"}))
            self._take_in(rest)
            look = rest.model_copy(update={"pressed": look.pressed})
        if cause is not None:
            await self._show(screen.page, cause, look, order.post)
        self._stay_within()
        return look

    async def clear(self, screen: Screen, look: Look, post: str | None = None) -> Look:
        """Close cookie banners and nagging dialogs for as long as new ones come, within reason."""
        for _ in range(5):
            if not (look.cookie or look.nag):
                break
            self.dismissals += 1
            look = await self.do(screen, Cause.DISMISS, Order(deed="cookie" if look.cookie else "nag", post=post))
        return look

    def _take_in(self, look: Look) -> None:
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
        step = Step(
            number=self.number,
            cause=cause,
            label=_label(look.pressed),
            post_key=post_key,
            url=look.url,
            at=self.clock(),
            scroll_y=look.scroll_y,
            posts_seen=self.catalogue.posts_seen,
            comments_seen=len(self.catalogue) - self.catalogue.posts_seen,
            posts_claimed=None if self.claimed_posts is None else claims.parse(self.claimed_posts).number,
        )
        for witness in self.witnesses:
            await witness.on_step(page, step)

    async def end(self, screen: Screen) -> None:
        """Show the witnesses the last picture."""
        look = await screen.do(Order())
        self._take_in(look)
        await self._show(screen.page, Cause.END, look, None)

    def remarks(self, nuisances: Nuisances) -> tuple[Text, ...]:
        """Return what a reader of the account should know beside the reason for the stop."""
        strayed = ", ".join(f"”{name}”" for name in list(self.strayed)[:5])
        rounded = len(self.catalogue.rounded_posts())
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
                rounded,
                "inlägg anger bara ett avrundat antal kommentarer",
                "posts state only a rounded number of comments",
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
        elif self.clock() - self.started >= timedelta(seconds=self.bounds.seconds):
            reached = f"högst {self.bounds.seconds:.0f} sekunder"
        if reached:
            self.limit(reached)
            raise CeilingReachedError(reached)

    def heed(self, look: Look) -> None:
        """Raise ChallengedError where a login or a proof is asked for instead of posts."""
        if look.posts == 0 and look.wall.sign is not None:
            sign = look.wall.sign
            known = (
                Text("ett lösenordsfält", "a password field") if sign == "password" else Text(f"”{sign}”", f"“{sign}”")
            )
            raise faults.challenged(look.url, known)


def _label(pressed: Sequence[str]) -> str:
    """Name what was pressed, the same names together: "Visa fler kommentarer, Se mer (3)"."""
    counted = Counter(pressed)
    return ", ".join(name if times == 1 else f"{name} ({times})" for name, times in counted.items())[:500]
