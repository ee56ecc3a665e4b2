"""The structure tree: what the document is, beside how it looks (ISO 32000-1, 14.7 and 14.8)."""

from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from capture.pages.spool import Box

_PARENTS_A_LEAF = 500


@dataclass(frozen=True)
class MarkedContent:
    """A piece of a page's content: the page's index and the number of the mark on it."""

    page: int
    mark: int


@dataclass(frozen=True)
class Annotation:
    """An annotation of a page, by its number among all annotations."""

    page: int
    number: int


@dataclass
class Element:
    """A structure element in the making. `box` is in points on the page where a figure stands."""

    kind: str
    kids: "list[Element | MarkedContent | Annotation]" = field(default_factory=list)
    alt: str | None = None
    box: Box | None = None

    def add(self, kind: str) -> "Element":
        """Return a new last child."""
        child = Element(kind)
        self.kids.append(child)
        return child


class Tree:
    """Turns elements into PDF objects, with the tree that leads back from content to element."""

    def __init__(self, pdf: pikepdf.Pdf, pages: list[Dictionary], annotations: list[Dictionary]) -> None:
        self._pdf = pdf
        self._pages = pages
        self._annotations = annotations
        self._marks: list[list[Object]] = [[] for _ in pages]
        self._owners: list[Object | None] = [None] * len(annotations)

    def install(self, document: Element) -> None:
        """Hang `document` and all below it on the PDF's root."""
        root = self._pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = self._object(document, root)
        root.ParentTree = self._parent_tree()
        root.ParentTreeNextKey = len(self._pages) + len(self._annotations)
        self._pdf.Root.StructTreeRoot = root

    def _object(self, element: Element, parent: Object) -> Object:
        made = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + element.kind), P=parent))
        if element.alt is not None:
            made.Alt = String(element.alt)
        if element.box is not None:
            edges = [element.box.x, element.box.y, element.box.right, element.box.bottom]
            made.A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=Array([round(edge, 2) for edge in edges]))
        made.K = Array([self._kid(kid, made) for kid in element.kids])
        return made

    def _kid(self, kid: Element | MarkedContent | Annotation, parent: Object) -> Object:
        if isinstance(kid, Element):
            return self._object(kid, parent)
        page = self._pages[kid.page]
        if isinstance(kid, MarkedContent):
            marks = self._marks[kid.page]
            marks.extend([parent] * (kid.mark + 1 - len(marks)))
            marks[kid.mark] = parent
            return Dictionary(Type=Name.MCR, Pg=page, MCID=kid.mark)
        self._owners[kid.number] = parent
        return Dictionary(Type=Name.OBJR, Pg=page, Obj=self._annotations[kid.number])

    def _parent_tree(self) -> Object:
        entries: list[Object | None] = [self._pdf.make_indirect(Array(marks)) for marks in self._marks]
        entries += self._owners
        leaves = []
        for first in range(0, len(entries), _PARENTS_A_LEAF):
            part = entries[first : first + _PARENTS_A_LEAF]
            pairs = [value for key, entry in enumerate(part, first) for value in (key, entry)]
            limits = Array([first, first + len(part) - 1])
            leaves.append(self._pdf.make_indirect(Dictionary(Limits=limits, Nums=Array(pairs))))
        return self._pdf.make_indirect(Dictionary(Kids=Array(leaves)))
