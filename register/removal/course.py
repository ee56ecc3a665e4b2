"""What may be said of a case when, and what it still lacks: save, decide, remove, register, paper.

Each function returns a new statement of the case: what it said before, and what is new. None of them writes it. Until
something else is decided the item stays (*behåll*): the guideline's attitude is tolerant, and a removal needs a ground
and reasons. Where an order is broken nothing is returned, and the error says what comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from register.answers import fields_of
from register.case_words import CaseKind, CheckResult, Measure, Outcome
from register.errors import BadInputError
from register.language import SWEDEN, Text, swedish_time
from register.removal.grounds import in_force_on
from register.store.cases import RemovalCase
from register.store.wording import RefusedError, readable

_SAFE = Text("Ärendet är som det var.", "The case is as it was.")


class NotYetError(BadInputError):
    """Something comes before this in the guideline's order, or it is too late for it."""


class State(StrEnum):
    """How far a case has come."""

    SAVED = "sparad"
    DECIDED = "beslutad"
    DONE = "åtgärdad"
    REGISTERED = "diarieförd"
    ON_PAPER = "på papper"
    KEPT = "behålls"
    CLOSED = "avslutad"


@dataclass(frozen=True, kw_only=True)
class Said:
    """Who says something of a case, at which moment (aware), and why, if that is to be told."""

    by: str
    at: datetime
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision: its `reference` (diary number or paragraph; None for one to keep), day, who took it, as what.

    `delegation` names the delegation that it was taken by.
    """

    by: str
    day: date
    reasons: str
    reference: str | None = None
    role: str | None = None
    delegation: str | None = None


def state(case: RemovalCase) -> State:
    """Return how far a case has come."""
    for reached, found in (
        (case.closed, State.CLOSED),
        (case.outcome == Outcome.KEEP, State.KEPT),
        (case.printed is not None, State.ON_PAPER),
        (case.diary_number is not None, State.REGISTERED),
        (case.removed is not None, State.DONE),
        (case.outcome is not None, State.DECIDED),
    ):
        if reached:
            return found
    return State.SAVED


def has_evidence(case: RemovalCase) -> bool:
    """Return whether what the case is about was saved."""
    return bool(case.pictures) or bool(case.text.strip())


def lacks(case: RemovalCase) -> tuple[Text, ...]:
    """Return what a case must have and has not before it may be closed, in the guideline's order."""
    if case.outcome == Outcome.KEEP:
        return ()
    if case.kind == CaseKind.CRIME:
        return () if case.diary_number else (_NO_DIARY_NUMBER,)
    grounded = bool(case.grounds) or bool(case.own)
    wanting = (
        (has_evidence(case), Text("inget är sparat", "nothing was saved")),
        (case.decision is not None, Text("beslut saknas", "there is no decision")),
        (grounded, Text("grund saknas", "there is no ground")),
        (bool(case.reasons), Text("motivering saknas", "there are no reasons")),
        (case.removed is not None, Text("det är inte sagt att den är borttagen", "it is not said that it is removed")),
        (case.diary_number is not None, _NO_DIARY_NUMBER),
        (case.check_result != CheckResult.STILL_THERE, _still_there(case)),
    )
    return tuple(said for there, said in wanting if not there)


def decide(case: RemovalCase, decided: Decided, grounds: Sequence[str], said: Said) -> RemovalCase:
    """Return the case with the decision to remove.

    The municipality's own posts need reasons only: the guideline's grounds are for what others write.

    Raises:
        NotYetError: it is closed, was removed already, or nothing was saved.
        BadInputError: there is no ground, no such ground, no reasons, or a text is not fit to be kept.
    """
    _open(case)
    _before(case.removed is None, "den är redan borttagen", "it has been removed already")
    if case.kind != CaseKind.CRIME:
        _before(has_evidence(case), "spara kommer först, och inget är sparat", "saving comes first; nothing was saved")
        if not grounds and not case.own:
            raise _missing(
                Text("En borttagning kräver minst en grund.", "A removal demands at least one ground."),
                Text(
                    "Ange --ground a (till i), eller låt den stå: kanalarkiv removal keep.",
                    "Give --ground a (to i), or let it stay: kanalarkiv removal keep.",
                ),
            )
    edition = in_force_on(decided.day)
    chosen = edition.chosen(grounds)
    return _with(
        case,
        said,
        outcome=Outcome.REMOVE.value,
        grounds=" ".join(ground.code for ground in chosen) or None,
        guideline=edition.guideline,
        **_decision(decided, said),
    )


def keep(case: RemovalCase, decided: Decided, said: Said) -> RemovalCase:
    """Return the case with the decision that it stays, and why.

    Raises:
        NotYetError: it is closed, or was removed already.
        BadInputError: there are no reasons, or a text is not fit to be kept.
    """
    _open(case)
    _before(case.removed is None, "den är redan borttagen", "it has been removed already")
    return _with(case, said, outcome=Outcome.KEEP.value, grounds=None, guideline=None, **_decision(decided, said))


def remove(case: RemovalCase, measure: Measure, removed: datetime, said: Said) -> RemovalCase:
    """Return the case with what was done on the platform at `removed` (aware), by whoever says it.

    Raises:
        NotYetError: nothing was decided, it is kept or closed, or it was removed before it was saved, or is not yet.
    """
    _open(case)
    _before(case.outcome == Outcome.REMOVE, "beslut om borttagning saknas", "there is no decision to remove it")
    _before(
        removed >= case.saved,
        f"den sparades {swedish_time(case.saved)}, efter det",
        f"it was saved at {swedish_time(case.saved)}, after that",
    )
    _before(removed <= said.at, "den tiden har inte kommit", "that time has not come")
    return _with(case, said, measure=measure.value, removed=removed, removed_by=said.by)


def enter(case: RemovalCase, diary_number: str, collecting_case: str | None, said: Said) -> RemovalCase:
    """Return the case with its diary number, and that of the year's collecting case if it is given.

    Raises:
        NotYetError: it is closed, or kept, or nothing has been done yet.
        BadInputError: a text is not fit to be kept.
    """
    _open(case)
    if case.kind != CaseKind.CRIME:
        _before(
            case.removed is not None,
            "det är inte sagt att den är borttagen eller avpublicerad",
            "it is not said that it was removed or unpublished",
        )
    fit(diary_number=diary_number, collecting_case=collecting_case)
    return _with(case, said, diary_number=diary_number, collecting_case=collecting_case or case.collecting_case)


def looked(case: RemovalCase, result: CheckResult, found: Text, seen: datetime, said: Said) -> RemovalCase:
    """Return the case with what came of looking for the item at `seen` (aware).

    Raises:
        NotYetError: there is no address to look at.
    """
    _before(case.kind != CaseKind.CRIME, "övergreppsmaterial söks aldrig upp", "abuse material is never looked for")
    absent = seen if result is CheckResult.ABSENT else None
    return _with(
        case, said, checked=seen, checked_by=said.by, check_result=result.value, check_said=found.sv, absent=absent
    )


def attested_absent(case: RemovalCase, how: str, said: Said) -> RemovalCase:
    """Return the case with a person's word that they saw it gone, and how they looked.

    Raises:
        NotYetError: there is nothing to look at, or it is not said to have been removed.
        BadInputError: the text is not fit to be kept.
    """
    _before(case.removed is not None, "det är inte sagt att den är borttagen", "it is not said that it was removed")
    fit(check_said=how)
    told = Text(f"intygat, inte eftersökt av programmet: {how}", f"attested, not looked for by the program: {how}")
    return looked(case, CheckResult.ABSENT, told, said.at, said)


def put_on_paper(case: RemovalCase, day: date, where: str, said: Said) -> RemovalCase:
    """Return the case with the attestation that its sheet was printed on a day and lies at a place.

    Raises:
        NotYetError: it has no diary number, which the paper is to bear; or the day has not come.
        BadInputError: a text is not fit to be kept.
    """
    _before(case.kind != CaseKind.CRIME, "av övergreppsmaterial finns inget att skriva ut", "there is nothing to print")
    _before(case.diary_number is not None, "diarieföring kommer före papper", "registration comes before paper")
    _before(day <= said.at.astimezone(SWEDEN).date(), "den dagen har inte kommit", "that day has not come")
    fit(printed_where=where)
    return _with(case, said, printed=day, printed_where=where, printed_by=said.by)


def close(case: RemovalCase, said: Said) -> RemovalCase:
    """Return the case closed.

    Raises:
        NotYetError: nothing is decided, something is missing (all of it is said), or it is closed already.
    """
    _open(case)
    missing = lacks(case)
    if missing:
        told = ("; ".join(text[language] for text in missing) for language in (0, 1))
        sv, en = told
        raise NotYetError(
            happened=Text(f"Ärende {case.entry} kan inte avslutas: {sv}.", f"{case.entry} cannot be closed: {en}."),
            safe=_SAFE,
            next_step=Text(
                f"Komplettera det som saknas. kanalarkiv removal show {case.entry} visar allt.",
                f"Complete what is missing. kanalarkiv removal show {case.entry} shows all.",
            ),
        )
    return _with(case, said, closed=True)


def _decision(decided: Decided, said: Said) -> dict[str, object]:
    if not decided.reasons.strip():
        raise _missing(
            Text("Motiveringen saknas.", "There are no reasons."),
            Text("Ange --reasons: varför, i en mening eller två.", "Give --reasons: why, in a sentence or two."),
        )
    _before(decided.day <= said.at.astimezone(SWEDEN).date(), "beslutsdagen har inte kommit", "that day has not come")
    texts = {
        "reasons": decided.reasons.strip(),
        "decision": decided.reference,
        "decided_by": decided.by,
        "decider_role": decided.role,
        "delegation": decided.delegation,
    }
    fit(**texts)
    return {**texts, "decided": decided.day}


def _with(case: RemovalCase, said: Said, **new: object) -> RemovalCase:
    before: dict[str, object] = {name: getattr(case, name) for name in fields_of(RemovalCase)}
    return RemovalCase(
        entry=case.entry,
        valid_from=said.at,
        recorded_at=said.at,
        recorded_by=said.by,
        reason=said.why,
        **{**before, **new},  # type: ignore[arg-type]
    )


def _open(case: RemovalCase) -> None:
    _before(not case.closed, "ärendet är avslutat", "the case is closed")


def _before(there: bool, sv: str, en: str) -> None:
    if not there:
        raise NotYetError(
            happened=Text(f"Det går inte: {sv}.", f"That cannot be: {en}."),
            safe=_SAFE,
            next_step=Text(
                "Ordningen är: spara, besluta, ta bort, diarieföra, papper. kanalarkiv removal show visar var den är.",
                "The order is: save, decide, remove, register, paper. kanalarkiv removal show shows where it is.",
            ),
        )


def fit(**texts: str | None) -> None:
    """See that what people write of a case is fit to be kept.

    Raises:
        BadInputError: a text is empty, has signs that are not seen, is too long, or looks like a password.
    """
    for field, value in texts.items():
        if value is None:
            continue
        try:
            readable(field, value)
        except RefusedError as error:
            raise _missing(
                Text(f"{_HEADINGS[field].sv} {error.wrong.sv}.", f"{_HEADINGS[field].en} {error.wrong.en}."),
                error.remedy,
            ) from error


def _missing(happened: Text, next_step: Text) -> BadInputError:
    return BadInputError(happened=happened, safe=_SAFE, next_step=next_step)


def _still_there(case: RemovalCase) -> Text:
    when = swedish_time(case.checked) if case.checked is not None else ""
    return Text(f"den fanns kvar på kanalen {when}", f"it was still on the channel at {when}")


_NO_DIARY_NUMBER = Text("diarienummer saknas", "there is no diary number")
_HEADINGS = {
    "reasons": Text("Motiveringen", "The text of reasons"),
    "decision": Text("Beslutets beteckning", "The decision's reference"),
    "decided_by": Text("Beslutsfattarens namn", "The decision-maker's name"),
    "decider_role": Text("Beslutsfattarens roll", "The decision-maker's role"),
    "delegation": Text("Delegationen", "The delegation"),
    "diary_number": Text("Diarienumret", "The diary number"),
    "collecting_case": Text("Samlingsärendets nummer", "The collecting case's number"),
    "printed_where": Text("Platsen", "The place"),
    "check_said": Text("Hur det sågs", "How it was seen"),
    "crime_reference": Text("Referensen", "The reference"),
    "police_report": Text("Polisanmälans nummer", "The police report's number"),
}
