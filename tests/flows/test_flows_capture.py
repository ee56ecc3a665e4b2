"""`kanalarkiv capture`: the whole road, and the honest ends of it."""

import json
import zipfile
from hashlib import sha256

import lxml.html
import pytest
from lxml import etree

from capture.programs.verapdf import find_java
from sample_channel import Behaviour, serve
from sip import commons_ip
from sip.validate import validate

RECORD = {"r": "urn:kanalarkiv:record:1.0"}
STATEMENT = {"c": "urn:kanalarkiv:completeness:1.0"}


def _inside(package, end):
    """Return the bytes of the one file in `package` whose path ends with `end`."""
    with zipfile.ZipFile(package) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(end)]
        return archive.read(name)


def test_a_channel_is_documented_from_the_page_to_the_receipt(command_line_alone, tmp_path):
    with serve(posts=10) as channel:
        done = command_line_alone.run("capture", channel.url, "--into", str(tmp_path))
        truth = {channel.address(permalink) for permalink in channel.truth.permalinks}
        assert channel.mutations == []
    assert done.returncode == 0, done.stderr
    assert "FULLSTÄNDIG" in done.stdout
    (package,) = (tmp_path / "e-arkiv").glob("*.zip")

    assert validate(package).valid
    opinion = commons_ip.judge(package, java=find_java())
    assert (opinion.valid, opinion.errors, opinion.warnings) == (True, (), ())

    record = etree.fromstring(_inside(package, "data/uppgifter.xml"))
    assert {element.get("key") for element in record.iter() if element.get("key")} == truth
    seconds = [float(post.get("recordingSecond")) for post in record.findall("r:post", RECORD)]
    assert seconds == sorted(seconds)
    items = [element for element in record.iter() if element.get("key")]
    assert all(float(item.get("recordingSecond")) >= 3 for item in items), "every one is shown, after the title card"

    statement = etree.fromstring(_inside(package, "fullstandighetsintyg.xml"))
    assert statement.find("c:verdict", STATEMENT).get("code") == "complete"
    assert len(statement.findall("c:post", STATEMENT)) == 10
    for end in ("data/inspelning.mp4", "data/volym-01.pdf", "data/uppgifter.csv", "fullstandighetsintyg.pdf"):
        assert len(_inside(package, end)) > 1000
    verdicts = json.loads(_inside(package, "volym-01_verapdf.json"))["verdicts"]
    assert {verdict["flavour"] for verdict in verdicts if verdict["compliant"]} == {"2a", "ua1"}

    beside = {path.name.removeprefix(f"{package.stem}.") for path in package.parent.iterdir()}
    assert beside == {"zip", "zip.sha256", "leverans.json", "validering.json"}
    (journey,) = json.loads(command_line_alone.run("deliveries", "list", "--json", "--into", str(tmp_path)).stdout)
    assert (journey["object_id"], journey["state"]) == (package.stem, "checked")
    with zipfile.ZipFile(package) as archive:
        assert journey["manifest"] == sha256(archive.read(f"{package.stem}/METS.xml")).hexdigest()
    cover = lxml.html.fromstring(_inside(package, "documentation/forsattsblad.html"))
    assert channel.url in cover.text_content()

    again = command_line_alone.run("deliver", str(package), "--to", str(tmp_path / "e-arkiv"), "--into", str(tmp_path))
    assert again.returncode == 0
    assert "Inget skrevs" in again.stdout
    spoken = command_line_alone.run("package", "validate", str(package), KANALARKIV_LANGUAGE="en")
    assert (spoken.returncode, "VALID" in spoken.stdout) == (0, True)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        pytest.param(Behaviour(overclaim=2), "plattformen visar färre än den uppger", id="overclaim"),
        pytest.param(
            Behaviour(stall=True, posts_per_batch=3),
            "flödet slutade leverera innan slutet nåddes",
            id="stall",
            marks=pytest.mark.slow,  # a minute; the walk's own tests have the stall itself
        ),
    ],
)
def test_what_is_missing_makes_it_incomplete_and_says_which(command_line, tmp_path, behaviour, said):
    with serve(posts=6, behaviour=behaviour) as channel:
        short = [channel.address(p.permalink) for p in channel.truth.posts if p.claimed > p.reachable]
        done = command_line.run("capture", channel.url, "--into", str(tmp_path))
    assert done.returncode == 3, done.stderr
    assert "OFULLSTÄNDIG" in done.stdout
    assert said in done.stdout
    assert all(key in done.stdout for key in short)
    (package,) = (tmp_path / "e-arkiv").glob("*.zip")
    statement = etree.fromstring(_inside(package, "fullstandighetsintyg.xml"))
    assert statement.find("c:verdict", STATEMENT).get("code") == "incomplete"
    missing = [post.get("key") for post in statement.findall("c:post", STATEMENT) if post.get("missing") != "0"]
    assert missing == short
    assert said in " ".join(statement.xpath("c:loss/c:sv/text()", namespaces=STATEMENT))
