"""What a reader and a viewer find in a PDF: its words, and how like its pages are to the pictures they are made of."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

import pypdfium2
import regex
from PIL import Image, ImageMath

_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
_FOREIGN = regex.compile(r"[\p{L}--\p{Latin}]", flags=regex.VERSION1)
_BLOCK = 8  # pixels: the window that structural similarity is told of


def words(text: str) -> Counter[str]:
    """Return the words of a text."""
    return Counter(_CONTROLS.sub("", text).split())


def words_of(paths: Iterable[Path]) -> Counter[str]:
    """Return what PDFium reads in files."""
    found: Counter[str] = Counter()
    for path in paths:
        with pypdfium2.PdfDocument(path) as pdf:
            for page in pdf:
                found += words(page.get_textpage().get_text_bounded())
    return found


def emoji(found: Counter[str]) -> Counter[str]:
    """Return the emoji in words, each a grapheme cluster: a row of three may be broken over lines."""
    return Counter(
        cluster
        for word, count in found.items()
        for cluster in regex.findall(r"\X", word) * count
        if _EMOJI.search(cluster)
    )


def recall(wanted: Counter[str], found: Counter[str]) -> tuple[float, float, float]:
    """Return which part was found of all words, of the emoji, and of words in other scripts than the Latin."""
    foreign = Counter({word: count for word, count in wanted.items() if _FOREIGN.search(word)})
    kinds = ((wanted, found), (emoji(wanted), emoji(found)), (foreign, found))
    parts = [(these & those).total() / these.total() for these, those in kinds]
    return parts[0], parts[1], parts[2]


def drawn(pdf: pypdfium2.PdfDocument, page: int, *, dots: int) -> Image.Image:
    """Return a page, counted from 0, at so many dots an inch."""
    image: Image.Image = pdf[page].render(scale=dots / 72).to_pil()
    return image.convert("RGB")


def similarity(one: Image.Image, other: Image.Image) -> float:
    """Return the mean structural similarity (SSIM) of two pictures' luminance, in windows of 8 by 8 pixels."""
    size = (min(one.width, other.width) // _BLOCK * _BLOCK, min(one.height, other.height) // _BLOCK * _BLOCK)
    a, b = (image.convert("L").crop((0, 0, *size)).convert("F") for image in (one, other))

    def local(image: Image.Image) -> Image.Image:
        return image.reduce(_BLOCK)

    squares = [
        local(ImageMath.lambda_eval(lambda args: args["x"] * args["y"], x=x, y=y)) for x, y in ((a, a), (b, b), (a, b))
    ]
    index = ImageMath.lambda_eval(
        lambda args: (
            (2 * args["ma"] * args["mb"] + 6.5025)
            * (2 * (args["ab"] - args["ma"] * args["mb"]) + 58.5225)
            / (
                (args["ma"] * args["ma"] + args["mb"] * args["mb"] + 6.5025)
                * (args["aa"] - args["ma"] * args["ma"] + args["bb"] - args["mb"] * args["mb"] + 58.5225)
            )
        ),
        ma=local(a),
        mb=local(b),
        aa=squares[0],
        bb=squares[1],
        ab=squares[2],
    )
    return round(mean(index.getdata()), 5)  # beyond that, it is the arithmetic's
