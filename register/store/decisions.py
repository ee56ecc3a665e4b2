"""Gallringsbeslut: that a record type may be disposed of, when, and who decided it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from register.store.history import Versioned, in_force
from register.store.table import Table


class DisposalDecision(Versioned, Table, kw_only=True):
    """A decision that the working copies of a record type are disposed of `retention_days` after their receipt.

    `record_type` is the *handlingstyp*, as the retention schedule calls it; `decided_by` who decided; `reference` the
    diary number or paragraph of the decision.
    """

    __tablename__ = "disposal_decisions"

    record_type: Mapped[str]
    retention_days: Mapped[int]
    decided_by: Mapped[str]
    reference: Mapped[str]

    def __post_init__(self) -> None:
        """Refuse a decision without what makes it one.

        Raises:
            ValueError: a text is empty, or the retention time is negative.
        """
        super().__post_init__()
        if not all(text.strip() for text in (self.record_type, self.decided_by, self.reference)):
            raise ValueError("a decision names its record type, who decided and its reference")
        if self.retention_days < 0:
            raise ValueError(f"a retention time of {self.retention_days} days")


def decisions_on(session: Session, record_type: str, *, at: datetime) -> Sequence[DisposalDecision]:
    """Return the decisions on a record type that are in force at `at`."""
    return in_force(session, DisposalDecision, DisposalDecision.record_type == record_type, at=at)
