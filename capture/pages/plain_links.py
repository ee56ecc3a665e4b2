"""Links as we write them ourselves, which need no general judge: each is compared with the one shape it may have.

pikepdf's validator takes two thousandths of a second for each, and a volume may hold five thousand.
"""

from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_ENTRIES = {"/Type", "/Subtype", "/Rect", "/Border", "/F", "/A", "/Contents", "/StructParent"}
_PRINTED = 4  # ISO 19005-2, 6.3.2: printed, and nothing else


def set_aside(pdf: pikepdf.Pdf) -> None:
    """Take the links that are exactly of our shape off the pages of an open document; all else stays to be judged."""
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, Array):
            continue
        others = [one for one in annotations if not is_plain(one)]
        if others:
            page.obj.Annots = Array(others)
        else:
            del page.obj.Annots


def is_plain(annotation: Any) -> bool:
    """Return whether an annotation is a printed link to an address, with a rectangle, words, and nothing more."""
    return (
        isinstance(annotation, Dictionary)
        and set(annotation.keys()) == _ENTRIES
        and annotation.Type == Name.Annot
        and annotation.Subtype == Name.Link
        and annotation.F == _PRINTED
        and _numbers(annotation.Rect, 4)
        and _numbers(annotation.Border, 3)
        and isinstance(annotation.Contents, String)
        and _is_number(annotation.StructParent)
        and _leads_to_an_address(annotation.A)
    )


def _leads_to_an_address(action: Any) -> bool:
    return (
        isinstance(action, Dictionary)
        and set(action.keys()) == {"/S", "/URI"}
        and action.S == Name.URI
        and isinstance(action.URI, String)
    )


def _numbers(array: Any, count: int) -> bool:
    return isinstance(array, Array) and len(array) == count and all(map(_is_number, array))


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)  # to Python, a truth value is an int
