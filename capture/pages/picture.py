"""The picture of one piece of a page: photographs as JPEG if that is wanted, everything else to the exact pixel.

Flat surfaces and text compress better with zlib alone than as optimised PNG, and photographs hardly lose anything at
quality 90 with full colour resolution. The photographs are cut out of the same screenshot, so nothing is fetched anew.
"""

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

from PIL import Image

from capture.pages.layout import Piece, leaves
from capture.pages.profile import Pictures
from capture.pages.spool import Band, Block, Box, Shot, Word
from register.errors import BadInputError
from register.language import Text

_SMALLEST_PHOTO = 100  # CSS pixels on each side
_QUALITY = 90
_UNSEEN = 8
"""How much the darkest and the lightest of a word's pixels may differ, of 255, and nobody see it."""
_SOLID = re.compile("[\u2580-\u259f]")  # characters that fill their box


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """An image file as the PDF will hold it. `filter` is its PDF name, `box` its place in the shot.

    `predicted`: its rows are told by how they differ, as in PNG.
    """

    box: Box
    width: int
    height: int
    filter: str
    predicted: bool
    path: Path


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A piece's images: the whole with white where the photographs go, and these by their place in `photographs`.

    `blank` are the words that the page holds there and nobody can see, by their place among the shot's words.
    """

    flat: Encoded
    photos: dict[int, Encoded]
    blank: frozenset[int]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(image.path.stat().st_size for image in (self.flat, *self.photos.values()))


class Bands:
    """The pictures of one shot, decoded one at a time."""

    def __init__(self, folder: Path, shot: Shot) -> None:
        self._folder = folder
        self._shot = shot
        self._open: tuple[str, Image.Image] | None = None

    def cut(self, top: int, bottom: int) -> Image.Image:
        """Return the pixels between two heights, both in CSS pixels."""
        scale = self._shot.scale
        size = (round(self._shot.width * scale), round((bottom - top) * scale))
        bands = [band for band in self._shot.bands if band.top < bottom and band.top + band.height > top]
        if len(bands) == 1:
            decoded, offset = self._decoded(bands[0]), round((top - bands[0].top) * scale)
            if decoded.width == size[0] and offset >= 0 and offset + size[1] <= decoded.height:
                return decoded.crop((0, offset, size[0], offset + size[1]))
        whole = Image.new("RGB", size, "white")
        for band in bands:
            whole.paste(self._decoded(band), (round(band.left * scale), round((band.top - top) * scale)))
        return whole

    def _decoded(self, band: Band) -> Image.Image:
        if self._open is None or self._open[0] != band.name:
            self._open = None  # two decoded at once would be twice the memory
            content = (self._folder / band.name).read_bytes()
            if hashlib.sha256(content).hexdigest() != band.sha256:
                raise _changed(band.name)
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                self._open = (band.name, image if image.mode == "RGB" else image.convert("RGB"))
        return self._open[1]


def photographs(tree: Block) -> list[Block]:
    """Return the pictures that are large enough to be worth a JPEG."""
    return [
        leaf
        for leaf in leaves(tree)
        if isinstance(leaf, Block)
        and leaf.photo
        and leaf.box
        and min(leaf.box.width, leaf.box.height) >= _SMALLEST_PHOTO
    ]


def encode(bands: Bands, piece: Piece, tree: Block, stem: Path, *, scale: float, pictures: Pictures) -> Picture:
    """Write the images of one piece of a shot to files whose names begin as `stem`, and return them."""
    image = bands.cut(piece.top, piece.bottom)
    blank = frozenset(_blank(image, piece, tree, scale))
    photos = photographs(tree)
    cut_out: dict[int, Encoded] = {}
    for number, block in enumerate(photos):
        pixels = _pixels(block.box, piece, scale, image.size) if block.box else None
        if pixels is not None:
            path = _photograph(image.crop(pixels), stem.with_name(f"{stem.name}-{number}"), pictures)
            cut_out[number] = _encoded(pixels, piece, scale, path)
    for photo in cut_out.values():
        image.paste("white", _pixels(photo.box, piece, scale, image.size))
    path = stem.with_name(f"{stem.name}.flate")
    path.write_bytes(zlib.compress(image.tobytes(), 6))
    return Picture(flat=_encoded((0, 0, *image.size), piece, scale, path), photos=cut_out, blank=blank)


def words(tree: Block) -> list[Word]:
    """Return the words of a shot, in order."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, Word)]


def _blank(image: Image.Image, piece: Piece, tree: Block, scale: float) -> Iterator[int]:
    """Return which words of the piece nobody can see: they were found covered, or their picture is of one colour."""
    for number, word in enumerate(words(tree)):
        if not piece.top <= word.y + word.height / 2 < piece.bottom:
            continue
        if not word.seen:
            yield number
        if not word.seen or _SOLID.search(word.text):
            continue
        pixels = _pixels(word.box, piece, scale, image.size)
        if pixels is None:
            continue
        edges = image.crop(pixels).getextrema()
        if all(high - low <= _UNSEEN for low, high in edges):  # type: ignore[misc]  # RGB has three bands
            yield number


def _photograph(image: Image.Image, stem: Path, pictures: Pictures) -> Path:
    if pictures is Pictures.MIX:
        path = stem.with_suffix(".jpg")
        image.save(path, "JPEG", quality=_QUALITY, subsampling=0)
        return path
    png = io.BytesIO()
    image.save(png, "PNG", compress_type=zlib.Z_RLE)  # a photograph repeats nothing: a fourth of the time, 3 % more
    path = stem.with_suffix(".png-rows")
    path.write_bytes(b"".join(_rows_of(png.getvalue())))
    return path


def _rows_of(png: bytes) -> Iterator[bytes]:
    """Return the compressed rows in a PNG file: PDF reads them as they are (ISO 32000-1, 7.4.4.4)."""
    at = 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def _pixels(box: Box, piece: Piece, scale: float, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    left, right = max(0, floor(box.x * scale)), min(size[0], ceil(box.right * scale))
    top, bottom = (box.y - piece.top) * scale, (box.bottom - piece.top) * scale
    pixels = left, max(0, floor(top)), right, min(size[1], ceil(bottom))
    return pixels if pixels[0] < pixels[2] and pixels[1] < pixels[3] else None


def _encoded(pixels: tuple[int, int, int, int], piece: Piece, scale: float, path: Path) -> Encoded:
    left, top, right, bottom = pixels
    return Encoded(
        box=Box(left / scale, piece.top + top / scale, (right - left) / scale, (bottom - top) / scale),
        width=right - left,
        height=bottom - top,
        filter="DCTDecode" if path.suffix == ".jpg" else "FlateDecode",
        predicted=path.suffix == ".png-rows",
        path=path,
    )


def _changed(name: str) -> BadInputError:
    return BadInputError(
        happened=Text(f"Bilden {name} är inte den som togs.", f"The picture {name} is not the one that was taken."),
        safe=Text("Inga sidor har byggts av den.", "No pages have been built from it."),
        next_step=Text("Återställ mappen, eller gör om fångsten.", "Restore the folder, or capture again."),
    )
