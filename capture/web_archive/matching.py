"""What a request is known by: as an index of web archives writes it, and by which a replay finds its answer.

A replay asks three times. Exactly: the same method, address and sent parameters, whatever their order, secrets left
out. Then without the parameters that say only when (`matching.yaml`). Then with every value that is a moment or a
chance taken for any other. Where several answers were recorded for the same, they are given in the order in which they
came, the last one from then on.
"""

import base64
import json
import re
from email import message_from_bytes
from email.policy import HTTP
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict

from capture.walk import datafile
from capture.web_archive.redaction import is_secret

_MOST = 4_096  # characters of what was sent, in an index
_KEPT = "".join(map(chr, range(33, 127)))  # every sign that is one in ASCII
_WWW = re.compile(r"^www\d*\.")


class Nearness(IntEnum):
    """How like a request the one is that was recorded."""

    EXACT = 0
    WITHOUT_TIMES = 1
    ANY_CHANCE = 2


class Rules(BaseModel):
    """The data file `matching.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1]
    volatile: frozenset[str]
    chance: tuple[str, ...]


@cache
def rules() -> Rules:
    """Return how requests are matched.

    Raises:
        BadInputError: the data file cannot be used.
    """
    return datafile.read(files("capture.web_archive") / "matching.yaml", Rules)


@cache
def _chance() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in rules().chance))


Key = tuple[str, ...]


def keys(method: str, url: str, sent: str) -> tuple[Key, Key, Key]:
    """Return what a request is known by, from the exact to the loose; see `Nearness`.

    Args:
        method: its method.
        url: its address.
        sent: what `query_of` says of its body.
    """
    parts = urlsplit(url.partition("#")[0])
    where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path or '/'}"
    asked = [f"{name}={value}" for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)]
    pairs = [pair.partition("=")[::2] for pair in (*asked, *sent.split("&")) if pair]
    known = sorted((name, value) for name, value in pairs if not is_secret(name))
    lasting = [(name, value) for name, value in known if name.lower() not in rules().volatile]
    loose = [(name, "*" if _chance().fullmatch(value) else value) for name, value in lasting]
    exact, plain, any_chance = ((method, where, *(f"{n}={v}" for n, v in each)) for each in (known, lasting, loose))
    return exact, plain, any_chance


def surt(url: str) -> str:
    """Return an address in the order that indexes are sorted in: `com,example)/path?query`, without www."""
    parts = urlsplit(url.partition("#")[0])
    if parts.scheme not in ("http", "https"):
        return url
    host = _WWW.sub("", (parts.hostname or "").lower())
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    turned = ",".join(reversed(host.split(".")))
    pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&")) if parts.query else []
    query = "&".join(name + (f"={value}" if value else "") for name, value in pairs)
    return quote(f"{turned}{port}){parts.path or '/'}{'?' + query if query else ''}", safe=_KEPT).lower()


def query_of(method: str, media_type: str, body: bytes) -> str:
    """Return what was sent as parameters, as indexes of web archives write it; empty where nothing is sent.

    `media_type` is the whole header. The form is that of the request body canonicalisation of WACZ.
    """
    if method not in ("POST", "PUT", "PATCH") or not body:
        return ""
    kind = media_type.partition(";")[0].strip().lower()
    try:
        if kind in ("", "application/x-www-form-urlencoded"):
            written = unquote_plus(body.decode("utf-8"))
        elif kind.startswith("multipart/"):
            written = urlencode(_parts(media_type, body))
        elif kind in ("application/json", "text/plain"):
            written = urlencode(_flat(json.loads(body)))
        else:
            written = _binary(body)
    except ValueError:
        written = _binary(body)
    return written[:_MOST]


def indexed(method: str, url: str, sent: str) -> str:
    """Return the address that an index sorts a request by: that of another method than GET says what was sent."""
    if method == "GET":
        return surt(url)
    more = f"__wb_method={method}" + (f"&{sent}" if sent else "")
    return surt(f"{url}{'&' if '?' in url else '?'}{more}")


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode("ascii")


def _parts(media_type: str, body: bytes) -> list[tuple[str, str | bytes]]:
    message = message_from_bytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    if not message.is_multipart():
        raise ValueError("no parts")
    found: list[tuple[str, str | bytes]] = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        found.append((str(name), content if isinstance(content, bytes) else b""))
    return found


def _flat(value: Any) -> dict[str, str]:
    """Return the leaves of a JSON text by their own names, those of the same name numbered from the second."""
    flat: dict[str, str] = {}
    times: dict[str, int] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(reversed([(str(inner), held) for inner, held in one.items()]))
        elif isinstance(one, list):
            waiting.extend(reversed([(name, held) for held in one]))
        elif name:
            times[name] = times.get(name, 0) + 1
            flat[name if times[name] == 1 else f"{name}.{times[name]}_"] = str(one)
    return flat
