"""Judges a package of FGS Paketstruktur 1.2: one sip.xml, and files that it refers to from the package's root.

Riksarkivet's own schema is in no package that can be installed; the rules here say what it says, and the tests hold
both against each other.
"""

from register.language import Text
from sip.findings import Findings
from sip.fixity import Fixity
from sip.metscheck import MetsDocument
from sip.premischeck import check_premis
from sip.reference import Base
from sip.report import Evidence
from sip.rules_fgs12 import FGS12_RULES
from sip.shelf import Shelf
from sip.specification import Kind


def judge(shelf: Shelf, kind: Kind, findings: Findings) -> None:
    """Judge what lies in `shelf`: sip.xml, the files, and PREMIS where there is any."""
    if kind.document is None:
        findings.add("KA-ARCHIVE", kind.folder, Text("sip.xml saknas", "sip.xml is missing"))
        return
    fixity = Fixity(shelf, findings)
    base = Base(shelf=shelf, document=kind.document, root=kind.folder, is_fgs_1_2=True)
    document = MetsDocument(base, FGS12_RULES, fixity, findings)
    if document.check() is None:
        return
    findings.see(Evidence.METS)
    fixity.conclude(kind.folder, kind.document)
    check_premis(kind.folder, document.premis, fixity, findings)
