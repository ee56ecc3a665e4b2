"""The record: whole, nested as it was, and inert."""

import csv
import json
from dataclasses import dataclass, replace
from importlib.resources import files

import pytest
from lxml import etree

from capture.items import ItemKind
from capture.records import record
from capture.records.shown import Shown

NS = {"r": record.NAMESPACE}


@dataclass(frozen=True)
class Element:
    """What the record is told of a file that an item shows."""

    element: str
    attributes: dict[str, str]


def _with_text(walk, text):
    post, *rest = walk.items
    return replace(walk, items=(replace(post, text=text), *rest))


def test_threads_stay_nested_and_the_schema_accepts_it(walk, channel, tmp_path):
    shown = {
        walk.items[0].key: Shown(second=12.5, volume="volym-01.pdf", page=2),
        walk.items[1].key: Shown(second=13.04, volume=None, page=None),
    }
    tree = etree.parse(record.write_xml(walk, channel, shown, tmp_path / "r.xml"))
    schema = etree.XMLSchema(etree.fromstring(files("schemas").joinpath("kanalarkiv/record-1.0.xsd").read_bytes()))
    schema.assertValid(tree)
    reply = tree.find("r:post/r:comment/r:reply", NS)
    assert reply.get("key") == walk.items[2].key
    assert tree.find("r:post", NS).get("recordingSecond") == "12.500"
    assert (tree.find("r:post", NS).get("volume"), tree.find("r:post", NS).get("page")) == ("volym-01.pdf", "2")
    assert tree.find("r:post/r:comment", NS).get("recordingSecond") == "13.040"
    assert reply.get("recordingSecond") is None, "it is on no frame"
    assert tree.find("r:post/r:text", NS).text == walk.items[0].text


def test_what_xml_forbids_is_replaced_and_counted(walk, channel, tmp_path):
    tree = etree.parse(record.write_xml(_with_text(walk, "a\x00b\ud800c\ufffed"), channel, {}, tmp_path / "r.xml"))
    assert tree.find("r:post/r:text", NS).text == "a\ufffdb\ufffdc\ufffdd"
    assert tree.find("r:capture", NS).get("replacedCharacters") == "3"


def test_markup_in_a_comment_stays_text(walk, channel, tmp_path):
    said = "<script>alert(1)</script>]]>&lt;!ENTITY"
    tree = etree.parse(record.write_xml(_with_text(walk, said), channel, {}, tmp_path / "r.xml"))
    assert tree.find("r:post/r:text", NS).text == said


def test_an_answer_to_something_unknown_is_refused_not_dropped(walk, channel, tmp_path):
    post, comment, reply = walk.items
    lost = replace(walk, items=(post, comment, replace(reply, parent_key="https://exempel.invalid/okand")))
    with pytest.raises(ValueError, match="1 items answer"):
        record.write_xml(lost, channel, {}, tmp_path / "r.xml")
    assert not (tmp_path / "r.xml").exists()


def test_a_thread_may_be_a_thousand_answers_deep(walk, channel, tmp_path):
    post, comment, _ = walk.items
    chain = [post, comment]
    for number in range(1000):
        chain.append(replace(comment, key=f"{comment.key}-{number}", parent_key=chain[-1].key, kind=ItemKind.REPLY))
    tree = etree.parse(
        record.write_xml(replace(walk, items=tuple(chain)), channel, {}, tmp_path / "r.xml"),
        etree.XMLParser(huge_tree=True),
    )
    assert len(tree.findall(".//r:reply", NS)) == 1000


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_spreadsheet_runs_nothing(walk, tmp_path, start):
    path, _ = record.write_csv(_with_text(walk, f"{start}HYPERLINK(1)"), {}, tmp_path / "r.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["text"] == f"'{start}HYPERLINK(1)"


def test_every_column_is_described_and_every_item_has_a_row(walk, tmp_path):
    path, description = record.write_csv(
        walk, {walk.items[0].key: Shown(second=12.5, volume="volym-01.pdf", page=2)}, tmp_path / "r.csv"
    )
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    described = [c["name"] for c in json.loads(description.read_text(encoding="utf-8"))["tableSchema"]["columns"]]
    assert list(rows[0]) == described
    assert [row["key"] for row in rows] == [item.key for item in walk.items]
    assert [(row["recording_second"], row["volume"], row["page"]) for row in rows] == [
        ("12.500", "volym-01.pdf", "2"),
        ("", "", ""),
        ("", "", ""),
    ]


def test_the_same_walk_gives_the_same_bytes(walk, channel, tmp_path):
    first = record.write_xml(walk, channel, {}, tmp_path / "1.xml").read_bytes()
    assert record.write_xml(walk, channel, {}, tmp_path / "2.xml").read_bytes() == first


def test_the_period_that_was_captured_is_told(walk, channel, tmp_path):
    whole = etree.parse(record.write_xml(walk, channel, {}, tmp_path / "whole.xml")).find("r:capture", NS)
    assert whole.get("since") is None
    part = record.write_xml(replace(walk, since=walk.started), channel, {}, tmp_path / "part.xml")
    assert etree.parse(part).find("r:capture", NS).get("since") == "2026-06-30T12:00:00Z"


def test_the_media_of_an_item_are_named_with_their_file_or_the_reason_why_there_is_none(walk, channel, tmp_path):
    described = (
        Element(
            "media",
            {
                "kind": "picture",
                "address": "https://exempel.invalid/b.png",
                "alt": "En plogbil",
                "file": f"media/{'ab' * 16}.png",
                "mediaType": "image/png",
                "size": "12",
                "sha256": "ab" * 32,
                "obtained": "2026-06-30T12:00:00Z",
                "way": "browser",
            },
        ),
        Element("missingMedia", {"kind": "video", "address": "blob:\x00x", "alt": "", "reason": "stream"}),
    )
    shown = {walk.items[1].key: Shown(second=None, volume=None, page=None, media=described)}
    comment = etree.parse(record.write_xml(walk, channel, shown, tmp_path / "r.xml")).find(".//r:comment", NS)
    assert [dict(one.attrib) for one in comment.iterfind("r:media", NS)] == [described[0].attributes]
    assert comment.find("r:missingMedia", NS).get("address") == "blob:\ufffdx"
    path, _ = record.write_csv(walk, shown, tmp_path / "r.csv")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [row["media"] for row in csv.DictReader(file)]
    assert cells == ["", f"media/{'ab' * 16}.png\nsaknas (stream): blob:\ufffdx", ""]
