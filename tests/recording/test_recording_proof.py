"""The proof of a video fails where the video is not what the journal says."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from capture.items import Cause
from capture.programs.ffmpeg import find
from capture.recording import Recorded, Recording, finish, journal
from capture.recording.proof import prove
from capture.recording.timeline import Timeline, lay_out
from register.errors import RecordingError
from tests.recording.conftest import Made
from tests.recording.small_channel import Clock, browser_page, card, step


def judged(video: Path, timeline: Timeline, scratch: Path) -> None:
    asyncio.run(prove(video, timeline, program=find(), scratch=scratch, timeout=600))


def without_a_still(timeline: Timeline) -> Timeline:
    return replace(timeline, stills=timeline.stills[:2] + timeline.stills[3:])


def with_a_later_still(timeline: Timeline) -> Timeline:
    late = replace(timeline.stills[4], start_ms=timeline.stills[4].start_ms + 40)
    return replace(timeline, stills=(*timeline.stills[:4], late, *timeline.stills[5:]))


def with_a_longer_end(timeline: Timeline) -> Timeline:
    return replace(timeline, duration_ms=timeline.duration_ms + 40)


def with_another_title(timeline: Timeline) -> Timeline:
    return replace(timeline, chapters=(replace(timeline.chapters[0], title="x"), *timeline.chapters[1:]))


def with_one_chapter_more(timeline: Timeline) -> Timeline:
    return replace(timeline, chapters=(*timeline.chapters, timeline.chapters[-1]))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without_a_still, "frames"),
        (with_a_later_still, "frames"),
        (with_a_longer_end, "frames"),
        (with_another_title, "chapters"),
        (with_one_chapter_more, "chapters"),
    ],
)
def test_a_video_that_differs_from_the_journal_is_refused(
    made: Made, tmp_path: Path, change: Callable[[Timeline], Timeline], named: str
) -> None:
    timeline = lay_out(journal.read(made.folder))
    judged(made.recorded.path, timeline, tmp_path)
    with pytest.raises(RecordingError, match=named):
        judged(made.recorded.path, change(timeline), tmp_path)


def test_a_chapter_that_begins_between_keyframes_is_refused(made: Made, tmp_path: Path) -> None:
    """The same pictures and chapters, encoded without a keyframe at each."""
    timeline = lay_out(journal.read(made.folder))
    with av.open(str(made.recorded.path)) as source, av.open(str(tmp_path / "few.mp4"), "w") as target:
        video = source.streams.video[0]
        out = target.add_stream("libx264", width=video.width, height=video.height, pix_fmt="yuv420p")
        out.time_base = out.codec_context.time_base = video.time_base
        out.codec_context.options = {"g": "1000", "sc_threshold": "0", "bf": "0"}
        target.set_chapters(source.chapters())
        for frame in source.decode(video):
            frame.pict_type = 0
            target.mux(out.encode(frame))
        target.mux(out.encode(None))
    with pytest.raises(RecordingError, match="keyframe"):
        judged(tmp_path / "few.mp4", timeline, tmp_path)


def test_a_damaged_video_is_refused(made: Made, tmp_path: Path) -> None:
    content = bytearray(made.recorded.path.read_bytes())
    pictures_begin = content.index(b"mdat")
    for offset in range(pictures_begin + 2000, len(content), 500):
        content[offset] ^= 0xFF
    (tmp_path / "damaged.mp4").write_bytes(content)
    with pytest.raises(RecordingError):
        judged(tmp_path / "damaged.mp4", lay_out(journal.read(made.folder)), tmp_path)


def test_a_window_that_changes_size_loses_no_part_of_any_frame(tmp_path: Path) -> None:
    async def record() -> Recorded:
        async with browser_page(size=(300, 301)) as page, Recording(tmp_path / "r", clock=Clock()) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))
            await page.set_viewport_size({"width": 351, "height": 240})
            await recording.on_step(page, step(2, Cause.SCROLL))
        return await finish(tmp_path / "r", card(), tmp_path, name="r")

    recorded = asyncio.run(record())
    assert recorded.size == (351, 301)
    with av.open(str(recorded.path)) as container:
        _card, first, second, _last = [frame.to_image() for frame in container.decode(video=0)]
    for shown, name, size in ((first, "000001", (300, 301)), (second, "000002", (351, 240))):
        assert shown.size == (352, 302)
        with Image.open(tmp_path / "r" / "frames" / f"{name}.png") as captured:
            difference = ImageChops.difference(shown.crop((0, 0, *size)), captured.convert("RGB"))
        assert max(ImageStat.Stat(difference).mean) < 4


def test_cancelling_an_encoding_leaves_no_video_and_it_can_be_repeated(made: Made, tmp_path: Path) -> None:
    async def interrupted() -> None:
        task = asyncio.create_task(finish(made.folder, card(), tmp_path, name="kanal"))
        while not list(tmp_path.glob(".kanal.mp4.partial")):
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(interrupted())
    assert list(tmp_path.iterdir()) == []
    asyncio.run(finish(made.folder, card(), tmp_path, name="kanal"))
    assert (tmp_path / "kanal.mp4").read_bytes() == made.recorded.path.read_bytes()
