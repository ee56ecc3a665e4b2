"""A capture asks the register, over the real command line: who, with which mandate, by which decision."""

import json
from datetime import UTC, datetime

import pytest

from register.errors import ExitCode
from register.sheets.transfer import import_from, read
from register.store.captures import CaptureRow
from register.store.mandates import Mandate
from register.store.opening import opened
from sample_channel import serve
from tests.register.municipality import FACEBOOK, SHEETS, edited, written

PERMISSION = "tillstånd;KS 2024/9;2024-01-20;Kommunstyrelsen;fb;;;;;2024-01-20\n"
MARCH = datetime(2026, 3, 14, 11, tzinfo=UTC)
LOCAL = "http://127.0.0.1:1/kommunen"


def _register(folder, database, *, address=FACEBOOK, permitted=False):
    columns = ((";gäller från", ";läge;gäller från"), (";2024-02-01", ";automatisk;2024-02-01"))
    sheets = {"kanaler": edited("kanaler", (FACEBOOK, address), *columns)}
    if permitted:
        sheets["beslut"] = SHEETS["beslut"] + PERMISSION
    with opened(database) as store:
        plan = import_from(store, read(written(folder, **sheets)), at=MARCH, by="Anna Ek", why="test", dry_run=False)
    assert plan.faults == ()


def _settings(path, *, register="", address=FACEBOOK):
    who = 'namn = "Nämnden"\nidentitetskod = "ORG:212000-0000"'
    path.write_text(
        f'[arkivbildare]\n{who}\n[e_arkiv]\n{who}\nmapp = "{path.parent}"\n[leverans]\noverenskommelse = "KS 1"\n'
        f'{register}[[kanal]]\nnamn = "K"\nplattform = "facebook"\nadress = "{address}"\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), ExitCode.BAD_INPUT, "Ange --who NAMN"),
        (("--who", "  "), ExitCode.BAD_INPUT, "Det sägs inte vem som dokumenterar"),
        (("--who", "ingen.alls"), ExitCode.NOT_ALLOWED, "ingen.alls finns inte i registret."),
        (("--who", "bo.lind"), ExitCode.NOT_ALLOWED, "Bo Lind har inget gällande uppdrag i Kommunens Facebooksida"),
        (("--who", "Anna Ek"), ExitCode.NOT_ALLOWED, "får inte dokumenteras automatiskt: inget beslut om tillstånd"),
    ],
    ids=["nobody", "blank", "unknown", "mandate-over", "no-permission"],
)
def test_who_may_not_capture_is_told_before_anything_starts(command_line_alone, tmp_path, words, code, said):
    into = tmp_path / "arbetsyta"
    into.mkdir()
    _register(tmp_path / "blad", into / "register.db", address=LOCAL)
    done = command_line_alone.run("capture", LOCAL, "--into", str(into), *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (into / "arbete").exists()
    assert not (into / "prefect").exists()


def test_a_register_that_is_configured_is_asked_also_where_it_is_empty(command_line_alone, tmp_path):
    declared = _settings(tmp_path / "k.toml", register=f'[register]\ndatabas = "{tmp_path / "tom.db"}"\n')
    done = command_line_alone.run(
        "capture", FACEBOOK, "--into", str(tmp_path / "in"), "--settings", str(declared), "--who", "anna.ek"
    )
    assert done.returncode == ExitCode.NOT_ALLOWED, done.stderr
    assert f"{FACEBOOK} finns inte i kanalregistret." in done.stderr


def test_a_channel_that_only_the_settings_know_is_refused(command_line_alone, tmp_path):
    other = "https://www.facebook.com/annan"
    _register(tmp_path / "blad", tmp_path / "register.db")
    declared = _settings(tmp_path / "k.toml", address=other)
    done = command_line_alone.run(
        "capture", other, "--into", str(tmp_path), "--settings", str(declared), "--who", "anna.ek"
    )
    assert done.returncode == ExitCode.NOT_ALLOWED, done.stderr
    assert f"{other} finns inte i kanalregistret." in done.stderr


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(False, id="ledger-only"),
        pytest.param(True, id="channel-unknown-here", marks=pytest.mark.slow),  # half a minute
    ],
)
def test_a_register_that_is_not_asked_is_told_of_once(command_line, tmp_path, begun):
    if begun:
        _register(tmp_path / "blad", tmp_path / "register.db")
    else:
        with opened(tmp_path / "register.db"):
            pass
    done = command_line.run("capture", LOCAL, "--into", str(tmp_path))
    assert done.returncode == ExitCode.CHANNEL_UNREACHABLE, done.stderr
    told = "beslut och uppdrag prövas inte" if begun else "Registrets databas har inte tillfrågats"
    assert done.stderr.count(told) == 1


def _captures(database):
    with opened(database) as store, store.reading() as session:
        return session.query(CaptureRow).all()


@pytest.mark.slow  # two captures, a minute and more
def test_what_a_capture_rested_on_is_entered_once(command_line, tmp_path):
    """Also where the run is killed after the package was made, and somebody else takes it up."""
    database = tmp_path / "register.db"
    with serve(posts=2) as channel:
        _register(tmp_path / "blad", database, address=channel.url, permitted=True)
        words = ("capture", channel.url, "--into", str(tmp_path), "--who")
        done = command_line.run(*words, "anna.ek")
        assert done.returncode == ExitCode.OK, done.stderr
        assert "tillfrågats" not in done.stderr
        (row,) = _captures(database)
        (note,) = tmp_path.glob("arbete/*/korning.json")
        said = json.loads(note.read_text(encoding="utf-8"))
        note.write_text(json.dumps({**said, "stage": "DELIVERY"}), encoding="utf-8")
        again = command_line.run(*words, "Anna Ek")
        assert again.returncode == ExitCode.OK, again.stderr
        published = max(post.published for post in channel.truth.posts)
    assert (row.run, row.object_id, row.address) == (said["run_id"], said["run_id"], channel.url)
    assert (row.channel, row.person, row.mode, row.verdict) == ("fb", "anna.ek", "automatisk", "complete")
    assert (row.posts, row.latest_post, row.guideline) == (2, published, "KS 2020-05-25 § 94")
    with opened(database) as store, store.reading() as session:
        assert session.get_one(Mandate, row.mandate).person == "anna.ek"
    (still,) = _captures(database)
    assert (still.ended, still.person) == (row.ended, row.person)

    told = command_line.run("register", "package", row.object_id, "--into", str(tmp_path), "--json")
    assert json.loads(told.stdout)["kanal"]["name"] == "Kommunens Facebooksida"
