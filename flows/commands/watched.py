"""What `kanalarkiv watch` does."""

import calendar as months
from collections.abc import Sequence
from datetime import timedelta

import typer

from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Asked, Place, channel_meant, day_meant, person_meant
from flows.commands.telling import language, say, tell_json
from flows.commands.telling import person as somebody
from register.attention.finding import day_of
from register.attention.since import answerable_since
from register.deeds import watch
from register.deeds.watch import Day, is_late
from register.errors import ExitCode
from register.known import known
from register.language import Text, swedish_time


def done(place: Place, channel: str, who: str, *, day: str | None, note: str | None) -> None:
    """Take down that somebody looked after a channel."""
    at, of = now(), None if day is None else day_meant(day)
    with place.opened() as store, store.writing() as session:
        register = known(session)
        record = channel_meant(register, channel, at)
        one = person_meant(register, somebody(who), at)
        made = watch.done(session, register, record, one, day=of, note=note, at=at)
        said = made.row.day, made.row.person, swedish_time(made.row.at)
    if not made.new:
        say(
            Text(
                f"{record.name} {said[0]}: redan antecknat av {said[1]}, {said[2]}. Inget har ändrats.",
                f"{record.name} {said[0]}: noted already by {said[1]}, {said[2]}. Nothing was changed.",
            )
        )
        return
    late = Text(", antecknat sent", ", noted late") if made.late else Text("", "")
    say(
        Text(
            f"{record.name} {said[0]}: uppsikt antecknad av {one.name}{late.sv}.",
            f"{record.name} {said[0]}: a watch noted by {one.name}{late.en}.",
        )
    )


def calendar(asked: Asked, channel: str, month: str | None) -> None:
    """Show a month of a channel's log; end with the code of what is incomplete if a day is missing."""
    at = asked.moment()
    first = day_meant(f"{month}-01") if month is not None else day_of(at).replace(day=1)
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    with asked.place.opened() as store, store.reading() as session:
        register = known(session)
        record = channel_meant(register, channel, at)
        since = answerable_since(register, record.entry, at)
        began = day_of(since) if since is not None else day_of(at)
        days = watch.calendar(session, record, first=first, last=last, since=began, today=day_of(at))
    gaps = [each.day for each in days if each.gap]
    if asked.as_json:
        tell_json({"kanal": record.entry, "dagar": [_as_json(each) for each in days], "luckor": gaps})
    else:
        _tell(Text(f"{record.name} {first:%Y-%m}", f"{record.name} {first:%Y-%m}"), days)
        say(Text(f"{len(gaps)} dagar utan uppsikt.", f"{len(gaps)} days without a watch."))
    if gaps:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _as_json(each: Day) -> dict[str, object]:
    row = each.row
    return {
        "dag": each.day,
        "förväntad": each.expected,
        "lucka": each.gap,
        "av": row.person if row is not None else None,
        "antecknat": row.at if row is not None else None,
        "sent": is_late(row) if row is not None else None,
        "anteckning": row.note if row is not None else None,
    }


def _tell(title: Text, days: Sequence[Day]) -> None:
    by_day = {each.day: each for each in days}
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    weeks = []
    while monday <= days[-1].day:
        week = [by_day.get(monday + timedelta(days=number)) for number in range(7)]
        weeks.append([str(monday.isocalendar().week), *(_cell(each) if each is not None else "" for each in week)])
        monday += timedelta(days=7)
    shown.table(title, _HEADINGS, weeks)


def _cell(each: Day) -> str:
    number = f"{each.day.day:2}"
    if each.row is not None:
        late = Text(" (sent)", " (late)").spoken(language()) if is_late(each.row) else ""
        return f"{number} {each.row.person}{late}"
    if each.gap:
        return f"{number} {Text('LUCKA', 'GAP').spoken(language())}"
    return f"{number} …" if each.expected else number


_HEADINGS = (
    Text("vecka", "week"),
    Text("måndag", "Monday"),
    Text("tisdag", "Tuesday"),
    Text("onsdag", "Wednesday"),
    Text("torsdag", "Thursday"),
    Text("fredag", "Friday"),
    Text("lördag", "Saturday"),
    Text("söndag", "Sunday"),
)
