"""What may be wrong with a channel: who has its keys, who stands in, whether it is used, and whether it was closed."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from register.answers import authorised
from register.attention.finding import GRACE, Finding, FindingKind, day_of, holders, last_day, of_channel, since
from register.attention.finding import Responsible as By
from register.known import Known, Segment
from register.language import SWEDEN, Text
from register.rules import unopened_at
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus
from register.store.custody import Custody
from register.store.history import Versioned
from register.store.mandates import Capacity, Mandate, Substitute
from register.store.organisation import Person, Role

SOON = timedelta(days=30)
HALF_A_YEAR = 6  # months
WANTED_ADMINISTRATORS = 2


def months_before(at: datetime, months: int) -> datetime:
    """Return the same Swedish day and hour some months earlier; the month's last day, if it has no such day."""
    there = at.astimezone(SWEDEN)
    total = there.year * 12 + there.month - 1 - months
    year, month = divmod(total, 12)
    for day in range(there.day, 0, -1):
        try:
            return there.replace(year=year, month=month + 1, day=day).astimezone(UTC)
        except ValueError:
            continue
    raise AssertionError("a month has a first day")


def of_one(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with one channel at `at`; `segment` is what then holds of it."""
    channel = segment.said
    if channel.status == ChannelStatus.CLOSED:
        yield from _closure_not_told(register, channel, at)
        return
    if channel.status == ChannelStatus.PROPOSED:
        return
    yield from _unopened(register, segment, at)
    yield from _administrators(register, segment, at)
    yield from _substitute(register, segment, at)
    yield from _custody(register, segment, at)
    yield from _permission(register, channel, at)
    yield from _inactive(register, segment, at)


def depends_on(register: Known, channel: str) -> list[Segment[Versioned]]:
    """Return all that decides who may do what in a channel."""
    mandates = register.segments(Mandate, channel=channel)
    found: list[Segment[Versioned]] = [
        *mandates,
        *register.segments(ChannelDecision, channel=channel),
        *register.segments(Substitute, channel=channel),
    ]
    found += [part for entry in {m.said.person for m in mandates} for part in register.timelines(Person).get(entry, ())]
    return found


def _unopened(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    if unopened_at(register, Segment(start=at, end=None, said=segment.said)) != at:
        return
    channel = segment.said
    decided = register.holding(ChannelDecision, at, channel=channel.entry, kind=DecisionKind.OPENING)
    yield Finding(
        kind=FindingKind.WITHOUT_CONSULTATION if decided else FindingKind.UNOPENED,
        channel=channel.entry,
        said=Text(
            f"{channel.name} används utan gällande beslut om öppnande i samråd",
            f"{channel.name} is in use without a decision in force to open it, taken in samråd",
        ),
        responsible=of_channel(register, channel, at, Role.DIRECTOR),
        since=segment.start,
        due=day_of(segment.start),
        duty=4 if decided else 3,
    )


def _administrators(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    channel = segment.said

    def few(moment: datetime) -> bool:
        return segment.covers(moment) and len(_fully(register, channel.entry, moment)) < WANTED_ADMINISTRATORS

    def nobody(moment: datetime) -> bool:
        return not register.holding(Mandate, moment, channel=channel.entry)

    if nobody(at):
        communication = of_channel(register, channel, at, Role.HEAD_OF_COMMUNICATION)
        began = max(since(nobody, depends_on(register, channel.entry), at), segment.start)
        yield _of(segment, FindingKind.NOBODY_AUTHORISED, communication, began, 6, _NOBODY)
    if few(at):
        number = len(_fully(register, channel.entry, at))
        began = max(since(few, depends_on(register, channel.entry), at), segment.start)
        yield Finding(
            kind=FindingKind.FEW_ADMINISTRATORS,
            channel=channel.entry,
            said=Text(
                f"{channel.name} har {number} behöriga administratörer (uppdrag och utseende); minst två behövs",
                f"{channel.name} has {number} authorised administrators (mandate and appointment); it needs two",
            ),
            responsible=of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR),
            since=began,
            due=day_of(began + GRACE),
            duty=17,
        )


def _fully(register: Known, channel: str, at: datetime) -> set[str]:
    return {
        each.entry
        for each in authorised(register, channel, at)
        if each.fully and each.mandate.capacity == Capacity.ADMINISTRATOR
    }


def _substitute(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    channel = segment.said
    manager = of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    if (channel.capture_responsible or channel.responsible) is None:
        director = of_channel(register, channel, at, Role.DIRECTOR)
        yield _of(segment, FindingKind.NOBODY_DOCUMENTS, director, segment.start, 57, _NOBODY_DOCUMENTS)
    if channel.responsible is None:
        yield _of(segment, FindingKind.NO_RESPONSIBLE, manager, segment.start, 18, _NO_RESPONSIBLE)
        return
    standing_in = register.holding(Substitute, at, channel=channel.entry, stands_in_for=channel.responsible)

    def none(moment: datetime) -> bool:
        return segment.covers(moment) and not register.holding(
            Substitute, moment, channel=channel.entry, stands_in_for=channel.responsible
        )

    if not standing_in:
        began = max(since(none, depends_on(register, channel.entry), at), segment.start)
        yield _of(segment, FindingKind.NO_SUBSTITUTE, manager, began, 18, _NO_SUBSTITUTE)
    for person in sorted({said.person for said in standing_in}):
        yield from _unmandated(register, segment, person, at)


def _unmandated(register: Known, segment: Segment[ChannelRecord], person: str, at: datetime) -> Iterator[Finding]:
    channel = segment.said

    def lacking(moment: datetime) -> bool:
        standing = register.holding(
            Substitute, moment, channel=channel.entry, person=person, stands_in_for=channel.responsible
        )
        return bool(standing) and not register.holding(Mandate, moment, channel=channel.entry, person=person)

    if lacking(at):
        manager = of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
        began = max(since(lacking, depends_on(register, channel.entry), at), segment.start)
        yield _of(segment, FindingKind.SUBSTITUTE_WITHOUT_MANDATE, manager, began, 14, _UNMANDATED, person)


def _custody(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    channel = segment.said
    manager = of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR)
    kept = register.holding(Custody, at, channel=channel.entry)
    if not kept:
        yield _of(segment, FindingKind.CUSTODY, manager, segment.start, 16, _NO_CUSTODY)
    for said in kept:
        confirmed = said.valid_from if said.confirmed is None else datetime.combine(said.confirmed, time(), SWEDEN)
        again = months_before(confirmed, -HALF_A_YEAR)
        if said.confirmed is None or again <= at:
            began = confirmed if said.confirmed is None else again
            yield _of(segment, FindingKind.CUSTODY, manager, began.astimezone(UTC), 16, _UNCONFIRMED)


def _permission(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    if channel.mode != CaptureMode.AUTOMATIC:
        return
    permissions = [
        segment
        for segment in register.segments(ChannelDecision, kind=DecisionKind.PERMISSION)
        if segment.said.channel == channel.entry
        or (segment.said.platform or "").casefold() == channel.platform.casefold()
    ]
    ends = [segment.end for segment in permissions if segment.end is None or segment.end > at]
    if None in ends:
        return
    last = max((end for end in ends if end is not None), default=None)
    if last is not None and last - at > SOON:
        return
    until = Text(f"gäller till {last_day(last)}", f"is in force until {last_day(last)}") if last else _NO_PERMISSION
    yield Finding(
        kind=FindingKind.PERMISSION_EXPIRES,
        channel=channel.entry,
        said=Text(
            f"tillståndet att dokumentera {channel.name} automatiskt {until.sv}",
            f"the permission to capture {channel.name} automatically {until.en}",
        ),
        responsible=of_channel(register, channel, at, Role.DIRECTOR),
        since=last - SOON if last else at,
        due=last_day(last) if last else day_of(at),
        duty=12,
    )


def _inactive(register: Known, segment: Segment[ChannelRecord], at: datetime) -> Iterator[Finding]:
    channel = segment.said
    seen = list(register.active.get(channel.entry, ()))
    if channel.last_activity is not None:
        seen.append(datetime.combine(channel.last_activity, time(), SWEDEN).astimezone(UTC))
    last = max((moment for moment in seen if moment <= at), default=None)
    if last is None and seen:  # of a past day: something was published later, and nobody knows what was before
        return
    # A channel that nobody has told anything of counts from when it came into the register.
    first = min(part.start for part in register.timelines(ChannelRecord)[channel.entry])
    if (last or first) > months_before(at, HALF_A_YEAR):
        return
    told = (
        Text(f"har varit tyst sedan {day_of(last)}", f"has been silent since {day_of(last)}")
        if last
        else Text("har inte visat någon aktivitet sedan den skrevs in", "has shown no activity since it was entered")
    )
    began = months_before(last or first, -HALF_A_YEAR)
    yield Finding(
        kind=FindingKind.INACTIVE,
        channel=channel.entry,
        said=Text(
            f"{channel.name} {told.sv}: används den inte ska den avslutas",
            f"{channel.name} {told.en}: if it is not used it is to be closed",
        ),
        responsible=of_channel(register, channel, at, Role.MANAGER, Role.DIRECTOR),
        since=began,
        due=day_of(began + GRACE),
        duty=59,
    )


def _closure_not_told(register: Known, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    closures = register.holding(ChannelDecision, at, channel=channel.entry, kind=DecisionKind.CLOSURE)
    if any(said.manager_informed and said.communication_informed for said in closures):
        return
    closed = min(
        part.start
        for part in register.segments(ChannelRecord, status=ChannelStatus.CLOSED)
        if part.said.entry == channel.entry
    )
    people = holders(register, Role.HEAD_OF_COMMUNICATION, at, administration=None)
    yield Finding(
        kind=FindingKind.CLOSURE_NOT_TOLD,
        channel=channel.entry,
        said=Text(
            f"{channel.name} är avslutad, men beslutet eller att ansvarig chef och kommunikationschefen har "
            "informerats saknas",
            f"{channel.name} is closed, but the decision, or that the manager and the head of communication were told, "
            "is missing",
        ),
        responsible=By(role=Role.HEAD_OF_COMMUNICATION, people=people),
        since=closed,
        due=day_of(closed + GRACE),
        duty=60,
    )


def _of(  # noqa: PLR0913, PLR0917 - the parts of a finding
    segment: Segment[ChannelRecord],
    kind: FindingKind,
    responsible: By,
    began: datetime,
    duty: int,
    said: Text,
    person: str | None = None,
) -> Finding:
    name = f"{segment.said.name}"
    return Finding(
        kind=kind,
        channel=segment.said.entry,
        person=person,
        said=Text(f"{name}: {said.sv}", f"{name}: {said.en}"),
        responsible=responsible,
        since=began,
        due=day_of(began + GRACE),
        duty=duty,
    )


_NOBODY = Text("ingen har uppdrag i kanalen", "nobody has a mandate in the channel")
_NOBODY_DOCUMENTS = Text(
    "ingen ansvarar för att kanalen dokumenteras", "nobody answers for that the channel is documented"
)
_NO_PERMISSION = Text("saknas", "is missing")
_NO_RESPONSIBLE = Text("ingen har det dagliga ansvaret", "nobody has the daily responsibility")
_NO_SUBSTITUTE = Text(
    "ingen ersättare för den som har det dagliga ansvaret", "no substitute for whoever has the daily responsibility"
)
_UNMANDATED = Text("ersättaren har inget uppdrag i kanalen", "the substitute has no mandate in the channel")
_NO_CUSTODY = Text("det står inte var inloggningen förvaras", "it is not said where the log-in is kept")
_UNCONFIRMED = Text(
    "ingen har det senaste halvåret bekräftat var inloggningen förvaras",
    "nobody has in the last half-year confirmed where the log-in is kept",
)
