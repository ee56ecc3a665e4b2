"""The guideline in its versions, and who has read which."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table
from register.store.wording import Written


class Guideline(Written, Table, kw_only=True):
    """A guideline (*riktlinje*): which `edition` holds when, its diary number, who adopted it, who answers for it.

    `review` is the day that it is to be looked over.
    """

    __tablename__ = "guidelines"

    name: Mapped[str]
    edition: Mapped[str]
    adopted_by: Mapped[str]
    adopted: Mapped[date]
    reference: Mapped[str | None] = mapped_column(default=None)
    responsible: Mapped[str | None] = mapped_column(default=None)
    review: Mapped[date | None] = mapped_column(default=None)


class Acknowledgement(Written, Table, kw_only=True):
    """That a person has read an edition of a guideline and undertakes to follow it (*kvittens*)."""

    __tablename__ = "acknowledgements"

    person: Mapped[str]
    guideline: Mapped[str]
    edition: Mapped[str]
    acknowledged: Mapped[date]
