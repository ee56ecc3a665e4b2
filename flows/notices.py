"""Letters to people, and copies to wherever a municipality wants them, by Apprise.

The addresses are secrets (they hold passwords): `kanalarkiv.toml` says where each lies, and it is read when something
is sent. The one for letters (`mailtos://…`) names no recipient: each person's own address is added to it. What a
municipality has beside it (Teams, a chat, a ticket system) gets the same text once a day and person.

A server that is down is said, and noted; the notice is tried again the next day.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from delivery.secrets import Block, fetch
from flows.clock import now
from flows.schedule_settings import Reminders
from register.errors import BadInputError
from register.language import Text
from register.store.opening import Store
from register.store.organisation import Person
from register.telling import ledger
from register.telling.letter import Letter, inert, letter
from register.telling.notice import Notice

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An address of mail, one only: with nothing that Apprise would read as a second recipient or another option."""

_NOBODY_ASKED = Text(
    "Påminnelser skickas inte: [paminnelser] saknas i kanalarkiv.toml.",
    "No reminders are sent: [paminnelser] is missing in kanalarkiv.toml.",
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """How many letters came through, and what should be said of those that did not."""

    sent: int
    unsent: tuple[Text, ...]


Send = Callable[[str, Letter], bool]
"""Sends a letter to a person's address, and returns whether it was taken."""


def tell(store: Store, notices: Sequence[Notice], wanted: Reminders, block: Block) -> Told:
    """Tell people what there is to tell: one letter each. It blocks.

    A letter that was sent is noted at once. Killed between the two, its reader is told twice, never not at all.

    Args:
        store: Where it is noted.
        notices: What there is to tell, each of which was not told before.
        wanted: Where letters and copies go.
        block: Fetches a block of Prefect's; see `delivery.secrets`.
    """
    if not notices:
        return Told(sent=0, unsent=())
    try:
        send, copies = _ways(wanted, block)
    except BadInputError as missing:
        return _unsent(store, notices, missing.happened)
    if send is None:
        return _unsent(store, notices, _NOBODY_ASKED)
    sent, unsent = 0, list[Text]()
    for _, group in groupby(sorted(notices, key=_reader), key=_reader):
        to_one = list(group)
        told = _given(send, to_one[0].person, letter(to_one))
        with store.writing() as session:
            ledger.note(session, to_one, sent=told is None, at=now())
        sent += told is None
        unsent += [told] if told is not None else []
        if told is None:
            unsent += _copied(copies, letter(to_one))
    return Told(sent=sent, unsent=tuple(unsent))


def write(person: Person, said: Letter, wanted: Reminders, block: Block) -> Text | None:
    """Send one letter, and copies of it; return why it did not come through, None if it did. It blocks.

    Whether it was sent before, and that it was sent now, is for whoever calls to know and to note.
    """
    try:
        send, copies = _ways(wanted, block)
    except BadInputError as missing:
        return missing.happened
    if send is None:
        return _NOBODY_ASKED
    told = _given(send, person, said)
    if told is None:
        _copied(copies, said)
    return told


def _reader(notice: Notice) -> str:
    return notice.person.entry


def _given(send: Send, person: Person, said: Letter) -> Text | None:
    """Send one person's letter; return why it did not come through, None if it did."""
    if not _ADDRESS.fullmatch(person.email or ""):
        return Text(
            f"{inert(person.entry)} har ingen e-postadress som går att skriva till.",
            f"{inert(person.entry)} has no address of mail that can be written to.",
        )
    if send(person.email or "", said):
        return None
    return Text(
        f"E-postservern tog inte emot brevet till {inert(person.entry)}; det skickas igen i morgon.",
        f"The mail server did not take the letter to {inert(person.entry)}; it is sent again tomorrow.",
    )


def _unsent(store: Store, notices: Sequence[Notice], why: Text) -> Told:
    with store.writing() as session:
        ledger.note(session, notices, sent=False, at=now())
    return Told(sent=0, unsent=(why,))


def _copied(copies: Sequence[Callable[[Letter], bool]], said: Letter) -> list[Text]:
    return [
        Text(f"Kopia nummer {number} kom inte fram.", f"Copy number {number} did not come through.")
        for number, send in enumerate(copies, start=1)
        if not send(said)
    ]


def _ways(wanted: Reminders, block: Block) -> tuple[Send | None, list[Callable[[Letter], bool]]]:
    """Return the ways that letters and copies go, their secrets fetched; no way for letters if none is named.

    Raises:
        BadInputError: a secret is not where it is said to be, or is no address of Apprise's.
    """
    copies = [_way(fetch(place, block=block).reveal(), str(place)) for place in wanted.kopior]
    if wanted.epost is None:
        return None, copies
    place, url = str(wanted.epost), fetch(wanted.epost, block=block).reveal()
    if not url.startswith(("mailto://", "mailtos://")):
        raise _no_address(place)
    _way(url, place)  # before anybody's address is added, which may make an address of what is none

    def send(to: str, said: Letter) -> bool:
        mark = "&" if "?" in url else "?"
        return _way(f"{url}{mark}to={quote(to, safe='@')}&format=text", place)(said)

    return send, copies


def _way(url: str, place: str) -> Callable[[Letter], bool]:
    """Return what sends a letter to an address of Apprise's.

    Raises:
        BadInputError: it is none; `place` is named, never the address.
    """
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - it takes a second, and most days nothing is sent

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines tell whom it writes to, and by what server
    service = Apprise()
    if not service.add(url):
        raise _no_address(place)

    def send(said: Letter) -> bool:
        return bool(service.notify(title=said.subject, body=said.body, body_format=NotifyFormat.TEXT))

    return send


def _no_address(place: str) -> BadInputError:
    return BadInputError(
        happened=Text(
            f"Det som ligger i {place} är ingen adress som Apprise kan skicka till.",
            f"What lies in {place} is no address that Apprise can send to.",
        ),
        safe=Text("Inget har skickats.", "Nothing was sent."),
        next_step=Text(
            "Lägg dit mailtos://användare:lösenord@server?from=avsändare, utan mottagare.",
            "Put mailtos://user:password@server?from=sender there, without a recipient.",
        ),
    )
