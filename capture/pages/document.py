"""A PDF in the making: sheets that are drawn on, a structure that grows with them, and a file at the end.

Everything here is in CSS pixels from the upper left corner of the page; points appear only where PDF is written.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Stream, String

from capture.pages import metadata
from capture.pages.glyphs import Glyphs, Run, runs
from capture.pages.layout import PAGE_HEIGHT, PAGE_WIDTH
from capture.pages.picture import Encoded
from capture.pages.profile import Flavour
from capture.pages.spool import Box, Word
from capture.pages.structure import Annotation, Element, MarkedContent, Tree
from capture.pages.textlayer import (
    clean,
    clusters,
    has_emoji,
    is_right_to_left,
    shadow_font,
    visible_font,
    visual_order,
)

_POINT = 0.75
_MOST_STRETCH = 32_000  # per cent; ISO 19005-1, 6.1.12 knows no number above 32,767
_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass
class Sheet:
    """One page being drawn."""

    number: int
    operations: list[str] = field(default_factory=list)
    marks: int = 0
    images: dict[str, pikepdf.Object] = field(default_factory=dict)
    annotations: list[Dictionary] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that a document carries inside: what it is, in words, and how it relates to the pages.

    `relationship` is one of PDF's ("Data", "Source", "Alternative", "Supplement"; ISO 19005-3, 6.8).
    """

    path: Path
    media_type: str
    description: str
    relationship: str = "Data"


class Document:
    """A tagged document.

    Args:
        title: its title.
        created: aware; stated in the file.
        flavour: what the file is to be.
        attached: files it carries inside.

    Raises:
        ValueError: files are attached to another part of PDF/A than the third, which alone allows any.
    """

    def __init__(
        self,
        *,
        title: str,
        created: datetime,
        flavour: Flavour = Flavour.A2,
        attached: Sequence[Attachment] = (),
    ) -> None:
        if attached and flavour.part != 3:
            raise ValueError(f"PDF/A-{flavour} carries no files")
        self._attached = attached
        self._title = title
        self._created = created
        self.flavour = flavour
        self._pdf = pikepdf.new()
        self._images: dict[bytes, pikepdf.Object] = {}
        self._spellings: dict[str, tuple[str, int]] = {}
        self._annotations: list[Dictionary] = []
        self._bookmarks: list[tuple[str, int, float]] = []
        self._fonts = {"S": shadow_font(), "R": visible_font(), "B": visible_font(bold=True)}
        self.structure = Element("Document")
        self.sheets: list[Sheet] = []

    def add_sheet(self) -> Sheet:
        """Return a new last page."""
        sheet = Sheet(len(self.sheets))
        self.sheets.append(sheet)
        return sheet

    @contextmanager
    def marked(self, sheet: Sheet, element: Element) -> Iterator[None]:
        """Make what is drawn within the block the content of `element`."""
        element.kids.append(MarkedContent(sheet.number, sheet.marks))
        sheet.operations.append(f"/{element.kind} <</MCID {sheet.marks}>> BDC")
        sheet.marks += 1
        yield
        sheet.operations.append("EMC")

    @contextmanager
    def artifact(self, sheet: Sheet, properties: str = "") -> Iterator[None]:
        """Make what is drawn within the block mere decoration."""
        sheet.operations.append(f"/Artifact <<{properties}>> BDC" if properties else "/Artifact BMC")
        yield
        sheet.operations.append("EMC")

    def image(self, sheet: Sheet, picture: Encoded, box: Box) -> None:
        """Draw `picture` over `box`; equal pictures are kept once."""
        made = self._image(
            picture.path.read_bytes(),
            Width=picture.width,
            Height=picture.height,
            Filter=Name("/" + picture.filter),
            **({"DecodeParms": _as_in_png(picture.width)} if picture.predicted else {}),
        )
        self._draw(sheet, made, box)

    def _image(self, content: bytes, **told: object) -> pikepdf.Object:
        digest = sha256(content).digest()
        if digest not in self._images:
            colours = {"ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
            image = Stream(self._pdf, content, Type=Name.XObject, Subtype=Name.Image, **colours, **told)
            self._images[digest] = self._pdf.make_indirect(image)
        return self._images[digest]

    def _draw(self, sheet: Sheet, image: pikepdf.Object, box: Box) -> None:
        name = f"I{len(sheet.images)}"
        sheet.images[name] = image
        left, bottom, right, top = _points(box)
        matrix = _numbers(right - left, 0, 0, top - bottom, left, bottom)
        sheet.operations.append(f"q {matrix} cm /{name} Do Q")

    def region(self, sheet: Sheet, box: Box) -> None:
        """Mark a place without drawing: a path that is ended unpainted."""
        left, bottom, right, top = _points(box)
        sheet.operations.append(f"{_numbers(left, bottom, right - left, top - bottom)} re n")

    def rectangle(self, sheet: Sheet, box: Box, grey: float) -> None:
        """Fill `box`."""
        left, bottom, right, top = _points(box)
        sheet.operations.append(f"{_number(grey)} g {_numbers(left, bottom, right - left, top - bottom)} re f 0 g")

    def frame(self, sheet: Sheet, box: Box) -> None:
        """Draw a thin grey line around `box`."""
        left, bottom, right, top = _points(box)
        sheet.operations.append(f"0.5 w 0.7 G {_numbers(left, bottom, right - left, top - bottom)} re S 0 G")

    def shadow(self, sheet: Sheet, words: Iterable[Word]) -> None:
        """Lay invisible text over the words' boxes (text rendering mode 3); a space at a word's end lies beyond it."""
        parts = ["BT 3 Tr"]
        size, at = "", (0.0, 0.0)
        for word in raised(words):
            codes, inside = self._spelt(word.text)
            if not codes or word.width <= 0 or word.height <= 0:
                continue
            left, bottom, right, top = (round(edge, 3) for edge in _points(word.box))
            height = 0.86 * (top - bottom)
            if size != _number(height):
                size = _number(height)
                parts.append(f"/S {size} Tf")
            stretch = min(_MOST_STRETCH, 100 * (right - left) / (inside * 0.5 * height))
            place = left, round(bottom + 0.2 * (top - bottom), 3)
            move = _numbers(place[0] - at[0], place[1] - at[1])
            parts.append(f"{_number(stretch)} Tz {move} Td <{codes}> Tj")
            at = place
        sheet.operations.append("\n".join([*parts, "ET"]))

    def _spelt(self, word: str) -> tuple[str, int]:
        """Return a word's codes, and how many of them lie within its box. A post says the same words over and over."""
        if word not in self._spellings:
            text = visual_order(clusters(clean(word)))
            inside = len(text) - (len(text) > 1 and text[-1] == " ")
            self._spellings[word] = self._fonts["S"].codes(text), inside
        return self._spellings[word]

    def text(self, sheet: Sheet, at: tuple[float, float], text: str, *, size: float, bold: bool = False) -> float:
        """Draw visible text with its baseline's left end `at`; return its width. `size` is in CSS pixels."""
        x, y = at
        for run in self._runs(text, size, bold=bold):
            if run.glyphs is None:
                x += self._letters(sheet, (x, y), run.text, size=size, bold=bold)
            else:
                em = size / 1000
                box = Box(x, y - run.glyphs.ascent * em, run.glyphs.advance * em, run.glyphs.height * em)
                self._draw(sheet, self._glyphs(run.glyphs), box)
                self.shadow(sheet, run.words(box))
                x += box.width
        return x - at[0]

    def _runs(self, text: str, size: float, *, bold: bool) -> Iterator[Run]:
        return runs(clusters(clean(text)), self._fonts["B" if bold else "R"].has_glyph, size, bold=bold)

    def _letters(self, sheet: Sheet, at: tuple[float, float], text: list[str], *, size: float, bold: bool) -> float:
        name = "B" if bold else "R"
        place = _numbers(at[0] * _POINT, (PAGE_HEIGHT - at[1]) * _POINT)
        codes = self._fonts[name].codes(text)
        sheet.operations.append(f"BT 0 Tr 100 Tz /{name} {_number(size * _POINT)} Tf {place} Td <{codes}> Tj ET")
        return self._fonts[name].width(text) * size / 1000

    def _glyphs(self, glyphs: Glyphs) -> pikepdf.Object:
        image = glyphs.image
        content = zlib.compress(image.tobytes())
        return self._image(content, Width=image.width, Height=image.height, Filter=Name.FlateDecode)

    def width(self, text: str, *, size: float, bold: bool = False) -> float:
        """Return how wide `text` would be."""
        font = self._fonts["B" if bold else "R"]
        parts = self._runs(text, size, bold=bold)
        return sum(part.glyphs.advance if part.glyphs else font.width(part.text) for part in parts) * size / 1000

    def link(self, sheet: Sheet, element: Element, box: Box, *, target: str, label: str) -> None:
        """Make `box` lead to `target`, which `safe_target` gave."""
        number = len(self._annotations)
        annotation = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([round(edge, 2) for edge in _points(box)]),
                Border=Array([0, 0, 0]),
                F=4,
                A=Dictionary(S=Name.URI, URI=String(target)),
                Contents=String(f"Länk: {clean(label).strip() or target}"[:500]),
            )
        )
        self._annotations.append(annotation)
        sheet.annotations.append(annotation)
        element.kids.append(Annotation(sheet.number, number))

    def bookmark(self, title: str, sheet: Sheet, y: float) -> None:
        """Let the outline lead to a height on a page."""
        self._bookmarks.append((" ".join(clean(title).split())[:120] or "-", sheet.number, y))

    def save(self, path: Path) -> None:
        """Write the file; the same calls give the same bytes."""
        pdf = self._pdf
        fonts = Dictionary({f"/{name}": font.embed(pdf) for name, font in self._fonts.items()})
        shared = pdf.make_indirect(fonts)
        pages = [self._page(sheet, shared) for sheet in self.sheets]
        for number, annotation in enumerate(self._annotations):
            annotation.StructParent = len(pages) + number
        Tree(pdf, pages, self._annotations).install(self.structure)
        self._outline()
        self._attach()
        metadata.describe(pdf, title=self._title, created=self._created, flavour=self.flavour)
        write(pdf, path, self.flavour)
        pdf.close()

    def _attach(self) -> None:
        files = Array()
        for attached in self._attached:
            content = attached.path.read_bytes()
            date = self._created.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
            stream = Stream(
                self._pdf,
                content,
                Type=Name.EmbeddedFile,
                Subtype=Name("/" + attached.media_type),
                Params=Dictionary(Size=len(content), ModDate=String(date)),
            )
            embedded = self._pdf.make_indirect(stream)
            name = String(attached.path.name)
            file = Dictionary(
                Type=Name.Filespec,
                F=name,
                UF=name,
                Desc=String(attached.description),
                AFRelationship=Name("/" + attached.relationship),
                EF=Dictionary(F=embedded, UF=embedded),
            )
            files.append(self._pdf.make_indirect(file))
        if files:
            self._pdf.Root.AF = files
            named = [part for file in sorted(files, key=lambda one: str(one.UF)) for part in (file.UF, file)]
            self._pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(named)))

    def _page(self, sheet: Sheet, fonts: pikepdf.Object) -> Dictionary:
        pdf = self._pdf
        page = pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, PAGE_WIDTH * _POINT, PAGE_HEIGHT * _POINT]),
                Resources=Dictionary(
                    Font=fonts, XObject=Dictionary({f"/{name}": image for name, image in sheet.images.items()})
                ),
                Contents=pdf.make_indirect(Stream(pdf, "\n".join(sheet.operations).encode())),
                StructParents=sheet.number,
                Tabs=Name.S,
            )
        )
        if sheet.annotations:
            page.Annots = Array(sheet.annotations)
        pdf.pages.append(pikepdf.Page(page))
        return pdf.pages[-1].obj

    def _outline(self) -> None:
        with self._pdf.open_outline() as outline:
            for title, page, y in self._bookmarks:
                top = (PAGE_HEIGHT - y) * _POINT
                outline.root.append(OutlineItem(title, page, "XYZ", left=0, top=top, zoom=0))


def raised(words: Iterable[Word]) -> Iterator[Word]:
    """Return words, and those with emoji a quarter of a line higher where others on their line are read from the right.

    Of a cluster on such a line PDFium loses a part, and poppler turns it; on a line of its own it comes out whole.
    """
    laid = list(words)
    turned = [word for word in laid if is_right_to_left(word.text)]
    for word in laid:
        middle, thin = word.y + word.height / 2, word.height / 4
        beside = any(one.y < middle < one.box.bottom for one in turned) and not is_right_to_left(word.text)
        yield word._replace(y=word.y - thin, height=thin) if beside and has_emoji(word.text) else word


def write(pdf: pikepdf.Pdf, path: Path, flavour: Flavour) -> None:
    """Save `pdf` as its flavour demands; the same content gives the same bytes."""
    streams = ObjectStreamMode.disable if flavour.part == 1 else ObjectStreamMode.generate  # ISO 19005-1, 6.1.4
    pdf.save(path, deterministic_id=True, object_stream_mode=streams, force_version=flavour.version)


def safe_target(url: str) -> str | None:
    """Return `url` in ASCII if it leads to the web or to a mailbox, else None: the archive runs nobody's scripts."""
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return None
    if scheme not in _SAFE_SCHEMES:
        return None
    return quote(clean(url), safe="!#$%&'()*+,/:;=?@[]~-._")


def _as_in_png(width: int) -> Dictionary:
    return Dictionary(Predictor=15, Colors=3, BitsPerComponent=8, Columns=width)


def _points(box: Box) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top in points from the lower left corner."""
    return (
        box.x * _POINT,
        (PAGE_HEIGHT - box.bottom) * _POINT,
        box.right * _POINT,
        (PAGE_HEIGHT - box.y) * _POINT,
    )


def points(box: Box) -> Box:
    """Return a box of the page in PDF's own coordinates."""
    left, bottom, right, top = _points(box)
    return Box(left, bottom, right - left, top - bottom)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _numbers(*values: float) -> str:
    return " ".join(_number(value) for value in values)
