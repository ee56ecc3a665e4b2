"""Takes secrets away before anything is written: by the names they go under, and by what they are once that is known.

What is replaced inside a body is replaced by as many signs, so that nothing else moves. A secret that is known only
after something that holds it was written is taken out of that when the recording closes: see `records.scrub`.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, unquote_plus, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict

from capture.walk import datafile
from capture.web_archive.nouns import Headers

REDACTED = "REDACTED"
_SHORTEST = 8  # signs; what is shorter is found in ordinary words
_LONG, _LONGEST = 16, 4_096
_MOST = 2_000  # ways of writing secrets that are looked for everywhere; names are always looked for
_PART = 1024 * 1024
_TELLING = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])")
_TAG = 1_000  # bytes of one, on either side of a name in it
_VALUE = rb"(?P<value>(?:[A-Za-z0-9._~+/=%|:-]|\\/){8,4096})"
_ATTRIBUTE = re.compile(rb"(?:value|content)=[\"']?" + _VALUE, re.IGNORECASE)
_QUERY = re.compile(r"(?:^|(?<=[&=?#;\s\"'<>]))(?P<name>[^&=?#;\s\"'<>]+)=(?P<value>[^&#;\s\"'<>]+)")


_FIELD = re.compile(rb"name=\"([^\"\r\n]*)\"", re.IGNORECASE)


class Names(BaseModel):
    """The data file `secrets.yaml`; every name in lower case, with _ for -."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1]
    headers: frozenset[str]
    fields: frozenset[str]
    anywhere: frozenset[str]
    cookies: frozenset[str]


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_")


@cache
def names() -> Names:
    """Return the names that secrets go under.

    Raises:
        BadInputError: the data file cannot be used.
    """
    read = datafile.read(files("capture.web_archive") / "secrets.yaml", Names)
    groups = ("headers", "fields", "anywhere", "cookies")
    return read.model_copy(update={group: frozenset(map(_plain, getattr(read, group))) for group in groups})


def is_secret(name: str) -> bool:
    """Return whether what goes under `name` in a query or a form is a secret: `variables[access-token]` is."""
    known = names()
    innermost = re.split(r"[\[\].]", unquote(name).rstrip("]"))[-1]
    return any(_plain(one) in known.fields | known.anywhere for one in (unquote(name), innermost))


class Redaction:
    """What is known of secrets so far; the more it has seen, the more it takes away."""

    def __init__(self) -> None:
        self._values: dict[bytes, None] = {}

    @property
    def values(self) -> tuple[bytes, ...]:
        """Every known secret in every way that it may be written, the longest first."""
        return tuple(sorted(self._values, key=len, reverse=True))

    def learn(self, value: str) -> None:
        """Know that `value` is a secret, unless it is too like ordinary text to be looked for."""
        if not _SHORTEST <= len(value) <= _LONGEST or value == REDACTED or set(value) == {"x"}:
            return
        if len(self._values) > _MOST:
            return
        if len(value) < _LONG and not _TELLING.match(value):
            return
        written = json.dumps(value)[1:-1]
        for one in (
            value,
            quote(value, safe=""),
            quote(value),
            written,
            written.replace("/", "\\/"),
            html.escape(value),
        ):
            self._values.setdefault(one.encode("utf-8", "surrogatepass"))

    def learn_cookie(self, name: str, value: str, *, http_only: bool) -> None:
        """Know a cookie's value, if the cookie is one that lets somebody in."""
        if http_only or _plain(name) in names().cookies | names().anywhere:
            self.learn(value)
            self.learn(unquote(value))

    def address(self, url: str) -> str:
        """Return `url` without secrets: in its query, and before its host."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.text(url)
        host = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit(parts._replace(netloc=host, query=self.query(parts.query))))

    def query(self, text: str) -> str:
        """Return a query, or whatever else holds `name=value`, without secrets."""

        def without(match: re.Match[str]) -> str:
            if not is_secret(match["name"]):
                return match[0]
            self.learn(unquote_plus(match["value"]))
            return f"{match['name']}={REDACTED}"

        return _QUERY.sub(without, text)

    def headers(self, headers: Headers) -> Headers:
        """Return headers without secrets."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if _plain(name) not in names().headers:
            return self.text(self.query(value))
        if "cookie" not in name.lower() and "authenticate" not in name.lower():
            self.learn(value)
            self.learn(value.rpartition(" ")[2])  # after its scheme: Bearer, Basic …
        return REDACTED

    def sent(self, body: bytes, media_type: str) -> bytes:
        """Return what was sent with a request, without secrets: a form of either sort, JSON, or text.

        Here a name is enough, whatever goes under it: a password may be any word.
        """
        if media_type == "application/x-www-form-urlencoded":
            body = self.query(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        elif media_type.startswith("multipart/"):
            body = b"\r\n--".join(map(self._part, body.split(b"\r\n--")))
        else:
            body = self._json(body)
        body, found = self._named(body, names().anywhere | names().fields)
        for text in found:
            for one in (text, unquote_plus(text), text.replace("\\/", "/")):
                self.learn(one)
        return self._unknown(body)

    def _part(self, part: bytes) -> bytes:
        head, gap, value = part.partition(b"\r\n\r\n")
        named = _FIELD.search(head)
        if not gap or named is None or not is_secret(named[1].decode("utf-8", "replace")):
            return part
        self.learn(value.decode("utf-8", "replace"))
        return head + gap + REDACTED.encode()

    def _json(self, body: bytes) -> bytes:
        try:
            said = json.loads(body)
        except ValueError:
            return body
        cleaned = self._cleaned(said)
        return body if cleaned == said else json.dumps(cleaned, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def _cleaned(self, said: object, under: str = "") -> object:
        if isinstance(said, dict):
            return {name: self._cleaned(held, str(name)) for name, held in said.items()}
        if isinstance(said, list):
            return [self._cleaned(held, under) for held in said]
        if said is None or not is_secret(under):
            return said
        self.learn(str(said))
        return REDACTED

    def body(self, content: bytes, *, textual: bool) -> bytes:
        """Return a body without secrets, and exactly as long.

        Where it is not `textual`, only what is known already is looked for. What stands beside a secret's name in a
        page is taken away there, and not known by it: whoever writes a comment could have any word taken out.
        """
        if textual:
            content, _ = self._named(content, names().anywhere)
        return self._unknown(content)

    def _unknown(self, content: bytes) -> bytes:
        for value in self.values:
            if value in content:
                content = content.replace(value, b"x" * len(value))
        return content

    def file(self, path: Path) -> None:
        """Take what is known already out of a file, which stays as long as it was."""
        for at, value in list(self._found(path)):
            with path.open("r+b") as opened:
                opened.seek(at)
                opened.write(b"x" * len(value))

    def _found(self, path: Path) -> Iterator[tuple[int, bytes]]:
        kept, start = b"", 0
        longest = max(map(len, self._values), default=0)
        with path.open("rb") as opened:
            while part := opened.read(_PART):
                window = kept + part
                for value in self.values:
                    at = window.find(value)
                    while at >= 0:
                        yield start + at, value
                        at = window.find(value, at + 1)
                kept = window[max(0, len(window) - longest) :]
                start += len(window) - len(kept)

    def text(self, said: str) -> str:
        """Return a text without the secrets that are known."""
        written = said.encode("utf-8", "surrogatepass")
        for value in self.values:
            written = written.replace(value, REDACTED.encode())
        return written.decode("utf-8", "replace")

    def _named(self, content: bytes, wanted: Iterable[str]) -> tuple[bytes, list[str]]:
        """Return a body without what stands beside the names `wanted`, and what that was."""
        lowered = content.lower().replace(b"-", b"_")
        there = [name for name in wanted if name.encode() in lowered]
        if not there:
            return content, []
        beside, within = _expressions(tuple(sorted(there)))
        spans = [match.span("value") for expression in beside for match in expression.finditer(content)]
        spans += [span for match in within.finditer(content) if (span := _in_tag(content, match)) is not None]
        cleaned, found = bytearray(content), []
        for start, end in spans:
            text = content[start:end].decode("utf-8", "replace")
            if _TELLING.match(text):
                found.append(text)
                cleaned[start:end] = b"x" * (end - start)
        return bytes(cleaned), found


def _in_tag(content: bytes, match: re.Match[bytes]) -> tuple[int, int] | None:
    """Return where the value is in the HTML tag that holds a name; None where there is none."""
    begins = content.rfind(b"<", max(0, match.start() - _TAG), match.start())
    ends = content.find(b">", match.end(), match.end() + _TAG)
    if begins < 0 or ends < 0:
        return None
    found = _ATTRIBUTE.search(content, begins, ends)
    return None if found is None else found.span("value")


@cache
def _expressions(there: tuple[str, ...]) -> tuple[tuple[re.Pattern[bytes], ...], re.Pattern[bytes]]:
    """Return what finds the value beside one of the names, as JSON, forms and scripts write it, and the name in a tag.

    Each is linear in what it reads, whatever a page is made of.
    """
    either = "|".join(re.escape(name).replace("_", "[_-]") for name in sorted(there, key=len, reverse=True)).encode()
    quoted = rb"(?:\\?[\"']|&quot;|%22)"
    name = rb"(?<![\w])(?:" + either + rb")"
    beside = (
        name + quoted + rb"?\s{0,9}(?:[:=]|%3[AaDd])\s{0,9}" + quoted + rb"?" + _VALUE,
        name + quoted + rb",\[\],\{" + quoted + rb"token" + quoted + rb":" + quoted + _VALUE,
    )
    return (
        tuple(re.compile(one, re.IGNORECASE) for one in beside),
        re.compile(rb"name=[\"']?" + name + rb"(?=[\"'\s>])", re.IGNORECASE),
    )
