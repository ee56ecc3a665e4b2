"""The completeness statement (*fullständighetsintyg*): what was claimed, what was captured, what is missing and why.

The verdict is computed from the ledgers and nothing else, and it has no default: whatever is missing without a
recognised explanation makes the capture *ofullständig*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

from capture.items import ItemKind, PostLedger, Walk
from capture.records import coverage
from capture.records.coverage import Coverage
from capture.records.legal import XmlText
from capture.records.losses import Loss, losses_of, remarks_of
from capture.records.record import instant
from capture.records.schema import check
from register.language import Text
from register.model import Channel, Verdict

NAMESPACE = "urn:kanalarkiv:completeness:1.0"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The statement, before it is written down. Counts are of unique items; `issued` is UTC."""

    channel: Channel
    coverage: Coverage
    walk: Walk
    verdict: Verdict
    losses: tuple[Loss, ...]
    remarks: tuple[Text, ...]
    posts: int
    comments: int
    claimed_comments: int
    missing_comments: int
    hidden_comments: int
    deleted_comments: int
    issued: datetime
    program: str


def conclude(  # noqa: PLR0913 - a statement rests on that much
    walk: Walk,
    channel: Channel,
    *,
    previous: Walk | None,
    further_losses: Sequence[Loss] = (),
    further_remarks: Sequence[Text] = (),
    issued: datetime,
    program: str,
) -> Statement:
    """Draw the conclusion of a walk.

    Args:
        walk: what was seen and how it went.
        channel: the channel it was seen on.
        previous: the walk of the previous capture of the channel that was not incomplete, None where there is none.
        further_losses: what the artefacts made of the walk lack of it.
        further_remarks: what else is to be said of them.
        issued: when the statement is made, UTC.
        program: this program's name and version.

    Raises:
        ValueError: the ledgers do not account for every post; no statement can be made without evidence.
    """
    posts = [item for item in walk.items if item.kind is ItemKind.POST]
    unaccounted = {post.key for post in posts} ^ {ledger.post_key for ledger in walk.ledgers}
    # A feed that shows posts, none of them from the period, is a result; a whole history without a post never is.
    nothing_new = not walk.items and walk.since is not None
    if unaccounted or not (posts or nothing_new):
        raise ValueError(f"{len(unaccounted)} posts without a ledger of their own, of {len(posts)}")
    covered = coverage.coverage_of(walk, previous)
    compared = None if previous is None else coverage.compare(walk, previous)
    losses = (
        *losses_of(walk, len(posts)),
        *coverage.losses_between(covered),
        *(coverage.losses_against(compared) if compared else ()),
        *further_losses,
    )
    return Statement(
        channel=channel,
        coverage=covered,
        walk=walk,
        verdict=_verdict(losses),
        losses=losses,
        remarks=(
            *coverage.remarks_on(covered),
            *_compared(compared, previous),
            *remarks_of(walk, len(posts)),
            *further_remarks,
        ),
        posts=len(posts),
        comments=len(walk.items) - len(posts),
        claimed_comments=sum(ledger.claimed or 0 for ledger in walk.ledgers),
        missing_comments=sum(ledger.missing for ledger in walk.ledgers),
        hidden_comments=sum(ledger.hidden for ledger in walk.ledgers),
        deleted_comments=sum(ledger.deleted for ledger in walk.ledgers),
        issued=issued,
        program=program,
    )


def write_xml(statement: Statement, into: Path) -> Path:
    """Write the statement by schemas/kanalarkiv/completeness-1.0.xsd and return its path.

    Raises:
        ValueError: the result breaks the schema.
    """
    xml = XmlText()
    walk, channel = statement.walk, statement.channel
    root = etree.Element(
        _q("completenessStatement"),
        nsmap={None: NAMESPACE},
        version="1.0",
        issued=instant(statement.issued),
        program=statement.program,
    )
    etree.SubElement(
        root, _q("channel"), name=xml.legal(channel.name), platform=xml.legal(channel.platform), url=xml.legal(walk.url)
    )
    covered = statement.coverage
    period = etree.SubElement(root, _q("period"), end=instant(covered.until))
    for name, moment in (("start", covered.since), ("previousEnd", covered.previous_end)):
        if moment is not None:
            period.set(name, instant(moment))
    etree.SubElement(root, _q("verdict"), code=statement.verdict.value).text = statement.verdict.label.sv
    etree.SubElement(root, _q("stop"), reason=walk.stop.value).text = xml.legal(walk.stop_detail)
    totals = etree.SubElement(
        root,
        _q("totals"),
        posts=str(statement.posts),
        comments=str(statement.comments),
        claimedComments=str(statement.claimed_comments),
        missingComments=str(statement.missing_comments),
        hiddenComments=str(statement.hidden_comments),
        deletedComments=str(statement.deleted_comments),
    )
    if walk.claimed_posts is not None:
        totals.set("claimedPosts", str(walk.claimed_posts))
    _course(root, walk, xml)
    for loss in statement.losses:
        _said(etree.SubElement(root, _q("loss"), explained=str(loss.explained).lower()), loss.said, xml)
    for remark in statement.remarks:
        _said(etree.SubElement(root, _q("remark")), remark, xml)
    for ledger in walk.ledgers:
        _ledger(root, ledger, xml)
    check(root, "completeness-1.0.xsd")
    into.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
    return into


def _compared(compared: coverage.Comparison | None, previous: Walk | None) -> Iterator[Text]:
    if previous is not None and (compared is None or compared.posts_then or compared.posts_now):
        yield coverage.remark_on(compared)


def _verdict(losses: tuple[Loss, ...]) -> Verdict:
    if not losses:
        return Verdict.COMPLETE
    return Verdict.EXPLAINED_GAPS if all(loss.explained for loss in losses) else Verdict.INCOMPLETE


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _said(element: etree._Element, said: Text, xml: XmlText) -> None:
    etree.SubElement(element, _q("sv")).text = xml.legal(said.sv)
    etree.SubElement(element, _q("en")).text = xml.legal(said.en)


def _course(root: etree._Element, walk: Walk, xml: XmlText) -> None:
    """Write how the walk went: where it was taken up again, where it stood still, what it asked the servers for."""
    for moment in walk.resumed:
        etree.SubElement(root, _q("resumed"), at=instant(moment))
    for pause in walk.pauses:
        element = etree.SubElement(root, _q("pause"), began=instant(pause.began))
        if pause.ended is not None:
            element.set("ended", instant(pause.ended))
        _said(element, pause.why, xml)
    traffic = etree.SubElement(
        root, _q("traffic"), requests=str(walk.traffic.requests), reading=str(walk.traffic.reading)
    )
    for name, addresses in (("changing", walk.traffic.changing), ("unknown", walk.traffic.unknown)):
        for address in addresses:
            etree.SubElement(traffic, _q(name)).text = xml.legal(address)


def _ledger(root: etree._Element, ledger: PostLedger, xml: XmlText) -> None:
    element = etree.SubElement(
        root,
        _q("post"),
        key=xml.legal(ledger.post_key),
        captured=str(ledger.captured),
        missing=str(ledger.missing),
        duplicates=str(ledger.duplicates),
        hidden=str(ledger.hidden),
        deleted=str(ledger.deleted),
    )
    if ledger.claimed is not None:
        element.set("claimed", str(ledger.claimed))
    if ledger.missing_reason is not None:
        element.set("reason", ledger.missing_reason.value)
    if ledger.evidence is not None:
        element.set("evidence", ledger.evidence)
