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

from capture.media.proxy import proxy_for
from register.address import canonical

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]
"""Returns the IP addresses of a host's name, at least one; raises OSError where it has none."""


class Reach(IntEnum):
    """How far away an address is: this computer, the own network, the internet."""

    COMPUTER = 0
    NETWORK = 1
    INTERNET = 2


class ForbiddenError(Exception):
    """An address is not to be asked; the message says why, in Swedish."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a request goes: to the first of `ips` that answers, whatever the name is said to be by the next moment.

    `proxy` is host and port of the way there, None where it is straight. Only then may there be no `ips`.
    """

    secure: bool
    host: str
    port: int
    ips: tuple[str, ...]
    proxy: tuple[str, int] | None
    path: str

    @property
    def name(self) -> str:
        """Host and port, as a request names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


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

    A name that only a proxy knows is one of the internet; one that this computer knows too is judged by that.

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
    secure = asked.scheme == "https"
    proxy = proxy_for(host, secure=secure)
    try:
        addresses = await resolve(host)
    except OSError:
        if proxy is None:
            raise
        addresses = ()
    reaches = [_allowed(ip, home) for ip in addresses]
    return Target(
        secure=secure,
        host=host,
        port=port,
        ips=addresses,
        proxy=None if Reach.COMPUTER in reaches else proxy,
        path=(asked.path or "/") + (f"?{asked.query}" if asked.query else ""),
    )


def _allowed(ip: str, home: Reach) -> Reach:
    reach = reach_of(ip)
    if reach is None:
        raise ForbiddenError(f"{ip} är ingen adress för webbplatser")
    if reach < home:
        raise ForbiddenError(f"{ip} är närmare än sidan själv")
    return reach
