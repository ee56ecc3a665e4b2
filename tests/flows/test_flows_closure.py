"""A closure: told, acknowledged, preserved, delivered, answered; and a debate, whose packages bear its case."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from delivery.receipts_taken import answer
from register.closing import course
from register.closing.steps import Step, closure_of
from register.debates import course as debates
from register.known import known
from register.store.captures import CaptureRow
from register.store.channel_decisions import DecisionKind
from register.store.channels import CaptureMode, ChannelRecord
from register.store.debates import Debate
from register.store.list_checks import ListCheckRow
from register.store.organisation import Person, Role, RoleHeld
from sample_channel import serve
from tests.flows.half_years import Letters, Municipality, enter

FACEBOOK = "https://www.facebook.com/exempelkommun"


def _to_be_closed(there: Municipality, address: str, mode: CaptureMode = CaptureMode.AUTOMATIC) -> list:
    return [
        *there.people(),
        there._row(Person, "eva.sjo", name="Eva Sjö", email=f"eva.sjo@{there.email}"),
        there._row(RoleHeld, "kc-eva", role=Role.HEAD_OF_COMMUNICATION, person="eva.sjo"),
        there.channel("fb", address, mode),
        *there.authority("fb", permitted=mode is CaptureMode.AUTOMATIC),
        there._decision("fb-stängs", DecisionKind.CLOSURE, channel="fb"),
    ]


def _closure():
    from flows.closure import RESOURCE, ClosureOrder, close_account  # noqa: PLC0415 - Prefect must know where to live

    return lambda: close_account(ClosureOrder(kanal=f"{RESOURCE}fb"))


def _debate():
    from flows.debate import DebateOrder, document_debate  # noqa: PLC0415 - see above

    return lambda: document_debate(DebateOrder(kanal="fb"))


def _in_debate(**other: object) -> Debate:
    now = datetime.now(UTC)
    said = {"entry": "debatt-1", "channel": "fb", "minutes": 60, "case": "KS 2026/99", "person": "anna.ek"}
    return Debate(**{**said, "valid_from": now, "recorded_at": now, "recorded_by": "anna.ek", **other})


def _letters(letters: Letters) -> list[tuple[str, str]]:
    return [(to[0].partition("@")[0], str(letter["Subject"])) for to, letter in letters.taken]


def _ready(flow_of, workspace: Path) -> None:
    """Make the limits that `kanalarkiv serve` makes, and the folder that packages are delivered to."""
    (workspace / "mottagning").mkdir()
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - see above

    from flows import watching  # noqa: PLC0415

    async def make():
        async with get_client() as client:
            for name in (watching.limit_of_machine(), watching.limit_of_platform("exempelkanalen")):
                await client.upsert_global_concurrency_limit_by_name(name, 1)

    flow_of(make)


def test_nothing_is_captured_before_those_who_have_to_know_have_acknowledged(flow_of, store, there, letters):
    """They are told once; until they have answered, the flow ends and says what is wanting."""
    enter(store, _to_be_closed(there, FACEBOOK))
    for _ in range(2):
        assert flow_of(_closure()).startswith(
            "Radera inte kontot än. Återstår: chef har kvitterat; kommunikationschef har kvitterat; hela innehållet"
        )
    assert _letters(letters) == [
        ("cia.berg", "Kanalarkiv: Kanalen fb ska avslutas"),
        ("eva.sjo", "Kanalarkiv: Kanalen fb ska avslutas"),
    ]
    assert "kanalarkiv closure acknowledge fb --who cia.berg" in letters.taken[0][1].get_content()
    with store.reading() as session:
        closure = closure_of(session, "fb")
        assert closure is not None
        assert [row.step for row in closure.steps] == [Step.BEGUN, Step.TOLD, Step.TOLD]
        assert session.scalars(select(CaptureRow)).all() == []


def test_a_letter_that_does_not_come_through_is_not_called_told(flow_of, store, there, letters, monkeypatch):
    monkeypatch.setenv("KANALARKIV_TEST_EPOST", "mailto://127.0.0.1:1?from=k@exempelkommun.se&cto=2")
    enter(store, _to_be_closed(there, FACEBOOK))
    assert "chef är meddelad; kommunikationschef är meddelad" in flow_of(_closure())
    monkeypatch.setenv("KANALARKIV_TEST_EPOST", letters.url)
    assert "är meddelad" not in flow_of(_closure())
    assert len(letters.taken) == 2


def test_a_debate_that_is_over_or_needs_a_person_captures_nothing(flow_of, store, there):
    enter(store, _to_be_closed(there, FACEBOOK, CaptureMode.ASSISTED))
    assert flow_of(_debate()) == "Inget att göra: ingen debatt i kanalen dokumenteras."
    with store.writing() as session:
        debates.start(session, _in_debate())
    assert flow_of(_debate()) == "Att göra vid skärmen: kanalarkiv capture KANAL --attended."


def test_a_closure_to_its_end(flow_of, store, there, letters, tmp_path):
    """The archive's word opens the gate; a person's closes the channel; the published list ends it."""
    with serve(posts=2) as channel:
        enter(store, _to_be_closed(there, channel.url))
        flow_of(_closure())
        _ready(flow_of, tmp_path)
        with store.writing() as session:
            for person in ("cia.berg", "eva.sjo"):
                course.acknowledged(session, "fb", person, at=datetime.now(UTC))
        remains = "arkivet har tagit emot paketet; kontot är avslutat på plattformen; registret säger att kanalen är"
        assert flow_of(_closure()).startswith(f"Radera inte kontot än. Återstår: {remains}")
    with store.reading() as session:
        closure = closure_of(session, "fb")
        assert closure is not None
        kept = closure.preserved
    assert kept is not None
    assert (kept.verdict, kept.whole, kept.widths, kept.originals_lost) == ("complete", True, (1280, 390), 0)
    assert kept.web_archive is not None
    assert (kept.web_archive.missing, kept.web_archive.leaving, kept.web_archive.passed) == (0, 0, True)
    answer(store, kept.object_id, received=True, reason=None, at=datetime.now(UTC), by="arkivet")
    for _ in range(2):
        assert flow_of(_closure()).startswith("Kontot får avslutas. Återstår: kontot är avslutat på plattformen")
    assert [to for to, said in _letters(letters) if "får avslutas" in said] == ["cia.berg", "eva.sjo", "anna.ek"]
    at = datetime.now(UTC)
    with store.writing() as session:
        from flows.gatekeeping import delivery_of  # noqa: PLC0415

        course.closed(session, "fb", "anna.ek", delivery_of(session, closure), at=at)
        record = known(session).one(ChannelRecord, "fb", at)
        assert record is not None
        assert record.status == "avslutad"
        session.add(ListCheckRow(at=at, by="eva.sjo", url="https://exempelkommun.se/kanaler", active=0, drifts=[]))
    assert flow_of(_closure()) == "Avvecklingen är klar."


def test_each_package_of_a_debate_bears_its_case_and_holds_what_is_new(flow_of, store, there, tmp_path):
    with serve(posts=1) as channel:
        enter(store, _to_be_closed(there, channel.url))
        with store.writing() as session:
            debates.start(session, _in_debate())
        _ready(flow_of, tmp_path)
        for _ in range(2):
            assert flow_of(_debate()) == "Dokumenterad för KS 2026/99: fullständig."
    with store.reading() as session:
        first, second = session.scalars(select(CaptureRow).order_by(CaptureRow.started)).all()
    assert first.period_start is None
    assert second.period_start is not None
    for row in (first, second):
        with zipfile.ZipFile(tmp_path / "paket" / f"{row.object_id}.zip") as package:
            said = [package.read(name) for name in package.namelist() if name.endswith((".xml", ".html"))]
        assert any(b"KS 2026/99" in content for content in said)
