"""The reel: all that ffmpeg reads beside the pictures, written down before it starts.

The title card, the list of pictures with their durations, tags and chapters, and the subtitles. None of it depends on
anything but the journal, the card and the profile, so each film of a recording can be made again to the same bytes.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from capture.recording import tags
from capture.recording.journal import Contents, FrameLine
from capture.recording.made import fingerprint, sha256_of
from capture.recording.pixels import size_of_all
from capture.recording.plain_text import one_line
from capture.recording.profile import FilmProfile
from capture.recording.subtitles import subrip, webvtt
from capture.recording.timeline import TICK_MS, Timeline, lay_out
from capture.recording.title_card import STEPWISE, STEPWISE_ENGLISH, TitleCard, draw, explanation, utc_time

CARD_FILE = "title-card.png"

_LONGEST_SCROLL = 492  # x264 looks at most 512 away at a sensible cost
_TAG_BYTES = 4000


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture of the film: its file, relative to the recording's folder, and when it is on the screen (ms)."""

    file: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, kw_only=True)
class Reel:
    """What is ready to be made into films.

    `size` is what holds every picture, in pixels. `reach` is how far, in pixels, a motion is looked for. `stamp` is
    when the recording began, as ffmpeg takes it. `of` stands for all that is in the reel, the pictures included.
    """

    folder: Path
    timeline: Timeline
    size: tuple[int, int]
    reach: int
    stamp: str
    encoder: str
    of: str

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the film, in turn."""
        return pictures_of(self.timeline)

    @property
    def listing(self) -> Path:
        """The list of pictures."""
        return self.folder / "frames.ffconcat"

    @property
    def tags(self) -> Path:
        """Tags and chapters."""
        return self.folder / "tags.ffmeta"

    @property
    def webvtt(self) -> Path:
        """The subtitles for MP4, and for the file beside the film."""
        return self.folder / "subtitles.vtt"

    @property
    def subrip(self) -> Path:
        """The subtitles for Matroska."""
        return self.folder / "subtitles.srt"


def pictures_of(timeline: Timeline) -> tuple[Picture, ...]:
    """Return the title card, the stills, and the last still's last tick alone.

    A video frame lasts until the next one; so the last picture is written twice, the second time for one tick, and
    the film is exactly as long as the timeline in every player.
    """
    *stills, last = (Picture(file=one.file, start_ms=one.start_ms, end_ms=one.end_ms) for one in timeline.stills)
    card = Picture(file=CARD_FILE, start_ms=0, end_ms=timeline.card_ms)
    turn = timeline.duration_ms - TICK_MS
    return (card, *stills, replace(last, end_ms=turn), replace(last, start_ms=turn, end_ms=timeline.duration_ms))


def prepare(folder: Path, contents: Contents, card: TitleCard, *, profile: FilmProfile, encoder: str) -> Reel:
    """Write the reel of the recording in `folder`; `encoder` joins the tools that card and tags name.

    Raises:
        RecordingError: a picture is gone, or a post has none.
        OSError: the disk does not take it.
    """
    folder = folder.resolve()
    timeline = lay_out(contents, px_per_second=profile.px_per_second)
    reel = Reel(
        folder=folder,
        timeline=timeline,
        size=size_of_all(folder, contents.frames),
        reach=_reach(contents.frames),
        stamp=f"{utc_time(card.recorded).replace(' ', 'T')}Z",
        encoder=encoder,
        of="",
    )
    card = replace(card, tools=(*card.tools, encoder))
    draw(card, px_per_second=profile.px_per_second, size=reel.size, into=folder / CARD_FILE)
    texts = {
        reel.listing: _list_of(reel.pictures),
        reel.tags: tags.written(_tags(card, profile), timeline.chapters),
        reel.webvtt: webvtt(timeline),
        reel.subrip: subrip(timeline),
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    seals = [frame.sha256 for frame in contents.frames]
    return replace(
        reel, of=fingerprint({"card": sha256_of(folder / CARD_FILE), "pictures": seals, "texts": list(texts.values())})
    )


def _list_of(pictures: tuple[Picture, ...]) -> str:
    lines = [f"file {one.file}\nduration {(one.end_ms - one.start_ms) / 1000:.3f}\n" for one in pictures]
    return "ffconcat version 1.0\n" + "".join(lines)


def _tags(card: TitleCard, profile: FilmProfile) -> dict[str, str]:
    when = f"{utc_time(card.recorded)} UTC"
    source = f"{card.url} · {when} · {card.operator} · {', '.join(card.tools)}"
    texts = {
        "title": f"{card.channel_name} – stegvis skärminspelning {when}",
        "artist": card.operator,
        "date": utc_time(card.recorded)[:10],
        "comment": f"{STEPWISE}. {explanation(profile.px_per_second)} {STEPWISE_ENGLISH}. {source}",
    }
    return {name: one_line(text, most_bytes=_TAG_BYTES) for name, text in texts.items()}


def _reach(frames: tuple[FrameLine, ...]) -> int:
    """Return the longest scroll that leaves most of the screen in view, and some more (pixels)."""
    moves = (abs(after.scroll_y - before.scroll_y) for before, after in pairwise(frames))
    return round(max((move for move in moves if move <= _LONGEST_SCROLL), default=0)) + 20
