"""A package that replaces or adds to an earlier one: only of the same channel and creator, and it says so."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import packing, progress
from flows.on_demand import Order
from flows.packing import Relation
from flows.settings import undeclared
from flows.workspace import Run, Stage
from register.errors import BadInputError
from register.language import Text
from register.model import Artefact, Channel, Organisation, Period, RecordStatus, Representation, Submission, Verdict
from sip.build import build

AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
URL = "https://exempel.invalid/kommunen"
REPLACES = Relation(status=RecordStatus.REPLACEMENT, to="tidigare")
ADDS = Relation(status=RecordStatus.SUPPLEMENT, to="tidigare")


def _channel() -> Channel:
    nobody = undeclared(name="K", platform="Facebook", url=URL)
    return replace(
        nobody,
        record_status=RecordStatus.NEW,
        records_creator=Organisation(name="KS", identity_code="ORG:212000-0000"),
    )


def _file(path: Path) -> Artefact:
    return Artefact(
        path=path, name=path.name, media_type="text/plain", format_name="text", format_version=None, created=AT
    )


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tidigare")
    (folder / "a.txt").write_text("a", encoding="utf-8")
    submission = Submission(
        object_id="tidigare", label="s", abstract="s", channel=_channel(), period=Period(start=None, end=AT),
        verdict=Verdict.COMPLETE, documentation=(_file(folder / "a.txt"),), schemas=(), software_version="0",
        representations=(
            Representation(name="rep1", label="r", files=(_file(folder / "a.txt"),), events=(), agents=()),
        ),
    )  # fmt: skip
    return build(submission, folder, now=AT).path


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    told: list[Text] = []
    monkeypatch.setattr(progress.current(), "say", told.append)
    return told


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(run_id="r", folder=tmp_path, url=URL, started=AT, stage=Stage.WALK, entered_at=AT)


@pytest.mark.parametrize("status", [RecordStatus.REPLACEMENT, RecordStatus.SUPPLEMENT])
def test_the_new_package_names_the_earlier_one(earlier: Path, status: RecordStatus) -> None:
    relation = packing.relation_to(earlier, status, replace(_channel(), url=f"{URL}#top"))
    assert relation == Relation(status=status, to="tidigare")
    applied = relation.applied(_channel())
    assert (applied.record_status, applied.earlier_package) == (status, "tidigare")


def _refused(path: Path, channel: Channel) -> str:
    with pytest.raises(BadInputError) as refused:
        packing.relation_to(path, RecordStatus.REPLACEMENT, channel)
    assert refused.value.safe.sv == "Inget har samlats in."
    return refused.value.happened.sv


def test_a_package_of_something_else_is_refused(earlier: Path, tmp_path: Path) -> None:
    other = Organisation(name="Annan", identity_code="ORG:1")
    elsewhere = "https://annan.invalid/"
    assert _refused(earlier, replace(_channel(), url=elsewhere)) == (
        f"{earlier} är av en annan kanal ({URL}), inte {elsewhere}."
    )
    assert _refused(earlier, replace(_channel(), records_creator=other)) == (
        f"{earlier} har en annan arkivbildare (ORG:212000-0000), inte ORG:1."
    )
    assert _refused(tmp_path / "inget.zip", _channel()) == f"{tmp_path / 'inget.zip'} finns inte."
    broken = tmp_path / "trasigt.zip"
    broken.write_bytes(earlier.read_bytes()[:-40])
    assert _refused(broken, _channel()) == f"{broken} är inget giltigt paket."
    assert "RECORDSTATUS TEST" in _refused(earlier, undeclared(name="K", platform="F", url=URL))


def test_it_cannot_both_replace_and_add() -> None:
    with pytest.raises(BadInputError, match="både ersätta och komplettera"):
        Order(url=URL, workspace=Path(), replaces=Path("a"), supplements=Path("b"))


def test_a_run_that_is_taken_up_again_knows_what_it_replaces(run: Run, said: list[Text]) -> None:
    assert packing.settle_relation(run, None) is None
    assert said == []
    assert packing.settle_relation(run, REPLACES) == REPLACES
    assert packing.settle_relation(run, None) == REPLACES
    assert [text.sv for text in said] == ["Paketet ska ersätta tidigare."] * 2
    assert packing.settle_relation(run, ADDS) == ADDS
    assert said[-1].sv == "Paketet ska komplettera tidigare."


def test_what_is_ready_to_be_packaged_does_not_change_its_word(run: Run, said: list[Text]) -> None:
    packing.note_relation(run, REPLACES)
    ready = replace(run, stage=Stage.PACKAGE)
    assert packing.settle_relation(ready, None) == packing.settle_relation(ready, REPLACES) == REPLACES
    with pytest.raises(BadInputError, match="redan färdig att packas"):
        packing.settle_relation(ready, ADDS)
    assert len(said) == 2
