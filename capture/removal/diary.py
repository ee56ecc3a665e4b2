"""A case as XML for the diary system (schemas/kanalarkiv/removal-case-1.0.xsd), held against its schema before it is.

What people and channels wrote is text there and nothing else; what XML 1.0 forbids is replaced, and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from lxml import etree

from capture.records.legal import XmlText
from capture.records.record import instant
from capture.records.schema import check
from register.case_words import CaseKind, CheckResult, Measure, Outcome, ShownBefore
from register.model import Organisation
from register.removal.grounds import edition_of
from register.store.cases import RemovalCase

NAMESPACE = "urn:kanalarkiv:removal-case:1.0"
_SCHEMA = "removal-case-1.0.xsd"
_OUTCOMES = {Outcome.REMOVE: "remove", Outcome.KEEP: "keep"}
_MEASURES = {Measure.REMOVED: "removed", Measure.HIDDEN: "hidden"}
_SHOWN = {ShownBefore.VISIBLE: "visible", ShownBefore.HIDDEN: "hidden"}
_RESULTS = {
    CheckResult.ABSENT: "absent",
    CheckResult.STILL_THERE: "still-there",
    CheckResult.CANNOT_BE_TOLD: "cannot-be-told",
}


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whose case it is: the records creator, and the channel's name, platform and address."""

    authority: Organisation
    name: str
    platform: str
    url: str


def case_xml(case: RemovalCase, whose: Whose) -> bytes:
    """Return a case as XML.

    Raises:
        ValueError: it breaks our own schema: a fault of this program.
        KeyError: it names an edition of the guideline that this program does not know.
    """
    writer = _Writer()
    root = etree.Element(
        _q("removalCase"),
        nsmap={None: NAMESPACE},
        version="1.0",
        id=writer.legal(case.entry),
        closed=_yes(bool(case.closed)),
    )
    if case.number is not None:
        root.set("number", str(case.number))
    writer.add(root, "authority", whose.authority.name, identityCode=whose.authority.identity_code)
    channel = writer.add(root, "channel", entry=case.channel)
    for name, value in (("name", whose.name), ("platform", whose.platform), ("url", whose.url)):
        writer.add(channel, name, value)
    if case.kind == CaseKind.CRIME:
        writer.add(root, "crimeReport", reference=case.crime_reference or case.entry, policeReport=case.police_report)
    else:
        _item(writer, root, case)
    writer.add(
        root,
        "saved",
        at=instant(case.saved),
        by=case.saved_by,
        discovered=_at(case.discovered),
        **{"with": case.saved_with or None},
    )
    _course(writer, root, case)
    root.set("replacedCharacters", str(writer.xml.replaced))
    check(root, _SCHEMA)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


class _Writer:
    """Adds elements whose texts XML allows; an attribute that nobody has said is left out."""

    def __init__(self) -> None:
        self.xml = XmlText()

    def legal(self, text: str) -> str:
        return self.xml.legal(text)

    def add(
        self, parent: etree._Element, name: str, text: str | None = None, **attributes: str | None
    ) -> etree._Element:
        said = {key: self.legal(value) for key, value in attributes.items() if value is not None}
        element = etree.SubElement(parent, _q(name), said)
        if text is not None:
            element.text = self.legal(text)
        return element


def _item(writer: _Writer, root: etree._Element, case: RemovalCase) -> None:
    item = writer.add(
        root,
        "item",
        kind=case.kind,
        shown=_SHOWN[ShownBefore(case.shown or ShownBefore.VISIBLE)],
        own=_yes(bool(case.own)),
    )
    writer.add(item, "permalink", case.permalink)
    writer.add(item, "author", case.author)
    writer.add(item, "published", case.published_shown, instant=_at(case.published))
    digest = sha256(case.text.encode("utf-8", "surrogatepass")).hexdigest()
    writer.add(item, "text", case.text, sha256=digest)
    for one in case.pictures:
        writer.add(item, "picture", one["alt"], file=one["path"], sha256=one["sha256"], taken=_time(one["taken"]))
    for one in case.thread or ():
        _context(writer, root, one)
    for remark in (case.remarks or "").splitlines():
        writer.add(root, "remark", remark)


def _context(writer: _Writer, root: etree._Element, one: Mapping[str, Any]) -> None:
    element = writer.add(root, "context", where=one["where"], kind=one["kind"], key=one["key"])
    writer.add(element, "author", one["author"])
    published = one["published"]
    writer.add(element, "published", one["published_shown"], instant=_time(published) if published else None)
    writer.add(element, "text", one["text"])


def _course(writer: _Writer, root: etree._Element, case: RemovalCase) -> None:
    if case.outcome is not None and case.decided is not None:
        decision = writer.add(
            root,
            "decision",
            outcome=_OUTCOMES[Outcome(case.outcome)],
            reference=case.decision,
            day=case.decided.isoformat(),
            by=case.decided_by,
            role=case.decider_role,
            delegation=case.delegation,
            guideline=case.guideline,
        )
        _grounds(writer, decision, case)
        writer.add(decision, "reasons", case.reasons)
    if case.measure is not None and case.removed is not None:
        writer.add(root, "measure", kind=_MEASURES[Measure(case.measure)], at=instant(case.removed), by=case.removed_by)
    if case.diary_number is not None:
        writer.add(root, "diary", number=case.diary_number, collectingCase=case.collecting_case)
    if case.check_result is not None and case.checked is not None:
        writer.add(
            root,
            "check",
            case.check_said,
            result=_RESULTS[CheckResult(case.check_result)],
            at=instant(case.checked),
            by=case.checked_by,
        )
    if case.printed is not None:
        writer.add(root, "paper", printed=case.printed.isoformat(), place=case.printed_where, by=case.printed_by)


def _grounds(writer: _Writer, decision: etree._Element, case: RemovalCase) -> None:
    if case.guideline is None or not case.grounds:
        return
    for ground in edition_of(case.guideline).chosen(case.grounds.split()):
        element = writer.add(decision, "ground", code=ground.code)
        writer.add(element, "label", ground.sv)
        for law in ground.law:
            writer.add(element, "law", law.provision)


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _time(written: str) -> str:
    return instant(datetime.fromisoformat(written))


def _yes(said: bool) -> str:
    return "true" if said else "false"


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
