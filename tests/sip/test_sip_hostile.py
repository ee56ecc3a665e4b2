"""Packages made to harm whoever opens them: every one ends as a finding, quickly, and nothing leaves the package."""

import os
import random
import resource
import time
from itertools import pairwise
from pathlib import Path

import pytest

from register.language import Language
from register.model import Package
from sip.report import Evidence
from sip.validate import validate

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
