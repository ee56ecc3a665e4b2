"""Holds METS documents against their schema and the requirements, and has every file they refer to read."""

from collections.abc import Iterable
from functools import cache

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.fixity import Fixity
from sip.mets import METS
from sip.reference import Base, references
from sip.report import Evidence
from sip.rule import Rule
from sip.standards import mets_schema
from sip.xmlreading import Mass, read_xml, start_tag
from sip.xpaths import NAMES, breaking

_GROUPS = etree.XPath("count(//m:fileGrp)", namespaces=NAMES)
_DIVISIONS = etree.XPath(
    "count(/m:mets/m:structMap/m:div/m:div) + count(/m:mets/m:structMap/m:div/m:div/*)", namespaces=NAMES
)
_POINTING = etree.XPath("//@FILEID | //@ADMID | //@DMDID")
_LOCATION = etree.XPath("string(m:FLocat/@xlink:href)", namespaces=NAMES)
_MOST_COMPARISONS = 4_000_000  # a package of 1,000 representations has 2,000,000
_FOLDERS = frozenset({"documentation", "schemas", "representations", "metadata", "data"})
_FILE = f"{{{METS}}}file"
_GROUP = f"{{{METS}}}fileGrp"
_POINTER = f"{{{METS}}}fptr"
_UNIQUE = {"file": "CSIP67", "fileGrp": "CSIP65", "fileSec": "CSIP59", "dmdSec": "CSIP18", "digiprovMD": "CSIP33",
           "rightsMD": "CSIP46", "structMap": "CSIP83", "div": "CSIP85"}  # fmt: skip


class MetsDocument:
    """One METS document under examination. Its files are read in batches, so that their number costs no memory."""

    def __init__(self, base: Base, rules: Iterable[Rule], fixity: Fixity, findings: Findings) -> None:
        self.premis: list[str] = []
        self._base = base
        self._rules = tuple(rules)
        self._fixity = fixity
        self._findings = findings
        self._ids: set[str] = set()
        self._folders: set[str] = set()

    def check(self) -> "etree._ElementTree | None":
        """Check all of it; return the document, less most of its files, or None if it cannot be read."""
        # In a sip.xml each file has a pointer of its own; of E-ARK's, rules look at what stands around them.
        tags = {_FILE, _POINTER} if self._base.is_fgs_1_2 else {_FILE}
        mass = Mass(tags=frozenset(tags), take=self._take, keep=self._keep, begin=self._begin)
        tree = read_xml(self._fixity.shelf, self._base.document, self._findings, mass)
        if tree is None or not self._within_measure(tree):
            return None
        self._hold(tree, self._rules)
        self._findings.see(Evidence.METS_SCHEMA)
        return tree

    def _begin(self, element: "etree._Element") -> None:
        if element.tag == _GROUP:
            self._folders = set()
        identifier = element.get("ID")
        if identifier is None:
            return
        if identifier in self._ids:
            rule = "KA-ID" if self._base.is_fgs_1_2 else _UNIQUE.get(etree.QName(element).localname, "KA-ID")
            self._findings.add(rule, self._place(element), Text(f"{identifier} igen", f"{identifier} again"))
        self._ids.add(identifier)

    def _keep(self, file: "etree._Element") -> bool:
        """Keep one file of each folder in its group: rules of the group look at where its files lie."""
        if file.tag == _POINTER:
            return False
        folder = _LOCATION(file).partition("/")[0]
        if folder not in _FOLDERS or folder in self._folders:
            return False
        self._folders.add(folder)
        return True

    def _take(self, elements: list["etree._Element"]) -> None:
        self._hold(_envelope(elements), [rule for rule in self._rules if rule.of_files])

    def _hold(self, tree: "etree._ElementTree", rules: Iterable[Rule]) -> None:
        schema = _schema()
        schema.validate(tree)
        for fault in schema.error_log:
            self._findings.add("KA-METS-XSD", f"{self._base.document}:{fault.line}", fault.message)
        for rule in rules:
            for node in breaking(rule, tree):
                self._findings.add(rule.id, self._place(node), start_tag(node))
        self._check_pointers(tree)
        for reference in references(tree, self._base, self._findings):
            self._fixity.check(reference)
            if reference.kind == "PREMIS" and reference.path in self._fixity.shelf.files:
                self.premis.append(reference.path)

    def _check_pointers(self, tree: "etree._ElementTree") -> None:
        for value in _POINTING(tree):
            for identifier in str(value).split() or ("",):
                if identifier not in self._ids:
                    self._findings.add("KA-POINTER", self._place(value.getparent()), identifier)

    def _within_measure(self, tree: "etree._ElementTree") -> bool:
        """Tell whether the rules can be tested in reasonable time: some compare every group with every division."""
        groups, divisions = int(_GROUPS(tree)), int(_DIVISIONS(tree))
        if groups * divisions > _MOST_COMPARISONS:
            found = Text(f"{groups} fileGrp och {divisions} div", f"{groups} fileGrp and {divisions} div")
            self._findings.add("KA-XML", self._base.document, found)
        return groups * divisions <= _MOST_COMPARISONS

    def _place(self, node: "etree._Element") -> str:
        return f"{self._base.document}:{node.sourceline}"


def _envelope(elements: list["etree._Element"]) -> "etree._ElementTree":
    """Return the smallest METS document around files and pointers to files."""
    root = etree.Element(f"{{{METS}}}mets", nsmap={None: METS})
    group = etree.SubElement(etree.SubElement(root, f"{{{METS}}}fileSec"), _GROUP)
    group.extend(element for element in elements if element.tag == _FILE)
    division = etree.SubElement(etree.SubElement(root, f"{{{METS}}}structMap"), f"{{{METS}}}div")
    division.extend(element for element in elements if element.tag == _POINTER)
    return root.getroottree()


@cache
def _schema() -> etree.XMLSchema:
    return mets_schema()
