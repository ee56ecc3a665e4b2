"""The extract of the register: what it said of a channel at a moment, of whom, and of nobody more than that."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from register import capturing
from register.capturing import Applicant, Found
from register.errors import BadInputError, NotAllowedError
from register.extract.nouns import DecisionSaid, Employee, Extract, last_day
from register.extract.written import read, written
from register.sheets.transfer import import_from
from register.sheets.transfer import read as sheets
from register.store.cases import RemovalCase
from register.store.changes import UnexplainedRemoval
from register.store.channels import CaptureMode
from register.store.opening import opened
from tests.register import municipality
from tests.register.municipality import FACEBOOK, SHEETS

MARCH = datetime(2026, 3, 14, 11, tzinfo=UTC)
JULY = datetime(2026, 7, 15, 11, tzinfo=UTC)
ANNA = Employee(entry="anna.ek", name="Anna Ek", title="Kommunikatör")
BO = Employee(entry="bo.lind", name="Bo Lind", title="Kommunikatör")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace whose register has one channel, captured automatically by a decision for its platform."""
    columns = (
        (";gäller från", ";läge;syfte;gallring;gäller från"),
        (";2024-02-01", ";automatisk;Att informera;bevaras;2024-02-01"),
    )
    channels = municipality.edited("kanaler", *columns)
    head, *rows = SHEETS["beslut"].splitlines()
    head = head.replace(";person;", ";plattform;person;")
    decisions = [row.replace(";fb;", ";fb;;") for row in rows]
    decisions.append("tillstånd;KS 2024/9;2024-01-20;Kommunstyrelsen;;facebook;;;;;2024-01-20")
    folder = municipality.written(tmp_path / "blad", kanaler=channels, beslut="\n".join([head, *decisions]))
    with opened(tmp_path / "register.db") as store:
        assert import_from(store, sheets(folder), at=MARCH, by="Anna Ek", why="prov", dry_run=False).faults == ()
    return tmp_path


def _asked(workspace: Path, *, at: datetime = MARCH, channel: str = "fb", attended: bool = False) -> Found:
    found = capturing.found(
        Applicant(channel=channel, person="anna.ek", attended=attended), database=None, workspace=workspace, at=at
    )
    assert isinstance(found, Found)
    return found


def _extract(workspace: Path, at: datetime = MARCH) -> Extract:
    found = _asked(workspace)
    return capturing.extract_at(found.basis, found.address, database=workspace / "register.db", at=at)


@pytest.mark.parametrize("word", ["fb", "FB", "kommunens facebooksida", FACEBOOK, f"{FACEBOOK}/posts"])
def test_a_channel_is_found_by_its_entry_its_name_or_its_address(workspace: Path, word: str) -> None:
    found = _asked(workspace, channel=word)
    assert found.address == (word if "://" in word else FACEBOOK)
    assert (found.basis.channel, found.basis.mode) == ("fb", CaptureMode.AUTOMATIC)


def test_a_word_that_is_no_channel_or_two_is_told(workspace: Path) -> None:
    with pytest.raises(BadInputError, match="Facebooksidan finns inte i kanalregistret") as unknown:
        _asked(workspace, channel="Kommunens Facebooksidan")
    assert unknown.value.next_step.sv == "Menas Kommunens Facebooksida?"
    elsewhere = Applicant(channel="fb", person="anna.ek", attended=False, otherwise="https://annan.invalid/")
    with pytest.raises(BadInputError) as several:
        capturing.found(elsewhere, database=None, workspace=workspace, at=MARCH)
    assert f"fb är flera kanaler, i registret eller inställningsfilen: https://annan.invalid/, {FACEBOOK}" in (
        several.value.happened.sv
    )
    with pytest.raises(NotAllowedError, match=r"https://annan\.invalid/ finns inte i kanalregistret"):
        _asked(workspace, channel="https://annan.invalid/")


def test_whoever_means_to_watch_needs_no_permission(workspace: Path) -> None:
    assert _asked(workspace, attended=True).basis.mode is CaptureMode.ASSISTED
    ground = _asked(workspace, attended=True).extract.ground
    assert (ground.mode, ground.permission) == (CaptureMode.ASSISTED, None)


def test_it_says_what_the_capture_rested_on(workspace: Path) -> None:
    ground = _extract(workspace).ground
    assert (ground.person, ground.mode, ground.guideline) == (ANNA, CaptureMode.AUTOMATIC, "KS 2020-05-25 § 94")
    assert (ground.mandate.capacity, ground.mandate.decided_by.told) == ("administratör", "Cia Berg, Enhetschef")
    assert (ground.opening.reference, ground.opening.consulted, ground.opening.consulted_on) == (
        "KS 2024/7",
        "Eva Sjö",
        date(2024, 1, 10),
    )
    assert isinstance(ground.permission, DecisionSaid)
    assert (ground.permission.reference, ground.permission.platform) == ("KS 2024/9", "facebook")


def test_it_says_what_held_at_its_moment(workspace: Path) -> None:
    march, july = _extract(workspace), _extract(workspace, JULY)
    assert [each.person for each in march.authorised] == [ANNA, BO]
    assert [each.stands_in_for for each in march.authorised] == [(), (ANNA,)]
    assert [each.person for each in july.authorised] == [ANNA]  # Bo Lind's mandate ends in June
    bo = march.authorised[1]
    assert bo.appointment is not None
    assert (bo.employed, bo.appointment.reference, last_day(bo.mandate.end)) == (True, "KS 2024/8", date(2026, 6, 30))
    kinds = ["öppning", "utseende", "utseende", "tillstånd"]
    assert [each.kind for each in march.decisions] == kinds
    said = march.channel
    assert said is not None
    assert (said.administration, said.board, said.identity_code) == (
        "Kommunledningsförvaltningen",
        "Kommunstyrelsen",
        "ORG:212000-0000",
    )
    assert (said.responsible, said.purpose, said.appraisal) == (ANNA, "Att informera", "bevaras")
    assert [(each.edition, each.reference) for each in march.guidelines] == [("KS 2020-05-25 § 94", "KS-2024-00357")]


def test_what_the_register_no_longer_has_it_says_that_it_has_not(workspace: Path) -> None:
    """The basis is of the walk's beginning; before 2024 there was no channel, and nobody had a mandate."""
    before = _extract(workspace, datetime(2023, 1, 1, tzinfo=UTC))
    assert (before.channel, before.authorised, before.decisions) == (None, (), ())
    assert before.ground.person == ANNA


def test_cases_and_unexplained_removals_are_told_without_whose_they_were(workspace: Path) -> None:
    stranger = {"author": "Sven Främling", "text": "Ett elakt ord", "permalink": "https://x.invalid/sven"}
    with opened(workspace / "register.db") as store, store.writing() as session:
        said = {"recorded_at": MARCH, "recorded_by": "anna.ek", "valid_from": MARCH}
        session.add(
            RemovalCase(
                entry="fb-2026-1", channel="fb", kind="comment", published_shown="3 d", saved=MARCH, saved_by="anna.ek",
                saved_with="Kanalarkiv", pictures=[], grounds="b", decision="BUN 2026/8", decided=date(2026, 3, 14),
                decided_by="Dan Alm", diary_number="BUN 2026/8-1", measure="borttagen", removed=MARCH,
                **stranger, **said,
            )
        )  # fmt: skip
        session.add(
            UnexplainedRemoval(
                entry="1", channel="fb", what="försvunnen", kind="reply", key=stranger["permalink"], own=False, along=0,
                text_sha256="ab" * 32, earlier="run-1", later="run-2", seen=MARCH, missed=MARCH,
                permalink=stranger["permalink"], **said,
            )
        )  # fmt: skip
    extract = _extract(workspace)
    (case,), (gone,) = extract.cases, extract.vanished
    assert (case.entry, case.diary_number, case.measure, case.closed) == (
        "fb-2026-1",
        "BUN 2026/8-1",
        "borttagen",
        False,
    )
    assert (gone.what, gone.kind, gone.earlier, gone.text_sha256) == ("försvunnen", "reply", "run-1", "ab" * 32)
    content = written(extract).decode()
    assert [word for word in (*stranger.values(), "@exempelkommun.se") if word in content] == []
    before = _extract(workspace, datetime(2026, 3, 1, tzinfo=UTC))
    assert (before.cases, before.vanished) == ((), ())


def test_it_is_the_same_bytes_each_time_and_is_read_back(workspace: Path) -> None:
    extract = _extract(workspace)
    assert written(extract) == written(_extract(workspace))
    assert read(written(extract)) == extract
    assert b'"specification": "kanalarkiv-registerutdrag-1.0"' in written(extract)
    with pytest.raises(ValueError, match="address"):
        read(written(replace(extract, address="x")).replace(b'"address": "x",', b"", 1))
