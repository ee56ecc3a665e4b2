"""The papers of removal cases: what strangers wrote is text in them, and only what was saved is shown."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer
from lxml import etree
from typer.testing import CliRunner

from capture.documents.removal import render_removal
from capture.removal.diary import Whose, case_xml
from flows.commands import removal
from flows.commands import removal_papers as papers
from register.errors import BadInputError
from register.known import Known, known
from register.model import Organisation
from register.sheets.transfer import import_from, read
from register.store.cases import RemovalCase
from register.store.opening import Store, opened
from tests.documents import situations
from tests.register.municipality import FACEBOOK, written

SAVED = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
HOSTILE = "Hej \x1b[31mröd\x07\u202e]]> <script>alert(1)</script> \ufffe =1+1 &amp;"
OF = Whose(
    authority=Organisation(name="Kommunstyrelsen", identity_code="ORG:212000-0000"),
    name="Kommunens Facebooksida",
    platform="facebook",
    url=FACEBOOK,
)


def case(**changed: Any) -> RemovalCase:
    """A case with everything said of it, by a hostile author."""
    above = {"where": "above", "kind": "post", "key": f"{FACEBOOK}/posts/1", "author": "Kommunen", "text": HOSTILE,
             "published": SAVED.isoformat(), "published_shown": "1 tim"}  # fmt: skip
    said: dict[str, Any] = {
        "entry": "fb-2026-1", "valid_from": SAVED, "recorded_at": SAVED, "recorded_by": "anna.ek", "channel": "fb",
        "kind": "comment", "permalink": f"{FACEBOOK}/posts/1?comment_id=2", "author": HOSTILE, "text": HOSTILE,
        "published_shown": "13 tim", "saved": SAVED, "saved_by": "anna.ek", "saved_with": "Kanalarkiv", "number": 1,
        "pictures": [], "answered": above, "thread": [above, {**above, "where": "below", "published": None}],
        "discovered": SAVED, "outcome": "tas bort", "grounds": "a g", "reasons": "=HYPERLINK(1) pekar ut",
        "guideline": "KS-2024-00357, 2020-05-25 § 94", "decision": "=KS 1", "decided": date(2026, 6, 30),
        "decided_by": "Eva Sjö", "decider_role": "kanslichef", "measure": "avpublicerad", "removed": SAVED,
        "removed_by": "bo.lind", "diary_number": "KS 2", "collecting_case": "KS 3", "shown": "dold", "own": True,
        "checked": SAVED + timedelta(hours=2), "checked_by": "anna.ek", "check_result": "borta", "check_said": "tråden",
        "printed": date(2026, 6, 30), "printed_by": "anna.ek", "printed_where": "pärm 1", "closed": True,
        "remarks": "hela tråden öppnades inte: x\nbild-1 är en enkel skärmbild", "item_key": "x", "post_key": "y",
    }  # fmt: skip
    return RemovalCase(**{**said, **changed})


LATER_SAID = ("outcome", "grounds", "guideline", "decision", "decided", "decided_by", "decider_role", "measure",
              "removed", "removed_by", "diary_number", "collecting_case", "checked", "checked_by", "check_result",
              "check_said", "printed", "printed_by", "printed_where", "reasons", "remarks")  # fmt: skip
BARE: dict[str, Any] = {**dict.fromkeys(LATER_SAID), "closed": False, "answered": None, "thread": None}
CRIME: dict[str, Any] = {**BARE, "kind": "brottsanmälan", "permalink": "", "author": "", "text": "",
                         "published_shown": "", "saved_with": "", "item_key": None, "post_key": None,
                         "crime_reference": "KS 7", "police_report": "5000-K1-26"}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("arbete")
    with opened(folder / "register.db") as store:
        assert import_from(
            store, read(written(folder / "in")), at=SAVED, by="Anna", why="prov", dry_run=False
        ).faults == ()  # fmt: skip
        yield store


@pytest.fixture(scope="module")
def register(store: Store) -> Known:
    with store.reading() as session:
        return known(session)


def test_the_records_creator_is_the_board_that_the_register_names(register: Known) -> None:
    assert papers.whose(register, case(), None) == OF
    gone = papers.whose(register, case(channel="borta"), None)
    assert (gone.name, gone.authority.name) == ("borta", "Ej angiven")


def test_the_sheet_tells_also_what_came_of_it_and_names_people(register: Known, tmp_path: Path) -> None:
    one = situations.picture(tmp_path / "bild.png", lines=2)
    pictured = [{"path": "bild.png", "sha256": one.sha256, "taken": SAVED.isoformat(), "alt": ""}]
    paper = papers.Paper(case=case(pictures=pictured), of=OF, register=register, workspace=tmp_path)
    html = render_removal(papers._removal(paper), created=SAVED)
    told = etree.HTML(html)
    lines = [(term.text, "".join(term.getnext().itertext())) for term in told.iter("dt")]
    for line in (
        ("Före åtgärden", "avpublicerad (dold)"),
        ("Kommunens eget", "ja"),
        ("Eftersökt", "borta: tråden; 2026-06-30 16:00:00 svensk tid, Anna Ek"),
        ("Anmärkning", "hela tråden öppnades inte: x"),
        ("Anmärkning", "bild-1 är en enkel skärmbild"),
        ("Grund", "a) förtal, personangrepp eller grov förolämpning"),
        ("Lagrum", "brottsbalken 5 kap. 1–3 §§"),
        ("Samlingsärende", "KS 3, nr 1"),
    ):
        assert line in lines
    assert any("av Bo Lind" in value for name, value in lines if name == "Utförd")
    assert list(told.iter("script")) == []
    stays = {**BARE, "outcome": "behålls", "decided_by": "Eva Sjö", "decided": date(2026, 6, 30), "reasons": "Saklig."}
    kept = papers._removal(replace(paper, case=case(**stays)))
    assert "behålls, enligt Eva Sjö 2026-06-30" in render_removal(kept, created=SAVED)


def test_a_case_of_any_state_is_xml_by_our_own_schema_and_strangers_words_are_text_in_it() -> None:
    root = etree.fromstring(case_xml(case(), OF))
    item = root.find("{*}item")
    shown = HOSTILE.replace("\x1b", "\ufffd").replace("\x07", "\ufffd").replace("\ufffe", "\ufffd")
    assert (item.find("{*}text").text, item.find("{*}author").text) == (shown, shown)
    assert item.find("{*}text").get("sha256") == hashlib.sha256(HOSTILE.encode()).hexdigest()
    assert int(root.get("replacedCharacters")) == 3 * 4
    assert (item.get("shown"), item.get("own"), root.get("closed")) == ("hidden", "true", "true")
    assert [(one.get("where"), one.find("{*}text").text) for one in root.iter("{*}context")] == [
        ("above", shown), ("below", shown),
    ]  # fmt: skip
    assert [one.text for one in root.iter("{*}law")] == [
        "brottsbalken 5 kap. 1–3 §§",
        "dataskyddsförordningen, lagen (2018:218)",
        "lagen (1998:112) om ansvar för elektroniska anslagstavlor",
    ]
    bare = etree.fromstring(case_xml(case(**BARE), OF))
    assert [etree.QName(one).localname for one in bare] == ["authority", "channel", "item", "saved"]
    crime = etree.fromstring(case_xml(case(**CRIME), OF))
    assert [etree.QName(one).localname for one in crime] == ["authority", "channel", "crimeReport", "saved"]
    assert dict(crime.find("{*}crimeReport").attrib) == {"reference": "KS 7", "policeReport": "5000-K1-26"}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("{*}item/{*}text", lambda one: one.attrib.pop("sha256")),
        ("{*}item", lambda one: one.set("kind", "film")),
        ("{*}item/{*}permalink", lambda one: setattr(one, "text", None)),
        ("{*}decision", lambda one: one.set("outcome", "kanske")),
        ("{*}decision/{*}reasons", lambda one: one.getparent().remove(one)),
        ("{*}measure", lambda one: one.attrib.pop("at")),
        ("{*}diary", lambda one: one.set("number", "")),
        ("{*}check", lambda one: one.set("result", "")),
        ("{*}paper", lambda one: one.set("printed", "i går")),
        ("{*}saved", lambda one: one.getparent().remove(one)),
        ("{*}item", lambda one: one.addnext(etree.Element(one.tag.replace("item", "crimeReport")))),
    ],
)
def test_the_schema_refuses_a_case_that_lacks_what_a_case_has(path: str, change: Any) -> None:
    schema = etree.XMLSchema(etree.fromstring((files("schemas") / "kanalarkiv/removal-case-1.0.xsd").read_bytes()))
    root = etree.fromstring(case_xml(case(), OF))
    assert schema.validate(root)
    change(root.find(path))
    assert not schema.validate(root)


def test_what_would_break_the_schema_is_never_written() -> None:
    broken = [{"path": "bild.png", "sha256": "ingen", "taken": SAVED.isoformat(), "alt": ""}]
    with pytest.raises(ValueError, match=r"removal-case-1\.0\.xsd"):
        case_xml(case(pictures=broken), OF)


def test_the_year_s_list_has_every_case_in_order_and_no_spreadsheet_runs_it() -> None:
    found = [case(), case(**{**CRIME, "entry": "fb-2026-2", "number": 2})]
    rows = list(csv.reader(io.StringIO(papers._csv(found).decode("utf-8-sig")), delimiter=";"))
    assert [row[:2] + row[3:6] + row[7:] for row in rows[1:]] == [
        ["1", "fb-2026-1", "kommentar", "a, g", "'=KS 1 2026-06-30", "KS 2", "2026-06-30 pärm 1", "avslutad"],
        ["2", "fb-2026-2", "brottsanmälan (5000-K1-26)", "", "", "", "", "sparad"],
    ]
    document = papers._list(found, OF, 2026, SAVED)
    assert [len(row) for row in document.table.rows] == [10, 10]
    assert document.findings == [("fb-2026-2: diarienummer saknas.", "fb-2026-2: there is no diary number.")]
    assert [fact.said for fact in document.facts[2:4]] == ["KS 3", "2"]
    assert HOSTILE not in papers._csv(found).decode("utf-8-sig")  # the list names no author and quotes nobody


def test_a_picture_that_is_gone_or_another_is_found(tmp_path: Path) -> None:
    (tmp_path / "bild.png").write_bytes(b"abc")
    pictured = [{"path": "bild.png", "sha256": hashlib.sha256(b"abc").hexdigest(), "taken": "", "alt": ""}]
    papers.untouched(case(pictures=pictured), tmp_path)
    (tmp_path / "bild.png").write_bytes(b"abd")
    with pytest.raises(BadInputError, match="har ändrats"):
        papers.untouched(case(pictures=pictured), tmp_path)
    (tmp_path / "bild.png").unlink()
    with pytest.raises(BadInputError, match="saknas"):
        papers.untouched(case(pictures=pictured), tmp_path)


def test_in_a_terminal_nothing_that_a_stranger_wrote_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(tmp_path / "register.db") as store, store.writing() as session:
        session.add(case())
    app = typer.Typer()
    app.add_typer(removal.app, name="removal")

    def run(*words: str) -> str:
        result = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["removal", *words, "--into", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return str(result.output)

    told = run("show", "fb-2026-1")
    assert "<script>alert(1)</script>" in told
    assert not set(told) & {"\x1b", "\x07", "\u202e"}
    assert json.loads(run("show", "fb-2026-1", "--json"))["uppgifter"]["text"] == HOSTILE
    assert "fb-2026-1" in run("list", "--year", "2026")
    assert "fb-2026-1" not in run("list", "--year", "2025")
    assert "brottsbalken 16 kap. 8 §" in CliRunner(env={"COLUMNS": "200"}).invoke(app, ["removal", "grounds"]).output
