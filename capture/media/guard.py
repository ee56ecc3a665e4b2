"""Which addresses may be asked: none that a page could not, from where it is, have a stranger ask for it.

A page says freely where its pictures are, and a server where they have moved to. A page on the internet that names an
address inside the municipality's own network would have the program fetch what only its staff may see, into a package
that anybody may ask for. So nothing may be fetched from nearer than where the page itself came from.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from capture.session.address import canonical

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]
"""Returns the IP addresses of a host's name; raises OSError where it has none."""


class Reach(IntEnum):
    """How far away an address is: this computer, the own network, the internet."""

    COMPUTER = 0
    NETWORK = 1
    INTERNET = 2


class ForbiddenError(Exception):
    """An address is not to be asked; the message says why, in Swedish."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a request goes: to the first of `ips` that answers, whatever the name is said to be by the next moment."""

    secure: bool
    host: str
    port: int
    ips: tuple[str, ...]
    path: str


async def resolve(host: str) -> tuple[str, ...]:
    """Ask the computer for the addresses of a host's name.

    Raises:
        OSError: it has none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[4][0]) for place in found))


def reach_of(ip: str) -> Reach | None:
    """Return how far away an IP address is; None for one that nothing is published at (link-local, multicast …)."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.is_loopback:
        return Reach.COMPUTER
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return None
    if address.is_global:
        return Reach.INTERNET
    return Reach.NETWORK if address.is_private and not address.is_reserved else None


async def home_of(url: str, resolve: Resolve) -> Reach:
    """Return from how far away the page at `url` came; the internet where that cannot be told."""
    try:
        reaches = [reach_of(ip) for ip in await resolve(urlsplit(canonical(url)).hostname or "")]
    except (ValueError, OSError):
        return Reach.INTERNET
    return min((reach for reach in reaches if reach is not None), default=Reach.INTERNET)


async def judge(url: str, *, home: Reach, resolve: Resolve) -> Target:
    """Return where to ask for `url`, for a page that came from `home`.

    Raises:
        ForbiddenError: it is not to be asked.
        OSError: its host has no address.
    """
    try:
        host = urlsplit(canonical(url)).hostname or ""
        asked = urlsplit(url)
        port = asked.port or _PORTS[asked.scheme]
    except ValueError as error:
        raise ForbiddenError("ingen läsbar webbadress") from error
    if port < 1024 and port not in _PORTS.values():
        raise ForbiddenError(f"port {port}")
    addresses = await resolve(host)
    for ip in addresses:
        reach = reach_of(ip)
        if reach is None:
            raise ForbiddenError(f"{ip} är ingen adress för webbplatser")
        if reach < home:
            raise ForbiddenError(f"{ip} är närmare än sidan själv")
    if not addresses:
        raise OSError(f"{host}: ingen adress")
    path = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
    return Target(secure=asked.scheme == "https", host=host, port=port, ips=addresses, path=path)
