"""Kanalregistret: what each channel is, whose it is, and what its packages are to say."""

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from register import address
from register.language import Text
from register.model import Appraisal, Restriction
from register.store.table import Table
from register.store.wording import RefusedError, Written, identity, one_of


class ChannelStatus(StrEnum):
    """Where a channel is in its life."""

    PROPOSED = "föreslagen"
    ACTIVE = "aktiv"
    DORMANT = "vilande"
    CLOSED = "avslutad"


class CaptureMode(StrEnum):
    """How a channel is captured: a person starts and watches, or nobody does."""

    ASSISTED = "assisterad"
    AUTOMATIC = "automatisk"


class WatchDays(StrEnum):
    """On which days a channel is to be looked after."""

    DAILY = "alla dagar"
    WORKDAYS = "måndag-fredag"


class ChannelRecord(Written, Table, kw_only=True):
    """A channel.

    `administration` is whose it is, `unit` which part of it; `responsible` the person with the daily responsibility;
    `account_email` the address that the account is recovered by. `capture_responsible` names the person who sees that
    it is documented, and `capture_source` the document that says so. `last_activity` is the last day that something
    was published, where no capture says it. `watch_days` are the days that it is looked after, None for all. The eight
    before it are what its packages say; see `register.model.Terms`.
    """

    __tablename__ = "channels"

    name: Mapped[str]
    platform: Mapped[str]
    address: Mapped[str]
    administration: Mapped[str]
    status: Mapped[str]
    unit: Mapped[str | None] = mapped_column(default=None)
    purpose: Mapped[str | None] = mapped_column(default=None)
    goal: Mapped[str | None] = mapped_column(default=None)
    target_group: Mapped[str | None] = mapped_column(default=None)
    responsible: Mapped[str | None] = mapped_column(default=None)
    capture_responsible: Mapped[str | None] = mapped_column(default=None)
    capture_source: Mapped[str | None] = mapped_column(default=None)
    mode: Mapped[str] = mapped_column(default=CaptureMode.ASSISTED.value)
    account_email: Mapped[str | None] = mapped_column(default=None)
    last_activity: Mapped[date | None] = mapped_column(default=None)
    source_system: Mapped[str | None] = mapped_column(default=None)
    reference_code: Mapped[str | None] = mapped_column(default=None)
    appraisal: Mapped[str | None] = mapped_column(default=None)
    appraisal_decision: Mapped[str | None] = mapped_column(default=None)
    restriction: Mapped[str | None] = mapped_column(default=None)
    restriction_note: Mapped[str | None] = mapped_column(default=None)
    information_class: Mapped[str | None] = mapped_column(default=None)
    case_number: Mapped[str | None] = mapped_column(default=None)
    watch_days: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse what is no channel."""
        super().__post_init__()
        identity("entry", self.entry)
        one_of("status", self.status, ChannelStatus)
        one_of("mode", self.mode, CaptureMode)
        if self.watch_days is not None:
            one_of("watch_days", self.watch_days, WatchDays)
        if self.appraisal is not None:
            one_of("appraisal", self.appraisal, Appraisal)
        if self.restriction is not None:
            one_of("restriction", self.restriction, Restriction)
        try:
            address.canonical(self.address)
        except ValueError:
            raise RefusedError(
                "address",
                Text(f"{self.address} är ingen webbadress", f"{self.address} is no web address"),
                Text("Skriv hela adressen, med https:// först.", "Write the whole address, with https:// first."),
            ) from None
