"""Judges a package, ours or anybody's, against E-ARK CSIP and SIP 2.1.0 (FGS Paketstruktur 2.0).

Nothing is unpacked, nothing is trusted, and nothing the package holds can end in a traceback: all of it is findings.
"""

from pathlib import Path

from register.language import Text
from sip.fgs import FGS_2_0
from sip.findings import Findings
from sip.fixity import check_files
from sip.metscheck import check_mets
from sip.premischeck import check_premis
from sip.report import Evidence, Report
from sip.shelf import Shelf, opened

_SPECIFICATION = f"{FGS_2_0.name}, E-ARK CSIP/SIP {FGS_2_0.specification}"
_CONTAINER = ("KA-ARCHIVE", "KA-ENCRYPTED", "KA-ESCAPE", "KA-LINK", "KA-DUPLICATE", "KA-BOMB")
_FOLDERS = {
    "CSIPSTR5": "metadata",
    "CSIPSTR6": "metadata/preservation",
    "CSIPSTR7": "metadata/descriptive",
    "CSIPSTR9": "representations",
    "CSIPSTR15": "schemas",
    "CSIPSTR16": "documentation",
}


def validate(path: Path, *, name: str | None = None) -> Report:
    """Judge the package at a path.

    1. Open it, noting what is wrong with the container.
    2. Find the one root folder and look at the folders in it.
    3. Hold METS, of the package and of each representation, against schema and requirements.
    4. Read every file and compare size and checksum; look for files nobody mentions.
    5. Hold PREMIS against its schema, METS and the files.

    Args:
        path: A ZIP, or a folder that is the package's root folder.
        name: What to call the package in the report, if not by its own file name.

    Returns:
        The report; also for what is no package at all.
    """
    findings = Findings()
    try:
        with opened(path, findings) as shelf:
            if shelf is not None:
                _judge(shelf, findings)
    except OSError as error:  # a folder or a disk that cannot be read
        findings.add("KA-ARCHIVE", path.name, str(error))
    if not findings.broken(*_CONTAINER):
        findings.see(Evidence.ARCHIVE)
    return findings.report(name or path.name, _SPECIFICATION)


def _judge(shelf: Shelf, findings: Findings) -> None:
    root = _root(shelf, findings)
    if root is None:
        return
    _check_folders(shelf, root, findings)
    if f"{root}/METS.xml" not in shelf.files:
        findings.add("CSIPSTR4", root, Text("METS.xml saknas", "METS.xml is missing"))
        return
    references = check_mets(shelf, root, findings)
    if references is None:
        return
    measured = check_files(shelf, root, references, findings)
    check_premis(shelf, root, references, measured, findings)


def _root(shelf: Shelf, findings: Findings) -> str | None:
    tops = {path.partition("/")[0] for path in shelf.files}
    loose = [path for path in shelf.files if "/" not in path]
    if len(tops) == 1 and not loose:
        findings.see(Evidence.ONE_ROOT)
        return tops.pop()
    shown = ", ".join(sorted(tops)[:5])
    found = Text(f"{len(tops)} överst: {shown}", f"{len(tops)} on top: {shown}")
    findings.add("CSIPSTR1", ".", found)
    return None


def _check_folders(shelf: Shelf, root: str, findings: Findings) -> None:
    for rule, folder in _FOLDERS.items():
        if not any(path.startswith(f"{root}/{folder}/") for path in shelf.files):
            findings.add(rule, f"{root}/{folder}", Text("saknas", "missing"))
    inside = [path.split("/") for path in shelf.files if path.startswith(f"{root}/representations/")]
    for name in sorted({parts[2] for parts in inside if len(parts) > 3}):
        if f"{root}/representations/{name}/METS.xml" not in shelf.files:
            findings.add("CSIPSTR12", f"{root}/representations/{name}", Text("METS.xml saknas", "METS.xml is missing"))
