"""Judges an E-ARK package (CSIP and SIP 2.1.0, which is FGS Paketstruktur 2.0, or 2.2.0)."""

import re

from lxml import etree

from register.language import Text
from sip.findings import Findings
from sip.fixity import Fixity
from sip.metscheck import MetsDocument
from sip.premischeck import check_premis
from sip.reference import Base
from sip.report import Evidence
from sip.rule import Rule
from sip.rules import EARK_RULES
from sip.shelf import Shelf
from sip.specification import Kind, Specification
from sip.xpaths import NAMES

_POINTERS = etree.XPath("/m:mets/m:structMap[@LABEL='CSIP']//m:mptr", namespaces=NAMES)
_CONTACTS = etree.XPath("/m:mets/m:metsHdr/m:agent[@ROLE='CREATOR'][@TYPE='INDIVIDUAL']", namespaces=NAMES)
_SENDERS = etree.XPath("/m:mets/m:metsHdr/m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']", namespaces=NAMES)
_OUR_CONTENT = etree.XPath(
    "starts-with(/m:mets/@csip:OTHERCONTENTINFORMATIONTYPE,'kanalarkiv-sociala-medier')", namespaces=NAMES
)
_UNVERSIONED = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
_REPRESENTATION_RULES = tuple(rule for rule in EARK_RULES if not rule.package_only)
_FOLDERS = {
    "CSIPSTR5": "metadata",
    "CSIPSTR6": "metadata/preservation",
    "CSIPSTR7": "metadata/descriptive",
    "CSIPSTR9": "representations",
    "CSIPSTR15": "schemas",
    "CSIPSTR16": "documentation",
}
_MISSING = Text("saknas", "missing")


def judge(shelf: Shelf, kind: Kind, findings: Findings) -> None:
    """Judge what lies in `shelf`: folders, METS of package and representations, files, PREMIS."""
    root = kind.folder
    if not root:
        _tell_tops(shelf, findings)
        return
    findings.demand(Evidence.ONE_ROOT)
    findings.see(Evidence.ONE_ROOT)
    _check_folders(shelf, root, findings)
    if kind.document is None:
        findings.add("CSIPSTR4", root, Text("METS.xml saknas", "METS.xml is missing"))
        return
    fixity = Fixity(shelf, findings)
    document = _document(kind.document, root, EARK_RULES, fixity, findings)
    tree = document.check()
    if tree is None:
        return
    findings.see(Evidence.METS)
    _check_root(tree, root, kind.specification, findings)
    premis = [*document.premis, *_representations(tree, kind.document, root, fixity, findings)]
    fixity.conclude(root, kind.document)
    check_premis(root, premis, fixity, findings)


def _document(path: str, root: str, rules: tuple[Rule, ...], fixity: Fixity, findings: Findings) -> MetsDocument:
    base = Base(shelf=fixity.shelf, document=path, root=root, is_fgs_1_2=False)
    return MetsDocument(base, rules, fixity, findings)


def _tell_tops(shelf: Shelf, findings: Findings) -> None:
    tops = sorted({path.partition("/")[0] for path in shelf.files})
    shown = ", ".join(tops[:5])
    findings.add("CSIPSTR1", ".", Text(f"{len(tops)} överst: {shown}", f"{len(tops)} on top: {shown}"))
    findings.demand(Evidence.ONE_ROOT)


def _check_root(tree: "etree._ElementTree", root: str, specification: Specification, findings: Findings) -> None:
    """Check what only the METS of the package says: its name, its content type, and what commons-ip makes of it."""
    mets = tree.getroot()
    stated = mets.get("OBJID", "")
    if stated != root:
        findings.add("CSIPSTR2", root, Text(f"OBJID är {stated}", f"OBJID is {stated}"))
    if _OUR_CONTENT(tree):  # what "Sociala medier i FGS" promises
        findings.demand(Evidence.REPRESENTATIONS)
        findings.demand(Evidence.PREMIS)
    place = f"{root}/METS.xml"
    if _CONTACTS(tree) and _SENDERS(tree):
        findings.add("KA-CONTACT", place, Text("CREATOR, INDIVIDUAL", "CREATOR, INDIVIDUAL"))
    if mets.get("PROFILE") == _UNVERSIONED and specification is Specification.EARK_2_1_0:
        findings.add("KA-PROFILE", place, _UNVERSIONED)


def _representations(
    tree: "etree._ElementTree", document: str, root: str, fixity: Fixity, findings: Findings
) -> list[str]:
    """Check the METS of every representation that the package's METS speaks of; return their PREMIS documents."""
    base = Base(shelf=fixity.shelf, document=document, root=root, is_fgs_1_2=False)
    pointers = dict.fromkeys(base.path(node, findings) for node in _POINTERS(tree))
    listed = re.compile(re.escape(f"{root}/representations/") + "[^/]+/METS.xml")
    pointers |= dict.fromkeys(sorted(path for path in fixity.mentioned if listed.fullmatch(path)))
    premis: list[str] = []
    read = 0
    for path in pointers:
        if path is None:
            continue
        if path not in fixity.shelf.files:
            findings.add("KA-PRESENT", path, _MISSING)
            continue
        described = _document(path, root, _REPRESENTATION_RULES, fixity, findings)
        own = described.check()
        premis += described.premis
        if own is not None:
            read += 1
            _check_name(own, path, findings)
    if pointers and read == len(pointers):
        findings.see(Evidence.REPRESENTATIONS)
    elif pointers:
        findings.demand(Evidence.REPRESENTATIONS)
    return premis


def _check_name(tree: "etree._ElementTree", path: str, findings: Findings) -> None:
    stated, folder = tree.getroot().get("OBJID", ""), path.split("/")[-2]
    if stated.strip() and stated != folder:
        found = Text(f"OBJID {stated} i mappen {folder}", f"OBJID {stated} in the folder {folder}")
        findings.add("CSIP1", path, found)


def _check_folders(shelf: Shelf, root: str, findings: Findings) -> None:
    present = {path.rpartition("/")[0] for path in shelf.files}
    present |= {"/".join(folder.split("/")[:depth]) for folder in present for depth in range(1, folder.count("/") + 1)}
    for rule, folder in _FOLDERS.items():
        if f"{root}/{folder}" not in present:
            findings.add(rule, f"{root}/{folder}", _MISSING)
    _check_representation_folders(shelf, f"{root}/representations", present, findings)


def _check_representation_folders(shelf: Shelf, above: str, present: set[str], findings: Findings) -> None:
    for path in shelf.files:
        if path.rpartition("/")[0] == above:
            findings.add("CSIPSTR10", path, Text("fil, inte mapp", "a file, not a folder"))
    for folder in sorted(each for each in present if each.rpartition("/")[0] == above):
        if f"{folder}/METS.xml" not in shelf.files:
            findings.add("CSIPSTR12", folder, Text("METS.xml saknas", "METS.xml is missing"))
        for rule, inside in (("CSIPSTR11", "data"), ("CSIPSTR13", "metadata")):
            if f"{folder}/{inside}" not in present:
                findings.add(rule, f"{folder}/{inside}", _MISSING)
