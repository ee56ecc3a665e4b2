"""The FFV1 master and the film delivered from it: to the pixel what was captured, by the rules, and damage is found."""

import asyncio
import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from PIL import Image

from capture.programs.ffmpeg import find
from capture.recording import Film, FilmProfile, Master, Recorded, finish, journal
from capture.recording.intact import prove_intact
from capture.recording.made import sha256_of
from capture.recording.pixels import digest_of
from capture.recording.reel import CARD_FILE, pictures_of
from capture.recording.timeline import lay_out
from register.errors import RecordingError
from tests.recording.conftest import Made
from tests.recording.small_channel import ODD, card
from tests.recording.test_recording_video import DURATION, PICTURES, STARTS, psnr

POLICY = Path(__file__).with_name("ffv1-policy.xml")


@dataclass(frozen=True)
class Both:
    folder: Path
    recorded: Recorded
    master: Path
    mp4: Path
    mkv: Path


@pytest.fixture(scope="module")
def both(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """MP4 and MKV of the recorded walk, made in a copy of its folder. Tests read them and leave them as they are."""
    place = tmp_path_factory.mktemp("both")
    folder = pictures_copied(made.folder, place / "r")
    recorded = asyncio.run(finished(folder, place / "out", FilmProfile(film=Film.BOTH)))
    assert recorded.master is not None
    mp4, mkv = (film.path for film in recorded.films)
    return Both(folder=folder, recorded=recorded, master=recorded.master, mp4=mp4, mkv=mkv)


async def finished(folder: Path, into: Path, profile: FilmProfile) -> Recorded:
    return await finish(folder, card(), into, name="kanal", profile=profile)


def pictures_copied(folder: Path, to: Path) -> Path:
    """Pictures and journal alone."""
    shutil.copytree(folder / journal.PICTURES, to / journal.PICTURES)
    shutil.copy(folder / journal.NAME, to)
    return to


def captured_digests(folder: Path) -> list[str]:
    """What each frame of the film is to show, from the pictures themselves."""
    files = [one.file for one in pictures_of(lay_out(journal.read(folder)))]
    assert files[0] == CARD_FILE
    return [digest_of((folder / file).read_bytes(), ODD) for file in files]


def digests_in(film: Path) -> list[str]:
    """What PyAV's build of ffmpeg decodes."""
    with av.open(str(film)) as container:
        return [hashlib.sha256(one.to_image().tobytes()).hexdigest() for one in container.decode(video=0)]


def intact(film: Path, tmp_path: Path, sha256: str | None = None) -> None:
    asyncio.run(prove_intact(film, sha256=sha256, log=tmp_path / "log", timeout=600))


def flipped(film: Path, into: Path, offset: int) -> Path:
    content = bytearray(film.read_bytes())
    content[offset] ^= 0x10
    into.write_bytes(content)
    return into


def tool(name: str, *arguments: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not on this machine")
    return subprocess.run([name, *arguments], check=True, capture_output=True, text=True).stdout


def probed(film: Path) -> Mapping[str, list[dict[str, object]]]:
    answer: Mapping[str, list[dict[str, object]]] = json.loads(
        tool("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_chapters", str(film))
    )
    return answer


def test_every_frame_of_master_and_mkv_is_to_the_pixel_what_was_captured(both: Both) -> None:
    captured = captured_digests(both.folder)
    assert digests_in(both.master) == captured
    assert digests_in(both.mkv) == captured
    assert both.recorded.proved == len(captured) == len(PICTURES)
    assert "arbetsmasterns alla bilder" in both.recorded.proved_against.sv


def test_the_mkv_has_the_chapters_subtitles_and_tags_of_the_recording(both: Both) -> None:
    with av.open(str(both.mkv)) as container:
        assert [float(one["start"] * one["time_base"]) for one in container.chapters()] == STARTS
        titles = [one["metadata"]["title"] for one in container.chapters()]
        assert titles == [one.title for one in both.recorded.chapters]
        assert [one.metadata.get("language") for one in container.streams.subtitles] == ["swe"]
        assert "Stegvis inspelning" in container.metadata["COMMENT"]
        assert "600 bildpunkter i sekunden" in container.metadata["COMMENT"]
        assert container.metadata["creation_time"].startswith("2026-11-22T23:30:07")
        assert container.duration == DURATION * av.time_base
        cues = [bytes(packet).decode() for packet in container.demux(subtitles=0) if packet.size]
    assert len(cues) == both.recorded.frames + 1
    # A word joiner, which nobody sees, keeps what the channel wrote from being taken for markup.
    assert "Stängde ”Acceptera --\u2060> <\u2060alla> kakor”" in cues[2]


def test_mediaconch_passes_master_and_mkv_by_riksarkivets_parameters(both: Both) -> None:
    for film in (both.master, both.mkv):
        assert tool("mediaconch", "-p", str(POLICY), str(film)).startswith("pass!")
        assert tool("mediaconch", str(film)).startswith("pass!")  # its own checks of EBML, Matroska and FFV1


def test_mediaconch_fails_four_slices_and_a_file_without_checksums(both: Both, tmp_path: Path) -> None:
    wrong = tmp_path / "four.mkv"
    form = ["-c:v", "ffv1", "-level", "3", "-g", "1", "-pix_fmt", "bgr0"]
    options = [*form, "-slices", "4", "-slicecrc", "0", "-coder", "0", "-write_crc32", "0"]
    subprocess.run([str(find()), "-v", "error", "-i", str(both.master), *options, str(wrong)], check=True)
    said = tool("mediaconch", "-p", str(POLICY), str(wrong))
    assert said.startswith("fail!")
    for rule in ("24 slices", "CRC of each slice", "CRC over top elements", "Range coder"):
        assert f"[fail:{rule}]" in said


def test_ffprobe_finds_what_was_asked_for(both: Both) -> None:
    for film, expected in (
        (both.master, [("ffv1", *ODD, "bgr0")]),
        (both.mkv, [("ffv1", *ODD, "bgr0"), ("subrip", None, None, None)]),
        (both.mp4, [("h264", ODD[0] + 1, ODD[1] + 1, "yuv420p"), ("mov_text", None, None, None)]),
    ):
        answer = probed(film)
        streams = [one for one in answer["streams"] if one["codec_name"] != "bin_data"]  # MP4's track of chapters
        found = [
            (one["codec_name"], one.get("width"), one.get("height"), one.get("pix_fmt"))
            if one["codec_type"] == "video"
            else (one["codec_name"], None, None, None)
            for one in streams
        ]
        assert found == expected
        assert len(answer["chapters"]) == len(STARTS)


@pytest.mark.parametrize("which", ["master", "mkv", "mp4"])
def test_a_flipped_byte_anywhere_is_found(both: Both, tmp_path: Path, which: str) -> None:
    film = {"master": both.master, "mkv": both.mkv, "mp4": both.mp4}[which]
    digest = sha256_of(film)
    intact(film, tmp_path, digest)
    size = film.stat().st_size
    for offset in (0, 30, size // 3, size - 1):
        with pytest.raises(RecordingError, match="är inte längre den som gjordes"):
            intact(flipped(film, tmp_path / film.name, offset), tmp_path, digest)


@pytest.mark.parametrize("which", ["master", "mkv"])
def test_an_mkv_vouches_for_itself_where_nobody_knows_its_digest(both: Both, tmp_path: Path, which: str) -> None:
    film = both.master if which == "master" else both.mkv
    intact(film, tmp_path)
    size = film.stat().st_size
    for offset in range(1000, size, size // 23):
        with pytest.raises(RecordingError, match=r"CRC-32|EBML|Segment"):
            intact(flipped(film, tmp_path / "film.mkv", offset), tmp_path)
    (tmp_path / "cut.mkv").write_bytes(film.read_bytes()[:-1])
    with pytest.raises(RecordingError, match="Segment"):
        intact(tmp_path / "cut.mkv", tmp_path)


def test_the_digests_handed_over_are_those_of_the_files(both: Both) -> None:
    assert [film.sha256 for film in both.recorded.films] == [sha256_of(both.mp4), sha256_of(both.mkv)]
    assert [(film.media_type, film.format_name) for film in both.recorded.films] == [
        ("video/mp4", "MPEG-4, H.264"),
        ("video/x-matroska", "Matroska, FFV1"),
    ]


def test_a_master_that_shows_one_other_pixel_is_refused_by_name_and_made_again(both: Both, tmp_path: Path) -> None:
    """The master of another recording, which differs by one pixel of one picture, under the name of this one's."""
    other = pictures_copied(both.folder, tmp_path / "other")
    picture = other / "frames" / "000004.png"
    before = sha256_of(picture)
    with Image.open(picture) as opened:
        changed = opened.convert("RGB")
    red, green, blue = changed.getpixel((200, 150))  # type: ignore[misc]  # of RGB: three numbers
    changed.putpixel((200, 150), (red, green, blue ^ 1))
    changed.save(picture)
    lines = (other / journal.NAME).read_text().replace(before, sha256_of(picture))
    (other / journal.NAME).write_text(lines)
    wrong = asyncio.run(finished(other, tmp_path / "other-out", FilmProfile())).master
    assert wrong is not None

    folder = shutil.copytree(both.folder, tmp_path / "r")
    made = folder / "made.json"
    made.write_text(made.read_text().replace(sha256_of(folder / "master.mkv"), sha256_of(wrong)))
    shutil.copy(wrong, folder / "master.mkv")
    with pytest.raises(RecordingError, match=r"bildpunkterna skiljer sig från frames/000004\.png"):
        asyncio.run(finished(folder, tmp_path / "out", FilmProfile(film=Film.BOTH)))
    assert list((tmp_path / "out").iterdir()) == []

    again = asyncio.run(finished(folder, tmp_path / "out", FilmProfile(film=Film.BOTH)))
    assert [film.sha256 for film in again.films] == [film.sha256 for film in both.recorded.films]


def test_what_is_made_and_proven_is_not_made_again(both: Both) -> None:
    into = both.mp4.parent
    before = {path: path.stat().st_mtime_ns for path in (both.master, *into.iterdir())}
    for log in both.folder.glob("*.log"):
        log.unlink()
    again = asyncio.run(finished(both.folder, into, FilmProfile(film=Film.BOTH)))
    assert again == both.recorded
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert list(both.folder.glob("*.log")) == []  # ffmpeg was not run


def test_made_straight_from_the_pictures_the_mp4_has_the_same_bytes_and_no_master(both: Both, tmp_path: Path) -> None:
    folder = pictures_copied(both.folder, tmp_path / "r")
    recorded = asyncio.run(finished(folder, tmp_path / "out", FilmProfile(master=Master.FRAMES)))
    assert recorded.master is None
    assert not list(folder.glob("*.mkv"))
    assert recorded.path.read_bytes() == both.mp4.read_bytes()
    assert recorded.proved == both.recorded.proved
    assert "vars filer är oförändrade" in recorded.proved_against.sv


def test_the_mkv_alone_is_the_same_mkv(both: Both, tmp_path: Path) -> None:
    folder = pictures_copied(both.folder, tmp_path / "r")
    recorded = asyncio.run(finished(folder, tmp_path / "out", FilmProfile(film=Film.MKV)))
    assert [film.path.name for film in recorded.films] == ["kanal.mkv"]
    assert recorded.path.read_bytes() == both.mkv.read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["kanal.jpg", "kanal.mkv", "kanal.vtt"]


def test_the_poster_is_the_first_posts_first_frame(both: Both) -> None:
    with Image.open(both.recorded.poster) as poster, Image.open(both.folder / "frames" / "000003.png") as captured:
        assert (poster.format, poster.size) == ("JPEG", (ODD[0] + 1, ODD[1] + 1))
        assert psnr(poster.crop((0, 0, *ODD)), captured) > 35


def test_the_speed_is_the_profiles_and_is_said(both: Both, tmp_path: Path) -> None:
    folder = pictures_copied(both.folder, tmp_path / "r")
    profile = FilmProfile(master=Master.FRAMES, px_per_second=300)
    recorded = asyncio.run(finished(folder, tmp_path / "out", profile))
    assert [one.start for one in recorded.chapters[2:4]] == [6.88, 8.2]  # 100 + 300 px at 300 px/s, each to a tick
    with av.open(str(recorded.path)) as container:
        assert "300 bildpunkter i sekunden" in container.metadata["comment"]
    assert sha256_of(folder / CARD_FILE) != sha256_of(both.folder / CARD_FILE)


@pytest.mark.parametrize(
    ("choices", "named"),
    [
        ({"film": Film.MKV, "master": Master.FRAMES}, "film"),
        ({"film": Film.BOTH, "master": Master.FRAMES}, "film"),
        ({"px_per_second": 0}, "px_per_second"),
        ({"crf": 0}, "crf"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(choices: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        FilmProfile(**choices)  # type: ignore[arg-type]  # wrong on purpose
