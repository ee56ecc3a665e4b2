"""Duties 34 to 41, judged from cases: each can be found wanting, none is met where there is no case to see it by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from register.attention import findings
from register.attention.removals import of_cases
from register.duties import State, evaluated
from register.known import Known, known
from register.sheets.transfer import import_from, read
from register.store.cases import RemovalCase
from register.store.opening import Store, opened
from tests.register.municipality import written

SAVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = SAVED + timedelta(days=2)
CASES = range(34, 41)
ROLES = """roll;person;förvaltning;gäller från
förvaltningschef;dan.alm;ks;2020-01-01
registrator;cia.berg;;2020-01-01
"""


def case(**changed: Any) -> RemovalCase:
    """A case that lacks nothing but to be closed."""
    said: dict[str, Any] = {
        "entry": "fb-2026-1", "valid_from": SAVED, "recorded_at": SAVED, "recorded_by": "anna.ek", "channel": "fb",
        "kind": "comment", "permalink": "https://exempel.invalid/1?k=4", "author": "Å", "text": "Usch",
        "published_shown": "1 d", "saved": SAVED, "saved_by": "anna.ek", "saved_with": "Kanalarkiv", "number": 1,
        "pictures": [{"path": "x.png", "sha256": "ab" * 32, "taken": SAVED.isoformat(), "alt": ""}],
        "discovered": SAVED, "outcome": "tas bort", "grounds": "a", "reasons": "Pekar ut.", "decision": "KS 1",
        "decided": date(2026, 3, 2), "decided_by": "Eva", "measure": "borttagen",
        "removed": SAVED + timedelta(hours=1), "removed_by": "anna.ek", "diary_number": "KS 2",
        "collecting_case": "KS 3", "checked": SAVED + timedelta(hours=2),
        "check_result": "borta", "check_said": "x", "checked_by": "anna.ek", "printed": date(2026, 3, 2),
        "printed_by": "anna.ek", "printed_where": "pärm 1",
    }  # fmt: skip
    return RemovalCase(**{**said, **changed})


UNREMOVED = {"measure": None, "removed": None, "removed_by": None, "diary_number": None, "collecting_case": None,
             "checked": None, "check_result": None, "check_said": None, "printed": None, "decision": None,
             "outcome": None, "grounds": None}  # fmt: skip
CRIME = {"kind": "brottsanmälan", "permalink": "", "author": "", "text": "", "published_shown": "", "pictures": [],
         "police_report": "K1", **UNREMOVED}  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A register without cases; nothing here writes in it."""
    folder = tmp_path_factory.mktemp("register")
    with opened(folder / "register.db") as store:
        sheets = read(written(folder / "in", roller=ROLES))
        assert import_from(store, sheets, at=SAVED, by="Anna", why="prov", dry_run=False).faults == ()
        yield store


@pytest.fixture(scope="module")
def quiet(begun: Store) -> Known:
    """What it says, with what had happened: nothing."""
    with begun.reading() as session:
        return known(session, of=LATER)


def with_cases(quiet: Known, *cases: RemovalCase) -> Known:
    assert quiet.evidence is not None
    return replace(quiet, evidence=replace(quiet.evidence, removals=cases))


@pytest.mark.parametrize(
    ("changed", "days", "found"),
    [
        ({}, 60, []),
        ({"outcome": "behålls", **{name: None for name in UNREMOVED if name != "outcome"}}, 60, []),
        (UNREMOVED, 2, [(34, "anna.ek", False), (37, "dan.alm", False)]),
        (UNREMOVED, 4, [(34, "anna.ek", True), (37, "dan.alm", False)]),
        (UNREMOVED, 8, [(34, "anna.ek", True), (37, "dan.alm", True)]),
        ({"discovered": SAVED - timedelta(days=9), **UNREMOVED}, 1, [(34, "anna.ek", True), (37, "dan.alm", False)]),
        ({"grounds": None}, 8, [(35, "anna.ek", True)]),
        ({"grounds": None, "own": True}, 60, []),
        ({"pictures": []}, 2, [(36, "anna.ek", False)]),
        ({"removed": SAVED - timedelta(hours=1)}, 2, [(36, "anna.ek", False)]),
        ({"decision": None}, 2, [(37, "dan.alm", False)]),
        ({"diary_number": None}, 8, [(38, "cia.berg", True)]),
        ({"printed": None}, 29, [(39, "anna.ek", False)]),
        ({"printed": None, "closed": True}, 31, [(39, "anna.ek", True)]),
        ({"collecting_case": None}, 2, [(40, "cia.berg", False)]),
        ({"checked": None, "check_result": None}, 8, [(41, "anna.ek", True)]),
        ({"check_result": "går inte att avgöra"}, 2, [(41, "anna.ek", False)]),
        ({"checked": SAVED}, 2, [(41, "anna.ek", False)]),
        ({"check_result": "kvar"}, 2, [(34, "anna.ek", False)]),
        ({"check_result": "kvar", "measure": "avpublicerad"}, 5, [(34, "anna.ek", True)]),
        (CRIME, 8, [(38, "cia.berg", True)]),
        ({**CRIME, "diary_number": "KS 9"}, 2, [(40, "cia.berg", False)]),
        ({**CRIME, "diary_number": "KS 9", "collecting_case": "KS 3"}, 60, []),
    ],
)
def test_what_a_case_waits_for_is_a_finding_with_whose_it_is_and_when(
    quiet: Known, changed: dict[str, Any], days: int, found: list[tuple[int, str, bool]]
) -> None:
    at = SAVED + timedelta(days=days)
    register = with_cases(quiet, case(**changed))
    assert register.evidence is not None
    told = sorted(of_cases(register, register.evidence, at), key=lambda each: each.duty)
    assert [(each.duty, each.responsible.people[0].entry, each.overdue(at)) for each in told] == found
    assert {each.duty for each in findings(register, at) if each.kind.startswith("borttagning-")} == {
        duty for duty, _, _ in found
    }


def test_the_duties_follow_and_are_met_only_where_there_is_a_case_to_see_it_by(begun: Store, quiet: Known) -> None:
    def states(register: Known) -> set[State]:
        return {each.state for each in evaluated(register, LATER) if each.duty.number in CASES}

    with begun.reading() as session:
        assert states(known(session)) == {State.NOT_ASKED}
    assert states(quiet) == {State.NOT_APPLICABLE}
    register = with_cases(quiet, case())
    assert states(register) == {State.MET}
    told = {each.duty.number: each for each in evaluated(register, LATER)}
    assert told[39].why.sv == "1 borttagningsärenden (0 fick stå kvar, 1 öppna), inget att anmärka"
    waits = with_cases(quiet, case(), case(entry="fb-2026-2", **UNREMOVED))
    after = {each.duty.number: each.state for each in evaluated(waits, LATER + timedelta(days=9))}
    assert {number: after[number] for number in (34, 36, 37, 38)} == {
        34: State.OVERDUE, 36: State.MET, 37: State.OVERDUE, 38: State.MET,
    }  # fmt: skip
