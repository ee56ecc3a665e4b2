"""No file passes by silence: two judges look at each one before it gets its name.

The first is pikepdf's validator, which needs no Java and knows level b only: it stops a broken file in a moment. The
second is veraPDF, whose word counts. A file that either refuses is left as `.rejected.pdf`, claims no longer to be
PDF/A, and is never called so. Only a file that both passed is sealed, and then both look at it again.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pikepdf
from pydantic import TypeAdapter

from capture.pages import metadata, plain_links
from capture.pages.document import Document
from capture.pages.profile import Flavour
from capture.programs.verapdf import FailedRule, PdfVerdict, validate
from register.errors import NotPdfAError
from register.language import Text

if TYPE_CHECKING:
    from pikepdf import pdfa

    from capture.pages.seal import Seal

# It takes levels a and u, and the description of PDF/UA's identifier that ISO 19005-2 (6.6.2.3.3) asks for, for faults.
_EXTENSION = "XMP namespace {0}=http://www.aiim.org/pdfa/ns/{1}# is not permitted"
_BEYOND_IT = {
    "XMP namespace pdfaExtension=http://www.aiim.org/pdfa/ns/extension/ is not permitted",
    _EXTENSION.format("pdfaSchema", "schema"),
    _EXTENSION.format("pdfaProperty", "property"),
    "XMP property pdfuaid:part is not permitted",
    "XMP property pdfaExtension:schemas is not permitted",
}
_NO_GLYPH = ":6.2.11.8-1"
_OTHER_LEVEL = "pdfaid:conformance is '{0}', expected 'B'"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was said of a file, for those who come after: it lies beside the file, and is bound to it by `sha256`.

    `sha256` is that of the file that was judged, also where the file was refused and no longer claims anything. `gate`
    names the first judge and what it found, `judge` the second; `pdfa` is what came of it. `seal` is what the file is
    sealed with; a refused one is not.
    """

    file: str
    sha256: str
    pdfa: bool
    gate: str
    gate_faults: tuple[str, ...]
    judge: str
    verdicts: tuple["ReportedVerdict", ...]
    seal: "ReportedSeal | None"


@dataclass(frozen=True, kw_only=True)
class ReportedVerdict:
    """One verdict of the second judge: by how many rules, and in how many places each was looked at."""

    flavour: str
    compliant: bool
    rules: int
    checks: int
    failed: tuple[FailedRule, ...]


@dataclass(frozen=True, kw_only=True)
class ReportedSeal:
    """Whose certificate a file was sealed with, the certificate's SHA-256, and the time (UTC) that the seal states."""

    holder: str
    certificate_sha256: str
    at: datetime


_REPORT = TypeAdapter(Report)

Judging = Callable[[Sequence[Path], Sequence[str]], tuple[PdfVerdict, ...]]
"""Whoever judges files by their flavours: `verapdf.validate`, or somebody who has the same judge warm."""


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """What was said of a file, and where it and the report now are; `pdfa` False: it was refused, and is kept."""

    path: Path
    sha256: str
    pdfa: bool
    verdicts: tuple[PdfVerdict, ...]
    report: Path


def admit(
    files: Sequence[tuple[Path, Path]],
    flavour: Flavour,
    *,
    keep_refused: bool = False,
    judging: Judging = validate,
    seal: "Seal | None" = None,
) -> dict[Path, Admitted]:
    """Judge files under temporary names and give each its real one.

    Args:
        files: temporary name and real name of each.
        flavour: what they claim to be.
        keep_refused: return one that is refused too.
        judging: the second judge; somebody who has it warm already may bring it.
        seal: put on each that passes, which is judged again with it; nothing touches the file after that.

    Returns:
        What was said of each, by its real name.

    Raises:
        NotPdfAError: if one is refused and such are not kept; it is renamed to `.rejected.pdf`, with its report beside
            it. The files before it have their names, those after it are left as they were.
        JavaMissingError: if there is no Java.
    """
    judged = _judged([part for part, _ in files], flavour, judging)
    if seal is not None:
        judged |= _sealed([part for part, one in judged.items() if one.pdfa], flavour, judging, seal)
    admitted = {}
    for part, path in files:
        admitted[path] = _named(part, path, judged[part])
        if not admitted[path].pdfa and not keep_refused:
            raise _refused(admitted[path].path, judged[part].all_faults)
    return admitted


@dataclass(frozen=True, kw_only=True)
class _Judgement:
    """What both judges found of a file whose digest then was `sha256`."""

    flavour: Flavour
    sha256: str
    faults: tuple[str, ...]
    verdicts: tuple[PdfVerdict, ...]
    seal: "Seal | None" = None

    @property
    def all_faults(self) -> list[str]:
        return [*self.faults, *(f"{v.flavour} {r.rule}: {r.message}" for v in self.verdicts for r in v.failed)]

    @property
    def pdfa(self) -> bool:
        compliant = [verdict.flavour for verdict in self.verdicts if verdict.compliant]
        return compliant == list(self.flavour.judged) and not self.all_faults


def _judged(parts: Sequence[Path], flavour: Flavour, judging: Judging) -> dict[Path, _Judgement]:
    with ThreadPoolExecutor(1) as meanwhile:
        said = meanwhile.submit(judging, parts, flavour.judged)
        known = {part: tuple(known_faults(part, flavour)) for part in parts}
        verdicts = said.result()
    return {
        part: _Judgement(
            flavour=flavour,
            sha256=_digest(part),
            faults=known[part],
            verdicts=tuple(verdict for verdict in verdicts if verdict.path == part),
        )
        for part in parts
    }


def _sealed(parts: Sequence[Path], flavour: Flavour, judging: Judging, seal: "Seal") -> dict[Path, _Judgement]:
    """Seal files and judge them again; one that is refused with its seal loses it."""
    if not parts:
        return {}
    before = {part: part.stat().st_size for part in parts}
    for part in parts:
        seal.apply(part)
    judged = _judged(parts, flavour, judging)
    for part, judgement in judged.items():
        if not judgement.pdfa:
            os.truncate(part, before[part])
    return {part: replace(one, seal=seal if one.pdfa else None) for part, one in judged.items()}


def _named(part: Path, path: Path, judged: _Judgement) -> Admitted:
    name = path if judged.pdfa else path.with_suffix(".rejected.pdf")
    seal = judged.seal
    report = Report(
        file=name.name,
        sha256=judged.sha256,
        pdfa=judged.pdfa,
        gate=f"pikepdf {version('pikepdf')}",
        gate_faults=judged.faults,
        judge=judged.verdicts[0].engine,
        verdicts=tuple(
            ReportedVerdict(
                flavour=one.flavour, compliant=one.compliant, rules=one.rules, checks=one.checks, failed=one.failed
            )
            for one in judged.verdicts
        ),
        seal=None
        if seal is None
        else ReportedSeal(holder=seal.holder, certificate_sha256=seal.certificate_sha256, at=seal.at.astimezone(UTC)),
    )
    beside = path.with_suffix(".verapdf.json")
    beside.write_bytes(_REPORT.dump_json(report, indent=2))
    if not judged.pdfa:
        metadata.disclaim(part)
    part.replace(name)
    return Admitted(
        path=name,
        sha256=judged.sha256 if judged.pdfa else _digest(name),
        pdfa=judged.pdfa,
        verdicts=tuple(replace(verdict, path=name) for verdict in judged.verdicts),
        report=beside,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_faults(path: Path, flavour: Flavour = Flavour.A2) -> list[str]:
    """Return what pikepdf's validator holds against a file at level b; what it does not check, veraPDF does.

    A text that shows the glyph for "no such character" (ISO 19005-2, 6.2.11.8) is a fault also where the validator is
    not sure of it.
    """
    try:
        report = _looked_at(path, f"{flavour.part}b")
    except pikepdf.PdfError as fault:
        return [f"unreadable: {fault}"]
    beyond = {*_BEYOND_IT, _OTHER_LEVEL.format(flavour.level)}
    held = [finding for finding in report.violations if finding.message not in beyond]
    held += [one for one in report.findings if one.rule.endswith(_NO_GLYPH) and one not in held]
    return [str(finding) for finding in held]


def _looked_at(path: Path, flavour: str) -> "pdfa.Report":
    """Return what pikepdf's validator says, as its `validate_written` does; links of our own shape are not put to it.

    Raises:
        pikepdf.PdfError: the file cannot be read.
    """
    from pikepdf.pdfa import _engine  # noqa: PLC0415 - it knows fonts and JSON schemas, and few commands judge

    with pikepdf.open(path, inherit_page_attributes=False) as pdf:
        plain_links.set_aside(pdf)
        with pikepdf.explicit_conversion():
            return _engine.run(pdf, flavour)


def self_test() -> None:
    """Show the judge a good file of each flavour and bad ones, so that one who approves of everything is found out.

    Raises:
        NotPdfAError: if the judge errs on any of them.
        JavaMissingError: if there is no Java.
    """
    wrong: list[PdfVerdict] = []
    with TemporaryDirectory() as folder:
        for flavour in (Flavour.A2, Flavour.A1):
            good = Path(folder) / f"good-{flavour}.pdf"
            _sample(good, flavour)
            bad = []
            for lacking in ("OutputIntents", "StructTreeRoot", "Metadata"):
                bad.append(good.with_name(f"{flavour}-without-{lacking}.pdf"))
                with pikepdf.open(good) as pdf:
                    del pdf.Root[f"/{lacking}"]
                    pdf.save(bad[-1])
            wrong += [v for v in validate([good, *bad], [flavour.value]) if v.compliant != (v.path == good)]
    if wrong:
        raise _unjust(wrong)


def _sample(path: Path, flavour: Flavour) -> None:
    document = Document(title="Prov", created=datetime(2000, 1, 1, tzinfo=UTC), flavour=flavour)
    sheet = document.add_sheet()
    with document.marked(sheet, document.structure.add("H1")):
        document.text(sheet, (100, 100), "Prov", size=20)
    document.save(path)


def _unjust(wrong: Sequence[PdfVerdict]) -> NotPdfAError:
    names = ", ".join(verdict.path.name for verdict in wrong)
    return NotPdfAError(
        happened=Text(f"PDF/A-granskaren dömer fel om prov: {names}", f"The PDF/A judge errs on samples: {names}"),
        safe=Text("Ingenting har ändrats.", "Nothing has been changed."),
        next_step=Text(
            "Installera beroendena igen; utan en granskare som dömer rätt godkänns inga sidor.",
            "Install the dependencies again; without a just judge no pages are approved.",
        ),
    )


def _refused(path: Path, faults: Sequence[str]) -> NotPdfAError:
    first = "; ".join(faults[:3]) or "-"
    return NotPdfAError(
        happened=Text(
            f"{path.name} är inte giltig PDF/A ({len(faults)} fel): {first}",
            f"{path.name} is not valid PDF/A ({len(faults)} faults): {first}",
        ),
        safe=Text(
            "Filen ligger kvar under det namnet med granskarens rapport; bilderna och texterna likaså.",
            "The file is kept under that name with the judge's report; so are the pictures and texts.",
        ),
        next_step=Text("Rapportera felet med rapporten.", "Report the fault, with the report."),
    )
