"""The gate before an account is closed: shut until each step has its evidence, and it says what is wanting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from register.closing import course
from register.closing.gate import Delivery, Demand, Gate, gate
from register.closing.steps import Preserved, Replayed, Step, closure_of, closures
from register.errors import ExitCode, NotAllowedError
from register.known import known
from register.model import Verdict
from register.sheets.transfer import import_from, read
from register.store.channel_decisions import ChannelDecision
from register.store.channels import ChannelRecord
from register.store.list_checks import ListCheckRow
from register.store.opening import Store
from register.store.organisation import Role
from tests.register.municipality import SHEETS, written

_MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
_DECIDED = "stängning;KS 2026/77;2026-03-10;Dan Alm, kommundirektör;fb;;;;;2026-03-10\n"
_KEPT = Preserved(
    run="fb-20260320T090000Z-abcdef",
    object_id="urn:uuid:1",
    verdict=Verdict.COMPLETE,
    whole=True,
    widths=(1280, 390),
    about=None,
    originals_lost=0,
    web_archive=Replayed(keys=607, missing=0, leaving=0, least_alike=0.99, passed=True),
)
_RECEIVED = Delivery(
    object_id="urn:uuid:1", checked=_MONDAY + timedelta(days=4), received=_MONDAY + timedelta(days=9), rejected=None
)


@pytest.fixture
def register(light: Store, tmp_path: Path) -> Store:
    """The municipality, with a decision to close its page."""
    return _begun_with(light, tmp_path)


def _begun_with(store: Store, folder: Path) -> Store:
    sheets = written(folder / "sheets", beslut=SHEETS["beslut"] + _DECIDED)
    import_from(store, read(sheets), at=_MONDAY - timedelta(days=2), by="Anna Ek", why="prov", dry_run=False)
    return store


def _gate(store: Store, delivery: Delivery | None = None, checks: tuple[ListCheckRow, ...] = ()) -> Gate:
    with store.reading() as session:
        closure = closure_of(session, "fb")
        assert closure is not None
        return gate(known(session), closure, delivery, checks, at=_MONDAY + timedelta(days=10))


def _wanting(demands: tuple[Demand, ...]) -> list[str]:
    return [each.what.sv for each in demands if not each.is_met]


def _told_and_acknowledged(store: Store) -> None:
    with store.writing() as session:
        course.begin(session, "fb", at=_MONDAY, by="anna.ek")
        for role in (Role.MANAGER, Role.HEAD_OF_COMMUNICATION):
            course.told(session, "fb", role, at=_MONDAY, by="kanalarkiv 1")
        for person in ("cia.berg", "eva.sjö"):
            course.acknowledged(session, "fb", person, at=_MONDAY + timedelta(days=1))


def test_a_closure_from_that_it_is_asked_for_to_that_nothing_remains(store: Store, tmp_path: Path) -> None:
    """Each demand is met by its own step, in the guideline's order; the account may be closed when the archive says."""
    register = _begun_with(store, tmp_path)
    with register.writing() as session:
        course.begin(session, "fb", at=_MONDAY, by="anna.ek")
        again = course.begin(session, "fb", at=_MONDAY + timedelta(hours=1), by="bo.lind")
        assert [row.step for row in again.steps] == [Step.BEGUN]
    assert _wanting(_gate(register).before) == [
        "chef är meddelad",
        "kommunikationschef är meddelad",
        "chef har kvitterat",
        "kommunikationschef har kvitterat",
        "hela innehållet och layouten är bevarade",
        "paketet ligger kontrollerat i e-arkivet",
        "arkivet har tagit emot paketet",
    ]
    _told_and_acknowledged(register)
    with register.writing() as session:
        course.preserved(session, "fb", _KEPT, at=_MONDAY + timedelta(days=4), by="kanalarkiv 1")
        once = course.preserved(session, "fb", _KEPT, at=_MONDAY + timedelta(days=5), by="kanalarkiv 1")
        assert len(once.having(Step.PRESERVED)) == 1
    assert _wanting(_gate(register).before) == [
        "paketet ligger kontrollerat i e-arkivet",
        "arkivet har tagit emot paketet",
    ]
    opened = _gate(register, _RECEIVED)
    assert opened.is_open
    assert not opened.is_done
    with register.writing() as session:
        course.closed(session, "fb", "anna.ek", _RECEIVED, at=_MONDAY + timedelta(days=9))
    with register.reading() as session:
        after = known(session)
        at = _MONDAY + timedelta(days=10)
        record, decision = after.one(ChannelRecord, "fb", at), after.holding(ChannelDecision, at, kind="stängning")[0]
        assert record is not None
        assert (record.status, record.recorded_by, record.responsible) == ("avslutad", "anna.ek", "anna.ek")
        assert (decision.reference, str(decision.manager_informed)) == ("KS 2026/77", "2026-03-16")
        assert [each.channel for each in closures(session)] == ["fb"]
    assert _wanting(_gate(register, _RECEIVED).after) == ["kanalen är borta ur den publicerade listan"]

    def check(day: int, *drifts: str) -> ListCheckRow:
        rows = [{"slag": "inte i bruk", "kanal": entry, "adress": None} for entry in drifts]
        at = _MONDAY + timedelta(days=day)
        return ListCheckRow(at=at, by="eva.sjö", url="https://exempelkommun.se/kanaler", active=3, drifts=rows)

    before, still, gone = check(8), check(10, "fb"), check(11, "annan")
    assert not _gate(register, _RECEIVED, (before,)).is_done
    (listed,) = [each for each in _gate(register, _RECEIVED, (before, still)).after if not each.is_met]
    assert listed.wanting is not None
    assert listed.wanting.sv == "den publicerade listan har kanalen kvar"
    assert _gate(register, _RECEIVED, (before, still, gone)).is_done


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": Verdict.INCOMPLETE}, "insamlingen är ofullständig"),
        ({"whole": False}, "insamlingen omfattar inte hela historiken"),
        ({"widths": (390,)}, "layouten på en dator är inte avbildad"),
        ({"widths": (1280,)}, "layouten i en telefon är inte avbildad"),
        (
            {"widths": ()},
            "layouten på en dator är inte avbildad; layouten i en telefon är inte avbildad",
        ),
        ({"about": False}, "sidan om kanalen är inte bevarad"),
        ({"originals_lost": 2}, "2 bilder eller filmer är inte bevarade i original"),
        ({"web_archive": None}, "webbarkivet saknas"),
        (
            {"web_archive": Replayed(keys=607, missing=1, leaving=0, least_alike=1.0, passed=False)},
            "webbarkivet går inte att spela upp som kanalen såg ut",
        ),
    ],
)
def test_what_a_capture_did_not_keep_holds_the_gate_shut(register: Store, change: dict[str, object], said: str) -> None:
    _told_and_acknowledged(register)
    kept = _KEPT.model_copy(update=change)
    with register.writing() as session:
        course.preserved(session, "fb", kept, at=_MONDAY + timedelta(days=4), by="kanalarkiv 1")
    stood = _gate(register, _RECEIVED)
    assert [each.wanting.sv for each in stood.before if each.wanting] == [said]
    with register.writing() as session, pytest.raises(NotAllowedError) as refusal:
        course.closed(session, "fb", "anna.ek", _RECEIVED, at=_MONDAY + timedelta(days=9))
    assert said in refusal.value.happened.sv
    assert refusal.value.next_step.sv.startswith("Avsluta inte kontot.")
    assert refusal.value.exit_code is ExitCode.NOT_ALLOWED


@pytest.mark.parametrize(
    "delivery",
    [
        None,
        Delivery(object_id="urn:uuid:1", checked=_MONDAY, received=None, rejected=None),
        Delivery(object_id="urn:uuid:1", checked=_MONDAY, received=_MONDAY, rejected=_MONDAY),
        Delivery(object_id="urn:uuid:2", checked=_MONDAY, received=_MONDAY, rejected=None),
    ],
)
def test_only_the_archives_word_on_this_package_opens_the_gate(register: Store, delivery: Delivery | None) -> None:
    """Not its arrival, not a rejection after a receipt, not another package's receipt."""
    _told_and_acknowledged(register)
    with register.writing() as session:
        course.preserved(session, "fb", _KEPT, at=_MONDAY, by="kanalarkiv 1")
    assert "arkivet har tagit emot paketet" in _wanting(_gate(register, delivery).before)
    assert not _gate(register, delivery).is_open


def test_whoever_is_not_to_be_told_cannot_acknowledge(register: Store) -> None:
    with register.writing() as session:
        course.begin(session, "fb", at=_MONDAY, by="anna.ek")
    with register.writing() as session, pytest.raises(NotAllowedError) as refusal:
        course.acknowledged(session, "fb", "anna.ek", at=_MONDAY)
    assert refusal.value.next_step.sv == "De som ska kvittera är: Cia Berg, Eva Sjö."


def test_a_closure_may_be_withdrawn_until_the_account_is_closed(register: Store) -> None:
    """What was withdrawn counts for nothing when the closure is begun anew."""
    _told_and_acknowledged(register)
    with register.writing() as session:
        course.withdrawn(session, "fb", "cia.berg", "används igen", at=_MONDAY + timedelta(days=2))
        assert closure_of(session, "fb") is None
    with register.writing() as session, pytest.raises(NotAllowedError, match="Ingen avveckling av fb pågår"):
        course.told(session, "fb", Role.MANAGER, at=_MONDAY, by="kanalarkiv 1")
    with register.writing() as session:
        course.begin(session, "fb", at=_MONDAY + timedelta(days=3), by="anna.ek")
    assert "chef har kvitterat" in _wanting(_gate(register).before)


def test_a_channel_that_is_not_in_the_register_cannot_be_closed(register: Store) -> None:
    with register.writing() as session, pytest.raises(NotAllowedError, match="instagram finns inte i registret"):
        course.begin(session, "instagram", at=_MONDAY, by="anna.ek")
