"""A secret is read where it is kept, and shows itself nowhere: in no log, no error, no traceback and no repr."""

import copy
import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from delivery.secrets import Keeper, Secret, SecretName, fetch
from register.errors import BadInputError, KanalarkivError
from register.model import Package
from tests.delivery.peers import S3Server, SftpServer, elsewhere, secret


def _no_block(name: str) -> str:
    raise LookupError(name)


class _Ring(KeyringBackend):
    """A keyring that keeps things in memory; a machine that runs tests has no desktop."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(_Ring())
    yield
    keyring.set_keyring(before)


def test_a_secret_comes_from_the_environment_the_keyring_or_a_block(
    ring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARKIV_NYCKEL", "ur-miljon")
    keyring.set_password("kanalarkiv", "s3", "ur-nyckelringen")
    blocks = {"s3-nyckel": "ur-prefect"}
    for place, value in (
        ("miljo:ARKIV_NYCKEL", "ur-miljon"),
        ("nyckelring:kanalarkiv/s3", "ur-nyckelringen"),
        ("prefect:s3-nyckel", "ur-prefect"),
    ):
        found = fetch(SecretName.parse(place), block=blocks.__getitem__)
        assert found.reveal() == value
        assert f"{found} {found!r}" == f"Secret({place}) Secret({place})"


@pytest.mark.parametrize("place", ["miljo:FINNS_INTE", "miljo:TOM", "nyckelring:kanalarkiv/finns-inte", "prefect:inte"])
def test_a_secret_that_is_not_there_is_said_by_its_place(
    ring: None, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("TOM", "")
    with pytest.raises(BadInputError, match=place):
        fetch(SecretName.parse(place), block=_no_block)


@pytest.mark.parametrize("said", ["hemligt", "miljo:", "miljo", "nyckelring:utan-namn", "okand:x", "nyckelring:/x"])
def test_what_is_no_place_is_not_repeated_for_it_may_be_the_secret(said: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        SecretName.parse(said)


def test_a_secret_cannot_be_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(secret("hemligt"))
    with pytest.raises(TypeError):
        copy.deepcopy(secret("hemligt"))
    assert "hemligt" not in repr(Secret(SecretName(Keeper.KEYRING, "a/b"), "hemligt"))


def _shown(target: Any, package: Package, now: datetime) -> str:
    """Return all that can be seen of a delivery, in a frame that itself knows no secret."""
    try:
        return repr(target) + repr(target.deliver(package, now=now))
    except KanalarkivError as error:
        said = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        return repr(target) + str(error) + "".join(said)


def test_no_delivery_shows_a_secret_whatever_goes_wrong(  # noqa: PLR0917
    s3_server: S3Server,
    bucket: str,
    sftp_server: SftpServer,
    archive: Path,
    make_package: Callable[..., Package],
    now: datetime,
    prefix: str,
) -> None:
    """All that is logged, at the lowest level, and every traceback with its variables, of deliveries good and bad."""
    package, heard = make_package(), io.StringIO()
    listener = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(1)
    wrong = "en-felaktig-hemlighet"
    key = (sftp_server.folder / "user").read_text()
    body = key.splitlines()[1:-1]
    half = "\n".join(key.splitlines()[:-2])
    targets: list[Any] = [
        s3_server.target(bucket, prefix=prefix),
        s3_server.target(bucket, prefix=prefix, secret_key=secret(wrong)),
        s3_server.target("finns-inte"),
        s3_server.target(bucket, port=1, patience=0.1),
        sftp_server.target(archive),
        sftp_server.target(archive, host_keys=("SHA256:annan",)),
        sftp_server.target(archive, key=secret(half)),
        sftp_server.target(archive, port=1, patience=0.1),
        sftp_server.target(archive / "finns-inte"),
    ]
    try:
        shown = [_shown(target, package, now) for target in targets]
    finally:
        root.setLevel(level)
        root.removeHandler(listener)
    assert sum("Traceback" in each for each in shown) == 7
    said = heard.getvalue() + "".join(shown)
    assert "botocore" in said
    assert "SHA256:annan" in said
    for hidden in (s3_server.secret_key, wrong, *body):
        assert hidden not in said


def test_a_delivery_in_a_process_of_its_own_prints_no_secret(
    s3_server: S3Server, bucket: str, make_package: Callable[..., Package], prefix: str
) -> None:
    process = elsewhere(s3_server.target(bucket, prefix=prefix, secret_key=secret("fel-hemlighet")), make_package())
    out, err = process.communicate()
    assert process.returncode == 1
    assert b"SignatureDoesNotMatch" in err
    assert b"fel-hemlighet" not in out + err
