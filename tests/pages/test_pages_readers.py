"""Three readers of others find every word, in its order, and where the page had it: poppler, PDFium and pdfminer."""

import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTContainer

from capture.pages import Volume
from tests.pages.one_visit import READ, Visit

HEIGHT = 842.25  # points


class Found(NamedTuple):
    """A word and its box: points from the upper left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture(scope="module")
def expected(visit: Visit, hostile_volume: Volume) -> list[Found]:
    """The words of one post, and where they ought to be on the page."""
    place = hostile_volume.posts[5]
    top = HEIGHT - place.box.bottom
    words = []
    for text, *edges in visit.truth:
        left, above, right, below = (float(str(edge)) * 0.75 for edge in edges)
        words.append(Found(str(text), place.box.x + left, top + above, place.box.x + right, top + below))
    return words


def poppler(volume: Volume, page: int) -> list[Found]:
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(volume.path), "-"]
    told = subprocess.run(command, check=True, capture_output=True).stdout
    told = re.sub(b"<title>.*?</title>", b"", told)  # poppler writes an emoji in a title as no XML may
    words = ET.fromstring(told).iter("{http://www.w3.org/1999/xhtml}word")
    edges = ("xMin", "yMin", "xMax", "yMax")
    return [Found(word.text or "", *(float(word.attrib[edge]) for edge in edges)) for word in words]


def pdfium(volume: Volume, page: int) -> list[Found]:
    with pypdfium2.PdfDocument(volume.path) as pdf:
        text = pdf[page - 1].get_textpage()
        letters = []
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index, loose=True)
            letters.append(Found(text.get_text_range(index, 1), left, HEIGHT - top, right, HEIGHT - bottom))
    return list(joined(letters))


def pdfminer(volume: Volume, page: int) -> list[Found]:
    def letters(part: object) -> Iterator[Found]:
        if isinstance(part, LTChar):
            yield Found(part.get_text(), part.x0, HEIGHT - part.y1, part.x1, HEIGHT - part.y0)
        elif isinstance(part, LTContainer):
            for kid in part:
                yield from letters(kid)
            yield Found(" ", 0, 0, 0, 0)

    (layout,) = extract_pages(volume.path, page_numbers=[page - 1])
    return list(joined(list(letters(layout))))


def joined(letters: list[Found]) -> Iterator[Found]:
    """Return the words that letters make between white space."""
    word: list[Found] = []
    for letter in [*letters, Found(" ", 0, 0, 0, 0)]:
        if letter.text.strip():
            word.append(letter)
        elif word:
            yield Found("".join(one.text for one in word), min(one.left for one in word), min(one.top for one in word),
                        max(one.right for one in word), max(one.bottom for one in word))  # fmt: skip
            word = []


READERS = {"poppler": poppler, "PDFium": pdfium, "pdfminer": pdfminer}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_every_word_in_the_pages_order_and_place(
    hostile_volume: Volume, expected: list[Found], reader: str
) -> None:
    found = READERS[reader](hostile_volume, hostile_volume.posts[5].page)
    words = [word.text for word in expected]
    begin = next(at for at in range(len(found)) if [word.text for word in found[at : at + len(words)]] == words)
    for one, other in zip(found[begin:], expected, strict=False):
        assert max(abs(one.left - other.left), abs(one.right - other.right)) <= 0.1, (one, other)
        # A reader knows the size of the letters, not the line they stand on, which is a little higher.
        assert max(abs(one.top - other.top), abs(one.bottom - other.bottom)) <= 0.15 * (other.bottom - other.top)


def test_the_truth_is_told_without_ours(expected: list[Found]) -> None:
    assert [word.text for word in expected] == re.sub("<[^>]*>", " ", READ).split()
