"""A comment that is removed, from its address to a closed case: the real browser, the register, the papers."""

import asyncio
import csv
import io
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import typer
from lxml import etree
from playwright.async_api import async_playwright
from typer.testing import CliRunner

from capture.channel import unattended_page
from capture.items import ItemKind
from capture.removal.absence import Wanted, look_for
from capture.removal.saving import ItemNotShownError, save_item
from capture.removal.visit import Visitor
from flows.commands import register, removal
from register.case_words import CheckResult
from register.errors import BadInputError, ExitCode, NotAllowedError
from sample_channel import Behaviour, SampleChannel, serve
from tests.documents import reading
from tests.register.municipality import SHEETS, edited, written

app = typer.Typer()
app.add_typer(removal.app, name="removal")
app.add_typer(register.app, name="register")
WHO = ("--who", "anna.ek")


def run(workspace: Path, *words: str, code: int = 0) -> str:
    result = CliRunner(env={"COLUMNS": "300", "KANALARKIV_LANGUAGE": "sv"}).invoke(
        app, [*words, "--into", str(workspace)]
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return str(result.output)


def case_in(workspace: Path, entry: str) -> dict[str, object]:
    return json.loads(run(workspace, "removal", "show", entry, "--json"))


@pytest.fixture
def channel() -> Iterator[SampleChannel]:
    with serve(posts=3) as served:
        yield served


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not fail a test: what a visit may take is no part of any of them."""
    monkeypatch.setattr("flows.removing.ALONE", 600.0)
    monkeypatch.setattr("capture.removal.saving._PATIENCE", 300.0)


@pytest.fixture
def workspace(channel: SampleChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose register has the sample channel, which may be seen with nobody watching."""
    monkeypatch.chdir(tmp_path)
    head, row = SHEETS["kanaler"].splitlines()
    address = row.split(";")[3]
    sheets = {
        "kanaler": f"{head};läge\n{row.replace(address, channel.url).replace('facebook;', 'annan;')};automatisk\n",
        "beslut": SHEETS["beslut"] + "tillstånd;KS 2024/9;2024-01-20;Dan Alm, kommundirektör;fb;;;;;2024-01-20\n",
        "uppdrag": edited("uppdrag", ("2026-06-30", "2025-06-30")),
    }
    run(tmp_path, "register", "import", str(written(tmp_path / "in", **sheets)), *WHO)
    return tmp_path


@pytest.mark.slow
def test_a_comment_goes_all_the_way_from_its_address_to_a_closed_case(  # noqa: PLR0915 - a whole case
    channel: SampleChannel, workspace: Path
) -> None:
    """Save, decide, remove, register, paper; each step refused before its time, and the absence only said when seen."""
    post = max(channel.truth.posts, key=lambda one: one.reachable)
    comment = next(one for one in post.discussion() if one.replies)
    answered = comment.replies[0]
    permalink = channel.address(answered.permalink)

    said = run(workspace, "removal", "save", permalink, "--channel", "fb", *WHO)
    assert re.search(r"Sparat: ärende fb-\d{4}-1, 2 bilder", said)
    entry = re.search(r"fb-\d{4}-1", said)[0]
    saved = case_in(workspace, entry)["uppgifter"]
    assert (saved["kind"], saved["permalink"], saved["author"], saved["text"], saved["shown"], saved["own"]) == (
        "reply", permalink, answered.author, answered.text, "synlig", False,
    )  # fmt: skip
    assert saved["published"] == answered.published.isoformat().replace("+00:00", "Z")
    assert [(one["where"], one["key"], one["text"]) for one in saved["thread"]] == [
        ("above", channel.address(post.permalink), post.text),
        ("above", channel.address(comment.permalink), comment.text),
        *(("below", channel.address(one.permalink), one.text) for one in answered.thread() if one is not answered),
    ]
    assert (saved["answered"]["author"], saved["remarks"]) == (comment.author, None)
    for one in saved["pictures"]:
        assert (workspace / one["path"]).stat().st_mode & 0o222 == 0

    with pytest.raises(BadInputError, match=f"sparat redan: ärende {entry}"):
        run(workspace, "removal", "save", permalink, "--channel", "fb", *WHO)
    for words in (("removed", entry, "--measure", "borttagen"), ("register", entry, "--diary-number", "KS 1"),
                  ("print", entry, "--where", "pärm 1"), ("close", entry)):  # fmt: skip
        with pytest.raises(BadInputError):
            run(workspace, "removal", *words, *WHO)
    ruling = ("--reasons", "Pekar ut en namngiven person.", "--decision", "KS 2026/88 § 4", "--decided-by", "Eva Sjö")
    with pytest.raises(BadInputError, match="minst en grund"):
        run(workspace, "removal", "decide", entry, *ruling, *WHO)
    run(workspace, "removal", "decide", entry, "--ground", "h", "--ground", "a", *ruling, *WHO)
    run(workspace, "removal", "removed", entry, "--measure", "borttagen", *WHO)

    assert "kvar – den visas på sin adress" in run(workspace, "removal", "check", entry, *WHO, code=ExitCode.INCOMPLETE)
    run(
        workspace,
        "removal",
        "register",
        entry,
        "--diary-number",
        "KS 2026/341",
        "--collecting-case",
        "KS 2026/12",
        *WHO,
    )
    with pytest.raises(BadInputError, match="fanns kvar på kanalen"):
        run(workspace, "removal", "close", entry, *WHO)

    channel.remove(answered.permalink)
    channel.behave(Behaviour(login_wall=True))
    walled = run(workspace, "removal", "check", entry, *WHO, code=ExitCode.INCOMPLETE)
    assert "går inte att avgöra" in walled
    assert "inloggning" in walled
    channel.behave(Behaviour())
    number = post.reachable - sum(1 for _ in answered.thread())
    assert f"borta – hela tråden öppnades ({number} kommentarer och svar), och den är inte bland dem" in run(
        workspace, "removal", "check", entry, *WHO
    )
    assert channel.mutations == []

    pdf, xml = workspace / "blad.pdf", workspace / "blad.xml"
    run(workspace, "removal", "sheet", entry, "--out", str(pdf))
    words = reading.words(pdf)
    for told in (
        answered.text,
        "a)förtal",
        "KS2026/341",
        "borta:helatråden",
        "AnnaEk",
        "Kommunstyrelsen(ORG:212000-0000)",
    ):
        assert "".join(told.split()) in words, told
    with pikepdf.open(pdf) as opened_pdf:
        assert [round(float(side)) for side in opened_pdf.pages[0].mediabox[2:]] == [595, 842]
        assert opened_pdf.open_metadata().pdfa_status == "2A"
    root = etree.parse(xml).getroot()
    assert [one.get("code") for one in root.iter("{*}ground")] == ["a", "h"]
    assert (root.get("closed"), root.find("{*}check").get("result"), root.find("{*}item/{*}text").text) == (
        "false", "absent", answered.text,
    )  # fmt: skip

    run(workspace, "removal", "print", entry, "--where", "KS arkiv, pärm 4", *WHO)
    assert f"Ärende {entry}: avslutad." in run(workspace, "removal", "close", entry, *WHO)
    told = case_in(workspace, entry)
    assert told["läge"] == "avslutad"
    assert [line["av"] for line in told["historik"]] == ["anna.ek"] * 9
    assert told["historik"][0]["före_och_efter"] == {"closed": [False, True]}

    run(workspace, "removal", "year", "fb", entry.split("-")[1])
    listed = (workspace / f"borttagning/blad/fb-{entry.split('-')[1]}.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(listed), delimiter=";"))
    assert [row[:2] + row[-1:] for row in rows] == [["nr", "ärende", "läge"], ["1", entry, "avslutad"]]

    picture = workspace / saved["pictures"][0]["path"]
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes() + b" ")
    with pytest.raises(BadInputError, match="har ändrats"):
        run(workspace, "removal", "sheet", entry, "--out", str(pdf))


def test_a_comment_is_saved_put_on_a_sheet_removed_and_seen_to_be_gone(channel: SampleChannel, workspace: Path) -> None:
    """The quick half of the above."""
    post = min((one for one in channel.truth.posts if one.comments), key=lambda one: one.reachable)
    comment = post.comments[-1]
    said = run(workspace, "removal", "save", channel.address(comment.permalink), "--channel", "fb", *WHO)
    entry = re.search(r"fb-\d{4}-1", said)[0]
    with pikepdf.open(workspace / f"borttagning/blad/{entry}.pdf") as sheet:
        assert sheet.open_metadata().pdfa_status == "2A"
    assert "".join(comment.text.split()) in reading.words(workspace / f"borttagning/blad/{entry}.pdf")
    root = etree.parse(workspace / f"borttagning/blad/{entry}.xml").getroot()
    assert (root.find("{*}item/{*}text").text, root.find("{*}decision")) == (comment.text, None)
    channel.remove(comment.permalink)
    assert f"{entry}: borta – " in run(workspace, "removal", "check", entry, *WHO)
    assert channel.mutations == []


def test_a_look_says_gone_only_where_that_was_seen(channel: SampleChannel, tmp_path: Path) -> None:
    """A wall, a fault, a thread that holds something back, a channel that is gone: none of them is an absence."""
    post = max(channel.truth.posts, key=lambda one: one.reachable)
    comment = post.comments[0]
    there = channel.address(post.permalink)
    wanted = Wanted(
        permalink=channel.address(comment.permalink), post_key=there, channel_url=channel.url,
        author=comment.author, text=comment.text, hidden=False,
    )  # fmt: skip
    visitor = Visitor(clock=lambda: datetime.now(UTC), seconds=600)

    async def looked() -> dict[str, CheckResult]:
        found = {}
        async with async_playwright() as playwright, unattended_page(playwright) as page:

            async def look(name: str, what: Wanted = wanted, by: Visitor = visitor) -> None:
                found[name] = (await look_for(page, what, by)).result

            await look("as it stood")
            hidden = replace(wanted, hidden=True)
            await look("hidden, to its own", hidden, replace(visitor, unknown=False))
            await look("hidden, to everybody", hidden)
            saved = await save_item(page, there, tmp_path, visitor)
            assert (saved.item.kind, saved.item.text, saved.above, saved.remarks) == (ItemKind.POST, post.text, (), ())
            assert [one.text for one in saved.below] == [one.text for one in post.discussion()]
            assert [one.path.name for one in saved.pictures] == ["bild-1-1.png", "bild-2-1.png"]
            with pytest.raises(ItemNotShownError):
                await save_item(page, f"{there}?kommentar=1", tmp_path, visitor)
            channel.behave(Behaviour(login_wall=True))
            await look("behind a wall")
            channel.behave(Behaviour())
            channel.remove(comment.permalink)
            await look("removed")
            await look("never there", replace(wanted, permalink=channel.address("/exempelkommun/inlagg/1")))
            await look("its page and channel gone", replace(wanted, permalink=there + "0", channel_url=there + "1"))
            await look("the same words elsewhere", replace(wanted, author=post.author, text=post.text))
            other = next(one for one in channel.truth.posts if one.permalink != post.permalink)
            await look("led to another post", replace(wanted, permalink=channel.address(other.permalink)))
            await look("a post, led to the feed", replace(wanted, permalink=channel.url, post_key=channel.url))
            await look("no server", replace(wanted, permalink="http://127.0.0.1:9/exempelkommun"))
        return found

    untold = CheckResult.CANNOT_BE_TOLD
    assert asyncio.run(looked()) == {
        "as it stood": CheckResult.STILL_THERE,
        "hidden, to its own": untold,
        "hidden, to everybody": CheckResult.STILL_THERE,
        "behind a wall": untold,
        "removed": CheckResult.ABSENT,
        "never there": CheckResult.ABSENT,
        "its page and channel gone": untold,
        "the same words elsewhere": untold,
        "led to another post": CheckResult.ABSENT,  # its thread was gone to instead, and all of it opened
        "a post, led to the feed": untold,
        "no server": untold,
    }
    assert channel.mutations == []


@pytest.fixture
def silent(channel: SampleChannel, workspace: Path) -> Iterator[socket.socket]:
    """A server in the channel's place that hears whether anybody calls."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        old = f"http://127.0.0.1:{channel.url.split(':')[2]}"
        sheet = workspace / "in" / "kanaler.csv"
        sheet.write_text(sheet.read_text().replace(old, f"http://127.0.0.1:{listening.getsockname()[1]}/x"))
        run(workspace, "register", "import", str(workspace / "in"), *WHO)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_of_abuse_material_nothing_is_fetched_and_nothing_kept_but_two_references(
    silent: socket.socket, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capture.programs.chromium.find", lambda: pytest.fail("a browser was looked for"))
    words = ("--reference", "KS-ref 7", "--police-report", "5000-K12345-26", "--channel", "fb")
    entry = re.search(r"fb-\d{4}-1", run(workspace, "removal", "report-crime", *words, *WHO))[0]
    told = case_in(workspace, entry)["uppgifter"]
    kept = {name: value for name, value in told.items() if value not in (None, "", [], False)}
    assert set(kept) == {
        "channel", "kind", "saved", "saved_by", "discovered", "number", "crime_reference", "police_report",
    }  # fmt: skip
    assert (kept["crime_reference"], kept["police_report"]) == ("KS-ref 7", "5000-K12345-26")
    assert not (workspace / "borttagning").exists()
    for refused in (("check", entry, *WHO), ("sheet", entry), ("print", entry, "--where", "pärm", *WHO)):
        with pytest.raises(BadInputError):
            run(workspace, "removal", *refused)
    with pytest.raises(BadInputError, match="diarienummer saknas"):
        run(workspace, "removal", "close", entry, *WHO)
    run(workspace, "removal", "register", entry, "--diary-number", "KS 2026/9", *WHO)
    assert "avslutad" in run(workspace, "removal", "close", entry, *WHO)


def test_without_a_mandate_or_off_the_channel_nothing_is_saved(silent: socket.socket, workspace: Path) -> None:
    port = silent.getsockname()[1]
    own = f"http://127.0.0.1:{port}/x/exempelkommun/inlagg/1"
    for permalink, who, why in (
        (own, "bo.lind", "inget gällande uppdrag"),
        (own, "nils.ingen", "finns inte i registret"),
        (f"http://127.0.0.1:{port}/y", "anna.ek", "hör inte till kanalen"),
        ("http://127.0.0.1:9/x/exempelkommun", "anna.ek", "hör inte till kanalen"),
    ):
        with pytest.raises(NotAllowedError, match=why):
            run(workspace, "removal", "save", permalink, "--channel", "fb", "--who", who)
    with pytest.raises(BadInputError, match="har inte kommit"):
        run(workspace, "removal", "save", own, "--channel", "fb", "--discovered", "2999-01-01", *WHO)
    assert not (workspace / "borttagning").exists()
    with pytest.raises(NotAllowedError, match="inget register"):
        run(workspace / "tom", "removal", "save", own, "--channel", own, *WHO)
