"""The completeness statement: it can say no, and it says why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from lxml import etree, html

from capture.documents import statement_page
from capture.items import LossReason, Pause, PostLedger, StopReason, Traffic
from capture.records import statement
from capture.records.losses import not_pictured, of_the_pages
from register.language import Text
from register.model import Verdict

NS = {"c": statement.NAMESPACE}
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def _conclude(walk, channel, previous=None):
    return statement.conclude(walk, channel, previous=previous, issued=walk.ended, program="Kanalarkiv 0")


def _short_of(walk, reason):
    """The post claims nine comments; two were captured."""
    ledger = PostLedger(
        post_key=walk.items[0].key,
        claimed=9,
        captured=2,
        duplicates=0,
        deleted=0,
        missing_reason=reason,
        evidence="bevis-1.png",
    )
    return replace(walk, ledgers=(ledger,))


def test_all_that_is_claimed_is_complete(walk, channel):
    made = _conclude(walk, channel)
    assert (made.verdict, made.losses) == (Verdict.COMPLETE, ())


@pytest.mark.parametrize(
    "reason", [LossReason.NOT_SHOWN, LossReason.NOT_OPENED, LossReason.CHALLENGED, LossReason.CEILING, None]
)
def test_a_shortfall_without_an_explanation_is_incomplete(walk, channel, reason):
    made = _conclude(_short_of(walk, reason), channel)
    assert made.verdict is Verdict.INCOMPLETE
    assert made.missing_comments == 7
    assert made.losses[0].said.sv.startswith("7 av 9 kommentarer saknas")


def test_what_the_platform_accounts_for_is_explained(walk, channel):
    made = _conclude(_short_of(walk, LossReason.HIDDEN_BY_PLATFORM), channel)
    assert made.verdict is Verdict.EXPLAINED_GAPS


@pytest.mark.parametrize(
    "stop", [StopReason.STALLED, StopReason.CEILING, StopReason.CHALLENGED, StopReason.STOPPED, StopReason.PERIOD_START]
)
def test_a_feed_that_was_not_walked_to_its_end_is_incomplete(walk, channel, stop):
    assert _conclude(replace(walk, stop=stop), channel).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("change", [{"claimed_posts": 5}, {"limits": ("max_posts = 1",)}])
def test_fewer_posts_than_claimed_or_a_limit_reached_is_incomplete(walk, channel, change):
    assert _conclude(replace(walk, **change), channel).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize(
    ("filmed", "paged", "said"),
    [
        (3, 1, []),
        (3, 0, ["Inlägget saknas i sidorna."]),
        (1, 1, ["2 kommentarer lästes av men syns inte på någon bild i inspelningen."]),
        (
            0,
            1,
            [
                "Inlägget saknas i inspelningen.",
                "2 kommentarer lästes av men syns inte på någon bild i inspelningen.",
            ],
        ),
    ],
)
def test_what_no_picture_shows_is_a_gap(walk, channel, filmed, paged, said):
    keys = [item.key for item in walk.items]
    gone = not_pictured(walk, filmed=set(keys[:filmed]), paged=set(keys[:paged]))
    assert [(loss.said.sv, loss.explained, loss.post_key) for loss in gone] == [(one, False, keys[0]) for one in said]
    made = statement.conclude(
        walk, channel, previous=None, further_losses=gone, issued=walk.ended, program="Kanalarkiv 0"
    )
    assert made.verdict is (Verdict.INCOMPLETE if said else Verdict.COMPLETE)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("unsteady", "2 inlägg rörde sig medan de avbildades på sidorna."),
        ("dropped", "2 länkar leder ingenstans på sidorna"),
        ("unplaced", "2 kommentarer går inte att peka ut på sidorna (PDF)"),
        ("refused", "2 volymer underkändes som PDF/A"),
        ("unpictured", "2 inlägg var för stora att avbilda på sidorna, som säger det på deras plats."),
        ("embedded", "2 inbäddade ramar och slutna komponenter syns på sidorna, men deras text kunde inte läsas."),
        ("misdrawn", "2 ord är skrivna i typsnitt som ritar andra tecken än textens"),
    ],
)
def test_what_the_pages_lack_is_said_and_nothing_else(what, said):
    nothing = dict.fromkeys(
        ("unsteady", "dropped", "unplaced", "refused", "unpictured", "embedded", "misdrawn"), 0
    )  # fmt: skip
    assert of_the_pages(**nothing) == ()
    (one,) = of_the_pages(**{**nothing, what: 2})
    assert one.sv.startswith(said)


def test_an_opener_that_gave_nothing_is_a_gap_of_unknown_size(walk, channel):
    dead = replace(walk.ledgers[0], claimed=None, missing_reason=LossReason.NOT_OPENED)
    made = _conclude(replace(walk, ledgers=(dead,)), channel)
    assert made.verdict is Verdict.INCOMPLETE
    assert made.losses[0].said.sv.startswith("Ett okänt antal")


def test_one_unexplained_gap_outweighs_the_explained_ones(walk, channel):
    short = replace(_short_of(walk, LossReason.HIDDEN_BY_PLATFORM), stop=StopReason.STALLED)
    assert _conclude(short, channel).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize(
    "change",
    [
        {"ledgers": ()},
        {"items": (), "ledgers": ()},
        {"items": (), "ledgers": (), "stop": StopReason.PERIOD_START},
    ],
)
def test_no_statement_without_evidence(walk, channel, change):
    with pytest.raises(ValueError, match="without a ledger"):
        _conclude(replace(walk, **change), channel)


def test_what_could_not_be_checked_is_said(walk, channel):
    silent = replace(walk.ledgers[0], claimed=None)
    made = _conclude(replace(walk, ledgers=(silent,), claimed_posts=None, by_semantics=False), channel)
    said = " ".join(remark.sv for remark in made.remarks)
    assert "inget tal att jämföra med" in said
    assert "hur många inlägg" in said
    assert made.verdict is Verdict.COMPLETE


def test_silence_on_an_unknown_site_is_no_proof(walk, channel):
    silent = replace(walk.ledgers[0], claimed=None)
    made = _conclude(replace(walk, ledgers=(silent,), by_semantics=True), channel)
    assert made.verdict is Verdict.INCOMPLETE
    (loss,) = made.losses
    assert "går inte att visa" in loss.said.sv
    assert "roller" in " ".join(remark.sv for remark in made.remarks)


def test_the_xml_follows_its_schema_and_carries_each_post(walk, channel, tmp_path):
    made = _conclude(_short_of(walk, LossReason.NOT_SHOWN), channel)
    tree = etree.parse(statement.write_xml(made, tmp_path / "s.xml"))
    schema = files("schemas").joinpath("kanalarkiv/completeness-1.0.xsd").read_bytes()
    etree.XMLSchema(etree.fromstring(schema)).assertValid(tree)
    post = tree.find("c:post", NS)
    assert (post.get("claimed"), post.get("captured"), post.get("missing")) == ("9", "2", "7")
    assert post.get("reason") == "not-shown"
    assert tree.find("c:verdict", NS).text == "ofullständig"


def test_the_page_is_swedish_first_and_runs_nothing(walk, channel):
    post, *rest = walk.items
    hostile = replace(post, author="<script>alert(1)</script>", text="\u202eevil\u2066 <img src=x onerror=alert(1)>")
    made = _conclude(replace(_short_of(walk, LossReason.NOT_SHOWN), items=(hostile, *rest)), channel)
    page = statement_page.render(made)
    tree = html.fromstring(page)
    assert [section.get("lang") for section in tree.findall(".//section")] == ["sv", "en"]
    assert not tree.findall(".//script")
    assert not tree.findall(".//img")
    assert "\u202e" not in page
    assert "<script>alert(1)</script>" in tree.text_content()
    assert "OFULLSTÄNDIG" in tree.find(".//div[@class='verdict']").text_content().upper()


def test_a_key_that_is_no_web_address_is_no_link(walk, channel):
    key = "javascript:alert(1)"
    post = replace(walk.items[0], key=key, post_key=key)
    only = replace(walk, items=(post,), ledgers=(replace(walk.ledgers[0], post_key=key, claimed=0, captured=0),))
    assert "href" not in statement_page.render(_conclude(only, channel)).split("<body>")[1]


def test_a_period_is_whole_when_its_start_was_reached(walk, channel):
    made = _conclude(replace(walk, since=JUNE, stop=StopReason.PERIOD_START, claimed_posts=60), channel)
    assert (made.verdict, made.losses) == (Verdict.COMPLETE, ())
    assert (made.coverage.since, made.coverage.until) == (JUNE, walk.started)
    assert "Kanalen uppger 60 inlägg i hela sin historik; perioden är en del av den." in _said(made)
    assert "Kommentarer som under perioden skrevs till äldre inlägg ingår inte." in _said(made)


@pytest.mark.parametrize("stop", [StopReason.STALLED, StopReason.STOPPED])
def test_a_period_whose_start_was_not_reached_is_incomplete_also_without_a_post(walk, channel, stop):
    made = _conclude(replace(walk, items=(), ledgers=(), since=JUNE, stop=stop, claimed_posts=60), channel)
    assert made.verdict is Verdict.INCOMPLETE
    assert "Inga nya inlägg" not in _said(made)


@pytest.mark.parametrize("stop", [StopReason.PERIOD_START, StopReason.END_MARKER])
def test_a_period_without_a_new_post_is_complete_and_says_so(walk, channel, tmp_path, stop):
    quiet = replace(walk, items=(), ledgers=(), since=JUNE, stop=stop, claimed_posts=60)
    made = _conclude(quiet, channel)
    assert (made.verdict, made.posts, made.comments) == (Verdict.COMPLETE, 0, 0)
    assert "Inga nya inlägg under perioden." in _said(made)
    assert etree.parse(statement.write_xml(made, tmp_path / "s.xml")).findall("c:post", NS) == []
    page = html.fromstring(statement_page.render(made))
    assert page.findall(".//table") == []
    assert "Inga nya inlägg under perioden." in page.text_content()
    assert "0 från perioden; kanalen uppger 60 i hela sin historik" in page.text_content()


def test_what_others_removed_during_the_walk_is_explained(walk, channel):
    ledger = replace(walk.ledgers[0], claimed=5, captured=2, missing_reason=LossReason.DELETED, evidence="bevis-1.png")
    made = _conclude(replace(walk, ledgers=(ledger,)), channel)
    assert made.verdict is Verdict.EXPLAINED_GAPS
    assert [loss.said.sv for loss in made.losses] == [
        "3 av 5 kommentarer saknas: det togs bort av någon annan medan genomgången pågick. De 2 som hann ses finns med."
    ]


def test_what_was_removed_after_it_was_seen_is_said(walk, channel):
    made = _conclude(replace(walk, ledgers=(replace(walk.ledgers[0], deleted=1),)), channel)
    assert made.verdict is Verdict.COMPLETE
    assert "1 kommentarer togs bort av någon annan" in _said(made)


def test_a_request_that_changes_something_is_a_loss_and_an_unknown_one_a_remark(walk, channel):
    unknown = replace(walk, traffic=Traffic(requests=9, reading=2, changing=(), unknown=("POST https://x.invalid/a",)))
    made = _conclude(unknown, channel)
    assert made.verdict is Verdict.COMPLETE
    assert "POST https://x.invalid/a" in _said(made)
    changing = replace(walk, traffic=Traffic(requests=9, reading=2, changing=("POST https://x.invalid/b",), unknown=()))
    made = _conclude(changing, channel)
    assert made.verdict is Verdict.INCOMPLETE
    assert "POST https://x.invalid/b" in made.losses[0].said.sv


def test_how_the_walk_went_is_in_the_xml_and_in_swedish_time_on_the_page(walk, channel, tmp_path):
    why = Text("plattformen ville ha en inloggning", "the platform wanted a login")
    halted = replace(
        walk,
        since=JUNE,
        stop=StopReason.CHALLENGED,
        resumed=(walk.started + timedelta(minutes=1),),
        pauses=(
            Pause(began=walk.started, ended=walk.started + timedelta(seconds=30), why=why),
            Pause(began=walk.started + timedelta(minutes=2), ended=None, why=why),
        ),
        traffic=Traffic(requests=9, reading=2, changing=("POST /b",), unknown=("POST /a", "PUT /c")),
    )
    made = _conclude(halted, channel, previous=replace(walk, started=JUNE))
    tree = etree.parse(statement.write_xml(made, tmp_path / "s.xml"))
    schema = files("schemas").joinpath("kanalarkiv/completeness-1.0.xsd").read_bytes()
    etree.XMLSchema(etree.fromstring(schema)).assertValid(tree)
    assert dict(tree.find("c:period", NS).attrib) == {
        "start": "2026-06-01T00:00:00Z",
        "end": "2026-06-30T12:00:00Z",
        "previousEnd": "2026-06-01T00:00:00Z",
    }
    assert [one.get("at") for one in tree.findall("c:resumed", NS)] == ["2026-06-30T12:01:00Z"]
    assert [(one.get("began"), one.get("ended")) for one in tree.findall("c:pause", NS)] == [
        ("2026-06-30T12:00:00Z", "2026-06-30T12:00:30Z"),
        ("2026-06-30T12:02:00Z", None),
    ]
    assert tree.xpath("c:traffic/c:unknown/text()", namespaces=NS) == ["POST /a", "PUT /c"]
    assert tree.xpath("c:traffic/c:changing/text()", namespaces=NS) == ["POST /b"]
    text = html.fromstring(statement_page.render(made)).find(".//section[@lang='sv']").text_content()
    assert "stod stilla från 2026-06-30 14:00:00 till 2026-06-30 14:00:30 (svensk tid)" in text
    assert "2026-06-30 14:02:00 utan att gå vidare (svensk tid)" in text
    assert "återupptogs 2026-06-30 14:01:00 (svensk tid)" in text
    assert "omfattar tiden till 2026-06-01 02:00:00" in text
    assert "1 ändrande" in text


def _said(made):
    return " ".join(remark.sv for remark in made.remarks)
