"""The 62 duties of the guideline, and what can be said of each on a day.

duty         what a duty is, and its states
judging      how a duty is judged where no finding says that something is wrong
vouched      by attestations of people
by_captures  by what was captured
by_register  by other tables
by_cases     by cases of removal
by_changes   by captures held against each other
umbrella     by other duties

1. A finding of a duty makes it *att göra* or, when its day has gone, *försenad*.
2. Else its own judge is asked, if it has one (`JUDGES`).
3. Else one that people keep is *intygad* while an attestation of each channel, förvaltning or the municipality holds,
   and *sköts av människor* otherwise: never *uppfylld*.
4. Else one that the register keeps is met, since its findings would have said otherwise; and the rest is *ej prövad*.

Of a past day the same is asked with what had happened by then, as it is known now, or as it was known then.
"""

from collections.abc import Mapping
from datetime import datetime

from register.attention import findings
from register.attention.finding import Finding
from register.duties import by_captures, by_cases, by_changes, by_register, umbrella, vouched
from register.duties.duty import Attested, Duty, DutyThen, Keeper, Scope, State, duties
from register.duties.judging import NO_CHANNEL, Answer, Judge, Question
from register.known import Known
from register.language import Text
from register.store.guidelines import Guideline

__all__ = ["JUDGES", "Attested", "Duty", "DutyThen", "Keeper", "Scope", "State", "duties", "evaluated"]

JUDGES: Mapping[int, Judge] = {**by_captures.JUDGES, **by_register.JUDGES, **by_changes.JUDGES, **by_cases.JUDGES}
"""The duties that have a judge of their own."""


def evaluated(register: Known, at: datetime) -> tuple[DutyThen, ...]:
    """Return how it is with each duty at a moment, today's or a past one.

    Args:
        register: Read with what had happened by `at` (`known(session, of=at)`); else what that shows is *ej prövad*.
        at: Aware; the moment that is asked of.
    """
    found = findings(register, at)
    judged = [
        _evaluated(duty, [finding for finding in found if finding.duty == duty.number], register, at)
        for duty in duties()
    ]
    return tuple(
        _over(each, judged) if umbrella.is_umbrella(each.duty) and not each.findings else each for each in judged
    )


def _evaluated(duty: Duty, found: list[Finding], register: Known, at: datetime) -> DutyThen:
    question = Question(duty=duty, register=register, at=at)
    said = _found(found, at) if found else _asked(question)
    if duty.number in (13, 21) and not register.holding(Guideline, at):
        why = Text("ingen riktlinje i registret gäller", "no guideline in the register is in force")
        said = Answer(state=State.OVERDUE, why=why)
    return DutyThen(duty=duty, state=said.state, why=said.why, findings=tuple(found))


def _found(found: list[Finding], at: datetime) -> Answer:
    overdue = any(finding.overdue(at) for finding in found)
    number = len(found)
    return Answer(
        state=State.OVERDUE if overdue else State.DUE, why=Text(f"{number} att åtgärda", f"{number} to be mended")
    )


def _asked(question: Question) -> Answer:
    duty = question.duty
    if (judge := JUDGES.get(duty.number)) is not None:
        return judge(question)
    if duty.attest is not None or duty.kept is Keeper.PEOPLE:
        return vouched.answer(question)
    if duty.kept is not Keeper.REGISTER:
        return Answer(state=State.NOT_ASKED, why=_ELSEWHERE[duty.kept])
    if not question.in_use:
        return NO_CHANNEL
    return Answer(state=State.MET, why=Text("registret har inget att anmärka", "the register finds nothing"))


def _over(each: DutyThen, judged: list[DutyThen]) -> DutyThen:
    said = umbrella.over(judged)
    return DutyThen(duty=each.duty, state=said.state, why=said.why, findings=())


_ELSEWHERE = {
    Keeper.CAPTURES: Text(
        "visas av insamlingar, ärenden och paket", "shown by captures, cases of removal and packages"
    ),
    Keeper.SITE: Text("visas av kommunens webbplats", "shown by the municipality's web site"),
}
