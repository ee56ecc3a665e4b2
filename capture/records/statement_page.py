"""The completeness statement as a page a person reads: Swedish first, then the same in English.

Self-contained HTML without script; it is also what the statement's PDF/A is printed from, so it is A4, black on white.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from capture.items import Item, ItemKind, PostLedger
from capture.records.legal import XmlText
from capture.records.statement import Statement
from register.language import Language, Text, swedish_time

_ISOLATES = str.maketrans({chr(code): "" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))})


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
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"stockholm": swedish_time, "plain": _plain}
    template = environment.from_string(
        files("capture.records").joinpath("templates/statement.html").read_text(encoding="utf-8")
    )
    posts = {item.key: item for item in statement.walk.items if item.kind is ItemKind.POST}
    lines = [
        _Line(title=_title(posts[ledger.post_key]), ledger=ledger, href=_safe_href(ledger.post_key))
        for ledger in statement.walk.ledgers
    ]
    return template.render(
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
    return _plain(f"{post.author}, {post.published_shown}: {start}")


def _plain(text: str) -> str:
    """Take out what would turn the direction of the text around it, and what no document may hold."""
    return XmlText().legal(text).translate(_ISOLATES)


def _safe_href(key: str) -> str | None:
    return key if key.startswith(("https://", "http://")) else None
