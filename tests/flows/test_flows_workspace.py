"""A run's folder: one run at a time, and a note that survives whatever happened."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime

import pytest

from flows.workspace import Stage, opened
from register.errors import AnotherRunError, FolderBlockedError

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
URL = "https://exempel.invalid/"


def test_a_run_that_ended_is_not_found_again(tmp_path):
    with opened(tmp_path) as workspace:
        workspace.new_run(URL, run_id="a", now=NOON).entered(Stage.DONE, now=NOON)
        workspace.new_run(URL, run_id="b", now=NOON).entered(Stage.ABANDONED, now=NOON)
        assert workspace.interrupted(URL) == []


def test_an_interrupted_run_is_found_as_it_was_left(tmp_path):
    with opened(tmp_path) as workspace:
        left = workspace.new_run(URL, run_id="a", now=NOON).entered(Stage.PACKAGE, now=NOON)
    with opened(tmp_path) as workspace:
        assert workspace.interrupted(URL) == [left]
        assert workspace.interrupted("https://annan.invalid/") == []


def test_two_runs_never_share_a_workspace(tmp_path):
    with opened(tmp_path), pytest.raises(AnotherRunError), opened(tmp_path):
        pass


def _hold(root, ready):
    with opened(root):
        ready.set()
        signal.pause()


def test_a_killed_run_lets_go_of_the_workspace(tmp_path):
    ready = multiprocessing.get_context("spawn").Event()
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(AnotherRunError), opened(tmp_path):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(30)
    with opened(tmp_path) as workspace:
        assert workspace.root == tmp_path


@pytest.mark.parametrize("place", ["mapp", "mapp/arbete", "mapp/paket"])
def test_a_file_where_a_folder_should_be_is_said(tmp_path, place):
    blocked = tmp_path / place
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("en fil", encoding="utf-8")
    with pytest.raises(FolderBlockedError) as caught, opened(tmp_path / "mapp"):
        pass
    assert str(blocked) in caught.value.happened.sv
    assert blocked.read_text(encoding="utf-8") == "en fil"
