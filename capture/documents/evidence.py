"""What was removed, exactly: its text with nothing that hides, its pictures in slices that fit a page."""

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from register.errors import BadInputError
from register.language import Text

_MOST_PIXELS = 60_000_000
"""Of one picture: a comment of 1,280 by 20,000 CSS pixels, taken at two device pixels each, is 51 million."""

_TALLEST = 1.25
"""Of a slice, as a part of its width: what fits on A4 with a heading above."""

_TOO_LARGE = Text("den är för stor att visas", "it is too large to be shown")
_SEARCHED = 0.3  # the part of a slice, from its foot, in which a row without letters is looked for

# Bidirectional and other controls that are not seen, private use, noncharacters, lone surrogates. The joiners that hold
# an emoji or a Persian word together stay, and so do line breaks.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000f0000-\U0010ffff]"
)


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of a picture as an address that holds it; `width` and `height` in its own pixels."""

    address: str
    width: int
    height: int


def written_out(text: str) -> tuple[str, int]:
    """Return `text` with every character that would not be seen written as its code, and how many those were."""
    return _HIDDEN.subn(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def slices_of(path: Path, expected: str) -> Iterator[Slice]:
    """Return a picture from its top to its foot, losslessly, cut where no letters are if that can be helped.

    Raises:
        BadInputError: it is not what was saved, by its SHA-256 `expected`; it is no PNG or JPEG, or it is too large.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise _unusable(path, Text("den går inte att läsa", "it cannot be read")) from fault
    if hashlib.sha256(content).hexdigest() != expected:
        raise _unusable(
            path, Text("den är inte vad som sparades (SHA-256)", "it is not what was saved (SHA-256)")
        )  # fmt: skip
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _unusable(path, _TOO_LARGE)
            yield from _sliced(_flat(picture))
    except Image.DecompressionBombError as fault:
        raise _unusable(path, _TOO_LARGE) from fault
    except (UnidentifiedImageError, OSError, SyntaxError) as fault:
        raise _unusable(path, Text("den är ingen hel PNG eller JPEG", "it is no whole PNG or JPEG")) from fault


def _flat(picture: Image.Image) -> Image.Image:
    """Return the picture on white, without transparency."""
    if picture.mode == "RGB":
        return picture.copy()
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def _sliced(picture: Image.Image) -> Iterator[Slice]:
    top, room = 0, max(1, int(picture.width * _TALLEST))
    while top < picture.height:
        bottom = picture.height if picture.height - top <= room else _between_lines(picture, top, top + room)
        part = picture.crop((0, top, picture.width, bottom))
        kept = io.BytesIO()
        part.save(kept, "PNG", compress_level=1)
        address = f"data:image/png;base64,{base64.b64encode(kept.getvalue()).decode('ascii')}"
        yield Slice(address=address, width=part.width, height=part.height)
        top = bottom


def _between_lines(picture: Image.Image, top: int, limit: int) -> int:
    """Return the lowest row above `limit` that is all of one colour, or `limit`."""
    for row in range(limit - 1, limit - int((limit - top) * _SEARCHED), -1):
        if len(picture.crop((0, row, picture.width, row + 1)).getcolors(maxcolors=1) or ()) == 1:
            return row
    return limit


def _unusable(path: Path, why: Text) -> BadInputError:
    return BadInputError(
        happened=Text(f"Bilden {path.name} går inte att använda: {why.sv}.", f"{path.name} is unusable: {why.en}."),
        safe=Text("Bilden och ärendet är orörda.", "The picture and the case are untouched."),
        next_step=Text("Spara bilden igen och gör om bladet.", "Save the picture again and make the sheet anew."),
    )
