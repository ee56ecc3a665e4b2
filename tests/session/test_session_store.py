"""Sessions on disk: unreadable without the key, bound to their channel, and in no message."""

import base64
import copy
import json
import logging
import os
import pickle
import subprocess
import sys
import traceback
from datetime import UTC, datetime

import pytest

from capture.session import key as keys
from capture.session import store
from capture.session.errors import SessionError
from capture.session.key import Key
from capture.session.secret import Secret
from capture.session.store import Label, Session
from register.language import Text

COOKIE = "kaka-4711-hemlig"
ADDRESS = "https://www.facebook.com/exempelkommun"
MADE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STATE = {"cookies": [{"name": "c_user", "value": COOKIE}], "origins": []}
KEY_TEXT = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setattr(keys, "_withdrawn", [])
    return tmp_path / "kanalarkiv"


def _key(first: int = 0) -> Key:
    return Key(value=Secret(bytes([first, *range(31)])), place=Text("provet", "the test"))


def _session(address: str = ADDRESS, name: str = "Kommunens sida") -> Session:
    return Session(label=Label(name=name, address=address, made=MADE), state=Secret(STATE))


def test_what_was_kept_opens_again():
    store.keep(_session(), _key())
    opened = store.open_for(f"{ADDRESS}/", _key())
    assert opened.label == Label(name="Kommunens sida", address=ADDRESS, made=MADE)
    assert opened.state.revealed() == STATE
    assert store.find(ADDRESS) == opened.label


def test_the_file_is_its_owners_alone_and_says_nothing(home):
    path = store.keep(_session(), _key())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    content = path.read_bytes()
    for form in (COOKIE.encode(), base64.b64encode(COOKIE.encode()), b"c_user", bytes(range(31))):
        assert form not in content


def test_a_name_like_a_path_stays_in_its_folder():
    path = store.keep(_session(name="../../x", address="https://x.se/../..%2f..%2fy"), _key())
    assert path.parent == store.folder()
    assert store.kept()[0].name == "../../x"


def test_another_key_does_not_open_it():
    store.keep(_session(), _key())
    with pytest.raises(SessionError, match="går inte att öppna med nyckeln i provet"):
        store.open_for(ADDRESS, _key(first=1))


@pytest.mark.parametrize("part", ["namn", "adress", "skapad", "nonce", "data"])
def test_no_part_of_it_can_be_altered(part):
    path = store.keep(_session(), _key())
    content = json.loads(path.read_text())
    altered = {
        "namn": "Annan", "adress": "https://annan.se/", "skapad": "2027-01-01T00:00:00+00:00",
        "nonce": base64.b64encode(bytes(12)).decode(), "data": content["data"][:-8] + "AAAAAAA=",
    }[part]  # fmt: skip
    path.write_text(json.dumps({**content, part: altered}))
    with pytest.raises(SessionError, match="går inte att öppna"):
        store.open_for(ADDRESS, _key())


def test_a_session_put_in_place_of_another_channels_does_not_open():
    mine, other = store.keep(_session(), _key()), store.keep(_session("https://annan.se/kanal"), _key())
    mine.replace(other)
    with pytest.raises(SessionError, match="går inte att öppna"):
        store.open_for("https://annan.se/kanal", _key())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"version": 2}', b'{"version": 1}'])
def test_a_damaged_file_is_said_to_be(content):
    store.keep(_session(), _key()).write_bytes(content)
    with pytest.raises(SessionError, match="är skadad"):
        store.open_for(ADDRESS, _key())


def test_a_file_that_others_can_read_is_not_used():
    store.keep(_session(), _key()).chmod(0o640)
    with pytest.raises(SessionError, match="kan läsas av andra"):
        store.open_for(ADDRESS, _key())


def test_without_a_session_or_a_key_the_person_is_told_what_to_do():
    with pytest.raises(SessionError, match="kanalarkiv login"):
        store.open_for(ADDRESS, _key())
    store.keep(_session(), _key())
    with pytest.raises(SessionError, match="Nyckeln till sessionen saknas"):
        store.open_for(ADDRESS, None)


def test_a_session_is_forgotten_once():
    store.keep(_session(), _key())
    store.keep(_session("https://annan.se/"), _key())
    assert [store.forget(ADDRESS), store.forget(ADDRESS)] == [True, False]
    assert [label.address for label in store.kept()] == ["https://annan.se/"]


def test_a_secret_is_in_no_repr_message_log_copy_or_pickle(caplog):
    session = _session()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("prov").warning("%s %r %s", session, session.state, {"state": session.state})
    said = [repr(session), str(session), f"{session.state}", repr([session.state]), repr(vars(session)), caplog.text]
    for write in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refused:
            write(session.state)
        said.append("".join(traceback.format_exception(refused.value)))
    assert all("<hemligt>" in words for words in said[:6])
    assert not any(COOKIE in words for words in said)
    assert not hasattr(session.state, "__dict__")


def test_no_error_carries_what_is_inside(home):
    """Every way of failing, with the session and its key in reach; also what the errors were raised from."""
    keys.find_or_make()
    path = store.keep(_session(), keys.find_or_make())
    key_text = keys.key_file().read_text().strip()
    told = []
    for damage in (lambda: path.chmod(0o644), lambda: path.write_bytes(b"\x00"), path.unlink):
        damage()
        with pytest.raises(SessionError) as refused:
            store.open_for(ADDRESS, keys.find())
        told.append("".join(traceback.format_exception(refused.value, chain=True)) + repr(refused.value.__context__))
    keys.key_file().write_text(f"{key_text}-och-mer")
    with pytest.raises(SessionError) as refused:
        keys.find()
    told.append("".join(traceback.format_exception(refused.value)) + repr(refused.value.__context__))
    assert not any(COOKIE in words or key_text in words for words in told)


def test_the_key_is_made_once_and_private(home):
    assert keys.find() is None
    made = keys.find_or_make()
    assert made.place.sv == str(home / "nyckel")
    assert (home / "nyckel").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    assert len(made.value.revealed()) == 32
    assert keys.find_or_make().value.revealed() == made.value.revealed()


def test_a_key_file_that_others_can_read_is_not_used(home):
    keys.find_or_make()
    (home / "nyckel").chmod(0o604)
    with pytest.raises(SessionError, match="chmod 600"):
        keys.find()


def test_the_environment_comes_before_the_credential_and_that_before_the_file(home, tmp_path, monkeypatch):
    keys.find_or_make()
    (tmp_path / keys.CREDENTIAL).write_text(base64.urlsafe_b64encode(bytes([255] * 32)).decode() + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert keys.find().value.revealed() == bytes([255] * 32)
    monkeypatch.setenv(keys.VARIABLE, KEY_TEXT)
    assert keys.find().value.revealed() == bytes(range(32))


@pytest.mark.parametrize("value", ["", "kort", "å", "A" * 43, KEY_TEXT + KEY_TEXT, "!" * 44])
def test_what_is_no_key_is_said_without_being_shown(monkeypatch, value):
    monkeypatch.setenv(keys.VARIABLE, value)
    with pytest.raises(SessionError) as refused:
        keys.find()
    assert keys.VARIABLE in str(refused.value)
    assert not value or value not in str(refused.value)


def test_what_is_started_after_the_key_was_withdrawn_does_not_inherit_it():
    code = (
        "import subprocess, sys\n"
        "from capture.session import key\n"
        "key.withdraw()\n"
        "child = 'import os; print(sorted(os.environ))'\n"
        "print(subprocess.run([sys.executable, '-c', child], capture_output=True, text=True).stdout)\n"
        "print(key.find().value.revealed().hex())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env={**os.environ, keys.VARIABLE: KEY_TEXT},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    inherited, held = done.stdout.strip().splitlines()[0], done.stdout.strip().splitlines()[-1]
    assert "PATH" in inherited
    assert keys.VARIABLE not in inherited
    assert held == bytes(range(32)).hex()
