"""Findings and duties as people and programs are shown them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flows.commands.shown import day, table
from flows.commands.telling import language, say
from register.attention.finding import Finding
from register.duties import DutyThen
from register.language import Text


def tell_findings(found: Sequence[Finding], at: datetime) -> None:
    """Show findings; what should have been mended has an exclamation mark."""
    spoken = language()
    table(
        Text("Att åtgärda", "To be mended"),
        (
            Text("senast", "by"),
            Text("vad", "what"),
            Text("ansvarig", "responsible"),
            Text("sedan", "since"),
            Text("plikt", "duty"),
        ),
        [
            (
                f"{finding.due} !" if finding.overdue(at) else f"{finding.due}",
                finding.said.spoken(spoken),
                finding.responsible.told.spoken(spoken),
                day(finding.since),
                str(finding.duty),
            )
            for finding in found
        ],
    )


def finding_as_json(finding: Finding, at: datetime) -> dict[str, object]:
    """Return a finding."""
    return {
        "slag": finding.kind.value,
        "kanal": finding.channel,
        "person": finding.person,
        "text": finding.said._asdict(),
        "ansvarig": {
            "roll": finding.responsible.role,
            "personer": [{"person": who.entry, "namn": who.name} for who in finding.responsible.people],
        },
        "sedan": finding.since.isoformat(),
        "senast": finding.due.isoformat(),
        "försenad": finding.overdue(at),
        "plikt": finding.duty,
    }


def tell_duties(found: Sequence[DutyThen]) -> None:
    """Show how it is with each duty, and count the states."""
    spoken = language()
    table(
        Text("Riktlinjens plikter", "The duties of the guideline"),
        (
            Text("nr", "no."),
            Text("plikt", "duty"),
            Text("ska/bör", "strength"),
            Text("vem", "who"),
            Text("läge", "state"),
            Text("varför", "why"),
        ),
        [
            (
                str(each.duty.number),
                each.duty.asks.spoken(spoken),
                each.duty.strength,
                each.duty.who,
                each.state.value,
                each.why.spoken(spoken),
            )
            for each in found
        ],
    )
    counted = Counter(each.state.value for each in found)
    told = ", ".join(f"{state} {number}" for state, number in counted.items())
    say(Text(told, told))


def duty_as_json(each: DutyThen, at: datetime) -> dict[str, object]:
    """Return how it is with a duty."""
    return {
        "nummer": each.duty.number,
        "plikt": each.duty.asks._asdict(),
        "styrka": each.duty.strength,
        "vem": each.duty.who,
        "läge": each.state.value,
        "varför": each.why._asdict(),
        "att_åtgärda": [finding_as_json(finding, at) for finding in each.findings],
    }
