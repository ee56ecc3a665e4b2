"""ffmpeg is found or its absence said; it fails aloud, stops when told, and does not outlive us."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ffmpeg as ffmpeg_python
import imageio_ffmpeg
import pytest

from capture.programs import ffmpeg
from register.errors import ExitCode, FfmpegMissingError, RecordingError
from register.language import Language

ENDLESS = ("-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "color=size=64x64", "-f", "null", "-")


def fake(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def child_of(pid: int) -> int | None:
    """The ffmpeg that `pid` started, once it has become ffmpeg."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in map(int, found):
        if Path(f"/proc/{child}/comm").read_text().strip().startswith("ffmpeg"):
            return child
    return None


def wait_until(what: str, holds: Callable[[], bool], *, seconds: float = 300, step: float = 0.02) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(step)


def test_the_ffmpeg_on_this_machine_is_found_and_says_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ffmpeg.ENVIRONMENT_VARIABLE, raising=False)
    found = ffmpeg.find()
    assert found.is_absolute()
    assert ffmpeg.version(found)[0].isascii()
    assert len(ffmpeg.version(found)) >= 3


def test_the_bundled_ffmpeg_goes_before_the_one_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundled = Path(imageio_ffmpeg.get_ffmpeg_exe())
    (tmp_path / "ffmpeg").symlink_to(bundled)
    monkeypatch.delenv(ffmpeg.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg.find() == bundled
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(fake(tmp_path / "other", "echo Unknown encoder libx264 >&2; exit 1")))
    assert ffmpeg.find() == tmp_path / "ffmpeg"


def test_an_ffmpeg_that_gives_ffv1_another_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Debian 12's does: it writes V_MS/VFW/FOURCC."""
    debian = Path("/usr/bin/ffmpeg")
    if not debian.exists() or not ffmpeg.version(debian).startswith("5.1"):
        pytest.skip("Debian 12's ffmpeg is not on this machine")
    monkeypatch.setenv(ffmpeg.ENVIRONMENT_VARIABLE, str(debian))
    with pytest.raises(FfmpegMissingError, match="V_FFV1"):
        ffmpeg.find()


def test_a_named_ffmpeg_that_cannot_encode_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for named in (tmp_path / "absent", fake(tmp_path / "ffmpeg", "exit 1")):
        monkeypatch.setenv(ffmpeg.ENVIRONMENT_VARIABLE, str(named))
        with pytest.raises(FfmpegMissingError) as refused:
            ffmpeg.find()
        assert str(named) in refused.value.happened.sv
        assert "imageio-ffmpeg" in refused.value.spoken(Language.SWEDISH)
        assert refused.value.exit_code is ExitCode.FFMPEG_MISSING


def test_no_ffmpeg_anywhere_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(ffmpeg.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "absent"))
    with pytest.raises(FfmpegMissingError):
        ffmpeg.find()


def test_something_else_is_not_taken_for_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(FfmpegMissingError):
        ffmpeg.version(fake(tmp_path / "ffmpeg", "echo hello"))


def test_a_failure_of_ffmpeg_carries_the_end_of_its_log(tmp_path: Path) -> None:
    output = ffmpeg_python.output(ffmpeg_python.input(str(tmp_path / "no-such.png")), str(tmp_path / "o.mp4"))
    command = ffmpeg.compiled(output, program=ffmpeg.find())
    with pytest.raises(RecordingError, match="No such file or directory") as failed:
        asyncio.run(ffmpeg.run(command, log=tmp_path / "log", timeout=20))
    assert "no-such.png" in str(failed.value)  # every version of ffmpeg words the rest in its own way


def test_escape_sequences_in_the_log_do_not_reach_the_terminal(tmp_path: Path) -> None:
    program = fake(tmp_path / "ffmpeg", "printf 'bad \\033[2J news\\n' >&2; exit 3")
    with pytest.raises(RecordingError, match="slutade med kod 3") as failed:
        asyncio.run(ffmpeg.run([str(program)], log=tmp_path / "log", timeout=20))
    assert "\x1b" not in str(failed.value)
    assert "news" in str(failed.value)


def test_ffmpeg_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="inte klart"):
        asyncio.run(ffmpeg.run([str(ffmpeg.find()), *ENDLESS], log=tmp_path / "log", timeout=0.5))
    assert child_of(os.getpid()) is None


def test_cancelling_ends_ffmpeg(tmp_path: Path) -> None:
    async def cancelled() -> int:
        task = asyncio.create_task(
            ffmpeg.run([str(ffmpeg.find()), *ENDLESS], log=tmp_path / "log", timeout=60), name="ffmpeg"
        )
        while (child := child_of(os.getpid())) is None:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return child

    assert not is_running(asyncio.run(cancelled()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_ffmpeg_dies_when_its_parent_is_killed_with_9(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from capture.programs import ffmpeg\n"
        "asyncio.run(ffmpeg.run(sys.argv[2:], log=Path(sys.argv[1]), timeout=600))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "log"), str(ffmpeg.find()), *ENDLESS]
    with subprocess.Popen(command) as parent:
        try:
            wait_until("ffmpeg never started", lambda: child_of(parent.pid) is not None)
            child = child_of(parent.pid)
            assert child is not None
            assert is_running(child)
        finally:
            parent.send_signal(signal.SIGKILL)
    wait_until("ffmpeg outlived its parent", lambda: not is_running(child))
