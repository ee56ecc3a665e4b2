"""Holds PREMIS against what the standard demands, the schema its package promises, METS, and the files.

A document that promises our schema is held against it in full, and must describe every file that METS speaks of. Of
anybody else's, what is said about a file must be true, and the report says what was not checked.
"""

from collections.abc import Iterable
from functools import cache

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.fixity import Fixity
from sip.premis import NAMESPACE
from sip.report import Evidence
from sip.standards import premis_schema_of_a_part
from sip.xmlreading import Mass, read_xml

_NAMES = {"p": NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
_KINDS = frozenset({"object", "event", "agent"})
_TAGS = frozenset(f"{{{NAMESPACE}}}{name}" for name in _KINDS)
_ALGORITHMS = {"MD5": "MD5", "SHA1": "SHA-1", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512"}
_OURS = "kanalarkiv-premis"
_NOT_CHECKED = Text(
    "ej prövat: PREMIS mot det officiella schemat, att varje fil i METS beskrivs, att händelsernas objekt finns. "
    "Prövat: PM- och KA-reglerna, och varje beskriven fils storlek och kontrollsumma.",
    "not checked: PREMIS against the official schema, that each file of METS is described, that the objects of events "
    "are there. Checked: the PM and KA rules, and the size and checksum of each file described.",
)


def _path(expression: str) -> etree.XPath:
    return etree.XPath(expression, namespaces=_NAMES)


_PROMISE = _path("string(/*/@xsi:schemaLocation)")
_KIND = _path("substring-after(concat(':',@xsi:type),':')")
_OBJECT_ID = _path("normalize-space(p:objectIdentifier/p:objectIdentifierValue)")
_AGENT_ID = _path("normalize-space(p:agentIdentifier/p:agentIdentifierValue)")
_EVENT_ID = _path("normalize-space(p:eventIdentifier/p:eventIdentifierValue)")
_SIZE = _path("normalize-space(p:objectCharacteristics/p:size)")
_FIXITY = _path("p:objectCharacteristics/p:fixity")
_ALGORITHM = _path("normalize-space(p:messageDigestAlgorithm)")
_DIGEST = _path("normalize-space(p:messageDigest)")
_LINKED_AGENTS = _path("p:linkingAgentIdentifier/p:linkingAgentIdentifierValue/text()")
_LINKED_OBJECTS = _path("p:linkingObjectIdentifier/p:linkingObjectIdentifierValue/text()")

# rule, whose, what must hold
_DEMANDS = (
    ("PM28", "object", _path("boolean(@xsi:type)")),
    ("PM29", "object", _path("boolean(p:objectIdentifier)")),
    ("PM30", "object", _path("not(p:objectIdentifier[not(normalize-space(p:objectIdentifierType))])")),
    ("PM31", "object", _path("not(p:objectIdentifier[not(normalize-space(p:objectIdentifierValue))])")),
    ("PM32", "file", _path("boolean(p:objectCharacteristics)")),
    ("PM33", "file", _path("not(p:objectCharacteristics) or p:objectCharacteristics/p:fixity")),
    ("PM34", "file", _path("not(.//p:fixity[not(normalize-space(p:messageDigestAlgorithm))])")),
    ("PM35", "file", _path("not(.//p:fixity[not(normalize-space(p:messageDigest))])")),
    ("PM37", "file", _path("not(p:objectCharacteristics) or p:objectCharacteristics/p:format")),
    ("PM41", "file", _path("not(.//p:format[not(p:formatDesignation/p:formatName or p:formatRegistry)])")),
    ("KA-PREMIS-EVENT", "event", _path("normalize-space(p:eventIdentifier/p:eventIdentifierValue) "
                                       "and normalize-space(p:eventType) and normalize-space(p:eventDateTime) "
                                       "and p:linkingAgentIdentifier")),
    ("KA-PREMIS-AGENT", "agent", _path("normalize-space(p:agentIdentifier/p:agentIdentifierValue) "
                                       "and normalize-space(p:agentName) and normalize-space(p:agentType)")),
)  # fmt: skip


def check_premis(root: str, documents: Iterable[str], fixity: Fixity, findings: Findings) -> None:
    """Check every PREMIS document that METS refers to."""
    paths = list(dict.fromkeys(documents))
    described: set[str] = set()
    read, ours = 0, 0
    for path in paths:
        document = _Document(path, root, fixity, findings, described)
        if document.check():
            read += 1
            ours += document.is_ours
            if not document.is_ours:
                findings.add("KA-PREMIS-OTHER", path, _NOT_CHECKED)
    if paths and read == len(paths):
        findings.see(Evidence.PREMIS)
    elif paths:
        findings.demand(Evidence.PREMIS)
    if ours:
        silent = (path for path in fixity.mentioned if path not in described and not path.endswith("/METS.xml"))
        for path in sorted(set(silent) - set(paths)):
            findings.add("KA-PREMIS-FILE", path, Text("beskrivs inte i PREMIS", "not described in PREMIS"))


class _Document:
    """One PREMIS document under examination, its objects, events and agents read in batches."""

    def __init__(self, path: str, root: str, fixity: Fixity, findings: Findings, described: set[str]) -> None:
        self.is_ours = False
        self._path = path
        self._roots = (root, path.partition("/metadata/")[0])  # identifiers are relative to the package or to its part
        self._fixity = fixity
        self._findings = findings
        self._described = described
        self._objects: set[str] = set()
        self._agents: set[str] = set()
        self._events: set[str] = set()
        self._kinds: set[str] = set()
        self._linked: dict[str, set[str]] = {"object": set(), "agent": set()}
        self._is_first = True

    def check(self) -> bool:
        """Check all of it; return whether it could be read and is PREMIS."""
        mass = Mass(tags=_TAGS, take=self._take, keep=lambda _element: False, begin=self._begin)
        tree = read_xml(self._fixity.shelf, self._path, self._findings, mass)
        if tree is None:
            return False
        root = tree.getroot()
        if root.tag != f"{{{NAMESPACE}}}premis":
            self._findings.add("KA-PREMIS", self._path, str(root.tag))
            return False
        self._take([element for element in root if element.tag in _TAGS])
        self._hold(tree)
        self._check_links()
        return True

    def _begin(self, element: "etree._Element") -> None:
        if self._is_first:
            self.is_ours = _OURS in _PROMISE(element)
            self._is_first = False

    def _take(self, elements: list["etree._Element"]) -> None:
        for element in elements:
            self._look_at(element)
        envelope = etree.Element(f"{{{NAMESPACE}}}premis", version="3.0", nsmap={None: NAMESPACE})
        envelope.extend(elements)
        self._hold(envelope.getroottree())

    def _hold(self, tree: "etree._ElementTree") -> None:
        schema = _schema()
        if self.is_ours and not schema.validate(tree):
            for fault in schema.error_log:
                self._findings.add("KA-PREMIS-XSD", f"{self._path}:{fault.line}", fault.message)

    def _look_at(self, element: "etree._Element") -> None:
        name = etree.QName(element).localname
        self._kinds.add(name)
        whose = {name, _KIND(element)}
        for rule, of, holds in _DEMANDS:
            if of in whose and not holds(element):
                self._findings.add(rule, self._place(element), _OBJECT_ID(element) or name)
        if name == "object":
            self._known(_OBJECT_ID(element), self._objects, element)
            if "file" in whose:
                self._compare(element)
        elif name == "agent":
            self._known(_AGENT_ID(element), self._agents, element)
        else:
            self._known(_EVENT_ID(element), self._events, element)
            self._linked["object"].update(map(str, _LINKED_OBJECTS(element)))
            self._linked["agent"].update(map(str, _LINKED_AGENTS(element)))

    def _known(self, identifier: str, among: set[str], element: "etree._Element") -> None:
        if identifier in among:
            again = Text(f"{identifier} beskrivs igen", f"{identifier} is described again")
            self._findings.add("KA-PREMIS-LINK", self._place(element), again)
        among.add(identifier)

    def _check_links(self) -> None:
        for kind in sorted(_KINDS - self._kinds if self.is_ours else ()):
            self._findings.add("KA-PREMIS-XSD", self._path, Text(f"{kind} saknas", f"{kind} is missing"))
        known = {"object": self._objects, "agent": self._agents}
        for kind, linked in self._linked.items():
            if kind == "object" and not self.is_ours:
                continue  # anybody else may mean an object of another document
            for identifier in sorted(linked - known[kind]):
                found = Text(f"{identifier} beskrivs inte", f"{identifier} is not described")
                self._findings.add("KA-PREMIS-LINK", self._path, found)

    def _compare(self, element: "etree._Element") -> None:
        identifier = _OBJECT_ID(element)
        places = [f"{root}/{identifier}".lstrip("/") for root in self._roots]
        path = next((place for place in places if place in self._fixity.mentioned), None)
        if path is None:
            if self.is_ours:
                found = Text("beskrivs i PREMIS men inte i METS", "in PREMIS but not in METS")
                self._findings.add("KA-PREMIS-FILE", places[0], found)
            return
        size = self._fixity.shelf.files.get(path)
        if size is None:
            self._described.add(path)
            return  # that it is missing has been said
        self._described.add(self._fixity.shelf.own(path))
        if (stated := _SIZE(element)) and stated != str(size):
            found = Text(f"PREMIS anger {stated} byte, filen har {size}", f"PREMIS states {stated} bytes, not {size}")
            self._findings.add("KA-PREMIS-FILE", path, found)
        for fixity in _FIXITY(element):
            algorithm = _ALGORITHMS.get(str(_ALGORITHM(fixity)).upper().replace("-", ""))
            if algorithm is None:
                continue  # one that we cannot calculate: METS has its own
            stated, digest = _DIGEST(fixity).lower(), self._fixity.digest(path, algorithm)
            if digest is not None and stated != digest:
                found = Text(f"PREMIS anger {stated}, filen har {digest}", f"PREMIS states {stated}, not {digest}")
                self._findings.add("KA-PREMIS-FILE", path, found)

    def _place(self, element: "etree._Element") -> str:
        return f"{self._path}:{element.sourceline}"


@cache
def _schema() -> etree.XMLSchema:
    """Return our PREMIS schema as it holds for part of a document.

    That a document has all three kinds, and that identifiers are unique and found, is seen to above.
    """
    return premis_schema_of_a_part()
