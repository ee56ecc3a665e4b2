"""Changes one thing in a valid package: what the tests of the rules are made of. Packages live in memory here."""

import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import cast

from lxml import etree

from sip.findings import Findings
from sip.report import Evidence, Report
from sip.shelf import Shelf
from sip.validate import judge

NS = {
    "m": "http://www.loc.gov/METS/",
    "csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
    "ext": "ExtensionMETS",
    "x": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "p": "http://www.loc.gov/premis/v3",
}
Contents = dict[str, bytes]
Change = Callable[["etree._Element"], None]


def contents_of(archive: Path) -> Contents:
    """Return every file of a ZIP by its path."""
    with zipfile.ZipFile(archive) as opened:
        return {entry.filename: opened.read(entry) for entry in opened.infolist()}


def judged(contents: Contents) -> Report:
    """Judge a package that lies in memory."""
    findings = Findings()
    shelf = Shelf(files={path: len(data) for path, data in contents.items()}, open=lambda path: BytesIO(contents[path]))
    findings.see(Evidence.ARCHIVE)
    specification = judge(shelf, findings)
    return findings.report("in memory", specification.label)


def edited(contents: Contents, document: str, *changes: tuple[str, Change]) -> Contents:
    """Return `contents` with every node that an XPath finds in `document` changed."""
    tree = etree.fromstring(contents[document])
    for xpath, change in changes:
        nodes = cast("list[etree._Element]", tree.xpath(xpath, namespaces=NS))
        assert nodes, f"nothing to break at {xpath}"
        for node in nodes:
            change(node)
    return {**contents, document: etree.tostring(tree, xml_declaration=True, encoding="UTF-8")}


def _name(attribute: str) -> str:
    prefix, _, local = attribute.rpartition(":")
    return f"{{{NS[prefix]}}}{local}" if prefix else local


def drop(attribute: str) -> Change:
    def change(node: "etree._Element") -> None:
        del node.attrib[_name(attribute)]

    return change


def put(attribute: str, value: str) -> Change:
    return lambda node: node.set(_name(attribute), value)


def gone(node: "etree._Element") -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def twice(node: "etree._Element") -> None:
    node.addnext(deepcopy(node))


def to(text: str | None) -> Change:
    def change(node: "etree._Element") -> None:
        node.text = text

    return change


def grown(xml: str) -> Change:
    """Return the change that puts an element of METS first into another."""

    def change(node: "etree._Element") -> None:
        spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
        node.insert(0, etree.fromstring(f"<m:a {spaces}>{xml}</m:a>")[0])

    return change


def after(xml: str) -> Change:
    """Return the change that puts an element of METS after another."""

    def change(node: "etree._Element") -> None:
        spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
        node.addnext(etree.fromstring(f"<m:a {spaces}>{xml}</m:a>")[0])

    return change


def rules_of(report: Report) -> set[str]:
    """Return the rules that a report finds broken."""
    return {finding.rule for finding in report.findings}


def found(report: Report, rules: Iterable[str]) -> dict[str, str]:
    """Return rule and severity of the findings of `rules`."""
    wanted = set(rules)
    return {finding.rule: finding.severity.value for finding in report.findings if finding.rule in wanted}
