"""The tables of gallring: what was proposed, and the log of what was done (*gallringslogg*), kept for ever."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class ProposalRow(Table, kw_only=True):
    """A proposal that working copies be disposed of."""

    __tablename__ = "disposal_proposals"

    proposal: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]


class ProposedRow(Table, kw_only=True):
    """A package whose working copies are proposed, and the decision that the proposal rests on.

    `decision` and `decision_version` name the statement in `disposal_decisions`; `copies` the files, each with its path
    below the workspace and its size in bytes.
    """

    __tablename__ = "disposal_proposed"

    proposal: Mapped[str] = mapped_column(ForeignKey("disposal_proposals.proposal"), primary_key=True)
    object_id: Mapped[str] = mapped_column(ForeignKey("packages.object_id"), primary_key=True)
    decision: Mapped[str]
    decision_version: Mapped[int] = mapped_column(ForeignKey("disposal_decisions.version"))
    due: Mapped[datetime]
    copies: Mapped[list[dict[str, Any]]]


class DisposalRow(Table, kw_only=True):
    """A line of the gallringslogg; `step` is one of `delivery.gallring.DisposalStep`. None as `object_id`: of all."""

    __tablename__ = "disposal_log"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    proposal: Mapped[str] = mapped_column(ForeignKey("disposal_proposals.proposal"), index=True)
    step: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    object_id: Mapped[str | None] = mapped_column(ForeignKey("packages.object_id"), default=None)
    said: Mapped[str | None] = mapped_column(default=None)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(default=None)
