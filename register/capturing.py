"""A capture asks the register before it begins, and tells it when it has ended.

Where the register's database is named in the settings it is always asked; the one that lies in a workspace, only once
there is a channel in it: until then it is the ledger of deliveries, and holds nothing that could be asked.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select

from register import address
from register.errors import BadInputError
from register.known import Known, known
from register.language import Text
from register.permission import NOT_ASKED, authority, entries_covering
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode, ChannelRecord
from register.store.guidelines import Guideline
from register.store.opening import FILE_NAME, Store, opened
from register.store.organisation import Person

ON_THIS_MACHINE = Text(
    "Kanalen ligger på den här datorn och står inte i registret: beslut och uppdrag prövas inte.",
    "The channel is on this computer and not in the register: decisions and mandates are not tried.",
)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a capture rests on: the entries of channel and person, and the versions of the statements in force.

    `guideline` is the edition that held, None where the register has none.
    """

    channel: str
    mode: CaptureMode
    person: str
    mandate: int
    opening: int
    permission: int | None
    guideline: str | None


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who wants to capture what, and how: `url` the channel's address, `person` their entry in the register or name."""

    url: str
    person: str | None
    mode: CaptureMode


def asked(asker: Asker, *, database: str | None, workspace: Path, at: datetime) -> Basis | Text:
    """Return what it rests on that a channel may be captured now, or why the register was not asked.

    Args:
        asker: Who wants to capture what.
        database: Where the settings say that the register is, None where they do not.
        workspace: The folder that it else lies in.
        at: Aware; the moment that is asked of.

    Raises:
        BadInputError: nobody is named, or a name is two people's; or the database cannot be used.
        NotAllowedError: the capture may not be; see `register.permission.may_capture`.
    """
    if database is None and not (workspace / FILE_NAME).is_file():
        return NOT_ASKED
    with opened(database or workspace / FILE_NAME) as store, store.reading() as session:
        if database is None and not session.scalar(select(exists().where(ChannelRecord.version.is_not(None)))):
            return NOT_ASKED
        return _basis(known(session), asker, at)


def entered(store: Store, row: CaptureRow) -> None:
    """Enter a capture that has ended; one that is entered already stays as it is."""
    with store.writing() as session:
        if session.get(CaptureRow, row.run) is None:
            session.add(row)


def _basis(register: Known, asker: Asker, at: datetime) -> Basis | Text:
    if _unknown_here(register, asker.url, at):
        return ON_THIS_MACHINE
    found = authority(register, asker.url, _person(register, asker.person, at), asker.mode, at)
    editions = sorted(said.edition for said in register.holding(Guideline, at))
    return Basis(
        channel=found.channel.entry,
        mode=asker.mode,
        person=found.person.entry,
        mandate=found.mandate.version,
        opening=found.opening.version,
        permission=found.permission.version if found.permission is not None else None,
        guideline="; ".join(editions) or None,
    )


def _unknown_here(register: Known, url: str, at: datetime) -> bool:
    """Return whether `url` is on this machine and no channel's: a demonstration, or a draft of a site."""
    try:
        return address.is_loopback(url) and not entries_covering(register, url, at)
    except ValueError:
        return False  # no address: `authority` says so


def _person(register: Known, word: str | None, at: datetime) -> str:
    """Return the entry of the person that `word` names; a word that names nobody is returned as it is."""
    name = " ".join((word or "").split())
    if not name:
        raise _who(
            Text(
                "Det sägs inte vem som dokumenterar, och registret prövar om den har uppdrag.",
                "It is not said who captures, and the register tries whether they have a mandate.",
            )
        )
    if register.one(Person, name, at) is not None:
        return name
    same = [said.entry for said in register.holding(Person, at) if said.name.casefold() == name.casefold()]
    if len(same) > 1:
        several = ", ".join(sorted(same))
        raise _who(Text(f"{name} är flera i registret: {several}.", f"{name} is several in the register: {several}."))
    return same[0] if same else name


def _who(happened: Text) -> BadInputError:
    return BadInputError(
        happened=happened,
        safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
        next_step=Text(
            "Ange --who NAMN: ditt kortnamn i registret, som anna.ek.",
            "Give --who NAME: your entry in the register, like anna.ek.",
        ),
    )
