"""The subtitles (WebVTT): for every frame when it was taken, what was done, and where."""

from collections.abc import Iterable

from capture.items import Cause
from capture.recording.journal import FrameLine
from capture.recording.plain_text import one_line
from capture.recording.timeline import Shown, Timeline
from capture.recording.title_card import STEPWISE, STEPWISE_ENGLISH, utc_time
from register.language import swedish_time

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
    Cause.RESUME: "Genomgången återupptogs efter ett uppehåll",
    Cause.END: "Vandringen avslutades",
}


def webvtt(timeline: Timeline) -> str:
    """Return the subtitle file. Text of the channel is one line each and escaped as WebVTT asks (4.1, cue text)."""
    head = f"WEBVTT\n\nNOTE\n{STEPWISE}. {STEPWISE_ENGLISH}.\n"
    card = _cue(0, timeline.card_ms, (f"{STEPWISE}.", f"{STEPWISE_ENGLISH}."))
    return "\n".join((head, card, *_cues(timeline.shown)))


def _cues(shown: Iterable[Shown]) -> Iterable[str]:
    for one in shown:
        when = f"{swedish_time(one.frame.at)} svensk tid ({utc_time(one.frame.at)} UTC)"
        url = one_line(one.frame.url, most_bytes=_URL_BYTES)
        yield _cue(one.start_ms, one.end_ms, (f"{when} · {event(one.frame)}", url))


def event(frame: FrameLine) -> str:
    """Return in Swedish what was done before `frame` was taken."""
    label = one_line(frame.label, most_bytes=_LABEL_BYTES)
    return _EVENTS[frame.cause].format(label=label, y=frame.scroll_y)


def _cue(start_ms: int, end_ms: int, lines: tuple[str, ...]) -> str:
    # A line that is empty would end the cue.
    text = "\n".join(_escaped(line) for line in lines if line)
    return f"{_clock(start_ms)} --> {_clock(end_ms)}\n{text}\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"
