"""Text from a channel, made safe to stand on one line of a title, a tag or a subtitle."""

import unicodedata

_ELLIPSIS = "…"
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def storable(text: str) -> str:
    """Return `text` with lone surrogates, which no encoding of ours can write, replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(text: str, *, most_bytes: int) -> str:
    """Return `text` on one line, at most `most_bytes` long in UTF-8, an ellipsis saying that it was cut.

    Control characters and line breaks become spaces; characters that turn the direction of writing (and can make a
    title read as another) and noncharacters are left out.
    """
    clean = "".join(_shown(character) for character in storable(text))
    return _cut(" ".join(clean.split()), most_bytes)


def _shown(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
        return " "
    code = ord(character)
    if character in _DIRECTIONS or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return ""
    return character


def _cut(text: str, most_bytes: int) -> str:
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    kept = encoded[: most_bytes - len(_ELLIPSIS.encode())].decode(errors="ignore")
    return kept.rstrip() + _ELLIPSIS
