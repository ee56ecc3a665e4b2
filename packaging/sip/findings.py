"""Gathers what a validation finds and what it has seen, while it goes on."""

from register.language import Text
from sip.report import Evidence, Finding, Report
from sip.rules import RULES

_LONGEST = 300


class Findings:
    """The notebook of one validation."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._seen: set[Evidence] = set()
        self.files = 0

    def add(self, rule: str, place: str, found: Text | str) -> None:
        """Note that `rule` is broken at `place`; what was found is cut where it is long, data needs no translation."""
        known = RULES[rule]
        both = found if isinstance(found, Text) else Text(found, found)
        short = Text(*(part if len(part) <= _LONGEST else f"{part[:_LONGEST]} ..." for part in both))
        self._findings.append(
            Finding(rule=rule, severity=known.level.severity, place=place, found=short, expected=known.says)
        )

    def see(self, evidence: Evidence) -> None:
        """Note that a mandatory check has been made in full."""
        self._seen.add(evidence)

    def broken(self, *rules: str) -> bool:
        """Return whether any of `rules` has been found broken."""
        return any(finding.rule in rules for finding in self._findings)

    def report(self, package: str, specification: str) -> Report:
        """Return what has been gathered."""
        return Report(
            package=package,
            specification=specification,
            findings=tuple(self._findings),
            seen=frozenset(self._seen),
            files=self.files,
        )
