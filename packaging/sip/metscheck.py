"""Holds METS documents against their schema and the requirements, and gathers what they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.mets import CSIP, METS, SIP, XLINK
from sip.report import Evidence
from sip.rules import METS_RULES, Rule
from sip.shelf import Shelf
from sip.standards import mets_schema
from sip.xmlreading import read_xml, start_tag

_NAMES = {"m": METS, "csip": CSIP, "sip": SIP, "xlink": XLINK}
_REFERRING = etree.XPath("//m:mdRef | //m:file/m:FLocat", namespaces=_NAMES)
_POINTERS = etree.XPath("/m:mets/m:structMap[@LABEL='CSIP']//m:mptr", namespaces=_NAMES)
_GROUPS = etree.XPath("count(//m:fileGrp)", namespaces=_NAMES)
_DIVISIONS = etree.XPath(
    "count(/m:mets/m:structMap/m:div/m:div) + count(/m:mets/m:structMap/m:div/m:div/*)", namespaces=_NAMES
)
_MOST_COMPARISONS = 4_000_000  # a package of 1,000 representations has 2,000,000
_HREF = f"{{{XLINK}}}href"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A file as METS states it. `path` is from the container's top; `kind` is the MDTYPE, if it has one."""

    path: str
    size: str | None
    checksum: str | None
    algorithm: str | None
    kind: str | None
    told_by: str


def check_mets(shelf: Shelf, root: str, findings: Findings) -> tuple[Reference, ...] | None:
    """Check the package's METS and that of every representation it points to.

    Args:
        shelf: The opened package.
        root: Its root folder.
        findings: Takes what is wrong.

    Returns:
        All references to files, or None if the package's METS cannot be read.
    """
    own = f"{root}/METS.xml"
    tree = _checked(shelf, own, findings, package=True)
    if tree is None:
        return None
    findings.see(Evidence.METS)
    stated = tree.getroot().get("OBJID", "")
    if stated != root:
        findings.add("CSIPSTR2", root, Text(f"OBJID är {stated}", f"OBJID is {stated}"))
    references = list(_references(tree, own, root, findings))
    pointers = dict.fromkeys(_resolved(node, own, root, findings) for node in _POINTERS(tree))
    described = [_representation(shelf, path, root, findings) for path in pointers if path is not None]
    if described and len(described) == len(pointers) and None not in described:
        findings.see(Evidence.REPRESENTATIONS)
    for each in described:
        references.extend(each or ())
    return tuple(references)


def _representation(shelf: Shelf, path: str, root: str, findings: Findings) -> tuple[Reference, ...] | None:
    if path not in shelf.files:
        findings.add("KA-PRESENT", path, Text("saknas", "missing"))
        return None
    tree = _checked(shelf, path, findings, package=False)
    return None if tree is None else tuple(_references(tree, path, root, findings))


def _checked(shelf: Shelf, path: str, findings: Findings, *, package: bool) -> "etree._ElementTree | None":
    tree = read_xml(shelf, path, findings)
    if tree is None:
        return None
    if not _within_measure(tree, path, findings):
        return None
    schema = mets_schema()
    schema.validate(tree)
    for fault in schema.error_log:
        findings.add("KA-METS-XSD", f"{path}:{fault.line}", fault.message)
    findings.see(Evidence.METS_SCHEMA)
    for rule in METS_RULES:
        if package or not rule.package_only:
            for node in _breaking(rule.id)(tree):
                found = start_tag(node)
                findings.add(rule.id, f"{path}:{node.sourceline}", found)
    return tree


def _within_measure(tree: "etree._ElementTree", path: str, findings: Findings) -> bool:
    """Tell whether the requirements can be tested in reasonable time: some compare every group with every division."""
    groups, divisions = int(_GROUPS(tree)), int(_DIVISIONS(tree))
    if groups * divisions > _MOST_COMPARISONS:
        found = Text(f"{groups} fileGrp och {divisions} div", f"{groups} fileGrp and {divisions} div")
        findings.add("KA-XML", path, found)
    return groups * divisions <= _MOST_COMPARISONS


@cache
def _breaking(identifier: str) -> etree.XPath:
    """Return the XPath that selects what breaks a rule."""
    rule: Rule = next(each for each in METS_RULES if each.id == identifier)
    return etree.XPath(f"{rule.each}[not({rule.holds})]", namespaces=_NAMES)


def _references(tree: "etree._ElementTree", told_by: str, root: str, findings: Findings) -> Iterator[Reference]:
    for node in _REFERRING(tree):
        path = _resolved(node, told_by, root, findings)
        if path is None:
            continue
        stated = node if node.get("CHECKSUM") is not None else node.getparent()
        yield Reference(
            path=path,
            size=stated.get("SIZE"),
            checksum=stated.get("CHECKSUM"),
            algorithm=stated.get("CHECKSUMTYPE"),
            kind=node.get("MDTYPE"),
            told_by=f"{told_by}:{node.sourceline}",
        )


def _resolved(node: "etree._Element", told_by: str, root: str, findings: Findings) -> str | None:
    """Return the path that `node` refers to, or None after noting that it leads out or says nothing."""
    href = node.get(_HREF)
    if not href:
        return None  # the rule that demands a href has spoken
    parts = told_by.rpartition("/")[0].split("/")
    plain = href.removeprefix("file://") if href.startswith("file://./") else href
    steps = unquote(plain).split("/")
    for step in steps:
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
        if not parts or parts[0] != root or step == "" or "\\" in step or "\0" in step or ":" in step:
            findings.add("KA-ESCAPE", f"{told_by}:{node.sourceline}", href)
            return None
    return "/".join(parts)
