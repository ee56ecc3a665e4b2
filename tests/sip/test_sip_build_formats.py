"""Formats are recognised by what files hold, in a process of its own; what is not certain gets no key."""

import dataclasses
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from register.errors import PackageInvalidError
from register.model import Artefact, Package, Submission
from sip import identify
from sip.build import build

Make = Callable[..., Submission]
_NS = {"p": "http://www.loc.gov/premis/v3", "m": "http://www.loc.gov/METS/"}
_SIP = "{https://DILCIS.eu/XML/METS/SIPExtensionMETS}"


def _picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, kind)
    return out.getvalue()


PNG, JPEG, PDF = _picture("PNG"), _picture("JPEG"), b"%PDF-1.7\n%%EOF\n"
FILES = (
    ("bild.png", "image/png", PNG, "fmt/11"),
    ("foto.jpg", "image/jpeg", JPEG, "fmt/43"),
    ("sida.pdf", "application/pdf", PDF, "fmt/276"),
    ("uppgifter.xml", "application/xml", b'<?xml version="1.0"?><a/>', "fmt/101"),
    ("uppgifter.csv", "text/csv", b"a,b\n1,2\n", "x-fmt/18"),  # no mark: by name and media type together
    ("fel.csv", "application/json", b"a,b\n1,2\n", None),  # by its name alone
    ("text.txt", "text/plain", "å ä ö".encode(), "x-fmt/111"),
    ("ren text.html", "text/html", b"hej", None),  # text, which says nothing of HTML
    ("trasig.jpg", "image/jpeg", b"hej" * 99, None),
    ("tom.txt", "text/plain", b"", "x-fmt/111"),
    ("stor.png", "image/png", PNG[:-12] + b"\0" * (9 << 20) + PNG[-12:], "fmt/11"),  # seen from both ends
)


@pytest.fixture(scope="module")
def recognised(tmp_path_factory: pytest.TempPathFactory, describe_submission: Make) -> Package:
    folder = tmp_path_factory.mktemp("formats")
    submission = describe_submission(folder / "source")
    first = submission.representations[0]
    files = tuple(_artefact(folder, *each) for each in FILES)
    alone = dataclasses.replace(first, files=files, events=first.events[:1])
    return build(dataclasses.replace(submission, representations=(alone,)), folder, now=submission.period.end)


def _artefact(folder: Path, name: str, media_type: str, content: bytes, _key: str | None) -> Artefact:
    path = folder / name
    path.write_bytes(content)
    created = datetime.fromisoformat("2026-11-22T10:00:00Z")
    return Artefact(
        path=path, name=name, media_type=media_type, format_name="?", format_version=None, created=created
    )  # fmt: skip


def _xml(package: Package, inside: str) -> "etree._Element":
    with zipfile.ZipFile(package.path) as archive:
        return etree.fromstring(archive.read(f"{package.object_id}/{inside}"))


def test_premis_and_mets_have_the_key_of_what_each_file_is(recognised: Package) -> None:
    expected = {name: key for name, _, _, key in FILES}
    premis = _xml(recognised, "representations/inspelning/metadata/preservation/premis.xml")
    keys = {
        each.findtext("p:originalName", namespaces=_NS): each.findtext(".//p:formatRegistryKey", namespaces=_NS)
        for each in premis.iterfind("p:object[p:objectCharacteristics]", _NS)
    }
    assert keys == expected
    mets = _xml(recognised, "representations/inspelning/METS.xml")
    told = {each.get("OWNERID"): each for each in mets.iterfind(".//m:file", _NS)}
    assert {name: each.get(f"{_SIP}FORMATREGISTRYKEY") for name, each in told.items()} == expected
    assert {name for name, each in told.items() if each.get(f"{_SIP}FORMATREGISTRY") == "PRONOM"} == {
        name for name, key in expected.items() if key is not None
    }


def test_an_event_says_by_what_and_how_many(recognised: Package) -> None:
    premis = _xml(recognised, "representations/inspelning/metadata/preservation/premis.xml")
    (event,) = premis.xpath("p:event[p:eventType='format identification']", namespaces=_NS)
    assert event.findtext(".//p:eventOutcome", namespaces=_NS) == "8 of 11 files recognised"
    assert event.findtext(".//p:eventDetail", namespaces=_NS).startswith("PRONOM keys by DROID_SignatureFile_V")
    agent = event.findtext(".//p:linkingAgentIdentifierValue", namespaces=_NS)
    (described,) = premis.xpath(f"p:agent[p:agentIdentifier/p:agentIdentifierValue='{agent}']", namespaces=_NS)
    assert described.findtext("p:agentName", namespaces=_NS) == "Siegfried"


@pytest.mark.parametrize("program", ["/bin/false", "/bin/echo"])
def test_without_answers_there_is_no_package(
    make_submission: Make, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(identify.sys, "executable", program)  # type: ignore[attr-defined]
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(PackageInvalidError, match=r"Formatigenkänningen \(Siegfried\) svarade inte för alla filer"):
        build(make_submission(), into, now=now)
    assert list(into.iterdir()) == []


def test_a_name_may_hold_anything(tmp_path: Path) -> None:
    """The names that reach the program are the disk's own, line breaks and broken encodings included."""
    odd = tmp_path / "a\nb\udcff.png"
    odd.write_bytes(PNG)
    asked = json.dumps(os.fspath(odd)) + "\n"
    done = subprocess.run(
        [sys.executable, "-I", "-m", "sip.pronom"], input=asked, capture_output=True, text=True, check=True
    )
    about, answer = done.stdout.splitlines()
    assert set(json.loads(about)) == {"version", "signatures"}
    assert json.loads(answer) == ["fmt/11", "image/png", "content"]
