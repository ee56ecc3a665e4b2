"""Cases of removal (*borttagsärenden*), and consents by reference. What was captured is kept exactly as it was read."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from register.language import Text
from register.store.history import Versioned
from register.store.table import Table
from register.store.wording import RefusedError, Written, demanded, one_of


class AgeBracket(StrEnum):
    """How old whoever is pictured was."""

    ADULT = "vuxen"
    YOUTH = "13-17"
    CHILD = "under 13"


class RemovalCase(Versioned, Table, kw_only=True):
    """A case of removal; its fields are those of `capture.documents.removal.Removal`, whose sheet it becomes.

    `channel` is the channel's entry, `grounds` the codes of the grounds, with spaces between. `pictures` is each
    picture's path, SHA-256, time and alternative text, `answered` what it answered. `absent` is when the item was
    looked for and not found. `printed_by`, `printed` and `printed_where` attest the paper. `closed`: nothing remains.
    """

    __tablename__ = "removal_cases"

    channel: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    permalink: Mapped[str]
    author: Mapped[str]
    text: Mapped[str]
    published_shown: Mapped[str]
    saved: Mapped[datetime]
    saved_by: Mapped[str]
    saved_with: Mapped[str]
    pictures: Mapped[list[dict[str, Any]]]
    author_address: Mapped[str | None] = mapped_column(default=None)
    published: Mapped[datetime | None] = mapped_column(default=None)
    answered: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    discovered: Mapped[datetime | None] = mapped_column(default=None)
    grounds: Mapped[str | None] = mapped_column(default=None)
    reasons: Mapped[str | None] = mapped_column(default=None)
    guideline: Mapped[str | None] = mapped_column(default=None)
    decision: Mapped[str | None] = mapped_column(default=None)
    decided: Mapped[date | None] = mapped_column(default=None)
    decided_by: Mapped[str | None] = mapped_column(default=None)
    decider_role: Mapped[str | None] = mapped_column(default=None)
    delegation: Mapped[str | None] = mapped_column(default=None)
    measure: Mapped[str | None] = mapped_column(default=None)
    removed: Mapped[datetime | None] = mapped_column(default=None)
    removed_by: Mapped[str | None] = mapped_column(default=None)
    diary_number: Mapped[str | None] = mapped_column(default=None)
    collecting_case: Mapped[str | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    absent: Mapped[datetime | None] = mapped_column(default=None)
    printed: Mapped[date | None] = mapped_column(default=None)
    printed_by: Mapped[str | None] = mapped_column(default=None)
    printed_where: Mapped[str | None] = mapped_column(default=None)
    closed: Mapped[bool] = mapped_column(default=False)

    def __post_init__(self) -> None:
        """Refuse that it be closed without decision and diary number.

        Raises:
            RefusedError: one is missing.
        """
        super().__post_init__()
        if self.closed:
            demanded(
                "decision",
                self.decision,
                Text("ärendet avslutas inte utan beslut", "no case closes without a decision"),
            )
            demanded(
                "diary_number",
                self.diary_number,
                Text("ärendet avslutas inte utan diarienummer", "no case closes without a diary number"),
            )


class Consent(Written, Table, kw_only=True):
    """That consent is on record for a picture or film of somebody: its `reference`, never the form or the name.

    `permalink` is the post, `scope` what is consented to; `ended` is that it was withdrawn. `guardian`: given by, or
    approved by, a guardian.
    """

    __tablename__ = "consents"

    reference: Mapped[str]
    channel: Mapped[str]
    permalink: Mapped[str]
    age: Mapped[str]
    guardian: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a child's consent without a guardian's.

        Raises:
            RefusedError: the child is under 13 and no guardian has agreed.
        """
        super().__post_init__()
        one_of("age", self.age, AgeBracket)
        if self.age == AgeBracket.CHILD and not self.guardian:
            raise RefusedError(
                "guardian",
                Text("barn under 13 år kan inte samtycka själva", "children under 13 cannot consent themselves"),
                Text("Inhämta vårdnadshavarens samtycke först.", "Get the guardian's consent first."),
            )
