"""Packages made to harm whoever opens them: every one ends as a finding, quickly, and nothing leaves the package."""

import io
import os
import random
import resource
import struct
import tarfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from register.language import Language
from register.model import Package
from sip.findings import Findings
from sip.opening import opened
from sip.report import Evidence
from sip.shelf import Shelf
from sip.validate import judge, validate

_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE mets [<!ENTITY a "ha">%s]>
<mets xmlns="http://www.loc.gov/METS/">&z;</mets>
"""


def _laughs() -> bytes:
    names = "abcdefghijklmnopqrstuvwxyz"
    chain = "".join(
        f'<!ENTITY {after} "{"&" + before + ";" + "&" + before + ";" + "&" + before + ";"}">'
        for before, after in pairwise(names)
    )
    return _LAUGHS % chain.encode()


HOSTILE_XML = {
    "a billion laughs": _laughs(),
    "an external entity": b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]><m>&x;</m>',
    "a parameter entity": b'<!DOCTYPE m [<!ENTITY % x SYSTEM "file:///etc/hostname">%x;]><m/>',
    "an external DTD": b'<!DOCTYPE m SYSTEM "file:///etc/hostname"><m/>',
    "an entity in an attribute": b'<!DOCTYPE m [<!ENTITY x "y">]><m a="&x;"/>',
    "more comparisons than anybody can make": b'<mets xmlns="http://www.loc.gov/METS/"><fileSec>'
    + b'<fileGrp ID="a"/>' * 30_000
    + b'</fileSec><structMap LABEL="CSIP"><div>'
    + b'<div LABEL="Schemas"><fptr FILEID="b"/></div>' * 30_000
    + b"</div></structMap></mets>",
    "a huge attribute": b'<m a="' + b"x" * (12 << 20) + b'"/>',
    "a deep nest": b"<m>" * 100_000,
    "a wrong encoding": '<?xml version="1.0" encoding="UTF-8"?><m>å</m>'.encode("latin-1"),
    "a null": b"<m>\0</m>",
    "UTF-16 without end": '<?xml version="1.0" encoding="UTF-16"?><m>'.encode("utf-16"),
}


@pytest.mark.parametrize("content", HOSTILE_XML.values(), ids=HOSTILE_XML.keys())
@pytest.mark.parametrize("document", ["METS.xml", "representations/sidor/METS.xml"])
def test_malicious_xml_is_a_finding(unpacked: Path, document: str, content: bytes) -> None:
    (unpacked / document).write_bytes(content)
    started = time.process_time()
    report = validate(unpacked)
    assert time.process_time() - started < 5
    assert not report.valid
    faults = [finding for finding in report.findings if finding.rule == "KA-XML" and finding.place.endswith(document)]
    assert faults
    hostname = Path("/etc/hostname")
    if hostname.exists() and (secret := hostname.read_text().strip()):
        assert secret not in report.as_json()


def test_malicious_premis_is_a_finding(unpacked: Path) -> None:
    (unpacked / "metadata" / "preservation" / "premis.xml").write_bytes(HOSTILE_XML["a billion laughs"])
    report = validate(unpacked)
    assert ("KA-XML", f"{unpacked.name}/metadata/preservation/premis.xml") in {
        (finding.rule, finding.place) for finding in report.findings
    }


def test_an_xml_document_too_large_to_read_is_a_finding(unpacked: Path) -> None:
    with (unpacked / "METS.xml").open("r+b") as file:
        file.truncate((512 << 20) + 1)  # sparse: takes no room
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = validate(unpacked)
    assert [finding.rule for finding in report.findings] == ["KA-XML"]
    assert Evidence.METS in report.unseen
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


class _Endless(io.RawIOBase):
    """A document that begins as given and goes on for ever with the same byte."""

    def __init__(self, beginning: bytes, onwards: bytes) -> None:
        self._beginning = beginning
        self._onwards = onwards

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        data, self._beginning = self._beginning or self._onwards * size, b""
        return data


@pytest.mark.parametrize(
    "beginning",
    [b'<m a="', b"<m ", b"<m><!--", b"<m><?p ", b"<m><![CDATA[", b"<m>", b"<", b"<m>&", b"<m></"],
    ids=["attribute", "attributes", "comment", "instruction", "CDATA", "text", "name", "entity", "end"],
)
def test_a_document_without_end_is_given_up_in_time(beginning: bytes) -> None:
    """A size that lies and 1 GB of one attribute: what is read of it is measured before it is kept."""
    onwards = b"x" if beginning[-1:] not in (b" ",) else b" "
    shelf = Shelf(files={"p/METS.xml": 500 << 20}, open=lambda _path: _Endless(beginning, onwards))  # type: ignore[arg-type]  # it is read, no more
    findings = Findings()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    judge(shelf, findings)
    assert {finding.rule for finding in findings.report("p", "").findings} >= {"KA-XML"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def _large_directory(raw: io.BufferedWriter) -> None:
    """A ZIP whose directory is said to take 10 GB: the file is sparse and costs its sender nothing."""
    size = 10 << 30
    raw.seek(size)
    raw.write(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1 << 27, 1 << 27, size, 0))
    raw.write(struct.pack("<4sLQL", b"PK\6\7", 0, size, 1))
    raw.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0))


def _large_header(kind: bytes) -> Callable[[io.BufferedWriter], None]:
    """Return a TAR with a header that is said to be 10 GB."""

    def write(raw: io.BufferedWriter) -> None:
        entry = tarfile.TarInfo("p/x")
        entry.type, entry.size = kind, 10 << 30
        raw.write(entry.tobuf(tarfile.GNU_FORMAT))
        raw.truncate(11 << 30)

    return write


@pytest.mark.parametrize(
    "write",
    [_large_directory, _large_header(tarfile.XHDTYPE), _large_header(tarfile.GNUTYPE_LONGNAME)],
    ids=["ZIP directory", "TAR pax header", "TAR long name"],
)
def test_a_directory_of_ten_gigabytes_is_never_read(tmp_path: Path, write: Callable[[io.BufferedWriter], None]) -> None:
    path = tmp_path / "package"
    with path.open("wb") as raw:
        write(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = validate(path)
    assert [finding.rule for finding in report.findings] == ["KA-ARCHIVE"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_a_file_that_became_a_link_after_it_was_seen_is_not_followed(unpacked: Path) -> None:
    target = unpacked / "documentation" / "fullstandighetsintyg.html"
    findings = Findings()
    with opened(unpacked, findings) as shelf:
        assert shelf is not None
        target.unlink()
        target.symlink_to("/etc/hostname")
        judge(shelf, findings)
    place = f"{unpacked.name}/documentation/fullstandighetsintyg.html"
    assert ("KA-ARCHIVE", place) in {(each.rule, each.place) for each in findings.report("p", "").findings}


def test_damage_anywhere_is_never_a_traceback(package: Package, tmp_path: Path) -> None:
    """Random bytes of a good package are changed, mostly where its structure is; whatever happens is a report."""
    chance = random.Random(20261122)
    good = package.path.read_bytes()
    directory = good.rindex(b"PK\1\2" + good[good.index(b"PK\1\2") + 4 : good.index(b"PK\1\2") + 6])
    invalid = 0
    for _ in range(120):
        content = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            low = chance.choice((0, directory, len(good) - 100))
            content[chance.randrange(low, len(good))] = chance.randrange(256)
        broken = tmp_path / "broken.zip"
        broken.write_bytes(content)
        report = validate(broken)
        invalid += not report.valid
        assert report.valid or report.findings or report.unseen
    assert invalid > 90


def test_any_cut_is_found(package: Package, tmp_path: Path) -> None:
    good = package.path.read_bytes()
    cut = tmp_path / "cut.zip"
    for part in range(20):
        cut.write_bytes(good[: len(good) * part // 20])
        assert not validate(cut).valid


def test_a_terminal_escape_in_a_name_is_harmless_in_the_report(unpacked: Path) -> None:
    (unpacked / "documentation" / "x\x1b]0;owned\x07\u202e.txt").write_text("x")
    report = validate(unpacked)
    text = report.as_text(Language.SWEDISH)
    assert "KA-ORPHAN" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert report.as_json().isascii()


def test_a_fifo_is_never_opened(unpacked: Path) -> None:
    """Opening one would wait for ever."""
    pipe = unpacked / "documentation" / "pipe.txt"
    os.mkfifo(pipe)
    assert "KA-LINK" in {finding.rule for finding in validate(unpacked).findings}
    assert [finding.rule for finding in validate(pipe).findings] == ["KA-ARCHIVE"]


def test_a_link_in_place_of_the_package_is_read_as_what_it_points_to(package: Package, tmp_path: Path) -> None:
    link = tmp_path / "link.zip"
    link.symlink_to(package.path)
    assert validate(link).valid


def test_what_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert not validate(tmp_path / "nothing").valid
    assert [finding.rule for finding in validate(tmp_path / "nothing").findings] == ["KA-ARCHIVE"]
