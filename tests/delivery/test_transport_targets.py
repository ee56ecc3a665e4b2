"""What `kanalarkiv.toml` says of where packages go: one way, never a secret, never an unknown host or an open line."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from delivery.folder import Folder
from delivery.s3 import S3, LockWish
from delivery.sftp import Sftp
from delivery.targets import Target
from delivery.transport import LockMode
from register.faults import told

FINGERPRINT = f"SHA256:{'a' * 43}"
BUCKET = """
[s3]
hink = "mottagning"
adress = "https://s3.exempel.invalid"
region = "eu-north-1"
prefix = "exempelkommun"
retur = "retur/"
nyckel_id = "miljo:ETT_ID"
nyckel = "prefect:en-nyckel"
las = "compliance"
las_dagar = 30
"""
HOST = f"""
[sftp]
vard = "sftp.exempel.invalid"
anvandare = "exempelkommun"
vardnyckel = ["{FINGERPRINT}"]
nyckel = "prefect:en-nyckel"
mapp = "mottagning"
retur = "retur"
"""


def _read(text: str) -> Target:
    return Target.model_validate(tomllib.loads(text))


def test_each_way_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETT_ID", "id")
    block = {"en-nyckel": "hemligt"}.__getitem__
    assert _read('mapp = "/mnt/in"\nretur = "/mnt/ut"').transport(block) == Folder(
        archive=Path("/mnt/in"), returned=Path("/mnt/ut")
    )
    bucket = _read(BUCKET).transport(block)
    assert isinstance(bucket, S3)
    assert (bucket.bucket, bucket.prefix, bucket.returned, bucket.region, bucket.ca_file) == (
        "mottagning", "exempelkommun/", "retur/", "eu-north-1", None,
    )  # fmt: skip
    assert (bucket.key_id.reveal(), bucket.secret_key.reveal()) == ("id", "hemligt")
    assert bucket.lock == LockWish(mode=LockMode.COMPLIANCE, days=30)
    assert bucket.place == "s3://mottagning/exempelkommun/ (https://s3.exempel.invalid)"
    host = _read(HOST).transport(block)
    assert isinstance(host, Sftp)
    assert (host.host, host.port, host.user, host.host_keys, host.folder, host.returned) == (
        "sftp.exempel.invalid", 22, "exempelkommun", (FINGERPRINT,), "mottagning", "retur",
    )  # fmt: skip
    assert (host.key.reveal(), host.place) == ("hemligt", "sftp://sftp.exempel.invalid:22/mottagning")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ange en av mapp, s3 och sftp"),
        (f'mapp = "/mnt"\n{BUCKET}', "ange en av mapp, s3 och sftp"),
        (f'retur = "/mnt"\n{HOST}', "retur hör till mapp här"),
        (BUCKET.replace("https", "http"), "s3.adress: ska börja med https://"),
        (BUCKET.replace("las_dagar = 30", ""), "s3: las och las_dagar anges tillsammans"),
        (BUCKET.replace("hink", "hinken"), "s3.hinken: okänd nyckel; menas hink?"),
        (HOST.replace("vardnyckel", "vardnycklar"), "sftp.vardnyckel: saknas"),
        (HOST.replace(f'"{FINGERPRINT}"', ""), "sftp.vardnyckel"),
        (HOST.replace(FINGERPRINT, "MD5:00:11"), "sftp.vardnyckel[1]"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_place(text: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _read(text)
    assert said in told(refused.value, Target).sv


def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        _read(BUCKET.replace("prefect:en-nyckel", "wJalrXUtnFEMI"))
    said = told(refused.value, Target)
    assert "s3.nyckel: ska säga var hemligheten ligger" in said.sv
    assert "wJalrXUtnFEMI" not in f"{said} {refused.value} {refused.value!r}"


def test_a_bucket_on_this_machine_may_be_reached_without_encryption() -> None:
    assert _read(BUCKET.replace("https://s3.exempel.invalid", "http://127.0.0.1:8333")).s3 is not None
