"""Fonts that carry text rather than letters, and the cleaning of text that a stranger wrote.

A code (CID) stands for one grapheme cluster, however many characters that is, and ToUnicode gives the whole cluster
back: a family of four joined by zero-width joiners is one code and comes out whole. Two fonts work this way: the
*shadow* under the pictures, where every cluster is the same empty glyph, and the visible face of captions, where a
cluster without a glyph is drawn as a picture (see `glyphs`), or shows as a square and still reads as itself.
"""

import io
import re
import unicodedata
from collections.abc import Callable
from importlib.resources import files

import pikepdf
import regex
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from register.errors import NotPdfAError
from register.language import Text

_LAST_CID = 65_534
_MILLENNIUM = 3_029_529_600  # 2000-01-01, in seconds since 1904 (OpenType "head")
_LONGEST = 200
"""UTF-16 units in one cluster; longer ones are split, for a ToUnicode string holds 512 bytes (Adobe TN 5411)."""

# Bidirectional controls, zero-width space, byte order mark and soft hyphen: never painted, and only in the way.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"\s+")
_UNFIT = regex.compile(r"[[\p{Co}\p{Cs}\p{Cc}\p{Noncharacter_Code_Point}]--\s]", flags=regex.VERSION1)
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_LEFT_TO_RIGHT_RUN = regex.compile(r"[\p{L}\p{N}]")
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
_CLUSTER = regex.compile(r"\X")


def clean(text: str) -> str:
    """Return `text` without invisible controls, and with U+FFFD for what may not stand in ToUnicode.

    PDF/A-2a forbids private-use characters without a replacement (ISO 19005-2, 6.2.11.7.3); a lone surrogate has no
    UTF-16, and U+0000, U+FEFF and U+FFFE mean nothing there (6.2.11.7.2).
    """
    return _SPACE.sub(" ", _UNFIT.sub("\N{REPLACEMENT CHARACTER}", _INVISIBLE.sub("", text)))


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of cleaned text (UAX 29), absurdly long ones in parts."""
    parts: list[str] = []
    for cluster in _CLUSTER.findall(text):
        parts += [cluster[i : i + _LONGEST // 2] for i in range(0, len(cluster), _LONGEST // 2)]
    return parts


def visual_order(text: list[str]) -> list[str]:
    """Return clusters from left to right as painted: right-to-left words turned, digits and Latin in them not.

    Letters with marks are turned within, as poppler's and PDFium's readers turn them back.
    """
    if not is_right_to_left("".join(text)):
        return text
    turned: list[str] = []
    run: list[str] = []
    for cluster in reversed(text):
        if _LEFT_TO_RIGHT_RUN.match(cluster) and not _RIGHT_TO_LEFT.match(cluster):
            run.insert(0, cluster)
        else:
            turned += [*run, cluster[::-1]]  # whoever turns it back turns every character, marks and all
            run = []
    return turned + run


def has_emoji(text: str) -> bool:
    """Return whether `text` holds a character that is a picture."""
    return _PICTOGRAPH.search(text) is not None


def is_right_to_left(text: str) -> bool:
    """Return whether `text` holds a letter that is read from the right."""
    return _RIGHT_TO_LEFT.search(text) is not None


class ClusterFont:
    """A Type 0 font in the making: gives out codes as text comes, and becomes PDF objects at the end.

    Args:
        name: its PostScript name.
        program: a TrueType font.
        glyph_of: the glyph and its advance, in thousandths, of a cluster.
        has_glyph: whether a cluster has one of its own, and not the one for all.
    """

    def __init__(
        self,
        name: str,
        program: bytes,
        glyph_of: Callable[[str], tuple[int, int]],
        has_glyph: Callable[[str], bool] = lambda _cluster: True,
    ) -> None:
        self.name = name
        self.has_glyph = has_glyph
        self._program = program
        self._glyph_of = glyph_of
        self._codes: dict[str, int] = {}
        self._glyphs: list[tuple[int, int]] = []

    def codes(self, text: list[str]) -> str:
        """Return `text` as the content of a hexadecimal string."""
        return "".join(f"{self._code(cluster):04x}" for cluster in text)

    def width(self, text: list[str]) -> int:
        """Return the width of `text` in thousandths of the font size."""
        return sum(self._glyphs[self._code(cluster) - 1][1] for cluster in text)

    def _code(self, cluster: str) -> int:
        code = self._codes.get(cluster)
        if code is None:
            code = len(self._codes) + 1
            if code > _LAST_CID:
                raise _too_many_clusters()
            self._codes[cluster] = code
            self._glyphs.append(self._glyph_of(cluster))
        return code

    def embed(self, pdf: pikepdf.Pdf) -> Dictionary:
        """Return the font as a PDF object (ISO 32000-1, 9.7)."""
        font = TTFont(io.BytesIO(self._program))
        per_em = 1000 / font["head"].unitsPerEm
        box = [round(getattr(font["head"], edge) * per_em) for edge in ("xMin", "yMin", "xMax", "yMax")]
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + self.name),
            Flags=4,
            FontBBox=Array(box),
            ItalicAngle=0,
            Ascent=round(font["hhea"].ascent * per_em),
            Descent=round(font["hhea"].descent * per_em),
            CapHeight=700,
            StemV=80,
            FontFile2=pdf.make_indirect(Stream(pdf, self._program, Length1=len(self._program))),
        )
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + self.name),
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=500,
            W=Array([1, Array([advance for _, advance in self._glyphs])]),
            CIDToGIDMap=Stream(pdf, b"\0\0" + b"".join(glyph.to_bytes(2, "big") for glyph, _ in self._glyphs)),
        )
        whole = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + self.name),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, self._to_unicode())),
        )
        return pdf.make_indirect(whole)

    def _to_unicode(self) -> bytes:
        lines = [f"<{code:04x}> <{cluster.encode('utf-16-be').hex()}>" for cluster, code in self._codes.items()]
        blocks = [lines[i : i + 100] for i in range(0, len(lines), 100)]
        mapped = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{mapped}"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode()


def shadow_font() -> ClusterFont:
    """Return the font under the pictures. Its advance is half an em for every cluster."""
    return ClusterFont("KanalarkivShadow", _shadow_program(), lambda _cluster: (1, 500))


def visible_font(*, bold: bool = False) -> ClusterFont:
    """Return the face of captions, cover and footer."""
    name = "DejaVuSans-Bold" if bold else "DejaVuSans"
    program = files("capture.pages").joinpath("fonts", f"{name}.ttf").read_bytes()
    font = TTFont(io.BytesIO(program))
    glyphs, advances, per_em = font.getBestCmap(), font["hmtx"], 1000 / font["head"].unitsPerEm

    def own(cluster: str) -> str | None:
        composed = unicodedata.normalize("NFC", cluster)
        return glyphs.get(ord(composed)) if len(composed) == 1 else None

    def glyph_of(cluster: str) -> tuple[int, int]:
        glyph = own(cluster) or glyphs[ord("\N{WHITE SQUARE}")]
        return font.getGlyphID(glyph), round(advances[glyph][0] * per_em)

    return ClusterFont(name, program, glyph_of, lambda cluster: own(cluster) is not None)


def _shadow_program() -> bytes:
    """Return a TrueType font of one glyph, nearly empty.

    PDFium drops a text object of one character whose glyph has no outline, so two triangles of one unit mark the
    lower left and the upper right corner of the box.
    """
    pen = TTGlyphPen(None)
    for x, y in ((0, -200), (499, 799)):
        pen.moveTo((x, y))
        pen.lineTo((x, y + 1))
        pen.lineTo((x + 1, y))
        pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.updateHead(created=_MILLENNIUM, modified=_MILLENNIUM)  # a date that never changes
    builder.setupGlyphOrder([".notdef", "shadow"])
    builder.setupCharacterMap({0xE000: "shadow"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "shadow": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "shadow": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupPost()
    builder.font.recalcTimestamp = False
    program = io.BytesIO()
    builder.save(program)
    return program.getvalue()


def _too_many_clusters() -> NotPdfAError:
    return NotPdfAError(
        happened=Text(
            f"En volym innehåller fler än {_LAST_CID} olika tecken, mer än ett PDF-typsnitt rymmer.",
            f"A volume holds more than {_LAST_CID} different characters, more than a PDF font can.",
        ),
        safe=Text("Bilderna och texterna ligger kvar.", "The pictures and texts are kept."),
        next_step=Text("Bygg sidorna i mindre volymer.", "Build the pages in smaller volumes."),
    )
