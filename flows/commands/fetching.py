"""Reads one page of the municipality's own web site, over the network, within limits.

What is read is HTML that a server sent as HTML, whole, in time, and not too much of it; anything else is not read, and
is said to be so.
"""

import codecs
import http.client
import re
import threading
from dataclasses import dataclass
from email.message import Message
from queue import Empty, SimpleQueue
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from capture.artefacts import PROGRAM_VERSION
from register import address
from register.errors import BadInputError, ChannelUnreachableError
from register.language import Text

_LARGEST = 5_000_000  # bytes
_PATIENCE = 60.0  # seconds for all of it, redirects too
_SILENCE = 20.0  # seconds without a sign from the server
_REDIRECTS = 5
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_NOTHING = Text("Inget har jämförts och inget har ändrats.", "Nothing was compared and nothing was changed.")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A page: its HTML, and the address that it was read at, after redirects."""

    url: str
    html: str


def fetch(url: str, *, patience: float = _PATIENCE) -> Fetched:
    """Read a page; it takes at most `patience` seconds.

    Raises:
        BadInputError: `url` is no http or https address.
        ChannelUnreachableError: the page could not be read, whole and as HTML.
    """
    try:
        asked = address.canonical(url)
    except ValueError:
        raise BadInputError(
            happened=Text(f"{url} är ingen webbadress.", f"{url} is no web address."),
            safe=_NOTHING,
            next_step=Text("Ange sidans adress, med https:// först.", "Give the page's address, with https:// first."),
        ) from None
    answer: SimpleQueue[Fetched | Text] = SimpleQueue()
    # A server may send a byte now and then for ever: only whoever waits outside can give up on all of it.
    threading.Thread(target=lambda: answer.put(_read(asked)), daemon=True).start()
    try:
        found = answer.get(timeout=patience)
    except Empty:
        found = Text(f"den var inte läst på {patience:.0f} s", f"it was not read in {patience:.0f} s")
    if isinstance(found, Fetched):
        return found
    raise ChannelUnreachableError(
        happened=Text(f"Sidan {url} gick inte att läsa: {found.sv}.", f"{url} could not be read: {found.en}."),
        safe=_NOTHING,
        next_step=Text(
            "Kontrollera adressen i en webbläsare, och kör igen. Till dess är listan inte prövad.",
            "Check the address in a browser, and run again. Until then the list is not tried.",
        ),
    )


def _read(url: str) -> Fetched | Text:
    """Return the page, or why it could not be read."""
    headers = {"User-Agent": f"kanalarkiv/{PROGRAM_VERSION}", "Accept": "text/html", "Accept-Encoding": "identity"}
    try:
        with _opener().open(Request(url, headers=headers), timeout=_SILENCE) as response:  # noqa: S310 - http(s) only
            status, at, said = response.status, response.url, response.headers
            body = response.read(_LARGEST + 1)
    except HTTPError as error:
        with error:
            return Text(f"servern svarade {error.code}", f"the server answered {error.code}")
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        return Text(f"{type(error).__name__}: {reason}", f"{type(error).__name__}: {reason}")
    if status != http.client.OK:
        return Text(f"servern svarade {status}", f"the server answered {status}")
    wrong = _unreadable(body, said)
    return Fetched(url=at, html=_decoded(body, said)) if wrong is None else wrong


def _unreadable(body: bytes, said: Message) -> Text | None:
    """Return why a body is no whole page, None if it is one."""
    kind = said.get_content_type() if said.get("Content-Type") else "okänd"
    if kind not in ("text/html", "application/xhtml+xml"):
        return Text(f"det är ingen webbsida ({kind})", f"it is no web page ({kind})")
    if said.get("Content-Encoding", "identity").strip().lower() != "identity":
        return Text("den är komprimerad fast det inte begärdes", "it is compressed though that was not asked for")
    if len(body) > _LARGEST:
        return Text(f"den är större än {_LARGEST // 1_000_000} MB", f"it is larger than {_LARGEST // 1_000_000} MB")
    length = said.get("Content-Length", "")
    if length.isdecimal() and int(length) != len(body):
        return Text("den kom inte hel", "it did not come whole")
    if not body.strip():
        return Text("den är tom", "it is empty")
    return None


def _decoded(body: bytes, said: Message) -> str:
    """Return the text of a page; what its charset cannot say becomes a replacement character."""
    declared = _CHARSET.search(body[:4096])
    charset = said.get_content_charset() or (declared[1].decode("ascii") if declared else "utf-8")
    try:
        known = codecs.lookup(charset).name
        return body.decode(known, errors="replace")
    except (LookupError, ValueError):  # no charset, or one that is none for text
        return body.decode("utf-8", errors="replace")


class _Redirects(HTTPRedirectHandler):
    max_redirections = _REDIRECTS

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise URLError(f"omdirigerad till {urlsplit(newurl).scheme}:")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _opener() -> OpenerDirector:
    """Return what opens http and https, through the proxy that the environment names; nothing else can be opened."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, _Redirects, HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener
