"""What people say they have done, over the commands: who may say what, once, and never what was not."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flows.commands import (
    asking,
    consented,
    consents,
    custody,
    duties,
    filing,
    held,
    holds,
    private,
    register,
    vouching,
    watch,
    watched,
)
from register.errors import BadInputError, ExitCode, NotAllowedError
from register.holding import stopping
from register.model import Period
from tests.register.happenings import MARCH
from tests.register.municipality import FACEBOOK

app = typer.Typer()
for name, module in {
    "watch": watch,
    "consents": consents,
    "custody": custody,
    "duties": duties,
    "holds": holds,
    "private": private,
    "register": register,
}.items():
    app.add_typer(module.app, name=name)

POST = f"{FACEBOOK}/posts/1"


class Desk:
    """A register at a desk whose clock the test sets."""

    def __init__(self, database: Path) -> None:
        self.database = str(database)
        self.now = MARCH

    def run(self, *words: str | Path, code: int = 0) -> str:
        runner = CliRunner(env={"COLUMNS": "220", "KANALARKIV_LANGUAGE": "sv", "KANALARKIV_DATABASE": self.database})
        answer = runner.invoke(app, [str(word) for word in words])
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == code, answer.output
        return str(answer.output)

    def json(self, *words: str | Path, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code))


@pytest.fixture
def desk(municipality: Callable[[datetime, Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(municipality(MARCH, tmp_path))
    for module in (asking, consented, filing, held, vouching, watched):
        monkeypatch.setattr(module, "now", lambda: made.now)
    return made


def test_a_watch_is_noted_once_a_day_by_whoever_has_the_mandate(desk: Desk) -> None:
    said = desk.run("watch", "done", "fb", "--who", "anna.ek", "--note", "två frågor besvarade")
    assert said == "Kommunens Facebooksida 2026-03-14: uppsikt antecknad av Anna Ek.\n"
    desk.now += timedelta(hours=1)
    again = desk.run("watch", "done", "Kommunens Facebooksida", "--who", "Bo Lind")
    assert again.startswith("Kommunens Facebooksida 2026-03-14: redan antecknat av anna.ek, 2026-03-14 12:00:00.")
    with pytest.raises(NotAllowedError, match="Cia Berg hade inget gällande uppdrag i Kommunens Facebooksida"):
        desk.run("watch", "done", "fb", "--who", "cia.berg")
    desk.now = datetime(2026, 7, 1, 9, tzinfo=UTC)  # Bo's mandate ended with June
    with pytest.raises(NotAllowedError, match="2026-07-01"):
        desk.run("watch", "done", "fb", "--who", "bo.lind")
    desk.run("watch", "done", "fb", "--who", "bo.lind", "--day", "2026-06-30", "--note", "sista dagen, glömde")


def test_a_watch_is_never_noted_of_a_day_to_come_or_long_gone(desk: Desk) -> None:
    for day, why in (("2026-03-15", "har inte varit än"), ("2026-03-12", "en lucka fylls aldrig")):
        with pytest.raises(BadInputError, match=why):
            desk.run("watch", "done", "fb", "--who", "anna.ek", "--day", day, "--note", "skäl")
    with pytest.raises(BadInputError, match="Ange --note"):
        desk.run("watch", "done", "fb", "--who", "anna.ek", "--day", "2026-03-13")
    with pytest.raises(BadInputError, match=r"note: har osynliga tecken"):
        desk.run("watch", "done", "fb", "--who", "anna.ek", "--note", "\x1b[2J")
    late = desk.run("watch", "done", "fb", "--who", "anna.ek", "--day", "2026-03-13", "--note", "nätet låg nere")
    assert late == "Kommunens Facebooksida 2026-03-13: uppsikt antecknad av Anna Ek, antecknat sent.\n"


def test_the_calendar_shows_gaps_and_what_was_told_late(desk: Desk) -> None:
    for day in (15, 16, 18):
        desk.now = datetime(2026, 3, day, 23, 30, tzinfo=UTC) - timedelta(hours=2)
        desk.run("watch", "done", "fb", "--who", "anna.ek")
    desk.now = datetime(2026, 3, 20, 8, tzinfo=UTC)
    desk.run("watch", "done", "fb", "--who", "bo.lind", "--day", "2026-03-19", "--note", "sjuk")
    told = desk.json("watch", "calendar", "fb", code=ExitCode.INCOMPLETE)
    assert told["luckor"] == ["2026-03-17"]
    noted = {each["dag"]: (each["av"], each["sent"], each["anteckning"]) for each in told["dagar"] if each["av"]}
    assert noted == {
        "2026-03-15": ("anna.ek", False, None),
        "2026-03-16": ("anna.ek", False, None),
        "2026-03-18": ("anna.ek", False, None),
        "2026-03-19": ("bo.lind", True, "sjuk"),
    }
    # The register was told of the channel on the 14th: of days before, and that day, nothing is demanded.
    assert [each["dag"] for each in told["dagar"] if each["förväntad"]] == [f"2026-03-{day}" for day in range(15, 21)]
    shown = desk.run("watch", "calendar", "fb", "--month", "2026-03", code=ExitCode.INCOMPLETE)
    assert "17 LUCKA" in shown
    assert "19 bo.lind (sent)" in shown
    assert "1 dagar utan uppsikt." in shown
    assert desk.json("watch", "calendar", "fb", "--month", "2026-02")["luckor"] == []


def test_custody_is_confirmed_with_who_and_when_and_what_it_was_before(desk: Desk) -> None:
    desk.now = datetime(2026, 8, 20, 8, tzinfo=UTC)
    found = desk.json("register", "findings", "--at", "2026-08-20", "--channel", "fb")
    assert "inloggning-obekräftad" in {each["slag"] for each in found}
    assert desk.run("custody", "confirm", "fb", "--who", "anna.ek") == (
        "Kommunens Facebooksida: sidans administratörskonto, bekräftat av Anna Ek.\n"
    )
    found = desk.json("register", "findings", "--at", "2026-08-20T12:00", "--channel", "fb")
    assert "inloggning-obekräftad" not in {each["slag"] for each in found}
    (kept,) = desk.json("custody", "list")
    assert (kept["förvaras"], kept["bekräftat av"], kept["bekräftat"]) == (
        "kassaskåpet på kansliet, kuvert 4",
        "anna.ek",
        "2026-08-20",
    )
    latest, _ = desk.json("register", "show", "inloggningar", "fb / sidans administratörskonto", "--history")
    assert (latest["av"], latest["varför"]) == ("anna.ek", "bekräftad")
    assert latest["före_och_efter"] == {
        "confirmed": ["2026-02-01", "2026-08-20"],
        "confirmed_by": ["cia.berg", "anna.ek"],
    }
    with pytest.raises(BadInputError, match="säger inte var en nyckel till Kommunens Facebooksida förvaras"):
        desk.run("custody", "confirm", "fb", "--who", "anna.ek", "--what", "en nyckel")
    assert "kassaskåpet" in desk.run("custody", "list")


def test_a_duty_is_attested_and_taken_back_and_both_are_kept(desk: Desk) -> None:
    said = desk.run("duties", "attest", "10", "--who", "eva.sjö", "--channel", "fb", "--reference", "KS 2026/9")
    entry = "10 / fb / 2026-03-14 / eva.sjö"
    assert said == f"Plikt 10: intygad av Eva Sjö 2026-03-14 ({entry}).\n"
    desk.now += timedelta(minutes=1)
    desk.run("duties", "attest", "10", "--who", "eva.sjö", "--channel", "fb", "--reference", "KS 2026/9")
    told = desk.json("duties")
    assert (told[9]["läge"], told[9]["varför"]["sv"]) == (
        "intygad",
        "intygad av Eva Sjö 2026-03-14 (KS 2026/9), gäller till 2027-03-14",
    )
    desk.run("duties", "retract", entry, "--who", "cia.berg", "--reason", "fel kanal")
    desk.now += timedelta(minutes=1)
    assert desk.json("duties")[9]["läge"] == "sköts av människor"
    back, first = desk.json("register", "show", "intyg", entry, "--history")
    assert (back["av"], back["varför"], back["upphör"], first["av"]) == ("cia.berg", "fel kanal", True, "eva.sjö")
    with pytest.raises(BadInputError, match="Inget intyg"):
        desk.run("duties", "retract", entry, "--who", "cia.berg", "--reason", "igen")
    assert "62" in desk.run("register", "duties")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("63",), "Plikt 63 finns inte"),
        (("54",), "Plikt 54 intygas inte"),
        (("2", "--channel", "fb"), "Plikt 2 intygas för varje kommun"),
        (("9", "--channel", "fb"), "Plikt 9 intygas för varje förvaltning"),
        (("27", "--day", "2026-03-15"), "har inte varit än"),
        (("27", "--day", "2019-12-31"), "var inte anställd 2019-12-31"),
        (("27", "--note", "lösenord: hemligt1"), "lösenord"),
        (("10", "--channel", "fbb"), "Ingen kanal fbb"),
    ],
)  # fmt: skip
def test_what_cannot_be_attested_is_told(desk: Desk, words: tuple[str, ...], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        desk.run("duties", "attest", *words, "--who", "anna.ek")


def test_an_attestation_of_an_unknown_administration_leads_nowhere(desk: Desk) -> None:
    with pytest.raises(NotAllowedError, match="kss finns inte i registret"):
        desk.run("duties", "attest", "9", "--who", "anna.ek", "--administration", "kss")


def test_a_consent_that_is_withdrawn_gives_the_posts_to_take_down(desk: Desk) -> None:
    second = f"{FACEBOOK}/posts/2"
    given = ("--channel", "fb", "--age", "vuxen", "--who", "anna.ek", "--post", POST)
    desk.run("consents", "add", "S-12", *given, "--post", second, "--scope", "bild på mässan")
    desk.run("consents", "add", "S-13", *given)
    assert [each["inlägg"] for each in desk.json("consents", "list", "S-12")] == [POST, second]
    assert desk.json("consents", "list", "--withdrawn") == []
    desk.now += timedelta(days=1)
    told = desk.json("consents", "withdraw", "S-12", "--who", "bo.lind", "--reason", "har ångrat sig")
    assert [(each["inlägg"], each["läge"], each["orsak"], each["ärende"]) for each in told] == [
        (POST, "kvar att ta ned", "har ångrat sig", None),
        (second, "kvar att ta ned", "har ångrat sig", None),
    ]
    assert [each["beteckning"] for each in desk.json("consents", "list")] == ["S-13"]
    desk.run("duties", "attest", "45", "--who", "anna.ek", "--channel", "fb", "--about", POST)
    shown = desk.run("consents", "list", "--withdrawn")
    assert "nedtagen" in shown
    assert "1 av 2 inlägg kvar." in shown
    with pytest.raises(BadInputError, match="Inget samtycke S-12 gäller"):
        desk.run("consents", "withdraw", "S-12", "--who", "bo.lind")
    before = desk.json("consents", "list", "--at", "2026-03-14T18:00:00+01:00")
    assert len(before) == 3


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--age", "under 13"), "barn under 13 år kan inte samtycka själva"),
        (("--age", "ung"), "'ung' är inget av orden"),
        (("--age", "vuxen", "--post", "inlägg 3"), "inlägg 3 är ingen webbadress"),
        (("--age", "vuxen", "--from", "2026-03-15"), "inte lämnat än"),
    ],
)
def test_a_consent_that_is_none_is_refused(desk: Desk, words: tuple[str, ...], why: str) -> None:
    with pytest.raises(BadInputError, match=why):
        desk.run("consents", "add", "S-1", "--channel", "fb", "--who", "anna.ek", "--post", POST, *words)
    desk.run("consents", "add", "S-1", "--channel", "fb", "--who", "anna.ek", "--post", POST, "--age", "under 13",
             "--guardian")  # fmt: skip


def test_a_request_for_a_record_stops_disposal_until_it_is_lifted(desk: Desk) -> None:
    desk.run("holds", "request", "KS 2026/77", "--who", "anna.ek", "--item", POST)
    desk.run("holds", "set", "--ground", "revision", "--who", "bo.lind", "--name", "rev", "--channel", "fb",
             "--from", "2025-01-01", "--to", "2025-12-31")  # fmt: skip
    requested, audit = sorted(desk.json("holds", "list"), key=lambda each: each["grund"])
    assert (requested["grund"], requested["diarienummer"], requested["kanal"], requested["satt av"]) == (
        "begäran om allmän handling, KS 2026/77",
        "KS 2026/77",
        FACEBOOK,
        "anna.ek",
    )
    assert (audit["avser från"], audit["avser till och med"]) == ("2025-01-01", "2025-12-31")
    spelled = "HTTPS://www.Facebook.com:443/exempelkommun/"
    of_2026 = Period(start=datetime(2026, 1, 15, tzinfo=UTC), end=datetime(2026, 3, 1, tzinfo=UTC))
    of_2025 = Period(start=datetime(2025, 6, 1, tzinfo=UTC), end=datetime(2025, 7, 1, tzinfo=UTC))
    asked = {"database": desk.database, "channel": spelled, "at": desk.now}
    assert len(stopping(period=of_2025, **asked)) == 2
    assert [hold.diary_number for hold in stopping(period=of_2026, **asked)] == ["KS 2026/77"]
    assert stopping(period=of_2025, **(asked | {"channel": "https://www.facebook.com/annan"})) == ()
    assert len(desk.json("holds", "asks", "fb", "--from", "2025-01-01", code=ExitCode.NOT_ALLOWED)) == 2
    assert "gäller nu" in desk.run("holds", "set", "--ground", "tvist", "--who", "anna.ek", "--name", "t")
    desk.now += timedelta(hours=1)
    for each in (requested["gallringsstopp"], "rev", "t"):
        desk.run("holds", "lift", each, "--who", "anna.ek", "--reason", "utlämnad")
    assert desk.json("holds", "list") == []
    assert desk.json("holds", "asks", "fb") == []
    latest, _ = desk.json("register", "show", "gallringsstopp", requested["gallringsstopp"], "--history")
    assert (latest["varför"], latest["upphör"], latest["av"]) == ("utlämnad", True, "anna.ek")
    with pytest.raises(BadInputError, match="Inget stopp rev gäller"):
        desk.run("holds", "lift", "rev", "--who", "anna.ek", "--reason", "igen")


def test_what_was_said_goes_out_to_sheets_and_comes_back_the_same(desk: Desk, tmp_path: Path) -> None:
    desk.run("duties", "attest", "45", "--who", "anna.ek", "--channel", "fb", "--about", POST, "--note", "nedtagen")
    desk.run("holds", "request", "KS 2026/77", "--who", "anna.ek", "--item", POST, "--to", "2026-03-01")
    desk.run("consents", "add", "S-1", "--channel", "fb", "--who", "anna.ek", "--post", POST, "--age", "13-17")
    desk.run("custody", "confirm", "fb", "--who", "anna.ek")
    desk.run("register", "export", tmp_path / "ut")
    assert "S-1" in (tmp_path / "ut" / "samtycken.csv").read_text(encoding="utf-8-sig")
    assert "0 ändringar gjorda" in desk.run("register", "import", tmp_path / "ut")


def test_a_hold_that_is_none_is_refused(desk: Desk) -> None:
    ground = ("holds", "set", "--ground", "revision", "--who", "anna.ek")
    desk.run(*ground, "--name", "rev")
    for words, why in (
        (("--name", "rev"), "rev gäller redan"),
        (("--item", "inlägget"), "inlägget är ingen webbadress"),
        (("--item", POST, "--channel", "https://x.com/k"), "hör till"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "slutar innan den börjar"),
        (("--who", "ingen"), "ingen finns inte i registret"),
    ):
        with pytest.raises(BadInputError, match=why):
            desk.run(*ground, *words)


def test_messages_are_filed_by_hand_where_nobody_else_reads_them(desk: Desk, tmp_path: Path) -> None:
    picture, into = tmp_path / "skärmbild 1.png", tmp_path / "arbete"
    picture.write_bytes(b"\x89PNG" + b"x" * 3_000_000)
    words = ("private", "file", "M-2026-3", picture, "--who", "anna.ek", "--diary-number", "KS 2026/80", "--into", into)
    assert "1 nya filer" in desk.run(*words, "--channel", "fb", "--note", "en fråga om bygglov")
    kept = into / "skyddat" / "M-2026-3" / picture.name
    assert kept.read_bytes() == picture.read_bytes()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept.parent.parent, kept.parent, kept)] == [
        0o700,
        0o700,
        0o600,
    ]
    (row,) = desk.json("private", "list", "--into", into)
    assert (row["ärende"], row["diarienummer"], row["art"], row["storlek"], row["av"], row["kanal"], row["fel"]) == (
        "M-2026-3",
        "KS 2026/80",
        "inkommen",
        3_000_004,
        "anna.ek",
        "fb",
        None,
    )
    assert "0 nya filer" in desk.run(*words)
    picture.write_bytes(b"annat")
    with pytest.raises(BadInputError, match="redan en annan fil"):
        desk.run(*words)
    kept.write_bytes(b"annat")
    assert "är ändrad" in desk.run("private", "list", "--into", into, code=ExitCode.INCOMPLETE)
    kept.unlink()
    (row,) = desk.json("private", "list", "M-2026-3", "--into", into, code=ExitCode.INCOMPLETE)
    assert row["fel"]["sv"] == "saknas"
    assert sorted(path.name for path in kept.parent.iterdir()) == []


def test_filing_that_was_killed_is_gone_on_with(desk: Desk, tmp_path: Path) -> None:
    """What was copied and not yet entered is entered; what was half copied is copied anew."""
    folder = tmp_path / "skyddat" / "M-1"
    folder.mkdir(parents=True, mode=0o755)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    (folder / "a.png").write_bytes(b"a.png")
    (folder / ".b.png.part").write_bytes(b"b.")
    words = ("--who", "anna.ek", "--diary-number", "KS 1", "--into", tmp_path)
    assert "2 nya filer" in desk.run("private", "file", "M-1", tmp_path / "a.png", tmp_path / "b.png", *words)
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "b.png"]
    assert [each["fel"] for each in desk.json("private", "list", "--into", tmp_path)] == [None, None]
    (folder / "a.png").chmod(0o644)
    (first, second) = desk.json("private", "list", "--into", tmp_path, code=ExitCode.INCOMPLETE)
    assert (first["fel"]["sv"], second["fel"]) == ("kan läsas av andra", None)


@pytest.mark.parametrize(
    ("case", "file", "why"),
    [
        ("../ut", "bild.png", "ingen kortbeteckning"),
        (".dolt", "bild.png", "börjar inte med punkt"),
        ("M-1", "saknas.png", "är ingen fil"),
        ("M-1", "länk.png", "är ingen fil"),
        ("M-1", ".dold", "kan inte läggas in"),
        ("M-1", "mapp", "är ingen fil"),
    ],
)
def test_what_cannot_be_filed_is_told_and_nothing_is_made(
    desk: Desk, tmp_path: Path, case: str, file: str, why: str
) -> None:
    for name in ("bild.png", ".dold"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "länk.png").symlink_to(tmp_path / "bild.png")
    (tmp_path / "mapp").mkdir()
    with pytest.raises(BadInputError, match=why):
        desk.run(
            "private", "file", case, tmp_path / file, "--who", "anna.ek", "--diary-number", "KS 1", "--into", tmp_path
        )
    assert not (tmp_path / "skyddat").exists()
    assert desk.json("private", "list", "--into", tmp_path) == []


def test_that_messages_are_dealt_with_is_said_every_week(desk: Desk) -> None:
    desk.now = datetime(2026, 3, 21, 11, tzinfo=UTC)
    found = desk.json("register", "findings", "--at", "2026-03-21", "--channel", "fb")
    assert "meddelanden-obekräftade" in {each["slag"] for each in found}
    desk.run("private", "handled", "fb", "--who", "anna.ek", "--note", "två besvarade")
    found = desk.json("register", "findings", "--at", "2026-03-21T13:00", "--channel", "fb")
    assert "meddelanden-obekräftade" not in {each["slag"] for each in found}
    assert desk.json("duties", "--at", "2026-03-21T13:00")[50]["läge"] == "intygad"
