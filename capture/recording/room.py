"""Room on the disk, asked for before each frame: what is recorded must still become a film there.

A run that fills the disk to the last byte has pictures, and no room to make anything of them, to end the walk's
journal, or to state what is missing. So it ends while there is still as much left as that takes:

    32 MiB  +  2 x the bytes of the pictures kept so far  +  64 KiB for each of them

Measured, FFV1 and H.264 together take 0.8 of a picture of a feed, 2 of one that is all small text, 2.4 of a white
one (17 kB) and 1.5 of noise; the 64 KiB are for the small ones, whose slices cost more than what is in them.
"""

import shutil
from pathlib import Path

from capture.recording.journal import PICTURES
from register.errors import DiskFullError
from register.language import Text

_ALWAYS = 32 << 20
_A_PICTURE = 64 << 10
_TIMES_THE_PICTURES = 2


class Room:
    """Keeps count of what is in the recording's `folder`, which exists, and may hold pictures already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        sizes = [picture.stat().st_size for picture in (folder / PICTURES).iterdir()]
        self._pictures, self._bytes = len(sizes), sum(sizes)

    @property
    def reserve(self) -> int:
        """How many bytes must stay free."""
        return _ALWAYS + _TIMES_THE_PICTURES * self._bytes + _A_PICTURE * self._pictures

    def took(self, size: int) -> None:
        """Count one more picture of `size` bytes."""
        self._pictures += 1
        self._bytes += size

    def demand(self) -> None:
        """Let the next frame be taken only if the reserve is there.

        Raises:
            DiskFullError: it is not.
        """
        free = shutil.disk_usage(self._folder).free
        if free < self.reserve:
            raise DiskFullError(
                happened=Text(
                    f"Disken är snart full: {_mb(free)} MB är kvar i {self._folder}, och {_mb(self.reserve)} MB behövs "
                    "för att göra film av det som redan är inspelat.",
                    f"The disk is nearly full: {_mb(free)} MB are left in {self._folder}, and {_mb(self.reserve)} MB "
                    "are needed to make a film of what is recorded already.",
                ),
                safe=Text(
                    "Alla bilder hittills är sparade och kan bli film.",
                    "All frames so far are stored and can become a film.",
                ),
                next_step=Text("Frigör plats och kör igen.", "Free some space and run again."),
            )


def _mb(size: int) -> int:
    return size // 1_000_000
