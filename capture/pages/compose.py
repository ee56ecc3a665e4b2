"""Draws a shot on its sheets: the picture, the text under it, and what each part of it is."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from capture.pages.document import Document, Sheet, points, safe_target
from capture.pages.layout import Piece, on_page
from capture.pages.picture import Picture, photographs, words
from capture.pages.spool import Block, Box, Kind, Shot, Word
from capture.pages.structure import Element
from capture.pages.textlayer import clean, is_right_to_left

NO_ALT = "Bild utan alternativtext i källan"


class Composer:
    """Draws one shot.

    Args:
        document: where to.
        shot: what was taken.
        pieces: where its parts lie; their pages are indices into the document's sheets.
        pictures: the image of each piece.
        headings: the structure types of the first heading and of those after it.
        titled_by_first: whether the first paragraph is a heading even if the page does not say so.
    """

    def __init__(
        self,
        document: Document,
        shot: Shot,
        *,
        pieces: Sequence[Piece],
        pictures: Sequence[Picture],
        headings: tuple[str, str],
        titled_by_first: bool,
    ) -> None:
        self._document = document
        self._shot = shot
        self._pieces = pieces
        self._tops = [piece.top for piece in pieces]
        self._pictures = pictures
        self._photos = {id(block): number for number, block in enumerate(photographs(shot.reading.tree))}
        blank = {number for picture in pictures for number in picture.blank}
        self._blank = {id(word) for number, word in enumerate(words(shot.reading.tree)) if number in blank}
        self._levels = iter(_levels(*headings))
        self._untitled = titled_by_first
        self._targets = [safe_target(link.url) for link in shot.reading.links]

    @property
    def dropped_links(self) -> int:
        """The number of links that are shown but do not lead anywhere, because of where they would."""
        return self._targets.count(None)

    def draw(self, parent: Element) -> None:
        """Draw the whole shot and hang what it is on `parent`."""
        for piece, picture in zip(self._pieces, self._pictures, strict=True):
            sheet = self._sheet(piece)
            with self._document.artifact(sheet):
                self._document.image(sheet, picture.flat, on_page(picture.flat.box, piece))
        self._blocks(self._shot.reading.tree.kids, parent)

    def _blocks(self, kids: Iterable[Word | Block], parent: Element) -> None:
        for block in kids:
            if isinstance(block, Word):
                continue
            match block.kind:
                case Kind.PARAGRAPH | Kind.HEADING:
                    self._paragraph(block, parent)
                case Kind.FIGURE:
                    self._figure(block, parent)
                case Kind.LINK:
                    self._empty_link(block, parent)
                case Kind.LIST:
                    self._list(block, parent)
                case Kind.LIST_ITEM | Kind.ARTICLE:
                    self._container(block, parent)

    def _container(self, block: Block, parent: Element) -> None:
        holder = Element("Art" if block.kind is Kind.ARTICLE else "Div")
        self._blocks(block.kids, holder)
        if holder.kids:
            parent.kids.append(holder)

    def _list(self, block: Block, parent: Element) -> None:
        # A list holds items and an item a body, whatever the page put in between (ISO 32000-1, 14.8.4.3.3).
        made = Element("L")
        for kid in block.kids:
            body = Element("LBody")
            if isinstance(kid, Block):
                self._blocks(kid.kids if kid.kind is Kind.LIST_ITEM else [kid], body)
            if body.kids:
                made.add("LI").kids.append(body)
        if made.kids:
            parent.kids.append(made)

    def _paragraph(self, block: Block, parent: Element) -> None:
        words = list(self._seen(block))
        if not words:
            return
        heading = block.kind is Kind.HEADING or self._untitled
        self._untitled = False
        element = parent.add(next(self._levels) if heading else "P")
        before: Word | None = None
        for link, same in groupby(words, key=self._link_of):
            run = list(same)
            holder = element if link is None else element.add("Link")
            for index, part in groupby(run, key=self._piece_index):
                before = self._words(index, list(part), before, holder)
            if link is not None:
                text = " ".join(word.text for word in run)
                for line in _lines(run):
                    piece = self._pieces[self._piece_index(line[0])]
                    self._annotate(holder, link, on_page(_union(line), piece), piece, text)

    def _seen(self, block: Block) -> Iterator[Word]:
        """Return the words of a paragraph that its picture shows."""
        spaced = False
        for kid in block.kids:
            if isinstance(kid, Word):
                spaced = spaced or kid.spaced
                if id(kid) not in self._blank:
                    yield kid._replace(spaced=spaced)
                    spaced = False

    def _words(self, index: int, words: list[Word], before: Word | None, element: Element) -> Word:
        """Lay words that stand on one piece; return the last of them."""
        piece = self._pieces[index]
        laid: list[Word] = []
        for word in words:
            if word.spaced and before is not None and self._piece_index(before) == index:
                leftwards = _same_line(before, word) and word.x < before.x
                if leftwards and not is_right_to_left(word.text):  # a number among words that are read from the right
                    laid.append(_on_page(word._replace(text=f"{word.text} "), piece))
                    before = word
                    continue
                if laid and not leftwards and not is_right_to_left(before.text):
                    laid[-1] = laid[-1]._replace(text=f"{before.text} ")
                else:
                    laid.append(_on_page(_space(before, word), piece))
            laid.append(_on_page(word, piece))
            before = word
        with self._document.marked(self._sheet(piece), element):
            self._document.shadow(self._sheet(piece), laid)
        return words[-1]

    def _empty_link(self, block: Block, parent: Element) -> None:
        link = self._safe(block.link)
        if block.box is None or link is None:
            return
        element = parent.add("P").add("Link")
        for piece, _ in self._parts(block.box):
            place = on_page(_within(block.box, piece), piece)
            with self._document.marked(self._sheet(piece), element):
                self._document.region(self._sheet(piece), place)
            self._annotate(element, link, place, piece, "")

    def _figure(self, block: Block, parent: Element) -> None:
        link = self._safe(block.link)
        if block.box is None or (block.alt == "" and link is None):
            self._decoration(block)
            return
        holder = parent if link is None else parent.add("P").add("Link")
        figure = holder.add("Figure")
        figure.alt = clean(block.alt or NO_ALT)
        for piece, picture in self._parts(block.box):
            place = on_page(_within(block.box, piece), piece)
            figure.box = figure.box or points(place)
            with self._document.marked(self._sheet(piece), figure):
                if not self._photograph(block, piece, picture):
                    self._document.region(self._sheet(piece), place)
            if link is not None:
                self._annotate(holder, link, place, piece, figure.alt)

    def _decoration(self, block: Block) -> None:
        for piece, picture in self._parts(block.box) if block.box else ():
            with self._document.artifact(self._sheet(piece)):
                self._photograph(block, piece, picture)

    def _photograph(self, block: Block, piece: Piece, picture: Picture) -> bool:
        photo = picture.photos.get(self._photos.get(id(block), -1))
        if photo is not None:
            self._document.image(self._sheet(piece), photo, on_page(photo.box, piece))
        return photo is not None

    def _annotate(self, element: Element, link: int, place: Box, piece: Piece, text: str) -> None:
        label = text or self._shot.reading.links[link].label
        self._document.link(self._sheet(piece), element, place, target=self._targets[link] or "", label=label)

    def _link_of(self, word: Word) -> int | None:
        return self._safe(word.link)

    def _safe(self, link: int | None) -> int | None:
        return None if link is None or self._targets[link] is None else link

    def _parts(self, box: Box) -> Iterator[tuple[Piece, Picture]]:
        for piece, picture in zip(self._pieces, self._pictures, strict=True):
            if piece.top < box.bottom and box.y < piece.bottom:
                yield piece, picture

    def _piece_index(self, word: Word) -> int:
        return max(0, bisect_right(self._tops, word.y + word.height / 2) - 1)

    def _sheet(self, piece: Piece) -> Sheet:
        return self._document.sheets[piece.page]


def _levels(first: str, later: str) -> Iterator[str]:
    yield first
    while True:
        yield later


def _space(before: Word, word: Word) -> Word:
    """Return the space between two words; at the end of a line, a narrow one after the first."""
    gaps = ((before.box.right, word.x), (word.box.right, before.x))  # to the right, or to the left
    for start, end in gaps if _same_line(before, word) else ():
        if 0 < end - start < 4 * before.height:
            return before._replace(text=" ", x=start, width=end - start)
    return before._replace(text=" ", x=before.box.right, width=0.25 * before.height)


def _same_line(one: Word, other: Word) -> bool:
    return abs(one.y - other.y) < 0.5 * max(one.height, other.height)


def _lines(words: list[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in words:
        if line and not _same_line(word, line[-1]):
            yield line
            line = []
        line.append(word)
    yield line


def _union(words: Sequence[Word]) -> Box:
    left, top = min(word.x for word in words), min(word.y for word in words)
    return Box(left, top, max(word.box.right for word in words) - left, max(word.box.bottom for word in words) - top)


def _within(box: Box, piece: Piece) -> Box:
    top = max(box.y, piece.top)
    return box._replace(y=top, height=min(box.bottom, piece.bottom) - top)


def _on_page(word: Word, piece: Piece) -> Word:
    x, y, width, height = on_page(word.box, piece)
    return word._replace(x=x, y=y, width=width, height=height)
