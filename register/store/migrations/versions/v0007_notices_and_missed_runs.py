"""What was told to whom of an occasion, and which runs did not come about."""

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notices",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("channel", "about", "kind", "person", "day", "sent"),
    )
    op.create_table(
        "missed_runs",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("said_sv", sa.String(), nullable=False),
        sa.Column("said_en", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.UniqueConstraint("channel", "about", "day", "cause"),
    )
    never_changed("notices")
    never_changed("missed_runs")
