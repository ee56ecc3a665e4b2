"""Assisted mode: a person starts the walk, watches it, and can pause, take over, be filmed, go on and end it.

Only words are exchanged with the person, so it works wherever a browser can be shown: no key presses, no window tricks.
A person who has left is not watching, and then the walk ends.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Protocol

from playwright.async_api import Page

from capture.attendance import LONGEST_WAIT, Camera, Challenge, Stretch
from register.language import Text


class Word(Enum):
    """What a person can say: that the walk is to stand still or move (the other of what it does), or to end.

    FILM: that they want to drive themselves and have it filmed, or no longer.
    """

    SWITCH = auto()
    FILM = auto()
    END = auto()


class Person(Protocol):
    """The person who looks after the walk."""

    def tell(self, text: Text) -> None:
        """Tell them something."""

    def call(self) -> None:
        """Call them to the screen: one beep."""

    def said(self) -> Word | None:
        """Return what they have said and was not returned before; None where they have said nothing. Never waits."""

    async def says(self) -> Word:
        """Wait for what they say next."""


class Attended:
    """An attendant of the walk (`capture.attendance.Attendant`) that asks a person."""

    def __init__(self, person: Person, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """`sleep` waits for a number of seconds."""
        self._person = person
        self._sleep = sleep
        self._ended = False
        self._camera: Camera | None = None
        self._away = False

    def equip(self, camera: Camera) -> None:
        """Take `camera`, to film with when the person wants to be filmed."""
        self._camera = camera

    async def begins(self, page: Page) -> bool:
        """Return True when the person starts the walk, False when they do not want to."""
        await page.bring_to_front()
        return await self._consent(_BEGIN)

    async def may_go_on(self, page: Page) -> bool:
        """Return when the walk may take its next step: at once, or when a pause is over. False: it is to end here."""
        while (word := self._person.said()) is not None and self._heeds(word) and await self._given_back(page, word):
            self._person.tell(_GOES_ON)
        return not self._ended

    def was_away(self) -> bool:
        """Return whether the person has had the browser since this was last asked."""
        away, self._away = self._away, False
        return away

    async def _given_back(self, page: Page, word: Word) -> bool:
        """Leave the browser to the person, filmed or not, until the walk may go on; False when it is to end."""
        filming = word is Word.FILM
        self._away = True
        while True:
            if filming:
                word = await self._filmed(page)
            else:
                self._person.tell(_PAUSED)
                word = await self._person.says()
            if word is not Word.FILM:
                return self._heeds(word)
            filming = not filming

    async def _filmed(self, page: Page) -> Word:
        """Film what the person does until they say something, and return that; what ends by itself ends in a pause."""
        if self._camera is None:
            self._person.tell(_NO_CAMERA)
            return Word.FILM
        self._person.tell(_FILMS)
        said = asyncio.ensure_future(self._person.says())
        try:
            stretch = await self._camera.film(page, said)
            self._person.tell(_of(stretch))
            return said.result() if said.done() else Word.FILM
        finally:
            said.cancel()

    async def answer(self, page: Page, challenge: Challenge) -> bool:
        """Call the person, and return True when they have dealt with what stands in the way.

        Where the server named a time, it is waited for; a person cannot make it shorter, but can end the walk.
        """
        while (word := self._person.said()) is not None:  # an Enter from before is no answer to what comes now
            self._heeds(word)
        if self._ended:
            return False
        self._person.tell(
            Text(
                f"Något står i vägen: {challenge.sign.sv} ({challenge.url})",
                f"Something stands in the way: {challenge.sign.en} ({challenge.url})",
            )
        )
        self._person.call()
        if challenge.retry_after is not None:
            return await self._waited(challenge.retry_after)
        await page.bring_to_front()
        return await self._consent(_DEAL_WITH_IT)

    async def _consent(self, question: Text) -> bool:
        self._person.tell(question)
        while (word := await self._person.says()) is Word.FILM:
            self._person.tell(_NOT_FILMED)
        return self._heeds(word)

    async def _waited(self, seconds: float) -> bool:
        if seconds > LONGEST_WAIT:
            self._person.tell(_TOO_LONG)
            return False
        self._person.tell(
            Text(
                f"Servern ber oss vänta {seconds:.0f} sekunder, och det gör vi. q och Enter avslutar.",
                f"The server asks us to wait {seconds:.0f} seconds, and we do. q and Enter ends.",
            )
        )
        over = asyncio.ensure_future(self._sleep(seconds))
        try:
            while not over.done() and not self._ended:
                word = asyncio.ensure_future(self._person.says())
                await asyncio.wait((over, word), return_when=asyncio.FIRST_COMPLETED)
                if word.done():
                    self._heeds(word.result())
                else:
                    word.cancel()
        finally:
            over.cancel()
        return not self._ended

    def _heeds(self, word: Word) -> bool:
        """Take a word in, and return whether the walk is still to go on: what has been ended stays so."""
        self._ended = self._ended or word is Word.END
        return not self._ended


def _of(stretch: Stretch) -> Text:
    """Return what a person is told of what was filmed; what the statement will say of it, they hear now."""
    rate = f"{stretch.states_per_second:.1f}"
    told = Text(
        f"Filmat: {stretch.seconds:.0f} s, {rate.replace('.', ',')} olika bilder i sekunden.",
        f"Filmed: {stretch.seconds:.0f} s, {rate} different pictures a second.",
    )
    if stretch.cut_short is not None:
        why = stretch.cut_short.label
        told = Text(f"{told.sv} Filmningen slutade: {why.sv}.", f"{told.en} The filming ended: {why.en}.")
    if stretch.unseen:
        told = Text(
            f"{told.sv} Innehåll kan ha passerat osett: intyget kommer att säga ofullständig.",
            f"{told.en} Content may have passed unseen: the statement will say incomplete.",
        )
    return told


_BEGIN = Text(
    "Webbläsaren är öppen. Logga in om det behövs, och se till att kanalen visas som den ska.\n"
    "Enter börjar genomgången. Under den: Enter pausar och fortsätter, f och Enter filmar det du själv gör,\n"
    "q och Enter avslutar.",
    "The browser is open. Log in if need be, and see that the channel is shown as it should be.\n"
    "Enter starts the walk. During it: Enter pauses and goes on, f and Enter films what you do yourself,\n"
    "q and Enter ends.",
)
_PAUSED = Text(
    "Pausat. Webbläsaren är din; inget spelas in. Enter fortsätter, f och Enter filmar, q och Enter avslutar.",
    "Paused. The browser is yours; nothing is recorded. Enter goes on, f and Enter films, q and Enter ends.",
)
_FILMS = Text(
    "Filmar i realtid det du gör i den här fliken, utan ljud. Rulla lugnt, med hjulet: hopp (Page Down, End) räknas\n"
    "som osett. f och Enter slutar filma, Enter slutar filma och fortsätter genomgången, q och Enter avslutar.",
    "Filming in real time what you do in this tab, without sound. Scroll calmly, with the wheel: leaps (Page Down,\n"
    "End) count as unseen. f and Enter stops filming, Enter stops filming and goes on with the walk, q and Enter ends.",
)
_NO_CAMERA = Text("Här finns inget att filma med.", "There is nothing to film with here.")
_NOT_FILMED = Text(
    "Nu filmas inget: det som skrivs vid en inloggning spelas aldrig in.",
    "Nothing is filmed now: what is typed at a login is never recorded.",
)
_GOES_ON = Text("Fortsätter.", "Going on.")
_DEAL_WITH_IT = Text(
    "Ta hand om det i webbläsaren; inget spelas in. Enter när det är gjort, q och Enter avslutar.",
    "Deal with it in the browser; nothing is recorded. Enter when it is done, q and Enter ends.",
)
_TOO_LONG = Text(
    "Servern ber om längre tid än vi väntar. Genomgången slutar här.",
    "The server asks for longer than we wait. The walk ends here.",
)
