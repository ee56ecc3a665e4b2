"""The completeness statement as a page a person reads: Swedish first, then the same in English.

Self-contained HTML without script; it is also what the statement's PDF/A is printed from.
"""

from dataclasses import dataclass
from pathlib import Path

from capture.documents.look import render as render_document
from capture.items import Item, ItemKind, PostLedger
from capture.records.page import plain, safe_href
from capture.records.statement import Statement
from register.language import Language


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One post's row in the table."""

    title: str
    ledger: PostLedger
    href: str | None


def write_page(statement: Statement, into: Path) -> Path:
    """Write the statement as HTML and return its path."""
    into.write_text(render(statement), encoding="utf-8")
    return into


def title_of(statement: Statement) -> str:
    """Return the document's title."""
    return f"Fullständighetsintyg – {plain(statement.channel.name)}"


def render(statement: Statement) -> str:
    """Return the statement as one HTML document in both languages."""
    posts = {item.key: item for item in statement.walk.items if item.kind is ItemKind.POST}
    lines = [
        _Line(title=_title(posts[ledger.post_key]), ledger=ledger, href=safe_href(ledger.post_key))
        for ledger in statement.walk.ledgers
    ]
    return render_document(
        "statement.html",
        title=title_of(statement),
        footer=title_of(statement),
        languages=tuple(Language),
        statement=statement,
        walk=statement.walk,
        lines=lines,
        titles={line.ledger.post_key: line.title for line in lines},
    )


def _title(post: Item) -> str:
    first_line = next((line for line in post.text.splitlines() if line.strip()), "")
    start = first_line if len(first_line) <= 70 else first_line[:69] + "…"
    return plain(f"{post.author}, {post.published_shown}: {start}")
