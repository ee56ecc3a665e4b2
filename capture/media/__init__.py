"""The media: what posts and comments show, kept as the files that they are (not filmed), each tied to its item.

    media.jsonl    one line a file at an address, one a finished post with all that it shows
    files/         the files, each under its own digest

Read `witness.py` first.
"""

from capture.media.described import Described, described
from capture.media.fetch import Limits
from capture.media.kept import MediaKept, Missing, Told, artefacts, kept, losses, remarks
from capture.media.nouns import MediaFile, Medium, Reason, Shown, Way
from capture.media.witness import Media

__all__ = [
    "Described",
    "Limits",
    "Media",
    "MediaFile",
    "MediaKept",
    "Medium",
    "Missing",
    "Reason",
    "Shown",
    "Told",
    "Way",
    "artefacts",
    "described",
    "kept",
    "losses",
    "remarks",
]
