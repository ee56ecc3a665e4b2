"""A spool of posts that no browser showed: drawn pictures, each with a line of text."""

import io
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from capture.pages import spool
from capture.pages.spool import Band, Block, Box, Caption, Kind, Reading, Shot, Word
from tests.pages.small_feed import NOW


def drawn_spool(folder: Path, *, posts: int) -> Path:
    """Write so many posts into `folder`, and return it."""
    shots = folder / "shots"
    shots.mkdir(parents=True)
    for number in range(1, posts + 1):
        keep(shots, number)
    return folder


def keep(shots: Path, number: int, **other: object) -> Shot:
    """Write one post, of which something may be otherwise."""
    box = Box(0, 0, 300, 80)
    picture = Image.new("RGB", (300, 80), "white")
    ImageDraw.Draw(picture).text((20, 30), f"Inlagg {number}", fill="black")
    png = io.BytesIO()
    picture.save(png, "PNG")
    name = f"{number:05d}.png"
    said = Word(f"Inlägg{number}", 20, 30, 60, 12, None, spaced=False)
    shot = Shot(
        number=number,
        url="https://exempel.se/kanal",
        taken=NOW,
        scale=1,
        steady=True,
        bands=(Band(name=name, top=0, height=80, sha256=spool.keep_picture(shots, name, png.getvalue())),),
        caption=Caption(key=key_of(number), ordinal=number, author="Åsa", text=f"Inlägg {number}", published=NOW),
        reading=Reading(
            box=box, tree=Block(kind=Kind.ARTICLE, kids=[Block(kind=Kind.PARAGRAPH, kids=[said])]),
            panels=(), links=(), unread={}, items=(),
        ),
    )  # fmt: skip
    shot = replace(shot, **other)  # type: ignore[arg-type]  # any field
    spool.keep(shots, shot)
    return shot


def key_of(number: int) -> str:
    """Return a post's key."""
    return f"https://exempel.se/kanal/{number}"
