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
_LONG = 16
_PART = 1024 * 1024
_TELLING = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])")
_VALUE = rb"(?:[A-Za-z0-9._~+/=%|:-]|\\/)"
_QUERY = re.compile(r"(?P<name>[^&=?#;\s\"'<>]+)=(?P<value>[^&#;\s\"'<>]+)")


_PART_OF_FORM = re.compile(
    rb"name=\"(?P<name>[^\"\r\n]*)\"(?:\r\n[^\r\n]+)*\r\n\r\n(?P<value>.*?)(?=\r\n--)", re.DOTALL
)


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
        if len(value) < _SHORTEST or value == REDACTED or set(value) == {"x"}:
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
            body = _PART_OF_FORM.sub(self._part, body)
        else:
            body = self._json(body)
        return self.body(body, textual=True, more=names().fields)

    def _part(self, match: re.Match[bytes]) -> bytes:
        if not is_secret(match["name"].decode("utf-8", "replace")):
            return match[0]
        self.learn(match["value"].decode("utf-8", "replace"))
        return match[0][: match.start("value") - match.start()] + REDACTED.encode()

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

    def body(self, content: bytes, *, textual: bool, more: Iterable[str] = ()) -> bytes:
        """Return a body without secrets, and exactly as long; `more` are further names to look for.

        Where it is not `textual`, only what is known already is looked for.
        """
        if textual:
            content = self._named(content, [*names().anywhere, *more])
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

    def _named(self, content: bytes, wanted: Iterable[str]) -> bytes:
        lowered = content.lower().replace(b"-", b"_")
        there = [name for name in wanted if name.encode() in lowered]
        if not there:
            return content

        def without(match: re.Match[bytes]) -> bytes:
            value = match["value"]
            text = value.decode("utf-8", "replace")
            if len(value) < _SHORTEST or not _TELLING.match(text):
                return match[0]
            self.learn(text)
            self.learn(unquote_plus(text))
            self.learn(text.replace("\\/", "/"))
            at = match.start("value") - match.start()
            return match[0][:at] + b"x" * len(value) + match[0][at + len(value) :]

        for expression in _expressions(tuple(sorted(there))):
            content = expression.sub(without, content)
        return content


@cache
def _expressions(there: tuple[str, ...]) -> tuple[re.Pattern[bytes], ...]:
    """Return what finds the value beside one of the names, as JSON, forms, scripts and HTML write it."""
    either = "|".join(re.escape(name).replace("_", "[_-]") for name in sorted(there, key=len, reverse=True)).encode()
    quoted = rb"(?:\\?[\"']|&quot;|%22)"
    name = rb"(?<![\w])(?:" + either + rb")"
    value = rb"(?P<value>" + _VALUE + rb"{8,4096})"
    return (
        re.compile(name + quoted + rb"?\s*(?:[:=]|%3[AaDd])\s*" + quoted + rb"?" + value, re.IGNORECASE),
        re.compile(name + quoted + rb"[^<>]{0,200}?(?:value|content)=[\"']?" + value, re.IGNORECASE),
        re.compile(rb"(?:value|content)=[\"']?" + value + rb"[^<>]{0,200}?name=[\"']?" + name, re.IGNORECASE),
        re.compile(name + quoted + rb",\[\],\{" + quoted + rb"token" + quoted + rb":" + quoted + value, re.IGNORECASE),
        re.compile(name + rb"[\"']?\r?\n\r?\n" + value, re.IGNORECASE),
    )
