"""What differs between platforms, as data: selectors named by meaning, read from `profiles/*.yaml`."""

import re
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from capture.walk import datafile

ORDER = ("isso", "semantics")  # the first that fits is used; the last always fits


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
    """Where an item and its parts are, as CSS selectors in order of trust.

    An empty `text` means all that is read in the item except its author, its time, its controls and other items; an
    empty `claim` any control or heading whose name is a claim.
    """

    is_: tuple[str, ...] = Field(alias="is", min_length=1)
    author: tuple[str, ...]
    time: tuple[str, ...]
    permalink: tuple[str, ...]
    text: tuple[str, ...]
    claim: tuple[str, ...]


class Profile(_Strict):
    """One platform.

    It fits a page whose address matches one of `url`, or in which one of `probe` is found. `feed` are the places that
    hold posts, the first one present counts. `thread` are places that hold comments beside their post. `page_is_post`
    says that the page's own address is the post's. `drop_parameters` are parts of an address that change from visit to
    visit.
    """

    name: str
    label: str
    by_semantics: bool
    url: tuple[Expression, ...]
    probe: tuple[str, ...]
    feed: tuple[str, ...] = Field(min_length=1)
    thread: tuple[str, ...]
    page_is_post: bool
    drop_parameters: tuple[Expression, ...]
    post: Shape
    comment: Shape


@cache
def load_profiles() -> tuple[Profile, ...]:
    """Return the profiles that ship with the program, in the order in which they are tried.

    Raises:
        BadInputError: A file breaks its schema; the line is named.
    """
    folder = files("capture.walk") / "profiles"
    return tuple(datafile.read(folder / f"{name}.yaml", Profile) for name in ORDER)
