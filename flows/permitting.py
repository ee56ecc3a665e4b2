"""Whether a channel may be captured now, by whom and how: the one place where that is asked.

1. Where there is a register (its database is named in the settings, or lies in the workspace and has a channel), it
   alone answers: the channel's status, opening and mode, the person's mandate, the permission where nobody watches.
   What kanalarkiv.toml says of the same (`lage`, `[kanal.tillstand]`) is not tried; that they differ is told.
2. A channel on this computer itself that the register does not have is under nobody else's terms: it may be captured,
   and it is said that nothing was tried.
3. Without a register, `[[kanal]]` and `[kanal.tillstand]` answer (`capture.session.permit`), and it is said that
   mandates were not tried.

How a channel is walked on this computer (`inloggning`, `konto`, `takt`) is said in kanalarkiv.toml in every case.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from capture.session.entry import ChannelEntry
from capture.session.permit import Permit
from flows import settings
from flows.settings import Settings
from register import capturing
from register.extract.nouns import Extract, last_day
from register.language import SWEDEN, Text
from register.private_pages import require_public
from register.store.channels import CaptureMode
from register.store.opening import FILE_NAME


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who wants to capture what: `channel` is its address, or its name in the register or the settings.

    `who` is the person's entry in the register or their name, `attended` whether they mean to be at the screen,
    `workspace` the folder to work in, where the register lies unless the settings say otherwise.
    """

    channel: str
    who: str | None
    attended: bool
    workspace: Path


@dataclass(frozen=True, kw_only=True)
class Leave:
    """That the channel at `url` may be captured, and on what terms.

    `register` is what the register's leave rests on and what it says of the channel, or why it was not asked; it lies
    in `database`.
    """

    url: str
    permit: Permit
    register: capturing.Found | Text
    database: str | Path

    @property
    def said(self) -> Extract | None:
        """What the register says of the channel now, None where it was not asked."""
        return self.register.extract if isinstance(self.register, capturing.Found) else None

    @property
    def platforms(self) -> tuple[str | None, str | None]:
        """The channel's platform as the register says it, and as the settings do."""
        own = self.said.channel if self.said is not None else None
        return own.platform if own else None, self.permit.entry.platform_name if self.permit.entry else None


def permitted(declared: Settings | None, wish: Wish, *, at: datetime) -> Leave:
    """Return on what terms a channel may be captured; see the module.

    Args:
        declared: the settings, None where there are none.
        wish: who wants to capture what.
        at: aware; the moment that decisions and mandates have to be in force.

    Raises:
        BadInputError: no channel is meant, or several are; or the register asks who captures, and nobody is named.
        NotAllowedError: it may not be captured, or shows private messages; the error says why, and what to do.
    """
    require_public(wish.channel)
    database = declared.database.databas if declared else None
    entry = settings.named(declared, wish.channel)
    found = capturing.found(
        capturing.Applicant(
            channel=wish.channel,
            person=wish.who,
            attended=wish.attended,
            otherwise=entry.address if entry is not None else None,
        ),
        database=database,
        workspace=wish.workspace,
        at=at,
    )
    if isinstance(found, capturing.Found):
        url = found.address
        permit = Permit(entry=settings.covering(declared, url), attended=found.basis.mode is CaptureMode.ASSISTED)
    else:
        url = _address(declared, wish, entry)
        permit = settings.allowed(declared, url, today=at.astimezone(SWEDEN).date(), attended=wish.attended)
    leave = Leave(url=url, permit=permit, register=found, database=database or wish.workspace / FILE_NAME)
    for platform in leave.platforms:
        require_public(url, platform)
    return leave


def _address(declared: Settings | None, wish: Wish, entry: ChannelEntry | None) -> str:
    if entry is not None:
        return entry.address
    if declared is None or "://" in wish.channel:
        return wish.channel
    return settings.registered(declared, wish.channel).address  # which says what else may be meant


def told(permit: Permit, said: Extract | None) -> Text | None:
    """Return on what terms a channel was captured, as the cover says it; None where that is not known.

    `said` is what the register said of it, None where it was not asked.
    """
    if said is None:
        return _told_by_settings(permit)
    if said.ground.mode == CaptureMode.ASSISTED:
        return _ASSISTED
    made = said.ground.permission
    return None if made is None else _automatic(made.reference, made.decided, made.decided_by, last_day(made.end))


def _told_by_settings(permit: Permit) -> Text | None:
    if permit.attended:
        return _ASSISTED
    if permit.entry is None:
        return Text(
            "inget beslut krävs: kanalen finns på den egna datorn",
            "none is needed: the channel is on this computer itself",
        )
    made = permit.entry.permission
    return None if made is None else _automatic(made.diary_number, made.decided, made.decided_by, made.valid_until)


_ASSISTED = Text(
    "assisterad: en människa startade och såg på, som riktlinjen beskriver",
    "assisted: a person started it and watched, as the guideline describes",
)


def _automatic(reference: str, decided: date, decided_by: str, until: date | None) -> Text:
    during = Text(f", gäller till {until}", f", in force until {until}") if until is not None else Text("", "")
    said = f"{reference}, {decided}, {decided_by}"
    return Text(f"automatisk enligt {said}{during.sv}", f"automatic by {said}{during.en}")
