"""An interrupted run leaves no half package and no orphan, and the next one says what it found."""

import signal
import time
from pathlib import Path

import pytest

from sample_channel import serve
from sip.validate import validate

_SETTLED = 600


def _wait_for(folder: Path, pattern: str, process) -> None:
    """Wait until the run has made what `pattern` names."""
    deadline = time.monotonic() + _SETTLED
    while not list(folder.glob(pattern)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow  # half a minute each; of SIGKILL test_flows_capture asks the same
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_walk_that_is_broken_off_leaves_nothing_running(command_line_alone, tmp_path, signum):
    with serve(posts=8) as channel:
        process = command_line_alone.start("capture", channel.url, "--into", str(tmp_path))
        _wait_for(tmp_path, "arbete/*/recording/frames/000005.png", process)
        assert any("chrom" in name for name in command_line_alone.processes().values())
        process.send_signal(signum)
        out, err = process.communicate(timeout=_SETTLED)
        assert process.returncode == 130
        assert "Traceback" not in out + err
        assert command_line_alone.settle() == {}
    assert list((tmp_path / "e-arkiv").iterdir()) == []
    assert list((tmp_path / "paket").iterdir()) == []


@pytest.mark.slow  # two runs, more than a minute; a killed walk that goes on is in test_flows_capture
def test_a_run_killed_after_the_walk_goes_on_without_the_channel(command_line_alone, tmp_path):
    with serve(posts=4) as channel:
        url = channel.url
        process = command_line_alone.start("capture", url, "--into", str(tmp_path))
        _wait_for(tmp_path, "arbete/*/walk.json", process)
        _wait_for(tmp_path, "arbete/*/artefacts", process)
        process.kill()
        process.communicate(timeout=_SETTLED)
        assert command_line_alone.settle() == {}
        assert list((tmp_path / "e-arkiv").iterdir()) == []

    done = command_line_alone.run("capture", url, "--into", str(tmp_path))  # the channel is gone now
    assert done.returncode == 0, done.stderr
    assert "avbröts under steget inspelning, sidor och uppgifter" in done.stderr
    (package,) = (tmp_path / "e-arkiv").glob("*.zip")
    assert validate(package).valid
