"""When the public list was held against the register, and what differed. Events are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class ListCheckRow(Table, kw_only=True):
    """That the page at `url` was read `at` a moment, with `active` channels in the register.

    `drifts` are the differences: each with its kind (`register.published.drift.DriftKind`), channel, address and words.
    A page that could not be read was not checked, and has no row.
    """

    __tablename__ = "list_checks"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    url: Mapped[str]
    active: Mapped[int]
    drifts: Mapped[list[dict[str, Any]]]
