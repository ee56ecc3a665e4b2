"""What a PDF says, to those who did not make it."""

import json
from pathlib import Path

import pikepdf
from pdfminer.high_level import extract_text
from pikepdf import Array, Dictionary


def words(path: Path) -> str:
    """All its text by pdfminer, without white space, which each reader sets in its own way."""
    return "".join(extract_text(path).split())


def verdicts(path: Path) -> dict[str, bool]:
    """What veraPDF said of it, by flavour; each rule of the flavour was looked at somewhere."""
    report = json.loads(path.with_suffix(".verapdf.json").read_bytes())
    assert report["pdfa"] is True
    assert report["gate_faults"] == []
    return {one["flavour"]: one["compliant"] and one["checks"] > one["rules"] for one in report["verdicts"]}


def tags(pdf: pikepdf.Pdf) -> list[Dictionary]:
    """Its structure elements, in order."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop(0)
        kids = element.get("/K", [])
        mine = [kid for kid in (kids if isinstance(kids, Array) else [kids]) if isinstance(kid, Dictionary)]
        mine = [kid for kid in mine if "/S" in kid]
        found += mine
        waiting = mine + waiting
    return found


def kinds(path: Path) -> list[str]:
    """The types of its structure elements."""
    with pikepdf.open(path) as pdf:
        return [str(element.S).removeprefix("/") for element in tags(pdf)]


def bookmarks(path: Path) -> list[str]:
    """The titles of its outline, from top to bottom."""

    def below(items: list[pikepdf.OutlineItem]) -> list[str]:
        return [title for item in items for title in (item.title, *below(item.children))]

    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return below(outline.root)


def is_pictured(path: Path) -> bool:
    """Whether it is pictures with the text beneath them."""
    with pikepdf.open(path) as pdf:
        return any(isinstance(one, pikepdf.Stream) and "/CIDToGIDMap" in one for one in pdf.objects) or any(
            isinstance(one, Dictionary) and isinstance(one.get("/CIDToGIDMap"), pikepdf.Stream) for one in pdf.objects
        )
