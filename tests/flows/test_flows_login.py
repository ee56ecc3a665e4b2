"""`kanalarkiv login`, `session` and `channels`, run as a person runs them; and that a secret is told nowhere."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from capture.session import key, store
from capture.session.secret import Secret
from register.errors import ExitCode
from tests.pages.authority import PASSWORD, Authority
from tests.session import surroundings

PATIENCE = 900  # seconds; a machine that is busy with other things must not fail a test
REGISTER = """
[arkivbildare]
namn = "Exempelkommun, Kommunstyrelsen"
identitetskod = "ORG:212000-0000"
[e_arkiv]
namn = "Exempelkommuns e-arkiv"
identitetskod = "ORG:212000-0000"
mapp = "e-arkiv"
[leverans]
overenskommelse = "KS 2026/123; 2026-01-01"

[[kanal]]
namn = "Kanalen"
plattform = "blog"
takt = [0, 0]
adress = "{address}"
lage = "automatisk"
inloggning = true
konto = "Exempelkommun"
[kanal.tillstand]
diarienummer = "KS 2026/456"
datum = 2026-05-04
beslutsfattare = "Kommunstyrelsen"

[[kanal]]
namn = "Facebooksidan"
plattform = "facebook"
adress = "https://www.facebook.com/exempelkommun"

[[kanal]]
namn = "Bloggen"
plattform = "blog"
adress = "https://blogg.exempelkommun.se/"
lage = "automatisk"
"""


@dataclass
class Person:
    """Somebody at a terminal, with a home and a settings file of their own; everything they are told is kept."""

    home: Path
    display: str | None = None
    told: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def register(self, address: str) -> None:
        (self.home / "kanalarkiv.toml").write_text(REGISTER.format(address=address), encoding="utf-8")

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        own = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config"), "TMPDIR": str(self.home / "tmp")}
        (self.home / "tmp").mkdir(exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        shown = {"DISPLAY": self.display} if self.display else {}
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("kanalarkiv")), *words],
            cwd=self.home,
            env={**inherited, **own, **shown, **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.started.append(process)
        return process

    def end(self, process: subprocess.Popen[str], said: str | None = "") -> tuple[int, str, str]:
        """Say the last words and return the exit code and what was told."""
        out, err = process.communicate(said, timeout=PATIENCE)
        self.told += out + err
        assert "Traceback" not in out + err, out + err
        return process.returncode, out, err

    def does(self, *words: str, said: str = "", **environment: str) -> tuple[int, str, str]:
        return self.end(self.start(*words, **environment), said)

    @property
    def sessions(self) -> list[Path]:
        return list((self.home / "config" / "kanalarkiv" / "sessioner").glob("*"))


@pytest.fixture
def person():
    """Their folder has a short name: a browser makes a socket in TMPDIR, and those may not be longer than 107 bytes."""
    with TemporaryDirectory(prefix="kanalarkiv-") as folder:
        person = Person(Path(folder))
        yield person
        for process in person.started:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def screen():
    with surroundings.screen() as display:
        yield display


@pytest.fixture
def site():
    with surroundings.login_site(hurried=True) as running:
        yield running


@pytest.fixture
def at_screen(person, screen, site):
    person.display = screen
    person.register(site.channel)
    return person


def test_logged_in_once_listed_used_and_forgotten(at_screen, site, monkeypatch):
    person = at_screen
    process = person.start("login", "kanalen")
    assert site.logged_in.wait(PATIENCE)
    code, out, _ = person.end(process, "\n")
    assert code == ExitCode.OK
    (kept,) = person.sessions
    assert f"Sessionen för Kanalen är sparad, krypterad: {kept}" in out
    assert f"En nyckel till sessionerna har gjorts: {person.home}/config/kanalarkiv/nyckel" in out
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700

    assert person.does("session", "list")[1].startswith("Kanalen  session från 20")
    told = person.does("channels")[1].splitlines()
    assert told[2].startswith("    automatisk enligt KS 2026/456, Kommunstyrelsen 2026-05-04; session från 20")
    assert told[5] == "    assisterad; utan inloggning"
    assert told[8] == "    automatisk, FÅR INTE: beslut saknas i registret; utan inloggning"

    monkeypatch.setenv("XDG_CONFIG_HOME", str(person.home / "config"))
    state = store.open_for(site.channel, key.find()).state.revealed()
    assert [cookie["value"] for cookie in state["cookies"]] == [surroundings.COOKIE]
    assert surroundings.TOKEN in json.dumps(state)
    assert surroundings.DATABASE in json.dumps(state)

    assert person.does("session", "forget", "Kanalen")[0] == ExitCode.OK
    assert person.sessions == []
    assert person.does("session", "forget", "Kanalen")[0] == ExitCode.BAD_INPUT
    assert person.does("session", "list")[1] == "Inga sessioner finns.\n"
    assert surroundings.told_by(person.home) == []
    assert not any(secret in person.told for secret in surroundings.SECRETS)


def _with(value: str) -> set[int]:
    """Return the living processes that have `value` in their environment."""
    found = set()
    for folder in Path("/proc").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError, NotADirectoryError):
            if folder.name.isdigit() and value.encode() in (folder / "environ").read_bytes():
                found.add(int(folder.name))
    return found


def test_no_browser_and_no_driver_inherits_the_key(at_screen, site):
    given = base64.b64encode(os.urandom(32)).decode()
    process = at_screen.start("login", "Kanalen", KANALARKIV_NYCKEL=given)
    assert site.logged_in.wait(PATIENCE)
    assert len(_with(f"HOME={at_screen.home}")) > 2
    assert _with(given) == {process.pid}
    assert at_screen.end(process, "\n")[0] == ExitCode.OK
    assert len(at_screen.sessions) == 1
    assert not (at_screen.home / "config" / "kanalarkiv" / "nyckel").exists()
    assert given not in at_screen.told


def test_closing_the_window_is_as_good_as_an_enter(at_screen, site):
    process = at_screen.start("login", site.channel, KANALARKIV_LANGUAGE="en")
    assert site.logged_in.wait(PATIENCE)
    assert surroundings.close_windows(at_screen.display) > 0
    process.wait(PATIENCE)  # the terminal stays open, and nobody writes there
    code, out, _ = at_screen.end(process, None)
    assert code == ExitCode.OK
    assert "The session for Kanalen is kept, encrypted:" in out
    assert len(at_screen.sessions) == 1


def test_what_a_kept_session_opens_is_captured_and_the_session_is_told_nowhere(
    person, prefect_home, prefect_server, monkeypatch
):
    cookie = {"name": "sid", "value": surroundings.COOKIE, "domain": "127.0.0.1", "path": "/", "expires": -1}
    monkeypatch.setenv("XDG_CONFIG_HOME", str(person.home / "config"))
    (person.home / "e-arkiv").mkdir()
    with surroundings.login_site() as site:
        token = {"origin": site.origin, "localStorage": [{"name": "token", "value": surroundings.TOKEN}]}
        state = {"cookies": [{**cookie, "httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": [token]}
        label = store.Label(name="Kanalen", address=site.channel, made=datetime(2026, 11, 22, tzinfo=UTC))
        with monkeypatch.context() as once:
            once.delenv(key.VARIABLE, raising=False)
            store.keep(store.Session(label=label, state=Secret(state)), key.find_or_make())
        person.register(site.channel)
        sealing = Authority().pkcs12(person.home / "sigill.p12")
        with (person.home / "kanalarkiv.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"\n[sigill]\nfil = '{sealing}'\nlosenord = 'miljo:PROV_SIGILL'\n")
        served = {"PREFECT_HOME": str(prefect_home), "PREFECT_API_URL": prefect_server}
        code, out, err = person.does("capture", "Kanalen", **served, PROV_SIGILL=PASSWORD.decode())
    assert code == ExitCode.OK, out + err
    assert PASSWORD.decode() not in out + err
    (package,) = (person.home / "e-arkiv").glob("*.zip")
    with zipfile.ZipFile(package) as opened:
        (volume,) = [name for name in opened.namelist() if name.endswith("data/volym-01.pdf")]
        assert b"/SubFilter /ETSI.CAdES.detached" in opened.read(volume), "the pages are sealed"
        (record,) = [name for name in opened.namelist() if name.endswith("data/uppgifter.xml")]
        told = opened.read(record).decode()
    assert [f"nyhet {day}, som bara en inloggad ser" in told for day in surroundings.POSTS] == [True] * 3
    assert surroundings.told_by(person.home) == []
    assert surroundings.told_by(prefect_home) == []
    assert not any(secret in person.told for secret in surroundings.SECRETS)


@pytest.mark.parametrize("said", ["q\n", ""], ids=["given-up", "nobody-there"])
def test_a_login_that_is_given_up_keeps_nothing(at_screen, said):
    code, _, err = at_screen.does("login", "Kanalen", said=said)
    assert code == ExitCode.BAD_INPUT
    assert "Inloggningen avbröts" in err
    assert at_screen.sessions == []


def test_a_fault_in_the_midst_of_it_tells_no_secret(at_screen, site):
    """A file lies where the sessions should: a traceback is written, with the session at hand."""
    blocked = at_screen.home / "config" / "kanalarkiv" / "sessioner"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("en fil")
    process = at_screen.start("login", "Kanalen", DEBUG="")
    assert site.logged_in.wait(PATIENCE)
    code, _, err = at_screen.end(process, "\n")
    assert code == ExitCode.PROGRAM_FAULT
    (report,) = (at_screen.home / "tmp").glob("kanalarkiv-fel-*.txt")
    assert report.name in err
    assert "store.keep" in report.read_text(encoding="utf-8")
    assert surroundings.told_by(at_screen.home) == []
    assert not any(secret in at_screen.told for secret in surroundings.SECRETS)


def test_without_a_screen_it_is_said_what_to_do(person):
    person.register("http://127.0.0.1:1/kanal")
    code, _, err = person.does("login", "Kanalen")
    assert code == ExitCode.BAD_INPUT
    assert "ingen skärm" in err
    assert "samma KANALARKIV_NYCKEL" in err
    assert person.sessions == []


def test_only_channels_in_the_register_are_logged_in_to(person):
    code, _, err = person.does("login", "https://www.facebook.com/grannkommun")
    assert (code, "finns inte i kanalregistret" in err) == (ExitCode.BAD_INPUT, True)
    person.register("http://127.0.0.1:1/kanal")
    code, _, err = person.does("login", "Facebocksidan")
    assert (code, "Menas Facebooksidan?" in err) == (ExitCode.BAD_INPUT, True)


def test_an_empty_register_is_said_to_be(person):
    code, out, _ = person.does("channels")
    assert (code, out.strip()) == (ExitCode.OK, "Kanalregistret är tomt: inga [[kanal]] i kanalarkiv.toml.")


@pytest.mark.parametrize(
    ("words", "said", "expected"),
    [
        (["Bloggen"], "Bloggen får inte dokumenteras automatiskt: beslut saknas i registret.", ExitCode.NOT_ALLOWED),
        (["https://www.facebook.com/grannkommun"], "finns inte i kanalregistret", ExitCode.NOT_ALLOWED),
        (["Blogen"], "Menas Bloggen?", ExitCode.BAD_INPUT),
        (["Bloggen", "--since", "igår"], "--since igår går inte att använda", ExitCode.BAD_INPUT),
        (["Bloggen", "--since", "2999-01-01"], "--since 2999-01-01 går inte att använda", ExitCode.BAD_INPUT),
        (["Bloggen", "--since", "2026-06-30", "--whole"], "inte båda", ExitCode.BAD_INPUT),
    ],
)
def test_what_may_not_be_captured_is_said_before_anything_is_touched(person, words, said, expected):
    person.register("http://127.0.0.1:1/kanal")
    code, _, err = person.does("capture", *words)
    assert code == expected
    assert said in err
    assert not (person.home / "kanalarkiv-data").exists()
