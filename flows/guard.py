"""Nothing of a run outlives it, not even when it is killed with -9 and no `finally` can act.

Prefect's embedded server, for one, would go on for ever. A small process of its own watches a pipe that only ends when
this process does; then it ends every process that carries this run's mark in its environment, which children inherit
from their parents. It reads /proc, so it guards on Linux only; elsewhere only an orderly end clears up.
"""

import os
import subprocess
import sys
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
