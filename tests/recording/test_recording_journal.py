"""The journal counts what is whole, and refuses what is damaged; the clockwork of the presentation time."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.items import Cause
from capture.recording import Recording, finish
from capture.recording.journal import Contents, FrameLine, JournalWriter, PostLine, read
from capture.recording.timeline import TICK_MS, lay_out
from register.errors import BrowserLostError, DiskFullError, FolderBlockedError, RecordingError
from tests.recording.small_channel import BEGAN, URL, Clock, browser_page, card, post, step
from tests.small_disk import small_disk_of


def frame(
    number: int,
    cause: Cause = Cause.SCROLL,
    *,
    post_key: str | None = None,
    scroll_y: float = 0,
    in_view: tuple[str, ...] = (),
) -> FrameLine:
    return FrameLine(
        number=number,
        step=number,
        file=f"frames/{number:06d}.png",
        sha256=f"{number:064x}",
        cause=cause,
        label="",
        post_key=post_key,
        url=URL,
        at=BEGAN,
        scroll_y=scroll_y,
        in_view=in_view,
    )


def journal_of(folder: Path, *lines: FrameLine | PostLine) -> Path:
    writer = JournalWriter(folder)
    for line in lines:
        writer.append(line)
    writer.close()
    return folder / "frames.jsonl"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    lines = (frame(1, Cause.ARRIVAL, post_key="å\n\\"), PostLine(post_key="å\n\\", title="ä"), frame(2))
    journal_of(tmp_path, *lines)
    assert read(tmp_path) == Contents(frames=(lines[0], lines[2]), posts=(lines[1],))


def test_a_last_line_that_was_interrupted_does_not_count(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, frame(1), frame(2))
    journal.write_bytes(journal.read_bytes()[:-5])
    assert read(tmp_path).frames == (frame(1),)


@pytest.mark.parametrize("damage", [b"{}", b"not json", b"\xff\xfe", b""])
def test_a_damaged_line_before_the_last_is_a_failure(tmp_path: Path, damage: bytes) -> None:
    journal = journal_of(tmp_path, frame(1), frame(2), frame(3))
    lines = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join([lines[0], damage, *lines[2:]]))
    with pytest.raises(RecordingError, match="rad/line 2"):
        read(tmp_path)


@pytest.mark.parametrize("file", ["../../etc/passwd", "frames/000001.png\nfile /etc/passwd", "frames/1.png", "/a.png"])
def test_a_picture_outside_the_folder_is_refused(tmp_path: Path, file: str) -> None:
    journal = journal_of(tmp_path, frame(1))
    journal.write_text(json.dumps(json.loads(journal.read_text()) | {"file": file}) + "\n")
    with pytest.raises(RecordingError):
        read(tmp_path)


def test_a_missing_line_a_missing_journal_and_an_empty_one_are_failures(tmp_path: Path) -> None:
    journal_of(tmp_path / "gap", frame(1), frame(3))
    journal_of(tmp_path / "empty")
    for folder in (tmp_path / "gap", tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(RecordingError):
            read(folder)


def test_a_folder_with_a_recording_is_never_written_over(tmp_path: Path) -> None:
    before = journal_of(tmp_path, frame(1)).read_bytes()
    with pytest.raises(FolderBlockedError):
        Recording(tmp_path, clock=Clock())
    assert (tmp_path / "frames.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("frames", "milliseconds"),
    [
        ((frame(1, Cause.ARRIVAL),), 1520),
        ((frame(1, Cause.SCROLL, scroll_y=300),), 480),  # 300 px at 600 px/s, to the nearest tick
        ((frame(1, Cause.SCROLL, scroll_y=1),), 320),
        ((frame(1, Cause.SCROLL, scroll_y=90_000),), 2000),
        ((frame(1, Cause.ARRIVAL), frame(2, Cause.EXPAND)), 1520 + 160 + 520),
        ((frame(1, Cause.ARRIVAL, scroll_y=900), frame(2, Cause.SCROLL, scroll_y=600), frame(3, Cause.END)), 3520),
    ],
)
def test_how_long_frames_are_shown(frames: tuple[FrameLine, ...], milliseconds: int) -> None:
    timeline = lay_out(Contents(frames=frames, posts=()))
    assert timeline.duration_ms == timeline.card_ms + milliseconds
    assert all(one.start_ms % TICK_MS == 0 for one in timeline.shown)


def test_a_post_without_a_frame_has_no_chapter_to_hide_in() -> None:
    with pytest.raises(RecordingError, match="p/9"):
        lay_out(Contents(frames=(frame(1),), posts=(PostLine(post_key="p/9", title="t"),)))


def test_a_post_before_any_step_is_refused(tmp_path: Path) -> None:
    async def record() -> None:
        async with browser_page() as page, Recording(tmp_path / "r", clock=Clock()) as recording:
            root = await page.query_selector("article")
            assert root is not None
            await recording.on_post(page, post("p/1"), root)

    with pytest.raises(RecordingError):
        asyncio.run(record())


def test_a_lost_browser_is_said_and_what_was_recorded_becomes_a_video(tmp_path: Path) -> None:
    async def record() -> None:
        async with browser_page() as page, Recording(tmp_path / "r", clock=Clock()) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))
            browser = page.context.browser
            assert browser is not None
            await browser.close()
            await recording.on_step(page, step(2, Cause.SCROLL))

    with pytest.raises(BrowserLostError):
        asyncio.run(record())
    assert asyncio.run(finish(tmp_path / "r", card(), tmp_path, name="r")).frames == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 34 MiB: two more than are kept free for what is made of the recording."""
    with small_disk_of("34m", tmp_path / "disk") as disk:
        yield disk


def test_a_disk_that_fills_is_noticed_before_the_next_frame_and_what_exists_becomes_a_film_on_it(
    small_disk: Path,
) -> None:
    folder = small_disk / "r"

    async def record() -> None:
        async with browser_page() as page, Recording(folder, clock=Clock()) as recording:
            for number in range(1, 1000):
                await page.evaluate("n => { document.body.firstChild.textContent = 'Rad ' + n }", number)
                await recording.on_step(page, step(number, Cause.SCROLL, scroll_y=number))

    with pytest.raises(DiskFullError, match="snart full"):
        asyncio.run(record())
    contents = read(folder)
    assert len(contents.frames) > 5
    assert sorted(path.name for path in (folder / "frames").iterdir()) == [
        Path(frame.file).name for frame in contents.frames
    ]
    assert shutil.disk_usage(small_disk).free > 32_000_000
    film = asyncio.run(finish(folder, card(), small_disk, name="kanal"))
    assert film.frames == len(contents.frames)
    with pytest.raises(DiskFullError):  # a run that goes on asks first, too
        Recording(folder, clock=Clock(), resuming=True)._room.demand()


def test_a_disk_that_others_fill_loses_nothing_that_was_stored(small_disk: Path) -> None:
    """Between the question and the writing somebody else took the room."""
    folder = small_disk / "r"

    async def record() -> None:
        async with browser_page() as page, Recording(folder, clock=Clock()) as recording:
            await recording.on_step(page, step(1, Cause.ARRIVAL))
            recording._room.demand = lambda: None
            filler = small_disk / "filler"
            filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 2000))
            await page.evaluate("document.body.firstChild.textContent = 'Något annat'")
            with pytest.raises(DiskFullError):
                await recording.on_step(page, step(2, Cause.SCROLL))
            filler.unlink()

    asyncio.run(record())
    assert len(read(folder).frames) == 1
    assert [path.name for path in (folder / "frames").iterdir()] == ["000001.png"]
