"""The completeness statement (*fullständighetsintyg*): what was claimed, what was captured, what is missing and why.

The verdict is computed from the ledgers and nothing else, and it has no default: whatever is missing without a
recognised explanation makes the capture *ofullständig*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

from capture.items import ItemKind, LossReason, PostLedger, StopReason, Walk
from capture.records.legal import XmlText
from capture.records.record import instant
from capture.records.schema import check
from register.language import Text
from register.model import Channel, Period, Verdict

NAMESPACE = "urn:kanalarkiv:completeness:1.0"

# What the platform itself accounts for is explained. Everything else is a gap that somebody has to look into.
_EXPLAINED = frozenset({LossReason.HIDDEN_BY_PLATFORM})
_WHOLE_FEED = frozenset({StopReason.END_MARKER, StopReason.EXHAUSTED})


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Something known to be missing. `explained` says whether the platform itself accounts for it."""

    said: Text
    explained: bool
    post_key: str | None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The statement, before it is written down. Counts are of unique items; `issued` is UTC."""

    channel: Channel
    period: Period
    walk: Walk
    verdict: Verdict
    losses: tuple[Loss, ...]
    remarks: tuple[Text, ...]
    posts: int
    comments: int
    claimed_comments: int
    missing_comments: int
    issued: datetime
    program: str


def conclude(  # noqa: PLR0913 - a statement rests on that much
    walk: Walk,
    channel: Channel,
    period: Period,
    *,
    further_losses: Sequence[Loss] = (),
    further_remarks: Sequence[Text] = (),
    issued: datetime,
    program: str,
) -> Statement:
    """Draw the conclusion of a walk.

    Args:
        walk: what was seen and how it went.
        channel: the channel it was seen on.
        period: what the capture was to cover.
        further_losses: what the artefacts made of the walk lack of it.
        further_remarks: what else is to be said of them.
        issued: when the statement is made, UTC.
        program: this program's name and version.

    Raises:
        ValueError: the ledgers do not account for every post; no statement can be made without evidence.
    """
    posts = [item for item in walk.items if item.kind is ItemKind.POST]
    unaccounted = {post.key for post in posts} ^ {ledger.post_key for ledger in walk.ledgers}
    if unaccounted or not posts:
        raise ValueError(f"{len(unaccounted)} posts without a ledger of their own, of {len(posts)}")
    losses = (*_losses(walk, len(posts)), *further_losses)
    return Statement(
        channel=channel,
        period=period,
        walk=walk,
        verdict=_verdict(losses),
        losses=losses,
        remarks=(*_remarks(walk), *further_remarks),
        posts=len(posts),
        comments=len(walk.items) - len(posts),
        claimed_comments=sum(ledger.claimed or 0 for ledger in walk.ledgers),
        missing_comments=sum(ledger.missing for ledger in walk.ledgers),
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
    period = etree.SubElement(root, _q("period"), end=instant(statement.period.end))
    if statement.period.start is not None:
        period.set("start", instant(statement.period.start))
    etree.SubElement(root, _q("verdict"), code=statement.verdict.value).text = statement.verdict.label.sv
    etree.SubElement(root, _q("stop"), reason=walk.stop.value).text = xml.legal(walk.stop_detail)
    totals = etree.SubElement(
        root,
        _q("totals"),
        posts=str(statement.posts),
        comments=str(statement.comments),
        claimedComments=str(statement.claimed_comments),
        missingComments=str(statement.missing_comments),
    )
    if walk.claimed_posts is not None:
        totals.set("claimedPosts", str(walk.claimed_posts))
    for loss in statement.losses:
        _said(etree.SubElement(root, _q("loss"), explained=str(loss.explained).lower()), loss.said, xml)
    for remark in statement.remarks:
        _said(etree.SubElement(root, _q("remark")), remark, xml)
    for ledger in walk.ledgers:
        _ledger(root, ledger, xml)
    check(root, "completeness-1.0.xsd")
    into.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
    return into


def _losses(walk: Walk, posts: int) -> Iterator[Loss]:
    if walk.stop not in _WHOLE_FEED:
        yield Loss(
            said=Text(
                f"Alla inlägg nåddes inte: {walk.stop.label.sv}. Hur många som saknas är inte känt.",
                f"Not every post was reached: {walk.stop.label.en}. How many are missing is not known.",
            ),
            explained=False,
            post_key=None,
        )
    if walk.claimed_posts is not None and walk.claimed_posts > posts:
        yield Loss(
            said=Text(
                f"Kanalen uppger {walk.claimed_posts} inlägg; {posts} samlades in.",
                f"The channel claims {walk.claimed_posts} posts; {posts} were captured.",
            ),
            explained=False,
            post_key=None,
        )
    for limit in walk.limits:
        yield Loss(
            said=Text(f"Gränsen {limit} nåddes.", f"The limit {limit} was reached."), explained=False, post_key=None
        )
    for ledger in walk.ledgers:
        if ledger.missing or ledger.missing_reason is not None:
            yield _post_loss(ledger)


def _post_loss(ledger: PostLedger) -> Loss:
    reason = ledger.missing_reason
    because = reason.label if reason else Text("orsaken är inte känd", "the reason is not known")
    missing = Text("Ett okänt antal kommentarer saknas", "An unknown number of comments is missing")
    if ledger.missing:
        missing = Text(
            f"{ledger.missing} av {ledger.claimed} kommentarer saknas",
            f"{ledger.missing} of {ledger.claimed} comments are missing",
        )
    return Loss(
        said=Text(f"{missing.sv}: {because.sv}.", f"{missing.en}: {because.en}."),
        explained=reason in _EXPLAINED,
        post_key=ledger.post_key,
    )


def _remarks(walk: Walk) -> Iterator[Text]:
    yield from walk.remarks
    silent = sum(ledger.claimed is None for ledger in walk.ledgers)
    if silent:
        yield Text(
            f"{silent} inlägg uppger inte hur många kommentarer de har; där finns inget tal att jämföra med.",
            f"{silent} posts do not say how many comments they have; there is no number to compare with.",
        )
    if walk.claimed_posts is None:
        yield Text("Kanalen uppger inte hur många inlägg den har.", "The channel does not say how many posts it has.")
    if walk.by_semantics:
        yield Text(
            "Plattformen har ingen egen profil: sidan lästes enbart efter roller, namn och upprepad struktur.",
            "The platform has no profile of its own: the page was read by roles, names and repeated structure alone.",
        )
    if walk.unmatched_controls:
        names = ", ".join(f"”{name}”" for name in walk.unmatched_controls)
        yield Text(
            f"Knappar som kan dölja mer men som programmet inte känner igen, och därför inte tryckte på: {names}.",
            f"Controls that may hide more, unknown to the program and therefore not clicked: {names}.",
        )


def _verdict(losses: tuple[Loss, ...]) -> Verdict:
    if not losses:
        return Verdict.COMPLETE
    return Verdict.EXPLAINED_GAPS if all(loss.explained for loss in losses) else Verdict.INCOMPLETE


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _said(element: etree._Element, said: Text, xml: XmlText) -> None:
    etree.SubElement(element, _q("sv")).text = xml.legal(said.sv)
    etree.SubElement(element, _q("en")).text = xml.legal(said.en)


def _ledger(root: etree._Element, ledger: PostLedger, xml: XmlText) -> None:
    element = etree.SubElement(
        root,
        _q("post"),
        key=xml.legal(ledger.post_key),
        captured=str(ledger.captured),
        missing=str(ledger.missing),
        duplicates=str(ledger.duplicates),
    )
    if ledger.claimed is not None:
        element.set("claimed", str(ledger.claimed))
    if ledger.missing_reason is not None:
        element.set("reason", ledger.missing_reason.value)
    if ledger.evidence is not None:
        element.set("evidence", ledger.evidence)
