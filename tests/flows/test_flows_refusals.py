"""Bad input: one clear message with what to do next, an exit code of its own, nothing half-made."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from flows import permitting
from register.errors import BadInputError, ExitCode
from sample_channel import Behaviour, serve


def _refused(done, code, *said):
    assert done.returncode == code, done.stdout + done.stderr
    for words in said:
        assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 8


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(Behaviour(login_wall=True), ExitCode.CHALLENGED), (Behaviour(empty=True), ExitCode.NO_POSTS)],
    ids=["login-wall", "no-posts"],
)
def test_a_channel_that_shows_nothing(command_line, tmp_path, behaviour, code):
    with serve(posts=8, behaviour=behaviour) as channel:
        done = command_line.run("capture", channel.url, "--into", str(tmp_path))
    _refused(done, code)
    assert list((tmp_path / "e-arkiv").iterdir()) == []
    assert list((tmp_path / "paket").iterdir()) == []


def test_a_url_that_does_not_answer(command_line, tmp_path):
    with serve(posts=1) as channel:
        gone = channel.url
    _refused(command_line.run("capture", gone, "--into", str(tmp_path)), ExitCode.CHANNEL_UNREACHABLE)


@pytest.mark.parametrize(
    ("variable", "code"),
    [("KANALARKIV_CHROMIUM", ExitCode.BROWSER_MISSING), ("KANALARKIV_FFMPEG", ExitCode.FFMPEG_MISSING)],
)
def test_a_program_that_is_missing_is_said_before_the_channel_is_touched(command_line, tmp_path, variable, code):
    with serve(posts=1) as channel:
        done = command_line.run(
            "capture", channel.url, "--into", str(tmp_path), **{variable: str(tmp_path / "finns-inte")}
        )
    _refused(done, code)
    assert not list(tmp_path.glob("arbete/*/walk.json"))


def test_what_the_package_must_say_is_asked_for_before_the_channel_is_touched(command_line, tmp_path):
    profile, declared = tmp_path / "var.toml", tmp_path / "kanalarkiv.toml"
    profile.write_text(
        'namn = "vår"\n[paket]\nprofil = "riksarkivet"\nwebbarkiv = false\n'
        '[sidor]\npdfa = "2a"\n[film]\nformat = "mp4"\n',
        encoding="utf-8",
    )
    who = 'namn = "Nämnden"\nidentitetskod = "ORG:212000-0000"'
    declared.write_text(
        f'[arkivbildare]\n{who}\n[e_arkiv]\n{who}\nmapp = "{tmp_path}"\n[leverans]\noverenskommelse = "KS 1"\n'
        f'formatprofil = "{profile}"\n[[kanal]]\nnamn = "K"\nplattform = "annan"\nadress = "http://127.0.0.1:1/"\n'
        'lage = "automatisk"\n'
        '[kanal.tillstand]\ndiarienummer = "KS 2"\ndatum = 2026-01-01\nbeslutsfattare = "KS"\n',
        encoding="utf-8",
    )
    into = tmp_path / "arbetsyta"
    done = command_line.run("capture", "http://127.0.0.1:1/", "--into", str(into), "--settings", str(declared))
    _refused(done, ExitCode.BAD_INPUT, "leverans.kontaktperson", "leverans.referenskod", "kanalarkiv.toml")
    assert not list(into.glob("arbete/*"))


def test_a_file_where_the_folder_should_be(command_line, tmp_path):
    blocked = tmp_path / "fil"
    blocked.write_text("min fil", encoding="utf-8")
    done = command_line.run("capture", "http://127.0.0.1:1/", "--into", str(blocked))
    _refused(done, ExitCode.FOLDER_BLOCKED, "--into")
    assert blocked.read_text(encoding="utf-8") == "min fil"


def test_an_address_that_is_none(command_line, tmp_path):
    _refused(command_line.run("capture", "inte-en-adress", "--into", str(tmp_path)), ExitCode.BAD_INPUT)


@pytest.mark.parametrize("url", ["inte-en-adress", "file:///etc/passwd", "javascript:alert(1)"])
def test_an_address_that_no_browser_should_be_sent_to(tmp_path, url):
    wish = permitting.Wish(channel=url, who=None, attended=False, workspace=tmp_path)
    with pytest.raises(BadInputError, match="är ingen webbadress"):
        permitting.permitted(None, wish, at=datetime(2026, 10, 14, tzinfo=UTC))


def test_nothing_to_validate_and_nothing_to_deliver(command_line, tmp_path):
    nothing = str(tmp_path / "finns-inte.zip")
    _refused(command_line.run("package", "validate", nothing), ExitCode.BAD_INPUT)
    _refused(command_line.run("deliver", nothing, "--to", str(tmp_path)), ExitCode.BAD_INPUT)


def test_what_is_no_package_is_neither_valid_nor_delivered(command_line, tmp_path):
    rubbish = tmp_path / "skräp.zip"
    rubbish.write_bytes(b"PK\x03\x04 inget paket")
    (tmp_path / "e-arkiv").mkdir()
    assert command_line.run("package", "validate", str(rubbish)).returncode == ExitCode.PACKAGE_INVALID
    _refused(command_line.run("deliver", str(rubbish), "--to", str(tmp_path / "e-arkiv")), ExitCode.PACKAGE_INVALID)
    assert list((tmp_path / "e-arkiv").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB: enough to begin on, too little to finish on."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=44m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_fills_is_said_and_leaves_no_half_package(command_line, small_disk):
    with serve(posts=24) as channel:
        done = command_line.run("capture", channel.url, "--into", str(small_disk))
    _refused(done, ExitCode.DISK_FULL)
    assert list((small_disk / "e-arkiv").iterdir()) == []
    assert list((small_disk / "paket").glob("*.zip")) == []


def test_a_fault_of_ours_ends_in_a_sentence_and_a_file():
    """No real fault is known, so one is put in: what `main` makes of it is what is tested."""
    code = "import flows.cli as cli\ndef app(): raise ZeroDivisionError('ett fel')\ncli.app = app\ncli.main()\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.PROGRAM_FAULT
    assert "Traceback" not in done.stderr
    report = done.stderr.split("Detaljerna ligger i ")[1].split(":")[0]
    with open(report, encoding="utf-8") as file:  # noqa: PTH123 - a path read from the message
        assert "ZeroDivisionError: ett fel" in file.read()
