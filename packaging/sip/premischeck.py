"""Holds PREMIS against the schema its package promises, and against what METS says and the files are."""

from collections.abc import Iterable, Mapping, Set

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.fixity import Measured
from sip.metscheck import Reference
from sip.premis import NAMESPACE
from sip.report import Evidence
from sip.shelf import Shelf
from sip.standards import PREMIS_SCHEMA, premis_schema
from sip.xmlreading import read_xml

_NAMES = {"p": NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
_OBJECTS = etree.XPath("/p:premis/p:object[contains(@xsi:type,'file')]", namespaces=_NAMES)
_PROMISE = etree.XPath("string(/p:premis/@xsi:schemaLocation)", namespaces=_NAMES)
_IDENTIFIER = etree.XPath("string(p:objectIdentifier/p:objectIdentifierValue)", namespaces=_NAMES)
_SIZE = etree.XPath("string(p:objectCharacteristics/p:size)", namespaces=_NAMES)
_DIGESTS = etree.XPath(
    "p:objectCharacteristics/p:fixity[p:messageDigestAlgorithm='SHA-256']/p:messageDigest/text()", namespaces=_NAMES
)


def check_premis(
    shelf: Shelf, root: str, references: Iterable[Reference], measured: Mapping[str, Measured], findings: Findings
) -> None:
    """Check every PREMIS document that METS refers to.

    A document that promises our own schema is held against it, and must then describe each file METS speaks of,
    except the METS and PREMIS documents themselves.
    """
    references = tuple(references)
    documents = sorted({each.path for each in references if each.kind == "PREMIS" and each.path in measured})
    described: dict[str, Measured] = {}
    read, ours = 0, 0
    for path in documents:
        tree = read_xml(shelf, path, findings)
        if tree is None or not _is_premis(tree, path, findings):
            continue
        read += 1
        if _PROMISE(tree).endswith(PREMIS_SCHEMA):
            ours += 1
            _check_schema(tree, path, findings)
            described.update(_described(tree, root))
    if documents and read == len(documents):
        findings.see(Evidence.PREMIS)
    if ours:
        spoken_of = {each.path for each in references if each.kind != "PREMIS" and not each.path.endswith("/METS.xml")}
        _compare(described, spoken_of, measured, findings)


def _is_premis(tree: "etree._ElementTree", path: str, findings: Findings) -> bool:
    tag = tree.getroot().tag
    if tag != f"{{{NAMESPACE}}}premis":
        findings.add("KA-PREMIS", path, str(tag))
        return False
    return True


def _check_schema(tree: "etree._ElementTree", path: str, findings: Findings) -> None:
    schema = premis_schema()
    schema.validate(tree)
    for fault in schema.error_log:
        findings.add("KA-PREMIS-XSD", f"{path}:{fault.line}", fault.message)


def _described(tree: "etree._ElementTree", root: str) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for node in _OBJECTS(tree):
        size = _SIZE(node).strip()
        digests = _DIGESTS(node)
        found[f"{root}/{_IDENTIFIER(node)}"] = Measured(
            size=int(size) if size.isascii() and size.isdigit() else -1, sha256=str(digests[0]) if digests else None
        )
    return found


def _compare(
    described: Mapping[str, Measured], spoken_of: Set[str], measured: Mapping[str, Measured], findings: Findings
) -> None:
    for path in sorted(spoken_of - described.keys()):
        findings.add("KA-PREMIS-FILE", path, Text("beskrivs inte i PREMIS", "not described in PREMIS"))
    for path in sorted(described.keys() - spoken_of):
        findings.add("KA-PREMIS-FILE", path, Text("beskrivs i PREMIS men inte i METS", "in PREMIS but not in METS"))
    for path in sorted(described.keys() & measured.keys()):
        if described[path] != measured[path]:
            found = Text(
                f"PREMIS: {described[path].size} byte, {described[path].sha256}",
                f"PREMIS: {described[path].size} bytes, {described[path].sha256}",
            )
            findings.add("KA-PREMIS-FILE", path, found)
