"""The whole feed: one post after another until its end is believed, and why it was."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from capture.items import Cause, PostLedger, StopReason
from capture.walk import faults, post
from capture.walk.journey import CeilingReachedError, Ending, Journey
from capture.walk.screen import Look, Order, Screen
from register.language import Text


@dataclass(kw_only=True)
class Feed:
    """A channel's feed on a screen; `ledgers` grows as posts are finished."""

    journey: Journey
    screen: Screen
    evidence: Path
    ledgers: dict[str, PostLedger] = field(default_factory=dict)

    async def arrive(self, url: str) -> Look:
        """Open the channel and wait for its first post, past whatever asks about cookies or nags.

        Raises:
            ChannelUnreachableError: Nothing answered, or with an HTTP status of 400 or more.
            ChallengedError: A login or a proof is asked for.
            NoPostsError: The page shows no post.
        """
        bound = self.journey.bounds.arrival_seconds * 1000
        try:
            answer = await self.screen.go(url)
        except PlaywrightError as error:
            if faults.is_lost(error):
                raise
            raise faults.unreachable(url, error) from error
        if answer is None:
            raise faults.challenged(url, Text("sidan gav inget svar", "the page gave no answer"))
        if answer.status >= 400:
            raise faults.refused(url, answer.status)
        wait = Order(deed="wait", armed=False, bound=bound, patience=1_500)
        await self.journey.do(self.screen, None, wait)
        look = await self.journey.do(self.screen, Cause.ARRIVAL, Order())
        look = await self.journey.clear(self.screen, look)
        self.journey.heed(look)
        if look.posts == 0:
            look = await self.journey.do(self.screen, None, wait)
            self.journey.heed(look)
        if look.posts == 0:
            raise faults.no_posts(url)
        return look

    async def walk(self, look: Look) -> Ending:
        """Go through every post; return why the walk stopped."""
        try:
            while True:
                if look.next is None:
                    look, ending = await self._more(look)
                    if ending is not None:
                        return ending
                    continue
                if len(self.ledgers) >= self.journey.bounds.posts:
                    self.journey.limit(f"högst {self.journey.bounds.posts} inlägg")
                    return Ending(reason=StopReason.CEILING, detail=f"högst {self.journey.bounds.posts} inlägg")
                look = await self._post(look.next, look)
        except CeilingReachedError as ceiling:
            return Ending(reason=StopReason.CEILING, detail=str(ceiling))

    async def _post(self, key: str, look: Look) -> Look:
        journey, screen = self.journey, self.screen
        if key in self.ledgers:  # the page began anew: what is finished stays finished
            return await journey.do(screen, None, Order(done=tuple(self.ledgers)))
        try:
            look = await post.approach(journey, screen, key, look)
            opened = await post.open_up(journey, screen, key, look)
            visited = None
            if self._worth_a_visit(key, opened, look.url):
                visited = await post.visit(journey, lambda: post.beside(screen), key)
        except CeilingReachedError:
            await self._finish(key, screen, post.Opened(left=(), ceiling=True))
            raise
        place, opened = visited or (screen, opened)
        await self._finish(key, place, opened)
        if visited is not None:
            await place.page.close()
        return await journey.do(screen, None, Order(done=(key,)))

    async def _finish(self, key: str, place: Screen, opened: post.Opened) -> None:
        await self._present(key, place)
        number = len(self.ledgers) + 1
        self.ledgers[key] = await post.account(self.journey, place, key, opened, self.evidence / f"post-{number:05d}")

    def _worth_a_visit(self, key: str, opened: post.Opened, url: str) -> bool:
        lacking = bool(opened.left) or self.journey.catalogue.short_of(key)
        return lacking and post.has_page_of_its_own(self.journey, key, url)

    async def _present(self, key: str, place: Screen) -> None:
        root = await place.root(key)
        if root is None:
            place, root = self.screen, await self.screen.root(key)
        if root is None:
            self.journey.limit(f"inlägget {key} försvann innan det kunde visas för alla delar")
            return
        item = self.journey.catalogue.post(key)
        for witness in self.journey.witnesses:
            await witness.on_post(place.page, item, root)

    async def _more(self, look: Look) -> tuple[Look, Ending | None]:
        """Scroll on until another post comes, or the end is believed."""
        journey, screen, since = self.journey, self.screen, look.now
        for _ in range(journey.bounds.barren_steps):
            if look.next is not None or look.at_end:
                break
            look = await journey.do(screen, Cause.SCROLL, Order(deed="scroll", by=post.STRIDE, since=since))
            look = await journey.clear(screen, look)
        else:
            return look, self._barren(look)
        for attempt in range(journey.bounds.jiggles + 1):
            if look.next is not None:
                return look, None
            if look.end_marker is not None and not look.pending and not look.spinning:
                return look, Ending(reason=StopReason.END_MARKER, detail=look.end_marker)
            bound = journey.bounds.effect_seconds * 1000
            order = Order(deed="jiggle" if attempt else "rest", since=since, bound=bound, patience=1_000)
            look = await journey.do(screen, Cause.SCROLL if attempt else None, order)
            look = await journey.clear(screen, look)
        if look.next is not None:
            return look, None
        return look, self._no_more(look)

    def _barren(self, look: Look) -> Ending:
        """Return the ending of a feed whose bottom is never reached: it began again, or it is a ceiling of ours."""
        steps = self.journey.bounds.barren_steps
        if look.twice:
            return Ending(
                reason=StopReason.EXHAUSTED, detail=f"flödet började om: {steps} steg visade bara kända inlägg"
            )
        self.journey.limit(f"högst {steps} steg utan något nytt")
        return Ending(reason=StopReason.CEILING, detail=f"{steps} steg nedåt gav inget nytt och nådde inget slut")

    def _no_more(self, look: Look) -> Ending:
        signs = []
        if look.pending:
            signs.append(f"{look.pending} förfrågningar fick inget svar")
        if look.spinning:
            signs.append("sidan sade fortfarande att den laddade")
        if look.failures:
            signs.append("servern svarade " + ", ".join(str(status) for status in sorted(set(look.failures))))
        if look.wall.sign is not None:
            signs.append("sidan bad om inloggning eller kontroll")
        if signs:
            return Ending(reason=StopReason.STALLED, detail="; ".join(signs))
        return Ending(reason=StopReason.EXHAUSTED, detail=f"{self.journey.bounds.jiggles} försök gav inget nytt")
