"""`kanalarkiv doctor`: of each part that the work needs: found, version, where, or what to do."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path

from capture.pages import gate_version
from capture.programs import chromium, ffmpeg, verapdf
from register.errors import KanalarkivError, MissingProgramError
from register.language import Text
from sip import commons_ip

_ROOM_NEEDED = 2 * 1024**3  # a channel of 200 posts needs about half of this while it is worked on


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known of one part. `remedy` is None exactly when the part is fit for use."""

    part: Text
    version: str
    place: str
    remedy: Text | None
