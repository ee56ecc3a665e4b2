"""What duties are judged by: attestations, readings of the public list, private messages filed by hand."""

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and the columns that channels and holds lacked."""
    op.add_column("channels", sa.Column("watch_days", sa.String()))
    op.add_column("holds", sa.Column("diary_number", sa.String()))
    op.create_table(
        "attestations",
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("entry", sa.String(), nullable=False, index=True),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("valid_to", Moment()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("duty", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("administration", sa.String()),
        sa.Column("about", sa.String()),
        sa.Column("reference", sa.String()),
        sa.Column("note", sa.String()),
    )
    op.create_table(
        "list_checks",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", Moment(), nullable=False, index=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("drifts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "private_files",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("restricted_case", sa.String(), nullable=False, index=True),
        sa.Column("diary_number", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("note", sa.String()),
        sa.UniqueConstraint("restricted_case", "name"),
    )
    for table in ("attestations", "list_checks", "private_files"):
        never_changed(table)
