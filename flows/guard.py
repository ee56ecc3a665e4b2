"""Nothing of a run outlives it, not even when it is killed with -9 and no `finally` can act.

Prefect's embedded server, for one, would go on for ever. A small process of its own watches a pipe that only ends when
this process does; then it ends every process that carries this run's mark in its environment, which children inherit
from their parents. It reads /proc, so it guards on Linux only; elsewhere only an orderly end clears up.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

_VARIABLE = "KANALARKIV_RUN"
_WATCH = """\
import os, signal, sys
sys.stdin.buffer.read()
mark = sys.argv[1].encode()
for _ in range(100):
    found = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and mark in open(f"/proc/{name}/environ", "rb").read():
                os.kill(int(name), signal.SIGKILL)
                found += 1
        except OSError:
            pass
    if not found:
        break
"""


def post() -> None:
    """Post the guard; call once, before anything is started that has to end with this process."""
    if not sys.platform.startswith("linux"):
        return
    mark = uuid4().hex
    watching, _held = os.pipe()  # the other end is held open for as long as this process lives
    subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, f"{_VARIABLE}={mark}"],
        stdin=watching,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is meant for us, not for the guard
    )
    os.close(watching)
    os.environ[_VARIABLE] = mark


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does: where it next waits.

    Prefect's own answer raises its exception wherever the program happens to be. If that is inside a task of
    Playwright's, it is Playwright that breaks, and the person is told that the browser was lost.

    Raises:
        TerminationSignal: the signal came.
    """
    from prefect.exceptions import TerminationSignal  # noqa: PLC0415 - Prefect is told where to live first

    task = asyncio.current_task()
    if task is None or sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, before, came = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM), False

    def end() -> None:
        nonlocal came
        came = True
        task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield
    except asyncio.CancelledError:
        if not came:
            raise
        task.uncancel()  # what is to be told and tidied up on the way out may wait again
        raise TerminationSignal(signal.SIGTERM) from None
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)
