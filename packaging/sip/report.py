"""What a validation found, said to a person and to a program.

A report is valid only if nothing forbidden was found *and* everything mandatory was actually seen: a check that never
ran is a failure, not a pass.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from register.language import Language, Text

_SHOWN = 40


class Severity(StrEnum):
    """How grave a finding is; follows from MUST, SHOULD and MAY."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> Text:
        """The severity as a person reads it."""
        return _SEVERITIES[self]


_SEVERITIES = {
    Severity.ERROR: Text("FEL", "ERROR"),
    Severity.WARNING: Text("VARNING", "WARNING"),
    Severity.NOTE: Text("NOTERING", "NOTE"),
}


class Evidence(StrEnum):
    """What can be demanded to have been seen before a package may be called valid."""

    ARCHIVE = "archive"
    ONE_ROOT = "one-root-folder"
    METS = "mets"
    METS_SCHEMA = "mets-schema"
    REPRESENTATIONS = "representations"
    FIXITY = "fixity"
    PREMIS = "premis"

    @property
    def label(self) -> Text:
        """The evidence as a person reads it."""
        return _EVIDENCE[self]


_EVIDENCE = {
    Evidence.ARCHIVE: Text("paketet gick att läsa helt", "the package could be read throughout"),
    Evidence.ONE_ROOT: Text("en enda rotmapp", "a single root folder"),
    Evidence.METS: Text("METS.xml lästes", "METS.xml was read"),
    Evidence.METS_SCHEMA: Text("METS prövades mot sitt schema", "METS was held against its schema"),
    Evidence.REPRESENTATIONS: Text("alla representationers METS lästes", "the METS of all representations was read"),
    Evidence.FIXITY: Text("alla filers kontrollsummor räknades om", "the checksums of all files were recalculated"),
    Evidence.PREMIS: Text("PREMIS lästes", "PREMIS was read"),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found. `rule` is the requirement's id, `place` where, `expected` the requirement in our words."""

    rule: str
    severity: Severity
    place: str
    found: Text
    expected: Text


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that a validation found about one package.

    `further` counts, by rule, the findings left out of `findings` because the same rule is broken so often. `unseen` is
    evidence that was demanded and is missing. `specification` is what the package was judged by, `version` its number
    (1.2, 2.1.0, 2.2.0). `files` is how many files had their checksums recalculated.
    """

    package: str
    specification: str
    version: str
    findings: tuple[Finding, ...]
    further: Mapping[str, int]
    seen: frozenset[Evidence]
    unseen: tuple[Evidence, ...]
    files: int

    @property
    def valid(self) -> bool:
        """True only without errors and with all demanded evidence seen."""
        return not self.unseen and not any(each.severity is Severity.ERROR for each in self.findings)

    def as_text(self, language: Language) -> str:
        """Return the report for a person; what came out of the package is made harmless for a terminal."""
        verdict = Text("GILTIGT", "VALID") if self.valid else Text("OGILTIGT", "INVALID")
        lines = [f"{_inert(self.package)}: {verdict.spoken(language)} ({self.specification})"]
        for finding in self.findings[:_SHOWN]:
            lines.append(f"{finding.severity.label.spoken(language)} {finding.rule}  {_inert(finding.place)}")
            lines.append(f"  {_FOUND.spoken(language)}: {_inert(finding.found.spoken(language))}")
            lines.append(f"  {_EXPECTED.spoken(language)}: {finding.expected.spoken(language)}")
        if (more := len(self.findings) - _SHOWN + sum(self.further.values())) > 0 and len(self.findings) > _SHOWN:
            lines.append(Text(f"... och {more} till.", f"... and {more} more.").spoken(language))
        lines += [f"{_UNSEEN.spoken(language)}: {each.label.spoken(language)}" for each in self.unseen]
        checked = Text(f"{self.files} filer kontrollräknade.", f"{self.files} files had their checksums recalculated.")
        return "\n".join([*lines, checked.spoken(language)])

    def as_json(self) -> str:
        """Return the report for a program, with every finding."""
        findings = [
            {
                "rule": each.rule,
                "severity": each.severity.value,
                "place": each.place,
                "found": each.found._asdict(),
                "expected": each.expected._asdict(),
            }
            for each in self.findings
        ]
        content = {
            "package": self.package,
            "specification": self.specification,
            "version": self.version,
            "valid": self.valid,
            "files": self.files,
            "further": dict(self.further),
            "unseen": [each.value for each in self.unseen],
            "findings": findings,
        }
        return json.dumps(content, indent=2) + "\n"  # ASCII only: names in a package need not even be legal Unicode


_FOUND = Text("Fanns", "Found")
_EXPECTED = Text("Krav", "Required")
_UNSEEN = Text("EJ STYRKT", "NOT SHOWN")


def _inert(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
