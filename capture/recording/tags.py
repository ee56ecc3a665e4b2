"""ffmpeg's metadata files: the video's tags and chapters, written for it and read back from it.

The format: https://ffmpeg.org/ffmpeg-formats.html#Metadata-1. `=`, `;`, `#`, the backslash and the line break
are escaped with a backslash. All text reaches ffmpeg this way, none on its command line.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from capture.recording.timeline import Chapter


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A chapter as ffmpeg states it: where it begins (ms) and its title."""

    start_ms: int
    title: str


def written(tags: Mapping[str, str], chapters: Iterable[Chapter]) -> str:
    """Return the metadata file for `tags` and `chapters`."""
    lines = [";FFMETADATA1", *(f"{name}={_escaped(value)}" for name, value in tags.items())]
    for chapter in chapters:
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(chapter.start * 1000)}"]
        lines += [f"END={round(chapter.end * 1000)}", f"title={_escaped(chapter.title)}"]
    return "\n".join(lines) + "\n"


def chapters_in(metadata: str) -> tuple[Mark, ...]:
    """Return the chapters that a metadata file of ffmpeg's holds; the title is empty where it states none.

    Raises:
        KeyError, ValueError: it is not such a file.
    """
    marks = []
    for section in re.split(r"^\[CHAPTER\]\n", metadata, flags=re.MULTILINE)[1:]:
        fields = dict(re.findall(r"^([A-Za-z]+)=((?:[^\\\n]|\\.)*)$", section, flags=re.MULTILINE | re.DOTALL))
        start = int(fields["START"]) * Fraction(fields["TIMEBASE"])
        marks.append(Mark(start_ms=round(start * 1000), title=_unescaped(fields.get("title", ""))))
    return tuple(marks)


def _escaped(text: str) -> str:
    return re.sub(r"([=;#\\\n])", r"\\\1", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
