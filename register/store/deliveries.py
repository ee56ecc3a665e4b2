"""The tables of the ledger: packages, what happened to each, what the archive returned, time stamps."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from register.store.table import Table


class PackageRow(Table, kw_only=True):
    """A sealed package. `manifest` is the SHA-256 of its METS; `channel` the channel's address."""

    __tablename__ = "packages"

    object_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    record_status: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    earlier_package: Mapped[str | None] = mapped_column(default=None, index=True)
    manifest: Mapped[str | None] = mapped_column(default=None)
    channel: Mapped[str | None] = mapped_column(default=None)
    channel_name: Mapped[str | None] = mapped_column(default=None)
    period_start: Mapped[datetime | None] = mapped_column(default=None)
    period_end: Mapped[datetime | None] = mapped_column(default=None)
    record_type: Mapped[str | None] = mapped_column(default=None)


class JourneyRow(Table, kw_only=True):
    """Something that happened to a package on its way; `step` is one of `delivery.journey.Step`."""

    __tablename__ = "journeys"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(ForeignKey("packages.object_id"), index=True)
    step: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    place: Mapped[str | None] = mapped_column(default=None)
    said: Mapped[str | None] = mapped_column(default=None)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(default=None)


class ReturnRow(Table, kw_only=True):
    """A file that the archive returned, taken note of once. `digest` tells one content of a name from another.

    `content` is kept of what could be read as a receipt. `finding` is one of `delivery.receipts.Finding`.
    """

    __tablename__ = "returns"
    __table_args__ = (UniqueConstraint("place", "name", "digest"),)

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    place: Mapped[str]
    name: Mapped[str]
    digest: Mapped[str]
    read_at: Mapped[datetime]
    finding: Mapped[str]
    said_sv: Mapped[str]
    said_en: Mapped[str]
    object_id: Mapped[str | None] = mapped_column(ForeignKey("packages.object_id"), default=None, index=True)
    content: Mapped[bytes | None] = mapped_column(default=None)


class StampRow(Table, kw_only=True):
    """Something that happened about a time stamp; `step` is one of `delivery.timestamp_queue.StampStep`.

    `token` is the whole answer of the time authority (RFC 3161 TimeStampResp, DER), `stamped_at` the time in it.
    """

    __tablename__ = "stamps"

    number: Mapped[int] = mapped_column(primary_key=True, init=False)
    object_id: Mapped[str] = mapped_column(ForeignKey("packages.object_id"), index=True)
    authority: Mapped[str]
    digest: Mapped[str]
    step: Mapped[str]
    at: Mapped[datetime]
    said: Mapped[str | None] = mapped_column(default=None)
    nonce: Mapped[str | None] = mapped_column(default=None)
    token: Mapped[bytes | None] = mapped_column(default=None)
    stamped_at: Mapped[datetime | None] = mapped_column(default=None)
