"""Who may capture what now: asked before a capture, answered with the decisions that it rests on.

The guideline: "För att en anställd ska kunna använda sociala medier som kommunikationskanal ska alltid ett uppdrag från
chef finnas. Ett sådant uppdrag ska finnas innan användandet påbörjas och ska dokumenteras." And platforms' terms forbid
automated collection without their permission: what nobody watches needs a decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from register import address
from register.errors import NotAllowedError
from register.known import Known, Segment, known
from register.language import Text, swedish_time
from register.rules import unopened_at
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import CaptureMode, ChannelRecord, ChannelStatus
from register.store.mandates import Mandate
from register.store.opening import Store
from register.store.organisation import Person

_NOTHING = Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed.")

NOT_ASKED = Text(
    "Registrets databas har inte tillfrågats: att kanalen är öppnad efter beslut och samråd, och att den som "
    "dokumenterar har uppdrag, är inte prövat. Bara inställningsfilen har gällt.",
    "The register's database was not asked: that the channel was opened by decision and in samråd, and that whoever "
    "captures has a mandate, is not tried. Only the settings file held.",
)
"""What a run without a database is to say of itself."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """What a capture rests on: the channel's entry and the person's, the opening, the mandate, and the permission.

    `permission` is None where a person watches.
    """

    channel: ChannelRecord
    person: Person
    opening: ChannelDecision
    mandate: Mandate
    permission: ChannelDecision | None


def may_capture(store: Store, channel: str, person: str, mode: CaptureMode, at: datetime) -> Authority:
    """Return what it rests on that `person` may capture a channel now.

    Args:
        store: The open database.
        channel: Its address, or an address below it.
        person: Who starts the capture or, where nobody does, answers for it: the person's entry in the register.
        mode: Whether somebody watches.
        at: Aware; the moment that is asked of.

    Raises:
        NotAllowedError: the channel is not in the register, or not open; or the person has no mandate in force; or
            nobody is to watch, and no permission for that is in force. It says which, and what to do.
    """
    with store.reading() as session:
        return authority(known(session), channel, person, mode, at)


def authority(register: Known, channel: str, person: str, mode: CaptureMode, at: datetime) -> Authority:
    """Return what it rests on that `person` may capture; see `may_capture`."""
    segment = _entry(register, channel, at)
    opening = _opening(register, segment, at)
    someone = register.one(Person, person, at)
    if someone is None:
        raise _refused(
            Text(f"{person} finns inte i registret.", f"{person} is not in the register."),
            Text("Lägg till personen, och uppdraget från chef.", "Add the person, and the manager's mandate."),
        )
    return Authority(
        channel=segment.said,
        person=someone,
        opening=opening,
        mandate=_mandate(register, segment.said, someone, at),
        permission=permission_of(register, segment.said, at) if mode is CaptureMode.AUTOMATIC else None,
    )


def entries_covering(register: Known, url: str, at: datetime) -> tuple[Segment[ChannelRecord], ...]:
    """Return the channels at `at` that `url` is or lies below, the nearest first.

    Raises:
        ValueError: `url` is no web address.
    """
    found = [
        segment
        for segment in register.segments(ChannelRecord)
        if segment.covers(at) and address.covers(segment.said.address, url)
    ]
    return tuple(sorted(found, key=lambda segment: -len(address.canonical(segment.said.address))))


def permission_of(register: Known, channel: ChannelRecord, at: datetime) -> ChannelDecision:
    """Return the decision by which nobody has to watch a channel's capture: for it, or else for its platform.

    Raises:
        NotAllowedError: there is none, or none is in force.
    """
    permissions = [
        segment
        for segment in register.segments(ChannelDecision, kind=DecisionKind.PERMISSION)
        if segment.said.channel == channel.entry
        or (segment.said.platform or "").casefold() == channel.platform.casefold()
    ]
    found = [segment.said for segment in permissions if segment.covers(at)]
    if found:
        return min(found, key=lambda said: said.channel is None)
    why = _over(permissions, at) or Text("inget beslut om tillstånd finns", "there is no decision to permit it")
    raise _refused(
        Text(
            f"{channel.name} får inte dokumenteras automatiskt: {why.sv}.",
            f"{channel.name} may not be captured automatically: {why.en}.",
        ),
        Text(
            "Dokumentera den assisterat (--attended), eller skriv in beslutet (slag tillstånd) i registret.",
            "Capture it attended (--attended), or enter the decision (kind tillstånd) in the register.",
        ),
    )


def _entry(register: Known, url: str, at: datetime) -> Segment[ChannelRecord]:
    try:
        found = entries_covering(register, url, at)
    except ValueError:
        raise _refused(
            Text(f"{url} är ingen webbadress.", f"{url} is no web address."),
            Text("Ange kanalens adress, med https:// först.", "Give the address, with https:// first."),
        ) from None
    if not found:
        raise _refused(
            Text(f"{url} finns inte i kanalregistret.", f"{url} is not in the register of channels."),
            Text(
                "Är kanalen kommunens egen: lägg till den i registret, med beslutet om öppnande.",
                "If the channel is the municipality's own: add it to the register, with the decision to open it.",
            ),
        )
    return found[0]


def _opening(register: Known, segment: Segment[ChannelRecord], at: datetime) -> ChannelDecision:
    """Return the decision that opened the channel; one that rests may be captured too, before it is closed."""
    channel = segment.said
    if channel.status not in (ChannelStatus.ACTIVE, ChannelStatus.DORMANT):
        raise _refused(
            Text(f"{channel.name} är {channel.status}.", f"{channel.name} is {channel.status}, not in use."),
            Text(
                "Bara kanaler som är aktiva eller vilande dokumenteras: rätta registret om det är fel.",
                "Only channels that are aktiv or vilande are captured: correct the register if it is wrong.",
            ),
        )
    now = Segment(start=at, end=None, said=channel)
    openings = register.holding(ChannelDecision, at, channel=channel.entry, kind=DecisionKind.OPENING)
    if unopened_at(register, now) == at:
        why = (
            Text("samråd saknas i beslutet om öppnande", "the decision to open it does not tell of samråd")
            if openings
            else Text("inget beslut om öppnande gäller", "no decision to open it is in force")
        )
        raise _refused(
            Text(f"{channel.name}: {why.sv}.", f"{channel.name}: {why.en}."),
            Text("Skriv in beslutet med samråd i registret.", "Enter the decision with samråd in the register."),
        )
    return next(said for said in openings if said.with_consultation)


def _mandate(register: Known, channel: ChannelRecord, person: Person, at: datetime) -> Mandate:
    given = register.segments(Mandate, channel=channel.entry, person=person.entry)
    found = [segment.said for segment in given if segment.covers(at)]
    if found:
        return found[0]
    why = _over(given, at) or Text("inget uppdrag finns", "there is no mandate")
    raise _refused(
        Text(
            f"{person.name} har inget gällande uppdrag i {channel.name}: {why.sv}.",
            f"{person.name} has no mandate in force in {channel.name}: {why.en}.",
        ),
        Text(
            "Låt chefen ge uppdraget, och skriv in det i registret.", "Have the manager give the mandate, and enter it."
        ),
    )


def _over(segments: Iterable[Segment[Mandate] | Segment[ChannelDecision]], at: datetime) -> Text | None:
    """Return when that which does not hold now did or will, None if it never does."""
    past = [segment.end for segment in segments if segment.end is not None and segment.end <= at]
    coming = [segment.start for segment in segments if segment.start > at]
    if coming:
        first = swedish_time(min(coming))
        return Text(f"det gäller först från {first}", f"it is in force from {first} only")
    if past:
        last = swedish_time(max(past))
        return Text(f"det gällde till {last}", f"it was in force until {last}")
    return None


def _refused(happened: Text, next_step: Text) -> NotAllowedError:
    return NotAllowedError(happened=happened, safe=_NOTHING, next_step=next_step)
