"""What the register never says: an active channel that nobody decided to open, and names that lead nowhere.

The guideline: "Om någon av kommunens verksamheter har önskemål om att kommunicera/närvara via något socialt medium, ska
detta beslutas av förvaltningschef och ske i samråd med administration- och kommunikationsenheten." So a channel is
*aktiv* only while a decision to open it is in force, taken in samråd.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy.orm import Session

from register import address
from register.errors import NotAllowedError
from register.known import Known, Segment, known
from register.language import Text, swedish_time
from register.store.attestations import Attestation
from register.store.cases import Consent
from register.store.channel_decisions import ChannelDecision, DecisionKind
from register.store.channels import ChannelRecord, ChannelStatus
from register.store.custody import Custody
from register.store.guidelines import Acknowledgement, Guideline
from register.store.history import Versioned
from register.store.mandates import Mandate, Substitute
from register.store.organisation import Administration, Person, RoleHeld

REFERENCES: dict[type[Versioned], dict[str, type[Versioned]]] = {
    Person: {"administration": Administration},
    RoleHeld: {"person": Person, "administration": Administration},
    ChannelRecord: {"administration": Administration, "responsible": Person, "capture_responsible": Person},
    ChannelDecision: {"channel": ChannelRecord, "person": Person},
    Mandate: {"person": Person, "channel": ChannelRecord, "decided_by": Person},
    Substitute: {"channel": ChannelRecord, "person": Person, "stands_in_for": Person},
    Custody: {"channel": ChannelRecord, "keeper": Person, "confirmed_by": Person},
    Guideline: {"responsible": Person},
    Acknowledgement: {"person": Person, "guideline": Guideline},
    Consent: {"channel": ChannelRecord},
    Attestation: {"person": Person, "channel": ChannelRecord, "administration": Administration},
}
"""Which fields of which tables name an entry of another table."""


@dataclass(frozen=True, kw_only=True)
class Breach:
    """That a statement breaks a rule: in which field, how, and what is to be done."""

    said: Versioned
    field: str
    wrong: Text
    remedy: Text


def record(session: Session, *rows: Versioned) -> None:
    """Add statements to the register, if it breaks no rule with them.

    Args:
        session: of `Store.writing`. What it has done is undone with it when this raises.
        rows: the statements.

    Raises:
        NotAllowedError: a rule would be broken; which, and what to do.
    """
    broken = breaches(known(session).with_more(rows), rows)
    if broken:
        raise refused(broken[0])
    session.add_all(rows)
    session.flush()


def refused(breach: Breach) -> NotAllowedError:
    """Return the refusal of what breaks a rule."""
    return NotAllowedError(
        happened=Text(f"{breach.said.entry}: {breach.wrong.sv}.", f"{breach.said.entry}: {breach.wrong.en}."),
        safe=Text("Registret är som det var.", "The register is as it was."),
        next_step=breach.remedy,
    )


def breaches(register: Known, changed: Sequence[Versioned] = ()) -> tuple[Breach, ...]:
    """Return all that breaks a rule: everywhere, for channels; of `changed`, for names that lead nowhere."""
    return (*_dangling(register, changed), *_unopened(register), *_shared_addresses(register))


def unopened_at(register: Known, segment: Segment[ChannelRecord]) -> datetime | None:
    """Return the first moment of a segment when no decision in samråd had opened the channel, None if there is none."""
    openings = [
        opening
        for opening in register.segments(ChannelDecision, channel=segment.said.entry, kind=DecisionKind.OPENING)
        if opening.said.with_consultation
    ]
    at: datetime | None = segment.start
    while at is not None and (segment.end is None or at < segment.end):
        covering = [opening for opening in openings if opening.covers(at)]
        if not covering:
            return at
        ends = [opening.end for opening in covering if opening.end is not None]
        at = max(ends) if len(ends) == len(covering) else None
    return None


def _unopened(register: Known) -> Iterator[Breach]:
    for segment in register.segments(ChannelRecord, status=ChannelStatus.ACTIVE):
        at = unopened_at(register, segment)
        if at is None:
            continue
        decided = register.holding(ChannelDecision, at, channel=segment.said.entry, kind=DecisionKind.OPENING)
        without = (
            Text("samråd saknas i beslutet om öppnande", "the decision to open it does not tell of samråd")
            if decided
            else Text("inget beslut om öppnande gäller", "no decision to open it is in force")
        )
        moment = swedish_time(at)
        yield Breach(
            said=segment.said,
            field="status",
            wrong=Text(
                f"kanalen kan inte vara aktiv {moment}: {without.sv}",
                f"the channel cannot be active at {moment}: {without.en}",
            ),
            remedy=Text(
                "Skriv in förvaltningschefens beslut (slag öppning) med samråd: med vem och när. Till dess är kanalen "
                "föreslagen.",
                "Enter the director's decision (kind öppning) with samråd: with whom and when. Until then the channel "
                "is föreslagen.",
            ),
        )


def _shared_addresses(register: Known) -> Iterator[Breach]:
    living: dict[str, list[Segment[ChannelRecord]]] = defaultdict(list)
    for segment in register.segments(ChannelRecord):
        if segment.said.status != ChannelStatus.CLOSED:
            living[address.canonical(segment.said.address)].append(segment)
    for segments in living.values():
        for index, one in enumerate(segments):
            for other in segments[:index]:
                if one.said.entry != other.said.entry and (one.covers(other.start) or other.covers(one.start)):
                    yield Breach(
                        said=one.said,
                        field="address",
                        wrong=Text(f"{other.said.entry} har samma adress", f"{other.said.entry} has the same address"),
                        remedy=Text(
                            "Ta bort den ena, eller avsluta den äldre.", "Take one away, or close the older one."
                        ),
                    )


def _dangling(register: Known, changed: Sequence[Versioned]) -> Iterator[Breach]:
    for said in changed:
        for name, table in REFERENCES.get(type(said), {}).items():
            value = getattr(said, name)
            if value is None or said.ended or register.timelines(table).get(value):
                continue
            meant = get_close_matches(value, list(register.timelines(table)), n=1)
            yield Breach(
                said=said,
                field=name,
                wrong=Text(f"{value} finns inte i registret", f"{value} is not in the register"),
                remedy=Text(f"Menas {meant[0]}?", f"Is {meant[0]} meant?")
                if meant
                else Text("Lägg till det först, eller i samma inläsning.", "Add it first, or in the same import."),
            )
