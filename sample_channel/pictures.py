"""The channel's pictures, drawn from a seed: no photograph of anybody, and nothing fetched."""

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sample_channel.truth import Picture

SIZES = ((680, 300), (680, 280), (660, 300))
"""Width and height in pixels: flat, because a recording walks past them all."""
_SKIES = {
    "landskap": ((122, 176, 222), (244, 222, 186), ((70, 110, 72), (52, 88, 60), (36, 66, 46))),
    "snö": ((108, 124, 152), (222, 228, 238), ((214, 222, 232), (188, 200, 216), (236, 240, 246))),
    "vatten": ((92, 148, 204), (250, 214, 178), ((64, 92, 84), (46, 104, 146), (30, 78, 122))),
}
_INKS = ((0, 84, 122), (122, 38, 84), (40, 98, 64), (156, 78, 20), (58, 60, 120))


@lru_cache(maxsize=512)
def render(picture: Picture, *, small: bool = False) -> bytes:
    """Return `picture` as PNG (drawn motifs) or JPEG (the others); `small` is the placeholder of 24 pixels' width."""
    image = _draw(picture)
    if small:
        image = image.resize((24, max(1, 24 * image.height // image.width)))
    buffer = io.BytesIO()
    if picture.path.endswith(".png"):
        image.save(buffer, "PNG", optimize=True)
    else:
        image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _draw(picture: Picture) -> Image.Image:
    random = Random(picture.seed)  # noqa: S311 - a repeatable picture, no secret
    match picture.motif:
        case "affisch":
            return _poster(picture, random)
        case "diagram":
            return _chart(picture, random)
        case "karta":
            return _map(picture, random)
        case _:
            return _scenery(picture, random)


def _scenery(picture: Picture, random: Random) -> Image.Image:
    """Sky, sun and three ridges with the grain of a photograph."""
    width, height = picture.width, picture.height
    top, bottom, ridges = _SKIES[picture.motif]
    ramp = Image.linear_gradient("L").resize((width, height))
    image = Image.composite(Image.new("RGB", ramp.size, bottom), Image.new("RGB", ramp.size, top), ramp)
    draw = ImageDraw.Draw(image)
    x, y, r = random.randrange(width), random.randrange(height // 8, height // 3), random.randrange(18, 40)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 246, 220))
    for step, colour in enumerate(ridges):
        level = height * (0.45 + 0.17 * step)
        points = [(0.0, float(height))]
        for column in range(9):
            points.append((column * width / 8, level + random.uniform(-0.09, 0.09) * height))
        draw.polygon([*points, (float(width), float(height))], fill=colour)
    if picture.motif == "snö":
        for _ in range(260):
            x, y, r = random.randrange(width), random.randrange(height), random.randrange(1, 4)
            draw.ellipse((x, y, x + r, y + r), fill=(255, 255, 255))
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.frombytes("L", (width // 2, height // 2), random.randbytes((width // 2) * (height // 2)))
    return Image.blend(image, Image.merge("RGB", [grain.resize((width, height))] * 3), 0.07)


def _poster(picture: Picture, random: Random) -> Image.Image:
    """A plain surface with rings and a caption, as municipalities make them."""
    image = Image.new("RGB", (picture.width, picture.height), random.choice(_INKS))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(6):
        x, y, r = random.randrange(picture.width), random.randrange(picture.height), random.randrange(40, 190)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=(255, 255, 255, 60), width=random.randrange(4, 26))
    _caption(draw, picture, (255, 255, 255))
    return image


def _chart(picture: Picture, random: Random) -> Image.Image:
    """Bars without a message."""
    image = Image.new("RGB", (picture.width, picture.height), (250, 250, 247))
    draw = ImageDraw.Draw(image)
    base, step = picture.height - 40, (picture.width - 80) // 8
    for bar in range(8):
        top = base - random.randrange(30, picture.height - 130)
        draw.rectangle((50 + bar * step, top, 50 + bar * step + step * 2 // 3, base), fill=_INKS[bar % 2])
    draw.line((40, base, picture.width - 40, base), fill=(90, 90, 90), width=3)
    _caption(draw, picture, (40, 40, 40))
    return image


def _map(picture: Picture, random: Random) -> Image.Image:
    """Blocks, streets and a stretch of water."""
    image = Image.new("RGB", (picture.width, picture.height), (238, 236, 226))
    draw = ImageDraw.Draw(image)
    for x in range(0, picture.width, 74):
        for y in range(0, picture.height, 58):
            colour = random.choice(((222, 214, 200), (206, 226, 196), (226, 220, 206), (216, 206, 196)))
            draw.rectangle((x + 5, y + 5, x + 66 - random.randrange(18), y + 50), fill=colour)
    shore = [(i * picture.width / 6, picture.height * 0.72 + random.uniform(-30, 30)) for i in range(7)]
    draw.polygon([(0.0, float(picture.height)), *shore, (float(picture.width), float(picture.height))],
                 fill=(160, 200, 228))  # fmt: skip
    x, y = random.randrange(80, picture.width - 80), random.randrange(60, picture.height // 2)
    draw.ellipse((x - 46, y - 46, x + 46, y + 46), outline=(200, 40, 40), width=6)
    return image


def _caption(draw: ImageDraw.ImageDraw, picture: Picture, ink: tuple[int, int, int]) -> None:
    font = ImageFont.load_default(size=picture.width // 18)
    draw.text((picture.width // 16, picture.height // 10), picture.caption, fill=ink, font=font)
