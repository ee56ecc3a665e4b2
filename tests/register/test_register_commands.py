"""`kanalarkiv register` and `kanalarkiv channels` over a register's database."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from flows.commands import channels, register
from register.errors import BadInputError, ExitCode
from register.sheets.layout import SHEETS
from register.store.deliveries import PackageRow
from register.store.opening import Store
from tests.register.municipality import FACEBOOK, edited, written

app = typer.Typer()
app.add_typer(register.app, name="register")
app.add_typer(channels.app, name="channels")


def _run(*words: str | Path, store: Store | None = None, code: int = 0) -> str:
    database = ["--database", store.place] if store is not None else []
    result: Result = CliRunner(env={"COLUMNS": "200", "KANALARKIV_LANGUAGE": "sv"}).invoke(
        app, [*(str(word) for word in words), *database]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return str(result.output)


def _json(*words: str | Path, store: Store, code: int = 0) -> Any:
    return json.loads(_run(*words, "--json", store=store, code=code))


@pytest.fixture
def begun(light: Store, tmp_path: Path) -> Store:
    _run("register", "import", written(tmp_path / "in"), "--who", "Anna Ek", store=light)
    return light


def test_an_import_is_tried_made_and_then_has_nothing_to_change(light: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "in")
    assert "21 ändringar skulle göras; 0 rader lika som förut" in _run(
        "register", "import", folder, "--dry-run", store=light
    )
    assert "21 ändringar gjorda" in _run("register", "import", folder, store=light)
    assert "0 ändringar gjorda; 21 rader lika som förut" in _run("register", "import", folder, store=light)
    changed = written(folder, personer=edited("personer", ("Bo Lind;", "Bo Ek;")))
    told = _json("register", "import", changed, "--dry-run", store=light)
    assert [(each["post"], each["vad"], each["fält"]) for each in told["ändringar"]] == [
        ("bo.lind", "ändrad", {"namn": ["Bo Lind", "Bo Ek"]})
    ]


def test_faults_end_with_the_code_of_bad_input_and_change_nothing(light: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "in", uppdrag=edited("uppdrag", ("anna.ek;fb", "anna.eck;fb")))
    told = _json("register", "import", folder, store=light, code=ExitCode.BAD_INPUT)
    assert [(each["fil"], each["rad"], each["fält"], each["gör_så"]["sv"]) for each in told["fel"]] == [
        ("uppdrag.csv", 2, "person", "Menas anna.ek?")
    ]
    spoken = _run("register", "import", folder, store=light, code=ExitCode.BAD_INPUT)
    assert "1 fel. Inget har lästs in." in spoken
    assert set(_json("register", "show", store=light).values()) == {0}


def test_an_export_of_an_empty_register_gives_every_heading(light: Store, tmp_path: Path) -> None:
    assert f"{len(SHEETS)} filer" in _run("register", "export", tmp_path / "tom", store=light)
    assert "0 ändringar gjorda" in _run("register", "import", tmp_path / "tom", store=light)
    _run("register", "export", tmp_path / "tom", "--form", "yaml", store=light)
    assert "0 ändringar gjorda" in _run("register", "import", tmp_path / "tom" / "register.yaml", store=light)


@pytest.mark.parametrize("word", ["fb", "kommunens facebooksida", FACEBOOK, f"{FACEBOOK}/posts/1"])
def test_who_was_authorised_is_answered_for_any_day(begun: Store, word: str) -> None:
    told = _json("register", "who", word, "--at", "2026-03-14", store=begun)
    assert (told["kanal"], told["tidpunkt"]) == ("fb", "2026-03-14T11:00:00+00:00")
    assert [(each["namn"], each["fullt_behörig"]) for each in told["behöriga"]] == [
        ("Anna Ek", True),
        ("Bo Lind", True),
    ]
    later = _json("register", "who", word, "--at", "2026-07-01T00:00", store=begun)
    assert [each["person"] for each in later["behöriga"]] == ["anna.ek"]
    shown = _run("register", "who", word, "--at", "2026-03-14", store=begun)
    assert "Behöriga i Kommunens Facebooksida 2026-03-14" in shown
    assert "KS 2024/8 2024-01-20" in shown


def test_what_is_asked_wrongly_is_told(begun: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Ingen kanal fa"):
        _run("register", "who", "fa", store=begun)
    with pytest.raises(BadInputError, match="varken en dag"):
        _run("register", "findings", "--at", "igår", store=begun)
    with pytest.raises(BadInputError, match="Menas kanaler"):
        _run("register", "show", "kanal", store=begun)
    with pytest.raises(BadInputError, match="'aktv' är inget av orden"):
        _run("channels", "list", "--status", "aktv", store=begun)
    with pytest.raises(BadInputError, match="Det finns ingen databas"):
        _run("register", "findings", "--database", tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_findings_tell_who_is_to_mend_what_by_when(begun: Store) -> None:
    (told,) = _json("register", "findings", "--at", "2026-06-10", "--channel", "fb", store=begun)
    assert (told["slag"], told["person"], told["senast"], told["försenad"], told["plikt"]) == (
        "uppdrag-löper-ut", "bo.lind", "2026-06-30", False, 14,
    )  # fmt: skip
    assert told["ansvarig"] == {"roll": "chef", "personer": [{"person": "cia.berg", "namn": "Cia Berg"}]}
    shown = _run("register", "findings", "--at", "2026-08-10", store=begun)
    assert "2026-07-31 !" in shown
    assert "Att åtgärda: inget." in _run("register", "findings", "--at", "2026-03-14", store=begun)


def test_the_duties_are_shown_for_any_day(begun: Store) -> None:
    told = _json("register", "duties", "--at", "2026-06-10", store=begun)
    assert len(told) == 62
    assert (told[13]["läge"], told[13]["att_åtgärda"][0]["slag"]) == ("att göra", "uppdrag-löper-ut")
    assert "uppfylld 15" in _run("register", "duties", "--at", "2026-03-14", store=begun)


def test_all_that_was_said_is_shown_with_who_and_what_before(begun: Store, tmp_path: Path) -> None:
    changed = written(tmp_path / "in", personer=edited("personer", ("Bo Lind;", "Bo Ek;")))
    _run("register", "import", changed, "--who", "Cia Berg", store=begun)
    latest, first = _json("register", "show", "personer", "bo.lind", "--history", store=begun)
    assert (latest["av"], latest["varför"], latest["före_och_efter"]) == (
        "Cia Berg", "import av in", {"name": ["Bo Lind", "Bo Ek"]},
    )  # fmt: skip
    assert (first["av"], first["före_och_efter"]["name"]) == ("Anna Ek", [None, "Bo Lind"])
    assert "name: Bo Lind → Bo Ek" in _run("register", "show", "personer", "bo.lind", "--history", store=begun)


def test_a_sheet_is_shown_as_it_was(begun: Store) -> None:
    people = _json("register", "show", "uppdrag", "--at", "2026-07-01", store=begun)
    assert [(each["person"], each["gäller från"]) for each in people] == [("anna.ek", "2024-02-01")]
    assert "kassaskåpet på kansliet" in _run("register", "show", "inloggningar", store=begun)


def test_text_from_a_sheet_is_shown_as_text(light: Store, tmp_path: Path) -> None:
    """Neither markup nor a link: what a cell says is what is printed."""
    folder = written(tmp_path / "in", personer=edited("personer", ("Anna Ek;", "[red]Anna[/red] [link=x]E[/link];")))
    _run("register", "import", folder, store=light)
    assert "[red]Anna[/red] [link=x]E[/link]" in _run("register", "show", "personer", store=light)
    hostile = written(folder, personer=edited("personer", ("Anna Ek;", "Anna\x1b[2J;")))
    told = _json("register", "import", hostile, store=light, code=ExitCode.BAD_INPUT)
    assert [each["fel"]["sv"] for each in told["fel"]] == ["har osynliga tecken eller är för långt"]


def test_the_channels_are_listed_and_one_is_shown_whole(begun: Store) -> None:
    (told,) = _json("channels", "list", "--at", "2026-03-14", "--status", "aktiv", store=begun)
    assert (told["kanal"], told["dagligt ansvarig"], told["dokumenteras"]["sv"]) == ("fb", "anna.ek", "assisterad")
    assert _json("channels", "list", "--administration", "bou", store=begun) == []
    assert "Anna Ek" in _run("channels", "list", store=begun)
    one = _json("channels", "show", "fb", "--at", "2026-06-10", store=begun)
    assert [each["slag"] for each in one["att_åtgärda"]] == ["uppdrag-löper-ut"]
    assert len(one["behöriga"]) == 2
    assert "Bo Lind" in _run("channels", "show", "fb", "--at", "2026-06-10", store=begun)


def test_a_register_lies_in_the_workspace_unless_said(tmp_path: Path) -> None:
    _run("register", "import", written(tmp_path / "in"), "--into", tmp_path / "arbete")
    assert (tmp_path / "arbete" / "register.db").is_file()
    assert "Anna Ek" in _run("register", "who", "fb", "--into", tmp_path / "arbete")


def test_what_the_register_said_of_a_package_is_shown(begun: Store) -> None:
    made = datetime.now(UTC)
    package = PackageRow(
        object_id="paket-1", sha256="0" * 64, size=1, record_status="NEW", recorded_at=made, recorded_by="program",
        channel=FACEBOOK,
    )  # fmt: skip
    with begun.writing() as session:
        session.add(package)
    told = _json("register", "package", "paket-1", store=begun)
    assert (told["kanal"]["name"], told["beslut"][0]["reference"]) == ("Kommunens Facebooksida", "KS 2024/7")
    assert "Kommunens Facebooksida, som det stod" in _run("register", "package", "paket-1", store=begun)


def test_channels_without_a_word_are_those_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Kanalregistret är tomt" in _run("channels")
