"""What differs between platforms, as data: selectors named by meaning, read from `profiles/*.yaml`."""

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from capture.walk import datafile

LAST = "semantics"  # always fits


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _compiling(expression: str) -> str:
    try:
        re.compile(expression)
    except re.error as error:
        raise ValueError(f"{expression!r} is no regular expression: {error}") from error
    return expression


Expression = Annotated[str, AfterValidator(_compiling)]


class Shape(_Strict):
    """Where an item and its parts are, as CSS selectors in order of trust; `:scope` is the item itself.

    An empty `text` means all that is read in the item except its author, its time, its controls and other items; an
    empty `claim` any control or heading whose name is a claim. `answers` are links to the item that this one answers,
    where nesting does not show it.
    """

    is_: tuple[str, ...] = Field(alias="is", min_length=1)
    author: tuple[str, ...]
    time: tuple[str, ...]
    permalink: tuple[str, ...]
    text: tuple[str, ...]
    claim: tuple[str, ...]
    answers: tuple[str, ...] = ()


class View(_Strict):
    """One kind of page of a platform.

    `feed` are the places that hold posts, the first one present counts. `thread` are places that hold comments beside
    their post. `branch` are elements that hold a comment and, after it, its replies. `next_page` are links to the page
    that continues this one (older posts of a feed, more comments of a post). `post_is`: "item" where each post has a
    permalink of its own; "address" where the page's own address is the post's, and every other item in the thread
    after it answers it.
    """

    feed: tuple[str, ...] = Field(min_length=1)
    thread: tuple[str, ...]
    branch: tuple[str, ...] = ("li", "[role=listitem]")
    next_page: tuple[str, ...] = ()
    post_is: Literal["item", "address"]
    post: Shape
    comment: Shape


class Pace(_Strict):
    """How long to rest between steps on somebody else's platform, in seconds; somewhere between the two each time."""

    least: float = Field(ge=0)
    most: float = Field(ge=0)


class Requests(_Strict):
    """Requests by another method than GET: matched against "METHOD address body", the first 4,000 characters.

    `reading` only ask (a query by POST); `changing` like, follow, write, report, remove: none may ever be sent.
    """

    reading: tuple[Expression, ...]
    changing: tuple[Expression, ...]


class Profile(_Strict):
    """One platform.

    It fits a page whose address matches one of `url`, or in which one of `probe` is found.

    Attributes:
        name: What it is called in settings and on the command line.
        label: What a person calls the platform.
        by_semantics: Nobody has described the platform; roles and names alone are used.
        drop_parameters: Parts of an address that change from visit to visit.
        keys: Forms of an item's permalink, matched against path and query: what matches is the key, what follows it is
            dropped, and a link of another form is no permalink. None given: any link is one.
        visit: "lacking" opens a post's own page where the feed shows fewer comments than it claims, "always" where the
            feed only holds cards.
        claims: "all" where a post's number counts everything under it, "answers" where it, and every comment's own,
            counts direct answers only.
        controls: What acts as a button though nothing says so; pressed by name like any other.
        leave: Controls that are never pressed whatever they are called: they show again what stands elsewhere.
        account: Places whose accessible name says who is logged in.
        own_page_address: Forms of the address of a post's own page, on which `own_page` is the view (None: the same as
            `channel`).
    """

    name: str
    label: str
    by_semantics: bool
    url: tuple[Expression, ...]
    probe: tuple[str, ...]
    drop_parameters: tuple[Expression, ...]
    keys: tuple[Expression, ...] = ()
    visit: Literal["lacking", "always"] = "lacking"
    claims: Literal["all", "answers"] = "all"
    controls: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    pace: Pace
    requests: Requests
    channel: View
    own_page_address: tuple[Expression, ...] = ()
    own_page: View | None = None

    @property
    def anywhere(self) -> bool:
        """Whether it fits addresses on any host: those that name theirs are tried first."""
        return any("://[^/]+" in expression for expression in self.url)

    @model_validator(mode="after")
    def _own_page_is_whole(self) -> "Profile":
        if (self.own_page is None) != (not self.own_page_address):
            raise ValueError("own_page and own_page_address go together")
        return self


@cache
def load_profiles() -> tuple[Profile, ...]:
    """Return the profiles that ship with the program, in the order in which they are tried.

    Raises:
        BadInputError: A file breaks its schema; the line is named.
    """
    found = [file for file in (files("capture.walk") / "profiles").iterdir() if file.name.endswith(".yaml")]
    profiles = [datafile.read(file, Profile) for file in sorted(found, key=lambda file: file.name)]
    return tuple(sorted(profiles, key=lambda profile: (profile.name == LAST, profile.anywhere)))
