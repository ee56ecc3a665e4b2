"""Whether an address belongs to a channel: the same scheme, host and port, and a path at or below the channel's.

Addresses are compared the way a browser reads them. One that a browser could read otherwise than this module does (a
backslash, a user name before the host, an invisible sign) is refused rather than interpreted.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")


def canonical(url: str) -> str:
    """Return `url` in the one form that all its spellings share; the fragment is left out.

    Raises:
        ValueError: it is no http or https address, or a browser may read it otherwise.
    """
    if any(c == "\\" or unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp") for c in url):
        raise ValueError("unreadable")
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("no address")
    host = _host(parts.hostname)
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return urlunsplit((parts.scheme, host + port, _path(parts.path), parts.query, ""))


def covers(channel: str, url: str) -> bool:
    """Return whether `url` is the channel's address, or lies below it.

    A query in the channel's address (`profile.php?id=1`) has to be in `url` too, each of its keys once.

    Raises:
        ValueError: either is no address; see `canonical`.
    """
    own, asked = urlsplit(canonical(channel)), urlsplit(canonical(url))
    if (own.scheme, own.netloc) != (asked.scheme, asked.netloc):
        return False
    if own.path not in ("/", asked.path) and not asked.path.startswith(f"{own.path}/"):
        return False
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    return all(
        [value for key, value in pairs if key == wanted] == [expected]
        for wanted, expected in parse_qsl(own.query, keep_blank_values=True)
    )


def is_loopback(url: str) -> bool:
    """Return whether `url` stays on this machine: 127.0.0.0/8, ::1 or localhost.

    Raises:
        ValueError: it is no address; see `canonical`.
    """
    host = urlsplit(canonical(url)).hostname
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _host(name: str) -> str:
    name = name.removesuffix(".").lower()
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name)}]"
    encoded = name.encode("idna").decode("ascii")
    # Python reads some letters as others (ß as ss) where a browser does not: those names are refused.
    if not name.isascii() and encoded.encode("ascii").decode("idna") != name:
        raise ValueError("ambiguous name")
    return encoded


def _path(path: str) -> str:
    """Return a path with one spelling of each sign, no `.` and `..`, and no slash at its end."""
    spelled = re.sub("%[0-9A-Fa-f]{2}", _spelled, quote(path, safe="/%:@!$&'()*+,;=~"))
    kept: list[str] = []
    for segment in spelled.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept).rstrip("/")


def _spelled(escape: re.Match[str]) -> str:
    sign = chr(int(escape[0][1:], 16))
    return sign if _UNRESERVED.fullmatch(sign) else escape[0].upper()
