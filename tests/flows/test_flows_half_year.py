"""The half-year: what is made, what is left to a person, what is refused; and what `status` says of it all."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery.journey import Step
from flows import embedded
from flows.commands.status import status
from register.calendar.halves import HalfYear
from register.errors import BadInputError, ExitCode, NotAllowedError
from register.language import SWEDEN
from register.model import Verdict
from register.store.captures import CaptureRow
from register.store.channels import CaptureMode
from register.store.deliveries import JourneyRow, PackageRow
from register.store.occasions import MissedRow, NoticeRow
from register.store.opening import Store
from register.telling.ledger import Cause
from tests.flows.half_years import SETTINGS, Letters, enter

FACEBOOK = "https://www.facebook.com/exempelkommun"


def _half_year(entry: str):
    from flows.half_year import HalfYearOrder, document_half_year  # noqa: PLC0415 - see above

    return lambda: document_half_year(HalfYearOrder(kanal=entry))


def _rows(store: Store, table):
    with store.reading() as session:
        rows = session.scalars(select(table)).all()
        session.expunge_all()
    return rows


def _subjects(letters: Letters) -> list[tuple[str, str]]:
    return [(to[0].partition("@")[0], str(letter["Subject"])) for to, letter in letters.taken]


def _capture(channel: str, at: datetime, verdict: Verdict = Verdict.COMPLETE) -> CaptureRow:
    return CaptureRow(
        run=f"{channel}-{at:%Y%m%dT%H%M%S}",
        channel=channel,
        address=FACEBOOK,
        mode=CaptureMode.ASSISTED,
        person="anna.ek",
        started=at,
        ended=at,
        period_end=at,
        verdict=verdict,
        posts=3,
        comments=4,
    )


def test_the_occasion_reads_like_the_guideline_s_paragraph():
    """At most thirty lines, its steps numbered and each of them to be found in it."""
    import ast  # noqa: PLC0415

    source = (Path(__file__).parents[2] / "flows" / "half_year.py").read_text(encoding="utf-8")
    (flow,) = (n for n in ast.parse(source).body if isinstance(n, ast.AsyncFunctionDef) and n.name.startswith("docu"))
    body = source.splitlines()[flow.body[1].lineno - 1 : flow.end_lineno]
    assert len(body) <= 30
    assert [n for n in range(1, 9) if any(f"# {n}." in line for line in body)] == [1, 2, 3, 4, 5]
    assert [n for n in range(1, 9) if f"\n    {n}. " in (ast.get_docstring(flow, clean=False) or "")] == [1, 2, 3, 4, 5]


def test_an_assisted_channel_is_told_of_once_and_stays_due(flow_of, store, there, letters):
    enter(store, [*there.people(), there.channel("fb", FACEBOOK), *there.authority("fb", permitted=False)])
    assert flow_of(_half_year("fb")) == "Att göra vid skärmen: den ansvariga har fått veta det."
    assert flow_of(_half_year("fb")) == "Att göra vid skärmen: den ansvariga har fått veta det."
    assert _subjects(letters) == [("anna.ek", "Kanalarkiv: att dokumentera nu (1 kanal)")]
    half = HalfYear.of(datetime.now(UTC)).name
    assert [(row.channel, row.about, row.kind, row.sent) for row in _rows(store, NoticeRow)] == [
        ("fb", half, "att-göra", True)
    ]
    assert _rows(store, MissedRow) == []
    with store.writing() as session:
        session.add(_capture("fb", datetime.now(UTC)))
    done = "Inget att göra: halvårets insamling är gjord, eller kanalen är inte i bruk."
    assert flow_of(_half_year("fb")) == done
    assert flow_of(_half_year("okänd")) == done


def test_what_is_refused_is_entered_and_told_and_fails(flow_of, store, there, letters, tmp_path):
    """Nobody has decided that the channel may be captured by itself."""
    channel = there.channel("ig", FACEBOOK, CaptureMode.AUTOMATIC)
    enter(store, [*there.people(), channel, *there.authority("ig", permitted=False)])
    for _ in range(2):
        with pytest.raises(NotAllowedError):
            flow_of(_half_year("ig"))
    (missed,) = _rows(store, MissedRow)
    assert (missed.channel, missed.cause, missed.code) == ("ig", Cause.REFUSED, ExitCode.NOT_ALLOWED)
    assert missed.said_sv.startswith("Kanalen ig får inte dokumenteras automatiskt: ")
    subject = "Kanalarkiv: en dokumentation gick inte att göra (1 kanal)"
    assert _subjects(letters) == [("anna.ek", subject), ("dan.alm", subject)]
    assert "inget beslut om tillstånd finns" in letters.taken[0][1].get_content()
    events = [json.loads(line) for line in (tmp_path / "handelser.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["vad"] for event in events] == ["börjar", "brev", "inget blev av"] * 2
    assert (events[2]["kanal"], events[2]["kod"]) == ("ig", 18)
    assert not [event for event in events if "Anna" in str(event) or "facebook" in str(event)]


def test_every_day_what_is_overdue_or_hindered_and_untold_is_told(flow_of, store, there, letters, monkeypatch):
    from flows.reminding import remind  # noqa: PLC0415

    enter(
        store,
        [*there.people(), there.channel("fb", FACEBOOK), there.channel("ig", f"{FACEBOOK}/ig", CaptureMode.AUTOMATIC)],
    )
    monkeypatch.setenv("KANALARKIV_TEST_EPOST", "mailto://127.0.0.1:1?from=k@exempelkommun.se&cto=2")
    with pytest.raises(NotAllowedError):
        flow_of(_half_year("ig"))
    monkeypatch.setenv("KANALARKIV_TEST_EPOST", letters.url)
    assert flow_of(remind) == "2 brev skickade, 0 gick inte."
    assert _subjects(letters) == [
        ("anna.ek", "Kanalarkiv: försenad dokumentation (2 kanaler)"),
        ("dan.alm", "Kanalarkiv: försenad dokumentation (2 kanaler)"),
    ]
    told = letters.taken[1][1].get_content().replace("\r\n", "\n")
    assert "En dokumentation gick inte att göra:\n- Kanalen ig (ig)" in told
    assert flow_of(remind) == "0 brev skickade, 0 gick inte."


def test_what_went_by_is_tried_again_at_most_five_times_and_only_where_nobody_has_to_watch(prefect_home, store, there):
    embedded.prepare(prefect_home)
    from flows.serving.deployments import missed  # noqa: PLC0415
    from flows.standing import Place, standing  # noqa: PLC0415

    now = datetime.now(UTC)
    automatic = [there.channel(entry, f"{FACEBOOK}/{entry}", CaptureMode.AUTOMATIC) for entry in ("ig", "yt", "tt")]
    enter(store, [*there.people(), there.channel("fb", FACEBOOK), *automatic])
    half = HalfYear.of(now)
    with store.writing() as session:
        session.add(_capture("yt", half.start + timedelta(minutes=1)))
        session.add(_capture("tt", half.start + timedelta(minutes=1), Verdict.INCOMPLETE))
        for number in range(5):
            session.add(_missed("tt", half, now - timedelta(days=number), Cause.INCOMPLETE))
            session.add(_missed("ig", half, now - timedelta(days=number), Cause.REFUSED))
    place = Place(workspace=Path(), settings=None, declared=None)
    assert [(each.channel.entry, each.half) for each in missed(standing(store, place, now))] == [("ig", half)]
    with store.writing() as session:  # it is made, by itself; its package lies where it was made
        made = _capture("ig", half.start + timedelta(minutes=2))
        made.mode, made.object_id = CaptureMode.AUTOMATIC, "paket-1"
        session.add(made)
    known = standing(store, place, now)
    assert [(each.channel.entry, each.half) for each in missed(known)] == [("ig", half)]
    assert known.to_do("yt") is None
    with store.writing() as session:
        row = {"sha256": "0", "size": 1, "record_status": "NEW", "recorded_at": now, "recorded_by": "test"}
        session.add(PackageRow(object_id="paket-1", **row))
        session.flush()
        session.add(JourneyRow(object_id="paket-1", step=Step.SENT, at=now, by="test"))
    assert missed(standing(store, place, now)) == ()


def _missed(channel: str, half: HalfYear, at: datetime, cause: Cause) -> MissedRow:
    said = {"said_sv": "nej", "said_en": "no", "code": 3}
    return MissedRow(channel=channel, about=half.name, day=at.astimezone(SWEDEN).date(), cause=cause, at=at, **said)


@pytest.fixture
def shown(tmp_path, monkeypatch, capsys):
    """Shows the status of the workspace, and returns what was on the screen."""
    monkeypatch.chdir(tmp_path)

    def show(*, as_json: bool = False) -> str:
        status(into=tmp_path, as_json=as_json)
        return str(capsys.readouterr().out)

    return show


def test_status_says_on_one_screen_whether_the_duties_are_met(store, there, shown, monkeypatch):
    now = datetime.now(UTC)
    half = HalfYear.of(now)
    channels = [there.channel("fb", FACEBOOK), there.channel("ig", f"{FACEBOOK}/ig", CaptureMode.AUTOMATIC)]
    enter(store, [*there.people(), *channels])
    with store.writing() as session:
        session.add(_capture("fb", half.start))
        session.add(_missed("ig", half, now, Cause.FAILED))
    said = json.loads(shown(as_json=True))
    assert (said["answer"], said["half"], said["last"]) == ("nej", half.name, half.last.isoformat())
    assert said["halves"]["dokumenterad"] == 1
    assert sum(said["halves"].values()) == 2
    assert said["missed"] == 1  # of the half-year before, ig; fb's was made good by the later one
    assert said["failed"] == {
        "channel": "ig",
        "day": now.astimezone(SWEDEN).date().isoformat(),
        "cause": "misslyckad",
        "code": 3,
    }
    assert sum(said["duties"].values()) == 62
    first, second, *more = shown().splitlines()
    assert first == "Sköter vi våra plikter?  NEJ: något är försenat."
    assert second.startswith("  Kanaler i bruk              2; 1 dokumenterade för halvåret, ")
    assert len(more) < 20
    monkeypatch.setenv("KANALARKIV_LANGUAGE", "en")
    assert shown().startswith("Do we meet our duties?  NO: something is overdue.\n  Channels in use")


def test_status_shows_what_was_kept_only_while_nothing_has_changed(store, there, shown, tmp_path):
    enter(store, [*there.people(), there.channel("fb", FACEBOOK)])
    assert json.loads(shown(as_json=True))["halves"]["dokumenterad"] == 0
    kept = tmp_path / "laget.json"
    marked = json.loads(kept.read_text(encoding="utf-8"))
    with store.writing() as session:
        session.add(_capture("fb", datetime.now(UTC)))
    assert json.loads(shown(as_json=True))["halves"]["dokumenterad"] == 1
    again = json.loads(kept.read_text(encoding="utf-8"))
    assert again["state"] != marked["state"]
    again["said"]["missed"] = 77
    store.close()
    shown()  # closing the database may have changed its files
    kept.write_text(
        json.dumps(json.loads(kept.read_text(encoding="utf-8")) | {"said": again["said"]}), encoding="utf-8"
    )
    command = [str(Path(sys.executable).with_name("kanalarkiv")), "status", "--into", str(tmp_path), "--json"]
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    without = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    assert json.loads(without.stdout)["missed"] == 77  # it was not counted
    loaded = {line.rpartition("|")[2].strip() for line in without.stderr.splitlines()}
    assert not loaded & {"prefect", "sqlalchemy", "playwright", "alembic"}
    (tmp_path / "kanalarkiv.toml").write_text(SETTINGS.format(archive=tmp_path), encoding="utf-8")
    assert json.loads(shown(as_json=True))["missed"] == 0  # the settings have come


def test_status_of_a_workspace_without_a_register_says_so(shown, tmp_path):
    with pytest.raises(BadInputError, match="Det finns ingen databas"):
        shown()
    assert list(tmp_path.iterdir()) == []
