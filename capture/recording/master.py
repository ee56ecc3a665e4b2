"""The working master: the captured pictures as one lossless film, FFV1 in Matroska.

It is made after the walk, from pictures and journal, which stay the source until it is proved: an ffmpeg that dies
loses no frame. Whoever sees the file under its name sees a whole one.
"""

from pathlib import Path

from capture.programs.ffmpeg import run
from capture.recording.films import master_command
from capture.recording.made import MadeList, fingerprint
from capture.recording.reel import Reel
from capture.recording.whole import aside, whole

NAME = "master.mkv"


async def make_master(reel: Reel, made: MadeList, *, program: Path, timeout: float) -> Path:
    """Make the master of `reel` in its folder, unless `made` holds it already, and return it.

    `timeout` is how long ffmpeg may take, in seconds.

    Raises:
        RecordingError: ffmpeg could not make it.
        DiskFullError: the disk filled; nothing is left of it.
        OSError: the folder cannot be written.
    """
    master = reel.folder / NAME
    command = master_command(reel, aside(master), program=program)
    of = fingerprint({"reel": reel.of, "encoder": reel.encoder, "command": generic(command, reel.folder)})
    if made.holds(NAME, of=of, file=master):
        return master
    with whole(master):
        await run(command, log=reel.folder / "master.log", timeout=timeout)
    made.note(NAME, of=of, file=master)
    return master


def generic(command: list[str], *folders: Path) -> list[str]:
    """Return `command` without where it is run and where it writes, which change nothing about what it makes."""
    return [word for word in command[1:] if not any(str(folder) in word for folder in folders)]
