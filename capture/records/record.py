"""The record: every post, comment and reply, keyed by permalink, as XML (schemas/kanalarkiv/record-1.0.xsd) and CSV.

The XML is the authority and keeps the threads as they were nested. The CSV is a flat rendering for a spreadsheet,
with a column description beside it (W3C Tabular Metadata, `*-metadata.json`).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from capture.items import Item, ItemKind, Walk
from capture.records.legal import XmlText, spreadsheet_cell
from capture.records.schema import check
from capture.records.shown import NOWHERE, MediaElement, Shown
from register.language import Text
from register.model import Channel

NAMESPACE = "urn:kanalarkiv:record:1.0"

_COLUMNS = {
    "ordinal": Text("Ordningstal i kanalen", "Place in the channel's order"),
    "kind": Text("Slag: post, comment, reply", "Kind: post, comment, reply"),
    "key": Text("Permalänk eller annan identitet", "Permalink or other identity"),
    "post_key": Text("Det inlägg som tråden hör till", "The post the thread belongs to"),
    "parent_key": Text("Det som besvaras", "What is answered"),
    "author": Text("Avsändare så som namnet visades", "Author as shown"),
    "published_utc": Text("Tidpunkt enligt sidan, UTC", "Time according to the page, UTC"),
    "published_shown": Text("Tid så som den visades", "Time as shown"),
    "text": Text("Text; inledande apostrof skyddar mot formler", "Text; a leading apostrophe disarms formulas"),
    "claimed": Text("Antal kommentarer eller svar som sidan uppger", "Comments or replies that the page claims"),
    "links": Text("Länkar, en per rad", "Links, one a line"),
    "pictures": Text("Bilder: adress och alternativtext, en per rad", "Pictures: address and alt text, one a line"),
    "first_seen_utc": Text("Först sedd vid insamlingen, UTC", "First seen during the capture, UTC"),
    "recording_second": Text(
        "Sekunden i inspelningen där det först syns", "Second of the recording that first shows it"
    ),
    "volume": Text("Den PDF-volym där det syns", "The PDF volume that shows it"),
    "page": Text("Sidan i volymen", "The page of the volume"),
    "media": Text("Originalfiler, en per rad", "Original files, one a line"),
}


def write_xml(walk: Walk, channel: Channel, shown: Mapping[str, Shown], into: Path) -> Path:
    """Write the record of `walk` as XML and return its path.

    Args:
        walk: what was seen.
        channel: the channel it was seen on.
        shown: where each item is shown in film and pages, by its key; may lack items.
        into: the file to write.

    Raises:
        ValueError: the result breaks our own schema, or an item answers one that is not in the record.
    """
    xml = XmlText()
    answers: dict[str, list[Item]] = defaultdict(list)
    for item in walk.items:
        if item.parent_key is not None:
            answers[item.parent_key].append(item)

    root = etree.Element(_q("record"), nsmap={None: NAMESPACE}, version="1.0")
    about = etree.SubElement(root, _q("channel"))
    for name, value in (("name", channel.name), ("platform", channel.platform), ("url", walk.url)):
        etree.SubElement(about, _q(name)).text = xml.legal(value)
    posts = [item for item in walk.items if item.kind is ItemKind.POST]
    capture = etree.SubElement(
        root,
        _q("capture"),
        started=instant(walk.started),
        ended=instant(walk.ended),
        profile=walk.profile,
        posts=str(len(posts)),
        comments=str(len(walk.items) - len(posts)),
    )
    if walk.since is not None:
        capture.set("since", instant(walk.since))
    written = 0
    for post in posts:
        element = _item(root, "post", post, shown, xml)
        written += 1 + _threads(element, post, answers, shown, xml)
    if written != len(walk.items):
        raise ValueError(f"{len(walk.items) - written} items answer something that is not in the record")
    capture.set("replacedCharacters", str(xml.replaced))
    check(root, "record-1.0.xsd")
    into.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
    return into


def write_csv(walk: Walk, shown: Mapping[str, Shown], into: Path) -> tuple[Path, Path]:
    """Write the record as CSV (UTF-8, RFC 4180) and its column description; return both paths.

    `shown` is as in `write_xml`.
    """
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for item in walk.items:
            writer.writerow(map(spreadsheet_cell, _row(item, shown.get(item.key, NOWHERE))))
    description = into.with_name(f"{into.stem}-metadata.json")
    description.write_text(
        json.dumps(
            {
                "@context": "http://www.w3.org/ns/csvw",
                "url": into.name,
                "tableSchema": {
                    "columns": [
                        {"name": name, "titles": name, "dc:description": {"sv": said.sv, "en": said.en}}
                        for name, said in _COLUMNS.items()
                    ]
                },
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    return into, description


def instant(moment: datetime) -> str:
    """Return an aware time as xs:dateTime in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _second(second: float) -> str:
    return f"{second:.3f}"


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _threads(
    parent: etree._Element,
    asked: Item,
    answers: Mapping[str, list[Item]],
    shown: Mapping[str, Shown],
    xml: XmlText,
) -> int:
    """Write what answers `asked` under `parent`, all the way down; return how many items that was.

    A stack, not recursion: how deep a thread goes is for strangers to decide.
    """
    written = 0
    waiting = [(parent, answer) for answer in reversed(answers.get(asked.key, ()))]
    while waiting:
        under, item = waiting.pop()
        element = _item(under, "comment" if under is parent else "reply", item, shown, xml)
        written += 1
        waiting.extend((element, answer) for answer in reversed(answers.get(item.key, ())))
    return written


def _item(parent: etree._Element, tag: str, item: Item, shown: Mapping[str, Shown], xml: XmlText) -> etree._Element:
    element = etree.SubElement(
        parent,
        _q(tag),
        key=xml.legal(item.key),
        keySource=item.key_source,
        ordinal=str(item.ordinal),
        firstSeen=instant(item.first_seen),
    )
    if item.claimed is not None:
        element.set("claimed", str(item.claimed))
    at = shown.get(item.key, NOWHERE)
    if at.second is not None:
        element.set("recordingSecond", _second(at.second))
    if at.volume is not None and at.page is not None:
        element.set("volume", at.volume)
        element.set("page", str(at.page))
    etree.SubElement(element, _q("author")).text = xml.legal(item.author)
    published = etree.SubElement(element, _q("published"))
    published.text = xml.legal(item.published_shown)
    if item.published is not None:
        published.set("instant", instant(item.published))
    etree.SubElement(element, _q("text")).text = xml.legal(item.text)
    for link in item.links:
        etree.SubElement(element, _q("link")).text = xml.legal(link)
    for picture in item.pictures:
        etree.SubElement(element, _q("picture"), url=xml.legal(picture.url), alt=xml.legal(picture.alt))
    for one in at.media:
        attributes = {name: xml.legal(value) for name, value in one.attributes.items()}
        etree.SubElement(element, _q(one.element), attributes)
    return element


def _row(item: Item, at: Shown) -> tuple[str, ...]:
    return (
        str(item.ordinal),
        item.kind.value,
        item.key,
        item.post_key,
        item.parent_key or "",
        item.author,
        instant(item.published) if item.published else "",
        item.published_shown,
        item.text,
        "" if item.claimed is None else str(item.claimed),
        "\n".join(item.links),
        "\n".join(f"{picture.url} {picture.alt}".strip() for picture in item.pictures),
        instant(item.first_seen),
        "" if at.second is None else _second(at.second),
        at.volume or "",
        "" if at.page is None else str(at.page),
        "\n".join(_file_of(one) for one in at.media),
    )


def _file_of(media: MediaElement) -> str:
    return media.attributes.get("file") or f"saknas ({media.attributes['reason']}): {media.attributes['address']}"
