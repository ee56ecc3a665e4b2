"""`kanalarkiv deliver` and `deliveries`: a package goes where the settings say, once, and its answer comes back."""

import asyncio
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.errors import ExitCode
from sip.build import build
from tests.delivery.peers import HOST, S3Server, SftpServer
from tests.sip.conftest import describe

SETTINGS = """
[arkivbildare]
namn = "Exempelkommun, Kommunstyrelsen"
identitetskod = "ORG:212000-0000"
[leverans]
overenskommelse = "KS 2026/123; 2026-01-01"
[e_arkiv]
namn = "Exempelkommuns e-arkiv"
identitetskod = "ORG:212000-0000"
"""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    now = datetime(2026, 11, 22, 12, 30, 8, tzinfo=UTC)
    return build(describe(folder / "source"), folder, now=now)


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    server = S3Server(tmp_path_factory.mktemp("s3") / "weed")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def sftp(tmp_path_factory):
    server = SftpServer(tmp_path_factory.mktemp("sftp") / "sshd")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _settings(tmp_path: Path, target: str) -> list[str]:
    path = tmp_path / "kanalarkiv.toml"
    path.write_text(SETTINGS + target, encoding="utf-8")
    return ["--settings", str(path), "--into", str(tmp_path / "work")]


def _state(command_line, tmp_path, package) -> str:
    shown = command_line.run("deliveries", "show", package.object_id, "--json", "--into", str(tmp_path / "work"))
    return json.loads(shown.stdout)["state"]


def test_to_a_bucket_and_the_answer_back(command_line, tmp_path, s3, sealed):
    bucket = s3.bucket("flode")
    where = _settings(
        tmp_path,
        f"[e_arkiv.s3]\nhink = '{bucket}'\nadress = 'http://{HOST}:{s3.port}'\nprefix = 'mottagning'\n"
        "retur = 'retur'\nnyckel_id = 'miljo:PROV_ID'\nnyckel = 'miljo:PROV_NYCKEL'\n",
    )
    keys = {"PROV_ID": s3.key_id, "PROV_NYCKEL": s3.secret_key}
    unsaid = command_line.run("deliver", str(sealed.path), *where)
    assert unsaid.returncode == ExitCode.BAD_INPUT
    assert "PROV_ID" in unsaid.stderr

    done = command_line.run("deliver", str(sealed.path), *where, **keys)
    assert done.returncode == 0, done.stderr
    assert "återläst och jämfört" in done.stdout
    assert s3.secret_key not in done.stdout + done.stderr
    names = {each["Key"] for each in s3.client().list_objects_v2(Bucket=bucket)["Contents"]}
    paper, whole = f"mottagning/{sealed.object_id}", f"mottagning/{sealed.object_id}.zip"
    assert names == {whole, f"{whole}.sha256", f"{paper}.validering.json"}
    assert _state(command_line, tmp_path, sealed) == "checked"

    again = command_line.run("deliver", str(sealed.path), *where, **keys)
    assert (again.returncode, "Inget skrevs" in again.stdout) == (0, True)

    s3.client().put_object(Bucket=bucket, Key=f"retur/{sealed.object_id}.ok", Body=sealed.sha256.encode())
    polled = command_line.run("deliveries", "poll", *where, **keys)
    assert polled.returncode == 0, polled.stderr
    assert _state(command_line, tmp_path, sealed) == "received"


def test_by_sftp_with_a_key_that_prefect_keeps(command_line, prefect_server, tmp_path, sftp, sealed):
    inbox, outbox = tmp_path / "mottagning", tmp_path / "retur"
    inbox.mkdir()
    outbox.mkdir()
    user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    where = _settings(
        tmp_path,
        f"[e_arkiv.sftp]\nvard = '{HOST}'\nport = {sftp.port}\nanvandare = '{user}'\nnyckel = 'prefect:sftp-nyckel'\n"
        f"vardnyckel = ['{sftp.fingerprint()}']\nmapp = '{inbox}'\nretur = '{outbox}'\n",
    )
    unsaid = command_line.run("deliver", str(sealed.path), *where)
    assert unsaid.returncode == ExitCode.BAD_INPUT
    assert "sftp-nyckel" in unsaid.stderr
    _keep_in_prefect(prefect_server, "sftp-nyckel", (sftp.folder / "user").read_text())

    done = command_line.run("deliver", str(sealed.path), *where)
    assert done.returncode == 0, done.stderr
    assert (inbox / sealed.path.name).read_bytes() == sealed.path.read_bytes()
    (outbox / f"{sealed.object_id}.err").write_text("Fel leveransöverenskommelse", encoding="utf-8")
    polled = command_line.run("deliveries", "poll", *where)
    assert polled.returncode == 0, polled.stderr
    assert _state(command_line, tmp_path, sealed) == "rejected"
    refused = command_line.run("deliver", str(sealed.path), *where)
    assert refused.returncode == ExitCode.BAD_INPUT
    assert "Fel leveransöverenskommelse" in refused.stderr


def _keep_in_prefect(server: str, name: str, value: str) -> None:
    from prefect.blocks.system import Secret  # noqa: PLC0415 - it costs a second
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    async def keep() -> None:
        await Secret(value=value).save(name)

    with temporary_settings({PREFECT_API_URL: server}):
        asyncio.run(keep())


def test_nobody_says_where_to(command_line, tmp_path, sealed, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command_line.run("deliver", str(sealed.path), "--into", str(tmp_path / "work"))
    assert done.returncode == ExitCode.BAD_INPUT
    assert "--to" in done.stderr
