"""What the engine in the page is asked, and what it answers: strict on both sides."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Deed = Literal[
    "look",
    "wait",
    "rest",
    "scroll",
    "bring",
    "jiggle",
    "open",
    "more",
    "leave",
    "open-order",
    "choose-order",
    "cookie",
    "nag",
]


class _Seen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeenPicture(_Seen):
    """A picture as the page has it."""

    url: str
    alt: str


class Record(_Seen):
    """An item as it was in the page when it last changed. `card`: only what a grid or a list shows of a post."""

    key: str
    source: Literal["permalink", "id", "content"]
    kind: Literal["post", "comment", "reply"]
    post: str | None
    parent: str | None
    author: str
    text: str
    datetime: str
    shown: str
    claim: str | None
    links: tuple[str, ...]
    pictures: tuple[SeenPicture, ...]
    shortened: bool
    place: int
    card: bool


class Siblings(_Seen):
    """The items that stand under `parent` (None: the feed) in the page now, in order.

    As the page tells it, `keys` begin after the first `same` ones of what it told last time; `Screen` adds those.
    """

    parent: str | None
    same: int
    keys: tuple[str, ...]


class SeenPost(_Seen):
    """The post at work, and what in it can be pressed.

    `top` is how far its top is below the top of what is shown, `below` how much of it is still below what is shown,
    `height` how much is shown at once (CSS pixels); `at_end` says that what scrolls its comments is at its end.
    `alone`: the page is this post's own.
    """

    key: str
    top: float
    below: float
    height: float
    at_end: bool
    alone: bool
    dialog: bool
    spinning: bool
    open: int
    texts: bool
    left: tuple[str, ...]
    order: bool
    unknown: tuple[str, ...]
    withheld: str | None


class Wall(_Seen):
    """Signs that a login or a proof is asked for: the words or the path that say so, or None."""

    password: bool
    address: str | None
    said: str | None

    @property
    def sign(self) -> str | None:
        """The clearest sign there is, None where there is none."""
        return self.said or self.address or ("password" if self.password else None)


class Strayed(_Seen):
    """Something tried to lead the page away from the channel, and was stopped."""

    to: str
    control: str | None


class Look(_Seen):
    """What the page is like after a step; times are the page's own, in milliseconds.

    `in_view` are the keys of the items that are on the screen, where somebody looks at it; `absent` says that the item
    that was to be brought there no longer stands in the page.
    """

    url: str
    title: str
    profile: str
    scroll_y: float
    items: tuple[Record, ...]
    more: bool
    retired: tuple[str, ...]
    orders: tuple[Siblings, ...]
    twice: dict[str, int]
    posts: int
    next: str | None
    post: SeenPost | None
    cookie: bool
    nag: bool
    at_end: bool
    pending: int
    spinning: bool
    failures: tuple[int, ...]
    end_marker: str | None
    claimed_posts: str | None
    account: str | None
    next_page: str | None
    more_posts: str | None
    wall: Wall
    strayed: tuple[Strayed, ...]
    cut: int
    foreign_frames: int
    now: float
    pressed: tuple[str, ...]
    late: bool
    in_view: tuple[str, ...]
    absent: bool
    unread_frames: tuple[str, ...] = ()


class Order(BaseModel):
    """What is asked of the page. `by` is in CSS pixels; `since` is page time; `bound`, `patience`, `calm`, `settle` ms.

    `drawn`: somebody looks at the screen, so it is to be drawn. `again`: what was pressed in vain may be pressed again.
    `account`: count also what stands more than once. `window`: which part of a frame's height is on the screen.
    `item`: what is to be brought into view.
    """

    model_config = ConfigDict(frozen=True)

    deed: Deed = "look"
    post: str | None = None
    by: float = 0
    since: float = 0
    bound: float = 5_000
    patience: float = 400
    calm: float = 10_000
    settle: float = 2_000
    armed: bool = True
    drawn: bool = True
    again: bool = False
    account: bool = False
    window: tuple[float, float] | None = None
    item: str | None = None
    done: tuple[str, ...] = ()
