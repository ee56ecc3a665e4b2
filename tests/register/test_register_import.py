"""The register from spreadsheets: whole or not at all, each fault with its row and remedy, and back again the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.answers import changes, fields_of
from register.errors import BadInputError
from register.known import TABLES, Known, known
from register.sheets.csv_files import defused, fused
from register.sheets.layout import SHEETS, Sheet
from register.sheets.planning import Act, Plan
from register.sheets.rows import Fault
from register.sheets.transfer import Form, export_to, import_from, read
from register.store.channels import ChannelRecord
from register.store.mandates import Mandate
from register.store.opening import Store
from register.store.organisation import Person
from tests.register.municipality import FACEBOOK, edited, written

NOW = datetime(2026, 3, 14, 11, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)


def _import(store: Store, path: Path, *, at: datetime = NOW, dry_run: bool = False) -> Plan:
    return import_from(store, read(path), at=at, by="Anna Ek", why=f"import av {path.name}", dry_run=dry_run)


def _said(plan: Plan) -> list[tuple[str, int | None, str | None, str]]:
    return [(fault.file, fault.row, fault.heading, fault.wrong.sv) for fault in plan.faults]


def _rows(store: Store) -> int:
    with store.reading() as session:
        return sum(len(list(session.scalars(table.among()))) for table in TABLES)


def _known(store: Store) -> Known:
    with store.reading() as session:
        return known(session)


def test_a_municipality_is_read_and_reads_back_the_same(store: Store, tmp_path: Path) -> None:
    """Both databases: import, a dry run before it, the export in both forms, and nothing to change from either."""
    folder = written(tmp_path / "in")
    dry = _import(store, folder, dry_run=True)
    assert (len(dry.changes), dry.faults, _rows(store)) == (21, (), 0)
    done = _import(store, folder)
    assert [change.act for change in done.changes] == [Act.NEW] * 21
    assert _rows(store) == 21
    for form in Form:
        files = export_to(store, tmp_path / form, form, overwrite=False)
        assert [path.exists() for path in files] == [True] * len(files)
        again = _import(store, files[0] if form is Form.YAML else tmp_path / form, at=LATER)
        assert (again.changes, again.faults, again.same, again.untouched) == ((), (), 21, 0)
    assert _rows(store) == 21


def test_excel_in_swedish_reads_what_is_exported(light: Store, tmp_path: Path) -> None:
    _import(light, written(tmp_path / "in"))
    export_to(light, tmp_path / "out", Form.CSV, overwrite=False)
    lines = (tmp_path / "out" / "ersattare.csv").read_bytes()
    assert (
        lines
        == (
            '\ufeff"kanal";"ersättare";"ersätter";"gäller från";"gäller till och med"\r\n'
            '"fb";"bo.lind";"anna.ek";"2024-02-01";""\r\n'
        ).encode()
    )


@pytest.mark.parametrize(
    ("encode", "swap"),
    [
        (lambda text: text.encode("utf-8-sig"), (";", ";")),
        (lambda text: text.encode(), (";", ",")),
        (lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), (";", "\t")),
        (lambda text: ("sep=;\r\n" + text).encode("utf-8-sig"), (";", ";")),
        (lambda text: text.replace("kanal;ersättare", " Kanal ;ERSÄTTARE").encode() + b";;;\r\n", (";", ";")),
    ],
)
def test_files_as_spreadsheets_write_them_are_read(light: Store, tmp_path: Path, encode, swap) -> None:  # type: ignore[no-untyped-def]
    folder = written(tmp_path / "in")
    path = folder / "ersattare.csv"
    path.write_bytes(encode(path.read_text(encoding="utf-8").replace(*swap)))
    plan = _import(light, folder)
    assert (_said(plan), len(plan.changes)) == ([], 21)


def test_every_fault_is_told_with_its_row_field_and_remedy_and_nothing_is_imported(
    store: Store, tmp_path: Path
) -> None:
    folder = written(
        tmp_path,
        personer=edited("personer", ("bo.lind@exempelkommun.se", "bo.lind"), ("Cia Berg;", ";")),
        roller=edited("roller", ("förvaltningschef;", "förvaltningchef;")),
        beslut=edited("beslut", (";2024-01-20\n", ";20 januari\n")),
        uppdrag=edited("uppdrag", (";ja;", ";kanske;")),
    )
    plan = _import(store, folder)
    assert _said(plan) == [
        ("beslut.csv", 3, "gäller från", "'20 januari' är inget datum"),
        ("beslut.csv", 4, "gäller från", "'20 januari' är inget datum"),
        ("personer.csv", 3, "e-post", "'bo.lind' är ingen e-postadress"),
        ("personer.csv", 4, "namn", "är tomt"),
        ("roller.csv", 3, "roll", "'förvaltningchef' är inget av orden"),
        ("uppdrag.csv", 2, "som tjänsteperson", "'kanske' är varken ja eller nej"),
        ("uppdrag.csv", 3, "som tjänsteperson", "'kanske' är varken ja eller nej"),
    ]
    assert plan.faults[4].remedy.sv == "Menas förvaltningschef?"
    assert (plan.changes, _rows(store)) == ((), 0)


_NO_COLUMN = "kolumnen finns inte i bladet"
_ENDS_FIRST = "slutar innan det börjar"


@pytest.mark.parametrize(
    ("sheet", "swap", "fault"),
    [
        ("uppdrag", ("anna.ek;fb", "anna.eck;fb"), (2, "person", "anna.eck finns inte i registret", "Menas anna.ek?")),
        ("kanaler", (";ks;aktiv", ";sk;aktiv"), (2, "förvaltning", "sk finns inte i registret", None)),
        ("kanaler", ("https://", ""), (2, "adress", "www.facebook.com/exempelkommun är ingen webbadress", None)),
        ("personer", ("cia.berg;", "cia berg;"), (4, "person", "'cia berg' är ingen kortbeteckning", None)),
        ("uppdrag", ("cia.berg", "anna.ek"), (2, "beslutat av", "ingen ger sig själv ett uppdrag", None)),
        ("ersattare", (";gäller från", ";gäller ifrån"), (1, "gäller ifrån", _NO_COLUMN, "Menas gäller från?")),
        ("ersattare", ("kanal;", "kanal;kanal;"), (1, "kanal", "kolumnen står två gånger", None)),
        ("ersattare", ("ersätter;", ";"), (1, "ersätter", "kolumnen saknas", None)),
        ("ersattare", ("2024-02-01", "2024-02-01;x"), (2, None, "raden har fler celler än rubriker", None)),
        ("personer", ("2020-01-01;\n", "2020-01-01;2019-12-31\n"), (2, "gäller till och med", _ENDS_FIRST, None)),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(light: Store, tmp_path: Path, sheet, swap, fault) -> None:  # type: ignore[no-untyped-def]
    plan = _import(light, written(tmp_path / "in", **{sheet: edited(sheet, swap)}))
    row, heading, wrong, remedy = fault
    found = next(each for each in plan.faults if each.file == f"{sheet}.csv")
    assert (found.row, found.heading, found.wrong.sv) == (row, heading, wrong)
    if remedy is not None:
        assert found.remedy.sv == remedy
    assert _rows(light) == 0


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("kanal;ersättare".encode("latin-1"), "filen är inte UTF-8"),
        ("kanal;ersättare".encode("utf-16"), "filen är inte UTF-8"),
        (b"", "filen är tom"),
        (b"a\0b", "filen är inte text"),
        (b'kanal;"ers', "filen är trasig CSV (unexpected end of data)"),
    ],
)
def test_a_file_that_is_no_csv_is_told(light: Store, tmp_path: Path, content: bytes, wrong: str) -> None:
    folder = written(tmp_path / "in")
    (folder / "ersattare.csv").write_bytes(content)
    assert _said(_import(light, folder)) == [("ersattare.csv", None, None, wrong)]


def test_a_sheet_that_the_register_does_not_have_is_told(light: Store, tmp_path: Path) -> None:
    (written(tmp_path / "in") / "kanaler (1).csv").write_text("kanal\nfb\n")
    (fault,) = _import(light, tmp_path / "in").faults
    assert (fault.wrong.sv, fault.remedy.sv) == ("kanaler (1) är inget av registrets blad", "Menas kanaler?")


@pytest.mark.parametrize(("text", "remedy"), [("x", "Ange en mapp"), (None, "Ange en mapp")])
def test_what_is_no_register_is_refused(tmp_path: Path, text: str | None, remedy: str) -> None:
    path = tmp_path / "register.xlsx"
    if text:
        path.write_text(text)
    with pytest.raises(BadInputError, match=remedy):
        read(path)
    with pytest.raises(BadInputError, match="inga CSV-filer"):
        read(tmp_path)


SECRETS = ["Sommar2026!", "hemligt99", "lösenord: Anna", "kassaskåpet, pw Xk9#mPq2vL", "PIN-kod: 1234", "pwd=abc"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_password_is_never_taken_and_never_repeated(light: Store, tmp_path: Path, secret: str) -> None:
    folder = written(
        tmp_path / "in", inloggningar=edited("inloggningar", ("kassaskåpet på kansliet, kuvert 4", secret))
    )
    plan = _import(light, folder)
    assert [(f.row, f.heading, f.wrong.sv) for f in plan.faults] == [
        (2, "förvaras", "ser ut att innehålla ett lösenord")
    ]
    assert secret not in str(plan.faults)
    assert _rows(light) == 0


def test_a_column_for_passwords_is_refused(light: Store, tmp_path: Path) -> None:
    text = edited("inloggningar", ("förvaras av", "lösenord"))
    (fault,) = _import(light, written(tmp_path / "in", inloggningar=text)).faults
    assert (fault.heading, fault.wrong.sv) == ("lösenord", "registret tar aldrig emot lösenord")


@pytest.mark.parametrize(
    "place", ["kassaskåpet på kansliet, kuvert 4", "KeePass, post facebook-2026", "valvet, se KS-2026/123", "Bitwarden"]
)
def test_where_it_is_kept_may_be_said(light: Store, tmp_path: Path, place: str) -> None:
    text = edited("inloggningar", ("kassaskåpet på kansliet, kuvert 4", place))
    assert _import(light, written(tmp_path / "in", inloggningar=text)).faults == ()


@pytest.mark.parametrize(
    "name", ["=1+1", "+46 123", "-", "@anna", "'=1", "''=1", "'Anna'", "＝1", 'a";=1', "a\n=b", "Anna"]
)
def test_formulas_are_defused_on_the_way_out_and_come_back(light: Store, tmp_path: Path, name: str) -> None:
    """A cell that a spreadsheet would calculate never leaves the register as such."""
    cell = name.replace('"', '""')
    reading = read(written(tmp_path / "in", personer=edited("personer", ("Anna Ek;", f'"{cell}";'))))
    import_from(light, reading, at=NOW, by="Anna Ek", why="prov", dry_run=False)
    person = _known(light).one(Person, "anna.ek", NOW)
    assert person is not None
    taken = name[1:] if name.startswith(("'=", "''=")) else name
    assert person.name == taken
    export_to(light, tmp_path / "out", Form.CSV, overwrite=False)
    text = (tmp_path / "out" / "personer.csv").read_text(encoding="utf-8-sig")
    assert not any(f'"{sign}' in text for sign in "=+-@＝")
    assert _import(light, tmp_path / "out", at=LATER).changes == ()


@pytest.mark.parametrize("text", ["=1", "'=1", "''+", "a", "'", "''", "\t=1", "'a"])
def test_defused_text_is_fused_again(text: str) -> None:
    assert fused(defused(text)) == text


def test_a_new_row_says_what_is_so_from_a_day_and_the_old_row_what_was(store: Store, tmp_path: Path) -> None:
    _import(store, written(tmp_path / "in"))
    row = f"fb;Exempelkommun;facebook;{FACEBOOK};ks;aktiv;anna.ek;info@exempelkommun.se;2026-03-10;2026-04-01\n"
    text = edited("kanaler", ("2024-02-01\n", f"2024-02-01\n{row}"))
    plan = _import(store, written(tmp_path / "in", kanaler=text), at=LATER)
    assert [(change.act, change.row.number, change.fields()) for change in plan.changes] == [
        (Act.CHANGED, 3, {"namn": ("Kommunens Facebooksida", "Exempelkommun")})
    ]
    register = _known(store)
    names = [
        register.one(ChannelRecord, "fb", datetime(2026, month, 1, tzinfo=UTC)).name  # type: ignore[union-attr]
        for month in (3, 4, 5)
    ]
    assert names == ["Kommunens Facebooksida", "Exempelkommun", "Exempelkommun"]


def test_a_corrected_row_corrects_the_past_and_what_was_said_then_is_kept(store: Store, tmp_path: Path) -> None:
    _import(store, written(tmp_path / "in"))
    plan = _import(store, written(tmp_path / "in", uppdrag=edited("uppdrag", ("2026-06-30", "2026-03-31"))), at=LATER)
    assert [(change.act, change.said.entry) for change in plan.changes] == [(Act.ENDED, "bo.lind / fb / administratör")]
    day = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
    with store.reading() as session:
        now, then = known(session), known(session, known_at=NOW)
    assert [said.person for said in now.holding(Mandate, day)] == ["anna.ek"]
    assert [said.person for said in then.holding(Mandate, day)] == ["anna.ek", "bo.lind"]
    latest, *_ = changes(now)
    assert (latest.said.recorded_by, latest.said.recorded_at, latest.said.reason) == ("Anna Ek", LATER, "import av in")
    assert latest.fields()["capacity"] == ("administratör", None)


def test_a_row_without_a_day_holds_from_today_and_leaves_the_past(light: Store, tmp_path: Path) -> None:
    _import(light, written(tmp_path / "in"))
    text = "person;namn;e-post;titel;förvaltning\nbo.lind;Bo Lind-Ek;bo.lind@exempelkommun.se;Kommunikatör;ks\n"
    path = tmp_path / "personer.csv"
    path.write_text(text, encoding="utf-8")
    plan = _import(light, path, at=LATER)
    assert [change.fields() for change in plan.changes] == [{"namn": ("Bo Lind", "Bo Lind-Ek")}]
    parts = _known(light).timelines(Person)["bo.lind"]
    assert [(part.start, part.end, part.said.name) for part in parts] == [
        (datetime(2019, 12, 31, 23, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC), "Bo Lind"),
        (datetime(2026, 4, 1, 22, tzinfo=UTC), None, "Bo Lind-Ek"),
    ]
    assert (_import(light, path, at=LATER).changes, plan.untouched) == ((), 20)


def test_two_rows_about_the_same_time_are_told(light: Store, tmp_path: Path) -> None:
    text = edited("ersattare", ("2024-02-01\n", "2024-02-01\nfb;bo.lind;anna.ek;2024-02-01\n"))
    assert _said(_import(light, written(tmp_path / "in", ersattare=text))) == [
        ("ersattare.csv", 3, "gäller från",
         "raderna 2 och 3 säger olika om samma tid för fb / anna.ek / bo.lind"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "row", "wrong"),
    [
        ("- a\n", 1, "här ska det stå namn: värde"),
        ("kanaler: x\n", 1, "här ska det stå en lista med rader"),
        ("ersattare:\n- kanal: [a]\n", 2, "här ska det stå en text"),
        ("kanaler: [\n", 2, "filen är trasig YAML"),
        ("kanaler:\n- !!python/object:os.system {kanal: a}\n", 2, "kolumnen saknas"),
        ("", None, "här ska det stå namn: värde"),
    ],
)
def test_a_fault_in_yaml_is_told_with_its_line(light: Store, tmp_path: Path, text: str, row: int, wrong: str) -> None:
    path = tmp_path / "register.yaml"
    path.write_text(text)
    fault: Fault = _import(light, path).faults[0]
    assert (fault.row, fault.wrong.sv) == (row, wrong)


def test_yaml_values_are_what_stands_there(light: Store, tmp_path: Path) -> None:
    """`no` is a förvaltning, and a day needs no quotes."""
    path = tmp_path / "register.yaml"
    path.write_text("forvaltningar:\n- förvaltning: no\n  namn: 0123\n  gäller från: 2020-01-01\nkanaler:\n")
    plan = _import(light, path)
    assert plan.faults == ()
    assert [(change.said.entry, change.fields()["namn"]) for change in plan.changes] == [("no", ("", "0123"))]


def test_an_export_replaces_nothing_unasked(light: Store, tmp_path: Path) -> None:
    export_to(light, tmp_path, Form.YAML, overwrite=False)
    with pytest.raises(BadInputError, match="finns redan"):
        export_to(light, tmp_path, Form.YAML, overwrite=False)
    export_to(light, tmp_path, Form.YAML, overwrite=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError):
        export_to(light, tmp_path / "file", Form.CSV, overwrite=False)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_field_of_a_table_has_a_column_and_the_paper_tells_of_it(sheet: Sheet) -> None:
    fields = {column.attribute for column in sheet.columns} - {"entry"}
    assert fields == set(fields_of(sheet.table))
    assert len({column.heading for column in sheet.all_columns}) == len(sheet.all_columns)
    paper = (Path(__file__).parents[2] / "docs" / "registret.md").read_text(encoding="utf-8")
    assert f"## {sheet.name}.csv" in paper
    part = paper.split(f"## {sheet.name}.csv")[1].split("\n## ")[0]
    for column in sheet.columns:
        mark = " *" if column.required else ""
        assert f"| {column.heading}{mark} |" in part, column.heading
