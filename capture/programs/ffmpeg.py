"""ffmpeg: found, named by version, and run so that it can neither hang, hide its failure nor outlive us.

ffmpeg-python only *compiles* the command (`compiled`). It is run here, because its own runners deadlock on an unread
stderr, lose the error text, and know no timeout.

**Dying with the parent.** `finally` cannot run when we are killed with -9, so the kernel has to end ffmpeg:
`PR_SET_PDEATHSIG`. `setpriv --pdeathsig` sets it too, but is not on every machine and leaves a gap (a parent that dies
before the call is never noticed); `preexec_fn` runs Python between fork and exec, which can deadlock in a process with
threads. So a three-line Python, started with `-I -S` (about 20 ms), sets it, checks that the parent still lives, and
becomes ffmpeg. The signal follows the *thread* that started the process: the event loop's, which waits for ffmpeg.
Elsewhere than on Linux there is no such call, and only an orderly end stops ffmpeg.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from register.errors import DiskFullError, FfmpegMissingError, RecordingError
from register.language import Text

ENVIRONMENT_VARIABLE = "KANALARKIV_FFMPEG"

_PROBE_SECONDS = 20.0
_TAIL_LINES = 12
_FULL_BELOW_BYTES = 1 << 16  # with less than this left, ffmpeg may not even have been able to say why it failed

_DIE_WITH_PARENT = """\
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, int(sys.argv[2]))
os.getppid() == int(sys.argv[1]) and os.execv(sys.argv[3], sys.argv[3:])
sys.exit("the parent is gone")
"""

_WORK = Text(
    "koda H.264 (libx264) och skriva FFV1 som V_FFV1 i Matroska",
    "encode H.264 (libx264) and write FFV1 as V_FFV1 in Matroska",
)
_SAFE = Text("De tagna bilderna och journalen är orörda.", "The captured frames and the journal are untouched.")


def find() -> Path:
    """Return an ffmpeg that can do our work: libx264 at a variable frame rate, and FFV1 that Matroska calls V_FFV1.

    Looked for in `KANALARKIV_FFMPEG`, in the package imageio-ffmpeg, whose version is locked, and on PATH. One that the
    variable names is used or refused, never silently replaced. Debian 12's 5.1 writes V_MS/VFW/FOURCC and is refused.

    Raises:
        FfmpegMissingError: none was found, or the one that was named cannot do it.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        if not _can_work(Path(named)):
            raise _missing(
                Text(
                    f"{named}, som {ENVIRONMENT_VARIABLE} anger, är inte en ffmpeg som kan {_WORK.sv}.",
                    f"{named}, named by {ENVIRONMENT_VARIABLE}, is not an ffmpeg that can {_WORK.en}.",
                )
            )
        return Path(named).absolute()
    for found in (_bundled(), shutil.which("ffmpeg")):
        if found is not None and _can_work(Path(found)):
            return Path(found).absolute()
    raise _missing(Text(f"Ingen ffmpeg som kan {_WORK.sv} hittades.", f"No ffmpeg that can {_WORK.en} was found."))


def version(program: Path) -> str:
    """Return the version that `program` states, such as "5.1.9-0+deb12u1".

    Raises:
        FfmpegMissingError: it does not run, or does not say that it is ffmpeg.
    """
    said = _answer([str(program), "-version"])
    found = re.match(r"ffmpeg version (\S+)", said or "")
    if found is None:
        raise _missing(Text(f"{program} är inte ffmpeg.", f"{program} is not ffmpeg."))
    return found[1]


def compiled(outputs: Any, *, program: Path) -> list[str]:
    """Return the command line for the ffmpeg-python node `outputs`: list arguments, no stdin, overwriting."""
    quiet = outputs.global_args("-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning")
    command: list[str] = ffmpeg.compile(quiet, cmd=str(program), overwrite_output=True)
    return command


async def run(command: Sequence[str], *, log: Path, timeout: float, stdout: int = subprocess.DEVNULL) -> None:
    """Run a compiled `command` to its end; ffmpeg's stderr goes to the file `log`, its stdout to what `stdout` numbers.

    Whatever ends the wait (success, failure, `timeout` in seconds, cancellation), ffmpeg is not running afterwards.

    Raises:
        DiskFullError: ffmpeg failed because a disk is full.
        RecordingError: it failed otherwise, or took too long; the message carries the end of the log.
    """
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *_dying_with_parent(command),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is ours to handle: ffmpeg would close a file that looks finished
            env={**os.environ, "LC_ALL": "C"},  # "No space left on device" is recognised by its words
        )
    try:
        async with asyncio.timeout(timeout):
            code = await process.wait()
    except TimeoutError:
        raise _failed(
            Text(f"ffmpeg blev inte klart på {timeout:.0f} s.", f"ffmpeg was not done in {timeout:.0f} s."), log
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        if _disk_is_full(log):
            raise DiskFullError(
                happened=Text("Disken blev full när filmen kodades.", "The disk filled while the video was encoded."),
                safe=_SAFE,
                next_step=Text("Frigör plats och kör steget igen.", "Free some space and run the step again."),
            )
        raise _failed(Text(f"ffmpeg slutade med kod {code}.", f"ffmpeg ended with code {code}."), log)


def _can_work(program: Path) -> bool:
    """Let `program` encode one picture both our ways: older builds lack `-fps_mode`, others libx264, or the V_FFV1."""
    source = ["-f", "lavfi", "-i", "color=size=64x64", "-frames:v", "1", "-fps_mode", "vfr"]
    films = ["-c:v", "libx264", "-f", "null", "-", "-frames:v", "1", "-c:v", "ffv1", "-f", "matroska", "pipe:1"]
    said = _answer([str(program), "-v", "error", "-nostdin", *source, *films])
    return said is not None and "V_FFV1" in said


def _answer(command: list[str]) -> str | None:
    """Return what `command` writes, or None where it cannot be run or fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def _bundled() -> str | None:
    try:
        bundled: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:  # the package has no binary for this machine
        return None
    return shutil.which(bundled)


def _dying_with_parent(command: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), str(int(signal.SIGKILL)), *command]


def _disk_is_full(log: Path) -> bool:
    return "No space left on device" in _tail(log) or shutil.disk_usage(log.parent).free < _FULL_BELOW_BYTES


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
    return "\n".join("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines)


def _missing(happened: Text) -> FfmpegMissingError:
    return FfmpegMissingError(
        happened=happened,
        safe=Text("Inget har ändrats.", "Nothing has been changed."),
        next_step=Text(
            "Installera beroendena igen (imageio-ffmpeg hör till dem), eller ange en nyare ffmpeg i "
            f"{ENVIRONMENT_VARIABLE}.",
            "Install the dependencies again (imageio-ffmpeg is one of them), or name a newer ffmpeg in "
            f"{ENVIRONMENT_VARIABLE}.",
        ),
    )


def _failed(happened: Text, log: Path) -> RecordingError:
    tail = _tail(log) or "-"
    return RecordingError(
        happened=Text(f"{happened.sv} Slutet av dess logg: {tail}", f"{happened.en} The end of its log: {tail}"),
        safe=_SAFE,
        next_step=Text(f"Läs hela loggen i {log} och kör steget igen.", f"Read the log in {log} and run again."),
    )
