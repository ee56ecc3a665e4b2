"""The person at the terminal: what they are told, and the lines they write back.

A thread reads the lines, so that a walk never waits for a person who has nothing to say. It reads the descriptor
itself: a thread that holds the lock of `sys.stdin` when the program ends would bring it down. Nothing here knows of
terminals, so a pipe does as well, and it is the same on Windows and macOS.
"""

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable

from capture.programs.chromium import Brand
from capture.session.attended import Attended, Word
from capture.session.own_browser import OwnBrowser
from flows.progress import current
from flows.settings import Settings
from register.language import Text

_GLANCE = 0.1  # seconds between two looks at what has been written
_CHUNK = 4096
_SAID = {"": Word.SWITCH, "p": Word.SWITCH, "q": Word.END}
_SAID_OF_A_WALK = _SAID | {"f": Word.FILM}
_MEANS = Text("Enter pausar och fortsätter, q avslutar.", "Enter pauses and goes on, q ends.")
_MEANS_IN_A_WALK = Text(
    "Enter pausar och fortsätter, f filmar, q avslutar.", "Enter pauses and goes on, f films, q ends."
)


class Terminal:
    """A person who reads what is told and writes lines: Enter or p pauses and goes on, f films, q ends.

    Where the lines end (Ctrl-D, a closed window, no terminal at all), the person is gone, and that ends too.

    Args:
        lines: the descriptor that the lines come from; None where there is none.
        tell: tells them something.
        call: calls them with one beep.
        walks: whether there is a walk, that they can have themselves filmed in; a login is never filmed.
    """

    def __init__(
        self, lines: int | None, *, tell: Callable[[Text], None], call: Callable[[], None], walks: bool = False
    ) -> None:
        self._lines = lines
        self._tell = tell
        self._call = call
        self._meanings, self._help = (_SAID_OF_A_WALK, _MEANS_IN_A_WALK) if walks else (_SAID, _MEANS)
        self._words: deque[Word] = deque()
        self._reader: threading.Thread | None = None

    def tell(self, text: Text) -> None:
        """Tell them something."""
        self._tell(text)

    def call(self) -> None:
        """Beep once."""
        self._call()

    def said(self) -> Word | None:
        """Return what they have said and was not returned before. Never waits."""
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, name="person", daemon=True)
            self._reader.start()
        return self._words.popleft() if self._words else None

    async def says(self) -> Word:
        """Wait for what they say next."""
        while (word := self.said()) is None:
            await asyncio.sleep(_GLANCE)
        return word

    def _read(self) -> None:
        begun = b""
        while chunk := self._chunk():
            *lines, begun = (begun + chunk).split(b"\n")
            for line in lines:
                self._hear(line.decode(errors="replace").strip().casefold())
        self._words.append(Word.END)

    def _chunk(self) -> bytes:
        """Return the next bytes; none when there will be no more."""
        if self._lines is None:
            return b""
        try:
            return os.read(self._lines, _CHUNK)
        except OSError:  # a terminal whose other end has been closed says so
            return b""

    def _hear(self, line: str) -> None:
        if line in self._meanings:
            self._words.append(self._meanings[line])
        else:
            self._tell(self._help)


def terminal(tell: Callable[[Text], None]) -> Terminal:
    """Return the person at this program's terminal, who is told things through `tell`."""
    return Terminal(_lines(), tell=tell, call=_ring)


def attendant() -> Attended:
    """Return the attendant of an assisted walk: the person at the terminal, told things through the progress in use."""
    return Attended(Terminal(_lines(), tell=current().say, call=_ring, walks=True))


def _lines() -> int | None:
    try:
        return sys.stdin.fileno() if sys.stdin is not None else None
    except (OSError, ValueError):  # it was closed, or is not one
        return None


def _ring() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\a")
        sys.stderr.flush()


def own_browser(declared: Settings | None) -> OwnBrowser:
    """Return which browser an assisted walk is made in; by default the first found, with a profile of ours for it."""
    if declared is None:
        return OwnBrowser()
    wanted = declared.assisterad
    return OwnBrowser(
        brand=Brand(wanted.webblasare) if wanted.webblasare else None,
        profile=wanted.profil.expanduser() if wanted.profil else None,
        endpoint=wanted.anslut,
    )
