"""Recalculates what METS states of every file, each read once, and looks for files nobody speaks of."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from register.language import Text
from sip.findings import Findings
from sip.metscheck import Reference
from sip.names import SAFE_FILE, SAFE_FOLDER
from sip.report import Evidence
from sip.shelf import UNREADABLE, Shelf

_BUFFER = 1 << 20
_ALGORITHMS = {"SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512", "SHA-1": "sha1", "MD5": "md5"}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a file really is. `sha256` is None where METS states another algorithm."""

    size: int
    sha256: str | None


def check_files(shelf: Shelf, root: str, references: Iterable[Reference], findings: Findings) -> Mapping[str, Measured]:
    """Read every file that METS refers to and compare; note what is missing, changed or unmentioned.

    Returns:
        What was measured, by path.
    """
    measured: dict[str, Measured] = {}
    told: dict[tuple[str, str | None], str | None] = {}
    whole = True
    for reference in references:
        asked = (reference.path, reference.algorithm)
        if asked not in told:
            told[asked] = _digest(shelf, reference, findings)
        digest = told[asked]
        if digest is None:
            whole = False
            continue
        _compare(shelf, reference, digest, findings)
        sha256 = digest if reference.algorithm == "SHA-256" else None
        measured[reference.path] = Measured(size=shelf.files[reference.path], sha256=sha256)
    findings.files = len(measured)
    if measured and whole:
        findings.see(Evidence.FIXITY)
    _check_names(shelf, root, findings, {path for path, _ in told})
    return measured


def _digest(shelf: Shelf, reference: Reference, findings: Findings) -> str | None:
    if reference.path not in shelf.files:
        found = Text(f"saknas, nämns i {reference.told_by}", f"missing, mentioned in {reference.told_by}")
        findings.add("KA-PRESENT", reference.path, found)
        return None
    algorithm = _ALGORITHMS.get(reference.algorithm or "")
    if algorithm is None:
        found = Text(f"okänd algoritm {reference.algorithm}", f"unknown algorithm {reference.algorithm}")
        findings.add("KA-CHECKSUM", reference.path, found)
        return None
    # Old packages state MD5 or SHA-1: to notice damage they still serve.
    digest = hashlib.new(algorithm, usedforsecurity=False)
    buffer = memoryview(bytearray(_BUFFER))
    try:
        with shelf.open(reference.path) as file:
            while count := file.readinto(buffer):  # type: ignore[attr-defined]  # IO does not declare it; both kinds have it
                digest.update(buffer[:count])
    except UNREADABLE as error:
        findings.add("KA-ARCHIVE", reference.path, str(error))
        return None
    return digest.hexdigest()


def _compare(shelf: Shelf, reference: Reference, digest: str, findings: Findings) -> None:
    size = str(shelf.files[reference.path])
    if reference.size is not None and reference.size.strip() != size:
        found = Text(f"{size} byte, METS anger {reference.size}", f"{size} bytes, METS states {reference.size}")
        findings.add("KA-SIZE", reference.path, found)
    if reference.checksum is not None and reference.checksum.strip().lower() != digest:
        found = Text(f"{digest}, METS anger {reference.checksum}", f"{digest}, METS states {reference.checksum}")
        findings.add("KA-CHECKSUM", reference.path, found)


def _check_names(shelf: Shelf, root: str, findings: Findings, mentioned: set[str]) -> None:
    for path in sorted(shelf.files.keys() - mentioned - {f"{root}/METS.xml"}):
        findings.add("KA-ORPHAN", path, Text("nämns inte i METS", "not mentioned in METS"))
    for path in shelf.files:
        *folders, name = path.split("/")
        if not SAFE_FILE.fullmatch(name) or not all(SAFE_FOLDER.fullmatch(part) for part in folders[1:]):
            findings.add("KA-NAME", path, name)
