"""The daily watch (*uppsikt*): a person says that they looked after a channel. It is never said for them.

One word a channel and day is enough; a second changes nothing. It is said of today; of yesterday with a reason why it
is late, and the time that it was said is kept. Of any other day it is not taken down: a gap stays a gap.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.answers import authorised
from register.attention.finding import day_of
from register.attention.watched import is_watched
from register.deeds.refusal import forbidden, unusable, worded
from register.known import Known
from register.language import SWEDEN, Text
from register.store.captures import WatchRow
from register.store.channels import ChannelRecord
from register.store.organisation import Person
from register.store.wording import readable

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """That a channel was looked after: the `row` that says so, and whether it was made now (`new`)."""

    row: WatchRow
    new: bool

    @property
    def late(self) -> bool:
        """Whether it was said on another day than it speaks of."""
        return is_late(self.row)


def is_late(row: WatchRow) -> bool:
    """Return whether a watch was told of on another day than it speaks of."""
    return day_of(row.at) != row.day


def done(  # noqa: PLR0913 - who says what of which channel and day
    session: Session,
    register: Known,
    channel: ChannelRecord,
    person: Person,
    *,
    day: date | None,
    note: str | None,
    at: datetime,
) -> Watched:
    """Take down that a person looked after a channel.

    Args:
        session: Of `Store.writing`.
        register: As it is known.
        channel: The channel, as it stands at `at`.
        person: Who did it, and says so.
        day: The Swedish day; None for today.
        note: What they saw; of yesterday, why it is said late.
        at: Aware; the moment that it is said.

    Raises:
        NotAllowedError: the person had no mandate in the channel then.
        BadInputError: the day is neither today nor yesterday, or it is yesterday and no reason is given.
    """
    today = day_of(at)
    of = today if day is None else day
    if of > today:
        raise unusable(Text(f"{of} har inte varit än.", f"{of} has not been yet."))
    if of < today - _DAY:
        raise unusable(
            Text(
                f"{of} går inte att anteckna i efterhand: en lucka fylls aldrig.",
                f"{of} cannot be noted afterwards: a gap is never filled.",
            ),
            Text("Anteckna dagens uppsikt i dag, eller gårdagens.", "Note today's watch today, or yesterday's."),
        )
    if of < today and not (note or "").strip():
        raise unusable(
            Text("Gårdagens uppsikt antecknas sent, och det har en orsak.", "Yesterday's watch is late, for a reason."),
            Text("Ange --note, varför det sägs först nu.", "Give --note, why it is said only now."),
        )
    moment = at if of == today else datetime.combine(of, time(12), SWEDEN)
    if person.entry not in {each.entry for each in authorised(register, channel.entry, moment)}:
        raise forbidden(
            Text(
                f"{person.name} hade inget gällande uppdrag i {channel.name} {of}.",
                f"{person.name} had no mandate in force in {channel.name} on {of}.",
            ),
            Text(
                "Den som har uppdraget antecknar; eller låt chefen ge uppdraget, och skriv in det.",
                "Whoever has the mandate notes it; or have the manager give the mandate, and enter it.",
            ),
        )
    if note is not None:
        with worded():
            readable("note", note)
    there = session.scalar(select(WatchRow).where(WatchRow.channel == channel.entry, WatchRow.day == of))
    if there is not None:
        return Watched(row=there, new=False)
    row = WatchRow(channel=channel.entry, day=of, person=person.entry, at=at, note=note)
    session.add(row)
    session.flush()
    return Watched(row=row, new=True)


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a channel's calendar: `expected` to be watched or not, and the watch that was told of, if any.

    `gap`: it was expected, is over, and nobody has spoken of it.
    """

    day: date
    expected: bool
    row: WatchRow | None
    gap: bool


def calendar(
    session: Session, channel: ChannelRecord, *, first: date, last: date, since: date, today: date
) -> tuple[Day, ...]:
    """Return the days from `first` to `last`, as the log has them.

    Args:
        session: Of `Store.reading`.
        channel: The channel, as it stands.
        first: The first day.
        last: The last day.
        since: The day that the channel came into use and into the register; nothing is expected of it or before.
        today: The day that it is.
    """
    query = select(WatchRow).where(WatchRow.channel == channel.entry, WatchRow.day >= first, WatchRow.day <= last)
    rows = {row.day: row for row in session.scalars(query)}
    days = (first + _DAY * number for number in range((last - first).days + 1))
    return tuple(_day(channel, day, rows.get(day), since, today) for day in days)


def _day(channel: ChannelRecord, day: date, row: WatchRow | None, since: date, today: date) -> Day:
    expected = is_watched(channel, day) and since < day <= today
    return Day(day=day, expected=expected, row=row, gap=expected and row is None and day < today)
