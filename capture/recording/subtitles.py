"""The subtitles: for every frame when it was taken, what was done, and where.

WebVTT beside the video and, as `mov_text`, inside MP4; SubRip inside Matroska, whose WebVTT few players read.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from capture.items import Cause
from capture.recording.journal import FrameLine
from capture.recording.plain_text import one_line
from capture.recording.timeline import Shown, Timeline
from capture.recording.title_card import STEPWISE, STEPWISE_ENGLISH, utc_time
from register.language import swedish_time

_WORD_JOINER = "\u2060"
_LABEL_BYTES = 160
_URL_BYTES = 500
_EVENTS = {
    Cause.ARRIVAL: "Sidan öppnades",
    Cause.SCROLL: "Rullade till {y:.0f} px",
    Cause.DISMISS: "Stängde ”{label}”",
    Cause.ORDER: "Bytte ordning: ”{label}”",
    Cause.EXPAND: "Öppnade ”{label}”",
    Cause.TEXT: "Vecklade ut text: ”{label}”",
    Cause.VISIT: "Inläggets egen sida öppnades",
    Cause.LEAVE: "Stängde inläggets ruta",
    Cause.FILMED: "Filmat i realtid, utan ljud",
    Cause.RESUME: "Genomgången återupptogs efter ett uppehåll",
    Cause.END: "Vandringen avslutades",
}


def webvtt(timeline: Timeline) -> str:
    """Return the subtitle file. Text of the channel is one line each and escaped as WebVTT asks (4.1, cue text)."""
    head = f"WEBVTT\n\nNOTE\n{STEPWISE}. {STEPWISE_ENGLISH}.\n"
    cues = (f"{_span(start, end, '.')}\n{_escaped(text)}\n" for start, end, text in _cues(timeline))
    return "\n".join((head, *cues))


def subrip(timeline: Timeline) -> str:
    """Return the same as SubRip. It knows no escaping: a word joiner keeps text of the channel from being markup."""
    cues = (
        f"{number}\n{_span(start, end, ',')}\n{_inert(text)}\n"
        for number, (start, end, text) in enumerate(_cues(timeline), 1)
    )
    return "\n".join(cues)


def _cues(timeline: Timeline) -> Iterable[tuple[int, int, str]]:
    """Yield when each cue stands (ms), and its text: one a frame, and of what was filmed one a second."""
    yield 0, timeline.card_ms, f"{STEPWISE}.\n{STEPWISE_ENGLISH}."
    for text, alike in groupby(timeline.shown, _text):
        together = list(alike)
        if together[0].frame.cause is Cause.FILMED:
            together = [replace(together[0], end_ms=together[-1].end_ms)]
        for one in together:
            yield one.start_ms, one.end_ms, text


def _text(one: Shown) -> str:
    when = f"{swedish_time(one.frame.at)} svensk tid ({utc_time(one.frame.at)} UTC)"
    lines = (f"{when} · {event(one.frame)}", one_line(one.frame.url, most_bytes=_URL_BYTES))
    return "\n".join(line for line in lines if line)  # a line that is empty would end the cue


def event(frame: FrameLine) -> str:
    """Return in Swedish what was done before `frame` was taken."""
    label = one_line(frame.label, most_bytes=_LABEL_BYTES)
    return _EVENTS[frame.cause].format(label=label, y=frame.scroll_y)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inert(text: str) -> str:
    return re.sub(r"(<|\{|--(?=>))", rf"\1{_WORD_JOINER}", text)


def _span(start_ms: int, end_ms: int, point: str) -> str:
    return f"{_clock(start_ms, point)} --> {_clock(end_ms, point)}"


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"
