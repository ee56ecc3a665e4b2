"""What a channel writes stays text: in chapter titles, tags, subtitles and the title card."""

import asyncio
import re
from pathlib import Path

import av
import pytest
from PIL import Image

from capture.items import Cause
from capture.recording import Recording, finish
from capture.recording.frames import chapter_title
from capture.recording.journal import FrameLine
from capture.recording.plain_text import one_line, storable
from capture.recording.subtitles import event
from capture.recording.tags import chapters_in, written
from capture.recording.timeline import Chapter
from capture.recording.title_card import draw
from tests.recording.conftest import Made
from tests.recording.small_channel import BEGAN, HOSTILE_AUTHOR, URL, Clock, browser_page, card, post, step

HOSTILE_TITLE = "Åsa = ; # \\ [CHAPTER] START=0 [31m --> <b>x {\\an8}, 3 tim 00:00:00.000 --> 00:00:09.000"


def test_a_hostile_author_is_one_chapter_title_and_nothing_else(made: Made) -> None:
    with av.open(str(made.recorded.path)) as container:
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
        assert set(container.metadata) <= {
            "major_brand", "minor_version", "compatible_brands", "creation_time", "title", "artist", "date", "encoder",
            "comment",
        }  # fmt: skip
    assert titles[1] == HOSTILE_TITLE
    assert len(titles) == 5


def test_a_title_too_long_for_the_container_is_cut_between_letters_and_says_so(made: Made) -> None:
    title = made.recorded.chapters[3].title
    assert len(title.encode()) <= 255
    assert re.fullmatch("Å+…", title)


def test_subtitles_hold_one_cue_a_frame_and_no_markup_of_the_channel(made: Made) -> None:
    blocks = made.recorded.subtitles.read_text(encoding="utf-8").strip().split("\n\n")
    head, _note, _card, *cues = blocks
    assert head == "WEBVTT"
    assert len(cues) == made.recorded.frames
    cue = re.compile(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}\n[^<>\n]+\n[^<>\n]+")
    assert [block for block in cues if not cue.fullmatch(block)] == []
    assert "Stängde ”Acceptera --&gt; &lt;alla&gt; kakor”" in cues[1]
    assert cues[1].endswith("https://kommun.example/kanal?a=1&amp;b=&lt;2&gt;")
    # Swedish time first: by then the day has turned.
    assert "2026-11-23 00:30:07 svensk tid (2026-11-22 23:30:07 UTC) · Sidan öppnades" in cues[0]


def test_the_subtitles_inside_the_video_are_those_beside_it(made: Made) -> None:
    with av.open(str(made.recorded.path)) as container:
        inside = [bytes(p).decode("utf-8", "replace") for p in container.demux(subtitles=0) if p.size > 2]
    assert len(inside) == made.recorded.frames + 1
    assert "Stängde ”Acceptera --> <alla> kakor”" in inside[2]


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_its_words_and_a_label_cannot_format_them(cause: Cause) -> None:
    frame = FrameLine(
        number=1, step=1, file="frames/000001.png", sha256="0" * 64, cause=cause, label="{y.__class__}%s",
        post_key=None, url=URL, at=BEGAN, scroll_y=1.0, in_view=(),
    )  # fmt: skip
    assert event(frame)
    assert "class 'float'" not in event(frame)


def test_control_characters_directions_and_surrogates_are_gone_and_emoji_stay() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert one_line(f"a\x00b\x1b\u2028c\u202ed\ud800\ufffe{family}\t\n å", most_bytes=99) == f"a b cd\ufffd{family} å"
    assert storable("x\udfff") == "x\ufffd"
    assert chapter_title(post("p", ordinal=7, author=" \u202e\n", shown="\x00")) == "Inlägg 7"


def test_ffmpegs_metadata_is_read_as_it_is_written() -> None:
    chapter = Chapter(post_key="p", title=f"{HOSTILE_AUTHOR}\\\n", start=1.2, end=2.0)
    (read,) = chapters_in(written({"title": HOSTILE_AUTHOR}, [chapter]))
    assert (read.start_ms, read.title) == (1200, chapter.title)


def test_a_hostile_channel_name_and_post_key_make_a_whole_video(tmp_path: Path) -> None:
    async def record() -> str:
        async with browser_page() as page, Recording(tmp_path / "r", clock=Clock()) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL, post_key="k\ud800"))
            root = await page.query_selector("article")
            assert root is not None
            await recording.on_post(page, post("k\ud800", author="\ud800"), root)
        hostile = card(channel_name=f"{HOSTILE_AUTHOR} åäö \U0001f600 {'lång' * 200}", url="-i;\n" + "u" * 900)
        recorded = await finish(tmp_path / "r", hostile, tmp_path, name="-i å;:#'\"")
        assert recorded.second_of("k\ud800") == 3.0
        with av.open(str(recorded.path)) as container:
            return container.metadata["title"]

    assert asyncio.run(record()).startswith("Åsa = ; # \\ [CHAPTER] START=0")


@pytest.mark.parametrize("size", [(320, 240), (401, 301), (1280, 900), (1920, 1080)])
def test_the_title_card_fits_its_size_and_leaves_a_margin(tmp_path: Path, size: tuple[int, int]) -> None:
    draw(card(channel_name="Räksmörgåskommunens kanal " * 8), px_per_second=600, size=size, into=tmp_path / "card.png")
    with Image.open(tmp_path / "card.png") as drawn:
        assert drawn.size == size
        lowest = drawn.convert("L").crop((0, size[1] - 4, *size))
        assert lowest.getextrema() == (255, 255)
