"""A small submission with the names and contents that make packaging hard, and packages made of it."""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from register.model import (
    Agent,
    Artefact,
    Channel,
    Event,
    Organisation,
    Package,
    Period,
    RecordStatus,
    Representation,
    Submission,
    Verdict,
)
from sip.build import build

NOW = datetime(2026, 11, 22, 12, 30, 8, tzinfo=UTC)
CAPTURED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

ODD_FILES = (
    ("rullning å ä ö.mp4", "video/mp4", "MPEG-4", None),
    ("x.jpg.jpg", "image/jpeg", "JPEG", "1.02"),
    ("mapp ö/a b.pdf", "application/pdf", "PDF/A", "2a"),
    ("mapp ö/a_b.pdf", "application/pdf", "PDF/A", "2a"),
    ("mapp ö/A_B.pdf", "application/pdf", "PDF/A", "2a"),
    ("1__#$!@%!#__.jpg", "image/jpeg", "JPEG", None),
    ("klipp.webm", "video/webm;codecs=vp9", "WebM", None),
    ("../../../etc/passwd", "text/plain", "Plain text", None),
    ("<script>&\x0b\x1b[31m.html", "text/html", "HTML", "5"),
)

# What a file of each kind begins with: the validator looks.
BEGINNINGS = {
    "video/mp4": b"\0\0\0\x18ftypisom",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "application/pdf": b"%PDF-1.7\n",
    "video/webm;codecs=vp9": b"\x1a\x45\xdf\xa3",
}


@pytest.fixture
def now() -> datetime:
    return NOW


def describe(source: Path, **changes: object) -> Submission:
    """Write source files into a folder and describe them."""
    source.mkdir(exist_ok=True)

    def artefact(name: str, media_type: str, format_name: str, version: str | None, content: bytes) -> Artefact:
        path = source / f"file-{len(list(source.iterdir())):04}"
        path.write_bytes(content)
        return Artefact(
            path=path,
            name=name,
            media_type=media_type,
            format_name=format_name,
            format_version=version,
            created=CAPTURED,
        )

    def representation(name: str) -> Representation:
        files = tuple(
            artefact(*each, BEGINNINGS.get(each[1], b"") + f"{name} {each[0]}".encode() * 50) for each in ODD_FILES
        )
        browser = Agent(identifier="chromium", name="Chromium", kind="software", version="140.0")
        capture = Event(
            identifier=f"{name}-capture",
            kind="capture",
            at=CAPTURED,
            detail="Kanalen gicks igenom",
            outcome="success",
            agents=("chromium",),
            objects=(),
        )
        validation = Event(
            identifier=f"{name}-validation",
            kind="validation",
            at=CAPTURED,
            detail="veraPDF, PDF/A-2a",
            outcome="pass",
            agents=("chromium",),
            objects=("mapp ö/a b.pdf", "mapp ö/a_b.pdf"),
        )
        return Representation(
            name=name, label=f"Återgivning {name}", files=files, events=(capture, validation), agents=(browser,)
        )

    board = Organisation(name="Kommunstyrelsen, Exempelkommun", identity_code="ORG:212000-0000")
    channel = Channel(
        name="Exempelkommun <b>",
        platform="Facebook",
        url="https://example.org/exempelkommun?a=1&b=2",
        records_creator=board,
        submitting=Organisation(name="Exempelkommun", identity_code="ORG:212000-0000"),
        archive=Organisation(name="Exempelkommuns e-arkiv", identity_code="ORG:212000-0000"),
        submission_agreement="KS 2026/123; 2026-01-01",
        reference_code="SE/EXK/1",
        record_status=RecordStatus.NEW,
    )
    given: dict[str, object] = {
        "object_id": "exempelkommun-facebook-2026",
        "label": "Exempelkommuns Facebooksida 2026",
        "abstract": "Hela kanalen som den visades den 22 november 2026.",
        "channel": channel,
        "period": Period(start=None, end=CAPTURED),
        "verdict": Verdict.INCOMPLETE,
        "representations": (representation("inspelning"), representation("sidor")),
        "documentation": (artefact("fullständighetsintyg.html", "text/html", "HTML", "5", b"<html/>"),),
        "schemas": (artefact("kanalarkiv-record-1.0.xsd", "application/xml", "XSD", "1.0", b"<x/>"),),
        "software_version": "0.1.0",
    }
    return Submission(**{**given, **changes})  # type: ignore[arg-type]  # a test gives what it needs


@pytest.fixture(scope="session")
def describe_submission() -> Callable[..., Submission]:
    """Return the function that writes source files into a given folder and describes them."""
    return describe


@pytest.fixture
def make_submission(tmp_path: Path) -> Callable[..., Submission]:
    """Return a function that writes source files into a folder of the test and describes them."""
    return lambda folder="source", **changes: describe(tmp_path / folder, **changes)


@pytest.fixture(scope="session")
def _sealed(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("sealed")
    return build(describe(folder / "source"), folder, now=NOW)


@pytest.fixture(scope="session")
def _opened(_sealed: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opened")
    with zipfile.ZipFile(_sealed.path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def package(_sealed: Package, tmp_path: Path) -> Package:
    """Return a package of the test's own, in a folder of its own."""
    into = tmp_path / "packages"
    into.mkdir()
    return replace(_sealed, path=Path(shutil.copy2(_sealed.path, into)))


@pytest.fixture
def unpacked(_opened: Path, tmp_path: Path) -> Path:
    """Return the package as a folder of the test's own: its root folder."""
    (folder,) = shutil.copytree(_opened, tmp_path / "unpacked").iterdir()
    return folder


@pytest.fixture(scope="session")
def official_schemas() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "xsd"
    if not folder.is_dir():
        pytest.skip("the official schemas are not beside the repository (../shared/schemas/xsd)")
    return folder
