"""What a published page says otherwise than the register: channels missing, unknown, no longer in use, or renamed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from register import address
from register.known import Known
from register.language import Text
from register.published.listing import Listed, listed
from register.published.page import Link, told
from register.store.channels import ChannelRecord, ChannelStatus

_VARIANT = re.compile(r"^(?:www|m|mobile|web|[a-z]{2}(?:-[a-z]{2})?)\.(?=.+\.)")  # of a host: se.linkedin.com


class DriftKind(StrEnum):
    """In what way page and register differ."""

    MISSING = "saknas på sidan"
    UNKNOWN = "saknas i registret"
    NOT_IN_USE = "inte i bruk"
    ADDRESS = "annan adress"
    NAME = "annat namn"


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One difference. `channel` is the entry, None of what the register has not; `address` is the page's, if any."""

    kind: DriftKind
    channel: str | None
    address: str | None
    said: Text


class _Platform(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    hosts: tuple[str, ...]
    path: str
    other: tuple[str, ...]


@cache
def _platforms() -> tuple[_Platform, ...]:
    text = files("register.published").joinpath("platforms.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[_Platform, ...]).validate_python(yaml.safe_load(text))


def drift(register: Known, links: Sequence[Link], at: datetime) -> tuple[Drift, ...]:
    """Return how the links of a published page differ from the channels that are active at a moment.

    A link to an account of a known platform is held against the register; other links only where they lead to a channel
    of it, or bear the name of one.
    """
    channels = listed(register, at)
    by_account: dict[str, list[Link]] = {}
    for link in links:
        by_account.setdefault(_account(link.address), []).append(link)
    ours = {_account(each.address) for each in channels}
    found: list[Drift] = []
    explained: set[str] = set()
    for each in channels:
        there = by_account.get(_account(each.address), [])
        if there:
            found += _differing(each, there)
            continue
        moved = [link for link in links if _bears_name(each, link) and _account(link.address) not in ours]
        explained |= {_account(link.address) for link in moved}
        found.append(_moved(each, moved[0]) if moved else _missing(each))
    return (*found, *_too_many(register, by_account, ours | explained, at))


def _differing(each: Listed, there: Sequence[Link]) -> list[Drift]:
    """Return what differs where a channel's account is linked to, by one link or several."""
    found = []
    if not any(_same(link.address, each.address) for link in there):
        found.append(_moved(each, there[0]))
    if not any(_bears_name(each, link) for link in there):
        words = next((word for link in there for word in link.words), "")
        name = f"”{words}”" if words else "inget namn"
        named = f'"{words}"' if words else "no name"
        found.append(
            Drift(
                kind=DriftKind.NAME,
                channel=each.entry,
                address=told(there[0].address),
                said=Text(f"{each.name}: sidan kallar den {name}.", f"{each.name}: the page calls it {named}."),
            )
        )
    return found


def _moved(each: Listed, link: Link) -> Drift:
    theirs = told(link.address)
    return Drift(
        kind=DriftKind.ADDRESS,
        channel=each.entry,
        address=theirs,
        said=Text(
            f"{each.name}: sidan länkar till {theirs}, registret säger {each.address}.",
            f"{each.name}: the page links to {theirs}, the register says {each.address}.",
        ),
    )


def _missing(each: Listed) -> Drift:
    return Drift(
        kind=DriftKind.MISSING,
        channel=each.entry,
        address=None,
        said=Text(
            f"{each.name} ({each.address}) är aktiv och finns inte på sidan.",
            f"{each.name} ({each.address}) is active and not on the page.",
        ),
    )


def _too_many(register: Known, by_account: dict[str, list[Link]], told_of: set[str], at: datetime) -> list[Drift]:
    """Return what the page links to and should not: channels that are not active, and accounts that are unknown."""
    others = {
        _account(record.address): record
        for record in register.holding(ChannelRecord, at)
        if record.status != ChannelStatus.ACTIVE
    }
    found = []
    for account, there in by_account.items():
        if account in told_of:
            continue
        theirs, record = told(there[0].address), others.get(account)
        if record is not None:
            said = Text(
                f"{record.name} står på sidan; registret säger {record.status}.",
                f"{record.name} is on the page; the register says {record.status}.",
            )
            found.append(Drift(kind=DriftKind.NOT_IN_USE, channel=record.entry, address=theirs, said=said))
        elif _is_account(there[0].address):
            said = Text(f"{theirs} finns inte i registret.", f"{theirs} is not in the register.")
            found.append(Drift(kind=DriftKind.UNKNOWN, channel=None, address=theirs, said=said))
    return found


def _same(one: str, other: str) -> bool:
    """Return whether an address on the page is the channel's, whatever is said after a question mark it has not."""
    if "?" not in other:
        one = one.partition("#")[0].partition("?")[0]
    return address.canonical(one) == address.canonical(other)


def _bears_name(each: Listed, link: Link) -> bool:
    wanted = {told(each.name).casefold(), told(each.link).casefold()}
    return any(word.casefold() in wanted for word in link.words)


def _account(url: str) -> str:
    """Return what tells an account from others, however its address is spelled: platform or host, and path."""
    platform, path = _parts(url)
    if platform is None:
        return address.canonical(url)
    query = address.canonical(url).partition("?")[2] if path == "/profile.php" else ""
    return f"{platform.name} {path.casefold()} {query}"


def _is_account(url: str) -> bool:
    platform, path = _parts(url)
    if platform is None or path.split("/")[1].casefold() in platform.other:
        return False
    return re.fullmatch(platform.path, path, re.IGNORECASE) is not None


def _parts(url: str) -> tuple[_Platform | None, str]:
    parts = urlsplit(address.canonical(url))
    host = _VARIANT.sub("", parts.hostname or "")
    found = next((platform for platform in _platforms() if host in platform.hosts), None)
    return found, parts.path
