"""Reads XML that may be hostile and may be large: no DTD, no entities, no network, limits on everything.

Elements of which a document may hold any number (a METS `file`, a PREMIS `object`) are handed over in batches and do
not stay in the tree, so a document of 100,000 files takes little more memory than one of ten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.shelf import UNREADABLE, Shelf

_LARGEST = 512 << 20  # a METS of 500,000 files
_LONGEST_TOKEN = 4 << 20
_MOST_CDATA = 1 << 20  # libxml2 joins its pieces in a time that grows with the square of them
_MOST_KEPT = 1_000_000
_BATCH = 1_000
_BUFFER = 1 << 18
_SIZE = etree.XPath("count(descendant-or-self::*)")


class _ExcessError(Exception):
    """The document has what a METS or PREMIS document never has; `text` says what."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass(frozen=True, kw_only=True)
class Mass:
    """The elements to hand over in batches.

    `tags` are their names. `take` gets a batch; `keep` tells of one that it is to stay in the tree as well as be seen
    there. `begin` is told of every element of the document as it begins.
    """

    tags: frozenset[str]
    take: Callable[[list["etree._Element"]], None]
    keep: Callable[["etree._Element"], bool]
    begin: Callable[["etree._Element"], None]


def read_xml(shelf: Shelf, path: str, findings: Findings, mass: Mass | None = None) -> "etree._ElementTree | None":
    """Return the XML document at `path`, less what `mass` took, or None after noting why it cannot be read."""
    if shelf.files[path] > _LARGEST:
        size = shelf.files[path]
        findings.add(
            "KA-XML", path, Text(f"{size} byte, läses till {_LARGEST}", f"{size} bytes, read up to {_LARGEST}")
        )
        return None
    reading = _Reading(mass)
    try:
        for chunk in _chunks(shelf, path):  # fed by hand, so that a fault of reading is not taken for one of XML
            reading.feed(chunk)
        return reading.end()
    except _ExcessError as excess:
        findings.add("KA-XML", path, excess.text)
    except (etree.XMLSyntaxError, expat.ExpatError) as error:
        findings.add("KA-XML", path, str(error))
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", path, str(error))
    return None


def first_attributes(shelf: Shelf, path: str) -> dict[str, str]:
    """Return the attributes of the root element, as far as it can be read; nothing is noted if it cannot."""
    found: dict[str, str] = {}

    def root(_name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.update(attributes)

    try:
        gate = _Gate()
        gate.parser.StartElementHandler = root
        for chunk in _chunks(shelf, path):
            gate.feed(chunk)
            if found:
                break
    except (_ExcessError, expat.ExpatError, *UNREADABLE):
        pass  # whoever reads the whole document says so
    return found


def start_tag(node: "etree._Element") -> str:
    """Return how `node` begins, for a person: its name and attributes without namespaces."""
    shown = " ".join(f'{etree.QName(name).localname}="{value}"' for name, value in node.attrib.items())
    return f"<{etree.QName(node).localname}{' ' if shown else ''}{shown}>"


def _chunks(shelf: Shelf, path: str) -> Iterator[bytes]:
    with shelf.open(path) as file:
        while chunk := file.read(_BUFFER):
            yield chunk


class _Gate:
    """Measures a document before libxml2 sees it: that would hold an attribute of 1 GB in memory before refusing it."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse_dtd
        self.parser.StartCdataSectionHandler = self._begin_cdata
        self.parser.EndCdataSectionHandler = self._end_cdata
        self._fed = 0
        self._cdata_from: int | None = None
        self._cdata = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next part."""
        self.parser.Parse(chunk, False)
        self._fed += len(chunk)
        if self._fed - max(self.parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
            measure = f"{_LONGEST_TOKEN} byte"
            raise _ExcessError(Text(f"mer än {measure} i ett stycke", f"more than {measure}s in one piece"))

        open_section = self._fed - self._cdata_from if self._cdata_from is not None else 0
        if self._cdata + open_section > _MOST_CDATA:
            raise _ExcessError(Text(f"mer än {_MOST_CDATA} byte CDATA", f"more than {_MOST_CDATA} bytes of CDATA"))
        if self._fed > _LARGEST:
            raise _ExcessError(Text(f"mer än {_LARGEST} byte", f"more than {_LARGEST} bytes"))

    def _begin_cdata(self) -> None:
        self._cdata_from = self.parser.CurrentByteIndex

    def _end_cdata(self) -> None:
        self._cdata += self.parser.CurrentByteIndex - (self._cdata_from or 0)
        self._cdata_from = None

    @staticmethod
    def _refuse_dtd(*_named: object) -> None:
        raise _ExcessError(Text("har en DTD", "has a DTD"))


class _Reading:
    """One document being read."""

    def __init__(self, mass: Mass | None) -> None:
        self._mass = mass
        self._gate = _Gate()
        self._parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        self._batch: list[etree._Element] = []
        self._kept = 0

    def feed(self, chunk: bytes) -> None:
        self._gate.feed(chunk)
        self._parser.feed(chunk)
        self._look()

    def end(self) -> "etree._ElementTree":
        tree = self._parser.close().getroottree()
        self._look()
        self._hand_over()
        return tree

    def _look(self) -> None:
        for event, element in self._parser.read_events():
            if event == "start":
                self._begin(element)
            elif self._mass is not None and element.tag in self._mass.tags:
                self._take_before(element, self._mass)

    def _begin(self, element: "etree._Element") -> None:
        self._kept += 1
        if self._kept > _MOST_KEPT:
            found = Text(f"mer än {_MOST_KEPT} element", f"more than {_MOST_KEPT} elements")
            raise _ExcessError(found)
        if self._mass is not None:
            self._mass.begin(element)

    def _take_before(self, element: "etree._Element", mass: Mass) -> None:
        """Take the element before this one, which has just ended: the parser still works on this one."""
        before = element.getprevious()
        if before is None or before.tag not in mass.tags or mass.keep(before):
            return
        self._kept -= int(_SIZE(before))
        element.getparent().remove(before)  # type: ignore[union-attr]  # what has a sibling has a parent
        self._batch.append(before)
        if len(self._batch) >= _BATCH:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._batch and self._mass is not None:
            self._mass.take(self._batch)
            self._batch = []
