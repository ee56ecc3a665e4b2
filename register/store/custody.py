"""Where log-ins are kept, and who last saw to it that they are there. Never a password."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table
from register.store.wording import Written, holds_a_password, password


class Custody(Written, Table, kw_only=True):
    """Where one log-in (`what`) of a channel is kept (`place`), by whom (`keeper`), and who confirmed that, when."""

    __tablename__ = "custody"

    channel: Mapped[str]
    what: Mapped[str]
    place: Mapped[str]
    keeper: Mapped[str | None] = mapped_column(default=None)
    confirmed_by: Mapped[str | None] = mapped_column(default=None)
    confirmed: Mapped[date | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse what looks like a password, in any field.

        Raises:
            RefusedError: something does.
        """
        super().__post_init__()
        for field in ("what", "place"):
            if holds_a_password(getattr(self, field)):
                raise password(field)
