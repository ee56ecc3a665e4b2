"""Makes PDF/A of what Chromium prints.

Chromium tags well and embeds its fonts; what it leaves out is an output intent, metadata, a mark on what is mere
decoration, a word about where links lead, and bodies in list items.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Operator,
    String,
)

from capture.pages import metadata
from capture.pages.document import safe_target, write
from capture.pages.profile import Flavour

_Operation = ContentStreamInstruction | ContentStreamInlineImage

_BEGIN, _END = {"BMC", "BDC"}, "EMC"
_PATH = {"m", "l", "c", "v", "y", "h", "re", "W", "W*"}
# ISO 32000-1, 14.8.4
# fmt: off
_STANDARD = frozenset({
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD",
    "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby",
    "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form",
})
# fmt: on
_PAINT = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"}


def fix(printed: Path, into: Path, *, title: str, created: datetime, flavour: Flavour) -> None:
    """Write what `printed` holds to `into` as PDF/A.

    Args:
        printed: a tagged PDF from Chromium.
        into: the new file; whether it succeeded is for the judge to say.
        title: its title.
        created: aware; stated in the file.
        flavour: not of part 1, which forbids the transparency that Chromium prints.
    """
    with pikepdf.open(printed) as pdf:
        for page in pdf.pages:
            page.obj.Tabs = Name.S
            page.obj.Contents = pdf.make_stream(_with_artifacts(page.obj))
            for annotation in page.obj.get("/Annots", ()):
                _speak(annotation)
        _give_bodies(pdf, pdf.Root.StructTreeRoot)
        _open_figures(pdf.Root.StructTreeRoot)
        _map_roles(pdf.Root.StructTreeRoot)
        if "/Outlines" in pdf.Root:
            _drop_structure_links(pdf.Root.Outlines)
        metadata.describe(pdf, title=title, created=created, flavour=flavour)
        write(pdf, into, flavour)


def _with_artifacts(drawn: Object) -> bytes:
    """Return a page's or form's content with what it paints outside marked content marked as decoration.

    ISO 14289-1, 7.1. Chromium draws what is translucent in forms of their own, whose content it marks inside them: such
    a form is not decoration, and is treated as the page is.
    """
    forms = {name for name, form in _forms(drawn) if _marks(pikepdf.parse_content_stream(form))}
    for name, form in _forms(drawn):
        if name in forms:
            form.write(_with_artifacts(form))
    content = pikepdf.parse_content_stream(drawn)
    return pikepdf.unparse_content_stream(list(_decorated(content, forms)))


def _forms(drawn: Object) -> list[tuple[str, Object]]:
    objects = drawn.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    return [(name, form) for name, form in objects.items() if form.get("/Subtype") == Name.Form]


def _decorated(operations: Iterable[_Operation], forms: set[str]) -> Iterator[_Operation]:
    depth = 0
    held: list[_Operation] = []  # a path, or a text object: nothing may come between its parts
    for operation in operations:
        name = str(operation.operator)
        depth += (name in _BEGIN) - (name == _END)
        held.append(operation)
        if name in _PATH or (str(held[0].operator) == "BT" and name != "ET"):
            continue
        paints = name in _PAINT or name == "ET" or (name == "Do" and str(operation.operands[0]) not in forms)
        yield from _artifact(held) if paints and not depth and not _marks(held) else held
        held = []
    yield from held


def _marks(operations: Iterable[_Operation]) -> bool:
    return any(str(operation.operator) in _BEGIN for operation in operations)


def _artifact(operations: Iterable[_Operation]) -> Iterator[_Operation]:
    yield ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    yield from operations
    yield ContentStreamInstruction([], Operator(_END))


def _speak(annotation: Object) -> None:
    """Let a link say where it leads, and print; a target that is neither web nor mailbox is taken away."""
    if annotation.get("/Subtype") != Name.Link:
        return
    annotation.F = 4
    target = "ett ställe i dokumentet"
    if "/A" in annotation and annotation.A.get("/S") == Name.URI:
        safe = safe_target(str(annotation.A.URI))
        if safe is None:
            del annotation.A
        target = safe or "ingenstans"
    annotation.Contents = String(f"Länk: {target}"[:500])


def _give_bodies(pdf: pikepdf.Pdf, element: Object) -> None:
    """Put what a list item holds into a body, as ISO 32000-1, 14.8.4.3.3 asks."""
    waiting = [element]
    while waiting:
        parent = waiting.pop()
        kids = [kid for kid in _kids(parent) if isinstance(kid, Dictionary) and "/S" in kid]
        waiting += kids
        if parent.get("/S") != Name.LI:
            continue
        for kid in [kid for kid in kids if kid.S not in (Name.LBody, Name.Lbl)]:
            body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=parent, K=Array([kid])))
            parent.K = Array([body if other.objgen == kid.objgen else other for other in _kids(parent)])
            kid.P = body


def _open_figures(root: Object) -> None:
    """Make HTML's figures, which hold a picture and its caption, divisions: the picture in them is the figure.

    ISO 14289-1, 7.3: a figure has an alternative text.
    """
    waiting = [root]
    while waiting:
        kids = [kid for kid in _kids(waiting.pop()) if isinstance(kid, Dictionary) and "/S" in kid]
        waiting += kids
        for kid in kids:
            holds = any(isinstance(one, Dictionary) and "/S" in one for one in _kids(kid))
            if str(kid.S) == "/Figure" and "/Alt" not in kid and holds:
                kid.S = Name.Div


def _map_roles(root: Object) -> None:
    """Say what each structure type of Chromium's own (Strong, Em ...) is like, as ISO 19005-2, 6.7.3.4 asks."""
    roles = root.get("/RoleMap", Dictionary())
    waiting = [root]
    while waiting:
        kids = [kid for kid in _kids(waiting.pop()) if isinstance(kid, Dictionary) and "/S" in kid]
        waiting += kids
        for kid in kids:
            if str(kid.S).removeprefix("/") not in _STANDARD and str(kid.S) not in roles:
                roles[str(kid.S)] = Name.Span
    if len(roles):
        root.RoleMap = roles


def _kids(element: Object) -> list[Object]:
    kids = element.get("/K")
    return list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]


def _drop_structure_links(outline: Object) -> None:
    """Remove what Chromium adds to bookmarks and pikepdf's validator does not know."""
    waiting = [outline]
    while waiting:
        item = waiting.pop()
        if "/SE" in item:
            del item.SE
        waiting += [item[name] for name in ("/First", "/Next") if name in item]
