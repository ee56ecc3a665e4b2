"""Three readers of others find every word, in its order, and where the page had it: poppler, PDFium and pdfminer."""

import asyncio
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTContainer
from playwright.async_api import async_playwright

from capture.pages import Pages, Volume, build
from capture.programs import chromium
from tests.pages.small_feed import COVER, NOW, OTHERS, SWEDISH, item

HEIGHT = 842.25  # points
PAGE = f"""<!doctype html><html lang="sv"><meta charset="utf-8"><title>Kanalen</title>
<style>body{{margin:0;font:15px/1.5 "DejaVu Sans",sans-serif}}article{{width:620px;padding:16px}}h3{{font-size:22px}}
small{{font-size:10px}}.wide{{letter-spacing:2px}}</style>
<article><h3>Kommunens kanal</h3><p>{SWEDISH}</p><p class="wide">{SWEDISH}</p><p>{OTHERS}</p>
<p><b>Fet</b> och <i>kursiv,</i> <small>liten</small> text.</p><ul><li>Första svaret</li><li>Andra svaret</li></ul>
<p style="text-align:right">Högerställt</p></article></html>"""

# What is on the page, told without anything of ours: each word of each text node and its rectangle in the article.
TRUTH = """(root) => {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [], from = root.getBoundingClientRect();
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    for (const match of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      found.push([match[0], box.left - from.left, box.top - from.top, box.right - from.left, box.bottom - from.top]);
    }
  return found;
}"""


class Found(NamedTuple):
    """A word and its box: points from the upper left corner of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Volume, list[Found]]:
    """A volume of one post, and where its words ought to be on the page."""
    folder = tmp_path_factory.mktemp("readers")

    async def visit() -> list[list[object]]:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            try:
                page = await browser.new_page(viewport={"width": 1280, "height": 900}, locale="sv-SE")
                await page.set_content(PAGE)
                root = await page.query_selector("article")
                assert root
                await Pages(folder / "spool", clock=lambda: NOW).on_post(page, item(1), root)
                truth: list[list[object]] = await root.evaluate(TRUTH)
                return truth
            finally:
                await browser.close()

    truth = asyncio.run(visit())
    (volume,) = build(folder / "spool", COVER, folder / "out", created=NOW)
    (place,) = volume.posts
    top = HEIGHT - place.box.bottom
    expected = []
    for text, *edges in truth:
        left, above, right, below = (float(str(edge)) * 0.75 for edge in edges)
        expected.append(Found(str(text), place.box.x + left, top + above, place.box.x + right, top + below))
    return volume, expected


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
def test_a_reader_finds_every_word_in_the_pages_order_and_place(read: tuple[Volume, list[Found]], reader: str) -> None:
    volume, expected = read
    found = READERS[reader](volume, volume.posts[0].page)
    begin = [word.text for word in found].index(expected[0].text)
    found = found[begin : begin + len(expected)]
    assert [word.text for word in found] == [word.text for word in expected]
    for one, other in zip(found, expected, strict=True):
        assert max(abs(one.left - other.left), abs(one.right - other.right)) <= 0.1, (one, other)
        # A reader knows the size of the letters, not the line they stand on, which is a little higher.
        assert max(abs(one.top - other.top), abs(one.bottom - other.bottom)) <= 0.15 * (other.bottom - other.top)


def test_the_truth_is_told_without_ours(read: tuple[Volume, list[Found]]) -> None:
    _, expected = read
    assert [word.text for word in expected] == re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]*>", " ", PAGE, flags=re.S
    ).split()
