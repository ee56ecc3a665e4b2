"""What there is to tell of a half-year's capture, on which days, and to whom.

*Assisterad*: the person who documents is told on the channel's day. Anybody's capture that is not made: 30 and 7 days
before the half-year ends, and when it has ended, then the förvaltningschef too. Whoever was not told while a later
notice became due (the machine was off) is told the later one only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from register.attention.finding import day_of, holders
from register.due import Owed
from register.known import Known
from register.language import Text
from register.store.channels import CaptureMode, ChannelRecord
from register.store.mandates import Substitute
from register.store.organisation import Person, Role


class NoticeKind(StrEnum):
    """What is told; of the days that have come, the last one's is what there is to tell."""

    DUE = "att-göra"
    MONTH_LEFT = "30-dagar-kvar"
    WEEK_LEFT = "7-dagar-kvar"
    OVERDUE = "försenad"
    HINDERED = "hindrad"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell a person of a channel's capture; `why` is what hinders it, where something does."""

    kind: NoticeKind
    owed: Owed
    person: Person
    why: Text | None = None

    @property
    def key(self) -> "Key":
        """What tells it from every other: nobody is told the same twice."""
        return (self.owed.channel.entry, self.owed.half.name, self.kind, self.person.entry)


Key = tuple[str, str, str, str]
"""Of a notice: the channel's entry, the half-year's name, the kind, the person's entry."""


def days_of(owed: Owed) -> dict[NoticeKind, date]:
    """Return the Swedish days that the notices of an owed capture are to be given, in order."""
    days = {
        NoticeKind.MONTH_LEFT: owed.last - timedelta(days=30),
        NoticeKind.WEEK_LEFT: owed.last - timedelta(days=7),
        NoticeKind.OVERDUE: owed.last + timedelta(days=1),
    }
    if owed.channel.mode == CaptureMode.ASSISTED:  # an automatic one is made then, by nobody's hand
        days[NoticeKind.DUE] = owed.day
    return dict(sorted(days.items(), key=lambda item: item[1]))


def to_tell(register: Known, owed: Iterable[Owed], told: frozenset[Key], at: datetime) -> tuple[Notice, ...]:
    """Return what there is to tell at a moment that was not told before.

    Args:
        register: As it is known.
        owed: What channels owe at `at`; see `register.due`.
        told: What was told.
        at: The moment.
    """
    found: list[Notice] = []
    for each in owed:
        if not each.open:
            continue
        come = [kind for kind, day in days_of(each).items() if day <= day_of(at)]
        if come:
            people = recipients(register, each.channel, come[-1], at)
            found += [Notice(kind=come[-1], owed=each, person=person) for person in people]
    return tuple(notice for notice in found if notice.key not in told)


def hindrances(register: Known, owed: Owed, why: Text, told: frozenset[Key], at: datetime) -> tuple[Notice, ...]:
    """Return whom there is to tell that a capture could not be made, and was not told so of this half-year before."""
    people = recipients(register, owed.channel, NoticeKind.HINDERED, at)
    found = [Notice(kind=NoticeKind.HINDERED, owed=owed, person=person, why=why) for person in people]
    return tuple(notice for notice in found if notice.key not in told)


def recipients(register: Known, channel: ChannelRecord, kind: NoticeKind, at: datetime) -> tuple[Person, ...]:
    """Return whom something is told: who documents the channel, and of the graver things the förvaltningschef.

    Empty if the register knows nobody with an address.
    """
    told = [documents(register, channel, at)]
    if kind in (NoticeKind.OVERDUE, NoticeKind.HINDERED):
        told += holders(register, Role.DIRECTOR, at, administration=channel.administration)
    reached = {person.entry: person for person in told if person is not None and person.email}
    return tuple(reached.values())


def documents(register: Known, channel: ChannelRecord, at: datetime) -> Person | None:
    """Return who sees to it that a channel is documented: the first who is employed and can be written to."""
    for person in _in_turn(register, channel, at):
        if person is not None and person.email:
            return person
    return None


def _in_turn(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Person | None]:
    for entry in (channel.capture_responsible, channel.responsible):
        yield register.one(Person, entry, at)
    if channel.responsible is not None:
        for said in register.holding(Substitute, at, channel=channel.entry, stands_in_for=channel.responsible):
            yield register.one(Person, said.person, at)
    for role in (Role.MANAGER, Role.DIRECTOR, Role.HEAD_OF_COMMUNICATION):
        yield from holders(register, role, at, administration=channel.administration)
