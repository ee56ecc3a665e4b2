"""The links of a published page: where each leads, and what it says to whoever sees or hears it.

The page is read as data. Nothing in it runs and nothing it names is fetched; what it makes with scripts is not seen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from register import address

_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_LONGEST = 300  # signs of a link's words that are kept


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link to an http or https address, and its words: its text, its label, its title, the texts of its pictures."""

    address: str
    words: tuple[str, ...]


def links_of(html: str, url: str) -> tuple[Link, ...]:
    """Return the links of a page that was read at `url`; what leads elsewhere than to the web is left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_link()
    base = _joined(url, reader.base or "") or url
    found = []
    for opened in reader.links:
        target = _joined(base, opened.href)
        if target is not None:
            words = ("".join(opened.text), *opened.labels)
            found.append(Link(address=target, words=tuple(word for each in words if (word := told(each)))))
    return tuple(found)


def told(words: str) -> str:
    """Return words on one line, without signs that cannot be seen, and not longer than can be shown."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …"


def _joined(base: str, href: str) -> str | None:
    try:
        target = urljoin(base, re.sub(r"[\t\r\n]", "", href).strip())
        address.canonical(target)
    except ValueError:  # no web address: mailto:, javascript:, or nothing that can be read in one way only
        return None
    return target if urlsplit(target).scheme in ("http", "https") else None


@dataclass
class _Opened:
    href: str
    labels: Sequence[str]
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.links: list[_Opened] = []
        self._link: _Opened | None = None
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen is not None:
            return
        said = {name: value or "" for name, value in reversed(attrs)}  # of two alike the first holds, as in browsers
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag == "base" and self.base is None:
            self.base = said.get("href")
        elif tag == "a" and "href" in said:
            self.end_link()
            self._link = _Opened(href=said["href"], labels=[said.get("aria-label", ""), said.get("title", "")])
        elif self._link is not None and tag in ("img", "svg"):
            self._link.labels = [*self._link.labels, said.get("alt", ""), said.get("aria-label", "")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:  # `<script/>` closes nothing in HTML, but swallowing the rest would lose links
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        elif tag == "a" and self._unseen is None:
            self.end_link()

    def handle_data(self, data: str) -> None:
        if self._link is not None and self._unseen is None:
            self._link.text.append(data)

    def end_link(self) -> None:
        if self._link is not None:
            self.links.append(self._link)
        self._link = None
