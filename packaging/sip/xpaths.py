"""Turns the rules into XPath, with the names of METS and three questions that XPath cannot ask."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from lxml import etree

from sip.mets import CSIP, METS, SIP, XLINK
from sip.rule import Rule
from sip.rules import RULES
from sip.standards import media_types

_EXT = "ExtensionMETS"
_OURS = "urn:kanalarkiv:rules"
NAMES = {"m": METS, "csip": CSIP, "sip": SIP, "xlink": XLINK, "ext": _EXT, "ka": _OURS}
_DATE = re.compile(r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(Z|[+-]\d\d:\d\d)?", re.ASCII)
_EXTENSIONS = frozenset({
    "FORMATREGISTRY", "OTHERFORMATREGISTRY", "FORMATREGISTRYKEY", "FILEFORMATNAME", "FILEFORMATVERSION",
    "ORIGINALFILENAME", "ARCHIVALREFERENCECODE", "ARCHIVALRECORDTYPE", "OAISSTATUS", "CONTENTTYPESPECIFICATION",
    "DATASUBMISSIONSESSION", "PACKAGENUMBER", "ARCHIVALNAME", "STARTDATE", "ENDDATE", "INFORMATIONCLASS", "SYSTEMTYPE",
    "APPRAISAL", "ACCESSRESTRICT", "AGREEMENTFORM",
})  # fmt: skip


def breaking(rule: Rule, tree: "etree._ElementTree") -> Iterator["etree._Element"]:
    """Yield the nodes of `tree` that break `rule`."""
    yield from _compiled(rule.id)(tree)


def _is_media_type(_context: object, stated: Sequence[str]) -> bool:
    return all(each.partition(";")[0].strip().lower() in media_types() and ";" not in each for each in stated)


def _is_date(_context: object, stated: Sequence[str]) -> bool:
    return all(_DATE.fullmatch(each.strip()) for each in stated)


def _is_extension(_context: object, stated: Sequence["etree._ElementUnicodeResult"]) -> bool:
    return all(etree.QName(str(each.attrname)).localname in _EXTENSIONS for each in stated)


_QUESTIONS = {
    (_OURS, "is-media-type"): _is_media_type,
    (_OURS, "is-date"): _is_date,
    (_OURS, "is-extension"): _is_extension,
}


@cache
def _compiled(identifier: str) -> etree.XPath:
    rule = RULES[identifier]
    nodes = " | ".join(f"{each.strip()}[not({rule.holds})]" for each in (rule.each or "").split(" | "))
    return etree.XPath(nodes, namespaces=NAMES, extensions=_QUESTIONS)
