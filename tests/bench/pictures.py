"""Pictures as posts have them: colours, edges and the noise of a camera, the same bytes every time."""

import io
import zlib
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

SIZE = (656, 410)


@lru_cache(maxsize=64)
def picture(name: str) -> bytes:
    """Return the JPEG of that name."""
    source = Random(zlib.crc32(name.encode()))
    width, height = SIZE
    ways = [Image.linear_gradient("L").rotate(source.randrange(360)).resize(SIZE) for _ in range(3)]
    image = Image.merge("RGB", ways)
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = source.randrange(width), source.randrange(height)
        box = (left, top, left + source.randrange(20, 160), top + source.randrange(20, 110))
        pen.ellipse(box, fill=tuple(source.randbytes(3)))
    noise = Image.frombytes("RGB", (width // 2, height // 2), source.randbytes(width // 2 * (height // 2) * 3))
    kept = io.BytesIO()
    Image.blend(image, noise.resize(SIZE), 0.15).save(kept, "JPEG", quality=88)
    return kept.getvalue()
