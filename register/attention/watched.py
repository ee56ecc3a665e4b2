"""Days when nobody said that they had looked after a channel, and weeks when nobody said so of its messages.

The guideline: "Mediet ska hållas under daglig uppsikt." What a day was like is told that day, or the day after with a
reason; a gap older than that is never filled.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from register.attention.finding import Finding, FindingKind, Responsible, day_of, of_channel
from register.attention.since import answerable_since, midnight_of
from register.evidence import LOOKED_BACK, Evidence
from register.known import Known
from register.language import Text
from register.store.attestations import Attestation
from register.store.channels import ChannelRecord, WatchDays
from register.store.organisation import Person, Role

MESSAGES = 51
A_WEEK = timedelta(days=7)
_SATURDAY = 5
_TOLD_AT_MOST = 5
_DAY = timedelta(days=1)


def is_watched(channel: ChannelRecord, day: date) -> bool:
    """Return whether a channel is to be looked after on a day."""
    return channel.watch_days != WatchDays.WORKDAYS or day.weekday() < _SATURDAY


def expected(register: Known, channel: ChannelRecord, at: datetime) -> list[date]:
    """Return the days of the last month, before today, that a channel was to be looked after."""
    began = answerable_since(register, channel.entry, at)
    if began is None:
        return []
    today = day_of(at)
    # The day that it was entered is not over when it is entered; it need not have been looked after before that.
    first = max(day_of(began) + _DAY, today - LOOKED_BACK + _DAY)
    days = (first + _DAY * number for number in range((today - first).days))
    return [day for day in days if is_watched(channel, day)]


def of_watch(register: Known, evidence: Evidence, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield that there are days of the last month that nobody has spoken of."""
    days = expected(register, channel, at)
    missing = [day for day in days if day not in evidence.watched.get(channel.entry, ())]
    if not missing:
        return
    told = ", ".join(f"{day}" for day in missing[-_TOLD_AT_MOST:])
    more = " …" if len(missing) > _TOLD_AT_MOST else ""
    yield Finding(
        kind=FindingKind.WATCH_GAP,
        channel=channel.entry,
        said=Text(
            f"{channel.name}: ingen har antecknat uppsikt {len(missing)} av {len(days)} dagar: {told}{more}",
            f"{channel.name}: nobody has noted a watch on {len(missing)} of {len(days)} days: {told}{more}",
        ),
        responsible=_who_watches(register, channel, at),
        since=midnight_of(missing[0]),
        due=missing[0] + _DAY,
        duty=22,
    )


def of_messages(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    """Yield that nobody has said for a week that the private messages of a channel are dealt with."""
    began = answerable_since(register, channel.entry, at)
    if began is None:
        return
    said = [
        said.day
        for said in register.holding(Attestation, at, duty=MESSAGES)
        if said.channel in (None, channel.entry) and said.administration in (None, channel.administration)
    ]
    last = max((day for day in said if day <= day_of(at)), default=None)
    due = max(last or date.min, day_of(began)) + A_WEEK
    if day_of(at) < due:
        return
    before = Text(f"senast {last}", f"last on {last}") if last else Text("aldrig förut", "never before")
    yield Finding(
        kind=FindingKind.MESSAGES,
        channel=channel.entry,
        said=Text(
            f"{channel.name}: är inkomna privata meddelanden hanterade? Bekräfta varje vecka ({before.sv})",
            f"{channel.name}: are the private messages dealt with? Confirm it every week ({before.en})",
        ),
        responsible=_who_watches(register, channel, at),
        since=midnight_of(due),
        due=due,
        duty=MESSAGES,
    )


def _who_watches(register: Known, channel: ChannelRecord, at: datetime) -> Responsible:
    person = register.one(Person, channel.responsible, at)
    if person is None:
        return of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    return Responsible(role="dagligt ansvarig", people=(person,))
