"""Pictures of characters that our own face has no glyph for: emoji, and scripts that must be shaped.

What a text is drawn with otherwise is one face that every archive's copy carries inside (see `textlayer`). For the
rest, the fonts of this computer draw a picture, on white, as Chromium would with the same fonts.
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import regex
from PIL import Image, ImageDraw, ImageFont, features

from capture.pages.spool import Box, Word
from capture.pages.textlayer import is_right_to_left

_SHARP = 3  # pixels a CSS pixel
_BITMAP = 109  # the one size, in pixels, that Noto Color Emoji is made in
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}[\ufe0f\u20e3\u200d\U0001f3fb-\U0001f3ff]")

_ARMENIAN = "\u0530"  # what comes before it (Latin, Greek, Cyrillic) our own face has


class Glyphs(NamedTuple):
    """A run of text as a picture; `advance` is its width, `ascent` and `descent` its reach, in thousandths of an em."""

    image: Image.Image
    advance: int
    ascent: int
    descent: int

    @property
    def height(self) -> int:
        """Its reach in all."""
        return self.ascent + self.descent


class Run(NamedTuple):
    """A stretch of a text that is drawn one way: in our own face, or as `glyphs`."""

    text: list[str]
    glyphs: Glyphs | None

    def words(self, box: Box) -> Iterator[Word]:
        """Return its words and spaces as they are read, each with about its part of `box`."""
        step, right = box.width / len(self.text), box.right
        leftwards = is_right_to_left("".join(self.text))
        done = 0
        for _, same in groupby(self.text, key=lambda cluster: cluster == " "):
            word = list(same)
            x = right - (done + len(word)) * step if leftwards else box.x + done * step
            yield Word("".join(word), x, box.y, len(word) * step, box.height, None, spaced=False)
            done += len(word)


def runs(text: Sequence[str], has_glyph: Callable[[str], bool], size: float, *, bold: bool) -> Iterator[Run]:
    """Return the grapheme clusters of a line in stretches; what no font here can draw stays in our own face."""
    if all(len(cluster) == 1 and cluster < _ARMENIAN for cluster in text):
        yield Run(list(text), None)
        return
    for foreign, same in groupby(_stretches(text, has_glyph), key=lambda stretch: stretch[0]):
        for words in [list(same)] if foreign is None else [[one] for one in same]:
            clusters = [cluster for _, part in words for cluster in part]
            yield Run(clusters, drawn("".join(clusters), size, bold=bold) if foreign else None)


def _stretches(text: Sequence[str], has_glyph: Callable[[str], bool]) -> Iterator[tuple[str | None, list[str]]]:
    """Return what stands together, and what it is: None for our own face.

    An emoji is alone. Words that are read from the right stay with the spaces between them, for their order is turned.
    """
    held: list[str] = []
    kind: str | None = None
    for index, cluster in enumerate(text):
        now = _kind(cluster, has_glyph)
        rest = next((after for after in text[index:] if after != " "), "")
        if cluster == " " and kind == "right" and _kind(rest, has_glyph) == "right":
            now = "right"
        if held and (now != kind or now == "emoji"):
            yield kind, held
            held = []
        held, kind = [*held, cluster], now
    if held:
        yield kind, held


def _kind(cluster: str, has_glyph: Callable[[str], bool]) -> str | None:
    if _EMOJI.match(cluster):
        return "emoji"
    if is_right_to_left(cluster):
        return "right"
    return None if cluster == "" or has_glyph(cluster) else "left"


@cache
def drawn(text: str, size: float, *, bold: bool) -> Glyphs | None:
    """Return `text` as a picture for a text of `size` CSS pixels, or None where no font here has its characters."""
    emoji = _EMOJI.match(text) is not None
    found = _font_for(text, emoji=emoji, bold=bold)
    if found is None:
        return None
    path, index = found
    pixels = _BITMAP if emoji else round(size * _SHARP)
    shaping = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    try:
        font = ImageFont.truetype(path, pixels, index=index, layout_engine=shaping)
    except OSError:  # a font of bitmaps in other sizes
        return None
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    width = max(1, round(max(font.getlength(text), right)))
    ascent, descent = max(1, round(-top)), max(0, round(bottom))
    image = Image.new("RGB", (width - min(0, round(left)), ascent + descent), "white")
    ImageDraw.Draw(image).text((-min(0, left), ascent), text, "black", font, "ls", embedded_color=True)
    if all(low == high for low, high in image.getextrema()):  # type: ignore[misc]  # RGB has three bands
        return None
    per_em = 1000 / pixels
    return Glyphs(image, round(image.width * per_em), round(ascent * per_em), round(descent * per_em))


@cache
def _font_for(text: str, *, emoji: bool, bold: bool) -> tuple[str, int] | None:
    """Return the file and the index of the font that fontconfig would take, if it has all of the characters."""
    wanted = " ".join(
        f"{ord(character):x}" for character in dict.fromkeys(text) if character not in "\u200d\ufe0f\u20e3 "
    )
    family = "Noto Color Emoji" if emoji else "sans-serif:bold" if bold else "sans-serif"
    query = ["fc-match", "-f", "%{file}|%{index}|%{charset}", f"{family}:charset={wanted}"]
    try:
        answer = subprocess.run(query, check=True, capture_output=True, text=True, timeout=20).stdout
    except (FileNotFoundError, subprocess.SubprocessError):  # a system without fontconfig: the squares remain
        return None
    file, index, has = answer.split("|")
    ranges = [[int(end, 16) for end in part.split("-")] for part in has.split()]
    if all(any(r[0] <= int(code, 16) <= r[-1] for r in ranges) for code in wanted.split()):
        return file, int(index) & 0xFFFF
    return None
