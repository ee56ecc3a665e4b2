"""Judges of duties that other tables show: the list, the watch, tools, consents, disposals, private messages."""

from collections.abc import Mapping

from register.attention.finding import day_of
from register.attention.watched import expected
from register.duties import vouched
from register.duties.by_captures import NONE_CLOSED
from register.duties.duty import State
from register.duties.judging import NO_CHANNEL, NOBODY_ASKED, Answer, Judge, Question
from register.language import Text, swedish_time
from register.store.cases import AgeBracket, Consent
from register.store.channels import ChannelStatus
from register.store.decisions import DisposalDecision
from register.store.mandates import Mandate


def list_read(question: Question) -> Answer:
    """Judge 1: the published list was read within half a year, and was as the register."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not evidence.list_checks:
        return Answer(state=State.NOT_ASKED, why=Text("listan har aldrig lästs", "the list has never been read"))
    latest = evidence.list_checks[-1]
    at = swedish_time(latest.at)
    return Answer(
        state=State.MET,
        why=Text(
            f"{latest.url} lästes {at}: {latest.active} kanaler, ingen avvikelse",
            f"{latest.url} was read at {at}: {latest.active} channels, no difference",
        ),
    )


def list_after_closure(question: Question) -> Answer:
    """Judge 61: since every closure the list was read without the channel."""
    if question.register.evidence is None:
        return NOBODY_ASKED
    closed = question.channels(ChannelStatus.CLOSED)
    if not closed:
        return Answer(state=State.NOT_APPLICABLE, why=NONE_CLOSED)
    return Answer(
        state=State.MET,
        why=Text(
            f"listan har lästs utan de {len(closed)} avslutade kanalerna",
            f"the list was read without the {len(closed)} closed channels",
        ),
    )


def watched(question: Question) -> Answer:
    """Judge 22: each day of the last month, before today, somebody has said that they looked after each channel."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    if not question.in_use:
        return NO_CHANNEL
    days = {channel.entry: expected(question.register, channel, question.at) for channel in question.in_use}
    number = sum(len(each) for each in days.values())
    if not number:
        return Answer(
            state=State.NOT_ASKED,
            why=Text("ingen hel dag har gått sedan kanalen skrevs in", "no day has passed since it was entered"),
        )
    today = sum(day_of(question.at) in evidence.watched.get(entry, ()) for entry in days)
    return Answer(
        state=State.MET,
        why=Text(
            f"uppsikt antecknad {number} av {number} kanaldagar den senaste månaden; i dag {today} av {len(days)}",
            f"a watch noted on {number} of {number} channel days of the last month; today {today} of {len(days)}",
        ),
    )


def messages(question: Question) -> Answer:
    """Judge 51: vouched for every week, of every channel."""
    return NOBODY_ASKED if question.register.evidence is None else vouched.answer(question)


def equipped(question: Question) -> Answer:
    """Judge 19: the mandates say that the tools were provided, or somebody vouches for it."""
    by = vouched.answer(question)
    mandates = [
        said
        for channel in question.in_use
        for said in question.register.holding(Mandate, question.at, channel=channel.entry)
    ]
    if by.state is not State.BY_PEOPLE or not mandates:
        return by
    said = sum(mandate.equipped for mandate in mandates)
    why = Text(
        f"{said} av {len(mandates)} gällande uppdrag säger att verktygen har getts",
        f"{said} of {len(mandates)} mandates in force say that the tools were provided",
    )
    return Answer(state=State.ATTESTED if said == len(mandates) else State.BY_PEOPLE, why=why)


def consents(question: Question) -> Answer:
    """Judge 45 and 46: what is on record is told; that it is all, only a person can vouch for."""
    by = vouched.answer(question)
    held = question.register.holding(Consent, question.at)
    children = sum(said.age == AgeBracket.CHILD for said in held)
    return Answer(
        state=by.state,
        why=Text(
            f"{by.why.sv}; {len(held)} samtycken gäller, {children} av dem för barn under 13 år, alla med "
            "vårdnadshavares",
            f"{by.why.en}; {len(held)} consents are in force, {children} of them of children under 13, all with a "
            "guardian's",
        ),
    )


def disposed(question: Question) -> Answer:
    """Judge 49: what was disposed of went by decision, after two persons had approved it."""
    evidence = question.register.evidence
    if evidence is None:
        return NOBODY_ASKED
    decisions = len(question.register.holding(DisposalDecision, question.at))
    gone, unapproved = len(evidence.disposals), sum(not approved for approved in evidence.disposals.values())
    if unapproved:
        return Answer(
            state=State.OVERDUE,
            why=Text(
                f"{unapproved} av {gone} gallrade paket saknar två personers godkännande i gallringsloggen",
                f"{unapproved} of {gone} packages disposed of lack two persons' approval in the log",
            ),
        )
    if not decisions and not gone:
        return Answer(
            state=State.NOT_APPLICABLE,
            why=Text(
                "inget gallringsbeslut gäller, och inget har gallrats", "no decision is in force, nothing is gone"
            ),
        )
    return Answer(
        state=State.MET,
        why=Text(
            f"{decisions} gallringsbeslut gäller; {gone} pakets arbetskopior gallrade, alla efter två personers "
            "godkännande",
            f"{decisions} decisions are in force; working copies of {gone} packages disposed of, all after two "
            "persons' approval",
        ),
    )


def of_minor_importance(question: Question) -> Answer:
    """Judge 50: a decision on disposal is in force, or somebody vouches for what holds instead."""
    decisions = question.register.holding(DisposalDecision, question.at)
    if not decisions:
        return vouched.answer(question)
    told = ", ".join(sorted(f"{said.reference} ({said.record_type})" for said in decisions))
    return Answer(state=State.MET, why=Text(f"gallringsbeslut: {told}", f"decisions on disposal: {told}"))


JUDGES: Mapping[int, Judge] = {
    1: list_read,
    19: equipped,
    22: watched,
    45: consents,
    46: consents,
    49: disposed,
    50: of_minor_importance,
    51: messages,
    61: list_after_closure,
}
