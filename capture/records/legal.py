"""Text from a channel, made fit for XML 1.0 and for a spreadsheet.

A stranger may write any code point in a comment. XML 1.0 (fifth edition, production 2, Char) forbids some of them
altogether, even escaped, and a spreadsheet runs what begins with an equals sign.
"""

import re

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r")


class XmlText:
    """Replaces what XML 1.0 forbids by U+FFFD, and counts it, so that the replacement can be stated."""

    def __init__(self) -> None:
        self.replaced = 0

    def legal(self, text: str) -> str:
        """Return `text` with every character that XML 1.0 forbids replaced by U+FFFD."""
        fit, count = _ILLEGAL.subn("\N{REPLACEMENT CHARACTER}", text)
        self.replaced += count
        return fit


def spreadsheet_cell(text: str) -> str:
    """Return `text` so that no spreadsheet program runs it: an apostrophe before what would begin a formula."""
    fit = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{fit}" if fit.startswith(_FORMULA_STARTERS) else fit
