"""Gathers what a validation finds and what it has seen, while it goes on."""

from collections import Counter

from register.language import Text
from sip.report import Evidence, Finding, Report
from sip.rules import RULES

_LONGEST = 300
_MOST_OF_ONE_RULE = 200  # a package of 100,000 files may break one rule 100,000 times


class Findings:
    """The notebook of one validation. `specification` chooses between levels, where its versions differ."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._seen: set[Evidence] = set()
        self._demanded = {Evidence.ARCHIVE, Evidence.METS, Evidence.METS_SCHEMA, Evidence.FIXITY}
        self.specification = ""
        self.files = 0

    def add(self, rule: str, place: str, found: Text | str) -> None:
        """Note that `rule` is broken at `place`; what was found is cut where it is long, data needs no translation."""
        self._counts[rule] += 1
        if self._counts[rule] > _MOST_OF_ONE_RULE:
            return
        known = RULES[rule]
        both = found if isinstance(found, Text) else Text(found, found)
        short = Text(*(part if len(part) <= _LONGEST else f"{part[:_LONGEST]} ..." for part in both))
        severity = known.level_in(self.specification).severity
        self._findings.append(Finding(rule=rule, severity=severity, place=place, found=short, expected=known.says))

    def see(self, evidence: Evidence) -> None:
        """Note that a check has been made in full."""
        self._seen.add(evidence)

    def demand(self, evidence: Evidence) -> None:
        """Let the package be valid only if `evidence` is seen as well."""
        self._demanded.add(evidence)

    def broken(self, *rules: str) -> bool:
        """Return whether any of `rules` has been found broken."""
        return any(self._counts[rule] for rule in rules)

    def report(self, package: str, specification: str) -> Report:
        """Return what has been gathered."""
        left = {rule: count - _MOST_OF_ONE_RULE for rule, count in self._counts.items() if count > _MOST_OF_ONE_RULE}
        return Report(
            package=package,
            specification=specification,
            version=self.specification,
            findings=tuple(self._findings),
            further=left,
            seen=frozenset(self._seen),
            unseen=tuple(each for each in Evidence if each in self._demanded and each not in self._seen),
            files=self.files,
        )
