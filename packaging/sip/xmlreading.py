"""Reads XML that may be hostile: no DTD, no entities, no network, and limits on everything."""

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.shelf import UNREADABLE, Shelf

_LARGEST = 256 << 20  # a METS of 250,000 files
_BUFFER = 1 << 16


def read_xml(shelf: Shelf, path: str, findings: Findings) -> "etree._ElementTree | None":
    """Return the XML document at `path`, or None after noting why it cannot be read."""
    if shelf.files[path] > _LARGEST:
        size = shelf.files[path]
        findings.add(
            "KA-XML", path, Text(f"{size} byte, läses till {_LARGEST}", f"{size} bytes, read up to {_LARGEST}")
        )
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with shelf.open(path) as file:
            while chunk := file.read(_BUFFER):  # fed by hand, so that a fault of reading is not taken for one of XML
                parser.feed(chunk)
        tree = parser.close().getroottree()
    except etree.XMLSyntaxError as error:
        findings.add("KA-XML", path, str(error))
        return None
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", path, str(error))
        return None
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        findings.add("KA-XML", path, Text("har en DTD", "has a DTD"))
        return None
    return tree


def start_tag(node: "etree._Element") -> str:
    """Return how `node` begins, for a person: its name and attributes without namespaces."""
    shown = " ".join(f'{etree.QName(name).localname}="{value}"' for name, value in node.attrib.items())
    return f"<{etree.QName(node).localname}{' ' if shown else ''}{shown}>"
