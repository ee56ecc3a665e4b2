"""Intyg: that somebody vouches for a duty having been kept, which no program could see."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.table import Table
from register.store.wording import RefusedError, Written


class Attestation(Written, Table, kw_only=True):
    """That `person` (their entry) vouches, on `day`, for that a duty of the guideline is kept.

    It speaks of one `channel` or one förvaltning (`administration`), or with neither of the whole municipality.
    `about` is what in particular, as a permalink; `reference` the paper that shows it; `note` what was done. For how
    long it holds is said by the duty; `ended` takes it back.
    """

    __tablename__ = "attestations"

    duty: Mapped[int]
    day: Mapped[date]
    person: Mapped[str]
    channel: Mapped[str | None] = mapped_column(default=None)
    administration: Mapped[str | None] = mapped_column(default=None)
    about: Mapped[str | None] = mapped_column(default=None)
    reference: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse one of a duty that is not there, or that speaks of two things.

        Raises:
            RefusedError: it is so.
        """
        super().__post_init__()
        if not 1 <= self.duty <= DUTIES:
            raise RefusedError(
                "duty",
                Text(f"plikt {self.duty} finns inte", f"there is no duty {self.duty}"),
                Text(f"Ange ett nummer från 1 till {DUTIES}.", f"Give a number from 1 to {DUTIES}."),
            )
        if self.channel is not None and self.administration is not None:
            raise RefusedError(
                "administration",
                Text("gäller både en kanal och en förvaltning", "concerns both a channel and a förvaltning"),
                Text("Fyll i det ena av fälten.", "Fill in one of the fields."),
            )


DUTIES = 62
"""How many duties the guideline has."""
