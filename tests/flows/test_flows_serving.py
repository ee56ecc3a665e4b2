"""The service, as a service manager runs it: a real server of Prefect's, real schedules, a real capture."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from register.store.captures import CaptureRow
from register.store.channels import CaptureMode, ChannelStatus
from register.store.debates import Debate
from register.store.opening import FILE_NAME, opened
from sample_channel import serve
from tests.flows.conftest import PATIENCE, CommandLine
from tests.flows.half_years import SETTINGS, Municipality, enter, long_ago, mail_server


@dataclass
class Service:
    """A running `kanalarkiv serve`, and the address of its Prefect."""

    process: "subprocess.Popen[str]"
    api: str
    workspace: Path

    def ask(self, path: str, **body: object) -> Any:
        request = urllib.request.Request(
            f"{self.api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def runs(self, *states: str) -> list[dict[str, Any]]:
        return self.ask("/flow_runs/filter", flow_runs={"state": {"type": {"any_": list(states)}}})

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.ask("/deployments/filter")}

    def happened(self, event: str, resource: str) -> None:
        """Tell Prefect of an event, as any program may."""
        now, number = datetime.now(UTC).isoformat(), str(uuid.uuid4())
        body = [{"event": event, "resource": {"prefect.resource.id": resource}, "occurred": now, "id": number}]
        request = urllib.request.Request(
            f"{self.api}/events", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 204

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


STATES = ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def wait_until(true: Any, *, within: float = PATIENCE) -> Any:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.3)
    return found


@pytest.fixture
def line(tmp_path, prefect_home, prefect_server) -> Iterator[CommandLine]:
    """A command line with a Prefect of its own, since the service believes to be alone on its server.

    Its database is a copy of the one that all tests share: to make one anew takes ten seconds.
    """
    home = tmp_path / "prefect"
    home.mkdir()
    with (
        closing(sqlite3.connect(prefect_home / "prefect.db")) as shared,
        closing(sqlite3.connect(home / "prefect.db")) as own,
    ):
        shared.backup(own)
    line = CommandLine(prefect_home=home)
    yield line
    for process in line.processes():
        os.kill(process, signal.SIGKILL)
    assert line.settle() == {}


@contextmanager
def served(line: CommandLine, workspace: Path, **environment: str) -> Iterator[Service]:
    (workspace / "mottagning").mkdir(exist_ok=True)
    settings = workspace / "kanalarkiv.toml"
    settings.write_text(SETTINGS.format(archive=workspace / "mottagning"), encoding="utf-8")
    words = ("serve", "--into", str(workspace), "--settings", str(settings), "--port", "0")
    process = line.start(*words, **environment)
    try:
        assert process.stdout is not None
        for said in process.stdout:
            if found := re.search(r"Prefects sida: (\S+)\.", said):
                break
        else:
            raise AssertionError(process.stderr.read() if process.stderr else "")
        yield Service(process=process, api=f"{found[1]}/api", workspace=workspace)
    finally:
        process.kill()
        process.wait()


def _enter(workspace: Path, *rows: Any) -> None:
    workspace.mkdir(exist_ok=True)
    with opened(workspace / FILE_NAME) as store:
        enter(store, list(rows))


def _captures(workspace: Path) -> list[CaptureRow]:
    with opened(workspace / FILE_NAME) as store, store.reading() as session:
        rows = session.query(CaptureRow).all()
        session.expunge_all()
    return rows


def test_a_cron_gets_a_run_a_channel_a_schedule_and_a_killed_service_leaves_nothing(line, tmp_path):
    there = Municipality(said=datetime.now(UTC))
    closed = there.channel("gammal", "https://www.facebook.com/gammal", status=ChannelStatus.CLOSED)
    workspace = tmp_path / "arbete"
    debate = there._row(Debate, "debatt-1", channel="fb", minutes=60, case="KS 2026/99", person="anna.ek")
    _enter(workspace, *there.people(), there.channel("fb", "https://www.facebook.com/exempelkommun"), closed, debate)
    with served(line, workspace) as service:
        daily = wait_until(lambda: [run for run in service.runs("SCHEDULED") if run["auto_scheduled"]], within=60)
        deployments = service.deployments()
        assert set(deployments) == {"begärd", "debatt-1", "fb", "varje-dag", "vid-behov"}
        assert deployments["debatt-1"]["schedules"][0]["schedule"]["interval"] == 3600
        assert deployments["debatt-1"]["id"] in {run["deployment_id"] for run in service.runs(*STATES)}  # at once
        assert {run["deployment_id"] for run in daily} >= {deployments["varje-dag"]["id"]}
        (schedule,) = deployments["fb"]["schedules"]
        monthly = "FREQ=MONTHLY;BYMONTH=5,11;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=6;BYHOUR=6;BYMINUTE=23;BYSECOND=0"
        assert schedule["schedule"] == {
            "rrule": f"DTSTART:20200101T000000\n{monthly}",
            "timezone": "Europe/Stockholm",
        }
        assert deployments["fb"]["entrypoint"] == "flows.half_year.document_half_year"
        assert (deployments["fb"]["path"], deployments["fb"]["pull_steps"]) == (None, [])
        assert "plattform:exempelkanalen" in deployments["fb"]["tags"]
        asked = deployments["vid-behov"]["parameter_openapi_schema"]["definitions"]["Request"]["properties"]
        assert asked["vem"]["description"].startswith("Kortnamnet i registret")
        limits = {each["name"]: each["limit"] for each in service.ask("/v2/concurrency_limits/filter")}
        assert limits["plattform:exempelkanalen"] == 1
        service.happened("kanalarkiv.konto.avslutas", "kanalarkiv.kanal.fb")
        closing = deployments["begärd"]["id"]
        (run,) = wait_until(lambda: [each for each in service.runs(*STATES) if each["deployment_id"] == closing])
        assert run["parameters"] == {"begaran": {"kanal": "kanalarkiv.kanal.fb"}}
        assert service.end(signal.SIGKILL) == -signal.SIGKILL
        assert line.settle() == {}
    events = [json.loads(each)["vad"] for each in (workspace / "handelser.jsonl").read_text().splitlines()]
    assert [each for each in events if each != "börjar"][:3] == ["schemalagt", "tillfällen", "tjänsten börjar"]


@pytest.mark.slow  # two starts of the service and a capture that is cut off in between: two minutes each
@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)])
def test_a_capture_of_the_half_year_goes_on_where_it_was_cut_off_and_people_are_told(line, tmp_path, number, code):
    workspace, there = tmp_path / "arbete", Municipality(said=long_ago(datetime.now(UTC)))
    with serve(posts=6) as channel, mail_server() as letters:
        sample = there.channel("exempel", channel.url, CaptureMode.AUTOMATIC)
        authority = there.authority("exempel", permitted=True)
        refused = there.channel("ig", f"{channel.url}?utan=tillstånd", CaptureMode.AUTOMATIC)
        attended = there.channel("fb", "https://www.facebook.com/exempelkommun")
        _enter(workspace, *there.people(), sample, *authority, refused, attended)
        environment = {"KANALARKIV_TEST_EPOST": letters.url, "PREFECT_RUNNER_POLL_FREQUENCY": "2"}
        with served(line, workspace, **environment) as service:
            assert set(service.deployments()) == {"begärd", "exempel", "fb", "ig", "varje-dag", "vid-behov"}
            wait_until(lambda: list(workspace.glob("arbete/*/recording/frames/000005.png")))
            assert any("chrom" in name for name in line.processes().values())
            assert service.end(number) == code
            assert line.settle() == {}
        assert _captures(workspace) == []

        _enter(workspace, there.channel("ig", f"{channel.url}?utan=tillstånd", status=ChannelStatus.CLOSED))
        with served(line, workspace, **environment) as service:
            deployments = service.deployments()
            assert set(deployments) == {"begärd", "exempel", "fb", "varje-dag", "vid-behov"}
            (capture,) = wait_until(lambda: _captures(workspace))
            wait_until(lambda: not service.runs("RUNNING", "PENDING"))
            assert (capture.channel, capture.mode, capture.person) == ("exempel", "automatisk", "anna.ek")
            service.ask(f"/deployments/{deployments['varje-dag']['id']}/create_flow_run")
            wait_until(lambda: len(letters.taken) >= 3)
            shown = {each["key"]: each["data"] for each in service.ask("/artifacts/latest/filter")}
            assert shown["lage-exempel"] == 100
            assert f"`{capture.object_id} (" in shown["korning-exempel"]
            assert shown["bild-exempel"].startswith("data:image/jpeg;base64,")
            wait_until(lambda: not service.runs("RUNNING", "PENDING"))
            assert service.end(signal.SIGTERM) == 0
    assert line.settle() == {}
    assert len(list((workspace / "arbete").iterdir())) == 1  # the walk went on, and was not begun anew
    told = {(to[0], letter["Subject"]) for to, letter in letters.taken}
    assert ("anna.ek@exempelkommun.se", "Kanalarkiv: en dokumentation gick inte att göra (1 kanal)") in told
    assert ("dan.alm@exempelkommun.se", "Kanalarkiv: försenad dokumentation (1 kanal)") in told
