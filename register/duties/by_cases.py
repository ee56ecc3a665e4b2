"""Judges of the duties that cases of removal show: 34 to 40. What a case lacks is a finding, so here nothing does."""

from collections.abc import Mapping

from register.attention.removals import COLLECTED, REMOVED
from register.case_words import Outcome
from register.duties.duty import State
from register.duties.judging import NOBODY_ASKED, Answer, Judge, Question
from register.language import Text


def handled(question: Question) -> Answer:
    """Judge that every case there is has what the duty wants. Without any there is nothing that it could be seen by."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    cases = evidence.removals
    if not cases:
        return Answer(
            state=State.NOT_APPLICABLE,
            why=Text("inget borttagningsärende finns", "there is no case of removal"),
        )
    number, kept = len(cases), sum(case.outcome == Outcome.KEEP for case in cases)
    left = sum(not case.closed for case in cases)
    return Answer(
        state=State.MET,
        why=Text(
            f"{number} borttagningsärenden ({kept} fick stå kvar, {left} öppna), inget att anmärka",
            f"{number} cases of removal ({kept} kept, {left} open), nothing to remark on",
        ),
    )


JUDGES: Mapping[int, Judge] = dict.fromkeys(range(REMOVED, COLLECTED + 1), handled)
