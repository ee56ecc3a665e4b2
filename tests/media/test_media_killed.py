"""Media whose process was killed are gone on with: nothing lost, nothing asked for again."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from capture.media import Media, kept, losses
from capture.media.journal import NAME, recover
from register.errors import BadInputError, FolderBlockedError
from tests.media.media_channel import feed, furnish, take
from tests.media.media_site import Answer, Clock, Site, digest, serving

FETCHED = ("/f/film.mp4", "/f/film.webm", "/f/ljud.mp3", "/f/text.vtt")


@dataclass(frozen=True)
class Killed:
    folder: Path
    site: Site
    held: dict[str, bytes]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, films: dict[str, bytes]) -> Iterator[Killed]:
    """What a killed process left of posts 1 and 4. Tests work on copies."""
    folder = tmp_path_factory.mktemp("killed")
    with serving() as site:
        held = furnish(site, films)
        site.answers["/"] = Answer(feed(site, [1, 4]).encode(), "text/html; charset=utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "tests.media.killed_media", str(folder), str(site.port)], check=False, timeout=600
        )
        assert done.returncode == -signal.SIGKILL
        yield Killed(folder, site, held)


def _copy(killed: Killed, tmp_path: Path) -> Path:
    return shutil.copytree(killed.folder, tmp_path / "k") / "media"


def test_the_walk_goes_on_and_no_file_is_fetched_again(killed: Killed, tmp_path: Path) -> None:
    folder = _copy(killed, tmp_path)
    before = {path.name: path.read_bytes() for path in (folder / "files").iterdir()}
    with_range = {"Range"}  # what the browser itself asks for, to play it
    asked = [one.path for one in killed.site.asked if not with_range & one.headers.keys()]
    assert {path: asked.count(path) for path in FETCHED} == dict.fromkeys(FETCHED, 1)
    killed.site.asked.clear()

    walk = asyncio.run(take(killed.site, folder.parent, resuming=True))

    asked = [one.path for one in killed.site.asked if not with_range & one.headers.keys()]
    assert {path: asked.count(path) for path in FETCHED} == dict.fromkeys(FETCHED, 0)
    media = kept(folder)
    assert [post.post_key.rpartition("/")[2] for post in media.posts] == ["1", "4"]
    assert {path.name: path.read_bytes() for path in (folder / "files").iterdir()} == before
    assert digest(killed.held["/f/film.mp4"]) in {file.sha256 for file in media.files}
    assert losses(media, walk) == ()


def test_a_torn_line_and_files_without_a_line_are_gone_and_the_rest_is_not(killed: Killed, tmp_path: Path) -> None:
    folder = _copy(killed, tmp_path)
    whole = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(whole + whole.splitlines()[0][:99])
    (folder / "files" / "7.partial").write_bytes(b"half")
    (folder / "files" / f"{'0' * 64}.png").write_bytes(b"no line")
    left = recover(folder)
    assert (folder / NAME).read_bytes() == whole
    assert {path.name for path in (folder / "files").iterdir()} == {line.file for line in left.files}
    assert len(left.files) == 7 + 5
    assert len(left.posts) == 1


@pytest.mark.parametrize("harm", [b"", b"other bytes"])
def test_a_file_of_the_unfinished_post_that_is_not_what_it_was_goes(
    killed: Killed, tmp_path: Path, harm: bytes
) -> None:
    folder = _copy(killed, tmp_path)
    last = recover(folder).files[-1]
    (folder / "files" / last.file).write_bytes(harm)
    left = recover(folder)
    assert len(left.files) == 11
    assert not (folder / "files" / last.file).exists()
    assert len(left.posts) == 1


@pytest.mark.parametrize("part", ["file", "line"])
def test_damage_to_a_finished_post_is_not_mended(killed: Killed, tmp_path: Path, part: str) -> None:
    folder = _copy(killed, tmp_path)
    first = recover(folder).files[0]
    damaged = folder / "files" / first.file if part == "file" else folder / NAME
    damaged.write_bytes(damaged.read_bytes()[9:])
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    with pytest.raises(BadInputError, match="inte vad som sparades"):
        Media(folder, clock=Clock(), resuming=True)
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_a_changed_byte_is_found_before_anything_is_made_of_it(killed: Killed, tmp_path: Path) -> None:
    folder = _copy(killed, tmp_path)
    path = folder / "files" / recover(folder).files[0].file
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    recover(folder)  # its length is right, and its post was finished: it is proved when it is to be packed
    with pytest.raises(BadInputError, match=path.name):
        kept(folder)


def test_a_folder_that_holds_media_takes_no_others(killed: Killed, tmp_path: Path) -> None:
    folder = _copy(killed, tmp_path)
    with pytest.raises(FolderBlockedError):
        Media(folder, clock=Clock())
    with pytest.raises(BadInputError):
        kept(tmp_path / "nothing")
