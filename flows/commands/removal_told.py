"""Removal cases as people and programs are shown them; nothing that a stranger wrote steers a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.clock import now
from flows.commands import shown
from flows.commands.telling import language, say, tell_json
from register.answers import Change, values
from register.case_words import CheckResult
from register.language import SWEDEN, Text, swedish_time
from register.removal import course
from register.removal.grounds import in_force_on
from register.store.cases import RemovalCase


def tell_cases(found: Sequence[RemovalCase], *, as_json: bool) -> None:
    """Show cases, with what each lacks."""
    if as_json:
        tell_json([_as_json(case) for case in found])
        return
    spoken = language()
    shown.table(
        Text("Borttagningsärenden", "Cases of removal"),
        (
            Text("ärende", "case"),
            Text("sparat", "saved"),
            Text("slag", "kind"),
            Text("läge", "state"),
            Text("diarienummer", "diary number"),
            Text("eftersökt", "looked for"),
            Text("saknas", "missing"),
        ),
        [
            (
                case.entry,
                swedish_time(case.saved),
                case.kind,
                course.state(case).value,
                case.diary_number or "",
                case.check_result or "",
                "" if case.closed else "; ".join(text.spoken(spoken) for text in course.lacks(case)),
            )
            for case in found
        ],
    )


def tell_case(case: RemovalCase, told: Sequence[Change], *, as_json: bool) -> None:
    """Show all of a case, and who said what of it when."""
    entry = case.entry
    if as_json:
        tell_json({**_as_json(case), "historik": [_change(change) for change in told]})
        return
    shown.table(
        Text(f"Ärende {entry}: {course.state(case).value}", f"Case {entry}: {course.state(case).value}"),
        (Text("fält", "field"), Text("värde", "value")),
        [(name, _told(value)) for name, value in values(case).items() if value not in (None, "", [])],
    )
    shown.tell_history(told, as_json=False)
    tell_next(case)


def tell_grounds() -> None:
    """Show the grounds of the guideline's latest edition, with the provisions behind them."""
    edition = in_force_on(now().astimezone(SWEDEN).date())
    shown.table(
        Text(f"Grunder enligt {edition.guideline}", f"Grounds by {edition.guideline}"),
        (Text("grund", "ground"), Text("vad", "what"), Text("lagrum", "provisions")),
        [(ground.code, ground.label.spoken(language()), ground.provision or "") for ground in edition.grounds],
    )


def tell_next(case: RemovalCase) -> None:
    """Tell what comes next, by the guideline's order."""
    if case.closed:
        return
    missing = course.lacks(case)
    if not missing:
        said = Text("Inget saknas: ärendet kan avslutas.", "Nothing is missing: the case may be closed.")
    else:
        sv, en = ("; ".join(text[language] for text in missing) for language in (0, 1))
        said = Text(f"Innan det kan avslutas: {sv}.", f"Before it may be closed: {en}.")
    say(said)


def worth_saying(case: RemovalCase) -> Iterator[Text]:
    """Yield what does not hinder that a case is closed, and is to be done all the same."""
    if case.outcome is None or case.removed is None:
        return
    if case.printed is None:
        yield Text("Bladet är inte utskrivet och arkiverat än.", "The sheet is not printed and filed yet.")
    if case.check_result != CheckResult.ABSENT:
        yield Text("Det är inte sett att den är borta.", "It has not been seen that it is gone.")


def _as_json(case: RemovalCase) -> dict[str, object]:
    return {
        "ärende": case.entry,
        "läge": course.state(case).value,
        "saknas": [] if case.closed else [text._asdict() for text in course.lacks(case)],
        "uppgifter": values(case),
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "sagt": change.said.recorded_at.isoformat(),
        "av": change.said.recorded_by,
        "före_och_efter": {name: list(both) for name, both in change.fields().items()},
    }


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return swedish_time(value)
    if isinstance(value, list):
        return "\n".join(_told(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items() if each)
    return str(value)
