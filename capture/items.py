"""The nouns of a capture: what is seen on a channel, what the walk did, and what it missed.

These are what a run writes down between its stages, so each can be repeated without the one before it.
All times are UTC. Every string that comes from the channel is hostile input: whoever writes it somewhere escapes it
for that place.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from playwright.async_api import ElementHandle, Page

from register.language import Text


class ItemKind(StrEnum):
    """Inlägg, kommentar, svar."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture shown in an item: its address, and the alternative text the page gave (empty if none)."""

    url: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One post, comment or reply, as it was shown.

    `key` is its absolute permalink, or where the page gives none, another stable identity named by `key_source`
    ("permalink", "id", "content"). `post_key` is the key of the post it belongs to (its own, for a post); `parent_key`
    the item it answers (None for a post). `ordinal` is its place in the channel's order, from 1, over all items.
    `published` is the machine-readable time if the page has one, `published_shown` what a visitor read ("3 tim").
    `claimed` is the number of comments (on a post) or replies (on a comment) that the page says there are, None if
    it says nothing.
    """

    key: str
    key_source: str
    kind: ItemKind
    post_key: str
    parent_key: str | None
    ordinal: int
    author: str
    text: str
    published: datetime | None
    published_shown: str
    claimed: int | None
    links: tuple[str, ...]
    pictures: tuple[Picture, ...]
    first_seen: datetime


class Cause(StrEnum):
    """Why the picture on the screen changed."""

    ARRIVAL = "arrival"  # the page is open, nothing touched
    DISMISS = "dismiss"  # a cookie banner or a nagging dialog was closed
    SCROLL = "scroll"
    ORDER = "order"  # the comment order was switched
    EXPAND = "expand"  # comments or replies were opened
    TEXT = "text"  # a shortened text was unfolded
    VISIT = "visit"  # a post's own page was opened
    LEAVE = "leave"  # a dialog that held a post was closed
    FILMED = "filmed"  # it moved by itself, or a person drove, and was filmed in real time
    RESUME = "resume"  # the walk went on after it was broken off or paused
    END = "end"  # the walk is over


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the walk did, after its result is on the screen.

    `label` is what was clicked, by its accessible name. `scroll_y` is in CSS pixels. `in_view` are the keys of the
    items on the screen. `posts_seen` and `comments_seen` count the unique items known so far; `posts_claimed` is how
    many posts the channel says it has, None if it says nothing.
    """

    number: int
    cause: Cause
    label: str
    post_key: str | None
    url: str
    at: datetime
    scroll_y: float
    in_view: tuple[str, ...]
    posts_seen: int
    comments_seen: int
    posts_claimed: int | None


class Witness(Protocol):
    """Whoever makes something of the walk while it goes on: the recording, the pages, the progress line.

    The walk calls one witness after another and waits for each; it does nothing else meanwhile. What a witness
    raises ends the walk.
    """

    async def on_step(self, page: Page, step: Step) -> None:
        """The screen shows the result of `step`, settled."""

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:
        """`post` is on the page with everything opened that could be; `root` is its element. Called once a post."""

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """What `root` holds of `post` is about to be left for the page that continues it; `on_post` comes later."""


class StopReason(StrEnum):
    """Why the walk ended where it did."""

    END_MARKER = "end-marker"  # the page says that this is the end
    PERIOD_START = "period-start"  # posts older than the period to be covered were reached
    EXHAUSTED = "exhausted"  # three jiggles gave nothing new, nothing pending, no spinner
    STALLED = "stalled"  # something was still said to be loading, and did not come
    CEILING = "ceiling"  # a limit of ours was reached
    CHALLENGED = "challenged"  # a login, a captcha or a refusal stood in the way, and nobody got past it in time
    STOPPED = "stopped"  # the person at the screen ended the walk

    @property
    def label(self) -> Text:
        """The reason as a person reads it."""
        return _STOP_LABELS[self]


_STOP_LABELS = {
    StopReason.END_MARKER: Text("flödets slutmarkering nåddes", "the feed's end marker was reached"),
    StopReason.PERIOD_START: Text("periodens början nåddes", "the start of the period was reached"),
    StopReason.EXHAUSTED: Text(
        "inget nytt efter tre försök, inget väntande och ingen laddningsmarkering",
        "nothing new after three attempts, nothing pending and no loading indicator",
    ),
    StopReason.STALLED: Text(
        "flödet slutade leverera innan slutet nåddes", "the feed stopped delivering before its end"
    ),
    StopReason.CEILING: Text("en gräns i programmet nåddes", "a limit of the program was reached"),
    StopReason.CHALLENGED: Text(
        "plattformen krävde inloggning eller kontroll, och hindret fanns kvar",
        "the platform demanded a login or a check, and the obstacle remained",
    ),
    StopReason.STOPPED: Text("den som övervakade avslutade genomgången", "the person attending ended the walk"),
}


class LossReason(StrEnum):
    """Why something that a channel claims was not captured."""

    NOT_SHOWN = "not-shown"  # everything was opened; the platform shows fewer than it claims
    NOT_OPENED = "not-opened"  # a control that opens more was still there, and gave nothing more
    HIDDEN_BY_PLATFORM = "hidden-by-platform"  # the platform says, beside the post, that it holds some back
    DELETED = "deleted"  # the post, or some of its comments, went away during the walk
    CHALLENGED = "challenged"  # a login, a captcha or a refusal stood in the way of the rest
    CEILING = "ceiling"  # a limit of ours ended the work on this post

    @property
    def label(self) -> Text:
        """The reason as a person reads it."""
        return _LOSS_LABELS[self]


_LOSS_LABELS = {
    LossReason.NOT_SHOWN: Text(
        "allt öppnades, men plattformen visar färre än den uppger",
        "everything was opened, but the platform shows fewer than it claims",
    ),
    LossReason.NOT_OPENED: Text(
        "en knapp för att visa fler fanns kvar men gav inget mer",
        "a control that opens more was still there, and gave nothing more",
    ),
    LossReason.HIDDEN_BY_PLATFORM: Text(
        "plattformen meddelar vid inlägget att den håller inne en del",
        "the platform says beside the post that it holds some back",
    ),
    LossReason.DELETED: Text(
        "det togs bort av någon annan medan genomgången pågick", "somebody removed it while the walk was going on"
    ),
    LossReason.CHALLENGED: Text(
        "plattformen krävde inloggning eller kontroll", "the platform demanded a login or a check"
    ),
    LossReason.CEILING: Text("en gräns i programmet nåddes", "a limit of the program was reached"),
}


@dataclass(frozen=True, kw_only=True)
class PostLedger:
    """What one post claims against what was captured of it.

    `claimed` None: the page states no number. `captured` counts unique comments and replies. `duplicates` are items
    shown more than once and counted once. `deleted` is by how many the post's own number fell while it was read: what
    was seen of those is captured all the same. `missing_reason` is None exactly when nothing is missing. `evidence` is
    the file name of a picture that shows the post as it was left, where something is missing.
    """

    post_key: str
    claimed: int | None
    captured: int
    duplicates: int
    deleted: int
    missing_reason: LossReason | None
    evidence: str | None

    @property
    def missing(self) -> int:
        """Comments claimed and not captured; 0 where the page claims no number."""
        return max(0, (self.claimed or 0) - self.captured)

    @property
    def hidden(self) -> int:
        """Comments that the platform itself says it holds back."""
        return self.missing if self.missing_reason is LossReason.HIDDEN_BY_PLATFORM else 0


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time when the walk stood still and nothing was recorded, from `began` to `ended` (UTC), and why.

    `ended` is None where it never went on.
    """

    began: datetime
    ended: datetime | None
    why: Text


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What the browser asked the channel's servers for.

    `requests` counts all. `writing` are those by another method than GET, HEAD or OPTIONS, by method and address
    without its query, most frequent first; a platform's profile says which of them only read (`reading`) and which
    change something (`changing`, which ends a walk at once); `unknown` are in neither list.
    """

    requests: int
    reading: int
    changing: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The whole walk: what was seen, how it went, and why it stopped.

    `items` are in the channel's order. `claimed_posts` is the number of posts the channel says it has, None if it
    says nothing. `profile` names the platform profile, `by_semantics` says that the site was unknown and roles and
    names alone were used. `unmatched_controls` are names of buttons inside posts that look like they open something
    and match no known pattern: worth a look, never clicked. `remarks` are what else a reader of the account should
    know: dialogs dismissed, attempts to leave that were stopped. `limits` are ceilings that were reached. `since` is
    the start of the period that was asked for (UTC), None for the whole history. `resumed` are the times at which the
    walk was taken up again after it had been broken off.
    """

    url: str
    title: str
    profile: str
    by_semantics: bool
    started: datetime
    ended: datetime
    items: tuple[Item, ...]
    ledgers: tuple[PostLedger, ...]
    claimed_posts: int | None
    since: datetime | None
    resumed: tuple[datetime, ...]
    pauses: tuple[Pause, ...]
    traffic: Traffic
    stop: StopReason
    stop_detail: str
    remarks: tuple[Text, ...]
    steps: int
    clicks: int
    unmatched_controls: tuple[str, ...]
    limits: tuple[str, ...]
    browser: str
    user_agent: str
    viewport: tuple[int, int]
