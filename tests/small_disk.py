"""A file system of its own and of little room, for the tests that fill it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk_of(size: str, place: Path) -> Iterator[Path]:
    """Mount a tmpfs of `size` ("34m") at `place`, and take it away after; skip where that is not allowed."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount the small disk that this test fills")
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not allow mounting a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
