"""What may be wrong with the list that the municipality publishes: not read for half a year, or not as the register."""

from collections.abc import Iterator
from datetime import date, datetime

from register.attention.channels import HALF_A_YEAR, months_before
from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, holders
from register.attention.since import answerable_since, entered
from register.evidence import Evidence
from register.known import Known
from register.language import Text, swedish_time
from register.published.drift import DriftKind
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.list_checks import ListCheckRow
from register.store.organisation import Role


def of_list(register: Known, evidence: Evidence, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the published list, as it was last read."""
    latest = evidence.list_checks[-1] if evidence.list_checks else None
    since = [
        began
        for said in register.holding(ChannelRecord, at, status=ChannelStatus.ACTIVE)
        if (began := answerable_since(register, said.entry, at)) is not None
    ]
    if latest is None:
        if since:
            yield _municipal(register, FindingKind.LIST_UNCHECKED, min(since), day_of(min(since) + GRACE), at, _NEVER)
    else:
        yield from _old(register, latest, at)
    for channel in register.holding(ChannelRecord, at, status=ChannelStatus.CLOSED):
        yield from _after_closure(register, evidence, channel, at)


def _old(register: Known, latest: ListCheckRow, at: datetime) -> Iterator[Finding]:
    read = swedish_time(latest.at)
    if latest.drifts:
        number = len(latest.drifts)
        said = Text(
            f"den publicerade listan avvek på {number} sätt när den lästes {read}",
            f"the published list differed in {number} ways when it was read at {read}",
        )
        yield _municipal(register, FindingKind.LIST_DRIFT, latest.at, day_of(latest.at + GRACE), at, said)
    again = months_before(latest.at, -HALF_A_YEAR)
    if at >= again - GRACE:
        said = Text(
            f"den publicerade listan ska läsas varje halvår; senast lästes den {read}",
            f"the published list is to be read every half-year; it was last read at {read}",
        )
        yield _municipal(register, FindingKind.LIST_UNCHECKED, again - GRACE, day_of(again), at, said)
    changed = _changed(register, latest.at, at)
    if changed is not None:
        said = Text(
            f"aktiva kanaler har ändrats sedan den publicerade listan lästes {read}",
            f"active channels have changed since the published list was read at {read}",
        )
        yield _municipal(register, FindingKind.LIST_UNCHECKED, changed, day_of(changed + GRACE), at, said)


def _changed(register: Known, then: datetime, at: datetime) -> datetime | None:
    """Return when what the list is to say first became another than it was `then`, None if it is the same."""
    if _published(register, then) == _published(register, at):
        return None
    began = [part.start for part in register.segments(ChannelRecord) if then < part.start <= at]
    ended = [part.end for part in register.segments(ChannelRecord) if part.end is not None and then < part.end <= at]
    return min([*began, *ended], default=at)


def _published(register: Known, at: datetime) -> set[tuple[str, str, str]]:
    active = register.holding(ChannelRecord, at, status=ChannelStatus.ACTIVE)
    return {(said.entry, said.name, said.address) for said in active}


def _after_closure(register: Known, evidence: Evidence, channel: ChannelRecord, at: datetime) -> Iterator[Finding]:
    first = min(
        part.start
        for part in register.segments(ChannelRecord, status=ChannelStatus.CLOSED)
        if part.said.entry == channel.entry
    )
    closed = max(first, entered(register, channel.entry))
    if closed > at or any(check.at >= closed and _without(check, channel.entry) for check in evidence.list_checks):
        return
    said = Text(
        f"{channel.name} är avslutad, och listan har inte sedan dess lästs utan den",
        f"{channel.name} is closed, and the list has not since then been read without it",
    )
    due = day_of(closed + GRACE)
    yield _municipal(register, FindingKind.LIST_AFTER_CLOSURE, closed, due, at, said, channel=channel.entry)


def _without(check: ListCheckRow, channel: str) -> bool:
    return not any(each["slag"] == DriftKind.NOT_IN_USE and each["kanal"] == channel for each in check.drifts)


def _municipal(  # noqa: PLR0913 - the parts of a finding
    register: Known,
    kind: FindingKind,
    since: datetime,
    due: date,
    at: datetime,
    said: Text,
    *,
    channel: str | None = None,
) -> Finding:
    people = holders(register, Role.HEAD_OF_COMMUNICATION, at, administration=None)
    return Finding(
        kind=kind,
        channel=channel,
        said=said,
        responsible=Responsible(role=Role.HEAD_OF_COMMUNICATION, people=people),
        since=since,
        due=due,
        duty=61 if kind is FindingKind.LIST_AFTER_CLOSURE else 1,
    )


_NEVER = Text("den publicerade listan har aldrig lästs", "the published list has never been read")
