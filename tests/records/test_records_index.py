"""index.html: what an archivist opens, long after us."""

from dataclasses import dataclass, replace

import pytest
from lxml import html

from capture.items import ItemKind
from capture.records import statement
from capture.records.index_page import Surroundings, write_index
from capture.records.shown import Shown

AROUND = Surroundings(
    view="../vy/",
    facts="../uppgifter/",
    film="inspelning.mp4",
    poster="inspelning.jpg",
    subtitles="inspelning.vtt",
    statement="intyg.html",
    files=(("uppgifter.xml", "../uppgifter/uppgifter.xml"),),
)


@dataclass(frozen=True)
class Element:
    """What the record tells of a file that an item shows."""

    element: str
    attributes: dict[str, str]


@pytest.fixture
def read(channel, tmp_path):
    """A function that makes the page of a walk and reads it."""

    def made(walk, shown):
        concluded = statement.conclude(walk, channel, previous=None, issued=walk.ended, program="Kanalarkiv 0")
        return html.parse(write_index(concluded, shown, AROUND, tmp_path / "index.html")).getroot()

    return made


def test_every_item_leads_to_its_second_and_its_page(walk, read):
    shown = {item.key: Shown(second=61.5 + n, volume="volym-01.pdf", page=2 + n) for n, item in enumerate(walk.items)}
    page = read(walk, shown)
    assert [one.get("id") for one in page.xpath("//article | //ol/li")] == ["nr-1", "nr-2", "nr-3"]
    assert page.xpath("//a[starts-with(., 'Film')]/@href") == [
        "../vy/inspelning.mp4#t=61.50",
        "../vy/inspelning.mp4#t=62.50",
        "../vy/inspelning.mp4#t=63.50",
    ]
    assert page.xpath("//a[starts-with(., 'Film')]/text()") == ["Film 0:01:01", "Film 0:01:02", "Film 0:01:03"]
    assert page.xpath("//a[starts-with(., 'Sida')]/@href") == [f"../vy/volym-01.pdf#page={n}" for n in (2, 3, 4)]
    assert page.xpath("//video/@src | //video/@poster") == ["../vy/inspelning.mp4", "../vy/inspelning.jpg"]
    (answered,) = page.xpath("//li//a[starts-with(@href, '#nr-')]")
    assert answered.get("href") == "#nr-2", "a reply says whom it answers"


def test_what_is_shown_nowhere_is_said_to_be(walk, read):
    said = read(walk, {}).xpath("//article")[0].text_content()
    assert said.count("Syns inte i filmen") == said.count("Saknas i sidorna") == 3


def test_original_files_are_shown_and_missing_ones_said(walk, read):
    media = (
        Element("media", {"kind": "picture", "alt": 'En "plogbil"', "file": "media/ab.png"}),
        Element("media", {"kind": "video", "alt": "", "file": "media/cd.mp4"}),
        Element("missingMedia", {"kind": "video", "alt": "Sändning", "reason": "stream", "address": "blob:x"}),
    )
    page = read(walk, {walk.items[1].key: Shown(second=None, volume=None, page=None, media=media)})
    (item,) = page.xpath("//li[@id='nr-2']")
    assert item.xpath(".//img/@src") == ["../uppgifter/media/ab.png"]
    assert item.xpath(".//img/@alt") == ['En "plogbil"']
    assert item.xpath(".//a[. = 'Film']/@href") == ["../uppgifter/media/cd.mp4"]
    assert "Film saknas: Sändning" in item.text_content()


def test_what_a_stranger_wrote_stays_text(walk, read):
    hostile = "<script>alert(1)</script>\u202e'\"&\x00"
    items = tuple(
        replace(item, author=hostile, text=hostile, published_shown=hostile, key=f"javascript:alert({n})")
        if item.kind is ItemKind.REPLY
        else item
        for n, item in enumerate(walk.items)
    )
    page = read(replace(walk, items=items), {})
    assert page.xpath("//script | //@onclick | //iframe | //form") == []
    assert not any("javascript" in href for href in page.xpath("//@href"))
    assert page.xpath("//li")[-1].xpath(".//p[@class='said']/text()") == ["<script>alert(1)</script>'\"&\ufffd"]
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def test_a_period_without_posts_says_so(walk, read):
    page = read(replace(walk, items=(), ledgers=(), since=walk.started), {})
    assert "Inga inlägg från perioden." in page.text_content()
