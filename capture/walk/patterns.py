"""The names that controls and texts go by, read from `patterns.yaml`: a platform's new word is one new line."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from capture.walk import datafile

NUMBER = r"\d(?:[\d\s.,]*\d)?(?:\s?(?:tn|k|mn|m)\b)?"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Strict):
    """One name, as a regular expression that Python and JavaScript read the same way.

    `provenance` says whether anybody has met the name, `examples` what it must match, `toggle` that pressing again
    closes, `count` the number that the words stand for where they hold no digits.
    """

    name: str
    provenance: Literal["seen", "unverified"]
    examples: tuple[str, ...] = Field(min_length=1)
    toggle: bool = False
    count: int | None = None

    @model_validator(mode="after")
    def _proves_itself(self) -> "Line":
        try:
            expression = self.expression
        except re.error as error:
            raise ValueError(f"{self.name!r} is no regular expression: {error}") from error
        for example in self.examples:
            if not expression.search(example):
                raise ValueError(f"{self.name!r} does not match its own example {example!r}")
        return self

    @property
    def source(self) -> str:
        """The expression with `{n}` written out, as both languages get it."""
        return self.name.replace("{n}", NUMBER)

    @property
    def expression(self) -> re.Pattern[str]:
        """The expression, compiled; names are compared without case."""
        return re.compile(self.source, re.IGNORECASE)


class Lines(_Strict):
    """The lines of one meaning, by language; `any` for what has none."""

    sv: tuple[Line, ...] = ()
    en: tuple[Line, ...] = ()
    any: tuple[Line, ...] = ()

    def __iter__(self) -> Iterator[Line]:  # type: ignore[override]  # a list of lines, not of pydantic's fields
        """Yield Swedish lines before English ones."""
        yield from (*self.sv, *self.en, *self.any)


class OrderSwitch(_Strict):
    """The control that changes the order of comments, and what to choose there, best first."""

    opener: Lines
    choice: Lines


class Cookie(_Strict):
    """A cookie banner: what it speaks of, and its buttons; whatever rejects comes before whatever accepts."""

    about: Lines
    reject: Lines
    accept: Lines


class Claims(_Strict):
    """What a page says there is; the first group is the number."""

    comments: Lines
    replies: Lines
    posts: Lines


class Labels(_Strict):
    """What screen readers are told that an item is; the first group is its author."""

    comment: Lines
    reply: Lines


class Walls(_Strict):
    """What stands in the way of a visitor who is not logged in, or is taken for a robot."""

    texts: Lines
    addresses: Lines


class Patterns(_Strict):
    """The whole of `patterns.yaml`."""

    version: Literal[1]
    expand_more: Lines
    see_more_text: Lines
    more_posts: Lines
    order_switch: OrderSwitch
    cookie: Cookie
    nag_close: Lines
    never: Lines
    claims: Claims
    labels: Labels
    walls: Walls
    end_markers: Lines
    loading: Lines
    withheld: Lines
    suspicious: Lines

    def by_meaning(self) -> dict[str, tuple[Line, ...]]:
        """Return all lines under the names that the page's engine knows them by, in order of preference."""
        return {
            "expand_more": tuple(self.expand_more),
            "see_more_text": tuple(self.see_more_text),
            "more_posts": tuple(self.more_posts),
            "order_opener": tuple(self.order_switch.opener),
            "order_choice": tuple(self.order_switch.choice),
            "cookie": (*self.cookie.reject, *self.cookie.accept),
            "cookie_about": tuple(self.cookie.about),
            "nag_close": tuple(self.nag_close),
            "never": tuple(self.never),
            "claims": tuple(self.claims.comments),
            "reply_claims": tuple(self.claims.replies),
            "post_claims": tuple(self.claims.posts),
            "comment_label": tuple(self.labels.comment),
            "reply_label": tuple(self.labels.reply),
            "wall_texts": tuple(self.walls.texts),
            "wall_addresses": tuple(self.walls.addresses),
            "end_markers": tuple(self.end_markers),
            "loading": tuple(self.loading),
            "withheld": tuple(self.withheld),
            "suspicious": tuple(self.suspicious),
        }


@cache
def load_patterns() -> Patterns:
    """Return the patterns that ship with the program.

    Raises:
        BadInputError: The file breaks its schema, or a line does not match its own example; the line is named.
    """
    return datafile.read(files("capture.walk") / "patterns.yaml", Patterns)
