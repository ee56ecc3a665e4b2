"""No file passes by silence: two judges look at each one before it gets its name.

The first is pikepdf's validator, which needs no Java and knows level b only: it stops a broken file in a moment. The
second is veraPDF, whose word counts. A file that either refuses is left as `.rejected.pdf`, claims no longer to be
PDF/A, and is never called so.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pikepdf import pdfa
from pydantic import TypeAdapter

from capture.pages import metadata
from capture.pages.document import Document
from capture.pages.profile import Flavour
from capture.programs.verapdf import FailedRule, PdfVerdict, validate
from register.errors import NotPdfAError
from register.language import Text

# It takes levels a and u, and the description of PDF/UA's identifier that ISO 19005-2 (6.6.2.3.3) asks for, for faults.
_EXTENSION = "XMP namespace {0}=http://www.aiim.org/pdfa/ns/{1}# is not permitted"
_BEYOND_IT = {
    "XMP namespace pdfaExtension=http://www.aiim.org/pdfa/ns/extension/ is not permitted",
    _EXTENSION.format("pdfaSchema", "schema"),
    _EXTENSION.format("pdfaProperty", "property"),
    "XMP property pdfuaid:part is not permitted",
    "XMP property pdfaExtension:schemas is not permitted",
}
_OTHER_LEVEL = "pdfaid:conformance is '{0}', expected 'B'"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was said of a file, for those who come after: it lies beside the file, and is bound to it by `sha256`.

    `sha256` is that of the file that was judged, also where the file was refused and no longer claims anything. `gate`
    names the first judge and what it found, `judge` the second; `pdfa` is what came of it.
    """

    file: str
    sha256: str
    pdfa: bool
    gate: str
    gate_faults: tuple[str, ...]
    judge: str
    verdicts: tuple["ReportedVerdict", ...]


@dataclass(frozen=True, kw_only=True)
class ReportedVerdict:
    """One verdict of the second judge: by how many rules, and in how many places each was looked at."""

    flavour: str
    compliant: bool
    rules: int
    checks: int
    failed: tuple[FailedRule, ...]


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
    files: Sequence[tuple[Path, Path]], flavour: Flavour, *, keep_refused: bool = False, judging: Judging = validate
) -> dict[Path, Admitted]:
    """Judge files under temporary names and give each its real one.

    Args:
        files: temporary name and real name of each.
        flavour: what they claim to be.
        keep_refused: return one that is refused too.
        judging: the second judge; somebody who has it warm already may bring it.

    Returns:
        What was said of each, by its real name.

    Raises:
        NotPdfAError: if one is refused and such are not kept; it is renamed to `.rejected.pdf`, with its report beside
            it. The files before it have their names, those after it are left as they were.
        JavaMissingError: if there is no Java.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        said = meanwhile.submit(judging, [part for part, _ in files], flavour.judged)
        known = {part: tuple(known_faults(part, flavour)) for part, _ in files}
        verdicts = said.result()
    admitted = {}
    for part, path in files:
        own = tuple(verdict for verdict in verdicts if verdict.path == part)
        faults = [*known[part], *(f"{v.flavour} {r.rule}: {r.message}" for v in own for r in v.failed)]
        compliant = [verdict.flavour for verdict in own if verdict.compliant] == list(flavour.judged)
        admitted[path] = _named(part, path, own, known[part], pdfa=compliant and not faults)
        if not admitted[path].pdfa and not keep_refused:
            raise _refused(admitted[path].path, faults)
    return admitted


def _named(
    part: Path, path: Path, verdicts: tuple[PdfVerdict, ...], faults: tuple[str, ...], *, pdfa: bool
) -> Admitted:
    name = path if pdfa else path.with_suffix(".rejected.pdf")
    judged = _digest(part)
    report = Report(
        file=name.name,
        sha256=judged,
        pdfa=pdfa,
        gate=f"pikepdf {version('pikepdf')}",
        gate_faults=faults,
        judge=verdicts[0].engine,
        verdicts=tuple(
            ReportedVerdict(
                flavour=one.flavour, compliant=one.compliant, rules=one.rules, checks=one.checks, failed=one.failed
            )
            for one in verdicts
        ),
    )
    beside = path.with_suffix(".verapdf.json")
    beside.write_bytes(_REPORT.dump_json(report, indent=2))
    if not pdfa:
        metadata.disclaim(part)
    part.replace(name)
    return Admitted(
        path=name,
        sha256=judged if pdfa else _digest(name),
        pdfa=pdfa,
        verdicts=tuple(replace(verdict, path=name) for verdict in verdicts),
        report=beside,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def known_faults(path: Path, flavour: Flavour = Flavour.A2) -> list[str]:
    """Return what pikepdf's validator holds against a file at level b; what it does not check, veraPDF does."""
    report = pdfa.validate_written(path, f"{flavour.part}b")
    beyond = {*_BEYOND_IT, _OTHER_LEVEL.format(flavour.level)}
    return [str(finding) for finding in report.violations if finding.message not in beyond]


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


def lacks_glyphs(path: Path, flavour: Flavour) -> bool:
    """Return whether a text shows the glyph for "no such character" (ISO 19005-2, 6.2.11.8)."""
    return any(
        finding.rule.endswith(":6.2.11.8-1") for finding in pdfa.validate_written(path, f"{flavour.part}b").findings
    )


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
