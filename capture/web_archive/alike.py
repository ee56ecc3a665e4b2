"""How alike two pictures are: the measure that a replay is judged by."""

from array import array
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageMath

_BLOCK = 8
_STEADY, _STRUCTURE = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # the two constants of SSIM, for 8 bits
_PLAIN = 1.0  # of variance; less is an empty surface


def alike(one: bytes, other: bytes) -> float:
    """Return the structural similarity (SSIM) of two pictures' luminance: 1 where they are the same.

    It is the mean over windows of 8 by 8 pixels in which either picture shows anything: empty surfaces, which are most
    of a page, do not make up for what is missing. Pictures of different sizes are compared on the larger of both,
    black where there is nothing.
    """
    first, second = (Image.open(BytesIO(each)).convert("L") for each in (one, other))
    size = (max(first.width, second.width), max(first.height, second.height))
    a, b = _on(first, size), _on(second, size)
    if ImageChops.difference(a, b).getbbox() is None:
        return 1.0
    windows = zip(_means(a), _means(b), _means(a, a), _means(b, b), _means(a, b), strict=True)
    shown = [index for index in map(_similarity, windows) if index is not None]
    return sum(shown) / len(shown) if shown else 1.0


def _on(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    surface = Image.new("L", (-(-size[0] // _BLOCK) * _BLOCK, -(-size[1] // _BLOCK) * _BLOCK))
    surface.paste(picture)
    return surface


def _means(one: Image.Image, other: Image.Image | None = None) -> Sequence[float]:
    """Return the mean of each window of a picture, or of its product with another."""
    values = one.convert("F")
    if other is not None:
        values = ImageMath.lambda_eval(lambda args: args["x"] * args["y"], x=values, y=other.convert("F"))
    return array("f", values.reduce(_BLOCK).tobytes())


def _similarity(window: tuple[float, float, float, float, float]) -> float | None:
    """Return how alike two windows are, by their means and those of their products; None where both are empty."""
    a, b, aa, bb, ab = window
    varied_a, varied_b = max(0.0, aa - a * a), max(0.0, bb - b * b)
    if varied_a < _PLAIN and varied_b < _PLAIN and abs(a - b) < _PLAIN:
        return None
    luminance = (2 * a * b + _STEADY) / (a * a + b * b + _STEADY)
    return luminance * (2 * (ab - a * b) + _STRUCTURE) / (varied_a + varied_b + _STRUCTURE)
