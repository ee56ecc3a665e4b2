"""The channel's pictures, drawn from a seed: no photograph of anybody, and nothing fetched."""

import io
import math
from collections.abc import Callable
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sample_channel.truth import Picture

SIZES = ((1020, 450), (1020, 420), (990, 450))
"""Width and height in pixels: flat, because a recording walks past them all."""

COVER = Picture(path="/bild/omslag.jpg", alt="", width=1360, height=300, motif="vatten", caption="", seed=11)

Colour = tuple[int, int, int]

_LIGHT: dict[str, tuple[Colour, Colour, tuple[Colour, Colour, Colour]]] = {
    "landskap": ((110, 170, 226), (250, 226, 190), ((128, 158, 140), (84, 126, 92), (44, 84, 58))),
    "snö": ((96, 116, 156), (236, 216, 210), ((178, 190, 212), (206, 216, 230), (238, 242, 248))),
    "vatten": ((92, 150, 212), (252, 214, 176), ((120, 142, 140), (74, 108, 96), (60, 122, 166))),
}
_INKS: tuple[Colour, ...] = ((0, 84, 122), (122, 38, 84), (40, 98, 64), (156, 78, 20), (58, 60, 120))
_HOURS: tuple[Colour, ...] = ((255, 214, 160), (255, 170, 130), (120, 140, 200), (220, 236, 255))
"""What the hour of the day tints a landscape with."""
_BLOCKS: tuple[Colour, ...] = ((222, 214, 200), (206, 226, 196), (226, 220, 206), (216, 206, 196))


@lru_cache(maxsize=512)
def render(picture: Picture, *, small: bool = False) -> bytes:
    """Return `picture` as PNG or JPEG, after its path's extension; `small` is the placeholder 24 pixels wide."""
    if small:
        whole = Image.open(io.BytesIO(render(picture)))
        image = whole.resize((24, max(1, 24 * whole.height // whole.width)))
    else:
        random = Random(picture.seed)  # noqa: S311 - a repeatable picture, no secret
        image = {"affisch": _poster, "diagram": _chart, "karta": _map}.get(picture.motif, _scenery)(picture, random)
    buffer = io.BytesIO()
    if picture.path.endswith(".png"):
        image.save(buffer, "PNG")
    else:
        image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _scenery(picture: Picture, random: Random) -> Image.Image:
    """Sky, sun and three ridges in haze, with the grain of a photograph."""
    size = (picture.width, picture.height)
    top, bottom, ridges = _LIGHT[picture.motif]
    image = Image.composite(
        Image.new("RGB", size, bottom), Image.new("RGB", size, top), Image.linear_gradient("L").resize(size)
    )
    _sun(image, random)
    draw = ImageDraw.Draw(image)
    for step, colour in enumerate(ridges):
        skyline = _skyline(random, picture.height * (0.46 + 0.16 * step), picture.height * 0.07)
        draw.polygon([(0, size[1]), *((x, skyline(x)) for x in range(0, size[0] + 8, 8)), size], fill=colour)
        if step == 1:
            _settle(draw, picture, random, skyline)
    if picture.motif == "vatten":
        _ripple(draw, picture, random)
    if picture.motif == "snö":
        for _ in range(320):
            x, y, r = random.randrange(size[0]), random.randrange(size[1]), random.randrange(1, 5)
            draw.ellipse((x, y, x + r, y + r), fill=(255, 255, 255))
    image = Image.blend(image, Image.new("RGB", size, random.choice(_HOURS)), random.uniform(0, 0.24))
    grain = Image.frombytes("L", size, random.randbytes(size[0] * size[1])).filter(ImageFilter.GaussianBlur(0.7))
    return Image.blend(image.filter(ImageFilter.GaussianBlur(0.8)), Image.merge("RGB", [grain] * 3), 0.05)


def _skyline(random: Random, level: float, swing: float) -> Callable[[float], float]:
    """Return the height of a ridge at every x: three waves on top of one another."""
    waves = [
        (random.uniform(0.6, 1.6) * 2**octave / 260, random.uniform(0, 6.3), swing / 2**octave) for octave in range(3)
    ]
    return lambda x: level + sum(size * math.sin(x * rate + phase) for rate, phase, size in waves)


def _sun(image: Image.Image, random: Random) -> None:
    x, y = (
        random.randrange(image.width // 8, image.width * 7 // 8),
        random.randrange(image.height // 8, image.height // 3),
    )
    glow = Image.new("L", image.size, 0)
    ImageDraw.Draw(glow).ellipse((x - 30, y - 30, x + 30, y + 30), fill=230)
    image.paste((255, 248, 224), mask=glow.filter(ImageFilter.GaussianBlur(5)))
    image.paste((255, 240, 200), mask=glow.filter(ImageFilter.GaussianBlur(60)))


def _settle(draw: ImageDraw.ImageDraw, picture: Picture, random: Random, skyline: Callable[[float], float]) -> None:
    """Stand spruces and a few red cottages on a ridge."""
    dark = (58, 78, 84) if picture.motif == "snö" else (40, 78, 56)
    for _ in range(46):
        x, height = random.randrange(picture.width), random.randrange(22, 62)
        y = skyline(x) + 6
        draw.polygon([(x - height / 5, y), (x, y - height), (x + height / 5, y)], fill=dark)
    start = random.randrange(picture.width // 6, picture.width // 2)
    for x in range(start, start + random.randrange(150, 330), 64):
        y = skyline(x + 20) + 10
        roof = (240, 244, 250) if picture.motif == "snö" else (70, 64, 66)
        draw.rectangle((x, y - 26, x + 42, y + 6), fill=(150, 52, 42))
        draw.polygon([(x - 5, y - 26), (x + 21, y - 46), (x + 47, y - 26)], fill=roof)
        for window in (x + 7, x + 26):
            draw.rectangle((window, y - 17, window + 9, y - 6), fill=(255, 226, 150))


def _ripple(draw: ImageDraw.ImageDraw, picture: Picture, random: Random) -> None:
    for _ in range(160):
        x, y = random.randrange(picture.width), random.randrange(picture.height * 17 // 20, picture.height)
        draw.line((x, y, x + random.randrange(12, 90), y), fill=(150, 192, 216), width=2)


def _poster(picture: Picture, random: Random) -> Image.Image:
    """A plain surface with rings and a caption, as municipalities make them."""
    image = Image.new("RGB", (picture.width, picture.height), random.choice(_INKS))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(6):
        x, y, r = random.randrange(picture.width), random.randrange(picture.height), random.randrange(60, 280)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=(255, 255, 255, 60), width=random.randrange(6, 40))
    _caption(draw, picture, (255, 255, 255))
    return image


def _chart(picture: Picture, random: Random) -> Image.Image:
    """Bars without a message."""
    image = Image.new("RGB", (picture.width, picture.height), (250, 250, 247))
    draw = ImageDraw.Draw(image)
    base, step, ink = picture.height - 50, (picture.width - 120) // 8, random.choice(_INKS)
    for line in range(1, 5):
        draw.line((60, base - line * 60, picture.width - 60, base - line * 60), fill=(226, 226, 222), width=2)
    for bar in range(8):
        left, top = 74 + bar * step, base - random.randrange(40, picture.height - 200)
        draw.rectangle((left, top, left + step * 2 // 3, base), fill=ink)
    draw.line((60, base, picture.width - 60, base), fill=(90, 90, 90), width=3)
    _caption(draw, picture, (40, 40, 40))
    return image


def _map(picture: Picture, random: Random) -> Image.Image:
    """Blocks, streets and a stretch of water, with a place ringed in red."""
    image = Image.new("RGB", (picture.width, picture.height), (240, 238, 230))
    draw = ImageDraw.Draw(image)
    for x in range(0, picture.width, 104):
        for y in range(0, picture.height, 78):
            right, bottom = x + 94 - random.randrange(26), y + 68
            draw.rounded_rectangle((x + 6, y + 6, right, bottom), radius=5, fill=random.choice(_BLOCKS))
    draw.line((0, random.randrange(60, 300), picture.width, random.randrange(60, 300)), fill=(250, 212, 130), width=14)
    shore = _skyline(random, picture.height * 0.74, 24)
    water = [(0, picture.height), *((x, shore(x)) for x in range(0, picture.width + 8, 8)), image.size]
    draw.polygon(water, fill=(160, 200, 228))
    x, y = random.randrange(picture.width // 3, picture.width * 2 // 3), random.randrange(90, picture.height // 2)
    draw.ellipse((x - 66, y - 66, x + 66, y + 66), outline=(200, 40, 40), width=8)
    return image


def _caption(draw: ImageDraw.ImageDraw, picture: Picture, ink: Colour) -> None:
    """Write the caption in Pillow's own font, which every machine has and which knows only ASCII."""
    font = ImageFont.load_default(size=picture.width // 18)
    draw.text((picture.width // 16, picture.height // 10), picture.caption, fill=ink, font=font)
