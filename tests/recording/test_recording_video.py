"""The video, judged by another build of ffmpeg (PyAV's)."""

import asyncio
import hashlib
import io
import json
import math
import shutil
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat
from pydantic import TypeAdapter

from capture.recording import Recorded, finish
from capture.recording.reel import CARD_FILE
from capture.recording.timeline import OPENING_TITLE
from register.errors import RecordingError
from tests.recording.conftest import Made
from tests.recording.small_channel import ODD, browser_page, card

STARTS = [0.0, 5.2, 6.88, 7.68, 8.0]  # worked out by hand from the walk: 600 px/s, 160 ms before a click, 520 after
DURATION = 11.48
PICTURES = [0.0, 3.0, 5.2, 5.68, 6.88, 7.2, 7.68, 8.0, 11.44]
SIX_STATES = 6
ELEVEN_FRAMES = 11


def pictures_of(video: Path) -> dict[float, av.VideoFrame]:
    with av.open(str(video)) as container:
        return {round(float(frame.time), 3): frame for frame in container.decode(video=0)}


def psnr(one: Image.Image, other: Image.Image) -> float:
    error = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    mean_square = sum(error.sum2) / sum(error.count)
    return math.inf if mean_square == 0 else 10 * math.log10(255**2 / mean_square)


def test_the_video_is_h264_in_420_and_gains_a_row_where_the_page_was_odd(made: Made) -> None:
    with av.open(str(made.recorded.path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.codec_context.width, stream.codec_context.height) == (ODD[0] + 1, ODD[1] + 1)
        assert (stream.codec_context.color_primaries, stream.codec_context.colorspace) == (1, 1)  # BT.709
    assert made.recorded.size == ODD


def test_every_picture_stands_at_its_presentation_time_and_the_video_is_as_long_as_the_journal(made: Made) -> None:
    assert list(pictures_of(made.recorded.path)) == PICTURES
    with av.open(str(made.recorded.path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(DURATION, abs=1e-6)
        assert container.duration == DURATION * av.time_base
    assert made.recorded.duration == DURATION


def test_each_post_has_a_chapter_that_begins_with_a_keyframe(made: Made) -> None:
    with av.open(str(made.recorded.path)) as container:
        chapters = container.chapters()
        keyframes = {
            float(p.pts * p.time_base) for p in container.demux(video=0) if p.is_keyframe and p.pts is not None
        }
    assert [float(chapter["start"] * chapter["time_base"]) for chapter in chapters] == STARTS
    assert keyframes >= set(STARTS)
    assert [chapter["metadata"]["title"] for chapter in chapters] == [one.title for one in made.recorded.chapters]
    assert [one.title for one in made.recorded.chapters][::2] == [OPENING_TITLE, "Inlägg 2", "Kommunen, 3 tim"]
    assert [made.recorded.second_of(f"p/{number}") for number in (1, 2, 3, 4)] == STARTS[1:]


def test_what_no_frame_shows_has_no_second(made: Made) -> None:
    assert made.recorded.second_of("p/5") is None


def test_what_is_shown_at_a_chapter_is_what_was_captured(made: Made) -> None:
    pictures = pictures_of(made.recorded.path)
    journal = [json.loads(line) for line in (made.folder / "frames.jsonl").read_text().splitlines()]
    first = {line["post_key"]: line["file"] for line in reversed(journal) if line["kind"] == "frame"}
    for key, start in zip(("p/1", "p/2", "p/3", "p/4"), STARTS[1:], strict=True):
        with Image.open(made.folder / first[key]) as captured:
            shown = pictures[start].to_image().crop((0, 0, *ODD))
            assert psnr(shown, captured) > 30
    with Image.open(made.folder / CARD_FILE) as title_card:
        assert psnr(pictures[0.0].to_image().crop((0, 0, *ODD)), title_card) > 30


def test_unchanged_screens_are_journalled_and_stored_once(made: Made) -> None:
    stored = sorted((made.folder / "frames").iterdir())
    assert (made.recorded.frames, made.recorded.states, len(stored)) == (ELEVEN_FRAMES, SIX_STATES, SIX_STATES)
    for line in map(json.loads, (made.folder / "frames.jsonl").read_text().splitlines()):
        if line["kind"] == "frame":
            assert hashlib.sha256((made.folder / line["file"]).read_bytes()).hexdigest() == line["sha256"]
            assert datetime.fromisoformat(line["at"]).utcoffset() == UTC.utcoffset(None)


def test_the_tags_say_that_the_recording_is_stepwise(made: Made) -> None:
    with av.open(str(made.recorded.path)) as container:
        tags = container.metadata
        assert [stream.metadata.get("language") for stream in container.streams.subtitles] == ["swe"]
    assert "Stegvis inspelning – visningstiden är syntetisk" in tags["comment"]
    assert "Stepwise recording" in tags["comment"]
    assert "Kommunarkivet, Åsa Öberg" in tags["comment"]
    assert "stegvis skärminspelning" in tags["title"]
    assert tags["creation_time"].startswith("2026-11-22T23:30:07")


def test_the_same_frames_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = asyncio.run(finish(made.folder, card(), tmp_path, name="igen"))
    assert again.path.read_bytes() == made.recorded.path.read_bytes()
    assert again.subtitles.read_bytes() == made.recorded.subtitles.read_bytes()


def test_a_finished_recording_survives_being_written_down(made: Made) -> None:
    adapter = TypeAdapter(Recorded)
    assert adapter.validate_json(adapter.dump_json(made.recorded)) == made.recorded


def test_a_flipped_byte_in_a_frame_is_found_and_no_video_is_left(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "frames")
    picture = tmp_path / "frames" / "frames" / "000004.png"
    content = bytearray(picture.read_bytes())
    content[len(content) // 2] ^= 1
    picture.write_bytes(content)
    with pytest.raises(RecordingError, match=r"000004\.png.*SHA-256"):
        asyncio.run(finish(tmp_path / "frames", card(), tmp_path / "out", name="kanal"))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_lost_frame_is_found(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "frames")
    (tmp_path / "frames" / "frames" / "000003.png").unlink()
    with pytest.raises(RecordingError, match=r"000003\.png"):
        asyncio.run(finish(tmp_path / "frames", card(), tmp_path, name="kanal"))


def test_chromium_seeks_to_the_last_chapter_and_plays_it_to_the_end(made: Made, tmp_path: Path) -> None:
    seek = """second => new Promise((done, fail) => {
        const video = document.querySelector('video')
        video.addEventListener('seeked', () => requestAnimationFrame(() => done([video.duration, video.currentTime])))
        video.addEventListener('error', () => fail(new Error(video.error.message)))
        const seek = () => { video.currentTime = second }
        video.readyState ? seek() : video.addEventListener('loadedmetadata', seek)
    })"""
    play = """() => new Promise((done, fail) => {
        const video = document.querySelector('video')
        video.addEventListener('ended', () => done(video.currentTime))
        video.playbackRate = 8
        video.play().catch(fail)
    })"""
    player = tmp_path / "player.html"
    player.write_text(f"<!doctype html><body style='margin:0'><video muted src='{made.recorded.path.as_uri()}'>")

    async def watch() -> tuple[list[float], bytes, float]:
        async with browser_page(size=(402, 302)) as page:
            await page.goto(player.as_uri())
            times: list[float] = await page.evaluate(seek, STARTS[-1])
            return times, await page.screenshot(), await page.evaluate(play)

    times, screen, ended = asyncio.run(watch())
    assert times == pytest.approx([DURATION, STARTS[-1]], abs=0.001)
    with Image.open(made.folder / "frames" / "000009.png") as captured, Image.open(io.BytesIO(screen)) as shown:
        assert psnr(shown.crop((0, 0, *ODD)), captured) > 30
    assert ended == pytest.approx(DURATION, abs=0.001)
