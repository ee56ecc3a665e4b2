"""Who there is: förvaltningar, people, and the roles that the guideline gives to some of them."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table
from register.store.wording import Written, identity, one_of


class Role(StrEnum):
    """A role of the guideline, held in one förvaltning or in the whole municipality.

    Whoever may publish, answer and moderate in one channel (*behörig användare*) is in `mandates`.
    """

    HEAD_OF_COMMUNICATION = "kommunikationschef"  # chef över administrations- och kommunikationsenheten
    COMMUNICATOR = "kommunikatör"  # at that unit: the list, the introduction, the common channels
    DIRECTOR = "förvaltningschef"
    MANAGER = "chef"
    ARCHIVIST = "arkivarie"
    REGISTRAR = "registrator"
    CHANCELLOR = "kanslichef"  # dokumentansvarig of the guideline
    WEB_OWNER = "webbansvarig"
    DATA_PROTECTION_OFFICER = "dataskyddsombud"


class Administration(Written, Table, kw_only=True):
    """A förvaltning. `board` is its nämnd, the records creator, with `identity_code` (`ORG:212000-…`).

    `email_domains` are the domains of its people's mail, with spaces between.
    """

    __tablename__ = "administrations"

    name: Mapped[str]
    board: Mapped[str | None] = mapped_column(default=None)
    identity_code: Mapped[str | None] = mapped_column(default=None)
    email_domains: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a name that cannot be referred to."""
        super().__post_init__()
        identity("entry", self.entry)


class Person(Written, Table, kw_only=True):
    """Somebody employed, for as long as they are; `administration` is where, `title` as what."""

    __tablename__ = "people"

    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(default=None)
    title: Mapped[str | None] = mapped_column(default=None)
    administration: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a name that cannot be referred to."""
        super().__post_init__()
        identity("entry", self.entry)


class RoleHeld(Written, Table, kw_only=True):
    """That a person holds a role, in one förvaltning, or (None) in the whole municipality."""

    __tablename__ = "roles"

    role: Mapped[str]
    person: Mapped[str]
    administration: Mapped[str | None] = mapped_column(default=None)

    def __post_init__(self) -> None:
        """Refuse a role that the guideline does not know."""
        super().__post_init__()
        one_of("role", self.role, Role)
