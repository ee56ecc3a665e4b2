"""What happened on the way to that an account is closed."""

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "closures",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("role", sa.String()),
        sa.Column("evidence", sa.JSON()),
        sa.Column("said", sa.String()),
    )
    never_changed("closures")
