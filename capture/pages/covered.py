"""Which words something lies over, told by two pictures: one with them, and one without their colour.

A word whose place looks the same in both is not seen, whatever hides it.
"""

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import ceil, floor

from PIL import Image, ImageChops

from capture.pages.spool import Box, Word

_DIFFERENT = 8  # of 255, over three colours
_LEAST_WIDTH = 0.5  # of a word: as much as of one that is cut off at an edge
_LEAST_INKED = 0.2  # of its columns of pixels: less is what shines through the joints of what lies over it
_LEAST_HEIGHT = 0.25  # of the line of a word with letters, which fill half of it where none rises
_MOST_ROUNDS = 4
_ROW = 64  # CSS pixels


class _Round:
    """Words of which none lies over another."""

    def __init__(self) -> None:
        self.words: dict[int, Word] = {}
        self._rows: defaultdict[int, list[Box]] = defaultdict(list)

    def admits(self, number: int, word: Word) -> bool:
        rows = [self._rows[row] for row in range(int(word.y // _ROW), int(word.box.bottom // _ROW) + 1)]
        if any(common(word.box, other) for row in rows for other in row):
            return False
        self.words[number] = word
        for row in rows:
            row.append(word.box)
        return True


def rounds(words: Mapping[int, Word]) -> tuple[list[dict[int, Word]], set[int]]:
    """Return the words, by number, in groups in which none lies over another, and those that lie too many deep.

    Each group is asked about by itself: else the letters of one would be taken for those of the other.
    """
    groups = [_Round() for _ in range(_MOST_ROUNDS)]
    deep = {number for number, word in words.items() if not any(group.admits(number, word) for group in groups)}
    return [group.words for group in groups if group.words], deep


def around(words: Mapping[int, Word], within: Box) -> Box:
    """Return the least rectangle of whole pixels around the words, as far as it lies in `within`."""
    left, top = floor(min(word.x for word in words.values())), floor(min(word.y for word in words.values()))
    right = ceil(max(word.box.right for word in words.values()))
    bottom = ceil(max(word.box.bottom for word in words.values()))
    return common(Box(left, top, right - left, bottom - top), within) or within


def unseen(words: Mapping[int, Word], before: Image.Image, after: Image.Image, place: Box) -> Iterator[int]:
    """Return the numbers of the words that look the same in two pictures of `place`: with and without their colour."""
    scale = before.width / place.width
    difference = ImageChops.difference(before, after).convert("L", (1, 1, 1, 0))
    changed = difference.point([255 * (value > _DIFFERENT) for value in range(256)])
    for number, word in words.items():
        left, top = floor((word.x - place.x) * scale), floor((word.y - place.y) * scale)
        right, bottom = ceil((word.box.right - place.x) * scale), ceil((word.box.bottom - place.y) * scale)
        part = changed.crop((max(0, left), max(0, top), min(before.width, right), min(before.height, bottom)))
        columns, rows = ([at for at, is_inked in enumerate(line) if is_inked] for line in part.getprojection())
        if not columns or not _is_legible(word, columns, rows, part.size):
            yield number


def _is_legible(word: Word, columns: list[int], rows: list[int], size: tuple[int, int]) -> bool:
    width, height = size
    if columns[-1] - columns[0] < _LEAST_WIDTH * width - 1 or len(columns) < _LEAST_INKED * width:
        return False
    lettered = any(character.isalnum() for character in word.text)
    return not lettered or rows[-1] - rows[0] >= _LEAST_HEIGHT * height - 1


def opened(png: bytes) -> Image.Image:
    """Return a picture as its pixels."""
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB")


def common(one: Box, other: Box) -> Box | None:
    """Return what two rectangles share, if anything."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    width, height = min(one.right, other.right) - left, min(one.bottom, other.bottom) - top
    return Box(left, top, width, height) if width > 0 and height > 0 else None
