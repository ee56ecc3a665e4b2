"""Pages that only sender and recipient see: never captured, however they are asked for.

The guideline: messages that only the sender and the recipient can see are dealt with by the recipient. One thread can
be filed by hand in a restricted case (`kanalarkiv private file`).
"""

import re
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from register import address
from register.errors import NotAllowedError
from register.language import Text


class _Place(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    platform: str
    hosts: tuple[str, ...]
    path: str = ""

    def has(self, host: str, path: str, platform: str | None) -> bool:
        there = any(host == own or host.endswith(f".{own}") for own in self.hosts)
        named = platform is not None and platform.casefold() == self.platform and bool(self.path)
        return (there or named) and re.match(self.path, path, re.IGNORECASE) is not None


def is_private(url: str, platform: str | None = None) -> bool:
    """Return whether a page shows private messages, as far as is known of its platform.

    Args:
        url: The page's address.
        platform: What the register calls the channel's platform; None where nobody says.

    Raises:
        ValueError: `url` is no web address.
    """
    parts = urlsplit(address.canonical(url))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return any(place.has(parts.hostname or "", path, platform) for place in _places())


def require_public(url: str, platform: str | None = None) -> None:
    """Refuse a page that shows private messages; see `is_private`. What is no web address is for others to refuse.

    Raises:
        NotAllowedError: it does.
    """
    try:
        private = is_private(url, platform)
    except ValueError:
        return
    if private:
        raise NotAllowedError(
            happened=Text(
                f"{url} visar privata meddelanden, som aldrig samlas in.",
                f"{url} shows private messages, which are never captured.",
            ),
            safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
            next_step=Text(
                "Ett meddelande som ska bevaras läggs för hand i ett skyddat ärende: kanalarkiv private file.",
                "A message that is to be kept is filed by hand in a restricted case: kanalarkiv private file.",
            ),
        )


@cache
def _places() -> tuple[_Place, ...]:
    text = files("register.private_pages").joinpath("addresses.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[_Place, ...]).validate_python(yaml.safe_load(text))
