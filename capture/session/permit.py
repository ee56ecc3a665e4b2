"""What may be captured: only the channels in the register, and automatically only by a decision in force.

One case needs no entry: what is on this machine (the demo, the tests, a draft of a site) is under nobody else's terms,
so that no decision is needed to look at it; an entry that it has is heeded all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from capture.session.entry import ChannelEntry, Mode
from register import address
from register.errors import BadInputError, NotAllowedError
from register.language import Text

_NOTHING = Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed.")
_NO_REGISTER = Text(
    "Det finns ingen inställningsfil (kanalarkiv.toml), och därmed inget register över kanaler som får dokumenteras.",
    "There is no settings file (kanalarkiv.toml), and so no register of channels that may be captured.",
)
_REGISTER_IT = Text(
    "Är kanalen kommunens egen och ska dokumenteras: lägg till den under [[kanal]] i inställningsfilen. "
    "kanalarkiv channels visar registret.",
    "If the channel is the municipality's own and to be captured: add it under [[kanal]] in the settings file. "
    "kanalarkiv channels shows the register.",
)


@dataclass(frozen=True, kw_only=True)
class Permit:
    """That a channel may be captured: `entry` is the register's, None where none is needed.

    With `attended` it may only be captured with a person at the screen.
    """

    entry: ChannelEntry | None
    attended: bool

    @property
    def needs_session(self) -> bool:
        """Whether a kept session is to be loaded; a person who attends logs in with their own browser."""
        return self.entry is not None and self.entry.login and not self.attended


def find(entries: Sequence[ChannelEntry], word: str) -> ChannelEntry:
    """Return the channel that `word` names: its name or its address.

    Raises:
        BadInputError: there is no such channel in the register; the nearest name is suggested.
    """
    for entry in entries:
        if word.casefold() == entry.name.casefold() or _same(word, entry.address):
            return entry
    nearest = get_close_matches(word, [entry.name for entry in entries], n=1)
    raise BadInputError(
        happened=Text(f"{word} finns inte i kanalregistret.", f"{word} is not in the register of channels."),
        safe=_NOTHING,
        next_step=Text(f"Menas {nearest[0]}?", f"Is {nearest[0]} meant?") if nearest else _REGISTER_IT,
    )


def permit(entries: Sequence[ChannelEntry] | None, url: str, *, today: date, attended: bool) -> Permit:
    """Return on what terms `url` may be captured.

    Args:
        entries: the register; None where there is none.
        url: what is to be captured.
        today: the day that a decision has to be in force on.
        attended: whether a person is to be at the screen also where the register does not ask for it.

    Raises:
        BadInputError: `url` is no web address.
        NotAllowedError: it is not in the register, there is none, or it would be captured automatically without a
            decision in force.
    """
    try:
        local = address.is_loopback(url)
        covering = [entry for entry in entries or () if address.covers(entry.address, url)]
    except ValueError as error:
        raise _no_address(url) from error
    if not covering:
        if local:
            return Permit(entry=None, attended=attended)
        if entries is None:
            raise _not_allowed(_NO_REGISTER, _REGISTER_IT)
        raise _not_allowed(Text(f"{url} finns inte i kanalregistret.", f"{url} is not in the register."), _REGISTER_IT)
    entry = max(covering, key=lambda each: len(address.canonical(each.address)))  # the nearest one
    attended = attended or entry.mode is Mode.ASSISTED
    reason = None if attended else entry.refusal(today)
    if reason is not None:
        raise _not_allowed(
            Text(
                f"{entry.name} får inte dokumenteras automatiskt: {reason.sv}.",
                f"{entry.name} may not be captured automatically: {reason.en}.",
            ),
            Text(
                "Dokumentera den assisterat (--attended), eller skriv in beslutet under [kanal.tillstand].",
                "Capture it attended (--attended), or write the decision under [kanal.tillstand].",
            ),
        )
    return Permit(entry=entry, attended=attended)


def _same(word: str, registered: str) -> bool:
    try:
        return address.canonical(word) == address.canonical(registered)
    except ValueError:  # a name, then
        return False


def _not_allowed(happened: Text, next_step: Text) -> NotAllowedError:
    return NotAllowedError(happened=happened, safe=_NOTHING, next_step=next_step)


def _no_address(url: str) -> BadInputError:
    return BadInputError(
        happened=Text(f"{url} är ingen webbadress.", f"{url} is no web address."),
        safe=_NOTHING,
        next_step=Text("Ange kanalens adress, med https:// först.", "Give the address, with https:// first."),
    )
