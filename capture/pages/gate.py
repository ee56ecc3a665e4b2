"""No file passes by silence: two judges look at each one before it gets its name.

The first is pikepdf's validator, which needs no Java and knows level b only: it stops a broken file in a moment. The
second is veraPDF, whose word counts. A file that either refuses is left as `.rejected.pdf` and never called PDF/A.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pikepdf import pdfa
from pydantic import TypeAdapter

from capture.pages.document import Document
from capture.programs.verapdf import PDFA_2A, PdfVerdict, validate
from register.errors import NotPdfAError
from register.language import Text

# It takes level a, and the description of PDF/UA's identifier that ISO 19005-2 (6.6.2.3.3) asks for, for faults.
_EXTENSION = "XMP namespace {0}=http://www.aiim.org/pdfa/ns/{1}# is not permitted"
_BEYOND_IT = {
    "XMP namespace pdfaExtension=http://www.aiim.org/pdfa/ns/extension/ is not permitted",
    _EXTENSION.format("pdfaSchema", "schema"),
    _EXTENSION.format("pdfaProperty", "property"),
    "XMP property pdfuaid:part is not permitted",
    "XMP property pdfaExtension:schemas is not permitted",
    "pdfaid:conformance is 'A', expected 'B'",
}

_VERDICTS = TypeAdapter(tuple[PdfVerdict, ...])


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """What was said of a file that passed, and the report beside it."""

    verdicts: tuple[PdfVerdict, ...]
    report: Path


def admit(files: Sequence[tuple[Path, Path]]) -> dict[Path, Admitted]:
    """Judge files under temporary names and give each its real one.

    Args:
        files: temporary name and real name of each.

    Returns:
        What was said of each, by its real name.

    Raises:
        NotPdfAError: if one is refused; it is renamed to `.rejected.pdf`, with its report beside it. The files
            before it have their names, those after it are left as they were.
        JavaMissingError: if there is no Java.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        said = meanwhile.submit(validate, [part for part, _ in files])
        known = {part: known_faults(part) for part, _ in files}
        verdicts = said.result()
    admitted = {}
    for part, path in files:
        own = tuple(verdict for verdict in verdicts if verdict.path == part)
        faults = [*known[part], *(f"{v.flavour} {r.rule}: {r.message}" for v in own for r in v.failed)]
        refused = faults or not own or not all(verdict.compliant for verdict in own)
        name = path.with_suffix(".rejected.pdf") if refused else path
        report = path.with_suffix(".verapdf.json")
        own = tuple(replace(verdict, path=name) for verdict in own)
        report.write_bytes(_VERDICTS.dump_json(own, indent=2))
        part.replace(name)
        if refused:
            raise _refused(name, faults)
        admitted[path] = Admitted(verdicts=own, report=report)
    return admitted


def known_faults(path: Path) -> list[str]:
    """Return what pikepdf's validator holds against a file as PDF/A-2b; what it does not check, veraPDF does."""
    report = pdfa.validate_written(path, "2b")
    return [str(finding) for finding in report.violations if finding.message not in _BEYOND_IT]


def self_test() -> None:
    """Show the judge a good file and three bad ones, so that one who approves of everything is found out.

    Raises:
        NotPdfAError: if the judge errs on any of them.
        JavaMissingError: if there is no Java.
    """
    with TemporaryDirectory() as folder:
        good = Path(folder) / "good.pdf"
        document = Document(title="Prov", created=datetime(2000, 1, 1, tzinfo=UTC))
        sheet = document.add_sheet()
        with document.marked(sheet, document.structure.add("H1")):
            document.text(sheet, (100, 100), "Prov", size=20)
        document.save(good)
        bad = []
        for lacking in ("OutputIntents", "StructTreeRoot", "Metadata"):
            bad.append(good.with_name(f"without-{lacking}.pdf"))
            with pikepdf.open(good) as pdf:
                del pdf.Root[f"/{lacking}"]
                pdf.save(bad[-1])
        wrong = [v for v in validate([good, *bad], [PDFA_2A]) if v.compliant != (v.path == good)]
    if wrong:
        raise _unjust(wrong)


def lacks_glyphs(path: Path) -> bool:
    """Return whether a text shows the glyph for "no such character" (ISO 19005-2, 6.2.11.8)."""
    return any(finding.rule.endswith(":6.2.11.8-1") for finding in pdfa.validate_written(path, "2b").findings)


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
