"""What became of a removal case: kept or removed, how it stood before, where it stands, and what a later look found."""

import sqlalchemy as sa
from alembic import op

from register.store.table import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Give the cases the columns of their course."""
    for column in (
        sa.Column("outcome", sa.String()),
        sa.Column("shown", sa.String()),
        sa.Column("own", sa.Boolean()),
        sa.Column("item_key", sa.String()),
        sa.Column("post_key", sa.String()),
        sa.Column("thread", sa.JSON()),
        sa.Column("remarks", sa.String()),
        sa.Column("checked", Moment()),
        sa.Column("checked_by", sa.String()),
        sa.Column("check_result", sa.String()),
        sa.Column("check_said", sa.String()),
        sa.Column("crime_reference", sa.String()),
        sa.Column("police_report", sa.String()),
    ):
        op.add_column("removal_cases", column)
