"""Where everything lies on A4: pure arithmetic, in whole CSS pixels of 0.75 pt.

The page is 794 by 1123 CSS pixels and every offset is whole, so a viewer that draws a page at a multiple of 96 dpi
gives the screenshot's own pixels back.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from capture.pages.spool import Block, Box, Kind, Word

PAGE_WIDTH, PAGE_HEIGHT = 794, 1123
LEFT, TOP, WIDTH, BOTTOM = 40, 44, 714, 1063
CAPTION = 34
"""Height of the line above a post that says when it was taken."""
GAP = 22
"""Empty pixels between one post and the next."""

_CLEARANCE = 2  # pixels between a line of text and a cut
_WORTHWHILE = 260  # a post that does not fit starts on the page if this much of it does
_PANELS_WHOLE, _PICTURES_WHOLE = 0.6, 0.12  # the part of the room that must be filled for the wish to hold


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A horizontal part of a shot on a page. `top` and `bottom` are in the shot's pixels, `y` is on the page.

    `factor` is page pixels a shot pixel: 1, or less for a shot wider than the page. `first`: a caption stands above.
    """

    page: int
    y: int
    top: int
    bottom: int
    factor: float
    first: bool


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where the next post begins: pages are counted from 0, `y` is the first free pixel."""

    page: int
    y: int


class Cuts:
    """Where a shot may be cut: never through a line of text if that can be helped, and rather not through a picture.

    Three wishes, each given up when it would leave too much of the page empty: keep bubbles and cards whole, keep
    pictures whole, keep lines whole.
    """

    def __init__(self, tree: Block, panels: Iterable[Box]) -> None:
        lines: list[tuple[float, float]] = []
        figures: list[tuple[float, float]] = []
        for leaf in leaves(tree):
            if leaf.box is not None:
                is_text = isinstance(leaf, Word) or leaf.kind is not Kind.FIGURE
                (lines if is_text else figures).append(_span(leaf.box))
        self._wishes = (
            (_merged([*lines, *figures, *map(_span, panels)]), _PANELS_WHOLE),
            (_merged([*lines, *figures]), _PICTURES_WHOLE),
            (_merged(lines), 0.0),
        )

    def best(self, top: int, room: int) -> int:
        """Return the lowest good place to cut below `top`, at most `room` further down."""
        for spans, least in self._wishes:
            cut = _free_below(spans, top + room)
            if cut > top + least * room:
                return cut
        return top + room


def place(cursor: Cursor, *, width: int, height: int, cuts: Cuts, caption: int) -> tuple[list[Piece], Cursor]:
    """Lay one shot out from `cursor` on; `caption` is the height kept free above its first piece."""
    factor = min(1.0, WIDTH / width)
    page, y = cursor.page, cursor.y
    needed = caption + height * factor
    fits_here, fits_a_page = needed <= BOTTOM - y, needed <= BOTTOM - TOP
    if y > TOP and not fits_here and (fits_a_page or BOTTOM - y < caption + _WORTHWHILE):
        page, y = page + 1, TOP
    y += caption
    pieces: list[Piece] = []
    top = 0
    while top < height:
        room = int((BOTTOM - y) / factor)
        bottom = height if height - top <= room else cuts.best(top, room)
        pieces.append(Piece(page=page, y=y, top=top, bottom=bottom, factor=factor, first=top == 0))
        y += round((bottom - top) * factor)
        top = bottom
        if top < height:
            page, y = page + 1, TOP
    return pieces, Cursor(page=page, y=y + GAP)


def leaves(block: Block) -> Iterator[Word | Block]:
    """Return the words, figures and empty links of `block`, in order."""
    for kid in block.kids:
        if isinstance(kid, Word) or not kid.kids:
            yield kid
        else:
            yield from leaves(kid)


def on_page(box: Box, piece: Piece) -> Box:
    """Return where `box` of the shot lies on the piece's page."""
    f = piece.factor
    return Box(LEFT + box.x * f, piece.y + (box.y - piece.top) * f, box.width * f, box.height * f)


def _span(box: Box) -> tuple[float, float]:
    return box.y - _CLEARANCE, box.bottom + _CLEARANCE


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _free_below(spans: list[tuple[float, float]], limit: int) -> int:
    index = bisect_left(spans, (limit, 0.0)) - 1
    if index < 0 or spans[index][1] <= limit:
        return limit
    return int(spans[index][0])
