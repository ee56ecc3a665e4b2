"""What a package says of itself: for one that is to take its place or to add to it, and for the ledger.

Read it only when it is valid (`sip.validate`): then what METS refers to is there, and is what METS says.
"""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from sip.findings import Findings
from sip.opening import opened
from sip.reference import Base
from sip.shelf import Shelf
from sip.specification import Specification, kind_of
from sip.xmlreading import Mass, read_xml
from sip.xpaths import NAMES

_FILE = f"{{{NAMES['m']}}}file"
_CREATORS = etree.XPath(
    "/m:mets/m:metsHdr/m:agent[@ROLE='ARCHIVIST'][@TYPE='ORGANIZATION']/m:note/text()", namespaces=NAMES
)
_STATUS = etree.XPath("/m:mets/m:metsHdr/@RECORDSTATUS", namespaces=NAMES)
_DUBLIN_CORE = etree.XPath("/m:mets/m:dmdSec/m:mdRef[@MDTYPE='DC']", namespaces=NAMES)
_SOURCES = etree.XPath("//d:source/text()", namespaces={"d": "http://purl.org/dc/elements/1.1/"})


@dataclass(frozen=True, kw_only=True)
class EarlierPackage:
    """A package by its OBJID, the identity codes of who created its records, and the addresses of what it is of.

    `record_status` is its RECORDSTATUS, "" where it has none.
    """

    object_id: str
    record_status: str
    creators: tuple[str, ...]
    sources: tuple[str, ...]


def earlier_package(path: Path) -> EarlierPackage | None:
    """Return what the package at `path` says of itself, None where that cannot be read."""
    findings = Findings()
    with opened(path, findings) as shelf:
        return None if shelf is None else _said(shelf, findings)


def _said(shelf: Shelf, findings: Findings) -> EarlierPackage | None:
    kind = kind_of(shelf)
    if kind.document is None:
        return None
    let_go = Mass(tags=frozenset({_FILE}), take=_nothing, keep=_never, begin=_nothing)
    mets = read_xml(shelf, kind.document, findings, let_go)
    if mets is None:
        return None
    is_fgs_1_2 = kind.specification is Specification.FGS_1_2
    base = Base(shelf=shelf, document=kind.document, root=kind.folder, is_fgs_1_2=is_fgs_1_2)
    described = [path for node in _DUBLIN_CORE(mets) if (path := base.path(node, findings)) in shelf.files]
    read = [read_xml(shelf, str(path), findings) for path in described]
    return EarlierPackage(
        object_id=mets.getroot().get("OBJID", ""),
        record_status="".join(map(str, _STATUS(mets))),
        creators=tuple(map(str, _CREATORS(mets))),
        sources=tuple(str(source) for tree in read if tree is not None for source in _SOURCES(tree)),
    )


def _nothing(_read: object) -> None:
    pass


def _never(_file: object) -> bool:
    return False
