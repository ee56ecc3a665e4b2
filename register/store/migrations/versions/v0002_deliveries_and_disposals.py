"""The ledger of deliveries and the gallringslogg."""

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _deliveries()
    _disposals()
    for table in (
        *("packages", "journeys", "returns", "stamps"),
        *("disposal_proposals", "disposal_proposed", "disposal_log"),
    ):
        never_changed(table)


def _package(*, nullable: bool = False, index: bool = True) -> sa.Column[str]:
    return sa.Column("object_id", sa.String(), sa.ForeignKey("packages.object_id"), nullable=nullable, index=index)


def _deliveries() -> None:
    op.create_table(
        "packages",
        sa.Column("object_id", sa.String(), primary_key=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("record_status", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("earlier_package", sa.String(), index=True),
        sa.Column("manifest", sa.String()),
        sa.Column("channel", sa.String()),
        sa.Column("channel_name", sa.String()),
        sa.Column("period_start", Moment()),
        sa.Column("period_end", Moment()),
        sa.Column("record_type", sa.String()),
    )
    op.create_table(
        "journeys",
        sa.Column("number", sa.Integer(), primary_key=True),
        _package(),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("place", sa.String()),
        sa.Column("said", sa.String()),
        sa.Column("evidence", sa.JSON()),
    )
    op.create_table(
        "returns",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("read_at", Moment(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("said_sv", sa.String(), nullable=False),
        sa.Column("said_en", sa.String(), nullable=False),
        _package(nullable=True),
        sa.Column("content", sa.LargeBinary()),
        sa.UniqueConstraint("place", "name", "digest"),
    )
    op.create_table(
        "stamps",
        sa.Column("number", sa.Integer(), primary_key=True),
        _package(),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("said", sa.String()),
        sa.Column("nonce", sa.String()),
        sa.Column("token", sa.LargeBinary()),
        sa.Column("stamped_at", Moment()),
    )


def _disposals() -> None:
    op.create_table(
        "disposal_proposals",
        sa.Column("proposal", sa.String(), primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_table(
        "disposal_proposed",
        sa.Column("proposal", sa.String(), sa.ForeignKey("disposal_proposals.proposal"), primary_key=True),
        sa.Column("object_id", sa.String(), sa.ForeignKey("packages.object_id"), primary_key=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decision_version", sa.Integer(), sa.ForeignKey("disposal_decisions.version"), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
    )
    op.create_table(
        "disposal_log",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("proposal", sa.String(), sa.ForeignKey("disposal_proposals.proposal"), nullable=False, index=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _package(nullable=True, index=False),
        sa.Column("said", sa.String()),
        sa.Column("evidence", sa.JSON()),
    )
