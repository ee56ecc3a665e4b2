"""What happened on the way to that an account is closed. Rows are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class ClosureRow(Table, kw_only=True):
    """One step of a closure. `channel` is the channel's entry, `by` the person's, or the program and its version.

    `step` is `register.closing.steps.Step`; `role` is as what somebody was told or acknowledged. `evidence` is what
    the step left, by step: see `register.closing.steps`. `said` is what a person wrote.
    """

    __tablename__ = "closures"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[str] = mapped_column(index=True)
    step: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    role: Mapped[str | None] = mapped_column(default=None)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    said: Mapped[str | None] = mapped_column(default=None)
