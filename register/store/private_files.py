"""Private messages that a person has filed by hand in a restricted case. The register keeps no word of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class Nature(StrEnum):
    """How the record came to be; the guideline says *upprättad*, a message from outside is commonly *inkommen*."""

    RECEIVED = "inkommen"
    DRAWN_UP = "upprättad"


class PrivateFileRow(Table, kw_only=True):
    """A file of a restricted case: its `name` in the case's folder, its digest (lower-case hex) and size in bytes.

    `diary_number` is the case in the diary, `channel` the entry of the channel whose messages they are.
    """

    __tablename__ = "private_files"
    __table_args__ = (UniqueConstraint("restricted_case", "name"),)

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    restricted_case: Mapped[str] = mapped_column(index=True)
    diary_number: Mapped[str]
    nature: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    by: Mapped[str]
    channel: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
