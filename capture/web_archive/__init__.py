"""The web archive (webbarkivet): what the browser was given during a visit, as WACZ, and proof that it replays.

recorder.py    records in the same visit         tap.py, wire.py, records.py, redaction.py
wacz.py        packs                             indexing.py, matching.py
check.py       checks the file                   shelf.py
replay.py      shows it with the origin gone     answering.py, alike.py, view.py
"""

from capture.web_archive.check import Contents, checked
from capture.web_archive.faults import WebArchiveDamagedError, WebArchiveEmptyError, WebArchiveNotReplayableError
from capture.web_archive.nouns import Limits
from capture.web_archive.permalinks import Permalinks
from capture.web_archive.recorder import Recorder
from capture.web_archive.replay import Replay, replayed, required
from capture.web_archive.wacz import Wacz, packed

__all__ = [
    "Contents",
    "Limits",
    "Permalinks",
    "Recorder",
    "Replay",
    "Wacz",
    "WebArchiveDamagedError",
    "WebArchiveEmptyError",
    "WebArchiveNotReplayableError",
    "checked",
    "packed",
    "replayed",
    "required",
]
