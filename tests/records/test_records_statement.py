"""The completeness statement: it can say no, and it says why."""

from dataclasses import replace
from importlib.resources import files

import pytest
from lxml import etree, html

from capture.items import LossReason, PostLedger, StopReason
from capture.records import statement, statement_page
from register.language import Text
from register.model import Verdict

NS = {"c": statement.NAMESPACE}


def _conclude(walk, channel, period):
    return statement.conclude(walk, channel, period, issued=walk.ended, program="Kanalarkiv 0")


def _short_of(walk, reason):
    """The post claims nine comments; two were captured."""
    ledger = PostLedger(
        post_key=walk.items[0].key, claimed=9, captured=2, duplicates=0, missing_reason=reason, evidence="bevis-1.png"
    )
    return replace(walk, ledgers=(ledger,))


def test_all_that_is_claimed_is_complete(walk, channel, period):
    made = _conclude(walk, channel, period)
    assert (made.verdict, made.losses) == (Verdict.COMPLETE, ())


@pytest.mark.parametrize("reason", [LossReason.NOT_SHOWN, LossReason.NOT_OPENED, LossReason.CEILING, None])
def test_a_shortfall_without_an_explanation_is_incomplete(walk, channel, period, reason):
    made = _conclude(_short_of(walk, reason), channel, period)
    assert made.verdict is Verdict.INCOMPLETE
    assert made.missing_comments == 7
    assert made.losses[0].said.sv.startswith("7 av 9 kommentarer saknas")


def test_what_the_platform_accounts_for_is_explained(walk, channel, period):
    made = _conclude(_short_of(walk, LossReason.HIDDEN_BY_PLATFORM), channel, period)
    assert made.verdict is Verdict.EXPLAINED_GAPS


@pytest.mark.parametrize("stop", [StopReason.STALLED, StopReason.CEILING])
def test_a_feed_that_was_not_walked_to_its_end_is_incomplete(walk, channel, period, stop):
    assert _conclude(replace(walk, stop=stop), channel, period).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("change", [{"claimed_posts": 5}, {"limits": ("max_posts = 1",)}])
def test_fewer_posts_than_claimed_or_a_limit_reached_is_incomplete(walk, channel, period, change):
    assert _conclude(replace(walk, **change), channel, period).verdict is Verdict.INCOMPLETE


def test_a_post_that_no_picture_shows_is_a_gap(walk, channel, period):
    gone = statement.Loss(said=Text("Inlägget saknas i sidorna.", "…"), explained=False, post_key=walk.items[0].key)
    made = statement.conclude(walk, channel, period, further_losses=(gone,), issued=walk.ended, program="Kanalarkiv 0")
    assert made.verdict is Verdict.INCOMPLETE


def test_an_opener_that_gave_nothing_is_a_gap_of_unknown_size(walk, channel, period):
    dead = replace(walk.ledgers[0], claimed=None, missing_reason=LossReason.NOT_OPENED)
    made = _conclude(replace(walk, ledgers=(dead,)), channel, period)
    assert made.verdict is Verdict.INCOMPLETE
    assert made.losses[0].said.sv.startswith("Ett okänt antal")


def test_one_unexplained_gap_outweighs_the_explained_ones(walk, channel, period):
    short = replace(_short_of(walk, LossReason.HIDDEN_BY_PLATFORM), stop=StopReason.STALLED)
    assert _conclude(short, channel, period).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("change", [{"ledgers": ()}, {"items": (), "ledgers": ()}])
def test_no_statement_without_evidence(walk, channel, period, change):
    with pytest.raises(ValueError, match="without a ledger"):
        _conclude(replace(walk, **change), channel, period)


def test_what_could_not_be_checked_is_said(walk, channel, period):
    silent = replace(walk.ledgers[0], claimed=None)
    made = _conclude(replace(walk, ledgers=(silent,), claimed_posts=None, by_semantics=True), channel, period)
    said = " ".join(remark.sv for remark in made.remarks)
    assert "inget tal att jämföra med" in said
    assert "hur många inlägg" in said
    assert "roller" in said


def test_the_xml_follows_its_schema_and_carries_each_post(walk, channel, period, tmp_path):
    made = _conclude(_short_of(walk, LossReason.NOT_SHOWN), channel, period)
    tree = etree.parse(statement.write_xml(made, tmp_path / "s.xml"))
    schema = files("schemas").joinpath("kanalarkiv/completeness-1.0.xsd").read_bytes()
    etree.XMLSchema(etree.fromstring(schema)).assertValid(tree)
    post = tree.find("c:post", NS)
    assert (post.get("claimed"), post.get("captured"), post.get("missing")) == ("9", "2", "7")
    assert post.get("reason") == "not-shown"
    assert tree.find("c:verdict", NS).text == "ofullständig"


def test_the_page_is_swedish_first_and_runs_nothing(walk, channel, period):
    post, *rest = walk.items
    hostile = replace(post, author="<script>alert(1)</script>", text="\u202eevil\u2066 <img src=x onerror=alert(1)>")
    made = _conclude(replace(_short_of(walk, LossReason.NOT_SHOWN), items=(hostile, *rest)), channel, period)
    page = statement_page.render(made)
    tree = html.fromstring(page)
    assert [section.get("lang") for section in tree.findall(".//section")] == ["sv", "en"]
    assert not tree.findall(".//script")
    assert not tree.findall(".//img")
    assert "\u202e" not in page
    assert "<script>alert(1)</script>" in tree.text_content()
    assert "OFULLSTÄNDIG" in tree.find(".//div[@class='verdict']").text_content().upper()


def test_a_key_that_is_no_web_address_is_no_link(walk, channel, period):
    key = "javascript:alert(1)"
    post = replace(walk.items[0], key=key, post_key=key)
    only = replace(walk, items=(post,), ledgers=(replace(walk.ledgers[0], post_key=key, claimed=0, captured=0),))
    assert "href" not in statement_page.render(_conclude(only, channel, period)).split("<body>")[1]
