"""What the browser asks the channel's servers for: counted, and nothing that changes anything lets a walk go on."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request, Response

from capture.items import Traffic
from capture.walk.profile import Profile

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST = 4_000  # characters of a request that are looked at
_KINDS_TOLD = 50  # addresses kept of each sort; beyond that only their number grows


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The server says that it has been asked too often; `retry_after` is its own words, None if it said nothing."""

    status: int
    url: str
    retry_after: str | None


@dataclass(kw_only=True)
class Watch:
    """Hears every request of a context, and sorts those that write by what the platform's profile says of them.

    `documents` are the pages that were opened, by address, with the HTTP status they came with: an empty answer has one
    too, of which the browser says nothing. What was sent before the platform was known waits until it is: see `know`.
    """

    profile: Profile | None = None
    requests: int = 0
    reading: int = 0
    changing: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    documents: dict[str, int] = field(default_factory=dict)
    _early: list[tuple[str, str]] = field(default_factory=list)

    def know(self, profile: Profile) -> None:
        """Sort by `profile` from now on, and what has been sent already."""
        early, self._early, self.profile = self._early, [], profile
        for name, whole in early:
            self._sort(profile, name, whole)
        # What a page sends by itself before anything was touched is nothing that the walk did.
        for name in list(self.changing):
            self.unknown[name] += self.changing.pop(name)

    def over(self, context: BrowserContext) -> None:
        """Begin to listen."""
        context.on("request", self._hear)
        context.on("response", self._answered)

    def no_more(self, context: BrowserContext) -> None:
        """Listen no more."""
        context.remove_listener("request", self._hear)
        context.remove_listener("response", self._answered)

    def told(self) -> Traffic:
        """Return what was heard so far."""
        return Traffic(
            requests=self.requests,
            reading=self.reading,
            changing=tuple(name for name, _ in self.changing.most_common()),
            unknown=tuple(name for name, _ in self.unknown.most_common()),
        )

    def _hear(self, request: Request) -> None:
        self.requests += 1
        if request.method in _READS:
            return
        address = request.url
        parts = urlsplit(address)
        name = f"{request.method} {parts.scheme}://{parts.netloc}{parts.path}"[:300]
        body = (request.post_data_buffer or b"")[:_LONGEST].decode("utf-8", "replace")
        whole = f"{request.method} {address} {body}"[:_LONGEST]
        if self.profile is not None:
            self._sort(self.profile, name, whole)
        elif len(self._early) < _KINDS_TOLD:
            self._early.append((name, whole))
        else:
            _note(self.unknown, name)

    def _sort(self, profile: Profile, name: str, whole: str) -> None:
        if _any(profile.requests.changing, whole):
            _note(self.changing, name)
        elif _any(profile.requests.reading, whole):
            self.reading += 1
        else:
            _note(self.unknown, name)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.documents[response.url] = response.status
        said = response.headers.get("retry-after")
        if response.status == 429 or (response.status == 503 and said):
            self.refusals.append(Refusal(status=response.status, url=response.url, retry_after=said))


def _any(expressions: Sequence[str], said: str) -> bool:
    return any(re.search(one, said) for one in expressions)


def _note(counter: Counter[str], name: str) -> None:
    if name in counter or len(counter) < _KINDS_TOLD:
        counter[name] += 1
