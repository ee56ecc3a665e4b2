"""Judges of the duties that captures held against each other, and figures of them, show: 8, 23 and 41."""

from collections.abc import Mapping

from register.attention.finding import day_of
from register.attention.vanished import recent
from register.changes.asked import Changes
from register.duties import vouched
from register.duties.duty import State
from register.duties.judging import NO_CHANNEL, NOBODY_ASKED, Answer, Judge, Question, named
from register.evidence import Evidence
from register.language import Text


def followed_up(question: Question) -> Answer:
    """Judge 8: that it is followed up is for people to say; what there is to follow up by is said with it."""
    said = vouched.answer(question)
    evidence = question.register.evidence
    if evidence is None or not question.in_use:
        return said
    told = _told(question, evidence.changes)
    return Answer(state=said.state, why=Text(f"{said.why.sv}; {told.sv}", f"{said.why.en}; {told.en}"))


def answered(question: Question) -> Answer:
    """Judge 23: no question has stood unanswered for long in a channel, where all were captured; else people say."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not question.in_use:
        return NO_CHANNEL
    told = _told(question, evidence.changes)
    if len(_counted(question, evidence.changes)) == len(question.in_use):
        return Answer(state=State.MET, why=told)
    said = vouched.answer(question)
    return Answer(state=said.state, why=Text(f"{said.why.sv}; {told.sv}", f"{said.why.en}; {told.en}"))


def removed(question: Question) -> Answer:
    """Judge 41: every channel that was captured twice has been compared, and nothing vanished unexplained."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not question.in_use:
        return NO_CHANNEL
    compared = evidence.changes.compared
    made = [channel.entry for channel in question.in_use if channel.entry in compared]
    lacking = [channel.entry for channel in question.in_use if _may_be_compared(evidence, channel.entry)]
    lacking = [entry for entry in lacking if entry not in compared]
    if lacking:
        told = named(lacking)
        return Answer(
            state=State.NOT_ASKED,
            why=Text(
                f"insamlingarna är inte jämförda med varandra för {told}",
                f"the captures were not compared with each other for {told}",
            ),
        )
    if not made:
        return Answer(
            state=State.NOT_ASKED,
            why=Text("ingen kanal har ännu två insamlingar att jämföra", "no channel has two captures to compare yet"),
        )
    oldest = min(compared[entry].at for entry in made)
    number = len(question.in_use)
    return Answer(
        state=State.MET,
        why=Text(
            f"{len(made)} av {number} kanaler jämförda, tidigast {day_of(oldest)}; inget oförklarat borttagande",
            f"{len(made)} of {number} channels compared, the earliest {day_of(oldest)}; no unexplained removal",
        ),
    )


def _may_be_compared(evidence: Evidence, channel: str) -> bool:
    return len(evidence.captures.get(channel, ())) > 1


def _counted(question: Question, changes: Changes) -> list[str]:
    return [channel.entry for channel in question.in_use if recent(changes, channel.entry, question.at)]


def _told(question: Question, changes: Changes) -> Text:
    channels = _counted(question, changes)
    figures = [each for entry in channels for each in recent(changes, entry, question.at)]
    asked, had = sum(each.questions for each in figures), sum(each.answered for each in figures)
    number = len(question.in_use)
    return Text(
        f"halvårssiffror finns för {len(channels)} av {number} kanaler: {asked} frågor, {had} besvarade",
        f"half-year figures are there for {len(channels)} of {number} channels: {asked} questions, {had} answered",
    )


JUDGES: Mapping[int, Judge] = {8: followed_up, 23: answered, 41: removed}
