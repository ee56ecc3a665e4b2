"""`kanalarkiv deliveries` and `kanalarkiv gallring`: what a person sees, and what a program reads."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands import deliveries, gallring
from flows.workspace import Stage, opened
from register.errors import BadInputError
from register.store.opening import FILE_NAME
from register.store.opening import opened as opened_store
from tests.delivery.ledger_desk import CHANNEL, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    address = f"sqlite:///{tmp_path / FILE_NAME}"
    with opened_store(address) as store:
        yield Desk(store=store, root=tmp_path, address=address)


def _run(app: object, desk: Desk, *arguments: str) -> str:
    command = [*arguments, "--into", str(desk.root)]
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, command, catch_exceptions=False)  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    return done.stdout


def test_packages_are_listed_with_where_they_are(desk: Desk) -> None:
    desk.delivered("kanal-1")
    desk.enter(desk.package("kanal-2"))
    lines = _run(deliveries.app, desk, "list").splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["paket", "läge"],
        ["kanal-1", "kontrollerad"],
        ["kanal-2", "förseglad"],
    ]
    listed = json.loads(_run(deliveries.app, desk, "list", "--json"))
    assert [(each["object_id"], each["state"]) for each in listed] == [("kanal-1", "checked"), ("kanal-2", "sealed")]


def test_an_archivist_answers_and_the_journey_shows_it(desk: Desk) -> None:
    desk.delivered()
    said = _run(
        *(deliveries.app, desk, "receipt", "kanal-1", "--rejected", "--reason", "fel arkivbildare", "--who", "Åsa"),
    )
    assert said == "kanal-1 är avvisad.\n"
    shown = _run(deliveries.app, desk, "show", "kanal-1")
    assert re.search(r"avvisad +Åsa .* fel arkivbildare", shown)
    data = json.loads(_run(deliveries.app, desk, "show", "kanal-1", "--json"))
    assert [each["step"] for each in data["happenings"]] == ["sending", "sent", "checked", "rejected"]
    assert (data["state"], data["returned"], data["stamps"]) == ("rejected", [], [])


def test_the_archives_answers_are_read_and_what_is_none_is_told(desk: Desk) -> None:
    package = desk.delivered()
    desk.answer("kanal-1.zip.ok", package.sha256)
    desk.answer("annat.err", "\x1b[2J[red]fel")
    told = _run(deliveries.app, desk, "poll", "--returns", str(desk.root / "out"))
    assert re.search(r"kanal-1.zip.ok +taken +kanal-1 +mottagen", told)
    assert re.search(r"annat.err +unknown-package", told)
    assert "\x1b" not in told
    again = _run(deliveries.app, desk, "poll", "--returns", str(desk.root / "out"))
    assert again == "Inget nytt från e-arkivet.\n"
    read = json.loads(_run(deliveries.app, desk, "poll", "--returns", str(desk.root / "out"), "--json"))
    assert read == {"noted": [], "maybe_more": False}


def test_an_unknown_package_is_said(desk: Desk) -> None:
    with pytest.raises(BadInputError, match="finns inte i liggaren"):
        _run(deliveries.app, desk, "show", "annat")


def _run_folder(desk: Desk, run_id: str) -> Path:
    with opened(desk.root) as workspace:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        run = workspace.new_run(CHANNEL.url, run_id=run_id, now=at).entered(Stage.DONE, now=at)
    (run.folder / "bild.png").write_bytes(b"x" * 100)
    return run.folder


def test_gallring_from_decision_to_log(desk: Desk) -> None:
    desk.delivered("kanal-1", record_type="arbetskopior")
    folder = _run_folder(desk, "kanal-1")
    _run(deliveries.app, desk, "receipt", "kanal-1", "--received", "--who", "Åsa")
    assert _run(gallring.app, desk, "propose") == "Inget får gallras nu.\n"
    decision = ["--record-type", "arbetskopior", "--days", "0", "--decided-by", "KS", "--reference", "KS 2026/77 § 12"]
    _run(gallring.app, desk, "decide", *decision, "--from", "2020-01-01", "--who", "Åsa")
    stop = _run(gallring.app, desk, "hold", "--ground", "begäran KS 2026/80", "--channel", CHANNEL.url, "--who", "Åsa")
    assert _run(gallring.app, desk, "propose") == "Inget får gallras nu.\n"
    _run(gallring.app, desk, "lift", stop.split()[1], "--who", "Åsa", "--reason", "utlämnat")
    proposal = _run(gallring.app, desk, "propose").split()[1].rstrip(":")
    for who in ("Anna", "Bo"):
        _run(gallring.app, desk, "approve", proposal, "--who", who)
    assert folder.exists()
    _run(gallring.app, desk, "execute", proposal, "--who", "Anna")
    assert not folder.exists()
    assert not (desk.root / "paket" / "kanal-1.zip").exists()
    assert (desk.root / "in" / "kanal-1.zip").exists()
    (logged,) = json.loads(_run(gallring.app, desk, "log", "--json"))
    steps = [(each["step"], each["by"]) for each in logged["log"]][1:]
    assert steps == [("approved", "Anna"), ("approved", "Bo"), ("begun", "Anna"), ("disposed", "Anna")]
    assert re.search(r"gallrad +Anna +kanal-1", _run(gallring.app, desk, "log"))


def test_what_an_unfinished_run_goes_on_from_is_not_proposed(desk: Desk) -> None:
    desk.delivered("kanal-1", record_type="arbetskopior")
    with opened(desk.root) as workspace:
        workspace.new_run(CHANNEL.url, run_id="kanal-1", now=datetime(2026, 1, 1, tzinfo=UTC))
    _run(deliveries.app, desk, "receipt", "kanal-1", "--received", "--who", "Åsa")
    decision = ["--record-type", "arbetskopior", "--days", "0", "--decided-by", "KS", "--reference", "KS 2026/77"]
    _run(gallring.app, desk, "decide", *decision, "--from", "2020-01-01", "--who", "Åsa")
    assert _run(gallring.app, desk, "propose") == "Inget får gallras nu.\n"


def test_help_answers_without_the_database_or_prefect() -> None:
    code = (
        "import sys, flows.commands.deliveries, flows.commands.gallring\n"
        "slow = ('prefect', 'playwright', 'lxml', 'sqlalchemy', 'alembic')\n"
        "sys.exit(' '.join(name for name in slow if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
