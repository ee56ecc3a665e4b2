"""What captures held against each other showed: comparisons, unexplained removals, figures of half-years."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from register.store.migrations.steps import never_changed
from register.store.table import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "comparisons",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("later", sa.String(), nullable=False, index=True),
        sa.Column("earlier", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("expected", "new", "edited", "vanished", "hidden", "accounted", "undecided", "outside")
        ),
        sa.Column("missing", sa.String()),
    )
    op.create_table(
        "unexplained_removals",
        *_statement(),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("along", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("earlier", sa.String(), nullable=False),
        sa.Column("later", sa.String(), nullable=False),
        sa.Column("seen", Moment(), nullable=False),
        sa.Column("missed", Moment(), nullable=False),
        sa.Column("permalink", sa.String()),
        sa.Column("published", Moment()),
        sa.Column("case", sa.String()),
    )
    op.create_table(
        "half_year_figures",
        *_statement(),
        sa.Column("channel", sa.String(), nullable=False, index=True),
        sa.Column("half", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                *("posts", "own_posts", "comments", "own_answers"),
                *("questions", "answered", "timed", "undated"),
            )
        ),
        sa.Column("at_least", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("rests_on", "gaps", "unanswered_list")),
        sa.Column("median_seconds", sa.Integer()),
        sa.Column("longest_seconds", sa.Integer()),
        sa.Column("oldest_unanswered", Moment()),
    )
    for table in ("comparisons", "unexplained_removals", "half_year_figures"):
        never_changed(table)


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
