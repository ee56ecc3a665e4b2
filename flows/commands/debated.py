"""What `kanalarkiv debate` does; the commands themselves are in a module that loads at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.clock import now
from flows.commands.asking import NOTHING, Asked, Place, channel_meant, day_meant, person_meant
from flows.commands.shown import table
from flows.commands.telling import language, say, tell_json
from register.debates import course
from register.errors import BadInputError
from register.known import known
from register.language import SWEDEN, Text, swedish_time
from register.model import Verdict
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode
from register.store.debates import Debate, LookRow
from register.store.wording import RefusedError

_RECENT = timedelta(days=7)  # looks that are still worth telling of


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is wanted of a debate: for which case, by whom, how often, until which day."""

    case: str
    who: str
    every: str
    until: str | None


def start(place: Place, word: str, wanted: Wanted) -> None:
    """Enter a debate from now on, and say what will happen."""
    at, minutes = now(), course.every(wanted.every)
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, wanted.who, at)
        try:
            debate = Debate(
                entry=f"debatt-{uuid4().hex[:12]}",
                valid_from=at,
                valid_to=_end_of(wanted.until, at),
                recorded_at=at,
                recorded_by=person.entry,
                channel=channel.entry,
                minutes=minutes,
                case=wanted.case,
                person=person.entry,
            )
        except RefusedError as refused:
            raise BadInputError(happened=refused.wrong, safe=NOTHING, next_step=refused.remedy) from refused
        course.start(session, debate)
    how_long = Text("tills vidare", "until it is stopped")
    if debate.valid_to is not None:
        how_long = Text(f"till {swedish_time(debate.valid_to)}", f"until {swedish_time(debate.valid_to)}")
    say(
        Text(
            f"{channel.name} dokumenteras var {minutes}:e minut, {how_long.sv}, för {wanted.case}.",
            f"{channel.name} is captured every {minutes} minutes, {how_long.en}, for {wanted.case}.",
        )
    )
    if channel.mode == CaptureMode.ASSISTED:
        say(
            Text(
                "Någon måste vara vid skärmen: kör kanalarkiv capture --attended varje gång. Påminnelser går ut.",
                "A person has to be at the screen: run kanalarkiv capture --attended each time. Reminders are sent.",
            )
        )
    else:
        say(Text("kanalarkiv serve ska vara igång.", "kanalarkiv serve has to be running."))


def stop(place: Place, word: str, who: str, reason: str | None) -> None:
    """Enter that a debate is over, and say what came of it."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        channel, person = channel_meant(register, word, at), person_meant(register, who, at)
        debate = course.stop(session, channel.entry, at=at, by=person.entry, reason=reason)
        captures = _captures(session, debate, at)
    say(
        Text(
            f"{channel.name} dokumenteras som vanligt igen; {len(captures)} insamlingar för {debate.case}.",
            f"{channel.name} is captured as usual again; {len(captures)} captures for {debate.case}.",
        )
    )


def status(asked: Asked) -> None:
    """Show the debates under way, and the channels that a look found unusually commented."""
    at = asked.moment()
    with asked.place.opened() as store, store.reading() as session:
        debates = [(debate, _captures(session, debate, at)) for debate in course.under_way(session, at)]
        suggested = _suggested(session, {debate.channel for debate, _ in debates}, at)
    if asked.as_json:
        tell_json({"debatter": [_as_json(*each) for each in debates], "föreslås": [_look(each) for each in suggested]})
        return
    table(
        Text("Dokumenteras oftare", "Captured more often"),
        (
            Text("kanal", "channel"),
            Text("ärende", "case"),
            Text("minuter", "minutes"),
            Text("sedan", "since"),
            Text("till", "until"),
            Text("insamlingar", "captures"),
            Text("ofullständiga", "incomplete"),
            Text("senast", "last"),
        ),
        [_row(*each) for each in debates],
    )
    table(
        Text("Kommenteras ovanligt mycket", "Unusually commented"),
        (
            Text("kanal", "channel"),
            Text("kommentarer", "comments"),
            Text("timmar", "hours"),
            Text("väntat", "expected"),
            Text("sett", "seen"),
        ),
        [
            (each.channel, str(each.comments), f"{each.hours:g}", f"{each.expected:.1f}", swedish_time(each.at))
            for each in suggested
        ],
    )


def _end_of(day: str | None, at: datetime) -> datetime | None:
    """Return the end of a Swedish day, UTC."""
    if day is None:
        return None
    end = datetime.combine(day_meant(day) + timedelta(days=1), time(), SWEDEN).astimezone(UTC)
    if end <= at:
        raise BadInputError(
            happened=Text(f"{day} har varit.", f"{day} has been."),
            safe=NOTHING,
            next_step=Text("Ange en dag som kommer.", "Give a day to come."),
        )
    return end


def _captures(session: Session, debate: Debate, at: datetime) -> list[CaptureRow]:
    within = CaptureRow.started >= debate.valid_from, CaptureRow.ended <= at
    query = select(CaptureRow).where(CaptureRow.channel == debate.channel, *within).order_by(CaptureRow.started)
    return list(session.scalars(query))


def _suggested(session: Session, debated: set[str], at: datetime) -> list[LookRow]:
    """Return the newest look at each channel of the last days, where it was unusual and nothing was done about it."""
    rows = session.scalars(
        select(LookRow).where(LookRow.at > at - _RECENT, LookRow.at <= at).order_by(LookRow.number)
    ).all()
    newest = {row.channel: row for row in rows}
    return [row for channel, row in sorted(newest.items()) if row.unusual and channel not in debated]


def _row(debate: Debate, captures: list[CaptureRow]) -> tuple[str, ...]:
    incomplete = sum(each.verdict == Verdict.INCOMPLETE for each in captures)
    return (
        debate.channel,
        debate.case,
        str(debate.minutes),
        swedish_time(debate.valid_from),
        swedish_time(debate.valid_to) if debate.valid_to else Text("tills vidare", "until stopped").spoken(language()),
        str(len(captures)),
        str(incomplete),
        swedish_time(captures[-1].ended) if captures else "",
    )


def _as_json(debate: Debate, captures: list[CaptureRow]) -> dict[str, object]:
    return {
        "kanal": debate.channel,
        "ärende": debate.case,
        "minuter": debate.minutes,
        "svarar": debate.person,
        "sedan": debate.valid_from,
        "till": debate.valid_to,
        "insamlingar": [
            {"paket": each.object_id, "slutsats": each.verdict, "kommentarer": each.comments, "till": each.period_end}
            for each in captures
        ],
    }


def _look(row: LookRow) -> dict[str, object]:
    return {
        "kanal": row.channel,
        "sett": row.at,
        "timmar": row.hours,
        "kommentarer": row.comments,
        "väntat": row.expected,
        "sannolikhet": row.chance,
        "utan tid": row.undated,
    }
