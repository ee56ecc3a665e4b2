"""Cases of removal that wait for something: for what the guideline wants next, by whoever it asks.

"… ska så snart som möjligt tas bort. Gallringsbeslut och diarieföring krävs … Borttagna kommentarer ska finnas sparade
på papper och finnas samlade i ett pågående ärende." The days are ours; the guideline names none. What was decided to
stay asks for nothing more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from register.attention.finding import GRACE, Finding, FindingKind, Responsible, day_of, holders, of_channel
from register.case_words import CaseKind, CheckResult, Outcome
from register.evidence import Evidence
from register.known import Known
from register.language import Text
from register.store.cases import RemovalCase
from register.store.channels import ChannelRecord
from register.store.organisation import Person, Role

SOON = timedelta(days=3)
"""How long what is to be removed may stay, from when it was discovered."""

A_WEEK = timedelta(days=7)
REMOVED, GROUNDED, SAVED, DECIDED, REGISTERED, PRINTED, COLLECTED, SEEN = range(34, 42)


def of_cases(register: Known, evidence: Evidence, at: datetime) -> Iterator[Finding]:
    """Yield what cases of removal wait for at `at`."""
    for case in evidence.removals:
        if case.outcome != Outcome.KEEP:
            told = _Told(register, case, at)
            yield from _of_a_crime(told) if case.kind == CaseKind.CRIME else _of_one(told)


class _Told:
    """Tells of one case: whose it is to go on with it, since when and until when."""

    def __init__(self, register: Known, case: RemovalCase, at: datetime) -> None:
        self.case = case
        self._register = register
        self._at = at
        self._channel = register.one(ChannelRecord, case.channel, at) or register.one(
            ChannelRecord, case.channel, case.saved
        )

    def of(self, duty: int, kind: FindingKind, said: Text, *, since: datetime, within: timedelta) -> Finding:
        return Finding(
            kind=kind,
            channel=self.case.channel,
            said=Text(f"Ärende {self.case.entry}: {said.sv}", f"Case {self.case.entry}: {said.en}"),
            responsible=self._whose(duty),
            since=since,
            due=day_of(since + within),
            duty=duty,
        )

    def _whose(self, duty: int) -> Responsible:
        role = {DECIDED: Role.DIRECTOR, REGISTERED: Role.REGISTRAR, COLLECTED: Role.REGISTRAR}.get(duty)
        channel = self._channel
        if channel is None:
            people = holders(self._register, role or Role.HEAD_OF_COMMUNICATION, self._at, administration=None)
            return Responsible(role=role or Role.HEAD_OF_COMMUNICATION, people=people)
        if role is not None:
            return of_channel(self._register, channel, self._at, role)
        person = self._register.one(Person, channel.responsible, self._at)
        if person is None:
            return of_channel(self._register, channel, self._at, Role.MANAGER, Role.DIRECTOR)
        return Responsible(role="dagligt ansvarig", people=(person,))


def _of_a_crime(told: _Told) -> Iterator[Finding]:
    case = told.case
    if case.diary_number is None:
        yield told.of(REGISTERED, FindingKind.REMOVAL_UNREGISTERED, _UNREGISTERED, since=case.saved, within=A_WEEK)
    elif case.collecting_case is None:
        yield told.of(COLLECTED, FindingKind.REMOVAL_UNCOLLECTED, _UNCOLLECTED, since=case.saved, within=GRACE)


def _of_one(told: _Told) -> Iterator[Finding]:
    case = told.case
    found = case.discovered or case.saved
    if case.decision is None:
        yield told.of(DECIDED, FindingKind.REMOVAL_UNDECIDED, _UNDECIDED, since=case.saved, within=A_WEEK)
    if case.outcome == Outcome.REMOVE and not case.grounds and not case.own:
        yield told.of(GROUNDED, FindingKind.REMOVAL_UNGROUNDED, _UNGROUNDED, since=case.saved, within=A_WEEK)
    if case.removed is None:
        yield told.of(REMOVED, FindingKind.REMOVAL_WAITS, _WAITS, since=found, within=SOON)
        return
    if not case.pictures or case.removed < case.saved:
        yield told.of(SAVED, FindingKind.REMOVAL_UNSAVED, _UNSAVED, since=case.removed, within=A_WEEK)
    yield from _after(told, case.removed)


def _after(told: _Told, removed: datetime) -> Iterator[Finding]:
    """Yield what waits when the item has been removed: register, look, paper."""
    case = told.case
    if case.diary_number is None:
        yield told.of(REGISTERED, FindingKind.REMOVAL_UNREGISTERED, _UNREGISTERED, since=removed, within=A_WEEK)
    else:
        if case.printed is None:
            yield told.of(PRINTED, FindingKind.REMOVAL_UNPRINTED, _UNPRINTED, since=removed, within=GRACE)
        if case.collecting_case is None:
            yield told.of(COLLECTED, FindingKind.REMOVAL_UNCOLLECTED, _UNCOLLECTED, since=removed, within=GRACE)
    looked = case.checked is not None and case.checked >= removed
    if case.checked is not None and looked and case.check_result == CheckResult.STILL_THERE:
        yield told.of(REMOVED, FindingKind.REMOVAL_STILL_THERE, _STILL_THERE, since=case.checked, within=SOON)
    elif not looked or case.check_result != CheckResult.ABSENT:
        yield told.of(SEEN, FindingKind.REMOVAL_UNSEEN, _UNSEEN, since=removed, within=A_WEEK)


_UNDECIDED = Text("beslut saknas: ta bort, eller låt stå", "there is no decision: remove it, or let it stay")
_UNGROUNDED = Text("beslutet har ingen grund i riktlinjen", "the decision has no ground in the guideline")
_WAITS = Text(
    "upptäckt, men varken borttaget eller beslutat att få stå", "discovered, and neither removed nor decided to stay"
)
_UNSAVED = Text("borttaget utan att bilden var sparad först", "removed without its picture having been saved first")
_UNREGISTERED = Text("diarienummer saknas", "there is no diary number")
_UNPRINTED = Text("bladet är inte intygat på papper", "the sheet is not attested on paper")
_UNCOLLECTED = Text("årets samlingsärende är inte sagt", "the year's collecting case is not said")
_STILL_THERE = Text("det fanns kvar när det söktes efteråt", "it was still there when it was looked for")
_UNSEEN = Text(
    "det är inte sett att det är borta eller dolt: kanalarkiv removal check",
    "it has not been seen to be gone or hidden: kanalarkiv removal check",
)
