"""The completeness statement as a page a person reads: Swedish first, then the same in English.

Self-contained HTML without script; it is also what the statement's PDF/A is printed from, so it is A4, black on white.
"""

from dataclasses import dataclass
from pathlib import Path

from capture.items import Item, ItemKind, PostLedger
from capture.records.page import plain, safe_href, template
from capture.records.statement import Statement
from register.language import Language, Text


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


def render(statement: Statement) -> str:
    """Return the statement as one HTML document in both languages."""
    posts = {item.key: item for item in statement.walk.items if item.kind is ItemKind.POST}
    lines = [
        _Line(title=_title(posts[ledger.post_key]), ledger=ledger, href=safe_href(ledger.post_key))
        for ledger in statement.walk.ledgers
    ]
    return template("statement.html").render(
        statement=statement,
        walk=statement.walk,
        lines=lines,
        titles={line.ledger.post_key: line.title for line in lines},
        languages=tuple(Language),
        Text=Text,
    )


def _title(post: Item) -> str:
    first_line = next((line for line in post.text.splitlines() if line.strip()), "")
    start = first_line if len(first_line) <= 70 else first_line[:69] + "…"
    return plain(f"{post.author}, {post.published_shown}: {start}")
