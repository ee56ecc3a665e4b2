"""PDF/A of what a visitor saw: pixel-true pages with exact text, tags, and a validator's word for it.

`Pages` takes the pictures during the walk, `build` makes the volumes from them afterwards, and `print_document` turns
an HTML page of our own into the same kind of file. A `PageProfile` says what the archive wants of them. `seal`, which
only those need who seal, is imported by itself: it loads pyHanko.
"""

from capture.pages.cover import Cover
from capture.pages.document import Attachment
from capture.pages.gate import self_test
from capture.pages.printed import print_document
from capture.pages.profile import Flavour, PageProfile, Pictures
from capture.pages.shoot import Pages
from capture.pages.volume import Place, Volume, build

__all__ = [
    "Attachment",
    "Cover",
    "Flavour",
    "PageProfile",
    "Pages",
    "Pictures",
    "Place",
    "Volume",
    "build",
    "print_document",
    "self_test",
]
