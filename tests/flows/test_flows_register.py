"""A capture asks the register before it starts: who, with which mandate, by which decision (see test_flows_capture)."""

import re
from datetime import UTC, datetime

import pytest

from flows import permitting
from register.errors import BadInputError, ExitCode, NotAllowedError
from register.sheets.transfer import import_from, read
from register.store.opening import opened
from tests.register.municipality import FACEBOOK, edited, written

MARCH, AUTUMN = (datetime(2026, month, 14, 11, tzinfo=UTC) for month in (3, 10))
LOCAL = "http://127.0.0.1:1/kommunen"


def _register(folder, database, *, address=FACEBOOK):
    columns = ((";gäller från", ";läge;gäller från"), (";2024-02-01", ";automatisk;2024-02-01"))
    sheets = {"kanaler": edited("kanaler", (FACEBOOK, address), *columns)}
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
    ("who", "error", "said"),
    [
        (None, BadInputError, "Det sägs inte vem som dokumenterar"),
        ("  ", BadInputError, "Det sägs inte vem som dokumenterar"),
        ("ingen.alls", NotAllowedError, "ingen.alls finns inte i registret."),
        ("bo.lind", NotAllowedError, "Bo Lind har inget gällande uppdrag i Kommunens Facebooksida"),
        ("Anna Ek", NotAllowedError, "får inte dokumenteras automatiskt: inget beslut om tillstånd"),
    ],
    ids=["nobody", "blank", "unknown", "mandate-over", "no-permission"],
)
def test_who_may_not_capture_is_told_why(tmp_path, who, error, said):
    _register(tmp_path / "blad", tmp_path / "register.db", address=LOCAL)
    wish = permitting.Wish(channel=LOCAL, who=who, attended=False, workspace=tmp_path)
    with pytest.raises(error, match=re.escape(said)):
        permitting.permitted(None, wish, at=AUTUMN)


def test_who_may_not_capture_is_told_before_anything_starts(command_line_alone, tmp_path):
    into = tmp_path / "arbetsyta"
    into.mkdir()
    _register(tmp_path / "blad", into / "register.db", address=LOCAL)
    done = command_line_alone.run("capture", "fb", "--into", str(into))
    assert (done.returncode, "Ange --who NAMN" in done.stderr) == (ExitCode.BAD_INPUT, True), done.stderr
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
