"""Debates, and the looks that suggest them."""

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "debates",
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(), nullable=False, index=True),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("valid_to", Moment()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
    )
    op.create_table(
        "debate_looks",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("stretches", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Float()),
        sa.Column("unusual", sa.Boolean(), nullable=False),
    )
    never_changed("debates")
    never_changed("debate_looks")
