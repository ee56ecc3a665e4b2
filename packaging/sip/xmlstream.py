"""Writes XML as a stream, indented, in memory that does not grow with the document.

What is written may come from a stranger's channel: characters that XML 1.0 cannot hold become U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree._serializer import _IncrementalFileWriter  # a name of the type stubs only

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2, Char


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take `data`."""


def legal(text: str) -> str:
    """Return `text` with each character that XML 1.0 cannot hold replaced by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


class XmlStream:
    """An XML document being written. Elements are named in `namespace` unless the name carries its own."""

    def __init__(self, out: _IncrementalFileWriter, namespace: str) -> None:
        self._out = out
        self._namespace = namespace
        self._depth = 0

    @contextmanager
    def element(
        self, name: str, attributes: Mapping[str, str | None] | None = None, nsmap: dict[str | None, str] | None = None
    ) -> Iterator[None]:
        """Write an element around what the block writes. Attributes that are None are left out."""
        given = {key: legal(value) for key, value in (attributes or {}).items() if value is not None}
        self._line()
        with self._out.element(f"{{{self._namespace}}}{name}", given, nsmap=nsmap):
            self._depth += 1
            yield
            self._depth -= 1
            self._out.write("\n" + "  " * self._depth)

    def leaf(self, name: str, text: str | None = None, attributes: Mapping[str, str | None] | None = None) -> None:
        """Write an element that holds text, or nothing."""
        given = {key: legal(value) for key, value in (attributes or {}).items() if value is not None}
        self._line()
        with self._out.element(f"{{{self._namespace}}}{name}", given):
            if text:
                self._out.write(legal(text))

    def _line(self) -> None:
        if self._depth:
            self._out.write("\n" + "  " * self._depth)


@contextmanager
def document(
    sink: Sink, name: str, *, nsmap: dict[str | None, str], attributes: Mapping[str, str | None] | None = None
) -> Iterator[XmlStream]:
    """Write one XML document, UTF-8 with declaration, into `sink`; the root is `name` in the default namespace."""
    namespace = nsmap[None]
    with etree.xmlfile(sink, encoding="UTF-8") as out:
        out.write_declaration()
        stream = XmlStream(out, namespace)
        with stream.element(name, attributes, nsmap):
            yield stream
