"""Reads XML that may be hostile: no DTD, no entities, no network, and limits on everything."""

from typing import IO

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.shelf import UNREADABLE, Shelf

_LARGEST = 256 << 20  # a METS of 250,000 files


def read_xml(shelf: Shelf, path: str, findings: Findings) -> "etree._ElementTree | None":
    """Return the XML document at `path`, or None after noting why it cannot be read."""
    if shelf.files[path] > _LARGEST:
        size = shelf.files[path]
        findings.add(
            "KA-XML", path, Text(f"{size} byte, läses till {_LARGEST}", f"{size} bytes, read up to {_LARGEST}")
        )
        return None
    try:
        with shelf.open(path) as file:
            tree = _parse(file)
    except etree.XMLSyntaxError as error:
        findings.add("KA-XML", path, Text(str(error), str(error)))
        return None
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", path, Text(str(error), str(error)))
        return None
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        findings.add("KA-XML", path, Text("har en DTD", "has a DTD"))
        return None
    return tree


def _parse(file: IO[bytes]) -> "etree._ElementTree":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.parse(file, parser)


def start_tag(node: "etree._Element") -> str:
    """Return how `node` begins, for a person: its name and attributes without namespaces."""
    shown = " ".join(f'{etree.QName(name).localname}="{value}"' for name, value in node.attrib.items())
    return f"<{etree.QName(node).localname}{' ' if shown else ''}{shown}>"
