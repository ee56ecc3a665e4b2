"""Who may do what in a channel: the mandates (*uppdrag*) that managers give, and who stands in for whom."""

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.table import Table
from register.store.wording import RefusedError, Written, one_of


class Capacity(StrEnum):
    """What a person may do in a channel; each also may capture it."""

    ADMINISTRATOR = "administratör"
    MODERATOR = "moderator"
    EDITOR = "redaktör"


class Mandate(Written, Table, kw_only=True):
    """That a manager has given a person the task, before its use began: who `decided_by`, when, and the `reference`.

    Dates of the mandate itself are the statement's. `as_employee`: the decision makes clear that the person acts as an
    employee. `equipped`: the manager has provided the tools.
    """

    __tablename__ = "mandates"

    person: Mapped[str]
    channel: Mapped[str]
    capacity: Mapped[str]
    decided_by: Mapped[str]
    decided: Mapped[date]
    reference: Mapped[str | None] = mapped_column(default=None)
    as_employee: Mapped[bool] = mapped_column(default=False)
    equipped: Mapped[bool] = mapped_column(default=False)

    def __post_init__(self) -> None:
        """Refuse what nobody may be, and a mandate that somebody gives themself."""
        super().__post_init__()
        one_of("capacity", self.capacity, Capacity)
        if self.decided_by == self.person:
            raise RefusedError(
                "decided_by",
                Text("ingen ger sig själv ett uppdrag", "nobody gives themself a mandate"),
                Text("Ange chefen som gav uppdraget.", "Name the manager who gave the mandate."),
            )


class Substitute(Written, Table, kw_only=True):
    """That one person stands in for another in a channel."""

    __tablename__ = "substitutes"

    channel: Mapped[str]
    person: Mapped[str]
    stands_in_for: Mapped[str]

    def __post_init__(self) -> None:
        """Refuse that somebody stands in for themself."""
        super().__post_init__()
        if self.person == self.stands_in_for:
            raise RefusedError(
                "person",
                Text("ingen är sin egen ersättare", "nobody is their own substitute"),
                Text("Ange någon annan.", "Name somebody else."),
            )
