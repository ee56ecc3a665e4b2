"""How an extract of the register puts its things in words."""

from datetime import date, datetime

from register.extract.nouns import CaseSaid, DecisionSaid, Employee, MandateSaid, last_day
from register.language import SWEDEN, Text


def by_sheet(sheet: str) -> Text:
    """Return whose a thing is to say: a sheet of the register."""
    return Text(f"registret ({sheet})", f"the register ({sheet})")


def employee_told(employee: Employee | None) -> str | None:
    """Return somebody in service, None where nobody is."""
    return None if employee is None else employee.told


def mandate_told(mandate: MandateSaid) -> Text:
    """Return by whom, when and for how long a mandate was given."""
    by = with_more(f"{mandate.decided_by.told} {mandate.decided}", mandate.reference)
    force = during(mandate.start, mandate.end)
    return Text(f"{by}; gäller {force.sv}", f"{by}; in force {force.en}")


def capacity_told(mandate: MandateSaid) -> Text:
    """Return what a mandate makes of whoever has it, and the mandate."""
    told = mandate_told(mandate)
    return Text(f"{mandate.capacity}; {told.sv}", f"{mandate.capacity}; {told.en}")


def decision_told(said: DecisionSaid) -> Text:
    """Return a decision: what it is called, when and by whom it was taken, and how long it is in force."""
    by = f"{said.reference}, {said.decided}, {with_more(said.decided_by, said.delegation)}"
    force = during(said.start, said.end)
    return Text(f"{by}; gäller {force.sv}", f"{by}; in force {force.en}")


def consultation(said: DecisionSaid) -> str | None:
    """Return with whom a decision was taken in samråd, when, and what they said; None where it was not."""
    if said.consulted is None:
        return None
    return ", ".join(filter(None, (said.consulted, day_told(said.consulted_on), said.consulted_outcome)))


def collected(each: CaseSaid) -> str | None:
    """Return the collecting case of a case, and its number there."""
    if each.collecting_case is None or each.number is None:
        return each.collecting_case
    return f"{each.collecting_case}, nr {each.number}"


def during(start: datetime, end: datetime | None) -> Text:
    """Return a time as the Swedish days that it covers."""
    first, last = start.astimezone(SWEDEN).date(), last_day(end)
    if last is None:
        return Text(f"från {first}", f"from {first}")
    return Text(f"{first} till och med {last}", f"{first} to {last} inclusive")


def day_told(day: date | None) -> str | None:
    """Return a day as it is written."""
    return None if day is None else day.isoformat()


def with_more(what: str | None, more: str | None) -> str:
    """Return `what`, and `more` in brackets."""
    return (what or "") if more is None else f"{what or ''} ({more})".strip()
