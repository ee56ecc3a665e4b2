"""The whole feed: one post after another until its end is believed, and why it was."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from capture.attendance import Challenge
from capture.items import Cause, PostLedger, StopReason
from capture.session import retry_after
from capture.walk import faults, obstacles, post
from capture.walk.journey import EndedEarlyError, Ending, Journey
from capture.walk.look import Deed, Look, Order
from capture.walk.page import open_beside
from capture.walk.profile import Profile
from capture.walk.screen import Screen
from register.language import Text

_SWIFT = 700.0  # CSS pixels: how fast a walk that is taken up again passes over what it has finished


@dataclass(kw_only=True)
class Feed:
    """A channel's feed on a screen; `ledgers` grows as posts are finished.

    `passed` are posts that are not to be walked: older than `since` (UTC). `beside` is the page for posts' own pages.
    """

    journey: Journey
    screen: Screen
    evidence: Path
    profiles: tuple[Profile, ...]
    since: datetime | None
    ledgers: dict[str, PostLedger] = field(default_factory=dict)
    passed: dict[str, None] = field(default_factory=dict)
    beside: Screen | None = None
    older: int = 0
    resuming: bool = False
    visits_always: bool = False
    by_semantics: bool = False

    async def arrive(self, url: str) -> Look:
        """Open the channel and wait for its first post, past whatever asks about cookies or nags.

        Raises:
            ChannelUnreachableError: Nothing answered, or with an HTTP status of 400 or more.
            ChallengedError: A login or a proof is asked for, and nobody gave it.
            NoPostsError: The page shows no post.
        """
        try:
            look = await self._open(url)
            while (challenge := obstacles.walled(look) or self.journey.check_identity(look)) is not None:
                look = await self.journey.pause(self.screen, challenge, Order())
        except EndedEarlyError as ended:  # before there was anything to keep
            sign = self.journey.pauses[-1].why if self.journey.pauses else Text(ended.ending.detail, str(ended))
            raise faults.challenged(self.screen.page.url, sign) from ended
        if look.posts == 0:
            look = await self.journey.do(self.screen, None, self._waiting())
        if look.posts == 0:
            raise faults.no_posts(url)
        profile = next(profile for profile in self.profiles if profile.name == look.profile)
        self.journey.watch.know(profile)
        self.visits_always = profile.visit == "always"
        self.by_semantics = profile.by_semantics
        self.journey.catalogue.claims_answers = profile.claims == "answers"
        return look

    def _waiting(self) -> Order:
        bound = self.journey.bounds.arrival_seconds * 1000
        done = (*self.ledgers, *self.passed)
        return Order(deed="wait", armed=False, bound=bound, patience=1_500, done=done)

    async def _open(self, url: str) -> Look:
        try:
            answer = await self.screen.go(url)
        except PlaywrightError as error:
            if faults.is_lost(error):
                raise
            raise faults.unreachable(url, error) from error
        if answer is None:
            raise faults.challenged(url, Text("sidan gav inget svar", "the page gave no answer"))
        if answer.status >= 400 and not await self._waited_out(url, answer.status, answer.headers.get("retry-after")):
            raise faults.refused(url, answer.status)
        self.journey.watch.refusals.clear()
        await self.journey.do(self.screen, None, self._waiting())
        look = await self.journey.do(self.screen, Cause.RESUME if self.resuming else Cause.ARRIVAL, Order())
        return await self.journey.clear(self.screen, look)

    async def _waited_out(self, url: str, status: int, header: str | None) -> bool:
        """Say whether a server that was asked too often answers when it is asked again as late as it wants."""
        seconds = retry_after.seconds(header, now=self.journey.clock())
        if status not in (429, 503) or seconds is None:
            return False
        sign = Text(f"servern bad om väntan (HTTP {status})", f"the server asked for patience (HTTP {status})")
        challenge = Challenge(sign=sign, url=url, retry_after=seconds)
        if not await self.journey.attendant.answer(self.screen.page, challenge):
            return False
        answer = await self.screen.go(url)
        return answer is not None and answer.ok

    async def walk(self, look: Look) -> Ending:
        """Go through every post; return why the walk stopped."""
        try:
            return await self._walk(look)
        except EndedEarlyError as early:
            return early.ending

    async def _walk(self, look: Look) -> Ending:
        while True:
            if look.next is None:
                look, ending = await self._more(look)
                if ending is not None:
                    return ending
                continue
            key, self.resuming = look.next, False
            if len(self.ledgers) >= self.journey.bounds.posts:
                self.journey.limit(f"högst {self.journey.bounds.posts} inlägg")
                return Ending(reason=StopReason.CEILING, detail=f"högst {self.journey.bounds.posts} inlägg")
            look = await self._post(key, look)
            if self.older >= self.journey.bounds.older_posts:
                return self._period_reached()

    def _period_reached(self) -> Ending:
        return Ending(reason=StopReason.PERIOD_START, detail=f"{self.older} inlägg i rad är äldre än periodens början")

    async def _post(self, key: str, look: Look) -> Look:
        if key in self.ledgers or key in self.passed:  # the page began anew: what is finished stays finished
            return await self.journey.do(self.screen, None, Order(done=(*self.ledgers, *self.passed)))
        if self._is_older(key):
            return await self._pass_over(key)
        try:
            opened = await self._opened(key, look)
            place, opened = await self._visited(key, opened, look.url)
        except EndedEarlyError as early:
            walled = early.ending.reason is StopReason.CHALLENGED
            if self.journey.catalogue.knows(key):
                await self._finish(key, self.screen, post.Opened(left=(), ceiling=not walled, walled=walled))
            raise
        if key not in self.journey.catalogue:  # the page told better what it is: it has another key now
            return await self.journey.do(self.screen, None, Order(done=(key,)))
        if self._is_older(key):
            return await self._pass_over(key)
        left = await self._finish(key, place, opened)
        if place is self.screen and left.post is not None and left.post.dialog:
            await post.close_dialog(self.journey, self.screen, key)
        return await self._on(key)

    async def _opened(self, key: str, look: Look) -> post.Opened:
        look = await post.approach(self.journey, self.screen, key, look)
        if self.visits_always:
            return post.Opened(left=())
        return await post.open_up(self.journey, self.screen, key, look, own_page=False)

    async def _visited(self, key: str, opened: post.Opened, url: str) -> tuple[Screen, post.Opened]:
        """Open the post's own page where there is more to see; return where the post is to be shown, and how it is."""
        if not self.visits_always and not self._worth_a_visit(key, opened, url):
            return self.screen, opened
        place = await self._own_page()
        return self._better(place, opened, await post.visit(self.journey, place, key, continued=not self.by_semantics))

    async def _on(self, key: str) -> Look:
        """Go on in the feed; now and then see that it is still the right visitor's."""
        look = await self.journey.do(self.screen, None, Order(done=(key,)))
        challenge = self.journey.check_identity(look)
        return look if challenge is None else await self.journey.pause(self.screen, challenge, Order())

    def _better(self, place: Screen, opened: post.Opened, visited: post.Opened) -> tuple[Screen, post.Opened]:
        """Choose where the post is to be shown: on its own page, unless that does not show it."""
        if not visited.reached:
            # A page that an unknown site does not have proves nothing of a post that the feed still shows.
            gone = visited.gone and not self.by_semantics
            said = ("inlägget har ingen egen sida",) if visited.gone and not gone and opened.left else ()
            return self.screen, replace(opened, left=(*opened.left, *visited.left, *said), gone=gone)
        return place, visited

    def _is_older(self, key: str) -> bool:
        if self.since is None:
            return False
        published = self.journey.catalogue.published(key)
        return published is not None and published < self.since

    async def _pass_over(self, key: str) -> Look:
        self.older += 1
        self.passed[key] = None
        self.journey.pass_over(key)
        return await self.journey.do(self.screen, None, Order(done=(key,)))

    async def _own_page(self) -> Screen:
        if self.beside is None or self.beside.page.is_closed():
            self.beside = self.screen.on(await open_beside(self.screen.page.context))
        return self.beside

    async def _finish(self, key: str, place: Screen, opened: post.Opened) -> Look:
        """Show the post as it is left, and make its account; return the last look at it."""
        self.older = 0
        if self.since is not None and self.journey.catalogue.published(key) is None:
            self.journey.undated += 1
        # The last count of what stands twice, before the witnesses see the post as it is left.
        look = await place.do(Order(post=key, account=True))
        self.journey.take_in(look)
        self.journey.catalogue.settle(key)
        await post.bring_into_view(self.journey, place, key)
        await self._present(key, place)
        number = len(self.ledgers) + 1
        ledger = await post.account(self.journey, place, key, opened, self.evidence / f"post-{number:05d}")
        self.ledgers[key] = ledger
        self.journey.finish(ledger)
        return look

    def _worth_a_visit(self, key: str, opened: post.Opened, url: str) -> bool:
        if key not in self.journey.catalogue:
            return False
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
        look = await self._down(look)
        if look.next is None and not look.at_end:
            return look, await self._barren()
        journey, screen, since = self.journey, self.screen, look.now
        for attempt in range(journey.bounds.jiggles + 1):
            if look.next is None and look.more_posts is not None:
                look = await journey.do(screen, Cause.EXPAND, Order(deed="more", bound=self._patience, patience=1_000))
                look = await self._down(await journey.clear(screen, look))
            if look.next is not None:
                return look, None
            if look.next_page is not None:
                return await self._turn_the_page(look.next_page)
            if look.end_marker is not None and not look.pending and not look.spinning:
                return look, Ending(reason=StopReason.END_MARKER, detail=look.end_marker)
            deed: Deed = "jiggle" if attempt else "rest"
            order = Order(deed=deed, since=since, bound=self._patience, patience=1_000)
            look = await journey.do(screen, Cause.SCROLL if attempt and not self.resuming else None, order)
            look = await journey.clear(screen, look)
        if look.next is not None:
            return look, None
        return look, self._no_more(look)

    @property
    def _patience(self) -> float:
        return self.journey.bounds.effect_seconds * 1000

    async def _down(self, look: Look) -> Look:
        """Scroll until another post comes, the end of the page, or for too long past what is known already."""
        journey, since, barren = self.journey, look.now, 0
        while look.next is None and not look.at_end and barren < journey.bounds.barren_steps:
            by = _SWIFT if self.resuming else self.journey.stride
            cause = None if self.resuming else Cause.SCROLL
            look = await journey.do(self.screen, cause, Order(deed="scroll", by=by, since=since))
            look = await journey.clear(self.screen, look)
            barren = 0 if look.items else barren + 1
        return look

    async def _turn_the_page(self, address: str) -> tuple[Look, Ending | None]:
        """Go on where the feed is continued on another page."""
        try:
            answer = await self.screen.go(address)
        except PlaywrightError as error:
            if faults.is_lost(error):
                raise
            answer = None
        if answer is None or not answer.ok:
            status = self.journey.watch.documents.get(address)
            said = "inget" if status is None else f"HTTP {status}"
            look = await self.journey.do(self.screen, None, Order())
            return look, Ending(reason=StopReason.STALLED, detail=f"flödets nästa sida, {address}, svarade {said}")
        await self.journey.do(self.screen, None, self._waiting())
        cause = None if self.resuming else Cause.SCROLL
        look = await self.journey.do(self.screen, cause, Order(done=(*self.ledgers, *self.passed)))
        return await self.journey.clear(self.screen, look), None

    async def _barren(self) -> Ending:
        """Return the ending of a feed whose bottom is never reached: it began again, or it is a ceiling of ours."""
        steps = self.journey.bounds.barren_steps
        look = await self.journey.do(self.screen, None, Order(account=True))
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
