"""A web archive (WACZ) goes into a package, or stays out of it and is named there, as the format profile says."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from register.format_profile import PackageKind, PackageWishes
from register.model import Artefact, Package, Submission
from sip.build import build
from sip.validate import validate

Make = Callable[..., Submission]
_NS = {"p": "http://www.loc.gov/premis/v3", "m": "http://www.loc.gov/METS/"}
_PREMIS = "metadata/preservation/premis.xml"
_SAID = ". The format profile takes no web archive (WACZ); left out: documentation/besök.wacz, sidor/Kanal 1.WACZ"


@pytest.fixture
def held(make_submission: Make, tmp_path: Path) -> Submission:
    """Return a submission with web archives: in a representation, in the documentation, and alone in one."""
    submission = make_submission()
    recording, pages = submission.representations
    events = (
        *pages.events,
        replace(pages.events[1], identifier="only", objects=("Kanal 1.WACZ",)),
        replace(pages.events[1], identifier="also", objects=("Kanal 1.WACZ", "x.jpg.jpg")),
    )
    return replace(
        submission,
        representations=(
            recording,
            replace(pages, files=(*pages.files, _wacz(tmp_path, "Kanal 1.WACZ")), events=events),
        ),
        documentation=(*submission.documentation, _wacz(tmp_path, "besök.wacz")),
    )


def _wacz(folder: Path, name: str) -> Artefact:
    path = folder / name
    path.write_bytes(f"bytes of any kind: {name}".encode())
    created = datetime.fromisoformat("2026-11-22T10:00:00Z")
    return Artefact(
        path=path, name=name, media_type="application/wacz", format_name="WACZ", format_version="1.1.1", created=created
    )


def _built(submission: Submission, into: Path, now: datetime, *, webbarkiv: bool, kind: PackageKind) -> Package:
    into.mkdir()
    return build(submission, into, now=now, wishes=PackageWishes(profil=kind, webbarkiv=webbarkiv))


def _names(package: Package) -> set[str]:
    with zipfile.ZipFile(package.path) as archive:
        return {name.partition("/")[2] for name in archive.namelist()}


def _xml(package: Package, inside: str) -> "etree._Element":
    with zipfile.ZipFile(package.path) as archive:
        return etree.fromstring(archive.read(f"{package.path.stem}/{inside}"))


def _details(premis: "etree._Element", kind: str) -> list[str]:
    found = premis.xpath(f"//p:event[p:eventType='{kind}']//p:eventDetail/text()", namespaces=_NS)
    return [str(each) for each in found]  # type: ignore[union-attr]


def test_a_web_archive_is_taken_in_where_the_profile_takes_it(held: Submission, tmp_path: Path, now: datetime) -> None:
    package = _built(held, tmp_path / "into", now, webbarkiv=True, kind=PackageKind.FGS_2_0)
    inside = "representations/sidor/data/Kanal_1.WACZ"
    assert {inside, "documentation/besok.wacz"} <= _names(package)
    with zipfile.ZipFile(package.path) as archive:
        assert archive.read(f"{package.object_id}/{inside}") == b"bytes of any kind: Kanal 1.WACZ"
    premis = _xml(package, f"representations/sidor/{_PREMIS}")
    assert premis.xpath("//p:object[p:originalName='Kanal 1.WACZ']//p:formatName/text()", namespaces=_NS) == ["WACZ"]
    assert [each for each in _details(premis, "packaging") if "left out" in each] == []
    assert validate(package.path).findings == ()


@pytest.mark.parametrize(
    ("kind", "whole", "part"),
    [
        (PackageKind.FGS_2_0, _PREMIS, f"representations/sidor/{_PREMIS}"),
        (PackageKind.FGS_1_2, "metadata/premis.xml", "metadata/premis-sidor.xml"),
    ],
)
def test_a_web_archive_that_is_left_out_is_named_in_premis(
    held: Submission, tmp_path: Path, now: datetime, kind: PackageKind, whole: str, part: str
) -> None:
    package = _built(held, tmp_path / "into", now, webbarkiv=False, kind=kind)
    assert [name for name in _names(package) if name.lower().endswith(".wacz")] == []
    assert validate(package.path).valid
    for document in (whole, part):
        (detail,) = _details(_xml(package, document), "packaging")
        assert detail.startswith("Packaged as ")
        assert detail.endswith(_SAID)
    premis = _xml(package, part)
    known = premis.xpath("//p:eventIdentifierValue/text()", namespaces=_NS)
    assert "only" not in known  # it spoke of nothing else
    linked = "//p:event[p:eventIdentifier/p:eventIdentifierValue='also']//p:linkingObjectIdentifierValue/text()"
    assert [str(each).rpartition("/")[2] for each in premis.xpath(linked, namespaces=_NS)] == ["x.jpg"]


def test_a_representation_that_held_nothing_else_is_left_out_whole(
    held: Submission, tmp_path: Path, now: datetime
) -> None:
    recording, pages = held.representations
    alone = replace(pages, name="webb", files=pages.files[-1:], events=())
    submission = replace(held, representations=(recording, alone), documentation=held.documentation[:1])
    package = _built(submission, tmp_path / "into", now, webbarkiv=False, kind=PackageKind.FGS_2_0)
    assert [name for name in _names(package) if name.startswith("representations/webb/")] == []
    (detail,) = _details(_xml(package, _PREMIS), "packaging")
    assert detail.endswith("left out: webb/Kanal 1.WACZ")
    assert validate(package.path).findings == ()
