"""One requirement, as data: id, level, our own sentence, and where it can be, the test."""

from dataclasses import dataclass, replace
from enum import StrEnum

from register.language import Text
from sip.report import Severity

EARK_2_2_0 = "2.2.0"


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"

    @property
    def severity(self) -> Severity:
        """How grave it is to break a requirement of this level."""
        return {Level.MUST: Severity.ERROR, Level.SHOULD: Severity.WARNING, Level.MAY: Severity.NOTE}[self]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One requirement.

    With `each` and `holds` it is tested by XPath: every node that `each` selects must satisfy `holds`. `level_2_2` is
    its level in E-ARK 2.2.0 where that differs. `package_only`: it does not hold for the METS of a representation.
    `of_files`: it speaks of METS `file` elements, which are read in batches.
    """

    id: str
    level: Level
    says: Text
    each: str | None = None
    holds: str | None = None
    level_2_2: Level | None = None
    package_only: bool = False
    of_files: bool = False

    def level_in(self, specification: str) -> Level:
        """Return how binding it is in a version of E-ARK."""
        return self.level_2_2 if self.level_2_2 is not None and specification == EARK_2_2_0 else self.level


def must(identifier: str, says: Text, each: str | None = None, holds: str | None = None) -> Rule:
    """Return a rule whose breach is an error."""
    return Rule(id=identifier, level=Level.MUST, says=says, each=each, holds=holds)


def should(identifier: str, says: Text, each: str | None = None, holds: str | None = None) -> Rule:
    """Return a rule whose breach is a warning."""
    return Rule(id=identifier, level=Level.SHOULD, says=says, each=each, holds=holds)


def may(identifier: str, says: Text, each: str | None = None, holds: str | None = None) -> Rule:
    """Return a rule whose breach is worth a note: what is permitted is there, but wrong."""
    return Rule(id=identifier, level=Level.MAY, says=says, each=each, holds=holds)


def since_2_2(rule: Rule, level: Level) -> Rule:
    """Return `rule` with another level in E-ARK 2.2.0."""
    return replace(rule, level_2_2=level)


def package_only(rule: Rule) -> Rule:
    """Return `rule` so that it does not hold for the METS of a representation."""
    return replace(rule, package_only=True)


def of_files(rule: Rule) -> Rule:
    """Return `rule` so that it is tested on batches of files."""
    return replace(rule, of_files=True)


def needs(node: str, attribute: str) -> Text:
    """Return the sentence that `node` must have `attribute`."""
    return Text(f"{node} ska ha {attribute}.", f"{node} must have {attribute}.")
