"""Duties that people keep: vouched for by somebody, for everything and not too long ago, or not.

An attestation of a förvaltning speaks of its channels too, and one of the whole municipality of all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from register.attention.channels import months_before
from register.attention.finding import day_of
from register.duties.duty import Attested, Scope, State
from register.duties.judging import NO_CHANNEL, Answer, Question, named
from register.known import Known
from register.language import SWEDEN, Text
from register.store.attestations import Attestation
from register.store.organisation import Person


def answer(question: Question) -> Answer:
    """Return whether a duty that can be attested is: for each thing that it speaks of, by an attestation that holds."""
    attest = question.duty.attest
    if attest is None:
        return Answer(state=State.BY_PEOPLE, why=_BY_PEOPLE)
    subjects = list(_subjects(question, attest.of))
    if not subjects:
        return NO_CHANNEL
    said = question.register.holding(Attestation, question.at, duty=question.duty.number)
    latest = [(subject, _latest(said, subject, question.at)) for subject in subjects]
    holding = [(subject, each) for subject, each in latest if each is not None and _holds(each, attest, question.at)]
    if len(holding) == len(subjects):
        oldest = min((each for _, each in holding), key=lambda each: each.day)
        return Answer(state=State.ATTESTED, why=_vouched(question.register, oldest, attest, len(subjects)))
    there = {subject.name for subject, _ in holding}
    missing = [subject.name for subject in subjects if subject.name not in there]
    return Answer(state=State.BY_PEOPLE, why=_lacking(question.register, latest, missing, attest))


def until(attestation: Attestation, attest: Attested) -> date | None:
    """Return the last day that an attestation holds, None if it holds for ever."""
    if attest.months is not None:
        noon = datetime.combine(attestation.day, time(12), SWEDEN)
        return day_of(months_before(noon, -attest.months))
    return attestation.day + timedelta(days=attest.days) if attest.days is not None else None


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """Something that is to be vouched for; `channel` and `administration` as they stand in an attestation of it."""

    name: str
    channel: str | None = None
    administration: str | None = None

    def is_of(self, said: Attestation) -> bool:
        if said.channel is not None:
            return said.channel == self.channel
        return said.administration in (None, self.administration)


def _subjects(question: Question, scope: Scope) -> Iterator[_Subject]:
    channels = question.in_use
    if not channels:
        return
    match scope:
        case Scope.CHANNEL:
            for said in channels:
                yield _Subject(name=said.entry, channel=said.entry, administration=said.administration)
        case Scope.ADMINISTRATION:
            for entry in sorted({said.administration for said in channels}):
                yield _Subject(name=entry, administration=entry)
        case Scope.MUNICIPALITY:
            yield _Subject(name="hela kommunen")


def _latest(said: Sequence[Attestation], subject: _Subject, at: datetime) -> Attestation | None:
    fitting = [each for each in said if each.about is None and subject.is_of(each) and each.day <= day_of(at)]
    return max(fitting, key=lambda each: each.day, default=None)


def _holds(said: Attestation, attest: Attested, at: datetime) -> bool:
    last = until(said, attest)
    return last is None or day_of(at) <= last


def _vouched(register: Known, oldest: Attestation, attest: Attested, number: int) -> Text:
    last = until(oldest, attest)
    by = _by(register, oldest)
    held = Text(f", gäller till {last}", f", holds until {last}") if last is not None else Text("", "")
    more = Text(f" (det äldsta av {number})", f" (the oldest of {number})") if number > 1 else Text("", "")
    return Text(f"intygad av {by}{held.sv}{more.sv}", f"attested by {by}{held.en}{more.en}")


def _lacking(
    register: Known, latest: list[tuple[_Subject, Attestation | None]], missing: list[str], attest: Attested
) -> Text:
    lapsed = [each for subject, each in latest if each is not None and subject.name in missing]
    if lapsed:
        newest = max(lapsed, key=lambda each: each.day)
        by, last = _by(register, newest), until(newest, attest)
        over = Text(f"; intyget av {by} gällde till {last}", f"; the attestation by {by} held until {last}")
    else:
        over = Text("", "")
    if missing == ["hela kommunen"]:
        return Text(f"inget intyg gäller{over.sv}", f"no attestation holds{over.en}")
    return Text(
        f"inget intyg gäller för {named(missing)}{over.sv}", f"no attestation holds for {named(missing)}{over.en}"
    )


def _by(register: Known, said: Attestation) -> str:
    day = datetime.combine(said.day, time(12), SWEDEN)
    person = register.one(Person, said.person, day)
    paper = f" ({said.reference})" if said.reference is not None else ""
    return f"{person.name if person is not None else said.person} {said.day}{paper}"


_BY_PEOPLE = Text("omdöme och uppträdande, inte program", "judgement and conduct, not programs")
