"""Judges a package, ours or anybody's: a ZIP, a TAR or a folder, of FGS 1.2, FGS 2.0 (E-ARK 2.1.0) or E-ARK 2.2.0.

Nothing is unpacked, nothing is trusted, and nothing the package holds can end in a traceback: all of it is findings.
"""

from pathlib import Path

from sip import judge_eark, judge_fgs12
from sip.findings import Findings
from sip.opening import opened
from sip.report import Evidence, Report
from sip.shelf import Shelf
from sip.specification import Specification, kind_of

_CONTAINER = ("KA-ARCHIVE", "KA-ENCRYPTED", "KA-ESCAPE", "KA-LINK", "KA-DUPLICATE", "KA-BOMB")


def validate(path: Path, *, name: str | None = None) -> Report:
    """Judge the package at a path.

    1. Open it, noting what is wrong with the container.
    2. See by which specification it wants to be judged.
    3. Hold METS, of the package and of each representation, against schema and requirements; read every file that it
       refers to and compare; look for files nobody mentions.
    4. Hold PREMIS against its schema, METS and the files.

    Args:
        path: A ZIP, a TAR, or a folder that is the package's root folder.
        name: What to call the package in the report, if not by its own file name.

    Returns:
        The report; also for what is no package at all.
    """
    findings = Findings()
    specification = Specification.EARK_2_1_0
    try:
        with opened(path, findings) as shelf:
            if shelf is not None:
                specification = judge(shelf, findings)
    except OSError as error:  # a folder or a disk that cannot be read
        findings.add("KA-ARCHIVE", path.name, str(error))
    if not findings.broken(*_CONTAINER):
        findings.see(Evidence.ARCHIVE)
    return findings.report(name or path.name, specification.label)


def judge(shelf: Shelf, findings: Findings) -> Specification:
    """Judge what lies in an opened package; return the specification it was judged by."""
    kind = kind_of(shelf)
    findings.specification = kind.specification.value
    if kind.specification is Specification.FGS_1_2:
        judge_fgs12.judge(shelf, kind, findings)
    else:
        judge_eark.judge(shelf, kind, findings)
    return kind.specification
