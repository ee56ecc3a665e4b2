"""A capture asks the register before it begins, and tells it when it has ended.

Where the register's database is named in the settings it is always asked; the one that lies in a workspace, only once
there is a channel in it: until then it is the ledger of deliveries, and holds nothing that could be asked.
"""

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import exists, select

from register import address
from register.errors import BadInputError
from register.extract.basis import Basis
from register.extract.nouns import Extract
from register.extract.taken import taken
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
class Applicant:
    """Who wants to capture what, and how.

    `channel` is its address, its entry in the register or its name there; `otherwise` the address of the channel that
    the settings have under that word. `person` is their entry in the register or their name. With `attended` a person
    is to be at the screen whatever the register says.
    """

    channel: str
    person: str | None
    attended: bool
    otherwise: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """That the register lets `address` be captured: what that rests on, and what the register says of the channel."""

    address: str
    basis: Basis
    extract: Extract


def found(applicant: Applicant, *, database: str | None, workspace: Path, at: datetime) -> Found | Text:
    """Return what the register lets be captured now, or why it was not asked.

    Args:
        applicant: Who wants to capture what.
        database: Where the settings say that the register is, None where they do not.
        workspace: The folder that it else lies in.
        at: Aware; the moment that is asked of.

    Raises:
        BadInputError: nobody is named, or a word is the name of two; or the database cannot be used.
        NotAllowedError: the capture may not be; see `register.permission.may_capture`.
    """
    if database is None and not (workspace / FILE_NAME).is_file():
        return NOT_ASKED
    with opened(database or workspace / FILE_NAME) as store, store.reading() as session:
        if database is None and not session.scalar(select(exists().where(ChannelRecord.version.is_not(None)))):
            return NOT_ASKED
        register = known(session)
        url = _address(register, applicant, at)
        if _unknown_here(register, url, at):
            return ON_THIS_MACHINE
        basis = _basis(register, applicant, url, at)
        return Found(address=url, basis=basis, extract=taken(session, register, basis, address=url, at=at))


def extract_at(basis: Basis, address: str, *, database: str | Path, at: datetime) -> Extract:
    """Return what the register says of a capture's channel at another moment: when its walk has ended.

    Raises:
        BadInputError: the database cannot be used.
    """
    with opened(database) as store, store.reading() as session:
        return taken(session, known(session), basis, address=address, at=at)


def entered(store: Store, row: CaptureRow) -> None:
    """Enter a capture that has ended; one that is entered already stays as it is."""
    with store.writing() as session:
        if session.get(CaptureRow, row.run) is None:
            session.add(row)


def _address(register: Known, applicant: Applicant, at: datetime) -> str:
    """Return the address that is meant: the word itself, or that of the channel which bears it.

    Raises:
        BadInputError: no channel bears it, or several do.
    """
    word = applicant.channel
    if "://" in word:
        return word
    there = register.holding(ChannelRecord, at)
    bearing = {said.address for said in there if word.casefold() in (said.entry.casefold(), said.name.casefold())}
    if applicant.otherwise is not None and not any(address.covers(one, applicant.otherwise) for one in bearing):
        bearing.add(applicant.otherwise)
    if len(bearing) == 1:
        return bearing.pop()
    if bearing:
        several = ", ".join(sorted(bearing))
        raise _which(
            Text(
                f"{word} är flera kanaler, i registret eller inställningsfilen: {several}.",
                f"{word} is several channels, in the register or the settings file: {several}.",
            ),
            Text("Ange kanalens adress, eller dess kortnamn i registret.", "Give its address or its entry's name."),
        )
    meant = get_close_matches(word, [name for said in there for name in (said.entry, said.name)], n=1)
    raise _which(
        Text(f"{word} finns inte i kanalregistret.", f"{word} is not in the register of channels."),
        Text(f"Menas {meant[0]}?", f"Is {meant[0]} meant?")
        if meant
        else Text("kanalarkiv channels list visar dem som finns.", "kanalarkiv channels list shows them."),
    )


def _basis(register: Known, applicant: Applicant, url: str, at: datetime) -> Basis:
    mode = CaptureMode.ASSISTED if applicant.attended else _mode(register, url, at)
    authorised = authority(register, url, _person(register, applicant.person, at), mode, at)
    editions = sorted(said.edition for said in register.holding(Guideline, at))
    return Basis(
        channel=authorised.channel.entry,
        mode=mode,
        person=authorised.person.entry,
        mandate=authorised.mandate.version,
        opening=authorised.opening.version,
        permission=authorised.permission.version if authorised.permission is not None else None,
        guideline="; ".join(editions) or None,
    )


def _mode(register: Known, url: str, at: datetime) -> CaptureMode:
    """Return how the register has the channel captured; a person watches where it has none, and `authority` refuses."""
    try:
        covering = entries_covering(register, url, at)
    except ValueError:
        covering = ()
    return CaptureMode(covering[0].said.mode) if covering else CaptureMode.ASSISTED


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
    return _which(
        happened,
        Text(
            "Ange --who NAMN: ditt kortnamn i registret, som anna.ek.",
            "Give --who NAME: your entry in the register, like anna.ek.",
        ),
    )


def _which(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(
        happened=happened,
        safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
        next_step=next_step,
    )
