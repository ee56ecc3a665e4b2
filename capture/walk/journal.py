"""The walk's own diary: append-only lines of JSON, each on disk before the next post is begun.

    {"line": "begin", ...}     once: the address, the platform and the period asked for, and when
    {"line": "resumed", ...}   when a broken-off walk is taken up
    {"line": "post", ...}      a post with its account and all its items, and how the walk stood after it

Whatever was begun and has no line of its own is walked again; a torn last line is such a one.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from capture.items import Pause, PostLedger
from capture.walk.look import Record
from register.errors import BadInputError
from register.language import Text


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Begin(_Line):
    """What the walk was to be; another order is another walk."""

    line: Literal["begin"] = "begin"
    url: str
    platform: str | None
    since: datetime | None
    at: datetime


class Resumed(_Line):
    """The walk was taken up again."""

    line: Literal["resumed"] = "resumed"
    at: datetime


class Tally(_Line):
    """How the walk stood."""

    steps: int
    clicks: int
    late: int
    limits: tuple[str, ...]
    unmatched: tuple[str, ...]
    strayed: dict[str, int]
    undated: int
    pauses: tuple[Pause, ...]
    claimed_posts: str | None


class Finished(_Line):
    """A post that is finished. `before` are the posts that stood before it, nearest last, as far as they were known."""

    line: Literal["post"] = "post"
    ledger: PostLedger
    records: tuple[Record, ...]
    first_seen: tuple[datetime, ...]
    order: tuple[str, ...]
    tally: Tally


class PassedOver(_Line):
    """A post that is older than the period, or otherwise not to be walked."""

    line: Literal["passed"] = "passed"
    key: str


Line = Annotated[Begin | Resumed | Finished | PassedOver, Field(discriminator="line")]
_lines: TypeAdapter[Line] = TypeAdapter(Line)


class Journal:
    """A diary in the file `path`; None keeps none (a bench, a test)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def begin(self, order: Begin, clock: Callable[[], datetime]) -> tuple[Begin, list[Line]]:
        """Open the diary for `order`; return how the walk began and what it had come to.

        Raises:
            BadInputError: The diary is another walk's, or a line before its last is broken.
        """
        found = self._read()
        if not found:
            self.write(order)
            return order, []
        first, *rest = found
        if not isinstance(first, Begin) or (first.url, first.platform, first.since) != _asked(order):
            raise self._unusable("den hör till en annan genomgång", "it belongs to another walk")
        resumed = Resumed(at=clock())
        self.write(resumed)
        return first, [*rest, resumed]

    def write(self, line: Line) -> None:
        """Append `line`; it is on disk when this returns."""
        if self._path is None:
            return
        with self._path.open("ab") as file:
            file.write(_lines.dump_json(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> list[Line]:
        if self._path is None or not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:  # the process ended while it wrote
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        try:
            return [_lines.validate_json(line) for line in whole.splitlines()]
        except ValidationError as error:
            raise self._unusable("en rad i den är trasig", "a line of it is broken") from error

    def _unusable(self, why_sv: str, why_en: str) -> BadInputError:
        return BadInputError(
            happened=Text(
                f"Genomgångens dagbok {self._path} kan inte användas: {why_sv}.",
                f"The walk's diary {self._path} cannot be used: {why_en}.",
            ),
            safe=Text("Den är orörd, liksom allt som sparats.", "It is as it was, and so is all that was saved."),
            next_step=Text("Börja om i en ny mapp.", "Begin anew in another folder."),
        )


def _asked(order: Begin) -> tuple[str, str | None, datetime | None]:
    return order.url, order.platform, order.since
