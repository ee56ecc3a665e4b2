"""Gallringsstopp and gallringsbeslut, with all that was ever said of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0001"
down_revision = None


def _statement() -> list[sa.Column[Any]]:
    return [
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(), nullable=False, index=True),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("valid_to", Moment()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String()),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "holds",
        *_statement(),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("item", sa.String()),
        sa.Column("covers_from", Moment()),
        sa.Column("covers_to", Moment()),
    )
    op.create_table(
        "disposal_decisions",
        *_statement(),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
    )
    for table in ("holds", "disposal_decisions"):
        never_changed(table)
