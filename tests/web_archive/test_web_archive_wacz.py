"""What is recorded is packed the same each time, judged by others, and refused by our own check if it is not whole."""

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from warcio.archiveiterator import ArchiveIterator

from capture.items import Walk
from capture.web_archive import WebArchiveDamagedError, WebArchiveEmptyError, checked, packed, shelf
from capture.web_archive.check import Rule, UnsoundError
from capture.web_archive.nouns import Exchange
from capture.web_archive.records import WarcFile, recover, scrub
from capture.web_archive.redaction import Redaction

_NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
_URL = "https://www.exempel.se/kanal"
_HTML = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "br"), ("Set-Cookie", "s=hemligt"))


def _exchange(url: str, body: bytes | Path, **changes: object) -> Exchange:
    given = {
        "at": _NOW, "method": "GET", "url": url, "asked": (("Accept", "*/*"),), "sent": b"", "status": 200,
        "phrase": "OK", "answered": _HTML, "body": body,
    }  # fmt: skip
    return Exchange(**(given | changes))


_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
_EXCHANGES = (
    _exchange(_URL, b"<h1>Kanalen</h1>"),
    _exchange(f"{_URL}/1", "<p>Inlägg ett</p>".encode()),
    _exchange(f"{_URL}/1", "<p>Inlägg ett</p>".encode()),
    _exchange("https://www.exempel.se/b%C3%A4r?z=1&A=2", b"\x89PNG", answered=(("Content-Type", "image/png"),)),
    _exchange("http://127.0.0.1:8080/x", b"", status=302, answered=(("Location", "/y"),)),
    _exchange(f"{_URL}/api", b"{}", method="POST", asked=_FORM, sent=b"q=%C3%A5&b=c+d", answered=()),
    _exchange(f"{_URL}/api", b"[]", method="POST", asked=(("content-type", "application/json"),),
              sent=b'{"a": {"b": [1, "x y"]}, "c": [{"b": null}]}', answered=(("X-Weird\n", "a\r\nb\x00c\xe5"),)),
    _exchange(f"{_URL}/ratt", b"ok", method="PUT", asked=(("content-type", "application/x-own"),), sent=b"\x00\xff"),
)  # fmt: skip


@dataclass
class _Recording:
    folder: Path
    wacz: Path


def _record(folder: Path, exchanges: tuple[Exchange, ...] = _EXCHANGES, redaction: Redaction | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    numbers = iter(range(1, 1_000))
    path = folder / f"{len(list(folder.iterdir())) + 1:04d}.warc.gz"
    file = WarcFile(
        path, redaction=redaction or Redaction(), new_id=lambda: UUID(int=next(numbers)), software="prov", at=_NOW
    )
    for one in exchanges:
        file.exchange(one)
    file.resource("urn:kanalarkiv:picture:0:x", "image/jpeg", b"\xff\xd8", at=_NOW)
    file.close()
    return path


@pytest.fixture
def recording(tmp_path: Path, make_walk: Callable[..., Walk]) -> _Recording:
    _record(tmp_path / "web")
    packed(
        tmp_path / "web", tmp_path / "kanal.wacz", seen=make_walk(_URL, f"{_URL}/1"), now=_NOW, software="prov"
    )  # fmt: skip
    return _Recording(folder=tmp_path / "web", wacz=tmp_path / "kanal.wacz")


def _again(recording: _Recording, change: Callable[[dict[str, bytes]], object], *, relist: bool = True) -> Path:
    """Pack the archive anew with `change` done to its files, and the list of them put right unless told otherwise."""
    with zipfile.ZipFile(recording.wacz) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    if relist:
        about = json.loads(parts[shelf.PACKAGE])
        about["resources"] = [
            {"name": n, "path": n, "hash": f"sha256:{hashlib.sha256(c).hexdigest()}", "bytes": len(c)}
            for n, c in parts.items()
            if n not in (shelf.PACKAGE, shelf.DIGEST)
        ]
        parts[shelf.PACKAGE] = json.dumps(about).encode()
        digest = f"sha256:{hashlib.sha256(parts[shelf.PACKAGE]).hexdigest()}"
        parts[shelf.DIGEST] = json.dumps({"path": shelf.PACKAGE, "hash": digest}).encode()
    path = recording.wacz.with_name("ändrad.wacz")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _rules(path: Path) -> set[Rule]:
    with pytest.raises(WebArchiveDamagedError) as caught:
        checked(path)
    assert isinstance(caught.value.__cause__, UnsoundError)
    return {one.rule for one in caught.value.__cause__.findings}


def test_the_same_recording_is_packed_to_the_same_bytes(recording: _Recording, make_walk: Callable[..., Walk]) -> None:
    """Time, ids and versions are given, so a second packing is the first one."""
    again = recording.wacz.with_name("igen.wacz")
    packed(recording.folder, again, seen=make_walk(_URL, f"{_URL}/1"), now=_NOW, software="prov")
    assert again.read_bytes() == recording.wacz.read_bytes()
    contents = checked(again)
    assert (contents.pages, contents.missed) == (2, 0)
    assert contents.records == {"warcinfo": 1, "response": 7, "revisit": 1, "request": 8, "resource": 1}


def test_py_wacz_and_warcio_find_it_valid(recording: _Recording) -> None:
    """The format's own tools, which are not ours, take it."""
    tools = Path(sys.executable).parent
    judged = subprocess.run(
        [tools / "wacz", "validate", "-f", recording.wacz], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "the passed WACZ is valid" in judged.stdout
    (warc,) = recording.folder.glob("*.warc.gz")
    subprocess.run([tools / "warcio", "check", warc], check=True, capture_output=True)


def test_the_index_is_the_one_that_cdxj_indexer_makes(recording: _Recording) -> None:
    """Line for line, but for the order of fields: addresses as they are sorted, what was sent, and where it is."""
    (warc,) = recording.folder.glob("*.warc.gz")
    command = [Path(sys.executable).parent / "cdxj-indexer", "--sort", "--post-append", warc]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    with zipfile.ZipFile(recording.wacz) as archive:
        ours = archive.read(shelf.INDEX).decode().splitlines()

    def split(line: str) -> tuple[str, str, str]:
        key, timestamp, said = line.split(" ", 2)
        return key, timestamp, json.dumps(json.loads(said), sort_keys=True)

    assert sorted(map(split, ours)) == sorted(map(split, made))
    assert ours == sorted(ours)


def test_the_pages_are_the_channel_and_each_permalink(recording: _Recording) -> None:
    """With the time at which each was recorded."""
    with shelf.Shelf(recording.wacz) as archive:
        pages = [(page.url, page.title, page.ts) for page in archive.pages()]
    when = "2026-06-30T12:00:00Z"
    assert pages == [(_URL, "Liten plats", when), (f"{_URL}/1", "Inlägg 1", when)]


def test_a_permalink_with_a_secret_in_it_is_listed_as_it_was_recorded(
    tmp_path: Path, make_walk: Callable[..., Walk], everything_in: Callable[[Path], bytes]
) -> None:
    """A page of the list leads to its record, and neither tells the secret."""
    key = f"{_URL}/2?sid=HemligtNummer77"
    _record(tmp_path / "web", (*_EXCHANGES, _exchange(key, b"<p>Inlagg</p>")))
    packed(tmp_path / "web", tmp_path / "a.wacz", seen=make_walk(_URL, key), now=_NOW, software="prov")
    assert checked(tmp_path / "a.wacz").pages == 2
    everything = everything_in(tmp_path / "a.wacz")
    assert b"HemligtNummer77" not in everything
    assert b"/2?sid=REDACTED" in everything


def test_an_archive_without_records_or_pages_is_refused(
    tmp_path: Path, recording: _Recording, make_walk: Callable[..., Walk]
) -> None:
    """By name, where py-wacz takes it for valid."""
    (tmp_path / "tom").mkdir()
    with pytest.raises(WebArchiveEmptyError, match="inget spelades in"):
        packed(tmp_path / "tom", tmp_path / "tom.wacz", seen=make_walk(_URL), now=_NOW, software="prov")
    assert not (tmp_path / "tom.wacz").exists()

    def without_records(parts: dict[str, bytes]) -> None:
        del parts["archive/0001.warc.gz"]
        parts[shelf.INDEX] = b""

    def without_list(parts: dict[str, bytes]) -> None:
        del parts[shelf.PAGES]

    def without_pages(parts: dict[str, bytes]) -> None:
        parts[shelf.PAGES] = parts[shelf.PAGES].splitlines()[0] + b"\n"

    def without_items(parts: dict[str, bytes]) -> None:
        parts[shelf.ITEMS] = b"[]"

    for change, said in (
        (without_records, "saknar poster"),
        (without_list, "saknar sidor"),
        (without_pages, "saknar sidor"),
        (without_items, "saknar inlägg"),
    ):
        with pytest.raises(WebArchiveEmptyError, match=said):
            checked(_again(recording, change))


def _another_page(parts: dict[str, bytes]) -> None:
    line = {"id": "x", "url": f"{_URL}/2", "title": "x", "ts": "2026-06-30T12:00:00Z"}
    parts[shelf.PAGES] += json.dumps(line).encode() + b"\n"


def _index_short(parts: dict[str, bytes]) -> None:
    parts[shelf.INDEX] = b"\n".join(parts[shelf.INDEX].splitlines()[:-1]) + b"\n"


def _index_wrong(parts: dict[str, bytes]) -> None:
    parts[shelf.INDEX] = parts[shelf.INDEX].replace(b"b%C3%A4r?z=1", b"b%C3%A4r?z=3")


def _record_changed(parts: dict[str, bytes]) -> None:
    plain = gzip.decompress(parts["archive/0001.warc.gz"]).replace(b"\xff\xd8", b"\xff\xd9")
    parts["archive/0001.warc.gz"] = gzip.compress(plain)


def _longer(parts: dict[str, bytes]) -> None:
    parts[shelf.ITEMS] += b" "


def _one_more(parts: dict[str, bytes]) -> None:
    parts["annat.txt"] = b"x"


def _another_title(parts: dict[str, bytes]) -> None:
    parts[shelf.PACKAGE] = parts[shelf.PACKAGE].replace(b"Liten plats", b"Annan plats")


@pytest.mark.parametrize(
    ("change", "relist", "broken"),
    [
        (_another_page, True, {Rule.PAGES}),
        (_index_short, True, {Rule.INDEXED}),
        (_index_wrong, True, {Rule.INDEXED}),
        (_record_changed, True, {Rule.DIGESTS}),
        (_longer, False, {Rule.LISTED}),
        (_one_more, False, {Rule.LISTED}),
        (_another_title, False, {Rule.SEALED}),
    ],
)
def test_each_rule_finds_what_breaks_it(
    recording: _Recording, change: Callable[[dict[str, bytes]], None], relist: bool, broken: set[Rule]
) -> None:
    """One change to an archive, and exactly the rule that it breaks."""
    assert _rules(_again(recording, change, relist=relist)) == broken


def test_a_compressed_or_damaged_zip_is_found(recording: _Recording) -> None:
    """A reader can go to any record, and what the ZIP says of its own content holds."""
    deflated = recording.wacz.with_name("hoptryckt.wacz")
    with zipfile.ZipFile(recording.wacz) as source, zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert _rules(deflated) == {Rule.STORED}
    broken = bytearray(recording.wacz.read_bytes())
    broken[300] ^= 1
    hurt = recording.wacz.with_name("skadad.wacz")
    hurt.write_bytes(broken)
    assert _rules(hurt) == {Rule.WHOLE}


def test_what_is_no_web_archive_is_refused(tmp_path: Path) -> None:
    """A file of another kind, and an empty ZIP."""
    (tmp_path / "x.wacz").write_bytes(b"inget")
    with pytest.raises(WebArchiveDamagedError, match="ingen ZIP-fil"):
        checked(tmp_path / "x.wacz")
    with zipfile.ZipFile(tmp_path / "y.wacz", "w"):
        pass
    with pytest.raises(WebArchiveEmptyError):
        checked(tmp_path / "y.wacz")


def test_a_file_that_was_being_written_is_cut_after_its_last_whole_record(tmp_path: Path) -> None:
    """A visit that was killed goes on in a file of its own; what it had finished stays."""
    path = _record(tmp_path / "web")
    whole = path.read_bytes()
    for cut in (len(whole) - 1, len(whole) - 200, len(whole)):
        path.write_bytes(whole[:cut])
        assert recover(path)
        with path.open("rb") as opened:
            kinds = [record.rec_type for record in ArchiveIterator(opened, check_digests="raise")]
        assert kinds[0] == "warcinfo"
        assert len(kinds) == (18 if cut == len(whole) else 17 if cut == len(whole) - 1 else len(kinds))
        assert len(kinds) >= 16
    path.write_bytes(whole[:20])
    assert not recover(path)
    assert not path.exists()


def test_what_is_known_to_be_secret_only_later_is_taken_out(
    tmp_path: Path, read_records: Callable[[Path], list]
) -> None:
    """From addresses, headers and bodies alike, and every digest holds after."""
    redaction, secret = Redaction(), "AbC123-dEf456_gHi"
    page = _exchange(
        f"{_URL}/{secret}?x=1",
        f"let a = '{secret}'".encode(),
        answered=(("X-Own", secret), ("Content-Type", "text/css")),
    )
    path = _record(tmp_path / "web", (page, *_EXCHANGES), redaction)
    assert any(secret.encode() in body for *_, body in read_records(path))
    assert not scrub(path, redaction)
    redaction.learn(secret)
    assert scrub(path, redaction)
    records = read_records(path)
    assert not any(secret in f"{line} {headers}" or secret.encode() in body for _, line, headers, body in records)
    assert b"let a = 'xxxxxxxxxxxxxxxxx'" in [body for *_, body in records]
    assert len(records) == 20
    assert not scrub(path, redaction)


def test_a_large_body_goes_over_the_disk_without_its_secrets(
    tmp_path: Path, read_records: Callable[[Path], list]
) -> None:
    """Also where a secret lies across two parts of the file."""
    redaction, secret = Redaction(), "AbC123-dEf456_gHi"
    redaction.learn(secret)
    large = tmp_path / "film"
    large.write_bytes(b"." * (1024 * 1024 - 5) + secret.encode() + b"." * 99 + secret.encode())
    path = _record(
        tmp_path / "web", (_exchange(f"{_URL}/film", large, answered=(("Content-Type", "video/mp4"),)),), redaction
    )
    (body,) = [body for kind, *_, body in read_records(path) if kind == "response"]
    assert body == b"." * (1024 * 1024 - 5) + b"x" * 17 + b"." * 99 + b"x" * 17
